//! Where a masked place is drawn: uniformly over a ring around the true one that is wide enough to hold many addresses.
//!
//! # References
//! Hampton and others (2010), Mapping health data: improved privacy protection with donut method geomasking,
//! doi:10.1093/aje/kwq248.

use std::f64::consts::{PI, TAU};

use crate::model::{EARTH_RADIUS_M, LonLat, MercatorPoint};
use crate::policy::MaskRules;
use crate::store::Secret;

/// Ends of the ring, in radii.
const INNER: f64 = 0.5;
const OUTER: f64 = 1.5;
/// A masked place is at least so far from every true place that it may stand for, metres.
const LEAST_DISTANCE_M: f64 = 25.0;
/// Level of the quadkey cells whose places are one place: some 28 m at 42 degrees. Records of one address that were
/// located a little differently must not be masked differently, or their mean would give the address away.
const PLACE_LEVEL: u32 = 20;
/// Steps of the radius, each wider by this factor: a new count of households seldom makes another ring.
const RADIUS_STEP: f64 = std::f64::consts::SQRT_2;
/// What is told of a radius is rounded up to a multiple of this, metres.
const TOLD_STEP_M: f64 = 50.0;
/// Draws before the last is taken; the chance that a second is needed is a few per cent.
const MAX_DRAWS: u32 = 1000;

/// Why a ring has the size that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// It holds as many addresses as asked.
    Addresses,
    /// The largest allowed; it holds fewer.
    TooFew,
    /// The largest allowed; nobody knows how many addresses there are.
    Unknown,
}

impl Basis {
    /// Words in order of the discriminant.
    pub const NAMES: &'static [&'static str] =
        &["addresses", "largest radius: fewer addresses", "largest radius: addresses unknown"];
}

/// A ring.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ring {
    /// Radius of the circle that holds `addresses`, metres; the ring runs from 0.5 to 1.5 of it.
    pub radius_m: f64,
    /// Addresses in that circle; NaN where unknown.
    pub addresses: f64,
    pub basis: Basis,
}

impl Ring {
    /// The ring for a density of addresses per km2.
    pub fn of(per_km2: Option<f64>, rules: &MaskRules) -> Self {
        let largest_m = rules.largest_radius_m / OUTER;
        let least_m = (rules.least_radius_m / INNER).min(largest_m);
        let wanted_m = per_km2.map_or(f64::INFINITY, |d| (f64::from(rules.addresses) / (PI * d)).sqrt() * 1000.0);
        let steps = ((wanted_m.min(largest_m) / least_m).ln() / RADIUS_STEP.ln()).ceil().max(0.0);
        let radius_m = (least_m * RADIUS_STEP.powf(steps)).min(largest_m);
        let addresses = per_km2.map_or(f64::NAN, |d| d * PI * (radius_m / 1000.0).powi(2));
        let basis = match per_km2 {
            None => Basis::Unknown,
            Some(_) if wanted_m > largest_m => Basis::TooFew,
            Some(_) => Basis::Addresses,
        };
        Self { radius_m, addresses, basis }
    }

    /// Metres east and north from the true place, from two numbers in 0..1: as dense everywhere in the ring.
    pub fn offset(&self, u: f64, v: f64) -> [f64; 2] {
        let [inner, outer] = [INNER, OUTER].map(|end| (end * self.radius_m).powi(2));
        let distance = (inner + u * (outer - inner)).sqrt();
        let (sin, cos) = (v * TAU).sin_cos();
        [distance * sin, distance * cos]
    }

    /// Within so many metres of a masked place lies the true one; rounded up.
    pub fn told_radius_m(&self, place: Place, decimals: u8) -> f64 {
        let rounding = 0.5 * 10f64.powi(-i32::from(decimals)) * metres_a_degree();
        let whole = OUTER * self.radius_m + rounding * std::f64::consts::SQRT_2 + place.reach_m();
        (whole / TOLD_STEP_M).ceil() * TOLD_STEP_M
    }
}

/// A true place, as finely as masks know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Place {
    column: u32,
    row: u32,
}

impl From<LonLat> for Place {
    fn from(p: LonLat) -> Self {
        let MercatorPoint { x, y } = MercatorPoint::from(p);
        Self { column: x >> (32 - PLACE_LEVEL), row: y >> (32 - PLACE_LEVEL) }
    }
}

impl Place {
    /// Its middle.
    pub fn centre(self) -> LonLat {
        let middle = |v: u32| v << (32 - PLACE_LEVEL) | 1 << (31 - PLACE_LEVEL);
        MercatorPoint { x: middle(self.column), y: middle(self.row) }.lon_lat()
    }

    /// From the middle to a corner, metres.
    fn reach_m(self) -> f64 {
        let corner = |v: u32| v << (32 - PLACE_LEVEL);
        let corner = MercatorPoint { x: corner(self.column), y: corner(self.row) };
        self.centre().distance_m(corner.lon_lat())
    }

    /// The masked place: the same for every record here and in every snapshot, as long as the ring is the same.
    pub fn masked(self, secret: &Secret, dataset: &str, ring: &Ring, decimals: u8) -> LonLat {
        let centre = self.centre();
        let cell = [self.column.to_le_bytes(), self.row.to_le_bytes()].concat();
        // A ring of another size takes another draw: two draws in one direction would lead back to their middle.
        let size = ring.radius_m.to_bits().to_le_bytes();
        let mut drawn = centre;
        for counter in 0..MAX_DRAWS {
            let mac = secret.mac(&[b"masked place", dataset.as_bytes(), &cell, &size, &counter.to_le_bytes()]);
            drawn = rounded(moved(centre, ring.offset(unit(&mac[..8]), unit(&mac[8..16]))), decimals);
            // Away from the whole cell, so that it holds for every true place in it and hangs on none.
            if drawn.distance_m(centre) >= LEAST_DISTANCE_M + self.reach_m() {
                break;
            }
        }
        drawn
    }
}

/// A number in 0..1 from eight bytes.
fn unit(bytes: &[u8]) -> f64 {
    let number = bytes.iter().fold(0u64, |n, b| n << 8 | u64::from(*b));
    (number >> 11) as f64 / (1u64 << 53) as f64
}

fn metres_a_degree() -> f64 {
    EARTH_RADIUS_M * PI / 180.0
}

/// The place so many metres east and north; rings are at most kilometres wide, so a plane will do.
fn moved(from: LonLat, [east_m, north_m]: [f64; 2]) -> LonLat {
    let lat = (from.lat() + north_m / metres_a_degree()).clamp(-90.0, 90.0);
    let lon = from.lon() + east_m / (metres_a_degree() * from.lat().to_radians().cos().max(1e-6));
    LonLat::new((lon + 180.0).rem_euclid(360.0) - 180.0, lat).unwrap_or(from)
}

fn rounded(p: LonLat, decimals: u8) -> LonLat {
    let scale = 10f64.powi(i32::from(decimals));
    let round = |v: f64| (v * scale).round() / scale;
    LonLat::new(round(p.lon()), round(p.lat())).unwrap_or(p)
}

#[cfg(test)]
#[path = "ring_tests.rs"]
mod tests;
