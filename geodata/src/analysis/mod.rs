//! Statistics: pure kernels, and the table of methods over them.

pub(crate) mod areas_file;
pub mod empirical_bayes;
pub mod fdr;
pub(crate) mod field;
pub mod gi_star;
pub mod kde;
mod methods;
pub mod moran;
pub(crate) mod neighbours;
pub(crate) mod of_city;
mod params;
pub mod permutation;
pub mod rates;
pub(crate) mod records;
pub mod special;
pub mod weights;

pub use methods::{METHODS, Method, Needs};
pub use params::{Domain, Parameter, Params};

#[cfg(test)]
mod golden_facts;
#[cfg(test)]
#[path = "golden_tests.rs"]
mod golden_tests;
#[cfg(test)]
mod metamorphic;
