//! Change: the reference numbers of the E-test, exactness, mirrored periods, agreement of p and interval.

use proptest::prelude::*;

use super::*;
use crate::analysis::golden_tests::{assert_close, golden, numbers};

fn run(before: &[u32], after: &[u32], exposure: (f64, f64), test: Test) -> Vec<Change> {
    change(before, after, exposure, (test, 0.05), &Cancel::default()).unwrap()
}

#[test]
fn the_reference_numbers_of_the_e_test() {
    assert_close("p", &[e_test((6, 1.0), (2, 1.0))], &[0.174_874_820_943_707_65], 1e-12);
    let Some(table) = golden("etest.csv") else { return };
    let [k1, k2, n1, n2] = ["k1", "k2", "n1", "n2"].map(|name| numbers(&table, name));
    let p: Vec<f64> = (0..k1.len()).map(|i| e_test((k1[i] as u32, n1[i]), (k2[i] as u32, n2[i]))).collect();
    assert_close("p", &p, &numbers(&table, "p"), 1e-9);
}

/// All pairs of counts, one by one.
#[test]
fn the_e_test_by_its_own_words() {
    for ((k1, n1), (k2, n2)) in [((3, 1.0), (0, 1.0)), ((12, 31.0), (4, 28.0)), ((1, 7.5), (9, 3.0))] {
        let rate = f64::from(k1 + k2) / (n1 + n2);
        let term = |k: u32, mean: f64| (1..=k).fold((-mean).exp(), |p, i| p * mean / f64::from(i));
        let t = |i: u32, j: u32| {
            let (a, b) = (f64::from(i), f64::from(j));
            if i + j == 0 { 0.0 } else { ((a / n1 - b / n2) / (a / n1 / n1 + b / n2 / n2).sqrt()).abs() }
        };
        let far = |&(i, j): &(u32, u32)| t(i, j) >= t(k1, k2) - 1e-9;
        let pairs = (0..100).flat_map(|i| (0..100).map(move |j| (i, j))).filter(far);
        let want: f64 = pairs.map(|(i, j)| term(i, rate * n1) * term(j, rate * n2)).sum();
        assert_close("p", &[e_test((k1, n1), (k2, n2))], &[want], 1e-11);
    }
    assert_eq!(e_test((0, 1.0), (0, 2.0)), 1.0);
    assert!(e_test((1, 0.0), (1, 1.0)).is_nan());
    assert!(e_test((90_000, 1.0), (100_000, 1.0)) < 1e-100);
}

#[test]
fn a_ratio_stands_with_its_interval() {
    let got = run(&[10, 0, 0, 100], &[30, 4, 0, 100], (365.0, 365.0), Test::Binomial);
    // 30 of 40: the share is 0.5880 to 0.8731 (Clopper-Pearson), the doubled tail 0.0022214.
    assert!((got[0].ratio - 3.0).abs() < 1e-12);
    assert_close("interval", &[got[0].low, got[0].high], &[1.427_408_470_151_585_2, 6.879_301_771_018_325], 1e-9);
    assert!((got[0].p - 0.002_221_433_773_229_364_3).abs() < 1e-12, "{}", got[0].p);
    assert!(got[1].ratio.is_infinite() && got[1].high.is_infinite() && got[1].low > 0.0);
    assert!((got[1].p - 0.125).abs() < 1e-12, "four of four: two tails of one sixteenth");
    assert!(got[2].ratio.is_nan() && got[2].p.is_nan());
    assert_eq!(got[3].p, 1.0);
    let classes: Vec<&str> = got.iter().map(|c| CLASSES[usize::from(c.class)]).collect();
    assert_eq!(classes, ["above", "not_different", "not_different", "not_different"]);
    // Three tests are the family; the place where nothing happened is none.
    assert!((got[0].q - 3.0 * got[0].p).abs() < 1e-12);
    let nowhere = run(&[3, 0], &[0, 0], (3.0, 0.0), Test::ETest);
    assert!(nowhere.iter().all(|c| c.p.is_nan() && CLASSES[usize::from(c.class)] == "undefined"));
    let longer = run(&[29], &[28], (29.0, 28.0), Test::Binomial);
    assert!((longer[0].ratio - 1.0).abs() < 1e-12, "a day more is no fall");
}

proptest! {
    #[test]
    fn swapped_periods_mirror_the_change(b in 0_u32..300, a in 0_u32..300, e in 0.2_f64..5.0) {
        prop_assume!(a + b > 0);
        for test in [Test::Binomial, Test::ETest] {
            let (x, y) = (run(&[b], &[a], (1.0, e), test)[0], run(&[a], &[b], (e, 1.0), test)[0]);
            prop_assert!((x.p - y.p).abs() < 1e-9 && x.p > 0.0 && x.p <= 1.0);
            prop_assert!(x.ratio * y.ratio - 1.0 < 1e-9 || a == 0 || b == 0);
            prop_assert!(a == 0 || (x.low * y.high - 1.0).abs() < 1e-9);
        }
        // The exact interval holds the city's ratio exactly where the exact test does not reject.
        let x = run(&[b], &[a], (1.0, e), Test::Binomial)[0];
        prop_assert!((x.p <= 0.05) == (x.low >= 1.0 || x.high <= 1.0) || (x.p - 0.05).abs() < 1e-9);
    }
}
