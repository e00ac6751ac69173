//! The newest release outside of the service: as a folder of files for any web host, and as a report to print.
//!
//! Everything is asked as the public asks, so that a file, a tile and an answer of the service tell the same numbers.

mod contents;
mod folder;
mod index;
mod page;
mod public;
mod pyramid;
mod report;
mod words;

pub use contents::{Written, publish};
pub use public::Public;
pub use report::report;
