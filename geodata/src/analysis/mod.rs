//! Statistics: pure kernels, and the table of methods over them.

pub(crate) mod areas_file;
pub mod binomial;
pub mod boundary;
pub mod catchment;
pub mod change;
pub mod clusters;
pub mod concentration;
pub mod emerging;
pub mod empirical_bayes;
pub mod exposure;
pub mod fdr;
pub(crate) mod field;
pub mod forecast;
pub mod gi_star;
pub mod harm;
pub mod kde;
mod methods;
pub mod moran;
pub mod near_repeat;
pub(crate) mod neighbours;
pub mod network;
pub(crate) mod of_city;
mod params;
pub mod permutation;
pub mod rates;
pub(crate) mod records;
pub mod scan;
pub mod special;
pub(crate) mod steps;
pub mod trend;
pub mod wdd;
pub mod weights;

pub use methods::{METHODS, Method, Needs, PlotOf};
pub use params::{Domain, MAX_DOCUMENT, Parameter, Params};

#[cfg(test)]
mod golden_facts;
#[cfg(test)]
#[path = "golden_tests.rs"]
mod golden_tests;
#[cfg(test)]
mod metamorphic;
