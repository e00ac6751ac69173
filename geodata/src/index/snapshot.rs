//! The immutable, indexed state of a city at one generation.

/// Everything that a request reads.
pub struct Snapshot {}
