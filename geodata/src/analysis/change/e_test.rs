//! The E-test: whether two Poisson counts come from the same rate.

use crate::analysis::special::ln_gamma;

/// Two-sided p for two counts over exposures (lengths, areas): the chance of a standardised difference at least as large as
/// the one seen, where both have the pooled rate.
///
/// # Assumptions
/// Poisson counts, positive exposures. Two counts of zero do not differ: p is 1.
///
/// # Example
/// ```
/// assert!((geodata::analysis::change::e_test((20, 1.0), (10, 1.0)) - 0.068_831).abs() < 1e-6);
/// ```
///
/// # References
/// Krishnamoorthy and Thomson (2004), doi:10.1016/S0378-3758(02)00408-1.
#[must_use]
pub fn e_test((k1, n1): (u32, f64), (k2, n2): (u32, f64)) -> f64 {
    if !(n1 > 0.0 && n2 > 0.0 && n1.is_finite() && n2.is_finite()) {
        return f64::NAN;
    }
    let statistic = |i: f64, j: f64| {
        let spread = (i / (n1 * n1) + j / (n2 * n2)).sqrt();
        if spread > 0.0 { (i / n1 - j / n2) / spread } else { 0.0 }
    };
    // Pairs of counts that tie with the one seen differ from it by rounding only.
    let seen = statistic(f64::from(k1), f64::from(k2)).abs() * (1.0 - 1e-12);
    if seen == 0.0 {
        return 1.0;
    }
    let rate = (f64::from(k1) + f64::from(k2)) / (n1 + n2);
    let (first, second) = (Poisson::new(rate * n1), Poisson::new(rate * n2));
    // For a first count, low second counts differ by too much, and high ones; both bounds rise with the first.
    let (mut low, mut high) = (0, 0);
    let mut p = 0.0;
    for (i, &term) in first.terms.iter().enumerate() {
        let i = (first.from + i) as f64;
        let at = |j: usize| statistic(i, (second.from + j) as f64);
        while low < second.terms.len() && at(low) >= seen {
            low += 1;
        }
        high = high.max(low);
        while high < second.terms.len() && at(high) > -seen {
            high += 1;
        }
        p += term * (second.below[low] + second.above[high]);
    }
    // What was seen can happen.
    p.clamp(f64::MIN_POSITIVE, 1.0)
}

/// The terms of a Poisson distribution that matter, and their sums.
struct Poisson {
    from: usize,
    terms: Vec<f64>,
    /// Sum of the terms before each.
    below: Vec<f64>,
    /// Sum of each term and those after it.
    above: Vec<f64>,
}

impl Poisson {
    fn new(mean: f64) -> Self {
        // What lies beyond is less than 1e-20 of all.
        let reach = 10.0 * mean.sqrt() + 25.0;
        let from = (mean - reach).max(0.0).floor();
        let terms: Vec<f64> = (from as usize..=(mean + reach) as usize)
            .map(|k| (k as f64 * mean.ln() - mean - ln_gamma(k as f64 + 1.0)).exp())
            .collect();
        let mut below = vec![0.0; terms.len() + 1];
        let mut above = below.clone();
        for (k, term) in terms.iter().enumerate() {
            below[k + 1] = below[k] + term;
        }
        for (k, term) in terms.iter().enumerate().rev() {
            above[k] = above[k + 1] + term;
        }
        Self { from: from as usize, terms, below, above }
    }
}
