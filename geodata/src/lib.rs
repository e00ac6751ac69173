//! A city's recorded incidents and the help around them: ingest, store, index, analysis and disclosure control.
//!
//! Rows are private to this crate. What a caller can read has come through [`disclosure`] as `Released<_>`.

pub mod analysis;
pub mod cancel;
pub mod city;
pub mod cql;
pub mod crs;
pub(crate) mod cube;
pub mod demo;
pub mod disclosure;
pub mod dpia;
pub mod edit;
pub mod error;
pub mod index;
pub mod ingest;
pub mod limits;
pub mod model;
pub mod policy;
pub mod redteam;
pub mod release;
pub mod report;
pub mod store;
pub mod table;
#[cfg(test)]
pub(crate) mod testing;
pub mod wkb;

pub use cancel::Cancel;
pub use error::{Error, Kind, Result};
