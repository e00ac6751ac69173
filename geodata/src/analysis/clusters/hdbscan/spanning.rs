//! The least tree that hangs all places together, by Boruvka's rounds: each part finds its nearest neighbour at once.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::hierarchy::Edge;
use super::tree::Tree;
use crate::cancel::Cancel;
use crate::error::Result;

/// Places between two looks at whether the work should go on.
const BLOCK: usize = 1024;
/// Part of a node whose places are of several parts.
const MIXED: u32 = u32::MAX;
/// No place, or the part of none.
const NONE: u32 = u32::MAX - 1;

/// Bits of a distance that no place has.
const TAKEN: u64 = u64::MAX;

/// What is known of a place: no other part is nearer than this (squared), and which place is at just this distance.
#[derive(Clone, Copy)]
struct Known {
    at_least2: f64,
    nearest: u32,
}

/// The edges, `n - 1` for n places, with **squared** metres.
///
/// Where distances are equal it is one of several least trees; which places hang together at a distance is the same in
/// all.
pub(super) fn tree(tree: &Tree, cores2: &[f64], cancel: &Cancel) -> Result<Vec<Edge>> {
    let n = tree.points.len();
    let mut parts = Parts { parents: (0..n as u32).collect() };
    let mut known: Vec<Known> = cores2.iter().map(|&c| Known { at_least2: c, nearest: NONE }).collect();
    let least_cores2 = by_node(tree, cores2, f64::INFINITY, f64::min);
    let mut edges: Vec<Edge> = Vec::with_capacity(n.saturating_sub(1));
    cancel.begin(n as u64);
    while edges.len() + 1 < n {
        let part_of: Vec<u32> = (0..n as u32).map(|i| parts.root(i)).collect();
        let of_node = by_node(tree, &part_of, NONE, |a, b| if a == NONE || a == b { b } else { MIXED });
        let best: Vec<AtomicU64> = (0..n).map(|_| AtomicU64::new(f64::INFINITY.to_bits())).collect();
        known.par_chunks_mut(BLOCK).enumerate().try_for_each(|(block, known)| {
            cancel.check()?;
            for (k, known) in known.iter_mut().enumerate() {
                let place = block * BLOCK + k;
                let best = &best[part_of[place] as usize];
                let search = Search { tree, cores2, least_cores2: &least_cores2, part_of: &part_of, of_node: &of_node };
                search.update(place, known, best);
            }
            Ok(())
        })?;
        let before = edges.len();
        for (place, known) in known.iter().enumerate().filter(|(_, k)| k.nearest != NONE) {
            // One edge a part and round: after it the part has others that may be shorter than a second one.
            let best = &best[part_of[place] as usize];
            if known.at_least2.to_bits() == best.load(Ordering::Relaxed) {
                best.store(TAKEN, Ordering::Relaxed);
                if parts.unite(place as u32, known.nearest) {
                    edges.push(Edge { a: place as u32, b: known.nearest, metres: known.at_least2 });
                }
            }
        }
        cancel.advance((edges.len() - before) as u64);
    }
    Ok(edges)
}

/// A value of each node from those of its places.
fn by_node<T: Copy>(tree: &Tree, of_place: &[T], none: T, join: impl Fn(T, T) -> T) -> Vec<T> {
    let mut of_node = vec![none; tree.nodes.len()];
    for node in (0..tree.nodes.len()).rev() {
        of_node[node] = if tree.is_leaf(node) {
            of_place[tree.nodes[node].range()].iter().copied().fold(none, &join)
        } else {
            join(of_node[2 * node + 1], of_node[2 * node + 2])
        };
    }
    of_node
}

struct Search<'a> {
    tree: &'a Tree,
    cores2: &'a [f64],
    least_cores2: &'a [f64],
    part_of: &'a [u32],
    of_node: &'a [u32],
}

impl Search<'_> {
    /// Looks for the nearest place of another part, unless its own part has a nearer one already.
    fn update(&self, place: usize, known: &mut Known, best: &AtomicU64) {
        let own = self.part_of[place];
        if known.nearest != NONE && self.part_of[known.nearest as usize] == own {
            known.nearest = NONE;
        }
        // Positive numbers are ordered as their bits are.
        let bound = f64::from_bits(best.load(Ordering::Relaxed));
        if known.nearest == NONE && known.at_least2 < bound {
            let mut found = Known { at_least2: bound, nearest: NONE };
            self.descend(0, place, own, &mut found);
            *known = found;
        }
        if known.nearest != NONE {
            best.fetch_min(known.at_least2.to_bits(), Ordering::Relaxed);
        }
    }

    fn descend(&self, node: usize, place: usize, own: u32, found: &mut Known) {
        let point = self.tree.points[place];
        if self.tree.is_leaf(node) {
            for i in self.tree.nodes[node].range().filter(|&i| self.part_of[i] != own) {
                let (x, y) = self.tree.points[i];
                let d2 = ((x - point.0).powi(2) + (y - point.1).powi(2)).max(self.cores2[i]).max(self.cores2[place]);
                if d2 < found.at_least2 {
                    *found = Known { at_least2: d2, nearest: i as u32 };
                }
            }
            return;
        }
        let least = |child: usize| {
            let apart = self.tree.nodes[child].distance2(point);
            (apart, apart.max(self.least_cores2[child]).max(self.cores2[place]), child)
        };
        let children = [least(2 * node + 1), least(2 * node + 2)];
        let [closer, other] = if children[0].0 <= children[1].0 { children } else { [children[1], children[0]] };
        for (_, least2, child) in [closer, other] {
            if least2 < found.at_least2 && self.of_node[child] != own {
                self.descend(child, place, own, found);
            }
        }
    }
}

/// Which places hang together so far.
struct Parts {
    parents: Vec<u32>,
}

impl Parts {
    fn root(&mut self, mut i: u32) -> u32 {
        while self.parents[i as usize] != i {
            self.parents[i as usize] = self.parents[self.parents[i as usize] as usize];
            i = self.parents[i as usize];
        }
        i
    }

    /// Whether they were of different parts.
    fn unite(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b) as usize] = a.min(b);
        a != b
    }
}
