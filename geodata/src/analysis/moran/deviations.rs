//! Values as deviations from their mean, and what chance gives for the sum of a place's neighbours.

use super::sum_sorted;
use crate::analysis::weights::Weights;

/// Deviations from the mean of all places.
pub(crate) struct Deviations {
    /// One a place; what differs from the mean by rounding only is exactly zero.
    pub z: Vec<f64>,
    /// Population variance `sum z^2 / n`; NaN where a value is missing or all are equal.
    pub m2: f64,
    /// Largest value, or deviation, without sign: rounding is measured by it.
    largest: f64,
}

impl Deviations {
    pub(crate) fn new(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let rough = sum_sorted(values.to_vec()) / n;
        // What rounding left out of the sum of many values.
        let mean = rough + sum_sorted(values.iter().map(|x| x - rough).collect()) / n;
        let largest = values.iter().fold(0.0_f64, |a, x| a.max(x.abs()));
        let snap = |d: f64| if d.abs() <= 4.0 * f64::EPSILON * largest { 0.0 } else { d };
        let z: Vec<f64> = values.iter().map(|x| snap(x - mean)).collect();
        let m2 = sum_sorted(z.iter().map(|z| z * z).collect()) / n;
        Self { z, m2: if m2 > 0.0 { m2 } else { f64::NAN }, largest }
    }

    /// `sum_j w_ij z_j` of a place; what differs from zero by rounding only is exactly zero. NaN without neighbours.
    pub(crate) fn lag(&self, weights: &Weights, i: usize, terms: &mut Vec<f64>) -> f64 {
        terms.clear();
        let mut total = 0.0;
        for (j, w) in weights.entries(i) {
            terms.push(w * self.z[j]);
            total += w.abs();
        }
        if terms.is_empty() || !(self.m2 > 0.0) {
            return f64::NAN;
        }
        terms.sort_unstable_by(f64::total_cmp);
        let sum: f64 = terms.iter().sum();
        if sum.abs() <= 8.0 * f64::EPSILON * self.largest * total * terms.len() as f64 { 0.0 } else { sum }
    }

    /// Mean and variance of that lag where the place keeps its value and the others are dealt to its neighbours.
    pub(crate) fn lag_moments(&self, weights: &Weights, i: usize) -> (f64, f64) {
        let n = self.z.len() as f64;
        let (total, squared) = weights.entries(i).fold((0.0, 0.0), |(a, b), (_, w)| (a + w, b + w * w));
        if !(total != 0.0 && n > 2.0) {
            return (f64::NAN, f64::NAN);
        }
        // Of the other n - 1 deviations, which sum to minus the own one.
        let mean = -self.z[i] / (n - 1.0);
        let variance = (n * self.m2 - self.z[i] * self.z[i]) / (n - 1.0) - mean * mean;
        let spread = (n - 1.0) * squared - total * total;
        // The spread of a neighbourhood that is everybody else is zero but for rounding.
        let spread = if spread > 1e-12 * n * squared { spread } else { f64::NAN };
        let variance = if variance > 1e-12 * self.m2 { variance } else { f64::NAN };
        (mean * total, variance * spread / (n - 2.0))
    }
}
