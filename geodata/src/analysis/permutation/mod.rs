//! The one permutation engine: how often chance alone gives neighbours as high, or as low, as those seen.

mod deal;
mod exact;
mod monte_carlo;
pub(crate) mod random;
mod table;
mod wide;

pub use exact::{
    Hand, cold_is_reachable, cold_is_reachable_by, exact, exact_of_hands, exact_work, exact_work_of_draws,
};
pub use monte_carlo::{monte_carlo, monte_carlo_work};

/// What is held fixed when values are dealt out anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Null {
    /// The place and its neighbours hold any k + 1 of the n values.
    Total,
    /// The place keeps its own value; its neighbours hold any k of the others.
    Conditional,
}

impl Null {
    /// Name in parameters and answers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Conditional => "conditional",
        }
    }
}

/// Probabilities of a sum at least as high and at least as low as the one seen; both contain the one seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tails {
    /// P(sum >= seen).
    pub greater: f64,
    /// P(sum <= seen).
    pub less: f64,
}

impl Tails {
    /// No test here.
    pub const UNDEFINED: Self = Self { greater: f64::NAN, less: f64::NAN };

    /// `min(1, 2 min(greater, less))`; NaN where there is no test.
    #[must_use]
    pub fn two_sided(self) -> f64 {
        // The comparison with NaN must not turn into a number.
        if self.greater.is_nan() { f64::NAN } else { (2.0 * self.greater.min(self.less)).min(1.0) }
    }

    /// Whether the upper tail is the smaller one.
    #[must_use]
    pub fn is_above(self) -> bool {
        self.greater <= self.less
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
