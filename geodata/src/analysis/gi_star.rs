//! Gi*: whether the values in and around a place are higher or lower than those of the study area.

use super::moran::Deviations;
use super::weights::Weights;

/// `Gi*` as a standard score, one a place; NaN where it is undefined.
///
/// `z = (sum w x - W mean) / (s sqrt((n S1 - W^2) / (n - 1)))` with `W = sum w`, `S1 = sum w^2` over the row of the
/// place and the population standard deviation `s`. Undefined where all values are equal, where a place has no
/// neighbour but itself, where the neighbourhood is the whole study area, and where a value is not finite.
///
/// # Units
/// Standard deviations. The score does not change when the values become `a x + b` (a > 0) or the rows are standardised.
///
/// # Assumptions
/// The weights contain the place itself (`Weights::with_self`); without it the score is Getis and Ord's Gi with
/// moments that include the own value. Places outside the study area are not among the values; places without
/// incidents are, as zeros.
///
/// # Example
/// ```
/// use geodata::analysis::{gi_star, weights};
/// let row = weights::grid_queen(5, &[0, 1, 2, 3, 4]).with_self();
/// let z = gi_star::z(&[9.0, 9.0, 0.0, 0.0, 0.0], &row);
/// assert!(z[0] > 1.9 && z[4] < -1.2);
/// ```
///
/// # References
/// Ord and Getis (1995), doi:10.1111/j.1538-4632.1995.tb00912.x.
#[must_use]
pub fn z(values: &[f64], weights: &Weights) -> Vec<f64> {
    // Sums over sorted values do not depend on the order of the rows.
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let n = values.len() as f64;
    let mean = sorted.iter().sum::<f64>() / n;
    let mut squares: Vec<f64> = sorted.iter().map(|x| (x - mean).powi(2)).collect();
    squares.sort_unstable_by(f64::total_cmp);
    let sd = match (sorted.first(), sorted.last()) {
        (Some(a), Some(b)) if a == b => 0.0,
        _ => (squares.iter().sum::<f64>() / n).sqrt(),
    };
    let mut terms = Vec::new();
    (0..values.len().min(weights.len()))
        .map(|i| {
            let (row, w) = (weights.row(i), weights.row_values(i));
            terms.clear();
            terms.extend(row.iter().enumerate().map(|(k, &j)| w.map_or(1.0, |w| w[k]) * (values[j as usize] - mean)));
            terms.sort_unstable_by(f64::total_cmp);
            let (total, squared) = match w {
                Some(w) => (w.iter().sum(), w.iter().map(|w| w * w).sum()),
                None => (row.len() as f64, row.len() as f64),
            };
            let deviation: f64 = terms.iter().sum();
            score(deviation, total, squared, n, sd, weights.others(i))
        })
        .collect()
}

/// [`z`] of counts, with sums in whole numbers.
#[must_use]
pub fn z_of_counts(counts: &[u32], weights: &Weights) -> Vec<f64> {
    if !weights.is_binary() {
        return z(&counts.iter().map(|&c| f64::from(c)).collect::<Vec<_>>(), weights);
    }
    let (n, (mean, sd)) = (counts.len() as f64, moments(counts));
    (0..counts.len().min(weights.len()))
        .map(|i| {
            let row = weights.row(i);
            let inside: u64 = row.iter().map(|&j| u64::from(counts[j as usize])).sum();
            let k = row.len() as f64;
            score(inside as f64 - k * mean, k, k, n, sd, weights.others(i))
        })
        .collect()
}

/// Getis and Ord's `Gi`: the neighbours without the place itself, against the mean and the variance of the other places.
///
/// Undefined where the other values are all equal, where a place has no neighbour, and where all others are neighbours.
///
/// # Units
/// Standard deviations; as [`z`], it does not change when the values become `a x + b` (a > 0) or rows are standardised.
///
/// # References
/// Ord and Getis (1995), doi:10.1111/j.1538-4632.1995.tb00912.x.
#[must_use]
pub fn z_without_self(values: &[f64], weights: &Weights) -> Vec<f64> {
    let deviations = Deviations::new(values);
    let mut terms = Vec::new();
    let score = |i: usize| {
        let (mean, variance) = deviations.lag_moments(weights, i);
        (deviations.lag(weights, i, &mut terms) - mean) / variance.sqrt()
    };
    (0..values.len().min(weights.len())).map(score).collect()
}

/// Mean and population standard deviation of counts, from sums in whole numbers.
pub(super) fn moments(counts: &[u32]) -> (f64, f64) {
    let n = counts.len() as u128;
    let sum: u128 = counts.iter().map(|&c| u128::from(c)).sum();
    let squares: u128 = counts.iter().map(|&c| u128::from(c) * u128::from(c)).sum();
    // n^2 times the variance is a whole number, so equal counts give exactly zero.
    (sum as f64 / n as f64, ((n * squares - sum * sum) as f64).sqrt() / n as f64)
}

/// The score of a neighbourhood from the deviation of its weighted sum, the sums of its weights and of their squares, and
/// how many places it has besides its own.
pub(super) fn score(deviation: f64, total: f64, squared: f64, n: f64, sd: f64, others: usize) -> f64 {
    let spread = n * squared - total * total;
    // The spread of a whole-area neighbourhood is zero but for rounding.
    if others == 0 || !(sd > 0.0) || !(spread > 1e-12 * n * squared) {
        return f64::NAN;
    }
    deviation / (sd * (spread / (n - 1.0)).sqrt())
}

#[cfg(test)]
#[path = "gi_star_tests.rs"]
mod tests;
