//! Knox against the reference's tables, against counting pair by pair, and under what must not matter.

use proptest::prelude::*;

use super::*;
use crate::analysis::golden_tests::{golden, numbers};
use crate::error::Kind;

fn table(
    (xy, days): (&[(f64, f64)], &[i32]),
    (space, time): (&[f64], &[f64]),
    distance: Distance,
    (draws, seed): (u32, u64),
) -> Knox {
    let cancel = Cancel::default();
    let pairs = Pairs::find(xy, &Edges::new(space).unwrap(), distance, &cancel).unwrap();
    knox(&pairs, days, &Edges::new(time).unwrap(), (draws, seed), &cancel).unwrap()
}

/// Each pair measured and put into its bin.
fn one_by_one((xy, days): (&[(f64, f64)], &[i32]), (space, time): (&[f64], &[f64]), distance: Distance) -> Vec<u64> {
    let (space, time) = (Edges::new(space).unwrap(), Edges::new(time).unwrap());
    let mut bins = vec![0; space.bins() * time.bins()];
    for i in 0..xy.len() {
        for j in 0..i {
            let (dx, dy) = (xy[i].0 - xy[j].0, xy[i].1 - xy[j].1);
            let d = if distance == Distance::Manhattan { dx.abs() + dy.abs() } else { (dx * dx + dy * dy).sqrt() };
            if let (Some(s), Some(t)) = (space.bin(d), time.bin(f64::from((days[i] - days[j]).abs()))) {
                bins[s * time.bins() + t] += 1;
            }
        }
    }
    bins
}

fn arsons() -> Option<(Vec<(f64, f64)>, Vec<i32>)> {
    let file = golden("chicago_arson.csv")?;
    let xy = numbers(&file, "x").into_iter().zip(numbers(&file, "y")).collect();
    Some((xy, numbers(&file, "t").iter().map(|&t| t as i32).collect()))
}

const INF: f64 = f64::INFINITY;

#[test]
fn chicago_arsons_by_either_distance() {
    let Some((xy, days)) = arsons() else { return };
    let edges = (&[0.0, 0.001, 200.0, 400.0, 600.0, INF][..], &[0.0, 2.0, 3.0, 4.0, INF][..]);
    for (distance, file) in [
        (Distance::Euclidean, "chicago_arson_knox_euclidean.csv"),
        (Distance::Manhattan, "chicago_arson_knox_manhattan.csv"),
    ] {
        let Some(want) = golden(file) else { return };
        let found = table((&xy, &days), edges, distance, (99, 1));
        // The reference's table is by columns of time.
        let by_time: Vec<f64> =
            (0..4).flat_map(|j| (0..5).map(move |i| i * 4 + j)).map(|bin| found.observed[bin] as f64).collect();
        assert_eq!(by_time, numbers(&want, "Freq"), "{file}");
        assert_eq!(found.observed.iter().sum::<u64>(), 522 * 521 / 2);
    }
}

#[test]
fn chicago_arsons_against_999_draws_of_the_near_repeat_package() {
    let (Some((xy, days)), Some(want)) = (arsons(), golden("chicago_arson_nearrepeat_manhattan_999.csv")) else {
        return;
    };
    let edges = (&[0.0, 0.001, 200.0, 400.0, 600.0, 1000.0][..], &[0.0, 2.0, 3.0, 4.0, 8.0, 15.0][..]);
    let found = table((&xy, &days), edges, Distance::Manhattan, (9_999, 4));
    let (i, j) = (numbers(&want, "i"), numbers(&want, "j"));
    for (row, (observed, p)) in numbers(&want, "observed").into_iter().zip(numbers(&want, "p")).enumerate() {
        let bin = (i[row] as usize - 1) * 5 + j[row] as usize - 1;
        assert_eq!(found.observed[bin] as f64, observed, "{row}");
        // The standard error of the reference's 999 draws.
        let se = (found.p[bin] * (1.0 - found.p[bin]) / 999.0).sqrt();
        assert!((found.p[bin] - p).abs() <= 5.0 * se + 1.0 / 1000.0, "{row}: p {} is not {p}", found.p[bin]);
        let ratio: f64 = want["ratio_mean"][row].parse().unwrap();
        if ratio > 0.0 {
            let mean = observed / ratio;
            let se = (found.mean[bin] / 999.0).sqrt();
            assert!((found.mean[bin] - mean).abs() <= 5.0 * se, "{row}: {} is not {mean}", found.mean[bin]);
        }
        let se = (found.expected[bin] / 9_999.0).sqrt();
        assert!((found.mean[bin] - found.expected[bin]).abs() <= 5.0 * se, "{row}: the mean tends to what is expected");
    }
}

/// Five places a street, day by day; what each test says can be counted by hand.
const STREET: [(f64, f64); 5] = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (300.0, 0.0), (300.0, 0.0)];
const DAYS: [i32; 5] = [0, 7, 7, 20, 21];

#[test]
fn bins_are_half_open_so_a_pair_on_an_edge_is_in_the_farther_one() {
    let found = table((&STREET, &DAYS), (&[0.0, 0.1, 100.0, 200.0], &[0.0, 7.0, 14.0]), Distance::Euclidean, (99, 1));
    // 100 m and 7 days exactly: neither below 100 m nor below 7 days. One pair at one place, a day apart.
    assert_eq!(found.observed, [1, 0, 0, 0, 1, 2]);
    let along_streets = table((&STREET, &DAYS), (&[0.0, 200.0, 201.0], &[0.0, 8.0]), Distance::Manhattan, (99, 1));
    assert_eq!(along_streets.observed, [3, 1]);
}

#[test]
fn each_pair_is_counted_once_and_the_open_bins_hold_the_rest() {
    let found = table((&STREET, &DAYS), (&[0.0, 0.1, INF], &[0.0, INF]), Distance::Euclidean, (99, 1));
    assert_eq!(found.observed, [1, 9]);
    assert_eq!(found.mean, [1.0, 9.0]);
    assert_eq!(found.expected, [1.0, 9.0]);
}

#[test]
fn no_p_is_zero_and_a_ratio_without_draws_is_undefined() {
    let found = table((&STREET, &DAYS), (&[0.0, 0.1, 50.0], &[0.0, 2.0]), Distance::Euclidean, (99, 1));
    assert!(found.p.iter().all(|&p| p >= 0.01));
    assert_eq!((found.p[1], found.mean[1]), (1.0, 0.0));
    assert!(found.ratio()[1].is_nan());
}

#[test]
fn an_event_recorded_twice_is_no_repeat_of_itself() {
    let xy = [(1.0, 2.0), (1.0, 2.0), (1.0, 2.0), (1.0, 2.5)];
    let times = [(0, 60), (0, 60), (0, 3600), (0, 60)];
    assert_eq!(distinct_events(&xy, &times), [0, 2, 3]);
}

#[test]
fn the_nearest_bands_go_outwards_from_the_first_that_is_low() {
    let p = |p: &[f64]| Knox {
        space_bins: 4,
        time_bins: 2,
        observed: vec![],
        expected: vec![],
        mean: vec![],
        p: p.to_vec(),
    };
    // "Same place" has too few to say; the bin far away is chance.
    let bands = nearest_bands(&p(&[0.5, 0.01, 0.01, 0.02, 0.05, 0.3, 0.2, 0.01]), 0.05);
    assert_eq!(bands, [false, false, true, true, true, false, false, false]);
    assert!(nearest_bands(&p(&[0.5, 0.1, 0.3, 0.01, 0.05, 0.3, 0.2, 0.01]), 0.05).iter().all(|b| !b));
}

#[test]
fn the_earlier_of_a_pair_is_its_originator() {
    let (space, time) = (Edges::new(&[0.0, 0.1, 150.0]).unwrap(), Edges::new(&[0.0, 2.0, 8.0]).unwrap());
    let pairs = Pairs::find(&STREET, &space, Distance::Euclidean, &Cancel::default()).unwrap();
    let times: Vec<i64> = DAYS.iter().map(|&d| i64::from(d) * 86_400).collect();
    let found = repeats(&pairs, &times, &DAYS, &time, &[true, false, false, true]);
    assert_eq!(found.is_originator, [true, false, false, true, false]);
    assert_eq!(found.is_repeat, [false, true, true, false, true]);
    assert_eq!(found.begun, [2, 0, 0, 1, 0]);
    // Two of one time are a pair, and neither follows the other.
    let at_once = repeats(&pairs, &times, &DAYS, &time, &[false, false, true, false]);
    assert_eq!(
        (at_once.begun.iter().sum::<u32>(), at_once.is_originator, at_once.is_repeat),
        (1, vec![false; 5], vec![false; 5])
    );
}

#[test]
fn what_is_too_much_is_refused_before_it_starts() {
    let cancel = Cancel::default();
    let (near, wide) = (Edges::new(&[0.0, 1.0]).unwrap(), Edges::new(&[0.0, 1000.0]).unwrap());
    let crowd: Vec<(f64, f64)> = (0..40_000).map(|i| (f64::from(i % 200), f64::from(i / 200))).collect();
    let error = Pairs::find(&crowd, &wide, Distance::Euclidean, &cancel).err().unwrap();
    assert!(error.kind == Kind::TooLarge && error.hint.contains("bands"), "{error}");
    assert!(Pairs::find(&[(f64::NAN, 0.0)], &near, Distance::Euclidean, &cancel).is_err());
    let pairs = Pairs::find(&STREET, &near, Distance::Euclidean, &cancel).unwrap();
    for days in [&[0, 1][..], &[0, 40_000, 0, 0, 0]] {
        assert!(knox(&pairs, days, &near, (99, 1), &cancel).is_err());
    }
    for edges in [&[0.0][..], &[1.0, 2.0], &[0.0, 5.0, 5.0], &[0.0, f64::NAN]] {
        assert!(Edges::new(edges).is_err(), "{edges:?}");
    }
    cancel.stop();
    assert_eq!(knox(&pairs, &DAYS, &near, (99, 1), &cancel).err().map(|e| e.kind), Some(Kind::Cancelled));
}

#[test]
fn nothing_and_one_are_tables_too() {
    for xy in [&[][..], &[(5.0, 5.0)]] {
        let found = table((xy, &[0][..xy.len()]), (&[0.0, 1.0, INF], &[0.0, 1.0, INF]), Distance::Euclidean, (99, 1));
        assert_eq!((found.observed, found.p), (vec![0; 4], vec![1.0; 4]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn as_pair_by_pair_in_any_order_of_rows_and_on_any_number_of_threads(
        events in prop::collection::vec((0_u8..12, 0_u8..12, 0_i32..30), 2..60),
        step in 1_usize..50,
        is_manhattan: bool,
        is_open: bool,
        seed: u64,
    ) {
        let distance = if is_manhattan { Distance::Manhattan } else { Distance::Euclidean };
        let edges = (&[0.0, 0.5, 1.0, 2.5, 4.0, INF][..5 + usize::from(is_open)], &[0.0, 1.0, 2.0, 4.0, 6.5, 9.0, INF][..]);
        let split = |e: &[(u8, u8, i32)]| -> (Vec<(f64, f64)>, Vec<i32>) {
            e.iter().map(|e| ((f64::from(e.0), f64::from(e.1)), e.2)).unzip()
        };
        let (xy, days) = split(&events);
        let found = table((&xy, &days), edges, distance, (130, seed));
        prop_assert_eq!(&found.observed, &one_by_one((&xy, &days), edges, distance));
        if is_open {
            prop_assert_eq!(found.observed.iter().sum::<u64>() as usize, xy.len() * (xy.len() - 1) / 2);
        }
        let mut moved = events.clone();
        moved.rotate_left(step % events.len());
        let (xy, days) = split(&moved);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        prop_assert_eq!(&pool.install(|| table((&xy, &days), edges, distance, (130, seed))), &found);
        // The sums of rows and of columns do not change from draw to draw.
        for row in 0..found.space_bins {
            let of_row = |v: &[f64]| v[row * found.time_bins..(row + 1) * found.time_bins].iter().sum::<f64>();
            prop_assert!((of_row(&found.mean) - of_row(&found.expected)).abs() < 1e-6);
        }
    }
}
