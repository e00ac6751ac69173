//! Texts of a row: single cells, joined cells, lists.

use super::super::read::Row;
use super::number::is_nothing;

/// The text of a column, nothing where it is empty or says so.
pub(crate) fn text(row: &dyn Row, column: Option<usize>) -> Option<String> {
    let text = row.cell(column?).to_text()?;
    let nothing = is_nothing(&text) || text.eq_ignore_ascii_case("not available");
    (!nothing).then_some(text)
}

/// The texts of several columns joined by `/`; nothing where one is empty.
pub(crate) fn joined(row: &dyn Row, columns: &[usize]) -> Option<String> {
    if columns.is_empty() || columns.iter().any(|c| row.cell(*c).is_null()) {
        return None;
    }
    let mut name = String::with_capacity(16);
    for (i, column) in columns.iter().enumerate() {
        if i > 0 {
            name.push('/');
        }
        row.cell(*column).write(&mut name);
    }
    Some(name)
}

/// A list in one cell, separated by `;` or `,`.
pub(crate) fn list(row: &dyn Row, column: Option<usize>) -> Vec<String> {
    let text = text(row, column).unwrap_or_default();
    let separator = if text.contains(';') { ';' } else { ',' };
    text.split(separator).map(str::trim).filter(|t| !t.is_empty()).map(str::to_string).collect()
}
