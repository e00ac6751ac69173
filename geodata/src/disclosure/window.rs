//! Counts on a lattice over a tile with a border around it.

use super::answers::Ask;
use super::policy::{PUBLIC_LEVEL, PublicQuery};
use super::published;
use crate::error::Result;
use crate::index::{Query, tile_counts};

/// The `2^log2` cells a side of a tile, and `border` more beyond each edge, row by row from the north-west.
pub(super) struct Window {
    /// Quadkey level of the lattice.
    pub level: u8,
    /// Cells a side over the tile, as a power of two.
    pub log2: u8,
    /// Cells beyond each edge.
    pub border: usize,
    /// The tile: z, x, y.
    pub tile: (u8, u32, u32),
}

impl Window {
    /// Cells a side, borders included.
    pub fn full(&self) -> usize {
        (1 << self.log2) + 2 * self.border
    }

    /// Lattice column and row of the north-western cell; negative beyond the edge of the map.
    fn origin(&self) -> (i64, i64) {
        let (_, x, y) = self.tile;
        let at = |v: u32| (i64::from(v) << self.log2) - self.border as i64;
        (at(x), at(y))
    }

    /// Exact counts.
    ///
    /// # Errors
    /// A stopped request.
    pub fn exact(&self, ask: &Ask<'_>, query: &Query) -> Result<Vec<f32>> {
        let mut counts = vec![0f32; self.full() * self.full()];
        let (z, x, y) = self.tile;
        self.add(&mut counts, &tile_counts(ask.snapshot, query, z, x, y, self.log2, ask.cancel)?, self.log2, (x, y));
        // The border is covered by smaller tiles: at least as wide as it, and at least an eighth of the tile.
        let width = self.border.next_power_of_two().trailing_zeros() as u8;
        let log2 = width.max(self.log2.saturating_sub(3)).min(8).min(self.level);
        let zoom = self.level - log2;
        let (x0, y0) = self.origin();
        let last = self.full() as i64 - 1;
        let edge = 1i64 << zoom;
        let inner = |v: i64, tile: u32| v << log2 >> self.log2 == i64::from(tile) && log2 <= self.log2;
        for ty in (y0 >> log2).max(0)..=((y0 + last) >> log2).min(edge - 1) {
            for tx in (x0 >> log2).max(0)..=((x0 + last) >> log2).min(edge - 1) {
                if inner(tx, x) && inner(ty, y) {
                    continue;
                }
                let at = (tx as u32, ty as u32);
                let around = tile_counts(ask.snapshot, query, zoom, at.0, at.1, log2, ask.cancel)?;
                self.add(&mut counts, &around, log2, at);
            }
        }
        Ok(counts)
    }

    /// Copies the counts of a tile of `2^log2` cells into the window; cells of the middle tile are taken once.
    fn add(&self, counts: &mut [f32], tile: &[u32], log2: u8, (x, y): (u32, u32)) {
        let (x0, y0) = self.origin();
        let full = self.full() as i64;
        for (i, &count) in tile.iter().enumerate().filter(|(_, c)| **c > 0) {
            let column = (i64::from(x) << log2) + (i as i64 & ((1 << log2) - 1)) - x0;
            let row = (i64::from(y) << log2) + (i as i64 >> log2) - y0;
            if (0..full).contains(&column) && (0..full).contains(&row) {
                // Set, not added: a larger tile beside the middle one may hold the middle again.
                counts[(row * full + column) as usize] = count as f32;
            }
        }
    }

    /// Published counts, each spread evenly over its cell.
    ///
    /// # Errors
    /// A stopped request.
    pub fn protected(&self, ask: &Ask<'_>, asked: &PublicQuery) -> Result<Vec<f32>> {
        let mut counts = vec![0f32; self.full() * self.full()];
        let (x0, y0) = self.origin();
        let full = self.full() as i64;
        let (z, x, y) = self.tile;
        let zoom = z.min(PUBLIC_LEVEL);
        let (tx, ty) = (i64::from(x >> (z - zoom)), i64::from(y >> (z - zoom)));
        // Level of the lattice against that of the public cells: finer cells share a count, coarser ones add up.
        let finer = self.level.saturating_sub(PUBLIC_LEVEL);
        let coarser = PUBLIC_LEVEL.saturating_sub(self.level);
        let share = 1.0 / f32::powi(4.0, i32::from(finer));
        // Tiles around, as far as the border goes.
        let reach = ((self.border as i64) >> (self.level - zoom)) + 1;
        let edge = 1i64 << zoom;
        for v in (ty - reach).max(0)..=(ty + reach).min(edge - 1) {
            for u in (tx - reach).max(0)..=(tx + reach).min(edge - 1) {
                for cell in published::cells_in_tile(ask.snapshot, asked, (zoom, u as u32, v as u32), ask.cancel)? {
                    let Some(count) = cell.count else { continue };
                    let first = |at: u32, origin: i64| (i64::from(at) << finer >> coarser) - origin;
                    let (column, row) = (first(cell.column, x0), first(cell.row, y0));
                    let span = 1i64 << finer;
                    for r in row.max(0)..(row + span).min(full) {
                        for c in column.max(0)..(column + span).min(full) {
                            counts[(r * full + c) as usize] += count as f32 * share;
                        }
                    }
                }
            }
        }
        Ok(counts)
    }
}
