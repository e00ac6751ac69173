//! Diggle's bandwidth: spatstat's choice on Memphis, the lattice against the points, evenness, and nothing.

use super::*;
use crate::analysis::golden_tests::{memphis_points, memphis_window};
use crate::analysis::kde::{Lattice, bin};
use crate::analysis::permutation::random::Stream;

fn best(errors: &[Expected]) -> f64 {
    errors.iter().min_by(|a, b| a.mean_square.total_cmp(&b.mean_square)).map_or(f64::NAN, |e| e.sd_m)
}

#[test]
fn memphis_has_the_bandwidth_of_spatstat() {
    let Some(points) = memphis_points() else { return };
    let (x0, y0, x1, y1) = memphis_window(&points);
    let (width, height, n) = (x1 - x0, y1 - y0, points.len() as f64);
    // Its candidates: half of 512 even steps to a quarter of the shorter side.
    let step = width.min(height) / 4.0 / 511.0;
    let mut pairs = Vec::new();
    for (i, a) in points.iter().enumerate() {
        for (j, b) in points.iter().enumerate() {
            let (dx, dy) = ((a.0 - b.0).abs(), (a.1 - b.1).abs());
            if i != j && dx.hypot(dy) < 200.0 * step {
                let overlap = (width - dx) * (height - dy);
                pairs.push((dx.hypot(dy), (width * height).powi(2) / (n * (n - 1.0)) / overlap));
            }
        }
    }
    let at = |r: f64| Expected { sd_m: 0.5 * r, mean_square: mean_square(&pairs, width * height / n, r) };
    let exact: Vec<Expected> = (1..=100).map(|k| at(f64::from(k) * step)).collect();
    assert!((best(&exact) - 74.118_904_486_302_4).abs() < 1e-6, "{}", best(&exact));

    let side_m = 20.0;
    let (nx, ny) = ((width / side_m).ceil() as usize, (height / side_m).ceil() as usize);
    let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    let counts = bin(&xs, &ys, &Lattice { x0_m: x0, y0_m: y0, side_m, nx, ny });
    let inside = vec![true; counts.len()];
    let found = berman_diggle(&counts, &inside, (nx, side_m), &Cancel::default()).unwrap();
    assert!((best(&found) - 74.0).abs() <= 15.0, "{}", best(&found));
}

#[test]
fn lags_by_their_own_words() {
    let values: Vec<f64> = (0..9 * 7).map(|i| f64::from(i * i % 5)).collect();
    let (nx, reach) = (9, 3);
    let found = lags(&values, nx, reach, &Cancel::default()).unwrap();
    for dy in 0..=3 {
        for dx in -3_i32..=3 {
            let mut sum = 0.0;
            for y in 0..7 - dy {
                for x in 0..9_i32 {
                    if (0..9).contains(&(x + dx)) {
                        sum += values[y * nx + x as usize] * values[(y + dy) * nx + (x + dx) as usize];
                    }
                }
            }
            assert_eq!(found[dy * 7 + (dx + 3) as usize], sum, "{dy} {dx}");
        }
    }
}

#[test]
fn even_incidents_want_the_widest_and_crowded_ones_the_narrowest() {
    let run = |counts: &[u32]| berman_diggle(counts, &[true; 40_000], (200, 10.0), &Cancel::default()).unwrap();
    let mut stream = Stream::new(3, 0);
    let even: Vec<u32> = (0..40_000).map(|_| u32::from(stream.below(16) == 0)).collect();
    let crowded: Vec<u32> = (0..40_000).map(|i| if i % 811 == 7 { 30 } else { 0 }).collect();
    let errors = run(&even);
    assert_eq!(errors.first().map(|e| e.sd_m), Some(20.0));
    assert!(best(&errors) > 60.0, "{}", best(&errors));
    assert_eq!(best(&run(&crowded)), 20.0);
}

#[test]
fn little_and_stopped() {
    let run =
        |counts: &[u32], nx, cancel: &Cancel| berman_diggle(counts, &vec![true; counts.len()], (nx, 10.0), cancel);
    assert_eq!(run(&[], 0, &Cancel::default()), Ok(vec![]));
    assert_eq!(run(&[1; 4], 2, &Cancel::default()), Ok(vec![]));
    assert_eq!(run(&[0; 10_000], 100, &Cancel::default()), Ok(vec![]));
    let stopped = Cancel::default();
    stopped.stop();
    assert!(run(&[2; 10_000], 100, &stopped).is_err());
}
