//! A made-up city for measurements: seeded, and nothing but made-up rows can come out of it.
//!
//! 40 x 40 km around longitude 10, latitude 45: 85 % of the incidents in 400 Gaussian hotspots of Zipf weights and sigma
//! 60 to 600 m, 15 % anywhere; 60 % snapped to a lattice of 25 m; 731 days from 2024; 20 categories of Zipf weights.

use std::collections::HashMap;
use std::sync::Arc;

use super::load::Row;
use super::snapshot::{Contents, Snapshot};
use super::{Query, load, tile_counts};
use crate::cancel::Cancel;
use crate::cube;
use crate::error::Result;
use crate::model::{
    Candidate, Code, Discovery, Interval, LocalTime, LocationPrecision, LonLat, Offence, Profile, Quality, TimeBasis,
    TimePrecision,
};

const CATEGORIES: usize = 20;
const DAYS: u64 = 731;
/// First day, 2024-01-01, in civil seconds.
const START: i64 = 1_704_067_200;

/// SplitMix64: small, seeded, the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        let r = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        r * (std::f64::consts::TAU * self.unit()).cos()
    }
}

/// Cumulative Zipf weights.
fn zipf(n: usize, exponent: f64) -> Vec<f64> {
    let weights: Vec<f64> = (1..=n).map(|k| (k as f64).powf(-exponent)).collect();
    let sum: f64 = weights.iter().sum();
    let mut total = 0.0;
    weights
        .iter()
        .map(|w| {
            total += w / sum;
            total
        })
        .collect()
}

/// The city, indexed.
pub struct Synthetic(Snapshot);

impl Synthetic {
    /// Makes and indexes `rows` incidents.
    ///
    /// # Errors
    /// None for fewer than 2^32 rows.
    pub fn new(rows: u64, segment_rows: Option<usize>) -> Result<Self> {
        let contents = Contents { profiles: profiles(), ..Contents::default() };
        let segment_rows = segment_rows.unwrap_or(load::SEGMENT_ROWS);
        Ok(Self(Snapshot::from_rows_in_segments_of(contents, made_up(rows), segment_rows)?))
    }

    /// Bytes of the index a row, and number of segments.
    #[must_use]
    pub fn size(&self) -> (f64, usize) {
        (self.0.bytes() as f64 / self.0.incidents() as f64, self.0.segments.len())
    }

    /// Number of matching rows.
    ///
    /// # Errors
    /// A wrong place.
    pub fn count(&self, query: &Query) -> Result<u64> {
        self.0.tally(query, &Cancel::default()).map(|t| t.matched)
    }

    /// Counts of a tile's cells.
    ///
    /// # Errors
    /// A tile that does not exist.
    pub fn tile(&self, query: &Query, z: u8, x: u32, y: u32, cells_log2: u8) -> Result<Vec<u32>> {
        tile_counts(&self.0, query, z, x, y, cells_log2, &Cancel::default())
    }

    /// Number of cells of a grid over the occupied rectangle, and of incidents in them.
    ///
    /// # Errors
    /// A grid that is too fine.
    pub fn grid(&self, query: &Query, grid: &super::Grid) -> Result<(usize, u64)> {
        let field = cube::count(&self.0, query, grid, None, &Cancel::default())?;
        Ok((field.cells.len(), field.counts.iter().map(|&n| u64::from(n)).sum()))
    }
}

/// Codes that stand for the 20 categories.
#[must_use]
pub fn categories() -> Vec<Code> {
    Code::all().filter(|c| c.level() == 2).take(CATEGORIES).collect()
}

fn profiles() -> HashMap<u32, Arc<Profile>> {
    let profile = |code: Code| Profile {
        source: "synthetic".into(),
        mapping_version: 1,
        offences: vec![Offence {
            source_code: code.text().into(),
            source_text: code.title().into(),
            candidates: vec![Candidate { code, confidence: 1 }],
        }],
        time_precision: TimePrecision::Minute,
        time_basis: TimeBasis::Occurred,
        zone: "UTC".into(),
        location_precision: LocationPrecision::Block,
        uncertainty_m: None,
        context: vec![],
        discovery: Discovery::Unknown,
        status: None,
        weapon: None,
        quality: Quality::default(),
    };
    categories().into_iter().enumerate().map(|(n, c)| (n as u32, Arc::new(profile(c)))).collect()
}

fn made_up(rows: u64) -> impl Iterator<Item = Row> {
    let mut random = Random(20_261_123);
    let half = 20_000.0;
    let (metres_lat, metres_lon) = (111_320.0, 111_320.0 * 45f64.to_radians().cos());
    let spots: Vec<(f64, f64, f64)> = (0..400)
        .map(|_| {
            let mut at = || (random.normal() * 7000.0).clamp(-half * 0.95, half * 0.95);
            let (x, y) = (at(), at());
            (x, y, 60.0 + 540.0 * random.unit())
        })
        .collect();
    let (spot_shares, category_shares) = (zipf(400, 0.8), zipf(CATEGORIES, 0.9));
    (0..rows).map(move |n| {
        let pick = |shares: &[f64], r: f64| shares.partition_point(|&s| s < r).min(shares.len() - 1);
        let (mut x, mut y) = if random.unit() < 0.15 {
            ((random.unit() * 2.0 - 1.0) * half, (random.unit() * 2.0 - 1.0) * half)
        } else {
            let (cx, cy, sigma) = spots[pick(&spot_shares, random.unit())];
            (cx + random.normal() * sigma, cy + random.normal() * sigma)
        };
        if random.unit() < 0.6 {
            (x, y) = ((x / 25.0).round() * 25.0, (y / 25.0).round() * 25.0);
        }
        let round = |v: f64| (v * 1e6).round() / 1e6;
        let (x, y) = (x.clamp(-half, half), y.clamp(-half, half));
        let (lon, lat) = (round(10.0 + x / metres_lon), round(45.0 + y / metres_lat));
        let hour = (random.normal() * 5.0 + 21.0).rem_euclid(24.0);
        let from = START + (random.next() % DAYS) as i64 * 86_400 + (hour * 3600.0) as i64;
        Row {
            fid: n as i64,
            profile: pick(&category_shares, random.unit()) as u32,
            time: Interval { from: LocalTime(from), to: LocalTime(from + 60) },
            point: LonLat::new(lon, lat).ok(),
        }
    })
}
