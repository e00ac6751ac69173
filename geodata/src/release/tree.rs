//! One slice's tree: cells as small as the rules allow, each large enough to be told, or withheld.
//!
//! A cell is split only where every part that is not empty may be told by itself; parts that hold next to nothing of
//! it are withheld instead, so that a stray record does not make a whole city one cell.

use super::node::Node;
use super::perturbation::Perturbation;
use super::residents::Residents;
use super::rows::Rows;

/// Stands for a number that is withheld.
pub(crate) const SUPPRESSED: u32 = u32::MAX;
/// Share of a cell that parts which may not be told can hold without keeping it whole.
const STRAY_SHARE: f64 = 0.005;
/// The same for a cell that was told whole before: less, so that one record more does not split it.
pub(super) const LATER_STRAY_SHARE: f64 = 0.004;

/// A told cell with its published number, or [`SUPPRESSED`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Leaf {
    pub node: Node,
    pub value: u32,
}

/// What a cell of one slice must fulfil.
pub(super) struct Rules<'a> {
    /// Counts from here on may be told.
    pub minimum: u32,
    /// The same where a record comes from a health service.
    pub minimum_health: u32,
    pub base: u32,
    pub finest: u8,
    pub least_places: u32,
    pub largest_share: f64,
    /// Residents and households that a cell has at least.
    pub needed: [f64; 2],
    pub residents: Option<&'a Residents>,
    pub table: &'a Perturbation,
    pub rows: &'a Rows,
}

impl Rules<'_> {
    /// Positions of the rows, which are in Morton order, that lie in a cell.
    pub fn inside<'r>(&self, rows: &'r [u32], node: Node) -> &'r [u32] {
        let from = rows.partition_point(|&r| self.rows.position(r) < node.start());
        let to = from + rows[from..].partition_point(|&r| self.rows.position(r) < node.end());
        &rows[from..to]
    }

    /// Whether a cell with these rows may be told, with `extra` more than the minimum.
    pub fn is_safe(&self, rows: &[u32], node: Node, extra: u32) -> bool {
        self.has_to_spare(rows, extra) && self.has_residents(node) && self.is_mixed(rows)
    }

    /// Whether there are so many more records than the minimum.
    pub fn has_to_spare(&self, rows: &[u32], extra: u32) -> bool {
        rows.len() as u32 >= self.minimum_of(rows).saturating_add(extra)
    }

    fn minimum_of(&self, rows: &[u32]) -> u32 {
        // Only small counts can be below either minimum.
        let is_small = (rows.len() as u32) < self.minimum_health;
        if is_small && rows.iter().any(|&r| self.rows.is_health(r)) { self.minimum_health } else { self.minimum }
    }

    fn has_residents(&self, node: Node) -> bool {
        self.residents.is_none_or(|residents| {
            let within = residents.within(node);
            within[0] >= self.needed[0] && (within[1] >= self.needed[1] || !residents.has_households())
        })
    }

    /// Whether the records come from enough places, none of which holds nearly all of them.
    fn is_mixed(&self, rows: &[u32]) -> bool {
        let (mut places, mut largest, mut run) = (0u32, 0u32, 0u32);
        let mut last = None;
        for &r in rows {
            let at = self.rows.position(r);
            if last == Some(at) {
                run += 1;
            } else {
                (places, run, last) = (places + 1, 1, Some(at));
            }
            largest = largest.max(run);
        }
        places >= self.least_places && f64::from(largest) <= self.largest_share * rows.len() as f64
    }

    /// The number that is published of these records.
    pub fn publish(&self, rows: &[u32], node: Node) -> u32 {
        if !self.is_safe(rows, node, 0) {
            return SUPPRESSED;
        }
        self.perturbed(rows)
    }

    /// The perturbed number of records that may be told: never below the smallest multiple that may be.
    pub fn perturbed(&self, rows: &[u32]) -> u32 {
        let key = rows.iter().fold(0u8, |sum, &r| sum.wrapping_add(self.rows.key(r)));
        self.table.apply(rows.len() as u32, key).max(self.minimum.next_multiple_of(self.base))
    }

    /// Whether a cell may be split: every part may be told, but for strays of at most this share.
    pub fn splits(
        &self,
        rows: &[u32],
        node: Node,
        stray_share: f64,
        may_be_told: impl Fn(&[u32], Node) -> bool,
    ) -> bool {
        if node.level() >= self.finest {
            return false;
        }
        let (mut strays, mut told) = (0usize, 0usize);
        for child in node.children() {
            let part = self.inside(rows, child);
            if part.is_empty() {
                continue;
            }
            if may_be_told(part, child) {
                told += 1;
            } else {
                strays += part.len();
            }
        }
        told > 0 && strays as f64 <= stray_share * rows.len() as f64
    }

    /// The tree of a slice that was never published, in order.
    pub fn fresh(&self, rows: &[u32], node: Node, out: &mut Vec<Leaf>) {
        if rows.is_empty() {
            return;
        }
        if self.splits(rows, node, STRAY_SHARE, |part, child| self.is_safe(part, child, 0)) {
            node.children().into_iter().for_each(|child| self.fresh(self.inside(rows, child), child, out));
        } else {
            out.push(Leaf { node, value: self.publish(rows, node) });
        }
    }
}
