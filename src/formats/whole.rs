//! A whole result as a file: what the command line writes.

use geodata::disclosure::Released;
use geodata::table::Table;
use geodata::{Error, Result};

use super::{Document, find, map, of_rows};

/// All rows in one document, the same bytes for the same result; PNG is a map with its legend, over the borders of `outlines`.
///
/// # Errors
/// A format that is not for whole results.
pub fn whole(format: &str, table: &Released<Table>, outlines: Option<&Released<Table>>) -> Result<Vec<u8>> {
    let unknown = || {
        let known: Vec<_> = of_rows().map(|f| f.id).collect();
        Error::invalid(
            format!("{format:?} is not a format of whole results"),
            format!("use {} or png", known.join(", ")),
        )
    };
    let found = find(format).ok_or_else(unknown)?;
    if found.has_rows() {
        let rows: Vec<usize> = (0..table.len()).collect();
        let mut bytes = vec![];
        found
            .write(&Document::whole(table, &rows), &mut bytes)
            .map_err(|e| Error::storage(format!("the result cannot be written as {format}: {e}"), "report this"))?;
        return Ok(bytes);
    }
    if format != "png" {
        return Err(unknown());
    }
    map::png(table, outlines)
        .map_err(|e| Error::invalid(format!("the map cannot be drawn: {e}"), "write .geojson or .csv instead"))
}
