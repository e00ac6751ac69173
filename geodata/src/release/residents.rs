//! Residents and households by cell, spread evenly over the cells of each area: enough to know a cell that is too small.

use super::node::Node;
use crate::index::Collection;

/// Running sums over the finest cells of the study area.
pub(super) struct Residents {
    starts: Vec<u64>,
    sums: Vec<[f64; 2]>,
}

impl Residents {
    /// From the finest collection that has residents; `cells` are the finest cells of the study area in order.
    pub fn of(collection: &Collection, cells: &[Node]) -> Self {
        let area_of: Vec<Option<u32>> = cells.iter().map(|c| collection.area_of(c.centre())).collect();
        let mut cells_of = vec![0u32; collection.areas.len()];
        area_of.iter().flatten().for_each(|&a| cells_of[a as usize] += 1);
        let mut sum = [0.0; 2];
        let mut sums = vec![sum];
        for area in &area_of {
            if let Some(a) = area.map(|a| a as usize) {
                for (total, kind) in sum.iter_mut().zip(["residents", "households"]) {
                    let whole = collection.areas[a].denominator(kind).map_or(0.0, |d| d.value);
                    *total += whole / f64::from(cells_of[a]);
                }
            }
            sums.push(sum);
        }
        Self { starts: cells.iter().map(|c| c.start()).collect(), sums }
    }

    /// Whether any household is known: else only residents are asked for.
    pub fn has_households(&self) -> bool {
        self.sums.last().is_some_and(|s| s[1] > 0.0)
    }

    /// Residents and households of a cell.
    pub fn within(&self, node: Node) -> [f64; 2] {
        let at = |position: u64| self.sums[self.starts.partition_point(|&s| s < position)];
        let (from, to) = (at(node.start()), at(node.end()));
        [to[0] - from[0], to[1] - from[1]]
    }
}
