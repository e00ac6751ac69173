//! Emerging hotspots: the published categories, the score by its own words, chance, order and thread count.

use proptest::prelude::*;

use super::*;
use crate::analysis::gi_star;
use crate::analysis::golden_tests::{assert_close, golden};
use crate::analysis::permutation::exact;
use crate::analysis::special::normal_two_sided;
use crate::analysis::weights::grid_queen;

const SIDE: usize = 12;

/// Eighteen steps on a square: background of one in seven, a block that rises, one that goes away.
fn rising_and_leaving(steps: usize) -> Vec<u32> {
    let place = |t: usize, i: usize| {
        let (x, y) = (i % SIDE, i / SIDE);
        let noise = u32::from((i * 31 + t * 17 + i * t * 7).is_multiple_of(7));
        match (x < 3 && y < 3, x > 8 && y > 8) {
            (true, _) => noise + t as u32,
            (_, true) if t < 2 * steps / 3 => noise + 8,
            _ => noise,
        }
    };
    (0..steps * SIDE * SIDE).map(|at| place(at / (SIDE * SIDE), at % (SIDE * SIDE))).collect()
}

fn square() -> Weights {
    grid_queen(SIDE, &(0..(SIDE * SIDE) as u32).collect::<Vec<_>>())
}

fn run(counts: &[u32], weights: &Weights) -> Emerging {
    emerging(counts, weights, 1, 0.05, &Cancel::default()).unwrap()
}

fn name(course: &[i8], z: &[f64]) -> &'static str {
    CATEGORIES[usize::from(category(course, &mann_kendall(z), 0.05))]
}

#[test]
fn the_published_categories() {
    let flat = [0.0; 12];
    let course = |ones: std::ops::Range<usize>| (0..12).map(|t| i8::from(ones.contains(&t))).collect::<Vec<_>>();
    assert_eq!(name(&course(11..12), &flat), "new_hot");
    assert_eq!(name(&course(9..12), &flat), "consecutive_hot");
    assert_eq!(name(&course(0..12), &flat), "persistent_hot");
    assert_eq!(name(&course(0..11), &flat), "historical_hot");
    assert_eq!(name(&course(0..1), &flat), "none");
    let Some(table) = golden("emerging_categories.csv") else { return };
    let rows = table["category"].iter().zip(&table["bins"]).zip(&table["z_series"]).zip(&table["mk_z"]);
    let mut seen = 0;
    for (((want, bins), z), mk_z) in rows {
        let course: Vec<i8> = bins.split(' ').map(|b| b.parse().unwrap()).collect();
        let z: Vec<f64> = z.split(' ').map(|z| z.parse().unwrap()).collect();
        assert_close("mk_z", &[mann_kendall(&z).z], &[mk_z.parse().unwrap()], 1e-9);
        let want = if want == "no pattern" { "none".to_owned() } else { want.replace(' ', "_") };
        assert_eq!(name(&course, &z), want, "{bins}");
        seen += 1;
    }
    assert_eq!(seen, 18);
}

/// Where two of the published definitions hold at once.
#[test]
fn precedence_where_definitions_overlap() {
    let flat = [0.0; 12];
    let falling: Vec<f64> = (0..12).map(|t| -f64::from(t)).collect();
    assert_eq!(
        name(&[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0], &falling),
        "historical_hot",
        "not persistent, not diminishing"
    );
    assert_eq!(name(&[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1], &flat), "oscillating_cold", "not new");
    assert_eq!(name(&[-1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1], &flat), "oscillating_hot", "not consecutive");
    assert_eq!(
        name(&[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1], &flat),
        "historical_hot",
        "nine tenths before the last step"
    );
    assert_eq!(name(&[], &[]), "undefined");
    assert_eq!(name(&[1, 1], &[f64::NAN, 1.0]), "undefined");
}

#[test]
fn the_score_is_that_of_the_whole_lattice_of_space_and_time() {
    let (steps, n) = (6, SIDE * SIDE);
    let counts = rising_and_leaving(steps);
    let space = square().with_self();
    // The same neighbourhoods written out place-step by place-step.
    let lists = (0..steps * n).map(|at| {
        let (t, i) = (at / n, at % n);
        let step = |u: usize| space.row(i).iter().map(move |&j| (u * n) as u32 + j);
        (t.saturating_sub(2)..=t).flat_map(step).collect()
    });
    let cube = Weights::from_lists(lists.collect());
    let got = emerging(&counts, &square(), 2, 0.05, &Cancel::default()).unwrap();
    assert_close("z", &got.z, &gi_star::z_of_counts(&counts, &cube), 1e-12);
    let tails = exact(&counts, &cube, Null::Conditional, &Cancel::default()).unwrap();
    let q = benjamini_hochberg(&tails.iter().map(|t| t.two_sided()).collect::<Vec<_>>());
    let hot = q.iter().zip(&tails).map(|(q, t)| {
        if *q > 0.05 {
            0
        } else if t.is_above() {
            1
        } else {
            -1
        }
    });
    assert_eq!(got.hot, hot.collect::<Vec<i8>>());
    assert!(got.is_exact && got.tested == steps * n);
}

#[test]
fn a_rising_and_a_leaving_block_are_told_apart() {
    let got = run(&rising_and_leaving(18), &square());
    let name = |x: usize, y: usize| CATEGORIES[usize::from(got.category[y * SIDE + x])];
    assert!(["consecutive_hot", "intensifying_hot", "sporadic_hot"].contains(&name(1, 1)), "{}", name(1, 1));
    assert!(got.trend[SIDE + 1].z > 3.0);
    assert_eq!(name(10, 10), "none", "hot for twelve of eighteen steps, and no longer");
    assert_eq!(name(5, 5), "none");
}

/// The normal score of the published tool calls sparse noise hot; the exact null does not.
#[test]
fn noise_is_not_hot_as_it_is_by_the_normal_score() {
    let (steps, n) = (60, SIDE * SIDE);
    let scrambled = |i: u64| {
        let mut x = i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x ^ (x >> 27)
    };
    let counts: Vec<u32> = (0..(steps * n) as u64).map(|i| u32::from(scrambled(i) % 100 < 2)).collect();
    let got = run(&counts, &square());
    assert!(got.hot.iter().all(|h| *h == 0));
    assert!(got.category.iter().all(|&c| CATEGORIES[usize::from(c)] == "none"));
    let q = benjamini_hochberg(&got.z.iter().map(|&z| normal_two_sided(z)).collect::<Vec<_>>());
    assert!(q.iter().filter(|q| **q <= 0.05).count() > 10);
}

#[test]
fn undefined_is_a_state() {
    let flat = run(&[3; 12 * SIDE * SIDE], &square());
    assert!(flat.z.iter().all(|z| z.is_nan()) && flat.tested == 0);
    assert!(flat.category.iter().all(|&c| CATEGORIES[usize::from(c)] == "undefined"));
    assert!(run(&[], &grid_queen(0, &[])).category.is_empty());
    // A place without neighbours has no score at the first step, where it has no past either.
    let mut counts = vec![0; 12 * 3];
    counts[35] = 9;
    let island = run(&counts, &Weights::from_pairs(3, [(0, 1)]));
    assert!(island.z[2].is_nan() && !island.z[5].is_nan());
    assert_eq!(CATEGORIES[usize::from(island.category[2])], "undefined");
}

#[test]
fn a_stopped_job_ends() {
    let cancel = Cancel::default();
    cancel.stop();
    assert!(emerging(&rising_and_leaving(12), &square(), 1, 0.05, &cancel).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn order_of_rows_and_threads_change_nothing(seed in 0_u64..1_000_000) {
        let (n, steps) = (SIDE * SIDE, 10);
        let counts: Vec<u32> =
            (0..n * steps).map(|i| ((i as u64 * 2_654_435_761 + seed) >> 7) as u32 % 11 / 8).collect();
        let place = |i: usize| (i * 5 + seed as usize) % n;
        let lists = (0..n).map(|i| square().row(place(i)).iter().map(|&j| {
            (0..n).find(|&k| place(k) == j as usize).unwrap() as u32
        }).collect()).collect();
        let shuffled: Vec<u32> = (0..n * steps).map(|at| counts[at / n * n + place(at % n)]).collect();
        let whole = run(&counts, &square());
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let moved = one.install(|| run(&shuffled, &Weights::from_lists(lists)));
        for i in 0..n {
            prop_assert_eq!(moved.category[i], whole.category[place(i)]);
            prop_assert!(moved.trend[i] == whole.trend[place(i)]);
        }
        prop_assert!((0..n * steps).all(|at| moved.hot[at] == whole.hot[at / n * n + place(at % n)]));
    }
}
