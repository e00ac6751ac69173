//! Fast projection of many places: bicubic patches of a sixteenth of a degree, to nanometres of the exact projection.

use std::collections::HashMap;

use crate::crs::Crs;
use crate::model::{LonLat, PlanarPoint};

/// Patches a degree.
const PER_DEGREE: f64 = 16.0;
/// Chebyshev nodes on 0..1, where a cubic's error is smallest.
const NODES: [f64; 4] =
    [0.038_060_233_744_356_6, 0.308_658_283_817_455_14, 0.691_341_716_182_544_9, 0.961_939_766_255_643_4];
/// A patch that is farther than this from the exact projection at a place between its nodes is not used.
const TOLERANCE_M: f64 = 1e-6;
/// Patches kept; a city has some dozens.
const MAX_PATCHES: usize = 4096;

/// Values of the projection at the nodes of a patch.
struct Patch([[PlanarPoint; 4]; 4]);

/// A projection with a cache of patches. One a thread; patches lie on fixed meridians and parallels, so that a place has
/// the same coordinates whichever thread asks and whatever was asked before.
pub(crate) struct Patches<'a> {
    crs: &'a Crs,
    places: HashMap<(i32, i32), usize>,
    patches: Vec<Option<Patch>>,
    /// The patch asked last: neighbours follow one another.
    current: Option<((i32, i32), usize)>,
    last: Option<(LonLat, Option<PlanarPoint>)>,
}

impl<'a> Patches<'a> {
    pub(crate) fn new(crs: &'a Crs) -> Self {
        Self { crs, places: HashMap::new(), patches: Vec::new(), current: None, last: None }
    }

    /// Metres in the frame; `None` where the projection does not reach.
    pub(crate) fn planar(&mut self, p: LonLat) -> Option<PlanarPoint> {
        // Identical places follow one another.
        if let Some((_, known)) = self.last.filter(|(q, _)| *q == p) {
            return known;
        }
        let (x, y) = (p.lon() * PER_DEGREE, p.lat() * PER_DEGREE);
        let key = (x.floor() as i32, y.floor() as i32);
        let n = self.patch(key);
        let found = match &self.patches[n] {
            Some(patch) => Some(patch.at(x - f64::from(key.0), y - f64::from(key.1))),
            None => self.crs.from_lonlat(p).ok(),
        };
        self.last = Some((p, found));
        found
    }

    /// Position of a patch, made where it is new.
    fn patch(&mut self, key: (i32, i32)) -> usize {
        if let Some((_, n)) = self.current.filter(|c| c.0 == key) {
            return n;
        }
        if self.patches.len() >= MAX_PATCHES {
            self.places.clear();
            self.patches.clear();
        }
        let n = match self.places.get(&key) {
            Some(&n) => n,
            None => {
                self.patches.push(Patch::new(self.crs, key));
                self.places.insert(key, self.patches.len() - 1);
                self.patches.len() - 1
            }
        };
        self.current = Some((key, n));
        n
    }
}

impl Patch {
    fn new(crs: &Crs, (column, row): (i32, i32)) -> Option<Self> {
        let exact = |u: f64, v: f64| {
            let lon = (f64::from(column) + u) / PER_DEGREE;
            crs.from_lonlat(LonLat::new(lon, (f64::from(row) + v) / PER_DEGREE).ok()?).ok()
        };
        let mut values = [[PlanarPoint { x_m: 0.0, y_m: 0.0 }; 4]; 4];
        for (line, &v) in values.iter_mut().zip(&NODES) {
            for (value, &u) in line.iter_mut().zip(&NODES) {
                *value = exact(u, v)?;
            }
        }
        let patch = Self(values);
        let fits = [(0.0, 0.0), (0.5, 0.5), (0.15, 0.85), (1.0, 1.0)].iter().all(|&(u, v)| {
            let (a, b) = (exact(u, v), patch.at(u, v));
            a.is_some_and(|a| (a.x_m - b.x_m).hypot(a.y_m - b.y_m) < TOLERANCE_M)
        });
        fits.then_some(patch)
    }

    fn at(&self, u: f64, v: f64) -> PlanarPoint {
        let (a, b) = (weights(u), weights(v));
        let mut out = PlanarPoint { x_m: 0.0, y_m: 0.0 };
        for (line, wv) in self.0.iter().zip(b) {
            for (value, wu) in line.iter().zip(a) {
                out.x_m += wu * wv * value.x_m;
                out.y_m += wu * wv * value.y_m;
            }
        }
        out
    }
}

/// One over the product of a node's distances from the others.
const SCALES: [f64; 4] = {
    let mut scales = [1.0; 4];
    let mut k = 0;
    while k < 4 {
        let mut j = 0;
        while j < 4 {
            if j != k {
                scales[k] /= NODES[k] - NODES[j];
            }
            j += 1;
        }
        k += 1;
    }
    scales
};

/// Lagrange weights of the nodes at `t`.
fn weights(t: f64) -> [f64; 4] {
    let [a, b, c, d] = NODES.map(|n| t - n);
    let (ab, cd) = (a * b, c * d);
    [b * cd * SCALES[0], a * cd * SCALES[1], ab * d * SCALES[2], ab * c * SCALES[3]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_keep_within_a_micrometre_of_the_projection() {
        for (epsg, lon, lat) in [(32_616, -87.63, 41.88), (32_723, -46.6, -23.5), (27_700, -0.1, 51.5)] {
            let crs = Crs::from_epsg(epsg).expect("known");
            let mut patches = Patches::new(&crs);
            for k in 0..500 {
                let p = LonLat::new(lon + f64::from(k) * 1.7e-3, lat + f64::from(k % 37) * 2.3e-3).expect("on Earth");
                let (a, b) = (crs.from_lonlat(p).expect("reached"), patches.planar(p).expect("reached"));
                assert!((a.x_m - b.x_m).hypot(a.y_m - b.y_m) < 2e-6, "EPSG:{epsg} {k}");
            }
            assert!(patches.patches.iter().all(Option::is_some), "EPSG:{epsg} is smooth enough for patches");
        }
    }
}
