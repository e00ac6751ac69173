//! Density along 49,612 streets (5,029 km) of 100,000 incidents: on streets, and along them.

use std::hint::black_box;

use criterion::Criterion;
use geodata::Cancel;
use geodata::analysis::network::{Network, OnStreet, Snapper, Walk, density};

use super::{Random, one_thread};

/// Crossings along a side of the grid.
const CROSSINGS: usize = 158;

pub fn streets(c: &mut Criterion) {
    let mut random = Random(5);
    let n = CROSSINGS;
    let mut near = |at: usize, block_m: f64| at as f64 * block_m + 40.0 * random.next();
    let at: Vec<(f64, f64)> = (0..n * n).map(|i| (near(i % n, 90.0), near(i / n, 110.0))).collect();
    let right = (0..n * n).filter(|i| i % n + 1 < n).map(|i| vec![at[i], at[i + 1]]);
    let up = (0..n * (n - 1)).map(|i| vec![at[i], at[i + n]]);
    let lines: Vec<Vec<(f64, f64)>> = right.chain(up).collect();
    let side = (90.0 * n as f64, 110.0 * n as f64);
    let incidents: Vec<(f64, f64)> = (0..100_000).map(|_| (side.0 * random.next(), side.1 * random.next())).collect();
    let cancel = Cancel::default();
    let mut group = c.benchmark_group("streets_50k_incidents_100k");
    group.sample_size(10);
    group.bench_function("network", |b| one_thread(|| b.iter(|| Network::new(black_box(&lines)).expect("finite"))));
    let network = Network::new(&lines).expect("finite");
    let snap = || Snapper::new(&network).snap_all(black_box(&incidents), 50.0, &cancel).expect("not stopped");
    group.bench_function("snap_50m", |b| one_thread(|| b.iter(snap)));
    let places: Vec<OnStreet> = snap().into_iter().flatten().collect();
    for bandwidth_m in [250.0, 1000.0] {
        let walk = Walk { bandwidth_m, lixel_m: 50.0 };
        let run = || density(&network, black_box(&places), walk, &cancel).expect("within the limits");
        group.bench_function(format!("density_h{bandwidth_m}m"), |b| one_thread(|| b.iter(run)));
    }
    group.finish();
}
