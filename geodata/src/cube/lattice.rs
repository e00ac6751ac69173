//! A dense window of a frame's rows and columns.

use crate::error::{Error, Kind, Result};
use crate::index::{Frame, Grid};
use crate::limits::MAX_GRID_CELLS;

/// Where the cells of a study area lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lattice {
    /// Column of the first column.
    pub column: i64,
    /// Row of the first row.
    pub row: i64,
    /// Columns.
    pub nx: usize,
    /// Rows.
    pub ny: usize,
    /// Position among the cells by row, then column; [`u32::MAX`] outside the study area.
    pub index_of: Vec<u32>,
}

impl Lattice {
    /// A window with no cell in the study area yet. Ends are inside.
    ///
    /// # Errors
    /// More cells than [`MAX_GRID_CELLS`], with the estimate.
    pub(super) fn window(grid: &Grid, columns: (i64, i64), rows: (i64, i64)) -> Result<Self> {
        let length = |(a, b): (i64, i64)| b.saturating_sub(a).saturating_add(1).max(0);
        let (nx, ny) = (length(columns), length(rows));
        refuse_above_limit(grid, nx as f64 * ny as f64)?;
        let (nx, ny) = (nx as usize, ny as usize);
        Ok(Self { column: columns.0, row: rows.0, nx, ny, index_of: vec![u32::MAX; nx * ny] })
    }

    /// Position in `index_of`, if inside the window.
    pub(super) fn slot(&self, column: i64, row: i64) -> Option<usize> {
        let (c, r) = (usize::try_from(column - self.column).ok()?, usize::try_from(row - self.row).ok()?);
        (c < self.nx && r < self.ny).then_some(r * self.nx + c)
    }

    /// Numbers the marked slots in order and gives their cells.
    pub(super) fn number(&mut self, frame: &Frame, marked: &[bool]) -> Vec<u64> {
        let mut cells = Vec::new();
        for (slot, index) in self.index_of.iter_mut().enumerate().filter(|&(slot, _)| marked[slot]) {
            let (column, row) = (self.column + (slot % self.nx) as i64, self.row + (slot / self.nx) as i64);
            if let Some(cell) = frame.cell_at(column, row) {
                *index = cells.len() as u32;
                cells.push(cell);
            }
        }
        cells
    }
}

/// Refuses before any work.
pub(super) fn refuse_above_limit(grid: &Grid, estimate: f64) -> Result<()> {
    if estimate <= MAX_GRID_CELLS as f64 {
        return Ok(());
    }
    Err(Error::new(
        Kind::TooLarge,
        format!("the grid {grid} would have about {estimate:.0} cells over the study area, more than {MAX_GRID_CELLS}"),
        "use larger cells, or a smaller study area as mask",
    ))
}
