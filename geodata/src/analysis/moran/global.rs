//! Global Moran's I: whether near places have like values, over the whole study area.

use super::{Deviations, Global, Sums, sum_sorted};
use crate::analysis::weights::Weights;

/// `I = (n / S0) sum_ij w_ij z_i z_j / sum z^2`, with both variances.
///
/// # Assumptions
/// At least four places. A place without neighbours is in the mean and in n.
///
/// # References
/// Cliff and Ord (1981), Spatial Processes, page 21; Moran (1950), doi:10.1093/biomet/37.1-2.17.
#[must_use]
pub fn moran(values: &[f64], weights: &Weights) -> Global {
    let x = Deviations::new(values);
    let (Some(Sums { s0, s1, s2 }), true) = (Sums::new(weights), values.len() > 3 && x.m2 > 0.0) else {
        return Global::UNDEFINED;
    };
    let n = values.len() as f64;
    let mut terms = Vec::new();
    let products = (0..values.len()).map(|i| x.z[i] * x.lag(weights, i, &mut terms)).filter(|t| !t.is_nan());
    let value = sum_sorted(products.collect()) / s0 / x.m2;
    let expected = -1.0 / (n - 1.0);
    let b2 = sum_sorted(x.z.iter().map(|z| z.powi(4)).collect()) / n / (x.m2 * x.m2);
    let s00 = s0 * s0;
    let dealt =
        n * ((n * n - 3.0 * n + 3.0) * s1 - n * s2 + 3.0 * s00) - b2 * ((n * n - n) * s1 - 2.0 * n * s2 + 6.0 * s00);
    let normal = (n * n * s1 - n * s2 + 3.0 * s00) / ((n * n - 1.0) * s00);
    Global {
        value,
        expected,
        variance: dealt / ((n - 1.0) * (n - 2.0) * (n - 3.0) * s00) - expected * expected,
        variance_normal: normal - expected * expected,
    }
}
