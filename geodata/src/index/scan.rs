//! Which blocks a query must look at, and the loop over their rows that everything but tiles uses.

use std::ops::Range;

use rstar::RTree;

use super::block::{self, Block, BlockRef, GROUP_ROWS, Group, ReadMostly, Rect};
use super::filter::{Filter, Reach, class};
use super::polygon::Relation;
use super::segment::Segment;
use super::shape::Shape;
use super::snapshot::Snapshot;
use super::window::Window;
use crate::cancel::Cancel;
use crate::error::Result;

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
    /// Around a box, and what lies surely within it.
    windows: Option<(Window, Option<Window>)>,
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
        let windows = match &shape {
            Shape::Box(place) => Some((Window::around(place), Window::within(place))),
            _ => None,
        };
        let mut scan = Self { snapshot, filter, shape, windows, mask, runs: Vec::new() };
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
    pub(crate) fn header(&self, run: &Run) -> &'a Block {
        &self.segment(run).blocks[run.block as usize]
    }

    /// Rows of a run.
    pub(crate) fn len(&self, run: &Run) -> usize {
        self.segment(run).rows_of(run.block as usize).len()
    }

    /// What is known of the groups of a run.
    pub(crate) fn headers(&self, run: &Run) -> &'a [Group] {
        let rows = self.segment(run).rows_of(run.block as usize);
        &self.segment(run).groups[rows.start / GROUP_ROWS..rows.end.div_ceil(GROUP_ROWS)]
    }

    fn segment(&self, run: &Run) -> &'a Segment {
        &self.snapshot.segments[run.segment as usize]
    }

    /// Calls `each` with every row of the run that has a class bit of the mask, and its bits.
    pub(crate) fn rows(&self, run: &Run, mut each: impl FnMut(&Segment, usize, u8)) {
        self.groups(run, |segment, _, rows| match rows {
            Rows::All(rows) => rows.for_each(|row| each(segment, row, class::MATCH)),
            Rows::Some(rows) => rows.iter().for_each(|row| each(segment, row.row as usize, row.bits)),
        });
    }

    /// The same rows, group by group.
    pub(crate) fn groups(&self, run: &Run, each: impl FnMut(&Segment, &Group, Rows<'_>)) {
        let (filter, times) = (&self.filter, &self.segment(run).times);
        if run.passes {
            self.groups_of(run, |_| class::MATCH, each);
        } else if filter.asks_each() || (run.reach == Reach::Partly && times.to.is_some()) {
            self.groups_of(run, |row| filter.class_of(times, &self.segment(run).points, row), each);
        } else if run.reach == Reach::Inside {
            self.groups_of(run, |row| filter.class[usize::from(times.facet[row])], each);
        } else {
            let class_of = |row: usize| {
                let (from, facet) = (times.from[row], usize::from(times.facet[row]));
                let is_asked = (from >= filter.earliest[facet]) & (from <= filter.last_from);
                filter.class[facet] * u8::from(is_asked)
            };
            self.groups_of(run, class_of, each);
        }
    }

    /// Asks rows for their class and whether they are around the box, then those that passed for their place together.
    /// What a group's header tells is not asked of its rows.
    fn groups_of(&self, run: &Run, class_of: impl Fn(usize) -> u8, mut each: impl FnMut(&Segment, &Group, Rows<'_>)) {
        let segment = self.segment(run);
        let mut passed = [Passed::default(); GROUP_ROWS];
        let rows = segment.rows_of(run.block as usize);
        for (first, group) in rows.clone().step_by(GROUP_ROWS).zip(self.headers(run)) {
            let rows = first..(first + GROUP_ROWS).min(rows.end);
            let (mut inside, mut around) = (run.inside, Window::ALL);
            if let (Some(windows), false) = (self.windows, inside) {
                if !windows.0.touches(group) {
                    continue;
                }
                inside = windows.1.is_some_and(|within| within.holds_all(group));
                around = windows.0;
            }
            if inside && run.passes {
                each(segment, group, Rows::All(rows));
                continue;
            }
            let places = segment.x[rows.clone()].iter().zip(&segment.y[rows.clone()]);
            let mut n = 0;
            for (row, (&x, &y)) in rows.zip(places) {
                let bits = class_of(row) & self.mask;
                // Written in any case: a branch that is often mistaken costs more.
                passed[n % GROUP_ROWS] = Passed { row: row as u32, bits };
                n += usize::from((bits != 0) & around.holds(x, y));
            }
            let passed = &mut passed[..n];
            let held = if inside { passed.len() } else { self.held(segment, passed) };
            if held > 0 {
                each(segment, group, Rows::Some(&passed[..held]));
            }
        }
    }

    /// Puts the rows that the place holds first; how many they are. They follow one another in Morton order and lie close
    /// together, so that their common box often spares asking each.
    fn held(&self, segment: &Segment, rows: &mut [Passed]) -> usize {
        let place = |row: &Passed| segment.points[row.row as usize];
        if let (Shape::Box(of), Some((_, within))) = (&self.shape, self.windows) {
            // Asking each costs no more than their common box; only at an edge is it decided on the degrees.
            let is_within = |row: usize| within.is_some_and(|w| w.holds(segment.x[row], segment.y[row]));
            return keep(rows, |row| is_within(row.row as usize) || of.contains(place(row)));
        }
        let relation = if rows.len() < FEW_ROWS {
            Relation::Crosses
        } else {
            let mut rect = Rect::EMPTY;
            rows.iter().map(place).for_each(|p| rect.add(p.lon(), p.lat()));
            self.shape.relation(&rect)
        };
        match relation {
            Relation::Outside => 0,
            Relation::Inside => rows.len(),
            Relation::Crosses => {
                // Identical places follow one another, thousands of them in real files: the answer is kept.
                let mut last = None;
                keep(rows, |row| {
                    let p = place(row);
                    let inside = match last {
                        Some((q, inside)) if q == p => inside,
                        _ => self.shape.contains(p),
                    };
                    last = Some((p, inside));
                    inside
                })
            }
        }
    }
}

/// Rows of a group.
pub(crate) enum Rows<'a> {
    /// All of them, and nothing but that they match is to be said of any.
    All(Range<usize>),
    /// Those that passed.
    Some(&'a [Passed]),
}

impl Rows<'_> {
    /// How many they are.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::All(rows) => rows.len(),
            Self::Some(rows) => rows.len(),
        }
    }
}

/// A row of a segment that has passed a filter.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Passed {
    pub row: u32,
    /// Its class bits of interest.
    pub bits: u8,
}

/// Puts the rows of which it is so first, in their order; how many they are.
fn keep(rows: &mut [Passed], mut is_so: impl FnMut(&Passed) -> bool) -> usize {
    let mut kept = 0;
    for n in 0..rows.len() {
        let row = rows[n];
        rows[kept] = row;
        kept += usize::from(is_so(&row));
    }
    kept
}
