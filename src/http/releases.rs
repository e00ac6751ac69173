//! `/release`: the record of the newest release, for anyone: under which rules the public's numbers were made.

use axum::response::Response;

use super::ask::Ask;
use super::problem::Answer;

/// The newest release's record, or the explanation that there is none yet.
pub async fn newest(ask: Ask) -> Answer<Response> {
    ask.format(&[("json", "application/json")])?;
    let Some(release) = ask.view.release.clone() else { return Err(geodata::disclosure::no_release().into()) };
    ask.json("application/json", &release.name(), || Ok(release.document().clone()))
}
