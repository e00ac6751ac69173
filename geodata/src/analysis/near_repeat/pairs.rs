//! Pairs of places that are near each other, found once through a list of cells and kept in the order of space.

use rayon::prelude::*;

use super::edges::Edges;
use crate::cancel::Cancel;
use crate::error::{Error, Kind, Result};
use crate::limits::MAX_NEAR_PAIRS;

/// Places whose pairs are found and kept together; also how often a stopped request is noticed.
const CHUNK: usize = 2048;

/// How the distance between two places is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distance {
    /// As the crow flies.
    Euclidean,
    /// Along streets that run north and east.
    Manhattan,
}

impl Distance {
    fn between(self, dx: f64, dy: f64) -> f64 {
        match self {
            Self::Euclidean => (dx * dx + dy * dy).sqrt(),
            Self::Manhattan => dx.abs() + dy.abs(),
        }
    }

    /// Share of the nine cells around a place that lies within one cell's side of it.
    fn share(self) -> f64 {
        match self {
            Self::Euclidean => std::f64::consts::PI / 9.0,
            Self::Manhattan => 2.0 / 9.0,
        }
    }
}

/// Near pairs of some following places, by bin of space: place `k` of the chunk has `others[ends[k]..ends[k + 1]]`.
pub(super) struct Near {
    pub ends: Vec<u32>,
    pub others: Vec<u32>,
}

/// Pairs of places within the last finite edge, each once. Places are numbered in the order of space.
pub struct Pairs {
    /// Row of each place.
    order: Vec<u32>,
    chunks: Vec<Vec<Near>>,
    near: u64,
    finite_bins: usize,
    is_open: bool,
}

impl Pairs {
    /// Finds them.
    ///
    /// # Units
    /// Planar metres, in `xy_m` and in the edges.
    ///
    /// # Errors
    /// A place that is not finite; more pairs than [`MAX_NEAR_PAIRS`]; a stopped request.
    pub fn find(xy_m: &[(f64, f64)], edges: &Edges, distance: Distance, cancel: &Cancel) -> Result<Self> {
        let cells = Cells::new(xy_m, edges)?;
        let estimate = (cells.candidates() as f64 * distance.share()) as u64;
        if estimate > MAX_NEAR_PAIRS {
            return Err(too_many(estimate));
        }
        let firsts: Vec<usize> = (0..xy_m.len()).step_by(CHUNK).collect();
        let near = |&first: &usize| {
            cancel.check()?;
            Ok(cells.near(first..xy_m.len().min(first + CHUNK), edges, distance))
        };
        let chunks: Vec<Vec<Near>> = firsts.par_iter().map(near).collect::<Result<_>>()?;
        let near = chunks.iter().flatten().map(|n| n.others.len() as u64).sum();
        let (finite_bins, is_open) = (edges.finite().len(), edges.is_open());
        Ok(Self { order: cells.order, chunks, near, finite_bins, is_open })
    }

    /// Pairs nearer than the last finite edge.
    #[must_use]
    pub fn near(&self) -> u64 {
        self.near
    }

    /// Number of places.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is no place.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Bins of space that have an upper edge.
    pub(super) fn finite_bins(&self) -> usize {
        self.finite_bins
    }

    /// Whether the last bin of space has no upper edge, so that its pairs are all that are left.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Chunks with their first place; each has one list a bin of space that has an upper edge.
    pub(super) fn chunks(&self) -> impl Iterator<Item = (usize, &[Near])> {
        self.chunks.iter().enumerate().map(|(n, lists)| (n * CHUNK, lists.as_slice()))
    }

    /// Row of a place.
    pub(super) fn row(&self, place: usize) -> usize {
        self.order[place] as usize
    }

    /// The days of the places as small numbers, in the order of the places.
    pub(super) fn days_in_order(&self, days: &[i32]) -> Result<Vec<i16>> {
        if days.len() != self.len() {
            return Err(Error::invalid(
                format!("{} days are given for {} places", days.len(), self.len()),
                "give one day a place",
            ));
        }
        let first = days.iter().copied().min().unwrap_or(0);
        let small = |&row: &u32| i16::try_from(i64::from(days[row as usize]) - i64::from(first)).ok();
        self.order.iter().map(small).collect::<Option<_>>().ok_or_else(|| {
            Error::invalid(
                format!("the days are more than {} apart", i16::MAX),
                "take a shorter period, for example with datetime",
            )
        })
    }
}

fn too_many(pairs: u64) -> Error {
    Error::new(
        Kind::TooLarge,
        format!("about {pairs} pairs of incidents are near each other, and the bound is {MAX_NEAR_PAIRS}"),
        "take smaller or fewer bands, a shorter period, one kind of incident or a part of the city",
    )
}

/// Places sorted by square cells as wide as the last finite edge.
struct Cells {
    order: Vec<u32>,
    xy: Vec<(f64, f64)>,
    /// Row and column of each place's cell.
    keys: Vec<(u32, u32)>,
}

impl Cells {
    fn new(xy_m: &[(f64, f64)], edges: &Edges) -> Result<Self> {
        let low = xy_m.iter().fold((f64::INFINITY, f64::INFINITY), |a, p| (a.0.min(p.0), a.1.min(p.1)));
        let high = xy_m.iter().fold((f64::NEG_INFINITY, f64::NEG_INFINITY), |a, p| (a.0.max(p.0), a.1.max(p.1)));
        // Where all bins but the open one are thin, wider cells find the same pairs and keep the numbers small.
        let span = (high.0 - low.0).max(high.1 - low.1);
        let side = edges.finite().last().copied().unwrap_or(0.0).max(span / 1e6).max(f64::MIN_POSITIVE);
        if xy_m.iter().any(|p| !p.0.is_finite() || !p.1.is_finite()) || u32::try_from(xy_m.len()).is_err() {
            return Err(Error::invalid(
                "a place is not finite, or there are too many",
                "leave out rows without a place",
            ));
        }
        let key = |p: &(f64, f64)| (((p.1 - low.1) / side) as u32, ((p.0 - low.0) / side) as u32);
        let mut order: Vec<u32> = (0..xy_m.len() as u32).collect();
        let at = |i: &u32| xy_m[*i as usize];
        order.par_sort_unstable_by(|a, b| {
            let (p, q) = (at(a), at(b));
            key(&p).cmp(&key(&q)).then(p.0.total_cmp(&q.0)).then(p.1.total_cmp(&q.1)).then(a.cmp(b))
        });
        let xy: Vec<(f64, f64)> = order.iter().map(at).collect();
        let keys = xy.iter().map(key).collect();
        Ok(Self { order, xy, keys })
    }

    /// Places from the one whose cell is at or after a key.
    fn from(&self, key: (u32, u32)) -> usize {
        self.keys.partition_point(|k| *k < key)
    }

    /// The later places that may be near those of a cell: the rest of its row's, and those of the next row.
    fn ranges(&self, (row, column): (u32, u32)) -> (usize, std::ops::Range<usize>) {
        let own = self.from((row, column + 2));
        (own, self.from((row + 1, column.saturating_sub(1)))..self.from((row + 1, column + 2)))
    }

    /// Pairs whose distance is measured.
    fn candidates(&self) -> u64 {
        let mut sum = 0;
        let mut place = 0;
        while let Some(&key) = self.keys.get(place) {
            let (own, next) = self.ranges(key);
            let end = self.from((key.0, key.1 + 1));
            let (here, beside) = ((end - place) as u64, (own - end + next.len()) as u64);
            sum += here * (here - 1) / 2 + here * beside;
            place = end;
        }
        sum
    }

    /// Near pairs of some places with later ones, by bin.
    fn near(&self, places: std::ops::Range<usize>, edges: &Edges, distance: Distance) -> Vec<Near> {
        let finite = edges.finite();
        let mut lists: Vec<Near> = finite.iter().map(|_| Near { ends: vec![0], others: vec![] }).collect();
        for i in places {
            let (own, next) = self.ranges(self.keys[i]);
            let (x, y) = self.xy[i];
            for j in (i + 1..own).chain(next) {
                let d = distance.between(self.xy[j].0 - x, self.xy[j].1 - y);
                // Few bins: counting the edges passed is faster than a search, and the last ones are the likely ones.
                let bin = finite.iter().filter(|&&edge| edge <= d).count();
                if let Some(list) = lists.get_mut(bin) {
                    list.others.push(j as u32);
                }
            }
            lists.iter_mut().for_each(|l| l.ends.push(l.others.len() as u32));
        }
        lists.iter_mut().for_each(|l| l.others.shrink_to_fit());
        lists
    }
}
