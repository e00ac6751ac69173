//! From a city's own file to incidents, areas and resources; what cannot be used goes to quarantine.
//!
//! A [`Source`] (a TOML file) says what a portal's columns mean. A reader turns a file into rows, a mapper turns rows into
//! the model, and neither ever fails on a row: a row that cannot be used is set aside with line, column, value and reason.

mod batch;
mod draft;
mod features;
mod import;
mod map;
mod read;
mod source;

pub(crate) use batch::{Batch, ReadSummary};
pub use draft::draft;
pub(crate) use features::features;
pub use import::{dry_run, import, import_complete};
pub(crate) use map::multi_polygon;
pub use source::fold::nearest;
pub(crate) use source::names_people;
pub use source::{SOURCES, Source, SourceKind};

use std::path::Path;

use crate::cancel::Cancel;
use crate::error::Result;

/// Reads a file as the source says, in batches of [`crate::limits::IMPORT_BATCH_ROWS`] rows.
///
/// # Errors
/// A file that cannot be read at all; whatever `sink` returns; [`crate::Kind::Cancelled`].
pub(crate) fn read(
    source: &Source,
    path: &Path,
    cancel: &Cancel,
    sink: &mut dyn FnMut(Batch) -> Result<()>,
) -> Result<ReadSummary> {
    map::run(source, path, cancel, sink)
}

#[cfg(test)]
mod tests;
