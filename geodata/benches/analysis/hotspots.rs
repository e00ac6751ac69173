//! Gi* with exact probabilities on 160,000 cells.

use std::hint::black_box;

use criterion::Criterion;
use geodata::Cancel;
use geodata::analysis::fdr::benjamini_hochberg;
use geodata::analysis::gi_star::z_of_counts;
use geodata::analysis::permutation::{Null, exact};
use geodata::analysis::weights::grid_queen;

use super::{SIDE, counts};

pub fn hotspots(c: &mut Criterion) {
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
