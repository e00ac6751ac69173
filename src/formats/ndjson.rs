//! Newline-delimited GeoJSON: one Feature a line, which scripts read without holding the whole.

use std::io;
use std::ops::Range;

use super::geojson::Feature;
use super::{Document, Pieces};

/// Lines, a few at a time.
pub(super) const PIECES: Pieces = Pieces { before: nothing, rows, after: nothing };

fn nothing(_: &Document<'_>, _: &mut Vec<u8>) -> io::Result<()> {
    Ok(())
}

fn rows(document: &Document<'_>, rows: Range<usize>, out: &mut Vec<u8>) -> io::Result<()> {
    for &row in document.rows.get(rows).unwrap_or_default() {
        serde_json::to_writer(&mut *out, &Feature { document, row, is_alone: false })?;
        out.push(b'\n');
    }
    Ok(())
}
