//! Incidents by cell of a lattice, or by any cell.

use std::collections::HashMap;

use rayon::prelude::*;

use super::lattice::Lattice;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::index::{Frame, FrameKind, Patches, Run, Scan, Segment, Tally, class, quadkey_cell, square_cell};
use crate::model::{LonLat, MercatorPoint};

/// Counts by slot, and what fell in none.
pub(super) struct Counted {
    pub counts: Vec<u32>,
    pub outside: u64,
    pub tally: Tally,
}

impl Counted {
    pub(super) fn add(&mut self, slot: Option<usize>, n: u32) {
        match slot.and_then(|s| self.counts.get_mut(s)) {
            Some(count) => *count += n,
            None => self.outside += u64::from(n),
        }
    }
}

/// Something that knows the slot of a row.
pub(super) trait Counter: Sync {
    fn slots(&self) -> usize;
    fn run(&self, scan: &Scan<'_>, run: &Run, out: &mut Counted);
}

/// Runs a counter over all blocks on all cores. Whole numbers are added, so the order does not matter.
///
/// # Errors
/// A stopped request.
pub(super) fn over(counter: &impl Counter, scan: &Scan<'_>, cancel: &Cancel) -> Result<Counted> {
    let empty = || Counted { counts: vec![0; counter.slots()], outside: 0, tally: Tally::default() };
    // One piece a thread: each has counts of its own, which may be millions.
    let piece = scan.runs.len().div_ceil(rayon::current_num_threads()).max(64);
    let parts: Vec<Counted> = scan
        .runs
        .par_chunks(piece)
        .map(|runs| {
            let mut out = empty();
            for (n, run) in runs.iter().enumerate() {
                if n % 64 == 0 {
                    cancel.check()?;
                }
                counter.run(scan, run, &mut out);
            }
            Ok(out)
        })
        .collect::<Result<_>>()?;
    let mut sum = empty();
    for part in parts {
        sum.counts.iter_mut().zip(part.counts).for_each(|(a, b)| *a += b);
        sum.outside += part.outside;
        sum.tally = sum.tally.plus(part.tally);
    }
    Ok(sum)
}

/// Counts by the slots of a lattice of quadkeys.
pub(super) struct ByQuadkey<'a> {
    pub lattice: &'a Lattice,
    pub level: u8,
}

impl Counter for ByQuadkey<'_> {
    fn slots(&self) -> usize {
        self.lattice.index_of.len()
    }

    fn run(&self, scan: &Scan<'_>, run: &Run, out: &mut Counted) {
        let at = |v: u32| i64::from(v.checked_shr(32 - u32::from(self.level)).unwrap_or(0));
        let header = scan.header(run);
        if run.all && at(header.all.min.0) == at(header.all.max.0) && at(header.all.min.1) == at(header.all.max.1) {
            out.add(self.lattice.slot(at(header.all.min.0), at(header.all.min.1)), scan.len(run) as u32);
            out.tally.matched += scan.len(run) as u64;
            return;
        }
        scan.rows(run, |segment, row, bits| {
            out.tally.add_class(bits);
            if bits & class::MATCH != 0 {
                out.add(self.lattice.slot(at(segment.x[row]), at(segment.y[row])), 1);
            }
        });
    }
}

/// Cell of a place, with what a thread keeps to find it fast.
pub(super) struct Finder<'a> {
    frame: &'a Frame,
    patches: Option<Patches<'a>>,
    last: Option<(LonLat, Option<u64>)>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(frame: &'a Frame) -> Self {
        Self { frame, patches: frame.crs().map(Patches::new), last: None }
    }

    /// The row's cell; `None` where the frame does not reach.
    pub(super) fn cell(&mut self, segment: &Segment, row: usize) -> Option<u64> {
        if let FrameKind::Quadkey(level) = self.frame.kind() {
            return Some(quadkey_cell(*level, MercatorPoint { x: segment.x[row], y: segment.y[row] }));
        }
        let p = segment.points[row];
        if let Some((_, cell)) = self.last.filter(|(q, _)| *q == p) {
            return cell;
        }
        let cell = match (self.frame.kind(), &mut self.patches) {
            (FrameKind::Square { side_m, .. }, Some(patches)) => {
                patches.planar(p).and_then(|q| square_cell(*side_m, q))
            }
            _ => self.frame.cell_of(p),
        };
        self.last = Some((p, cell));
        cell
    }
}

/// Every occupied cell of any frame with its count, in order of cells.
///
/// # Errors
/// A stopped request.
pub(super) fn occupied(frame: &Frame, scan: &Scan<'_>, cancel: &Cancel) -> Result<(Vec<(u64, u32)>, Counted)> {
    let piece = scan.runs.len().div_ceil(rayon::current_num_threads()).max(64);
    let parts: Vec<(HashMap<u64, u32>, Counted)> = scan
        .runs
        .par_chunks(piece)
        .map(|runs| {
            let (mut cells, mut finder) = (HashMap::new(), Finder::new(frame));
            let mut out = Counted { counts: vec![], outside: 0, tally: Tally::default() };
            // Rows of a cell mostly follow one another: the table is asked once for all of them.
            let mut current: (Option<u64>, u32) = (None, 0);
            let mut put = |(cell, n): (Option<u64>, u32), outside: &mut u64| match cell {
                Some(cell) => *cells.entry(cell).or_insert(0) += n,
                None => *outside += u64::from(n),
            };
            for (n, run) in runs.iter().enumerate() {
                if n % 64 == 0 {
                    cancel.check()?;
                }
                scan.rows(run, |segment, row, bits| {
                    out.tally.add_class(bits);
                    if bits & class::MATCH != 0 {
                        let cell = finder.cell(segment, row);
                        if cell != current.0 {
                            put(std::mem::replace(&mut current, (cell, 0)), &mut out.outside);
                        }
                        current.1 += 1;
                    }
                });
            }
            put(current, &mut out.outside);
            cells.retain(|_, n| *n > 0);
            Ok((cells, out))
        })
        .collect::<Result<_>>()?;
    let mut all: HashMap<u64, u32> = HashMap::new();
    let mut sum = Counted { counts: vec![], outside: 0, tally: Tally::default() };
    for (cells, part) in parts {
        for (cell, n) in cells {
            *all.entry(cell).or_insert(0) += n;
        }
        sum.outside += part.outside;
        sum.tally = sum.tally.plus(part.tally);
    }
    let mut cells: Vec<(u64, u32)> = all.into_iter().collect();
    cells.sort_unstable();
    Ok((cells, sum))
}
