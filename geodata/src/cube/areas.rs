//! Incidents by area: blocks wholly in one area by their headers, the others row by row.

use super::cells::{Counted, Counter};
use crate::index::{Collection, Relation, Run, Scan, class};

/// Counts by the areas of a collection.
pub(super) struct ByArea<'a>(pub &'a Collection);

impl Counter for ByArea<'_> {
    fn slots(&self) -> usize {
        self.0.areas.len()
    }

    fn run(&self, scan: &Scan<'_>, run: &Run, out: &mut Counted) {
        let rect = scan.header(run).rect;
        let mut near: Vec<(u32, Relation)> =
            self.0.near(&rect).iter().map(|&a| (a, self.0.shapes[a as usize].relation(&rect))).collect();
        near.retain(|n| n.1 != Relation::Outside);
        // On a common border the smaller number wins, so an area that holds the block hides those after it.
        if let Some(first) = near.iter().position(|n| n.1 == Relation::Inside) {
            near.truncate(first + 1);
        }
        let whole = match near.as_slice() {
            [] => Some(None),
            [(area, Relation::Inside)] => Some(Some(*area as usize)),
            _ => None,
        };
        if let Some(slot) = whole.filter(|_| run.all) {
            out.add(slot, scan.len(run) as u32);
            out.tally.matched += scan.len(run) as u64;
            return;
        }
        let mut last = None;
        scan.rows(run, |segment, row, bits| {
            out.tally.add_class(bits);
            if bits & class::MATCH == 0 {
                return;
            }
            let p = segment.points[row];
            let slot = match (whole, last) {
                (Some(slot), _) => slot,
                (None, Some((q, slot))) if q == p => slot,
                _ => near
                    .iter()
                    .find(|&&(a, r)| r == Relation::Inside || self.0.shapes[a as usize].contains(p.lon(), p.lat()))
                    .map(|&(a, _)| a as usize),
            };
            last = Some((p, slot));
            out.add(slot, 1);
        });
    }
}
