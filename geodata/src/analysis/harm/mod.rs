//! Harm: incidents weighted by kind, with the interval of a weighted sum.

mod weights;

use std::collections::HashMap;

pub use weights::Weights;

use super::rates::{Interval, interval};
use super::special::gamma_quantile;

/// Weighted sums of incidents by place.
#[derive(Debug, Clone, PartialEq)]
pub struct Harm {
    /// Sum of the weights.
    pub sums: Vec<f64>,
    /// Sum of the squared weights: the variance of the sum when incidents of each weight are Poisson.
    pub variances: Vec<f64>,
}

/// Sums from `steps`: each weight, from light to heavy, with the number of incidents by place that weigh at least so much.
///
/// # Units
/// That of the weights; variances in its square.
///
/// # Example
/// ```
/// // A place with two incidents of weight 1 and one of weight 100.
/// let harm = geodata::analysis::harm::harm(&[(1.0, vec![3]), (100.0, vec![1])]);
/// assert_eq!((harm.sums[0], harm.variances[0]), (102.0, 10_002.0));
/// ```
///
/// # References
/// Sherman, Neyroud and Neyroud (2016), doi:10.1093/police/paw003, for the sum.
#[must_use]
pub fn harm(steps: &[(f64, Vec<u32>)]) -> Harm {
    let n = steps.first().map_or(0, |s| s.1.len());
    let mut harm = Harm { sums: vec![0.0; n], variances: vec![0.0; n] };
    let mut before = 0.0;
    for (weight, counts) in steps {
        let (more, more_squared) = (weight - before, weight * weight - before * before);
        for ((sum, variance), &c) in harm.sums.iter_mut().zip(&mut harm.variances).zip(counts) {
            *sum += more * f64::from(c);
            *variance += more_squared * f64::from(c);
        }
        before = *weight;
    }
    harm
}

impl Harm {
    /// The 95 % interval of each sum: that of a Poisson count scaled to the mean and variance of the weighted sum. The
    /// upper end allows for one more incident of the mean kind, so that a place with nothing has an upper end too; with
    /// all weights one these are the exact Poisson limits.
    ///
    /// # Assumptions
    /// Incidents are independent; where one event gives many records the interval is too narrow.
    ///
    /// # References
    /// Fay and Feuer (1997), doi:10.1002/(SICI)1097-0258(19970415)16:7<791::AID-SIM500>3.0.CO;2-#;
    /// Tiwari, Clegg and Zou (2006), doi:10.1177/0962280206070621.
    #[must_use]
    pub fn intervals(&self, incidents: u64) -> Vec<(f64, f64)> {
        let mean = |of: &[f64]| of.iter().sum::<f64>() / incidents as f64;
        let (weight, squared) = (mean(&self.sums), mean(&self.variances));
        // Many places have the same few incidents.
        let mut known: HashMap<(u64, u64), (f64, f64)> = HashMap::new();
        let mut of = |sum: f64, variance: f64| {
            *known.entry((sum.to_bits(), variance.to_bits())).or_insert_with(|| {
                let low = if variance > 0.0 { limit(sum, variance, 0.025) } else { 0.0 };
                (low, limit(sum + weight, variance + squared, 0.975))
            })
        };
        self.sums.iter().zip(&self.variances).map(|(&s, &v)| of(s, v)).collect()
    }
}

/// Above so many effective incidents the gamma distribution costs more than it adds.
const GAMMA_UP_TO: f64 = 10_000.0;

/// Quantile of the gamma distribution of that mean and variance; NaN without variance.
fn limit(mean: f64, variance: f64, p: f64) -> f64 {
    let (effective, unit) = (mean * mean / variance, variance / mean);
    if effective > GAMMA_UP_TO {
        let byar =
            if p < 0.5 { interval(effective, Interval::Byar).0 } else { interval(effective - 1.0, Interval::Byar).1 };
        return byar * unit;
    }
    if effective > 0.0 { gamma_quantile(effective, p) * unit } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::permutation::random::Stream;

    #[test]
    fn with_all_weights_one_the_limits_are_those_of_a_count() {
        let found = harm(&[(1.0, vec![0, 1, 10, 100])]);
        for (i, (low, high)) in found.intervals(111).into_iter().enumerate() {
            let want = interval(found.sums[i], Interval::Exact);
            assert!((low - want.0).abs() < 1e-9 && (high - want.1).abs() < 1e-9, "{i}: {low} {high} {want:?}");
        }
        let many = harm(&[(2.0, vec![40_000])]).intervals(40_000)[0];
        let want = interval(40_000.0, Interval::Byar);
        assert!(
            (many.0 / 2.0 / want.0 - 1.0).abs() < 1e-6 && (many.1 / 2.0 / want.1 - 1.0).abs() < 1e-6,
            "{many:?} {want:?}"
        );
        assert!(harm(&[]).intervals(0).is_empty());
        assert!(harm(&[(1.0, vec![0])]).intervals(0)[0].1.is_nan(), "nothing anywhere says nothing");
    }

    #[test]
    fn at_most_one_of_twenty_intervals_misses_the_truth() {
        // A thousand places with on average 8 thefts, 2 robberies and 0.1 homicides.
        let mut stream = Stream::new(4, 1);
        let mut poisson = |mean: f64| {
            let (mut n, mut product) = (0_u32, stream.unit());
            while product > (-mean).exp() {
                product *= stream.unit();
                n += 1;
            }
            n
        };
        let kinds: Vec<[u32; 3]> = (0..1000).map(|_| [8.0, 2.0, 0.1].map(&mut poisson)).collect();
        let at_least = |k: usize| kinds.iter().map(|n| n[k..].iter().sum()).collect::<Vec<u32>>();
        let found = harm(&[(3.0, at_least(0)), (100.0, at_least(1)), (3000.0, at_least(2))]);
        let truth = 3.0 * 8.0 + 100.0 * 2.0 + 3000.0 * 0.1;
        let n = at_least(0).iter().map(|&n| u64::from(n)).sum();
        let missed = found.intervals(n).iter().filter(|(low, high)| *low > truth || *high < truth).count();
        assert!(missed <= 50, "{missed} of 1000");
    }
}
