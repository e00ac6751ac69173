//! How often chance alone gives a ratio as high: by counting replicates, and by a curve through them.

use std::f64::consts::PI;

use super::likelihood::TIE;

/// Euler's constant: mean of the standard Gumbel distribution.
const EULER: f64 = 0.577_215_664_901_532_9;

/// The highest ratio of each replicate.
///
/// # References
/// Abrams, Kulldorff and Kleinman (2010), doi:10.1186/1471-2458-10-S1-S8 (Gumbel).
#[derive(Debug, Clone, PartialEq)]
pub struct Null {
    /// Ascending.
    maxima: Vec<f64>,
    /// Location of the Gumbel distribution, by the method of moments.
    pub gumbel_location: f64,
    /// Its scale; NaN for fewer than two replicates.
    pub gumbel_scale: f64,
}

impl Null {
    /// From the highest ratios in any order.
    #[must_use]
    pub fn new(mut maxima: Vec<f64>) -> Self {
        maxima.sort_unstable_by(f64::total_cmp);
        let n = maxima.len() as f64;
        let mean = maxima.iter().sum::<f64>() / n;
        let variance = maxima.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let gumbel_scale = (6.0 * variance).sqrt() / PI;
        Self { gumbel_location: mean - EULER * gumbel_scale, gumbel_scale, maxima }
    }

    /// The highest ratios, ascending.
    #[must_use]
    pub fn maxima(&self) -> &[f64] {
        &self.maxima
    }

    /// `(M + 1) / (R + 1)`: M of R replicates have a ratio at least as high.
    #[must_use]
    pub fn p(&self, ratio: f64) -> f64 {
        let lower = self.maxima.partition_point(|&m| m < ratio * (1.0 - TIE));
        (self.maxima.len() - lower + 1) as f64 / (self.maxima.len() + 1) as f64
    }

    /// The ratio above which p is at most `level`; none where there are too few replicates for it.
    #[must_use]
    pub fn critical(&self, level: f64) -> Option<f64> {
        // As many of the highest may be at least as high.
        let most = (level * (self.maxima.len() + 1) as f64 * (1.0 + TIE)).floor() - 1.0;
        if most < 0.0 { None } else { self.maxima.iter().rev().nth(most as usize).copied() }
    }

    /// Upper tail of the Gumbel distribution: below `1 / (R + 1)` where the replicates cannot tell.
    #[must_use]
    pub fn p_gumbel(&self, ratio: f64) -> f64 {
        -(-(-(ratio - self.gumbel_location) / self.gumbel_scale).exp()).exp_m1()
    }
}
