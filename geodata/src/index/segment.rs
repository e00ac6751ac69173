//! A segment: the rows of some consecutive days as columns in Morton order, cut into blocks of 512 and groups of 64.

use std::ops::Range;

use crate::model::{LonLat, MercatorPoint};

use super::block::{BLOCK_ROWS, Block, GROUP_ROWS, Group};
use super::morton;

/// A row on its way into a segment.
#[derive(Clone, Copy)]
pub(super) struct Loaded {
    pub key: u64,
    pub point: LonLat,
    pub from: u32,
    pub to: u32,
    pub fid: u32,
    pub facet: u16,
}

/// Time, content and identity of rows.
#[derive(Default)]
pub(crate) struct Times {
    /// Start of the interval on the index's clock.
    pub from: Vec<u32>,
    /// End of the interval, where some row's facet cannot tell it.
    pub to: Option<Vec<u32>>,
    /// Facet.
    pub facet: Vec<u16>,
    /// Row id, less the snapshot's smallest.
    pub fid: Vec<u32>,
}

/// Rows with a place: 18 bytes a row that scans read, and 16 of exact coordinates that only borders need.
#[derive(Default)]
pub(crate) struct Segment {
    pub x: Vec<u32>,
    pub y: Vec<u32>,
    pub times: Times,
    /// The coordinates as imported, so that a border is decided on the doubles of the file.
    pub points: Vec<LonLat>,
    pub blocks: Vec<Block>,
    /// Headers of each [`GROUP_ROWS`] rows.
    pub groups: Vec<Group>,
    /// Morton key of each block's first row.
    first_keys: Vec<u64>,
    /// Earliest and latest start, earliest and latest end.
    pub time_range: TimeRange,
}

/// Bounds of starts and ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimeRange {
    pub min_from: u32,
    pub max_from: u32,
    pub min_to: u32,
    pub max_to: u32,
}

impl Default for TimeRange {
    fn default() -> Self {
        Self { min_from: u32::MAX, max_from: 0, min_to: u32::MAX, max_to: 0 }
    }
}

impl TimeRange {
    pub(super) fn add(&mut self, from: u32, to: u32) {
        self.min_from = self.min_from.min(from);
        self.max_from = self.max_from.max(from);
        self.min_to = self.min_to.min(to);
        self.max_to = self.max_to.max(to);
    }
}

impl Times {
    /// Columns of rows in their order; `explicit[facet]` says that the facet does not know the end.
    pub(super) fn of(rows: &[Loaded], explicit: &[bool]) -> Self {
        let needs_end = rows.iter().any(|r| explicit[usize::from(r.facet)]);
        Self {
            from: rows.iter().map(|r| r.from).collect(),
            to: needs_end.then(|| rows.iter().map(|r| r.to).collect()),
            facet: rows.iter().map(|r| r.facet).collect(),
            fid: rows.iter().map(|r| r.fid).collect(),
        }
    }

    fn bytes(&self) -> usize {
        10 * self.from.len() + self.to.as_ref().map_or(0, |t| 4 * t.len())
    }
}

impl Segment {
    /// Sorts the rows and lays out their columns.
    pub(super) fn build(mut rows: Vec<Loaded>, explicit: &[bool]) -> Self {
        // The row id decides among equal places, so that the order does not depend on how the rows were read.
        rows.sort_unstable_by_key(|r| (r.key, r.fid));
        let mut time_range = TimeRange::default();
        for r in &rows {
            time_range.add(r.from, r.to);
        }
        Self {
            x: rows.iter().map(|r| morton::point(r.key).x).collect(),
            y: rows.iter().map(|r| morton::point(r.key).y).collect(),
            times: Times::of(&rows, explicit),
            points: rows.iter().map(|r| r.point).collect(),
            blocks: rows.chunks(BLOCK_ROWS).map(Block::of).collect(),
            groups: rows.chunks(GROUP_ROWS).map(Group::of).collect(),
            first_keys: rows.chunks(BLOCK_ROWS).map(|c| c[0].key).collect(),
            time_range,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.x.len()
    }

    /// Rows of a block.
    pub(crate) fn rows_of(&self, block: usize) -> Range<usize> {
        block * BLOCK_ROWS..((block + 1) * BLOCK_ROWS).min(self.len())
    }

    fn key(&self, row: usize) -> u64 {
        morton::key(MercatorPoint { x: self.x[row], y: self.y[row] })
    }

    /// First row whose key is `bound` or more.
    fn lower_bound(&self, bound: u64) -> usize {
        let block = self.first_keys.partition_point(|&k| k < bound).saturating_sub(1);
        let Range { mut start, mut end } = self.rows_of(block);
        while start < end {
            let middle = usize::midpoint(start, end);
            if self.key(middle) < bound {
                start = middle + 1;
            } else {
                end = middle;
            }
        }
        start
    }

    /// Rows of the tile z/x/y.
    pub(crate) fn tile_rows(&self, z: u8, x: u32, y: u32) -> Range<usize> {
        let keys = morton::tile_keys(z, x, y);
        let first = self.lower_bound(*keys.start());
        let end = keys.end().checked_add(1).map_or(self.len(), |k| self.lower_bound(k));
        first..end.max(first)
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        let headers = size_of_val(&self.blocks[..]) + size_of_val(&self.groups[..]) + 8 * self.first_keys.len();
        24 * self.len() + self.times.bytes() + headers
    }
}
