//! Circles around every location: which locations lie in each, nearest first.

use std::ops::Range;

use rayon::prelude::*;

use crate::cancel::Cancel;
use crate::error::Result;

/// Locations whose distances differ by no more than a millimetre are equally far: a circle holds both or neither.
pub(super) const TIE_M: f64 = 1e-3;
/// Radius of the sphere for haversine distances, metres.
const SPHERE_M: f64 = 6_371_000.0;
/// Centres per block of work.
const BLOCK: usize = 64;

/// How distances are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Coordinates are metres in a plane.
    Plane,
    /// Coordinates are longitude and latitude in degrees, on a sphere of 6,371 km.
    Sphere,
}

impl Metric {
    /// Distance in metres.
    #[must_use]
    pub fn distance_m(self, a: (f64, f64), b: (f64, f64)) -> f64 {
        match self {
            Self::Plane => (a.0 - b.0).hypot(a.1 - b.1),
            Self::Sphere => {
                let half = |x: f64, y: f64| (0.5 * (x - y).to_radians()).sin().powi(2);
                let h = half(a.1, b.1) + a.1.to_radians().cos() * b.1.to_radians().cos() * half(a.0, b.0);
                2.0 * SPHERE_M * h.sqrt().min(1.0).asin()
            }
        }
    }

    /// The part of a distance that the second coordinates alone make.
    fn northing_m(self, degrees_or_m: f64) -> f64 {
        match self {
            Self::Plane => degrees_or_m,
            Self::Sphere => SPHERE_M * degrees_or_m.to_radians(),
        }
    }
}

/// What bounds a circle.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub metric: Metric,
    pub max_radius_m: f64,
    /// Largest sum of loads.
    pub max_load: f64,
}

/// Nested circles around each centre. A zone is a beginning of the centre's list of near locations.
#[derive(Default)]
pub(super) struct Zones {
    /// Locations of all centres, nearest first; the centre itself stands among them.
    near: Vec<u32>,
    /// Lengths of the beginnings that are zones.
    ends: Vec<u32>,
    /// Where each centre's part of `near` and of `ends` starts, and a last one where they end.
    starts: Vec<(usize, usize)>,
}

impl Zones {
    /// Circles around `centres`; `points` stand in order of their second coordinate.
    pub(super) fn around(
        centres: &[u32],
        points: &[(f64, f64)],
        loads: &[f64],
        bounds: Bounds,
        cancel: &Cancel,
    ) -> Result<Self> {
        let parts = centres
            .par_chunks(BLOCK)
            .map(|block| {
                cancel.check()?;
                let (mut part, mut found) = (Self::empty(), Vec::new());
                for &centre in block {
                    part.push(centre as usize, points, loads, bounds, &mut found);
                }
                Ok(part)
            })
            .collect::<Result<Vec<_>>>()?;
        let mut all = Self::empty();
        for part in parts {
            let (near, ends) = (all.near.len(), all.ends.len());
            all.near.extend(part.near);
            all.ends.extend(part.ends);
            all.starts.extend(part.starts.into_iter().skip(1).map(|(n, e)| (n + near, e + ends)));
        }
        Ok(all)
    }

    fn empty() -> Self {
        Self { starts: vec![(0, 0)], ..Self::default() }
    }

    fn push(
        &mut self,
        centre: usize,
        points: &[(f64, f64)],
        loads: &[f64],
        bounds: Bounds,
        found: &mut Vec<(f64, u32)>,
    ) {
        let middle = points[centre];
        // Only a band of locations can be within the radius.
        let low = points.partition_point(|p| bounds.metric.northing_m(middle.1 - p.1) > bounds.max_radius_m);
        found.clear();
        for (j, &point) in points.iter().enumerate().skip(low) {
            if bounds.metric.northing_m(point.1 - middle.1) > bounds.max_radius_m {
                break;
            }
            let distance = bounds.metric.distance_m(middle, point);
            if distance <= bounds.max_radius_m {
                found.push((distance, j as u32));
            }
        }
        found.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let from = self.near.len();
        let mut load = 0.0;
        for group in found.chunk_by(|a, b| b.0 - a.0 <= TIE_M) {
            load += group.iter().map(|&(_, j)| loads[j as usize]).sum::<f64>();
            if load > bounds.max_load {
                break;
            }
            self.near.extend(group.iter().map(|g| g.1));
            self.ends.push((self.near.len() - from) as u32);
        }
        self.starts.push((self.near.len(), self.ends.len()));
    }

    /// The same circles over the locations with a load alone; a circle that gains none is no zone of its own.
    pub(super) fn of_loaded(&self, loads: &[f64]) -> Self {
        let mut kept = Self::empty();
        for centre in 0..self.len() {
            let (near, ends) = self.of(centre);
            let (from, mut before) = (kept.near.len(), 0);
            for &end in ends {
                let had = kept.near.len();
                kept.near.extend(near[before..end as usize].iter().filter(|&&j| loads[j as usize] > 0.0));
                before = end as usize;
                if kept.near.len() > had {
                    kept.ends.push((kept.near.len() - from) as u32);
                }
            }
            kept.starts.push((kept.near.len(), kept.ends.len()));
        }
        kept
    }

    /// Number of centres.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Locations near a centre, and the lengths of the beginnings that are zones.
    pub(super) fn of(&self, centre: usize) -> (&[u32], &[u32]) {
        let ((near, ends), (near_end, ends_end)) = (self.starts[centre], self.starts[centre + 1]);
        (&self.near[near..near_end], &self.ends[ends..ends_end])
    }

    /// Where a centre's zones stand among all.
    pub(super) fn range(&self, centre: usize) -> Range<usize> {
        self.starts[centre].1..self.starts[centre + 1].1
    }

    /// The loads of all zones, one centre after the other.
    pub(super) fn loads<'a>(&'a self, loads: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        (0..self.len()).flat_map(move |centre| {
            let (near, ends) = self.of(centre);
            let (mut load, mut from) = (0.0, 0);
            ends.iter().map(move |&end| {
                load += near[from..end as usize].iter().map(|&j| loads[j as usize]).sum::<f64>();
                from = end as usize;
                load
            })
        })
    }

    /// Entries of all lists, and zones.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.near.len(), self.ends.len())
    }
}
