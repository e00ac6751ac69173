//! A portal described as data: which column is what, how dates and places are written, what its categories mean.

mod crosswalk;
mod describe;
mod drift;
mod find;
pub(crate) mod fold;
mod load;

pub(crate) use crosswalk::{Crosswalk, Meaning};
pub(crate) use describe::*;
pub use describe::{Source, SourceKind};
pub use load::SOURCES;
pub(crate) use load::names_people;
