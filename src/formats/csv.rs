//! CSV (RFC 4180): a header with units, one line a row, and no text that a spreadsheet would run as a formula.

use std::fmt::Write;
use std::io;
use std::ops::Range;

use geodata::table::Cell;

use super::cut::bounds;
use super::places::{named, row_id};
use super::{Document, Pieces};

/// CSV, a few rows at a time.
pub(super) const PIECES: Pieces = Pieces { before, rows, after };

/// Whether the rows have names that are not among the columns.
fn has_names(document: &Document<'_>) -> bool {
    let first = document.rows.first().and_then(|&row| named(document.table, row));
    first.is_some_and(|(_, _, name)| name.is_some()) && !document.table.columns().iter().any(|c| c.name == "name")
}

fn before(document: &Document<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    let mut line = String::from(if has_names(document) { "id,name" } else { "id" });
    for column in document.table.columns() {
        line.push(',');
        let unit = if column.unit.is_empty() { String::new() } else { format!(" ({})", column.unit) };
        text(&mut line, &format!("{}{unit}", column.name));
    }
    let axes = if document.frame.is_in_degrees() { "lon (degrees),lat (degrees)" } else { "x (m),y (m)" };
    out.extend_from_slice(format!("{line},state,{axes}\r\n").as_bytes());
    Ok(())
}

fn rows(document: &Document<'_>, rows: Range<usize>, out: &mut Vec<u8>) -> io::Result<()> {
    let (table, has_names) = (document.table, has_names(document));
    let mut line = String::new();
    for &row in document.rows.get(rows).unwrap_or_default() {
        line.clear();
        text(&mut line, &row_id(table, row));
        if has_names {
            line.push(',');
            text(&mut line, named(table, row).and_then(|(_, _, name)| name).unwrap_or_default());
        }
        for column in table.columns() {
            line.push(',');
            // Writing to a String does not fail.
            match table.cell(column, row) {
                Cell::Count(n) => write!(line, "{n}").unwrap_or_default(),
                Cell::Number(x) => write!(line, "{x}").unwrap_or_default(),
                Cell::Word(word) => text(&mut line, word),
                // Undefined or withheld is an empty field.
                Cell::Nothing => {}
            }
        }
        line.push(',');
        line.push_str(table.states().get(row).map_or("", |s| s.name()));
        match middle(document, row) {
            Some([x, y]) if document.frame.is_in_degrees() => write!(line, ",{x:.7},{y:.7}\r\n"),
            Some([x, y]) => write!(line, ",{x:.2},{y:.2}\r\n"),
            None => write!(line, ",,\r\n"),
        }
        .unwrap_or_default();
        out.extend_from_slice(line.as_bytes());
    }
    Ok(())
}

/// A last line for the records without a usable place: in a list of protected numbers they would otherwise be nowhere.
fn after(document: &Document<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    let table = document.table;
    let analysis = table.analysis();
    let is_last_page = document.links.iter().all(|l| l.rel != "next");
    let is_list = analysis.basis == "protected" && analysis.method == "count" && analysis.place.is_none();
    if !is_list
        || !is_last_page
        || analysis.without_place == 0
        || table.columns().first().is_none_or(|c| c.name != "count")
    {
        return Ok(());
    }
    let name = if has_names(document) { "," } else { "" };
    let mut line = format!("unmapped,{name}{}", analysis.without_place);
    line.push_str(&",".repeat(table.columns().len() - 1));
    line.push_str(",unmapped,,\r\n");
    out.extend_from_slice(line.as_bytes());
    Ok(())
}

/// A point of the row for people who work with tables: of polygons, the middle of their bounds.
fn middle(document: &Document<'_>, row: usize) -> Option<[f64; 2]> {
    bounds(&document.place(row)).map(|b| [(b[0] + b[2]) / 2.0, (b[1] + b[3]) / 2.0])
}

/// A field of text, quoted where it must be; what a spreadsheet would take for a formula gets an apostrophe.
pub(crate) fn text(out: &mut String, value: &str) {
    let formula = value.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let quoted = formula || value.contains(['"', ',', '\r', '\n']);
    if !quoted {
        out.push_str(value);
        return;
    }
    out.push('"');
    if formula {
        out.push('\'');
    }
    out.push_str(&value.replace('"', "\"\""));
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_and_formulas_are_not_run() {
        let of = |t: &str| {
            let mut out = String::new();
            text(&mut out, t);
            out
        };
        assert_eq!(of("plain"), "plain");
        assert_eq!(of("a,b"), "\"a,b\"");
        assert_eq!(of("say \"x\""), "\"say \"\"x\"\"\"");
        assert_eq!(of("=1+1"), "\"'=1+1\"");
        assert_eq!(of("-1"), "\"'-1\"");
        assert_eq!(of("@x"), "\"'@x\"");
    }
}
