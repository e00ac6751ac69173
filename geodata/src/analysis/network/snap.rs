//! Incidents on their nearest street.

use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Line};
use rstar::{PointDistance, RTree};

use super::graph::Network;
use crate::cancel::Cancel;
use crate::error::Result;

/// Streets that differ by less are equally near; then the first in the network's own order is taken.
const EQUALLY_NEAR_M: f64 = 1e-4;
/// Incidents between two looks at the cancel flag.
const BLOCK: usize = 4096;

/// Where an incident lies on the network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OnStreet {
    /// Segment.
    pub segment: u32,
    /// Metres from its start.
    pub along_m: f64,
}

/// The straight pieces of all streets by place.
pub struct Snapper<'a> {
    network: &'a Network,
    /// Pieces with their segment and number within it.
    tree: RTree<GeomWithData<Line<[f64; 2]>, (u32, u32)>>,
}

impl<'a> Snapper<'a> {
    /// Of a network.
    #[must_use]
    pub fn new(network: &'a Network) -> Self {
        let pieces = network.segments.iter().enumerate().flat_map(|(s, segment)| {
            segment.xy.windows(2).enumerate().map(move |(i, w)| {
                let line = Line::new([w[0].0, w[0].1], [w[1].0, w[1].1]);
                GeomWithData::new(line, (s as u32, i as u32))
            })
        });
        Self { network, tree: RTree::bulk_load(pieces.collect()) }
    }

    /// The nearest place on a street; `None` where none is within `snap_m` metres.
    #[must_use]
    pub fn snap(&self, (x, y): (f64, f64), snap_m: f64) -> Option<OnStreet> {
        let mut near = self.tree.nearest_neighbor_iter_with_distance_2([x, y]);
        let (first, squared) = near.next()?;
        let nearest_m = squared.sqrt();
        if !(nearest_m <= snap_m) {
            return None;
        }
        let equally = near.take_while(|(_, d)| d.sqrt() <= nearest_m + EQUALLY_NEAR_M).map(|(piece, _)| piece.data);
        let (s, i) = equally.fold(first.data, Ord::min);
        let segment = self.network.segments.get(s as usize)?;
        let (a, b) = (*segment.xy.get(i as usize)?, *segment.xy.get(i as usize + 1)?);
        let run = (b.0 - a.0, b.1 - a.1);
        let share = ((x - a.0) * run.0 + (y - a.1) * run.1) / (run.0 * run.0 + run.1 * run.1);
        let along_m = segment.along_m[i as usize] + share.clamp(0.0, 1.0) * run.0.hypot(run.1);
        debug_assert!(Line::new([a.0, a.1], [b.0, b.1]).distance_2(&[x, y]).sqrt() <= nearest_m + 1e-3);
        Some(OnStreet { segment: s, along_m })
    }

    /// Places on streets of all incidents, `None` for those farther than `snap_m` metres from every street.
    ///
    /// # Errors
    /// A stopped request.
    pub fn snap_all(&self, xy: &[(f64, f64)], snap_m: f64, cancel: &Cancel) -> Result<Vec<Option<OnStreet>>> {
        let parts = xy.par_chunks(BLOCK).map(|block| {
            cancel.check()?;
            Ok(block.iter().map(|&c| self.snap(c, snap_m)).collect::<Vec<_>>())
        });
        Ok(parts.collect::<Result<Vec<_>>>()?.concat())
    }
}

/// Incidents of each given line, by the nearest street.
///
/// A line without length has none.
#[must_use]
pub fn counts_by_segment(network: &Network, lines: usize, places: &[OnStreet]) -> Vec<u32> {
    let mut counts = vec![0; lines];
    for line in places.iter().filter_map(|p| network.line_of(p.segment)) {
        if let Some(count) = counts.get_mut(line as usize) {
            *count += 1;
        }
    }
    counts
}
