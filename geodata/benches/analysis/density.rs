//! Density of 8 million points on 400 x 400 squares, and of one tile.

use std::hint::black_box;

use criterion::Criterion;
use geodata::analysis::kde::{Edge, Kernel, Lattice, Stencil, bin, density};

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
