//! Count tiles: the 64 x 64 cells of a tile, or the fixed public cells in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::answers::Ask;
use super::policy::{PUBLIC_LEVEL, PublicQuery};
use super::published::{self, PublicCell};
use super::released::Released;
use crate::error::{Error, Result};
use crate::index::{Frame, Grid, Query, tile_counts};
use crate::table::{Analysis, Column, Shapes, State, Table, Values};

/// Cells a side of a tile, as a power of two.
const CELLS_LOG2: u8 = 6;
/// Finest level of cells.
pub(super) const FINEST: u8 = 24;

/// Counts of the 64 x 64 cells of a tile (exact tiers), or of the fixed public cells in it.
///
/// # Errors
/// A tile out of range, a public question that is refused, a stopped request.
pub fn cell_tile(ask: &Ask<'_>, query: &Query, z: u8, x: u32, y: u32) -> Result<Released<Table>> {
    check_tile(z, x, y)?;
    if ask.tier.is_exact() {
        let log2 = CELLS_LOG2.min(FINEST - z);
        let counts = tile_counts(ask.snapshot, query, z, x, y, log2, ask.cancel)?;
        let (mut ids, mut values) = (vec![], vec![]);
        for (i, &count) in counts.iter().enumerate().filter(|(_, c)| **c > 0) {
            let (column, row) = (i as u32 & ((1 << log2) - 1), i as u32 >> log2);
            ids.push(quadkey((x << log2) + column, (y << log2) + row));
            values.push(count);
        }
        let states = vec![State::Value; ids.len()];
        return table(ask, z + log2, ids, values, states, vec![], "exact");
    }
    let asked = PublicQuery::new(query)?;
    let cells = published::cells_in_tile(ask.snapshot, &asked, (z, x, y), ask.cancel)?;
    // Far out, published cells are added up to what a tile can show; what is withheld stays out of the sums.
    let level = PUBLIC_LEVEL.min(z + CELLS_LOG2);
    let mut sums: BTreeMap<(u32, u32), Option<u32>> = BTreeMap::new();
    for PublicCell { column, row, count } in cells {
        let up = PUBLIC_LEVEL - level;
        let sum = sums.entry((row >> up, column >> up)).or_default();
        *sum = match (*sum, count) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        };
    }
    let ids = sums.keys().map(|(row, column)| quadkey(*column, *row)).collect();
    let states = sums.values().map(|c| if c.is_some() { State::Value } else { State::Suppressed }).collect();
    let values = sums.values().map(|c| c.unwrap_or(0)).collect();
    table(ask, level, ids, values, states, asked.notes, "protected")
}

fn table(
    ask: &Ask<'_>,
    level: u8,
    ids: Vec<u64>,
    counts: Vec<u32>,
    states: Vec<State>,
    warnings: Vec<String>,
    basis: &str,
) -> Result<Released<Table>> {
    let grid = Grid::Quadkey { level };
    let frame = Arc::new(Frame::resolve(&grid, ask.snapshot)?);
    let included = counts.iter().map(|c| u64::from(*c)).sum();
    let analysis = Analysis {
        method: "count".into(),
        grid: grid.to_string(),
        snapshot: ask.snapshot.name(),
        included,
        warnings,
        basis: basis.into(),
        ..Analysis::default()
    };
    let columns = vec![Column { name: "count", unit: "incidents", values: Values::Count(counts) }];
    Ok(Released::new(Table { shapes: Shapes::Cells(frame, ids), ids: None, columns, states, analysis }, ask.tier))
}

/// Number of a cell of the pyramid in a frame of quadkeys.
fn quadkey(column: u32, row: u32) -> u64 {
    u64::from(row) << 32 | u64::from(column)
}

/// Whether the tile exists.
pub(super) fn check_tile(z: u8, x: u32, y: u32) -> Result<()> {
    if z > FINEST || u64::from(x) >> z != 0 || u64::from(y) >> z != 0 {
        return Err(Error::invalid(
            format!("tile {z}/{x}/{y} does not exist"),
            format!("zoom is 0 to {FINEST}, x and y are below 2^zoom"),
        ));
    }
    Ok(())
}
