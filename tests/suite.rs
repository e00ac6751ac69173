//! The service as its callers meet it, and the rules of the house; one binary, so that it is linked once.
#![expect(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "http/abstract_features.rs"]
mod abstract_features;
#[path = "http/abstract_tiles.rs"]
mod abstract_tiles;
#[path = "http/access.rs"]
mod access;
#[path = "http/aggregates.rs"]
mod aggregates;
#[path = "http/agreements.rs"]
mod agreements;
#[path = "http/audit.rs"]
mod audit;
#[path = "http/cache.rs"]
mod cache;
#[path = "http/catalogue.rs"]
mod catalogue;
#[path = "http/crs.rs"]
mod crs;
#[path = "http/documents.rs"]
mod documents;
#[path = "http/events.rs"]
mod events;
#[path = "http/filters.rs"]
mod filters;
#[path = "http/formats.rs"]
mod formats;
#[path = "http/hidden.rs"]
mod hidden;
#[path = "http/html.rs"]
mod html;
#[cfg(feature = "oidc")]
#[path = "http/issuer.rs"]
mod issuer;
#[path = "http/jobs.rs"]
mod jobs;
#[path = "http/jobs_refused.rs"]
mod jobs_refused;
#[path = "http/layers.rs"]
mod layers;
#[path = "http/masked.rs"]
mod masked;
#[cfg(feature = "oidc")]
#[path = "http/oidc.rs"]
mod oidc;
#[path = "http/openapi.rs"]
mod openapi;
#[path = "http/paging.rs"]
mod paging;
#[path = "http/parameters.rs"]
mod parameters;
#[path = "http/plots.rs"]
mod plots;
#[path = "http/policy.rs"]
mod policy;
#[path = "http/protocol.rs"]
mod protocol;
#[path = "http/read.rs"]
mod read;
#[path = "http/redteam.rs"]
mod redteam;
#[cfg(feature = "oidc")]
#[path = "http/secrets.rs"]
mod secrets;
#[path = "http/sorting.rs"]
mod sorting;
#[path = "http/states.rs"]
mod states;
#[path = "http/support.rs"]
mod support;
#[path = "http/tilesets.rs"]
mod tilesets;
#[path = "http/writes.rs"]
mod writes;
#[path = "http/writes_refused.rs"]
mod writes_refused;

#[path = "house/access_log.rs"]
mod access_log;
#[path = "house/cli.rs"]
mod cli;
#[path = "house/tidy.rs"]
mod tidy;
#[path = "house/words.rs"]
mod words;

#[path = "publish/archive.rs"]
mod archive;
#[path = "publish/files.rs"]
mod files;
#[path = "publish/pages.rs"]
mod pages;
#[path = "publish/refuges.rs"]
mod refuges;
