//! The index: what is asked, grids and their frames, and the immutable snapshot that answers.

mod block;
mod build;
mod clock;
mod details;
mod facet;
mod filter;
mod frame;
mod grid;
mod load;
pub(crate) mod morton;
mod page;
mod patches;
mod places;
mod polygon;
mod predicate;
mod query;
mod record;
mod scan;
mod segment;
mod shape;
mod snapshot;
#[doc(hidden)]
pub mod synthetic;
mod tally;
mod tile;
mod victims;
mod window;

#[cfg(test)]
mod exact_tests;
#[cfg(test)]
mod groups_tests;
#[cfg(test)]
pub(crate) use exact_tests::test_profile;

pub use frame::Frame;
pub use grid::Grid;
pub use page::Order;
pub use predicate::{Clock, Predicate, QUERYABLES, Queryable, narrow, queryable};
pub use query::{ContextFilter, Place, Query};
pub use snapshot::Snapshot;

pub(crate) use filter::class;
pub(crate) use frame::{Kind as FrameKind, ground_km2, quadkey_cell, square_cell};
pub(crate) use load::StandIns;
pub(crate) use patches::Patches;
pub(crate) use places::{Collection, in_order};
pub(crate) use polygon::{PreparedPolygon, Relation};
pub(crate) use record::Record;
pub(crate) use scan::{Run, Scan};
pub(crate) use segment::Segment;
pub(crate) use tally::Tally;
pub(crate) use tile::tile_counts;
#[cfg(test)]
pub(crate) use {load::Row, places::Places, snapshot::Contents};
