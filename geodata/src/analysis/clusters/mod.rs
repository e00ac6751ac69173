//! Clusters of incidents: places so close together that a number of incidents lies within a distance of each other.

mod dbscan;
mod hdbscan;
mod outline;
mod places;
mod raster;

pub use dbscan::dbscan;
pub use hdbscan::hdbscan;
pub use outline::{MANY_PLACES, Outline, outlines};

use crate::error::{Error, Kind};

/// Label of a point that is in no cluster.
pub const NOISE: u32 = u32::MAX;

/// Points by cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Clusters {
    /// Cluster of each point, or [`NOISE`].
    pub labels: Vec<u32>,
    /// Whether each point has enough others around it by itself; for HDBSCAN, whether it is in a cluster.
    pub cores: Vec<bool>,
    /// Distance in metres at which all of a cluster hangs together, one a cluster; two clusters of HDBSCAN are
    /// farther apart than either's.
    pub reach_m: Vec<f64>,
}

impl Clusters {
    /// Number of clusters.
    #[must_use]
    pub fn len(&self) -> usize {
        self.reach_m.len()
    }

    /// Whether there is no cluster.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.reach_m.is_empty()
    }
}

fn too_many(points: usize, bound: usize) -> Error {
    Error::new(
        Kind::TooLarge,
        format!("{points} incidents are to be clustered, and the bound is {bound}"),
        "ask for a shorter period, one kind of incident or a part of the city; dbscan takes more than hdbscan",
    )
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
