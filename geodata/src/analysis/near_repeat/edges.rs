//! Edges of half-open bins.

use crate::error::{Error, Result};

/// Edges of bins `[a, b)`: the first is 0, each is larger than the one before, the last may be infinite.
#[derive(Debug, Clone, PartialEq)]
pub struct Edges(Vec<f64>);

impl Edges {
    /// Checks them.
    ///
    /// # Errors
    /// Fewer than two, a first one that is not 0, or one that is not larger than the one before.
    pub fn new(edges: &[f64]) -> Result<Self> {
        let is_rising = edges.windows(2).all(|w| w[0] < w[1]);
        if edges.len() < 2 || edges.first() != Some(&0.0) || !is_rising {
            return Err(Error::invalid(
                format!("the edges {edges:?} are no bins"),
                "begin with 0 and give each edge larger than the one before",
            ));
        }
        Ok(Self(edges.to_vec()))
    }

    /// Number of bins.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.0.len() - 1
    }

    /// The edges.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.0
    }

    /// Upper edges of the bins that have one.
    pub(super) fn finite(&self) -> &[f64] {
        let last = self.0.len() - usize::from(self.is_open());
        &self.0[1..last]
    }

    /// Whether the last bin has no upper edge.
    pub(super) fn is_open(&self) -> bool {
        self.0.last() == Some(&f64::INFINITY)
    }

    /// The bin that a value lies in.
    #[must_use]
    pub fn bin(&self, value: f64) -> Option<usize> {
        // A NaN is in none.
        let above = self.0.partition_point(|&edge| edge <= value);
        (above > 0 && above < self.0.len() && value >= 0.0).then(|| above - 1)
    }
}
