//! Exact and Monte Carlo probabilities against enumeration, against each other, and under every order.

use proptest::prelude::*;

use super::*;
use crate::analysis::weights::{Weights, grid_queen};
use crate::cancel::Cancel;

/// Both tails by counting every subset.
fn enumerated(counts: &[u32], weights: &Weights, null: Null, place: usize) -> Tails {
    let n = counts.len();
    let others: Vec<usize> = (0..n).filter(|&j| null == Null::Total || j != place).collect();
    let mut k = weights.others(place);
    let mut seen: u32 = weights.row(place).iter().filter(|&&j| j as usize != place).map(|&j| counts[j as usize]).sum();
    if null == Null::Total {
        k += 1;
        seen += counts[place];
    }
    let (mut all, mut greater, mut less) = (0_u32, 0_u32, 0_u32);
    for set in 0_u32..1 << others.len() {
        if set.count_ones() as usize == k {
            let sum: u32 = others.iter().enumerate().filter(|(b, _)| set >> b & 1 == 1).map(|(_, &j)| counts[j]).sum();
            all += 1;
            greater += u32::from(sum >= seen);
            less += u32::from(sum <= seen);
        }
    }
    Tails { greater: f64::from(greater) / f64::from(all), less: f64::from(less) / f64::from(all) }
}

fn close(a: Tails, b: Tails, tolerance: f64) -> bool {
    (a.greater - b.greater).abs() <= tolerance && (a.less - b.less).abs() <= tolerance
}

proptest! {
    #[test]
    fn exact_is_enumeration(
        counts in prop::collection::vec(0_u32..6, 2..12),
        pairs in prop::collection::vec((0_u32..12, 0_u32..12), 0..40),
    ) {
        let weights = Weights::from_pairs(counts.len(), pairs);
        for null in [Null::Total, Null::Conditional] {
            let tails = exact(&counts, &weights, null, &Cancel::default()).unwrap();
            for (i, &tail) in tails.iter().enumerate() {
                if weights.others(i) == 0 {
                    prop_assert!(tail.two_sided().is_nan());
                } else {
                    let want = enumerated(&counts, &weights, null, i);
                    prop_assert!(close(tail, want, 1e-11), "{null:?} {i}: {tail:?} {want:?}");
                }
            }
        }
    }
}

fn field() -> (Vec<u32>, Weights) {
    let counts: Vec<u32> = (0..144_u32).map(|i| (i * i * 7 + i / 5) % 11 / 4 + u32::from(i % 37 == 0) * 6).collect();
    let lattice: Vec<u32> = (0..144).collect();
    (counts, grid_queen(12, &lattice).with_self())
}

#[test]
fn monte_carlo_tends_to_exact() {
    let (counts, weights) = field();
    let values: Vec<f64> = counts.iter().map(|&c| f64::from(c)).collect();
    let keys: Vec<u64> = (0..144).collect();
    let draws = 9_999;
    for null in [Null::Total, Null::Conditional] {
        let want = exact(&counts, &weights, null, &Cancel::default()).unwrap();
        let got = monte_carlo(&values, &weights, null, (draws, 7), &keys, &Cancel::default()).unwrap();
        for (a, b) in want.iter().zip(&got) {
            let se = (a.greater * (1.0 - a.greater) / f64::from(draws)).sqrt();
            assert!((a.greater - b.greater).abs() <= 5.0 * se + 2.0 / f64::from(draws), "{null:?} {a:?} {b:?}");
        }
    }
}

#[test]
fn the_order_of_rows_and_the_threads_change_nothing() {
    let (counts, weights) = field();
    let n = counts.len();
    let order: Vec<usize> = (0..n).map(|i| i * 31 % n).collect();
    let mut position = vec![0_u32; n];
    order.iter().enumerate().for_each(|(new, &old)| position[old] = new as u32);
    let lists = order.iter().map(|&old| weights.row(old).iter().map(|&j| position[j as usize]).collect()).collect();
    let shuffled_weights = Weights::from_lists(lists);
    let shuffled: Vec<u32> = order.iter().map(|&old| counts[old]).collect();
    let real = |c: &[u32]| c.iter().map(|&c| f64::from(c) * 0.1 + 0.7).collect::<Vec<_>>();
    let keys: Vec<u64> = (0..n as u64).collect();
    let shuffled_keys: Vec<u64> = order.iter().map(|&old| old as u64).collect();
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    for null in [Null::Total, Null::Conditional] {
        let a = exact(&counts, &weights, null, &Cancel::default()).unwrap();
        let b = exact(&shuffled, &shuffled_weights, null, &Cancel::default()).unwrap();
        let c = monte_carlo(&real(&counts), &weights, null, (99, 1), &keys, &Cancel::default()).unwrap();
        let d = one.install(|| {
            monte_carlo(&real(&shuffled), &shuffled_weights, null, (99, 1), &shuffled_keys, &Cancel::default()).unwrap()
        });
        for (new, &old) in order.iter().enumerate() {
            assert_eq!(a[old], b[new]);
            assert_eq!(c[old], d[new]);
        }
    }
}

/// The mistake of the field: one table of random rows for all cells makes all p-values depend on one draw, and thousands of
/// cells cross a line together. Here places that cannot be told apart have draws of their own.
#[test]
fn thirty_thousand_cells_do_not_flip_together() {
    let lattice: Vec<u32> = (0..1600).collect();
    let weights = grid_queen(40, &lattice);
    // Every inner cell of a regular pattern of three by three sees the same values.
    let values: Vec<f64> = (0..1600).map(|i| f64::from((i % 40 % 3 + 3 * (i / 40 % 3)) as u8).powi(2)).collect();
    let keys: Vec<u64> = (0..1600).collect();
    let draws = 199;
    let run =
        |seed| monte_carlo(&values, &weights, Null::Conditional, (draws, seed), &keys, &Cancel::default()).unwrap();
    let alike: Vec<usize> = (0..1600)
        .filter(|i| values[*i] == 16.0 && (1..39).contains(&(i % 40)) && (1..39).contains(&(i / 40)))
        .collect();
    assert!(alike.len() > 150);
    let greater = |tails: &[Tails]| alike.iter().map(|&i| tails[i].greater).collect::<Vec<_>>();
    let p = greater(&run(1));
    let mean = p.iter().sum::<f64>() / p.len() as f64;
    let variance = p.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / p.len() as f64;
    let independent = mean * (1.0 - mean) / f64::from(draws);
    assert!((0.6..1.6).contains(&(variance / independent)), "{variance} is not {independent}: the draws are shared");
    // With another seed the share of places beyond a line stays as it is, and does not jump as one.
    let beyond = |p: &[f64]| p.iter().filter(|p| **p > mean).count() as f64 / p.len() as f64;
    assert!((beyond(&p) - beyond(&greater(&run(2)))).abs() < 0.2);
}

#[test]
fn nothing_one_and_all_equal() {
    let cancel = Cancel::default();
    for null in [Null::Total, Null::Conditional] {
        assert!(exact(&[], &Weights::from_lists(vec![]), null, &cancel).unwrap().is_empty());
        let one = Weights::from_lists(vec![vec![0]]);
        assert!(exact(&[3], &one, null, &cancel).unwrap()[0].two_sided().is_nan());
        assert!(monte_carlo(&[3.0], &one, null, (9, 1), &[0], &cancel).unwrap()[0].two_sided().is_nan());
        let pair = Weights::from_pairs(2, [(0, 1)]);
        assert_eq!(exact(&[5, 5], &pair, null, &cancel).unwrap()[0], Tails { greater: 1.0, less: 1.0 });
    }
    let (counts, weights) = field();
    let stopped = Cancel::default();
    stopped.stop();
    assert!(exact(&counts, &weights, Null::Total, &stopped).is_err());
    assert_eq!(exact_work(&counts, &weights.row_standardised(), Null::Total), usize::MAX);
    assert!(exact_work(&counts, &weights, Null::Conditional) < 1_000_000);
}

#[test]
fn cold_is_offered_only_where_it_can_be_reached() {
    let (_, weights) = field();
    let sparse: Vec<u32> = (0..144).map(|i| u32::from(i % 5 == 0)).collect();
    let dense: Vec<u32> = (0..144).map(|i| 20 + i % 7).collect();
    assert!(!cold_is_reachable(&sparse, &weights, Null::Conditional, 0.05));
    assert!(cold_is_reachable(&dense, &weights, Null::Conditional, 0.05));
}
