//! A k-d tree without pointers: the places halved again and again along the longer side.

use rayon::prelude::*;

use super::super::places::Places;
use crate::cancel::Cancel;
use crate::error::Result;

/// Places that are no longer halved.
const LEAF: usize = 12;
/// Places between two looks at whether the work should go on.
const BLOCK: usize = 1024;

/// Places in the order of the tree. Node 0 holds all; the children of node k are 2 k + 1 and 2 k + 2.
pub(super) struct Tree {
    pub points: Vec<(f64, f64)>,
    pub weights: Vec<u32>,
    /// Number of each among the places.
    pub places: Vec<u32>,
    pub nodes: Vec<Node>,
}

/// A node's places and their bounds.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub first: u32,
    pub end: u32,
    low: (f64, f64),
    high: (f64, f64),
}

impl Node {
    /// Squared distance of a point from the bounds; never more than that from a place within.
    pub(super) fn distance2(&self, (x, y): (f64, f64)) -> f64 {
        let dx = (self.low.0 - x).max(x - self.high.0).max(0.0);
        let dy = (self.low.1 - y).max(y - self.high.1).max(0.0);
        dx * dx + dy * dy
    }

    pub(super) fn range(&self) -> std::ops::Range<usize> {
        self.first as usize..self.end as usize
    }
}

impl Tree {
    pub(super) fn new(places: &Places) -> Self {
        let mut order: Vec<u32> = (0..places.len() as u32).collect();
        let at = |i: u32| (places.xs[i as usize], places.ys[i as usize]);
        let mut depth = 0;
        while order.len() >> depth > LEAF {
            depth += 1;
        }
        let mut nodes = Vec::with_capacity((2 << depth) - 1);
        let mut level: Vec<std::ops::Range<usize>> = std::iter::once(0..order.len()).collect();
        for below in (0..=depth).rev() {
            // Nodes of a level lie side by side, so each can sort its own part.
            let mut parts = Vec::with_capacity(level.len());
            let mut rest = order.as_mut_slice();
            for range in &level {
                let (part, after) = rest.split_at_mut(range.len());
                parts.push(part);
                rest = after;
            }
            let build = |(range, part): (&std::ops::Range<usize>, &mut [u32])| {
                let (mut low, mut high) = ((f64::INFINITY, f64::INFINITY), (f64::NEG_INFINITY, f64::NEG_INFINITY));
                for p in part.iter().map(|&i| at(i)) {
                    low = (low.0.min(p.0), low.1.min(p.1));
                    high = (high.0.max(p.0), high.1.max(p.1));
                }
                if below > 0 {
                    let middle = part.len() / 2;
                    if high.0 - low.0 >= high.1 - low.1 {
                        part.select_nth_unstable_by(middle, |&a, &b| at(a).0.total_cmp(&at(b).0).then(a.cmp(&b)));
                    } else {
                        part.select_nth_unstable_by(middle, |&a, &b| at(a).1.total_cmp(&at(b).1).then(a.cmp(&b)));
                    }
                }
                Node { first: range.start as u32, end: range.end as u32, low, high }
            };
            nodes.extend(level.par_iter().zip(parts).map(build).collect::<Vec<_>>());
            level = level.iter().flat_map(|r| [r.start..r.start + r.len() / 2, r.start + r.len() / 2..r.end]).collect();
        }
        Self {
            points: order.iter().map(|&i| at(i)).collect(),
            weights: order.iter().map(|&i| places.weights[i as usize]).collect(),
            places: order,
            nodes,
        }
    }

    /// Whether a node has no children.
    pub(super) fn is_leaf(&self, node: usize) -> bool {
        2 * node + 2 >= self.nodes.len()
    }

    /// Squared distance of each place within which `min_points` points lie, its own included; that of the farthest where
    /// there are fewer.
    pub(super) fn core_distances2(&self, min_points: u32, cancel: &Cancel) -> Result<Vec<f64>> {
        let mut found = vec![0.0; self.points.len()];
        found.par_chunks_mut(BLOCK).enumerate().try_for_each(|(block, out)| {
            cancel.check()?;
            let mut near = Nearest { wanted: u64::from(min_points), total: 0, list: vec![] };
            for (k, core) in out.iter_mut().enumerate() {
                (near.total, near.list) = (0, std::mem::take(&mut near.list));
                near.list.clear();
                self.gather(0, self.points[block * BLOCK + k], &mut near);
                *core = near.list.last().map_or(0.0, |n| n.0);
            }
            Ok(())
        })?;
        Ok(found)
    }

    fn gather(&self, node: usize, point: (f64, f64), near: &mut Nearest) {
        if self.is_leaf(node) {
            for i in self.nodes[node].range() {
                let (x, y) = self.points[i];
                near.add((x - point.0).powi(2) + (y - point.1).powi(2), self.weights[i]);
            }
            return;
        }
        let children = [2 * node + 1, 2 * node + 2].map(|c| (self.nodes[c].distance2(point), c));
        let [closer, other] = if children[0].0 <= children[1].0 { children } else { [children[1], children[0]] };
        for (d2, child) in [closer, other] {
            if near.is_wanted(d2) {
                self.gather(child, point, near);
            }
        }
    }
}

/// The nearest places so far, no more than hold the points wanted.
struct Nearest {
    wanted: u64,
    total: u64,
    list: Vec<(f64, u32)>,
}

impl Nearest {
    fn is_wanted(&self, d2: f64) -> bool {
        self.total < self.wanted || self.list.last().is_none_or(|last| d2 < last.0)
    }

    fn add(&mut self, d2: f64, weight: u32) {
        if !self.is_wanted(d2) {
            return;
        }
        let at = self.list.partition_point(|n| n.0 <= d2);
        self.list.insert(at, (d2, weight));
        self.total += u64::from(weight);
        while let Some(&(_, w)) = self.list.last()
            && self.total - u64::from(w) >= self.wanted
        {
            self.total -= u64::from(w);
            self.list.pop();
        }
    }
}
