//! Geary's C: how much neighbours differ from one another, of one place and of all.

use super::{Deviations, Global, Sums, sum_sorted};
use crate::analysis::weights::Weights;

/// Squared differences of place `i` from its neighbours, weighted.
fn differences(x: &Deviations, weights: &Weights, i: usize) -> Vec<f64> {
    weights.entries(i).map(|(j, w)| w * (x.z[i] - x.z[j]).powi(2)).collect()
}

/// Local Geary of every place: `c_i = sum_j w_ij (x_i - x_j)^2 / s^2` with the sample variance `s^2 = sum z^2 / (n - 1)`.
/// Small where a place is like its neighbours; NaN where it is undefined.
///
/// # References
/// Anselin (2019), doi:10.1111/gean.12164.
#[must_use]
pub fn local(values: &[f64], weights: &Weights) -> Vec<f64> {
    let x = Deviations::new(values);
    let n = values.len() as f64;
    let each = |i: usize| match differences(&x, weights, i) {
        none if none.is_empty() => f64::NAN,
        terms => sum_sorted(terms) / (x.m2 * n / (n - 1.0)),
    };
    (0..values.len().min(weights.len())).map(each).collect()
}

/// `C = (n - 1) sum_ij w_ij (x_i - x_j)^2 / (2 S0 sum z^2)`: below one where neighbours are alike.
///
/// # Assumptions
/// At least four places.
///
/// # References
/// Geary (1954), doi:10.2307/2986645; Cliff and Ord (1981), Spatial Processes, page 21.
#[must_use]
pub fn geary(values: &[f64], weights: &Weights) -> Global {
    let x = Deviations::new(values);
    let (Some(Sums { s0, s1, s2 }), true) = (Sums::new(weights), values.len() > 3 && x.m2 > 0.0) else {
        return Global::UNDEFINED;
    };
    let n = values.len() as f64;
    let terms = (0..values.len().min(weights.len())).flat_map(|i| differences(&x, weights, i)).collect();
    let b2 = sum_sorted(x.z.iter().map(|z| z.powi(4)).collect()) / n / (x.m2 * x.m2);
    let s00 = s0 * s0;
    let dealt = (n - 1.0) * s1 * (n * n - 3.0 * n + 3.0 - (n - 1.0) * b2)
        - (n - 1.0) * s2 * (n * n + 3.0 * n - 6.0 - (n * n - n + 2.0) * b2) / 4.0
        + s00 * (n * n - 3.0 - (n - 1.0).powi(2) * b2);
    Global {
        value: (n - 1.0) * sum_sorted(terms) / (2.0 * s0 * n * x.m2),
        expected: 1.0,
        variance: dealt / (n * (n - 2.0) * (n - 3.0) * s00),
        variance_normal: ((2.0 * s1 + s2) * (n - 1.0) - 4.0 * s00) / (2.0 * (n + 1.0) * s00),
    }
}
