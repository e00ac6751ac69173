//! What the methods cost: Gi* with exact probabilities on 160,000 cells, density of 8 million points on 400 x 400.
//!
//! Each runs in a pool of one thread, so that the time shown is CPU time.
#![expect(clippy::expect_used, reason = "a benchmark fails by panicking")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use geodata::Cancel;
use geodata::analysis::fdr::benjamini_hochberg;
use geodata::analysis::gi_star::z_of_counts;
use geodata::analysis::kde::{Edge, Kernel, Lattice, Stencil, bin, density};
use geodata::analysis::permutation::{Null, exact};
use geodata::analysis::weights::grid_queen;

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

fn hotspots(c: &mut Criterion) {
    let (counts, lattice): (Vec<u32>, Vec<u32>) = (counts(), (0..(SIDE * SIDE) as u32).collect());
    let weights = grid_queen(SIDE, &lattice).with_self();
    let mut group = c.benchmark_group("gi_star_160k_cells");
    group.sample_size(20);
    group.bench_function("weights", |b| b.iter(|| grid_queen(SIDE, black_box(&lattice)).with_self()));
    group.bench_function("z", |b| b.iter(|| z_of_counts(black_box(&counts), &weights)));
    for null in [Null::Conditional, Null::Total] {
        let run = || exact(black_box(&counts), &weights, null, &Cancel::default()).expect("not stopped");
        group.bench_function(format!("exact_{}", null.name()), |b| b.iter(run));
    }
    group.bench_function("whole", |b| {
        b.iter(|| {
            let weights = grid_queen(SIDE, black_box(&lattice)).with_self();
            let z = z_of_counts(&counts, &weights);
            let tails = exact(&counts, &weights, Null::Conditional, &Cancel::default()).expect("not stopped");
            let p: Vec<f64> = tails.iter().map(|t| t.two_sided()).collect();
            (z, benjamini_hochberg(&p))
        });
    });
    group.finish();
}

fn densities(c: &mut Criterion) {
    let mut random = Random(11);
    let mut near = |centre: f64| centre + (random.next() + random.next() + random.next() - 1.5) * 8_000.0;
    let (xs, ys): (Vec<f64>, Vec<f64>) = (0..8_000_000).map(|_| (near(10_000.0), near(10_000.0))).unzip();
    let lattice = Lattice { x0_m: 0.0, y0_m: 0.0, side_m: 50.0, nx: SIDE, ny: SIDE };
    let mut group = c.benchmark_group("density_8m_points_400x400");
    group.sample_size(20);
    group.bench_function("bin", |b| b.iter(|| bin(black_box(&xs), &ys, &lattice)));
    let counts = bin(&xs, &ys, &lattice);
    for (name, kernel, h) in [
        ("quartic_h5_cells", Kernel::Quartic, 250.0),
        ("quartic_h10_cells", Kernel::Quartic, 500.0),
        ("quartic_h20_cells", Kernel::Quartic, 1000.0),
        ("gaussian_sd10_cells", Kernel::Gaussian, 500.0),
    ] {
        let run = |edge| density(black_box(&counts), None, (SIDE, 50.0), (kernel, h), edge).expect("sound");
        group.bench_function(name, |b| one_thread(|| b.iter(|| run(Edge::None))));
        if kernel == Kernel::Quartic {
            group.bench_function(format!("{name}_diggle"), |b| one_thread(|| b.iter(|| run(Edge::Diggle))));
        }
    }
    group.bench_function("bin_and_quartic_h10_cells", |b| {
        one_thread(|| {
            b.iter(|| {
                let counts = bin(black_box(&xs), &ys, &lattice);
                density(&counts, None, (SIDE, 50.0), (Kernel::Quartic, 500.0), Edge::None)
            });
        });
    });
    group.finish();
}

fn tile(c: &mut Criterion) {
    let stencil = Stencil::<f32>::new(Kernel::Quartic, 7.0, 1.0).expect("sound");
    let side = 256 + 2 * stencil.reach();
    let mut random = Random(3);
    let field: Vec<f32> = (0..side * side).map(|_| random.poisson(0.3) as f32).collect();
    c.bench_function("density_tile_256_quartic_h7_pixels_f32", |b| {
        b.iter(|| stencil.convolve(black_box(&field), side, stencil.reach()));
    });
}

criterion_group!(benches, hotspots, densities, tile);
criterion_main!(benches);
