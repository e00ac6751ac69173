//! Whether near places have like values: local and global Moran's I, Geary's C, Getis and Ord's General G.

mod deviations;
pub mod geary;
pub mod general_g;
pub mod global;
pub mod link;
pub mod local;

pub(crate) use deviations::Deviations;

/// A statistic of all places together, with its moments where values are dealt to places at random.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Global {
    /// The statistic.
    pub value: f64,
    /// What chance gives on average.
    pub expected: f64,
    /// Variance where the values at hand are dealt to places at random.
    pub variance: f64,
    /// Variance where values are drawn anew from a normal distribution; NaN where the statistic has none.
    pub variance_normal: f64,
}

impl Global {
    /// No statistic: all values are equal, one is missing, or there are too few places or no neighbours.
    pub const UNDEFINED: Self =
        Self { value: f64::NAN, expected: f64::NAN, variance: f64::NAN, variance_normal: f64::NAN };

    /// Standard score of the random dealing.
    #[must_use]
    pub fn z(&self) -> f64 {
        if self.variance > 0.0 { (self.value - self.expected) / self.variance.sqrt() } else { f64::NAN }
    }

    /// Two-sided p of that score, by the normal approximation.
    #[must_use]
    pub fn p(&self) -> f64 {
        super::special::normal_two_sided(self.z())
    }
}

/// Sums over the weights that the moments are made of.
struct Sums {
    /// `sum w`.
    s0: f64,
    /// `sum (w_ij + w_ji)^2 / 2`.
    s1: f64,
    /// `sum_i (w_i. + w_.i)^2`.
    s2: f64,
}

impl Sums {
    /// `None` where nobody has a neighbour. No place counts as its own.
    fn new(weights: &super::weights::Weights) -> Option<Self> {
        let n = weights.len();
        let (mut from, mut to) = (vec![0.0; n], vec![0.0; n]);
        let (mut s0, mut s1) = (Vec::new(), Vec::new());
        for (i, from) in from.iter_mut().enumerate() {
            for (j, w) in weights.entries(i) {
                *from += w;
                to[j] += w;
                s0.push(w);
                // Each pair is seen from both its ends; a link in one direction from one end only.
                let back = weights.weight(j, i);
                let both = (w + back).powi(2);
                s1.push(if back == 0.0 { both } else { both / 2.0 });
            }
        }
        let s2 = from.iter().zip(&to).map(|(a, b)| (a + b).powi(2)).collect();
        let sums = Self { s0: sum_sorted(s0), s1: sum_sorted(s1), s2: sum_sorted(s2) };
        (sums.s0 > 0.0).then_some(sums)
    }
}

/// The sum of numbers, the same in whatever order they come.
fn sum_sorted(mut terms: Vec<f64>) -> f64 {
    terms.sort_unstable_by(f64::total_cmp);
    terms.iter().sum()
}

#[cfg(test)]
mod golden_tests;
#[cfg(test)]
mod tests;
