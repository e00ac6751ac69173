//! The index: what is asked, grids and their frames, and the immutable snapshot that answers.

mod frame;
mod grid;
mod query;
mod snapshot;

pub use frame::Frame;
pub use grid::Grid;
pub use query::{ContextFilter, Place, Query};
pub use snapshot::Snapshot;
