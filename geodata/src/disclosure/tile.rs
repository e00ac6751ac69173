//! Count tiles: the 64 x 64 cells of a tile, or the told cells of a release in it.

use std::sync::Arc;

use super::answers::Ask;
use super::question::Question;
use super::released::Released;
use crate::error::{Error, Result};
use crate::index::{Frame, Grid, Query, tile_counts};
use crate::release::Node;
use crate::table::{Analysis, Column, Shapes, State, Table, Values};

/// Cells a side of a tile, as a power of two.
const CELLS_LOG2: u8 = 6;
/// Finest level of cells.
pub(super) const FINEST: u8 = 24;

/// Counts of the 64 x 64 cells of a tile (exact tiers), or of the told cells of the release that touch it.
///
/// # Errors
/// A tile out of range, a question that the tier may not ask, a stopped request.
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
        return table(ask, Grid::Quadkey { level: z + log2 }, ids, (values, None), states, vec![], "exact");
    }
    let (release, cube) = ask.told()?;
    let question = Question::new(cube, release.policy(), query)?;
    let level = (z + CELLS_LOG2).min(FINEST);
    let told = question.told(Node::at(z, x, y), level, level.min(cube.rules.finest_level));
    let grid = Grid::Tree { finest: cube.rules.finest_level };
    let ids = told.iter().map(|t| t.node.number()).collect();
    let counts = told.iter().map(|t| t.count).collect();
    let states = told.iter().map(|t| t.state).collect();
    let densities = question.per_km2(&told);
    table(ask, grid, ids, (counts, Some(densities)), states, question.notes, "protected")
}

fn table(
    ask: &Ask<'_>,
    grid: Grid,
    ids: Vec<u64>,
    (counts, densities): (Vec<u32>, Option<Column>),
    states: Vec<State>,
    warnings: Vec<String>,
    basis: &str,
) -> Result<Released<Table>> {
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
    let count = Column { name: "count", unit: "incidents", values: Values::Count(counts) };
    let columns = std::iter::once(count).chain(densities).collect();
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
