//! Forecast checks: the reference example, shares of ties, bounds, and a blind choice.

use proptest::prelude::*;

use super::*;
use crate::analysis::golden_tests::{assert_close, golden, numbers};

/// Six places of one square kilometre: in the order in which the reference ranks them.
const EARLIER: [u32; 6] = [8, 4, 4, 2, 1, 0];
const OBSERVED: [u32; 6] = [6, 3, 7, 2, 1, 0];
const AREA: [f64; 6] = [1.0; 6];

fn held(ranking: &Ranking, observed: &[u32], share: f64) -> Held {
    Held::by(ranking, &best(observed, &AREA), (&EARLIER, observed), share)
}

#[test]
fn the_reference_numbers() {
    let ranking = Ranking::new(&[6.0, 5.0, 4.0, 3.0, 2.0, 1.0], &AREA);
    let rows: Vec<Accuracy> =
        (1..=6).map(|k| held(&ranking, &OBSERVED, f64::from(k) / 6.0).accuracy(f64::from(k) / 6.0)).collect();
    assert_close("first", &[rows[0].pai, rows[0].pei], &[36.0 / 19.0, 6.0 / 7.0], 1e-12);
    let Some(table) = golden("pai_ptools_example.csv") else { return };
    let column = |f: fn(&Accuracy) -> f64| rows.iter().map(f).collect::<Vec<_>>();
    let hits: Vec<f64> = (1..=6).map(|k| held(&ranking, &OBSERVED, f64::from(k) / 6.0).hits).collect();
    assert_close("hits", &hits, &numbers(&table, "cum_count"), 1e-9);
    assert_close("hit rate", &column(|a| a.hit_rate), &numbers(&table, "hit_rate"), 1e-9);
    assert_close("PAI", &column(|a| a.pai), &numbers(&table, "PAI"), 1e-9);
    assert_close("PEI", &column(|a| a.pei), &numbers(&table, "PEI"), 1e-9);
    assert_close("SER", &column(|a| a.ser), &numbers(&table, "SER"), 1e-9);
    assert_close("RRI", &column(|a| a.predicted_to_observed), &numbers(&table, "RRI"), 1e-9);
    assert_close("RRI", &column(|a| 1.0 / a.recapture_rate_index), &numbers(&table, "RRI"), 1e-9);
}

/// Peers cut through places of equal score as the rows happen to stand: the file's order decides how good a map is.
#[test]
fn ties_are_shared_not_broken_by_the_order_of_rows() {
    let score: Vec<f64> = EARLIER.iter().map(|&c| f64::from(c)).collect();
    let forward = Ranking::new(&score, &AREA);
    assert!((forward.hits(&OBSERVED, 2.0 / 6.0) - 11.0).abs() < 1e-12, "6, and half of 3 + 7");
    let back = |x: &[u32]| x.iter().rev().copied().collect::<Vec<_>>();
    let reversed: Vec<f64> = score.iter().rev().copied().collect();
    assert_eq!(Ranking::new(&reversed, &AREA).hits(&back(&OBSERVED), 2.0 / 6.0), forward.hits(&OBSERVED, 2.0 / 6.0));
    assert_eq!(forward.inside(2.0 / 6.0), [1.0, 0.5, 0.5, 0.0, 0.0, 0.0]);
}

#[test]
fn scores_that_differ_by_rounding_are_equal() {
    let ranking = Ranking::new(&[0.1 + 0.2, 0.3, 0.0, -0.0], &[1.0; 4]);
    assert_eq!(ranking.inside(0.25), [0.5, 0.5, 0.0, 0.0]);
    assert_eq!(ranking.inside(0.75), [1.0, 1.0, 0.5, 0.5]);
}

#[test]
fn a_map_without_a_score_is_no_better_than_chance() {
    let blind = Ranking::new(&[f64::NAN; 6], &AREA);
    for share in [0.01, 0.05, 0.5, 1.0] {
        let got = held(&blind, &OBSERVED, share).accuracy(share);
        assert!((got.pai - 1.0).abs() < 1e-12, "{share}: {}", got.pai);
    }
    let none = held(&blind, &[0; 6], 0.5).accuracy(0.5);
    assert!(none.hit_rate.is_nan() && none.pai.is_nan() && none.pei.is_nan(), "nothing to be found");
}

#[test]
fn a_blind_choice() {
    // A hundred places, ten of them hold ten each: five taken blindly hold five on average.
    let observed: Vec<u32> = (0..100).map(|i| if i % 10 == 0 { 10 } else { 0 }).collect();
    assert!((p_of_blind_choice(5.0, &observed, 0.05) - 0.5).abs() < 1e-12);
    // Variance 5 x 0.95 x 9.0909: twenty are 2.28 deviations above, which a binomial would call seven.
    let p = p_of_blind_choice(20.0, &observed, 0.05);
    assert!((p - 0.0112).abs() < 2e-4, "{p}");
    assert!(p_of_blind_choice(5.0, &[1; 100], 0.05).is_nan());
}

proptest! {
    #[test]
    fn no_map_beats_the_best_and_every_area_is_used(
        rows in prop::collection::vec((0_u32..6, 0_u32..6, 0.1_f64..4.0), 2..40),
        share in 0.01_f64..1.0,
    ) {
        let (earlier, observed): (Vec<u32>, Vec<u32>) = rows.iter().map(|r| (r.0, r.1)).unzip();
        let area: Vec<f64> = rows.iter().map(|r| r.2).collect();
        let score: Vec<f64> = earlier.iter().map(|&c| f64::from(c)).collect();
        let (ranking, best) = (Ranking::new(&score, &area), best(&observed, &area));
        let got = Held::by(&ranking, &best, (&earlier, &observed), share).accuracy(share);
        prop_assert!(got.pei.is_nan() || got.pei <= 1.0 + 1e-12);
        let used: f64 = ranking.inside(share).iter().zip(&area).map(|(part, a)| part * a).sum();
        prop_assert!((used - share * ranking.area()).abs() < 1e-9);
        let whole = ranking.hits(&observed, 1.0);
        prop_assert!((whole - f64::from(observed.iter().sum::<u32>())).abs() < 1e-9);
        prop_assert!(ranking.hits(&observed, share) <= whole + 1e-9);
    }
}
