//! The fields of formats with typed columns: what names the rows before the columns of the table.

use std::borrow::Cow;

use geodata::table::Column;

use super::Document;
use super::places::{named, row_id};

/// `cell`, or `area` and `name`, or `street`, or `id`; then the columns; then `state`.
pub(super) struct Fields<'a> {
    /// Name of the first field.
    pub key: &'static str,
    /// Whether `name` follows it.
    pub has_name: bool,
    /// The columns of the table.
    pub columns: &'a [Column],
}

impl<'a> Fields<'a> {
    /// Of a document.
    pub(super) fn of(document: &Document<'a>) -> Self {
        let columns = document.table.columns();
        let first = document.rows.first().and_then(|&row| named(document.table, row));
        let taken = |name: &str| columns.iter().any(|c| c.name == name);
        let has_name = first.as_ref().is_some_and(|(_, _, name)| name.is_some()) && !taken("name");
        Self { key: first.map_or("id", |(key, _, _)| key), has_name, columns }
    }
}

/// Value of the first field.
pub(super) fn key_of<'a>(document: &Document<'a>, row: usize) -> Cow<'a, str> {
    named(document.table, row).map_or_else(|| row_id(document.table, row), |(_, id, _)| id)
}

/// Value of the field `name`.
pub(super) fn name_of<'a>(document: &Document<'a>, row: usize) -> Option<&'a str> {
    named(document.table, row).and_then(|(_, _, name)| name)
}
