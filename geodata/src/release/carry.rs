//! From one release to the next: a published number stands until the count has moved well away from it.
//!
//! The cell key changes with every record, so numbers drawn anew would tell that something changed. A published cell
//! therefore keeps its number, and a tree its splits, until the change is larger than a secret bound of its own.

use super::node::Node;
use super::tree::{LATER_STRAY_SHARE, Leaf, Rules, SUPPRESSED};
use crate::store::Secret;

/// Bounds of a cell lie in so many steps, by its secret.
const STEPS: u8 = 5;

/// What the last release showed of a cell.
#[derive(Clone, Copy)]
pub(super) enum Before<'a> {
    /// Nothing: the slice is new.
    New,
    /// That nothing was recorded.
    Zero,
    /// These cells, which lie in it or are it; never empty.
    Told(&'a [Leaf]),
}

/// A slice's rules with its name and the secret of the family of releases.
pub(super) struct Carried<'a> {
    pub rules: Rules<'a>,
    pub secret: &'a Secret,
    /// What names the slice in every release.
    pub name: &'a [u8],
}

impl Carried<'_> {
    /// The tree of a slice after the last one, in order.
    pub fn grow(&self, rows: &[u32], node: Node, before: Before<'_>, out: &mut Vec<Leaf>) {
        match before {
            Before::New => self.rules.fresh(rows, node, out),
            // A handful of later records does not end a zero.
            Before::Zero if self.is_few(rows, node) => {}
            Before::Zero => self.rules.fresh(rows, node, out),
            Before::Told([leaf]) if leaf.node == node => self.again(rows, *leaf, out),
            Before::Told(leaves) => {
                for child in node.children() {
                    let from = leaves.partition_point(|l| l.node.start() < child.start());
                    let to = leaves.partition_point(|l| l.node.start() < child.end());
                    let before = if from == to { Before::Zero } else { Before::Told(&leaves[from..to]) };
                    self.grow(self.rules.inside(rows, child), child, before, out);
                }
            }
        }
    }

    /// Whether one record more would change what is told of the slice, whose last tree is `before`.
    pub fn changes_with(&self, rows: &[u32], more: u32, root: Node, before: &[Leaf]) -> bool {
        let position = self.rules.rows.position(more);
        let at = before.partition_point(|l| l.node.end() <= position);
        let told = before.get(at).filter(|l| l.node.start() <= position);
        let mut node = told.map_or(root, |l| l.node);
        let is_told_within = |node: Node| {
            let first = before.partition_point(|l| l.node.end() <= node.start());
            before.get(first).is_some_and(|l| l.node.start() < node.end())
        };
        while told.is_none() && is_told_within(node) {
            let Some(child) = node.children().into_iter().find(|c| c.start() <= position && position < c.end()) else {
                return false;
            };
            node = child;
        }
        let mut inside = self.rules.inside(rows, node).to_vec();
        let place = inside.partition_point(|&r| self.rules.rows.position(r) <= position);
        inside.insert(place, more);
        match told {
            Some(leaf) => {
                let splits =
                    self.rules.splits(&inside, node, LATER_STRAY_SHARE, |part, child| self.is_surely_safe(part, child));
                splits || self.carried(&inside, *leaf) != leaf.value
            }
            None => !self.is_few(&inside, node),
        }
    }

    fn again(&self, rows: &[u32], leaf: Leaf, out: &mut Vec<Leaf>) {
        let node = leaf.node;
        if self.rules.splits(rows, node, LATER_STRAY_SHARE, |part, child| self.is_surely_safe(part, child)) {
            node.children().into_iter().for_each(|child| self.rules.fresh(self.rules.inside(rows, child), child, out));
        } else {
            out.push(Leaf { node, value: self.carried(rows, leaf) });
        }
    }

    fn carried(&self, rows: &[u32], leaf: Leaf) -> u32 {
        let count = rows.len() as u32;
        let stands = match leaf.value {
            SUPPRESSED => !self.is_surely_safe(rows, leaf.node),
            value => {
                let moved = value.abs_diff(count);
                let surely = self.rules.table.largest() + 1;
                moved <= surely || (moved < surely + u32::from(STEPS) && moved < surely + self.step(leaf.node))
            }
        };
        if stands { leaf.value } else { self.rules.publish(rows, leaf.node) }
    }

    /// Whether records are so few that a zero stands. The secret is only asked where it decides.
    fn is_few(&self, rows: &[u32], node: Node) -> bool {
        let n = rows.len() as u32;
        n <= 1 || (n <= u32::from(STEPS) && n <= self.step(node))
    }

    /// Whether a cell may be told with so many records to spare that one less or more does not matter.
    fn is_surely_safe(&self, rows: &[u32], node: Node) -> bool {
        self.rules.is_safe(rows, node, 1)
            && (self.rules.has_to_spare(rows, u32::from(STEPS)) || self.rules.has_to_spare(rows, self.step(node)))
    }

    /// 1 to [`STEPS`], by the cell's secret.
    fn step(&self, node: Node) -> u32 {
        let mac = self.secret.mac(&[b"carry", self.name, &node.number().to_le_bytes()]);
        u32::from(mac[0] % STEPS) + 1
    }
}
