//! Density at given places from points, without binning.

use rayon::prelude::*;

use super::{Kernel, M2_PER_KM2};

/// Density at each of `places` from weighted `points` (planar metres); a missing weight is one.
///
/// # Units
/// Points (or weight) per square kilometre.
///
/// # Assumptions
/// Planar coordinates without distortion over the bandwidth. Without edge correction the study area's rim is too low;
/// the Diggle correction is a weight of one over the kernel's mass within the area at each point.
///
/// # Example
/// ```
/// use geodata::analysis::kde::{Kernel, at_places};
/// let d = at_places(&[(0.0, 0.0)], None, &[(0.0, 0.0), (500.0, 0.0)], Kernel::Quartic, 1000.0);
/// assert!((d[0] - 3.0 / std::f64::consts::PI).abs() < 1e-12); // one incident, one km radius
/// assert!((d[1] / d[0] - 0.5625).abs() < 1e-12);
/// ```
///
/// # References
/// Silverman (1986), section 4.2; Diggle (1985), doi:10.2307/2347366.
#[must_use]
pub fn at_places(
    points: &[(f64, f64)],
    weights: Option<&[f64]>,
    places: &[(f64, f64)],
    kernel: Kernel,
    bandwidth_m: f64,
) -> Vec<f64> {
    let reach = kernel.reach_m(bandwidth_m);
    if !(reach > 0.0 && reach.is_finite()) {
        return vec![f64::NAN; places.len()];
    }
    let bucket = |v: f64| (v / reach).floor() as i64;
    // Sorted by bucket row, then x, then y: each place reads three runs, and sums in the same order whatever the rows'.
    let mut sorted: Vec<(i64, f64, f64, f64)> = points
        .iter()
        .enumerate()
        .filter(|(_, p)| p.0.is_finite() && p.1.is_finite())
        .map(|(i, &(x, y))| (bucket(y), x, y, weights.map_or(1.0, |w| w[i])))
        .collect();
    sorted.sort_unstable_by(|a, b| {
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2)).then(a.3.total_cmp(&b.3))
    });
    let density = |&(x, y): &(f64, f64)| {
        let mut sum = 0.0;
        let middle = bucket(y);
        for row in middle.saturating_sub(1)..=middle.saturating_add(1) {
            let start = sorted.partition_point(|p| (p.0, p.1) < (row, x - reach));
            let run = sorted[start..].iter().take_while(|p| p.0 == row && p.1 <= x + reach);
            for p in run {
                sum += p.3 * kernel.height((p.1 - x).powi(2) + (p.2 - y).powi(2), bandwidth_m);
            }
        }
        sum * M2_PER_KM2
    };
    places.par_iter().with_min_len(64).map(density).collect()
}
