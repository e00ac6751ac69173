//! The counts that the public sees: fixed cells, with the small ones withheld before anything else is computed.

use super::policy::{MINIMUM_COUNT, PUBLIC_LEVEL, PublicQuery};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::index::{Snapshot, tile_counts};
use crate::model::{LonLat, MercatorPoint};

/// A public cell that is not empty: its column and row at [`PUBLIC_LEVEL`], and its count unless that is withheld.
pub(super) struct PublicCell {
    pub column: u32,
    pub row: u32,
    pub count: Option<u32>,
}

/// Tiles of this zoom are counted at once: 64 x 64 public cells.
const SWEEP_ZOOM: u8 = PUBLIC_LEVEL - 6;

/// Non-empty public cells of the tile z/x/y; above [`PUBLIC_LEVEL`] the one cell that holds the tile.
///
/// # Errors
/// A stopped request.
pub(super) fn cells_in_tile(
    snapshot: &Snapshot,
    asked: &PublicQuery,
    (z, x, y): (u8, u32, u32),
    cancel: &Cancel,
) -> Result<Vec<PublicCell>> {
    let mut cells = vec![];
    if z >= PUBLIC_LEVEL {
        let up = z - PUBLIC_LEVEL;
        add_tile(snapshot, asked, (PUBLIC_LEVEL, x >> up, y >> up), cancel, &mut cells)?;
    } else if z >= SWEEP_ZOOM {
        add_tile(snapshot, asked, (z, x, y), cancel, &mut cells)?;
    } else if let Some(extent) = snapshot.extent() {
        // Only the sweep tiles that the data touches are counted, so a tile of the world costs what the city costs.
        let corner = |lon, lat| LonLat::new(lon, lat).map(MercatorPoint::from);
        let (nw, se) = (corner(extent.west, extent.north)?, corner(extent.east, extent.south)?);
        let down = SWEEP_ZOOM - z;
        let range = |low: u32, high: u32, at: u32| {
            let (low, high) = (low >> (32 - u32::from(SWEEP_ZOOM)), high >> (32 - u32::from(SWEEP_ZOOM)));
            low.max(at << down)..=high.min(((at + 1) << down) - 1)
        };
        for ty in range(nw.y, se.y, y) {
            for tx in range(nw.x, se.x, x) {
                add_tile(snapshot, asked, (SWEEP_ZOOM, tx, ty), cancel, &mut cells)?;
            }
        }
    }
    Ok(cells)
}

fn add_tile(
    snapshot: &Snapshot,
    asked: &PublicQuery,
    (z, x, y): (u8, u32, u32),
    cancel: &Cancel,
    cells: &mut Vec<PublicCell>,
) -> Result<()> {
    let log2 = PUBLIC_LEVEL - z;
    let counts = tile_counts(snapshot, &asked.query, z, x, y, log2, cancel)?;
    for (i, &count) in counts.iter().enumerate().filter(|(_, c)| **c > 0) {
        let i = i as u32;
        let (column, row) = ((x << log2) + (i & ((1 << log2) - 1)), (y << log2) + (i >> log2));
        if asked.within.is_none() || asked.shows(centre(column, row)) {
            cells.push(PublicCell { column, row, count: publish(count) });
        }
    }
    Ok(())
}

/// The rule: zero and everything from the minimum on is published, the rest is withheld.
pub(super) fn publish(count: u32) -> Option<u32> {
    (count == 0 || count >= MINIMUM_COUNT).then_some(count)
}

/// Centre of a public cell.
fn centre(column: u32, row: u32) -> LonLat {
    let (shift, half) = (32 - u32::from(PUBLIC_LEVEL), 1 << (31 - u32::from(PUBLIC_LEVEL)));
    MercatorPoint { x: (column << shift) | half, y: (row << shift) | half }.lon_lat()
}
