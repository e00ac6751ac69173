//! Density of 8 million points on 400 x 400 squares, and of one tile.

use std::hint::black_box;

use criterion::Criterion;
use geodata::Cancel;
use geodata::analysis::kde::{
    Base, Edge, Kernel, Lattice, Pair, Smoother, Stencil, adaptive, bin, density, search, tried_sds,
};

use super::{Random, SIDE, one_thread};

pub fn densities(c: &mut Criterion) {
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
    let inside = vec![true; SIDE * SIDE];
    group.sample_size(10);
    // A Gaussian that smooths as much as the quartic kernel of 10 squares does, and one that smooths 2.8 times as much.
    let as_smooth = 500.0 / Kernel::Quartic.bandwidth_per_sd();
    for (name, kernel, h) in [
        ("quartic_h10_cells", Kernel::Quartic, 500.0),
        ("gaussian_sd3.5_cells", Kernel::Gaussian, as_smooth),
        ("gaussian_sd10_cells", Kernel::Gaussian, 500.0),
    ] {
        for edge in [Edge::None, Edge::Diggle] {
            let run = || adaptive(black_box(&counts), &inside, (SIDE, 50.0), (kernel, h), edge, &Cancel::default());
            group.bench_function(format!("adaptive_{name}_{edge:?}"), |b| one_thread(|| b.iter(run)));
        }
    }
    let sds = tried_sds(SIDE * SIDE, (SIDE, 50.0));
    let run = || search(black_box(&counts), &inside, (SIDE, 50.0), &sds, &Cancel::default());
    group.bench_function("likelihood_of_30_bandwidths", |b| one_thread(|| b.iter(run)));
    group.finish();
}

/// A hundred thousand incidents of two kinds, 99 arrangements, quartic kernel of 10 squares.
pub fn ratio(c: &mut Criterion) {
    let (mut random, inside) = (Random(13), vec![true; SIDE * SIDE]);
    let counts: [Vec<u32>; 2] = [0.15, 0.475].map(|mean| (0..SIDE * SIDE).map(|_| random.poisson(mean)).collect());
    let at: Vec<u32> = (0..(SIDE * SIDE) as u32).step_by(25).collect();
    let smoother = Smoother::new(&inside, (SIDE, 50.0), (Kernel::Quartic, 500.0), Edge::Diggle).expect("sound");
    let pair = Pair::new(&smoother, &counts[0], Base::Incidents(&counts[1]), &at, (0.05, 400.0)).expect("both");
    let mut group = c.benchmark_group("density_ratio");
    group.sample_size(10);
    let run = || pair.chance(&pair.ratio(), (99, 1), &Cancel::default());
    group.bench_function("99_draws_400x400", |b| one_thread(|| b.iter(run)));
    group.finish();
}

pub fn tile(c: &mut Criterion) {
    let stencil = Stencil::<f32>::new(Kernel::Quartic, 7.0, 1.0).expect("sound");
    let side = 256 + 2 * stencil.reach();
    let mut random = Random(3);
    let field: Vec<f32> = (0..side * side).map(|_| random.poisson(0.3) as f32).collect();
    c.bench_function("density_tile_256_quartic_h7_pixels_f32", |b| {
        b.iter(|| stencil.convolve(black_box(&field), side, stencil.reach()));
    });
}
