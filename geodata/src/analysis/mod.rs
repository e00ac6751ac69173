//! Statistics: pure kernels, and the table of methods over them.

pub mod fdr;
pub mod gi_star;
pub mod kde;
pub mod permutation;
pub mod rates;
pub mod special;
pub mod weights;

#[cfg(test)]
mod golden_facts;
#[cfg(test)]
#[path = "golden_tests.rs"]
mod golden_tests;
