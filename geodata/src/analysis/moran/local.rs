//! Local Moran's I: whether a place is like its neighbours, and in the bivariate form, whether its first value goes with
//! its neighbours' second.

use super::Deviations;
use crate::analysis::weights::Weights;

/// Local Moran's I of every place; NaN where it is undefined.
#[derive(Debug, Clone, PartialEq)]
pub struct Local {
    /// `I_i = own_i * lag_i`.
    pub i: Vec<f64>,
    /// The place's own value, standard deviations from the mean.
    pub own: Vec<f64>,
    /// Weighted sum (mean, where rows are standardised) of the neighbours' values, standard deviations from the mean.
    pub lag: Vec<f64>,
    /// Expectation of `I_i` where the place keeps its value and the others are dealt out.
    pub expected: Vec<f64>,
    /// Its variance.
    pub variance: Vec<f64>,
}

/// `I_i = (z_i / m2) sum_j w_ij z_j` with `m2 = sum z^2 / n`, and its conditional moments.
///
/// # Assumptions
/// No place is its own neighbour (a weight of self is passed over). Undefined where all values are equal, where one is
/// missing, and for a place without neighbours.
///
/// # Example
/// ```
/// use geodata::analysis::{moran::local, weights};
/// let row = weights::grid_queen(5, &[0, 1, 2, 3, 4]).row_standardised();
/// let moran = local::univariate(&[9.0, 9.0, 0.0, 0.0, 0.0], &row);
/// assert!(moran.i[0] > 0.0 && moran.lag[0] > 0.0 && moran.lag[4] < 0.0);
/// ```
///
/// # References
/// Anselin (1995), doi:10.1111/j.1538-4632.1995.tb00338.x; Sokal, Oden and Thomson (1998),
/// doi:10.1111/j.1538-4632.1998.tb00406.x.
#[must_use]
pub fn univariate(values: &[f64], weights: &Weights) -> Local {
    bivariate(values, values, weights)
}

/// The first value of a place against the second value of its neighbours: `I_i = z1_i sum_j w_ij z2_j`, both as standard
/// scores with the population standard deviation.
///
/// The moments are those of dealing the second values to the neighbours while the place keeps both of its own.
///
/// # Assumptions
/// As [`univariate`]. What happens at the place itself is no part of it: two kinds of incidents on the same cells and
/// nowhere near show nothing here.
///
/// # References
/// Anselin, Syabri and Kho (2006), doi:10.1111/j.0016-7363.2005.00671.x.
#[must_use]
pub fn bivariate(first: &[f64], second: &[f64], weights: &Weights) -> Local {
    let (x, y) = (Deviations::new(first), Deviations::new(second));
    let n = first.len().min(second.len()).min(weights.len());
    let (sx, sy) = (x.m2.sqrt(), y.m2.sqrt());
    let mut terms = Vec::new();
    let room = || Vec::with_capacity(n);
    let mut out = Local { i: room(), own: room(), lag: room(), expected: room(), variance: room() };
    for place in 0..n {
        let own = x.z[place] / sx;
        let lag = y.lag(weights, place, &mut terms) / sy;
        let (mean, variance) = y.lag_moments(weights, place);
        out.i.push(own * lag);
        out.own.push(own);
        out.lag.push(lag);
        out.expected.push(own * mean / sy);
        out.variance.push(own * own * variance / y.m2);
    }
    out
}

impl Local {
    /// `(I - expected) / sd` of each place; undefined where its own value is the mean, for then I is zero whatever is
    /// dealt.
    #[must_use]
    pub fn z(&self) -> Vec<f64> {
        let score = |k: usize| {
            let sd = self.variance[k].sqrt();
            if sd > 0.0 { (self.i[k] - self.expected[k]) / sd } else { f64::NAN }
        };
        (0..self.i.len()).map(score).collect()
    }

    /// Quadrant of each place, an index into [`QUADRANTS`]: by the signs alone; undefined where a value or the lag is
    /// exactly the mean.
    #[must_use]
    pub fn quadrants(&self) -> Vec<u8> {
        let quadrant = |(&own, &lag): (&f64, &f64)| match (own, lag) {
            (a, b) if a > 0.0 && b > 0.0 => 0,
            (a, b) if a < 0.0 && b < 0.0 => 1,
            (a, b) if a > 0.0 && b < 0.0 => 2,
            (a, b) if a < 0.0 && b > 0.0 => 3,
            _ => 4,
        };
        self.own.iter().zip(&self.lag).map(quadrant).collect()
    }
}

/// Quadrants of the scatter plot of a place's own value and that of its neighbours.
pub const QUADRANTS: [&str; 5] = ["high_high", "low_low", "high_low", "low_high", "undefined"];

/// Expectation and variance of `I_i` where all values are dealt to all places, the own one too.
///
/// # References
/// Anselin (1995), doi:10.1111/j.1538-4632.1995.tb00338.x.
#[must_use]
pub fn total_moments(values: &[f64], weights: &Weights) -> Vec<(f64, f64)> {
    let x = Deviations::new(values);
    let n = values.len() as f64;
    let m4 = super::sum_sorted(x.z.iter().map(|z| z.powi(4)).collect()) / n;
    let b2 = m4 / (x.m2 * x.m2);
    let moments = |i: usize| {
        let (total, squared) = weights.entries(i).fold((0.0, 0.0), |(a, b), (_, w)| (a + w, b + w * w));
        if !(total != 0.0 && n > 2.0) {
            return (f64::NAN, f64::NAN);
        }
        let expected = -total / (n - 1.0);
        let same = squared * (n - b2) / (n - 1.0);
        let cross = (total * total - squared) * (2.0 * b2 - n) / ((n - 1.0) * (n - 2.0));
        (expected, same + cross - expected * expected)
    };
    (0..values.len().min(weights.len())).map(moments).collect()
}
