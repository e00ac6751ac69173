//! Methods run over HTTP, at once or as jobs: executions read, jobs kept in bounded memory, their state and results told.

mod book;
mod execution;
mod inputs;
mod job;
mod list;
mod news;
mod results;
mod routes;
pub mod schemas;
mod status;
mod task;

pub use book::Jobs;
pub use list::PARAMS as LIST;
pub use news::news;
pub use routes::{dismiss, execute, list, one, results};

/// Relation of the link by which a process is run.
pub const EXECUTE: &str = "http://www.opengis.net/def/rel/ogc/1.0/execute";
