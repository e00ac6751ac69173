//! The demo city: deterministic from a seed, with its truth beside it.
