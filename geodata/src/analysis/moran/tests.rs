//! Properties: invariances, undefined states, and moments against the mean over all arrangements.

use super::link::link;
use super::*;
use crate::analysis::weights::{Weights, grid_queen};
use crate::cancel::Cancel;

fn field() -> (Vec<f64>, Weights) {
    let values: Vec<f64> =
        (0..100).map(|i| f64::from((i * 37 + i * i) % 23) + f64::from(u8::from(i < 20)) * 9.0).collect();
    (values, grid_queen(10, &(0..100).collect::<Vec<_>>()))
}

/// Every order of the values.
fn arrangements(values: &[f64]) -> Vec<Vec<f64>> {
    match values {
        [] => vec![vec![]],
        _ => (0..values.len())
            .flat_map(|k| {
                let mut rest = values.to_vec();
                let first = rest.remove(k);
                arrangements(&rest).into_iter().map(move |mut tail| {
                    tail.insert(0, first);
                    tail
                })
            })
            .collect(),
    }
}

fn mean_and_variance(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n)
}

#[test]
fn moments_are_those_of_all_arrangements() {
    let values = [1.0, 2.5, 2.5, 7.0, 0.0, 4.0];
    let weights = Weights::from_pairs(6, [(0, 1), (1, 2), (2, 3), (3, 4), (0, 3), (4, 5)]);
    for weights in [weights.row_standardised(), weights] {
        let all = arrangements(&values);
        let of = |f: &dyn Fn(&[f64]) -> f64| mean_and_variance(&all.iter().map(|v| f(v)).collect::<Vec<_>>());
        let check = |name: &str, got: Global, (mean, variance): (f64, f64)| {
            assert!((got.expected - mean).abs() < 1e-12, "{name}: {} is not {mean}", got.expected);
            assert!((got.variance - variance).abs() < 1e-12, "{name}: {} is not {variance}", got.variance);
        };
        check("I", global::moran(&values, &weights), of(&|v| global::moran(v, &weights).value));
        check("C", geary::geary(&values, &weights), of(&|v| geary::geary(v, &weights).value));
        check("G", general_g::general_g(&values, &weights), of(&|v| general_g::general_g(v, &weights).value));
        let total = local::total_moments(&values, &weights);
        let moran = local::univariate(&values, &weights);
        for i in 0..values.len() {
            let (mean, variance) = of(&|v| local::univariate(v, &weights).i[i]);
            assert!((total[i].0 - mean).abs() < 1e-12 && (total[i].1 - variance).abs() < 1e-12, "{i}");
            let kept: Vec<f64> =
                all.iter().filter(|v| v[i] == values[i]).map(|v| local::univariate(v, &weights).i[i]).collect();
            let (mean, variance) = mean_and_variance(&kept);
            assert!((moran.expected[i] - mean).abs() < 1e-12 && (moran.variance[i] - variance).abs() < 1e-12, "{i}");
        }
    }
}

#[test]
fn scale_and_origin_change_nothing() {
    let (values, weights) = field();
    let moved: Vec<f64> = values.iter().map(|x| 3.0 * x + 40.0).collect();
    let weights = weights.row_standardised();
    let (a, b) = (local::univariate(&values, &weights), local::univariate(&moved, &weights));
    for (x, y) in a.i.iter().zip(&b.i).chain(a.z().iter().zip(&b.z())) {
        assert!((x - y).abs() < 1e-9, "{x} is not {y}");
    }
    let mean = a.i.iter().sum::<f64>() / 100.0;
    assert!(
        (mean - global::moran(&values, &weights).value).abs() < 1e-12,
        "the mean of the local ones is the global one"
    );
}

/// A sum of deviations that is zero but for rounding is no side to be on.
#[test]
fn exactly_the_mean_is_no_quadrant() {
    // The mean is 0.2 and 0.1 + 0.2 + 0.3 - 3 * 0.2 is not zero in floating point.
    let weights = Weights::from_lists(vec![vec![1, 2, 3], vec![0], vec![0], vec![0], vec![1]]);
    let moran = local::univariate(&[0.4, 0.1, 0.2, 0.3, 0.0], &weights);
    let names: Vec<&str> = moran.quadrants().iter().map(|&q| local::QUADRANTS[usize::from(q)]).collect();
    assert_eq!(names, ["undefined", "low_high", "undefined", "high_high", "low_low"]);
    assert_eq!((moran.lag[0], moran.own[2], moran.z()[2].is_nan()), (0.0, 0.0, true));
}

#[test]
fn undefined_is_a_state() {
    let (_, weights) = field();
    for values in [vec![3.0; 100], vec![0.1 + 0.2; 100], [vec![f64::NAN], vec![1.0; 99]].concat()] {
        let moran = local::univariate(&values, &weights);
        assert!(moran.i.iter().chain(&moran.z()).all(|x| x.is_nan()));
        assert!(moran.quadrants().iter().all(|&q| q == 4));
        assert!(global::moran(&values, &weights).value.is_nan() && geary::geary(&values, &weights).p().is_nan());
        assert!(general_g::general_g(&values, &weights).z().is_nan());
        assert!(geary::local(&values, &weights).iter().all(|c| c.is_nan()));
    }
    let alone = Weights::from_lists(vec![vec![1], vec![0], vec![], vec![2]]);
    let moran = local::univariate(&[1.0, 2.0, 3.0, 5.0], &alone);
    assert!(moran.i[2].is_nan() && moran.quadrants()[2] == 4 && !moran.i[3].is_nan());
    assert!(local::univariate(&[], &Weights::from_lists(vec![])).i.is_empty());
    assert!(general_g::general_g(&[-1.0, 2.0, 3.0, 4.0], &alone).value.is_nan());
}

#[test]
fn a_link_is_found_between_and_not_within_places() {
    let (_, weights) = field();
    let weights = weights.row_standardised();
    let keys: Vec<u64> = (0..100).collect();
    let bump = |row: usize, column: usize| -> Vec<f64> {
        (0..100)
            .map(|i| f64::from(u8::from((i / 10_usize).abs_diff(row) < 2 && (i % 10).abs_diff(column) < 2)))
            .collect()
    };
    let run = |x: &[f64], y: &[f64]| link((x, y), &weights, &keys, (999, 3), &Cancel::default()).unwrap();
    let near = run(&bump(2, 2), &bump(3, 3));
    let far = run(&bump(2, 2), &bump(7, 7));
    assert!(near.i > 0.3 && (near.p - 0.002).abs() < 1e-12, "{near:?}");
    assert!(far.i < 0.0 && far.p > 0.002, "{far:?}");
    let own = run(&bump(2, 2), &bump(2, 2)).i;
    assert!((own - global::moran(&bump(2, 2), &weights).value).abs() < 1e-12);
    assert!(run(&bump(2, 2), &[1.0; 100]).p.is_nan());
    // The same places in another order.
    let order: Vec<usize> = (0..100).map(|i| i * 37 % 100).collect();
    let mut position = [0_u32; 100];
    order.iter().enumerate().for_each(|(new, &old)| position[old] = new as u32);
    let lists = order.iter().map(|&old| weights.row(old).iter().map(|&j| position[j as usize]).collect()).collect();
    let other = Weights::from_lists(lists).row_standardised();
    let of = |v: Vec<f64>| order.iter().map(|&old| v[old]).collect::<Vec<f64>>();
    let other_keys: Vec<u64> = order.iter().map(|&old| old as u64).collect();
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let (x, y) = (of(bump(2, 2)), of(bump(3, 3)));
    let again = one.install(|| link((&x, &y), &other, &other_keys, (999, 3), &Cancel::default()).unwrap());
    assert_eq!(again, near);
    let stopped = Cancel::default();
    stopped.stop();
    assert!(link((&x, &y), &other, &other_keys, (999, 3), &stopped).is_err());
}
