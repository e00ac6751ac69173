//! Getis and Ord's General G: whether high values, or low ones, lie near one another over the whole study area.

use super::{Global, Sums, sum_sorted};
use crate::analysis::weights::Weights;

/// `G = sum_ij w_ij x_i x_j / sum_(i != j) x_i x_j`.
///
/// # Assumptions
/// Values have a natural zero and none is negative; at least four places; binary weights.
///
/// # References
/// Getis and Ord (1992), doi:10.1111/j.1538-4632.1992.tb00261.x.
#[must_use]
pub fn general_g(values: &[f64], weights: &Weights) -> Global {
    let n = values.len() as f64;
    let power = |k: i32| sum_sorted(values.iter().map(|x| x.powi(k)).collect());
    let (m1, m2, m3, m4) = (power(1), power(2), power(3), power(4));
    let pairs = m1 * m1 - m2;
    let is_sound = values.iter().all(|x| *x >= 0.0 && x.is_finite()) && values.len() > 3 && pairs > 0.0;
    let (Some(Sums { s0, s1, s2 }), true) = (Sums::new(weights), is_sound) else {
        return Global::UNDEFINED;
    };
    let products = (0..values.len().min(weights.len()))
        .flat_map(|i| weights.entries(i).map(move |(j, w)| w * values[i] * values[j]))
        .collect();
    let s00 = s0 * s0;
    let b0 = (n * n - 3.0 * n + 3.0) * s1 - n * s2 + 3.0 * s00;
    let b1 = -((n * n - n) * s1 - 2.0 * n * s2 + 6.0 * s00);
    let b2 = -(2.0 * n * s1 - (n + 3.0) * s2 + 6.0 * s00);
    let b3 = 4.0 * (n - 1.0) * s1 - 2.0 * (n + 1.0) * s2 + 8.0 * s00;
    let b4 = s1 - s2 + s00;
    let square = b0 * m2 * m2 + b1 * m4 + b2 * m1 * m1 * m2 + b3 * m1 * m3 + b4 * m1.powi(4);
    let square = square / (pairs * pairs * n * (n - 1.0) * (n - 2.0) * (n - 3.0));
    let expected = s0 / (n * (n - 1.0));
    let variance = square - expected * expected;
    // Where all values are equal G is what is expected, always.
    let variance = if variance > 1e-12 * expected * expected { variance } else { f64::NAN };
    Global { value: sum_sorted(products) / pairs, expected, variance, variance_normal: f64::NAN }
}
