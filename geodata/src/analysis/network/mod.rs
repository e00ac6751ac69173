//! Incidents along streets: the network as a graph, incidents on its nearest street, density along paths.
//!
//! # Assumptions
//! Streets are walked in both directions. They meet where their ends do; a bridge over a street does not.

mod graph;
mod snap;
mod walk;

pub use graph::Network;
pub use snap::{OnStreet, Snapper, counts_by_segment};
pub use walk::{Lixel, Walk, density};

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
