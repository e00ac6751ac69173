//! Seeded incidents of a made-up city of 40 x 40 km: 85 % in 400 Gaussian concentrations, 60 % on a 25 m lattice.

use std::io::Write;

const LON0: f64 = 10.0;
const LAT0: f64 = 45.0;
const HALF_M: f64 = 20_000.0;
const M_PER_DEGREE: f64 = 111_320.0;
const DAYS: u64 = 731;

/// The city: its concentrations and its generator.
pub struct City {
    state: u64,
    /// Centre x and y (m), sigma (m), cumulated weight.
    centres: Vec<[f64; 4]>,
    /// Cumulated weights of the categories.
    categories: Vec<f64>,
}

impl City {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        let mut city = Self { state: seed, centres: vec![], categories: cumulated(20, 0.9) };
        let weights = cumulated(400, 0.8);
        for weight in weights {
            let (x, y) = (city.normal() * 7000.0, city.normal() * 7000.0);
            let sigma = 60.0 + 540.0 * city.uniform();
            city.centres.push([x.clamp(-19_000.0, 19_000.0), y.clamp(-19_000.0, 19_000.0), sigma, weight]);
        }
        city
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        let (u, v) = (1.0 - self.uniform(), self.uniform());
        (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }

    /// Metres from the centre.
    fn place(&mut self) -> (f64, f64) {
        let (mut x, mut y);
        if self.uniform() < 0.15 {
            (x, y) = ((self.uniform() * 2.0 - 1.0) * HALF_M, (self.uniform() * 2.0 - 1.0) * HALF_M);
        } else {
            let u = self.uniform();
            let k = self.centres.partition_point(|c| c[3] < u).min(self.centres.len() - 1);
            let [cx, cy, sigma, _] = self.centres[k];
            (x, y) = (cx + self.normal() * sigma, cy + self.normal() * sigma);
        }
        if self.uniform() < 0.6 {
            (x, y) = ((x / 25.0).round() * 25.0, (y / 25.0).round() * 25.0);
        }
        (x.clamp(-HALF_M, HALF_M), y.clamp(-HALF_M, HALF_M))
    }

    fn lon_lat((x, y): (f64, f64)) -> (f64, f64) {
        (LON0 + x / (M_PER_DEGREE * LAT0.to_radians().cos()), LAT0 + y / M_PER_DEGREE)
    }

    /// Rows `id,lon,lat,ts,category` over two years.
    pub fn write_csv(&mut self, rows: u64, out: &mut impl Write) -> std::io::Result<()> {
        writeln!(out, "id,lon,lat,ts,category")?;
        for id in 0..rows {
            let (lon, lat) = Self::lon_lat(self.place());
            let day = self.next() % DAYS;
            let second = ((21.0 + 5.0 * self.normal()).rem_euclid(24.0) * 3600.0) as u64 % 86_400;
            let u = self.uniform();
            let category = self.categories.partition_point(|c| *c < u).min(19);
            let (year, month, date) = civil(day);
            let (h, m, s) = (second / 3600, second / 60 % 60, second % 60);
            writeln!(out, "{id},{lon:.6},{lat:.6},{year}-{month:02}-{date:02}T{h:02}:{m:02}:{s:02},C{category}")?;
        }
        Ok(())
    }

    /// A tile of the city: anywhere, or where a random incident is.
    pub fn tile(&mut self, z: u8, dense: bool) -> (u8, u32, u32) {
        let at = if dense {
            self.place()
        } else {
            ((self.uniform() * 2.0 - 1.0) * HALF_M, (self.uniform() * 2.0 - 1.0) * HALF_M)
        };
        let (lon, lat) = Self::lon_lat(at);
        let n = f64::from(1u32 << z);
        let y = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0;
        (z, ((lon + 180.0) / 360.0 * n) as u32, (y * n) as u32)
    }
}

/// Cumulated Zipf weights of `n` things.
fn cumulated(n: u32, exponent: f64) -> Vec<f64> {
    let weights: Vec<f64> = (1..=n).map(|k| f64::from(k).powf(-exponent)).collect();
    let total: f64 = weights.iter().sum();
    weights
        .iter()
        .scan(0.0, |sum, w| {
            *sum += w / total;
            Some(*sum)
        })
        .collect()
}

/// Year, month and day of a day counted from 2024-01-01, over 2024 and 2025.
fn civil(mut day: u64) -> (u64, u64, u64) {
    for year in [2024, 2025] {
        for (month, length) in
            [31, 28 + u64::from(year == 2024), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].into_iter().enumerate()
        {
            if day < length {
                return (year, month as u64 + 1, day + 1);
            }
            day -= length;
        }
    }
    (2025, 12, 31)
}
