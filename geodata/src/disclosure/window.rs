//! Counts on a lattice over a tile with a border around it.

use super::answers::Ask;
use super::question::Question;
use crate::error::Result;
use crate::index::{Query, tile_counts};
use crate::release::{Leaf, Node, SUPPRESSED};

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

    /// Told counts of a release, each spread evenly over its cell.
    pub fn protected(&self, question: &Question<'_>) -> Vec<f32> {
        let full = self.full() as i64;
        let mut counts = vec![0f32; self.full() * self.full()];
        let (x0, y0) = self.origin();
        let edge = 1i64 << self.level;
        // The cells of the lattice's level that the window touches lie in few larger cells.
        let up = (self.full() as u64).next_power_of_two().trailing_zeros() as u8;
        let level = self.level.saturating_sub(up);
        let shift = self.level - level;
        let range = |from: i64| (from.max(0) >> shift)..=((from + full - 1).min(edge - 1) >> shift);
        let mut seen = std::collections::BTreeSet::new();
        for row in range(y0) {
            for column in range(x0) {
                for leaf in question.cells(Node::at(level, column as u32, row as u32)) {
                    if leaf.value == SUPPRESSED || !seen.insert(leaf.node.number()) {
                        continue;
                    }
                    self.spread(&leaf, &mut counts);
                }
            }
        }
        counts
    }

    fn spread(&self, leaf: &Leaf, counts: &mut [f32]) {
        let (x0, y0) = self.origin();
        let full = self.full() as i64;
        let (column, row) = leaf.node.column_row();
        let finer = self.level.saturating_sub(leaf.node.level());
        let coarser = leaf.node.level().saturating_sub(self.level);
        let share = leaf.value as f32 / f32::powi(4.0, i32::from(finer));
        let first = |at: u32, origin: i64| (i64::from(at) << finer >> coarser) - origin;
        let (column, row) = (first(column, x0), first(row, y0));
        let span = 1i64 << finer;
        for r in row.max(0)..(row + span).min(full) {
            for c in column.max(0)..(column + span).min(full) {
                counts[(r * full + c) as usize] += share;
            }
        }
    }
}
