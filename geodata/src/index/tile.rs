//! Counts of a tile's cells: one range of rows a segment, scanned without branches.

use std::ops::Range;

use super::block::Group;
use super::filter::{Filter, Reach, class};
use super::query::{Place, Query};
use super::scan::Scan;
use super::segment::Segment;
use super::snapshot::Snapshot;
use crate::cancel::Cancel;
use crate::error::{Error, Result};

/// Largest zoom of a tile.
pub(crate) const MAX_ZOOM: u8 = 24;

/// Counts of the `2^cells_log2` x `2^cells_log2` cells of the tile z/x/y, row by row from its north-west corner.
///
/// # Errors
/// A tile that does not exist, cells finer than the index, a wrong place, a stopped request.
pub(crate) fn tile_counts(
    snapshot: &Snapshot,
    query: &Query,
    z: u8,
    x: u32,
    y: u32,
    cells_log2: u8,
    cancel: &Cancel,
) -> Result<Vec<u32>> {
    if z > MAX_ZOOM || u64::from(x) >> z != 0 || u64::from(y) >> z != 0 {
        return Err(Error::invalid(
            format!("tile {z}/{x}/{y} does not exist"),
            format!("zoom is 0 to {MAX_ZOOM}, x and y are below 2^zoom"),
        ));
    }
    if cells_log2 > 8 || z + cells_log2 > 32 {
        return Err(Error::invalid(format!("2^{cells_log2} cells a side at zoom {z}"), "at most 256 cells a side"));
    }
    let mut counts = vec![0u32; 1 << (2 * cells_log2)];
    let window = Window { shift: 32 - u32::from(z + cells_log2), log2: u32::from(cells_log2) };
    if query.place == Place::Everywhere {
        let filter = snapshot.filter(query)?;
        for segment in snapshot.segments.iter() {
            let reach = filter.reach(&segment.time_range);
            if reach != Reach::Outside {
                cancel.check()?;
                count_segment(segment, segment.tile_rows(z, x, y), reach, &filter, window, &mut counts);
            }
        }
        return Ok(counts);
    }
    let scan = Scan::new(snapshot, query, class::MATCH, cancel)?;
    for run in &scan.runs {
        let segment = &snapshot.segments[run.segment as usize];
        let Group { min, max, .. } = segment.blocks[run.block as usize].all;
        let tile = |v: u32| v.checked_shr(32 - u32::from(z)).unwrap_or(0);
        if tile(min.0) > x || tile(max.0) < x || tile(min.1) > y || tile(max.1) < y {
            continue;
        }
        cancel.check()?;
        scan.rows(run, |s, row, _| {
            if tile(s.x[row]) == x && tile(s.y[row]) == y {
                counts[window.cell(s.x[row], s.y[row])] += 1;
            }
        });
    }
    Ok(counts)
}

/// Where a row falls in the tile's cells.
#[derive(Clone, Copy)]
struct Window {
    shift: u32,
    log2: u32,
}

impl Window {
    #[inline]
    fn cell(self, x: u32, y: u32) -> usize {
        let mask = (1u32 << self.log2) - 1;
        let (column, row) =
            (x.checked_shr(self.shift).unwrap_or(0) & mask, y.checked_shr(self.shift).unwrap_or(0) & mask);
        (row << self.log2 | column) as usize
    }
}

/// Adds the matching rows of one segment's range.
fn count_segment(
    segment: &Segment,
    rows: Range<usize>,
    reach: Reach,
    filter: &Filter,
    window: Window,
    counts: &mut [u32],
) {
    let times = &segment.times;
    let (x, y) = (&segment.x[rows.clone()], &segment.y[rows.clone()]);
    let (from, facet) = (&times.from[rows.clone()], &times.facet[rows.clone()]);
    let mut add = |i: usize, pass: bool| counts[window.cell(x[i], y[i])] += u32::from(pass);
    if filter.asks_each() || (reach == Reach::Partly && times.to.is_some()) {
        for i in 0..x.len() {
            add(i, filter.class_of(times, &segment.points, rows.start + i) & class::MATCH != 0);
        }
    } else if reach == Reach::Inside {
        for (i, &f) in facet.iter().enumerate() {
            add(i, filter.class[usize::from(f)] & class::MATCH != 0);
        }
    } else {
        for (i, (&t, &f)) in from.iter().zip(facet).enumerate() {
            let starts = t >= filter.earliest_match[usize::from(f)];
            add(i, starts & (t <= filter.last_from));
        }
    }
}
