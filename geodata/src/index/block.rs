//! A block: what can be said of 512 consecutive rows without reading them.

use rstar::{AABB, RStarInsertionStrategy, RTree, RTreeObject, RTreeParams};

use super::segment::{Loaded, Segment, TimeRange};

/// Rows of a block.
pub(crate) const BLOCK_ROWS: usize = 512;

/// Rows of a group: those of a block that are asked together.
pub(crate) const GROUP_ROWS: usize = 64;

/// A closed box in degrees that does not cross the antimeridian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rect {
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
}

impl Rect {
    /// Holds nothing; grows by [`Rect::add`].
    pub(crate) const EMPTY: Self =
        Self { west: f64::INFINITY, south: f64::INFINITY, east: f64::NEG_INFINITY, north: f64::NEG_INFINITY };

    pub(crate) fn add(&mut self, lon: f64, lat: f64) {
        self.west = self.west.min(lon);
        self.east = self.east.max(lon);
        self.south = self.south.min(lat);
        self.north = self.north.max(lat);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.west > self.east
    }

    pub(crate) fn contains(&self, lon: f64, lat: f64) -> bool {
        lon >= self.west && lon <= self.east && lat >= self.south && lat <= self.north
    }

    pub(crate) fn contains_rect(&self, o: &Self) -> bool {
        o.west >= self.west && o.east <= self.east && o.south >= self.south && o.north <= self.north
    }

    pub(crate) fn touches(&self, o: &Self) -> bool {
        o.west <= self.east && self.west <= o.east && o.south <= self.north && self.south <= o.north
    }

    pub(crate) fn envelope(&self) -> AABB<[f64; 2]> {
        AABB::from_corners([self.west, self.south], [self.east, self.north])
    }
}

/// Header of a block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    pub rect: Rect,
    pub time: TimeRange,
    /// Bit `facet % 64` is set for every facet that occurs.
    pub facets: u64,
    /// Bounds and smallest id of all its rows.
    pub all: Group,
}

impl Block {
    pub(super) fn of(rows: &[Loaded]) -> Self {
        let mut block = Self { rect: Rect::EMPTY, time: TimeRange::default(), facets: 0, all: Group::of(rows) };
        for r in rows {
            block.rect.add(r.point.lon(), r.point.lat());
            block.time.add(r.from, r.to);
            block.facets |= 1 << (r.facet % 64);
        }
        block
    }
}

/// Header of a group: as little as spares asking its rows for their place or their ids.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group {
    /// Bounds in the Mercator square.
    pub min: (u32, u32),
    pub max: (u32, u32),
    /// Smallest row id, less the snapshot's smallest.
    pub first_fid: u32,
}

impl Group {
    pub(super) fn of(rows: &[Loaded]) -> Self {
        let mut group = Self { min: (u32::MAX, u32::MAX), max: (0, 0), first_fid: u32::MAX };
        for r in rows {
            let p = super::morton::point(r.key);
            group.min = (group.min.0.min(p.x), group.min.1.min(p.y));
            group.max = (group.max.0.max(p.x), group.max.1.max(p.y));
            group.first_fid = group.first_fid.min(r.fid);
        }
        group
    }
}

/// A block in the tree: a box in degrees and time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BlockRef {
    pub segment: u32,
    pub block: u32,
    envelope: AABB<[f64; 3]>,
}

impl RTreeObject for BlockRef {
    type Envelope = AABB<[f64; 3]>;

    fn envelope(&self) -> Self::Envelope {
        self.envelope
    }
}

/// Wide nodes: these trees are bulk-loaded once and only read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReadMostly;

impl RTreeParams for ReadMostly {
    const MIN_SIZE: usize = 8;
    const MAX_SIZE: usize = 32;
    const REINSERTION_COUNT: usize = 4;
    type DefaultInsertionStrategy = RStarInsertionStrategy;
}

/// Blocks of all segments by place and time.
pub(crate) type BlockTree = RTree<BlockRef, ReadMostly>;

/// Box of a place and time range for asking the tree.
pub(crate) fn envelope(rect: &Rect, from: u32, to: u32) -> AABB<[f64; 3]> {
    AABB::from_corners([rect.west, rect.south, f64::from(from)], [rect.east, rect.north, f64::from(to)])
}

/// The tree over all blocks.
pub(crate) fn tree(segments: &[Segment]) -> BlockTree {
    let mut refs = Vec::new();
    for (s, segment) in segments.iter().enumerate() {
        for (b, block) in segment.blocks.iter().enumerate() {
            let envelope = envelope(&block.rect, block.time.min_from, block.time.max_to);
            refs.push(BlockRef { segment: s as u32, block: b as u32, envelope });
        }
    }
    RTree::bulk_load_with_params(refs)
}
