//! Counts by cell or area, and the points behind them, for the methods.

mod areas;
mod cells;
mod count;
mod events;
mod fine;
mod ground;
mod hexes;
mod lattice;
mod mask;
mod points;

use std::sync::Arc;

use crate::index::{Frame, Tally};

pub(crate) use count::{count, count_within, empty_field, study_cells};
pub(crate) use events::{Located, located};
pub(crate) use fine::fine_counts;
pub(crate) use ground::Ground;
pub(crate) use lattice::Lattice;
pub(crate) use mask::Mask;
pub(crate) use points::points;

/// Incidents by cell over a study area, zeros included.
pub(crate) struct CountField {
    pub frame: Arc<Frame>,
    /// The study area's cells, sorted by row and column.
    pub cells: Vec<u64>,
    /// Incidents of each cell.
    pub counts: Vec<u32>,
    /// Where the cells lie, for frames with rows and columns.
    pub lattice: Option<Lattice>,
    /// `areas:NAME`, the name given with a file, `occupied rectangle` or `occupied cells`.
    pub mask_name: String,
    /// What was counted and left out. `matched` includes those outside the study area.
    pub tally: Tally,
    /// Matching incidents with a place outside the study area.
    pub outside_mask: u64,
    /// What a reader must know.
    pub warnings: Vec<String>,
}

#[cfg(test)]
mod chicago_tests;
#[cfg(test)]
#[path = "tests.rs"]
mod tests;
