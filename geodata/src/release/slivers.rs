//! Do two geographies cut one another so finely that the difference of two numbers would tell of a few records?
//!
//! An area's public number is the sum of told cells, so what two geographies differ in is whole cells, whose numbers are
//! told anyway. The check counts the pieces all the same: they would tell if areas were ever counted by themselves.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::node::Node;
use super::tree::{Leaf, SUPPRESSED};
use crate::index::Collection;

/// How two area collections cut one another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sliver {
    /// The collections.
    pub collections: (String, String),
    /// Pieces of ground that belong to one area of each.
    pub pieces: usize,
    /// Pieces with a published number below the minimum: none of them can be had by subtraction.
    pub below_minimum: usize,
    /// Pieces below the minimum that a difference of two areas would tell by themselves, since a told cell lies in them.
    pub told_by_difference: usize,
}

/// Checks every pair of collections over the finest cells of the study area.
pub(super) fn check(collections: &[&Collection], cells: &[Node], told: &[Leaf], minimum: u32) -> Vec<Sliver> {
    let areas: Vec<Vec<Option<u32>>> =
        collections.iter().map(|c| cells.iter().map(|n| c.area_of(n.centre())).collect()).collect();
    let mut found = vec![];
    for (i, a) in collections.iter().enumerate() {
        for (j, b) in collections.iter().enumerate().skip(i + 1) {
            let piece_of: Vec<_> = areas[i].iter().zip(&areas[j]).map(|(x, y)| (*x).zip(*y)).collect();
            let mut pieces: HashMap<(u32, u32), Piece> = HashMap::new();
            for place in piece_of.iter().flatten() {
                pieces.entry(*place).or_default();
            }
            for leaf in told.iter().filter(|l| l.value != SUPPRESSED) {
                let from = cells.partition_point(|c| c.start() < leaf.node.start());
                let to = cells.partition_point(|c| c.start() < leaf.node.end());
                let inside = piece_of.get(from..to).unwrap_or_default();
                let is_whole = inside.windows(2).all(|w| w[0] == w[1]);
                for place in inside.iter().flatten() {
                    let piece = pieces.entry(*place).or_default();
                    piece.number += f64::from(leaf.value) / inside.len() as f64;
                    piece.has_whole_cell |= is_whole;
                }
            }
            let is_small = |p: &&Piece| p.number > 0.0 && p.number < f64::from(minimum);
            found.push(Sliver {
                collections: (a.name.clone(), b.name.clone()),
                pieces: pieces.len(),
                below_minimum: pieces.values().filter(is_small).count(),
                told_by_difference: pieces.values().filter(is_small).filter(|p| p.has_whole_cell).count(),
            });
        }
    }
    found
}

/// A piece of ground in one area of each of two collections.
#[derive(Default)]
struct Piece {
    number: f64,
    /// A told cell lies wholly in it: a difference of two areas would tell that cell's number.
    has_whole_cell: bool,
}
