//! Local Moran on 160,000 cells: exact for counts, 999 draws for each cell for other values; the link of two kinds.

use std::hint::black_box;

use criterion::Criterion;
use geodata::Cancel;
use geodata::analysis::moran::{global, link, local};
use geodata::analysis::permutation::{Null, exact, monte_carlo};
use geodata::analysis::weights::grid_queen;

use super::{Random, SIDE, counts, one_thread};

pub fn moran(c: &mut Criterion) {
    let (counts, lattice): (Vec<u32>, Vec<u32>) = (counts(), (0..(SIDE * SIDE) as u32).collect());
    let weights = grid_queen(SIDE, &lattice);
    let standardised = weights.row_standardised();
    let mut random = Random(11);
    let real: Vec<f64> = counts.iter().map(|&c| f64::from(c) + random.next()).collect();
    let keys: Vec<u64> = (0..real.len() as u64).collect();
    let mut group = c.benchmark_group("local_moran_160k_cells");
    group.sample_size(10);
    group.bench_function("statistic", |b| b.iter(|| local::univariate(black_box(&real), &standardised)));
    group.bench_function("global", |b| b.iter(|| global::moran(black_box(&real), &standardised)));
    group.bench_function("exact", |b| {
        b.iter(|| exact(black_box(&counts), &weights, Null::Conditional, &Cancel::default()).expect("not stopped"));
    });
    group.bench_function("monte_carlo_999", |b| {
        b.iter(|| {
            let run =
                || monte_carlo(black_box(&real), &weights, Null::Conditional, (999, 1), &keys, &Cancel::default());
            one_thread(run).expect("not stopped")
        });
    });
    group.bench_function("link_999", |b| {
        let first: Vec<f64> = counts.iter().map(|&c| f64::from(c)).collect();
        b.iter(|| {
            let run = || link::link((black_box(&first), &real), &standardised, &keys, (999, 1), &Cancel::default());
            one_thread(run).expect("not stopped")
        });
    });
    group.finish();
}
