//! A grid bound to the ground: from places to cells and back.

/// A grid with its transformation prepared.
pub struct Frame {}
