//! The protected cube: for every slice the cells that may be told, and sums over slices.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::dims::{Cross, Dims, Month, Slice};
use super::node::Node;
use super::tree::{Leaf, SUPPRESSED};
use crate::policy::{CubeRules, PeriodKind};

/// Where a slice's cells are, and how many of its records have no usable place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub leaves: Range<usize>,
    /// Published number of records without a usable place, or [`SUPPRESSED`].
    pub unmapped: u32,
}

/// A kind of table: periods of one kind, categories of one level (0: all), one set of attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub(crate) struct Kind {
    pub period: PeriodKind,
    pub category_level: u8,
    /// Attributes as bits: 1 sex, 2 age, 4 hour, 8 context.
    pub attributes: u8,
}

/// Attributes of a cross as bits.
pub(crate) fn attributes_of(cross: &Cross) -> u8 {
    u8::from(cross.sex.is_some())
        | u8::from(cross.age.is_some()) << 1
        | u8::from(cross.hour.is_some()) << 2
        | u8::from(cross.context.is_some()) << 3
}

/// Everything that one tier may be told of the incidents.
pub(crate) struct Cube {
    pub rules: CubeRules,
    pub dims: Dims,
    /// The cell that holds the whole city.
    pub root: Node,
    /// Stretches of the curve that the study area covers, in order; `None` where no area is imported.
    pub cover: Option<Vec<(u64, u64)>>,
    pub slices: BTreeMap<Slice, Told>,
    pub leaves: Vec<Leaf>,
    /// Tables that were left out because they would have hidden too much.
    pub withheld: Vec<Kind>,
}

impl Cube {
    /// The told cells of a slice; none where nothing was recorded.
    pub fn leaves_of(&self, slice: Slice) -> &[Leaf] {
        self.slices.get(&slice).and_then(|t| self.leaves.get(t.leaves.clone())).unwrap_or(&[])
    }

    /// Whether the table that a slice belongs to is left out.
    pub fn is_withheld(&self, slice: Slice) -> bool {
        !self.withheld.is_empty() && self.kind_of(slice).is_some_and(|kind| self.withheld.contains(&kind))
    }

    fn kind_of(&self, slice: Slice) -> Option<Kind> {
        use super::dims::Category;
        let category_level = match self.dims.categories.get(usize::from(slice.category))? {
            Category::All | Category::NotPoliceInitiated => 0,
            Category::Code(code) => {
                if code.len() <= 2 {
                    1
                } else {
                    2
                }
            }
        };
        Some(Kind {
            period: self.dims.periods.get(usize::from(slice.period))?.kind,
            category_level,
            attributes: attributes_of(self.dims.crosses.get(usize::from(slice.cross))?),
        })
    }

    /// The told cells that touch `within`, summed over slices. Cells of the slices differ in size: a sum is told for the
    /// largest of those that overlap. Withheld parts are not in the sums; a cell of which nothing else is known is withheld.
    pub fn cells(&self, slices: &[Slice], within: Node) -> Cow<'_, [Leaf]> {
        let touching = |slice: &Slice, from: u64, to: u64| {
            let leaves = self.leaves_of(*slice);
            let first = leaves.partition_point(|l| l.node.end() <= from);
            let last = first + leaves[first..].partition_point(|l| l.node.start() < to);
            &leaves[first..last]
        };
        match slices {
            [] => Cow::Borrowed(&[]),
            [one] if self.is_withheld(*one) => Cow::Owned(vec![Leaf { node: self.root, value: SUPPRESSED }]),
            [one] => Cow::Borrowed(touching(one, within.start(), within.end())),
            many => {
                // A cell that reaches beyond takes the cells of the other slices beside `within` with it.
                let (mut from, mut to) = (within.start(), within.end());
                loop {
                    let parts = many.iter().map(|s| touching(s, from, to));
                    let (low, high) = parts.fold((from, to), |(low, high), leaves| {
                        let first = leaves.first().map_or(low, |l| l.node.start());
                        (low.min(first), high.max(leaves.last().map_or(high, |l| l.node.end())))
                    });
                    if (low, high) == (from, to) {
                        break;
                    }
                    (from, to) = (low, high);
                }
                let mut all: Vec<Leaf> = many.iter().flat_map(|s| touching(s, from, to).iter().copied()).collect();
                if many.iter().any(|s| self.is_withheld(*s)) {
                    all.push(Leaf { node: self.root, value: SUPPRESSED });
                }
                Cow::Owned(summed(all))
            }
        }
    }

    /// Published number of records of the slices that have no usable place; `None` where all of it is withheld.
    pub fn unmapped(&self, slices: &[Slice]) -> Option<u64> {
        let told = slices.iter().filter_map(|s| self.slices.get(s)).map(|t| t.unmapped);
        told.fold(Some(None), |sum: Option<Option<u64>>, n| match (sum, n) {
            (sum, 0) => sum,
            (Some(None), SUPPRESSED) => None,
            (sum, SUPPRESSED) => sum,
            (sum, n) => Some(Some(sum.flatten().unwrap_or(0) + u64::from(n))),
        })
        .map(|sum| sum.unwrap_or(0))
    }

    /// The fewest periods that make up the months, from those that the kinds allow; `None` where they do not.
    pub fn periods_of(&self, (first, end): (Month, Month), kinds: &[PeriodKind]) -> Option<Vec<u16>> {
        let mut found = vec![];
        let mut at = first;
        while at < end {
            let fits = |p: &super::dims::Period| p.first == at && p.end <= end && kinds.contains(&p.kind);
            let periods = self.dims.periods.iter().enumerate().filter(|(_, p)| fits(p));
            let (n, longest) = periods.max_by_key(|(_, p)| p.end)?;
            found.push(n as u16);
            at = longest.end;
        }
        Some(found)
    }

    /// Share of a cell's ground that the study area covers, 0 to 1.
    pub fn share_covered(&self, node: Node) -> f64 {
        self.covered(node) as f64 / node.positions() as f64
    }

    /// Whether the study area covers some of a cell.
    pub fn covers_some(&self, node: Node) -> bool {
        self.covered(node) > 0
    }

    /// Whether the study area covers all of a cell.
    pub fn covers_all(&self, node: Node) -> bool {
        self.covered(node) == node.positions()
    }

    /// The cells of a level inside a cell that the study area covers some of; the cell itself where it is no larger, and
    /// all of them where it covers none.
    pub fn finest_covered(&self, node: Node, level: u8) -> Vec<Node> {
        if node.level() >= level {
            return vec![node];
        }
        let step = Node::holding(level, node.start()).positions();
        let cells = |from: u64, to: u64| (from / step..to.div_ceil(step)).map(move |k| Node::holding(level, k * step));
        let Some(cover) = &self.cover else { return cells(node.start(), node.end()).collect() };
        let first = cover.partition_point(|c| c.1 <= node.start());
        let inside = cover[first..].iter().take_while(|c| c.0 < node.end());
        let mut found: Vec<Node> = inside.flat_map(|c| cells(c.0.max(node.start()), c.1.min(node.end()))).collect();
        found.dedup();
        if found.is_empty() { cells(node.start(), node.end()).collect() } else { found }
    }

    fn covered(&self, node: Node) -> u64 {
        let Some(cover) = &self.cover else { return node.positions() };
        let first = cover.partition_point(|c| c.1 <= node.start());
        let inside = cover[first..].iter().take_while(|c| c.0 < node.end());
        inside.map(|c| c.1.min(node.end()) - c.0.max(node.start())).sum()
    }

    /// Cells within `within` where nothing was recorded, given the told ones there; the edge of the study area is
    /// followed down to `finest`.
    pub fn zeros(&self, told: &[Leaf], within: Node, finest: u8) -> Vec<Node> {
        let mut found = vec![];
        self.add_zeros(told, within, finest, &mut found);
        found
    }

    fn add_zeros(&self, told: &[Leaf], node: Node, finest: u8, found: &mut Vec<Node>) {
        let first = told.partition_point(|l| l.node.end() <= node.start());
        let inside = &told[first..first + told[first..].partition_point(|l| l.node.start() < node.end())];
        match inside {
            [] if self.covers_all(node) || node.level() >= finest => {
                if self.covers_some(node) {
                    found.push(node);
                }
            }
            [] if !self.covers_some(node) => {}
            [one] if one.node.holds(node) => {}
            _ if node.level() >= super::node::DEPTH => {}
            _ => node.children().into_iter().for_each(|child| self.add_zeros(inside, child, finest, found)),
        }
    }
}

/// Cells gathered under the largest of those that overlap, in order.
fn summed(mut all: Vec<Leaf>) -> Vec<Leaf> {
    all.sort_unstable_by_key(|l| l.node);
    let mut sums: Vec<Leaf> = vec![];
    for leaf in all {
        match sums.last_mut() {
            Some(last) if leaf.node.start() < last.node.end() => {
                last.value = match (last.value, leaf.value) {
                    (SUPPRESSED, value) | (value, SUPPRESSED) => value,
                    (a, b) => a + b,
                };
            }
            _ => sums.push(leaf),
        }
    }
    sums
}
