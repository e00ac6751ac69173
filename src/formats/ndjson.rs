//! Newline-delimited GeoJSON: one Feature a line, which scripts read without holding the whole.

use std::io;
use std::ops::Range;

use super::geojson::feature;
use super::properties::Properties;
use super::{Document, Pieces};

/// Lines, a few at a time.
pub(super) const PIECES: Pieces = Pieces { before: nothing, rows, after: nothing };

fn nothing(_: &Document<'_>, _: &mut Vec<u8>) -> io::Result<()> {
    Ok(())
}

fn rows(document: &Document<'_>, rows: Range<usize>, out: &mut Vec<u8>) -> io::Result<()> {
    let properties = Properties::of(document.table)?;
    for &row in document.rows.get(rows).unwrap_or_default() {
        feature(document, &properties, row, out)?;
        out.push(b'\n');
    }
    Ok(())
}
