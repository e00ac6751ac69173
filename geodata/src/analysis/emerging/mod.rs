//! Emerging hotspots: Gi* of every place at every step, and what its course over the steps is called.

mod category;
mod space_time;

use rayon::prelude::*;

pub use category::{CATEGORIES, category};

use super::fdr::benjamini_hochberg;
use super::permutation::{Null, Tails};
use super::trend::{MannKendall, mann_kendall};
use super::weights::Weights;
use crate::cancel::Cancel;
use crate::error::Result;
use space_time::SpaceTime;

/// Places per block of work.
const BLOCK: usize = 256;

/// What the course of every place shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Emerging {
    /// Gi* by step and place: `z[step * places + place]`; NaN where undefined.
    pub z: Vec<f64>,
    /// 1 where a step is hot after the false discovery rate, -1 where it is cold, 0 else; as `z`.
    pub hot: Vec<i8>,
    /// Trend of each place's `z`.
    pub trend: Vec<MannKendall>,
    /// Index into [`CATEGORIES`] of each place.
    pub category: Vec<u8>,
    /// Place-steps with a test: the family of the false discovery rate.
    pub tested: usize,
    /// Whether p is the exact conditional permutation's; else the normal approximation's.
    pub is_exact: bool,
    /// Whether any place-step could be cold, whatever the arrangement.
    pub cold_is_reachable: bool,
}

/// Classifies the course of each place over the steps.
///
/// The neighbourhood of a place at a step is the place and its neighbours at that step and the `lags` steps before. It is
/// compared with all places at all steps: chance deals the counts out over places and steps, the own count stays (exact
/// conditional permutation), and Benjamini-Hochberg holds the rate over all place-steps.
///
/// # Assumptions
/// Steps are of equal length. `counts[step * places + place]`; a broken last step is left out. The weights are binary.
///
/// # Errors
/// A stopped request.
///
/// # References
/// Getis and Ord (1992), doi:10.1111/j.1538-4632.1992.tb00261.x; the names of the courses are Esri's (Emerging Hot Spot
/// Analysis). Where two definitions hold: nine tenths before all else, historical over persistent, oscillating over new and
/// consecutive.
pub fn emerging(counts: &[u32], weights: &Weights, lags: usize, alpha: f64, cancel: &Cancel) -> Result<Emerging> {
    let weights = weights.with_self();
    let n = weights.len();
    let steps = counts.len().checked_div(n).unwrap_or(0);
    let counts = &counts[..steps * n];
    let around = SpaceTime::new(counts, &weights, lags, cancel)?;
    let z = around.z(counts);
    cancel.check()?;
    let is_exact = around.is_exact_affordable(counts);
    let tails = around.tails(counts, &z, is_exact, cancel)?;
    let p: Vec<f64> = tails.iter().zip(&z).map(|(t, z)| if z.is_nan() { f64::NAN } else { t.two_sided() }).collect();
    let tested = p.iter().filter(|p| !p.is_nan()).count();
    let q = benjamini_hochberg(&p);
    cancel.check()?;
    let sign = |(q, tails): (&f64, &Tails)| match (*q <= alpha, tails.is_above()) {
        (false, _) => 0,
        (true, true) => 1,
        (true, false) => -1,
    };
    let hot: Vec<i8> = q.iter().zip(&tails).map(sign).collect();
    cancel.begin(n as u64);
    let blocks: Vec<Vec<(MannKendall, u8)>> = (0..n.div_ceil(BLOCK))
        .into_par_iter()
        .map(|block| {
            cancel.check()?;
            let places = block * BLOCK..((block + 1) * BLOCK).min(n);
            cancel.advance(places.len() as u64);
            Ok(courses(&z, &hot, (n, steps), alpha, places))
        })
        .collect::<Result<_>>()?;
    let (trend, category) = blocks.into_iter().flatten().unzip();
    let cold_is_reachable = !is_exact || around.cold_is_reachable(counts, Null::Conditional, alpha);
    Ok(Emerging { z, hot, trend, category, tested, is_exact, cold_is_reachable })
}

/// Trend and category of some places.
fn courses(
    z: &[f64],
    hot: &[i8],
    (n, steps): (usize, usize),
    alpha: f64,
    places: std::ops::Range<usize>,
) -> Vec<(MannKendall, u8)> {
    let (mut series, mut course) = (vec![0.0; steps], vec![0; steps]);
    places
        .map(|i| {
            for t in 0..steps {
                (series[t], course[t]) = (z[t * n + i], hot[t * n + i]);
            }
            let trend = mann_kendall(&series);
            (trend, category(&course, &trend, alpha))
        })
        .collect()
}

#[cfg(test)]
mod tests;
