//! The space-time permutation scan: a sample of the size of New York's, and 5,000 cells over 30 days.

use std::hint::black_box;

use criterion::Criterion;
use geodata::Cancel;
use geodata::analysis::scan::{Look, Metric, Model, Setting, Settings, scan};

use super::{Random, one_thread};

const SETTINGS: Settings = Settings {
    look: Look::Prospective,
    max_radius_m: 3000.0,
    max_share: 0.5,
    min_steps: 1,
    max_steps: 7,
    min_cases: 2,
    max_clusters: 10,
    replicates: 9_999,
    seed: 1,
};

/// `n` of the cells of 250 m of a square city, more incidents in some than in others.
fn city(side: usize, n: usize, incidents: usize, steps: usize) -> (Vec<(f64, f64)>, Vec<(u32, u32)>) {
    let mut random = Random(5);
    let mut below = |n: usize| ((random.next() * n as f64) as usize).min(n - 1);
    let mut cells: Vec<usize> = (0..side * side).collect();
    for i in (1..cells.len()).rev() {
        cells.swap(i, below(i + 1));
    }
    let points = cells[..n].iter().map(|c| ((c % side) as f64 * 250.0, (c / side) as f64 * 250.0)).collect();
    let rows = (0..incidents).map(|_| ((below(n) * below(n) / n) as u32, below(steps) as u32)).collect();
    (points, rows)
}

pub fn scans(c: &mut Criterion) {
    let mut group = c.benchmark_group("scan");
    group.sample_size(10);
    let (points, rows) = city(40, 192, 194, 24);
    let setting = Setting { points: &points, metric: Metric::Plane, steps: 24, incidents: &rows };
    let run = |setting: &Setting<'_>, settings: &Settings| {
        let model = Model::SpaceTimePermutation;
        one_thread(|| scan(black_box(setting), model, settings, &Cancel::default()).expect("within limits"))
    };
    group.bench_function("192_locations_24_days_9999_replicates_prospective", |b| b.iter(|| run(&setting, &SETTINGS)));
    // On all cores: what someone waits for.
    let (points, rows) = city(100, 5_000, 20_000, 30);
    let setting = Setting { points: &points, metric: Metric::Plane, steps: 30, incidents: &rows };
    for (name, look, max_radius_m) in [
        ("retrospective_2_km", Look::Retrospective, 2_000.0),
        ("prospective_any_radius", Look::Prospective, f64::INFINITY),
        ("retrospective_any_radius", Look::Retrospective, f64::INFINITY),
    ] {
        let settings = Settings { look, max_radius_m, max_steps: 15, replicates: 999, ..SETTINGS };
        let model = Model::SpaceTimePermutation;
        group.bench_function(format!("5000_locations_30_days_999_replicates_{name}_all_cores"), |b| {
            b.iter(|| scan(black_box(&setting), model, &settings, &Cancel::default()).expect("within limits"));
        });
    }
    group.finish();
}
