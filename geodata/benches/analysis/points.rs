//! Near repeats and clusters on points that a city might have.

use std::hint::black_box;

use criterion::Criterion;
use geodata::Cancel;
use geodata::analysis::clusters::{dbscan, hdbscan};
use geodata::analysis::near_repeat::{Distance, Edges, Pairs, knox};

use super::{Random, one_thread};

/// A quarter anywhere on a square, the others around a thousand centres of 100 m to 1 km, some far busier than others.
fn points(n: usize, side_m: f64) -> Vec<(f64, f64)> {
    let mut random = Random(7);
    let centres: Vec<(f64, f64, f64)> =
        (0..1000).map(|_| (random.next() * side_m, random.next() * side_m, 100.0 + 900.0 * random.next())).collect();
    (0..n)
        .map(|i| {
            if i % 4 == 0 {
                return (random.next() * side_m, random.next() * side_m);
            }
            let (x, y, spread) = centres[(random.next() * random.next() * 1000.0) as usize];
            let mut near = |c: f64| c + (random.next() + random.next() + random.next() - 1.5) * spread;
            (near(x), near(y))
        })
        .collect()
}

/// 100,000 events over three years, bands of 100 m to 400 m and of 7 days to 28 days.
pub fn near_repeats(c: &mut Criterion) {
    let xy_m = points(100_000, 40_000.0);
    let mut random = Random(3);
    let days: Vec<i32> = xy_m.iter().map(|_| (random.next() * 1095.0) as i32).collect();
    let space = Edges::new(&[0.0, 1.0, 100.0, 200.0, 300.0, 400.0]).expect("edges");
    let time = Edges::new(&[0.0, 7.0, 14.0, 21.0, 28.0]).expect("edges");
    let cancel = Cancel::default();
    let find = || Pairs::find(black_box(&xy_m), &space, Distance::Euclidean, &cancel).expect("not too many");
    let mut group = c.benchmark_group("near_repeat_100k_events");
    group.sample_size(10);
    group.bench_function("pairs", |b| one_thread(|| b.iter(find)));
    let pairs = find();
    println!("{} near pairs", pairs.near());
    let run = || knox(&pairs, black_box(&days), &time, (999, 1), &cancel).expect("not stopped");
    group.bench_function("knox_999_draws", |b| one_thread(|| b.iter(run)));
    group.finish();
}

pub fn clusters(c: &mut Criterion) {
    let mut group = c.benchmark_group("clusters");
    group.sample_size(10);
    let cancel = Cancel::default();
    for (name, n, eps_m, min_points) in [("dbscan_1m", 1_000_000, 100.0, 20), ("dbscan_8m", 8_000_000, 50.0, 30)] {
        let xy_m = points(n, 40_000.0);
        let run = || dbscan(black_box(&xy_m), eps_m, min_points, &cancel).expect("not stopped");
        group.bench_function(name, |b| one_thread(|| b.iter(run)));
    }
    let xy_m = points(1_000_000, 40_000.0);
    let run = || hdbscan(black_box(&xy_m), 50, 10, 1.0, &cancel).expect("not stopped");
    group.bench_function("hdbscan_1m", |b| one_thread(|| b.iter(run)));
    group.finish();
}
