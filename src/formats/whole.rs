//! A whole result as a file: what the command line writes.

use geodata::disclosure::Released;
use geodata::table::Table;
use geodata::{Error, Result};

use super::{Document, Encoder, find, map};

/// All rows in one document, the same bytes for the same result; PNG is a map with its legend, over the borders of `outlines`.
///
/// # Errors
/// A format that is not for whole results.
pub fn whole(format: &str, table: &Released<Table>, outlines: Option<&Released<Table>>) -> Result<Vec<u8>> {
    let unknown =
        || Error::invalid(format!("{format:?} is not a format of whole results"), "use geojson, csv, parquet or png");
    let found = find(format).ok_or_else(unknown)?;
    match found.encoder {
        Encoder::Rows(write) => {
            let rows: Vec<usize> = (0..table.len()).collect();
            let document = Document { table, rows: &rows, matched: None, links: &[], time_stamp: "" };
            let mut bytes = vec![];
            write(&document, &mut bytes)
                .map_err(|e| Error::storage(format!("the result cannot be written as {format}: {e}"), "report this"))?;
            Ok(bytes)
        }
        Encoder::Picture if format == "png" => map::png(table, outlines)
            .map_err(|e| Error::invalid(format!("the map cannot be drawn: {e}"), "write .geojson or .csv instead")),
        Encoder::Picture => Err(unknown()),
    }
}
