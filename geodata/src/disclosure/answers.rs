//! Who asks, and the shapes of answers that are not tables.

use super::released::Released;
use crate::cancel::Cancel;
use crate::index::Snapshot;
use crate::model::Tier;
use crate::table::Table;

/// Who asks, of which state of the data, and how to stop.
pub struct Ask<'a> {
    /// State of the data.
    pub snapshot: &'a Snapshot,
    /// Proven tier.
    pub tier: Tier,
    /// Stops the work.
    pub cancel: &'a Cancel,
}

/// Numbers at the centres of a square lattice over a tile: `side` cells a side and `margin` more around it, row by row from the north-west.
pub struct Raster {
    /// Cells over the tile a side.
    pub side: usize,
    /// Cells beyond each edge, so that neighbouring tiles join.
    pub margin: usize,
    /// One number a cell, `(side + 2 margin)` squared.
    pub values: Vec<f32>,
    /// Unit in words.
    pub unit: &'static str,
}

/// A page of rows, and where the next begins.
pub struct Page {
    /// The rows.
    pub table: Released<Table>,
    /// Rows that match in all.
    pub matched: u64,
    /// Give it as `after` for the next page; `None` at the end.
    pub next: Option<u64>,
}
