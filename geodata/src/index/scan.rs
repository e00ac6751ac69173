//! Which blocks a query must look at, and the loop over their rows that everything but tiles uses.

use rstar::RTree;

use super::block::{self, Block, BlockRef, ReadMostly, Rect};
use super::filter::{Filter, Reach, class};
use super::polygon::Relation;
use super::segment::Segment;
use super::shape::Shape;
use super::snapshot::Snapshot;
use crate::cancel::Cancel;
use crate::error::Result;

/// Rows that are asked for their place together.
const GROUP_ROWS: usize = 64;
/// Fewer than this are asked one by one.
const FEW_ROWS: usize = 6;

/// A block that a query must look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub segment: u32,
    pub block: u32,
    /// The block lies wholly in the place.
    pub inside: bool,
    /// How its rows lie to the period.
    pub reach: Reach,
    /// Every row matches but for the place.
    pub passes: bool,
    /// Every row matches, and nothing else is to be said of any: its header answers.
    pub all: bool,
}

/// A query bound to a snapshot.
pub(crate) struct Scan<'a> {
    pub snapshot: &'a Snapshot,
    pub filter: Filter,
    pub shape: Shape,
    /// Class bits of interest.
    pub mask: u8,
    /// Blocks in order.
    pub runs: Vec<Run>,
}

impl<'a> Scan<'a> {
    /// Finds the blocks. Rows without any class bit of `mask` are left out.
    ///
    /// # Errors
    /// A wrong place; a stopped request.
    pub(crate) fn new(snapshot: &'a Snapshot, query: &super::Query, mask: u8, cancel: &Cancel) -> Result<Self> {
        let filter = snapshot.filter(query)?;
        let shape = Shape::new(&query.place)?;
        let mut scan = Self { snapshot, filter, shape, mask, runs: Vec::new() };
        let bits = scan.filter.facet_bits(mask);
        for (n, r) in scan.candidates().into_iter().enumerate() {
            if n % 1024 == 0 {
                cancel.check()?;
            }
            let header = &snapshot.segments[r.0 as usize].blocks[r.1 as usize];
            let reach = scan.filter.reach(&header.time);
            if reach == Reach::Outside || bits.none(header.facets) {
                continue;
            }
            let relation = scan.shape.relation(&header.rect);
            if relation == Relation::Outside {
                continue;
            }
            let inside = relation == Relation::Inside;
            let passes = reach == Reach::Inside && bits.all_match(header.facets);
            scan.runs.push(Run { segment: r.0, block: r.1, inside, reach, passes, all: inside && passes });
        }
        Ok(scan)
    }

    /// Blocks near the place, as (segment, block), in order and each once.
    fn candidates(&self) -> Vec<(u32, u32)> {
        if matches!(self.shape, Shape::Everywhere) {
            let segments = self.snapshot.segments.iter().enumerate();
            return segments
                .filter(|(_, s)| self.filter.reach(&s.time_range) != Reach::Outside)
                .flat_map(|(n, s)| (0..s.blocks.len()).map(move |b| (n as u32, b as u32)))
                .collect();
        }
        let tree: &RTree<BlockRef, ReadMostly> = &self.snapshot.tree;
        let mut found: Vec<(u32, u32)> = self
            .shape
            .rects()
            .iter()
            .flat_map(|r| {
                let near = block::envelope(r, self.filter.after, self.filter.last_from);
                tree.locate_in_envelope_intersecting(near).map(|b| (b.segment, b.block))
            })
            .collect();
        found.sort_unstable();
        // A block that reaches around the antimeridian is near both halves of a box.
        found.dedup();
        found
    }

    /// What is known of a run's rows.
    pub(crate) fn header(&self, run: &Run) -> &Block {
        &self.snapshot.segments[run.segment as usize].blocks[run.block as usize]
    }

    /// Rows of a run.
    pub(crate) fn len(&self, run: &Run) -> usize {
        self.snapshot.segments[run.segment as usize].rows_of(run.block as usize).len()
    }

    /// Calls `each` with every row of the run that has a class bit of the mask, and its bits.
    pub(crate) fn rows(&self, run: &Run, mut each: impl FnMut(&Segment, usize, u8)) {
        let segment = &self.snapshot.segments[run.segment as usize];
        let (filter, times) = (&self.filter, &segment.times);
        if run.all {
            segment.rows_of(run.block as usize).for_each(|row| each(segment, row, class::MATCH));
        } else if run.passes {
            self.groups(segment, run, |_| class::MATCH, each);
        } else if filter.asks_each() || (run.reach == Reach::Partly && times.to.is_some()) {
            self.groups(segment, run, |row| filter.class_of(times, &segment.points, row), each);
        } else if run.reach == Reach::Inside {
            self.groups(segment, run, |row| filter.class[usize::from(times.facet[row])], each);
        } else {
            let class_of = |row: usize| {
                let (from, facet) = (times.from[row], usize::from(times.facet[row]));
                let is_asked = (from >= filter.earliest[facet]) & (from <= filter.last_from);
                filter.class[facet] * u8::from(is_asked)
            };
            self.groups(segment, run, class_of, each);
        }
    }

    /// Asks rows for their class, then those that have one for their place together.
    fn groups(
        &self,
        segment: &Segment,
        run: &Run,
        class_of: impl Fn(usize) -> u8,
        mut each: impl FnMut(&Segment, usize, u8),
    ) {
        let rows = segment.rows_of(run.block as usize);
        let mut passed = [(0usize, 0u8); GROUP_ROWS];
        for first in rows.clone().step_by(GROUP_ROWS) {
            let mut n = 0;
            for row in first..(first + GROUP_ROWS).min(rows.end) {
                // Written in any case: a branch that is often mistaken costs more.
                passed[n] = (row, class_of(row) & self.mask);
                n += usize::from(passed[n].1 != 0);
            }
            self.group(segment, run.inside, &passed[..n], &mut each);
        }
    }

    /// Rows that follow one another in Morton order and have passed all but the place. They lie close together, so that
    /// their common box often spares asking each.
    fn group(&self, segment: &Segment, inside: bool, rows: &[(usize, u8)], each: &mut impl FnMut(&Segment, usize, u8)) {
        if let (Shape::Box(place), false) = (&self.shape, inside) {
            // Asking each costs no more than their common box.
            rows.iter()
                .filter(|r| place.contains(segment.points[r.0]))
                .for_each(|&(row, bits)| each(segment, row, bits));
            return;
        }
        let relation = if inside {
            Relation::Inside
        } else if rows.len() < FEW_ROWS {
            Relation::Crosses
        } else {
            let mut rect = Rect::EMPTY;
            rows.iter().for_each(|r| rect.add(segment.points[r.0].lon(), segment.points[r.0].lat()));
            self.shape.relation(&rect)
        };
        match relation {
            Relation::Outside => {}
            Relation::Inside => rows.iter().for_each(|&(row, bits)| each(segment, row, bits)),
            Relation::Crosses => {
                // Identical places follow one another, thousands of them in real files: the answer is kept.
                let mut last = None;
                for &(row, bits) in rows {
                    let p = segment.points[row];
                    let inside = match last {
                        Some((q, inside)) if q == p => inside,
                        _ => self.shape.contains(p),
                    };
                    last = Some((p, inside));
                    if inside {
                        each(segment, row, bits);
                    }
                }
            }
        }
    }
}
