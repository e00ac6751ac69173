//! Emerging hotspots of 60 months on 40,000 cells, two periods compared on 160,000, and a forecast checked.

use std::hint::black_box;

use criterion::Criterion;
use geodata::Cancel;
use geodata::analysis::change::{Test, change};
use geodata::analysis::emerging::emerging;
use geodata::analysis::forecast::{Held, Ranking, best};
use geodata::analysis::weights::grid_queen;

use super::{Random, counts, one_thread};

const SIDE: usize = 200;
const MONTHS: usize = 60;

/// Sparse counts month by month: a mean of 0.1 a cell and forty places where it rises to 4.
fn months() -> Vec<u32> {
    let mut random = Random(7);
    let centres: Vec<(f64, f64)> = (0..40).map(|_| (random.next() * 200.0, random.next() * 200.0)).collect();
    let mean = |i: usize| {
        let (x, y) = ((i % SIDE) as f64, (i / SIDE) as f64);
        let near = |c: &(f64, f64)| 4.0 * (-((c.0 - x).powi(2) + (c.1 - y).powi(2)) / 18.0).exp();
        0.1 + centres.iter().map(near).sum::<f64>()
    };
    let means: Vec<f64> = (0..SIDE * SIDE).map(mean).collect();
    (0..MONTHS).flat_map(|_| means.iter()).map(|&m| random.poisson(m)).collect()
}

pub fn series(c: &mut Criterion) {
    let months = months();
    let weights = grid_queen(SIDE, &(0..(SIDE * SIDE) as u32).collect::<Vec<_>>());
    let mut group = c.benchmark_group("series");
    group.sample_size(10);
    let run = || emerging(black_box(&months), &weights, 1, 0.05, &Cancel::default()).expect("not stopped");
    group.bench_function("emerging_60_months_40k_cells", |b| b.iter(|| one_thread(run)));
    let (before, after) = (counts(), counts().into_iter().rev().collect::<Vec<_>>());
    for (name, test) in [("binomial", Test::Binomial), ("e_test", Test::ETest)] {
        let run = || change(black_box(&before), &after, (365.0, 365.0), (test, 0.05), &Cancel::default());
        group.bench_function(format!("change_160k_cells_{name}"), |b| b.iter(run));
    }
    let area = vec![0.0625; before.len()];
    let score: Vec<f64> = before.iter().map(|&c| f64::from(c)).collect();
    group.bench_function("forecast_check_160k_cells", |b| {
        b.iter(|| {
            let (ranking, best) = (Ranking::new(black_box(&score), &area), best(&after, &area));
            Held::by(&ranking, &best, (&before, &after), 0.05)
        });
    });
    group.finish();
}
