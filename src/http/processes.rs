//! `/processes`: the methods, as OGC API - Processes describes them.

use axum::response::Response;

use super::ask::Ask;
use super::problem::{Answer, Problem};

/// All methods.
pub async fn list(ask: Ask) -> Answer<Response> {
    super::params::Paging::read(&ask.params)?;
    ask.format(&[("json", "application/json")])?;
    ask.json("application/json", "", || Ok(serde_json::json!({ "processes": [], "links": [] })))
}

/// One method.
pub async fn one(ask: Ask) -> Answer<Response> {
    Err(Box::new(Problem::not_found(format!(
        "there is no process {:?}",
        super::problem::shortened(ask.path("process"))
    ))))
}
