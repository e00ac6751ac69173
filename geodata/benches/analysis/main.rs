//! What the methods cost, on seeded data. Each runs in a pool of one thread, so that the time shown is CPU time.
#![expect(clippy::expect_used, reason = "a benchmark fails by panicking")]

mod density;
mod hotspots;
mod moran;
mod points;
mod scan;
mod series;
mod streets;

use criterion::{criterion_group, criterion_main};

const SIDE: usize = 400;

struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((x ^ (x >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn poisson(&mut self, mean: f64) -> u32 {
        let (limit, mut product, mut k) = ((-mean).exp(), self.next(), 0);
        while product > limit {
            product *= self.next();
            k += 1;
        }
        k
    }
}

/// Poisson counts with a mean of 0.5 and forty places where it rises to 20.
fn counts() -> Vec<u32> {
    let mut random = Random(7);
    let centres: Vec<(f64, f64)> = (0..40).map(|_| (random.next() * 400.0, random.next() * 400.0)).collect();
    (0..SIDE * SIDE)
        .map(|i| {
            let (x, y) = ((i % SIDE) as f64, (i / SIDE) as f64);
            let near = |c: &(f64, f64)| 20.0 * (-((c.0 - x).powi(2) + (c.1 - y).powi(2)) / 18.0).exp();
            random.poisson(0.5 + centres.iter().map(near).sum::<f64>())
        })
        .collect()
}

fn one_thread<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool of one thread").install(work)
}

criterion_group!(
    benches,
    hotspots::hotspots,
    moran::moran,
    density::densities,
    density::tile,
    scan::scans,
    series::series,
    streets::streets,
    density::ratio,
    points::near_repeats,
    points::clusters,
);
criterion_main!(benches);
