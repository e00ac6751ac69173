//! The HTTP service as its callers meet it: every route, layer, format and tier, without a network.
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "http/access.rs"]
mod access;
#[path = "http/documents.rs"]
mod documents;
#[path = "http/layers.rs"]
mod layers;
#[path = "http/parameters.rs"]
mod parameters;
#[path = "http/protocol.rs"]
mod protocol;
#[path = "http/support.rs"]
mod support;
