//! `/release` and `/releases/{number}`: the record of a release, for anyone: under which rules the public's numbers were made.

use axum::response::Response;
use geodata::release::Document;
use serde_json::json;

use super::ask::Ask;
use super::html;
use super::problem::{Answer, Problem, shortened};

/// The newest release's record, or the explanation that there is none yet.
pub async fn newest(ask: Ask) -> Answer<Response> {
    let Some(release) = ask.view.release.clone() else { return Err(geodata::disclosure::no_release().into()) };
    html::document(&ask, "application/json", &release.name(), page(release.document().number), || {
        Ok(json!(release.document()))
    })
}

/// The record of any release.
pub async fn one(ask: Ask) -> Answer<Response> {
    let document = find(&ask, ask.path("number"))?;
    html::document(&ask, "application/json", &document.checksum, page(document.number), || Ok(json!(document)))
}

/// The release of a number.
///
/// # Errors
/// 404 that says which there are.
pub fn find<'a>(ask: &'a Ask, number: &str) -> Answer<&'a Document> {
    let all = &ask.view.releases;
    let found = number.parse::<u32>().ok().and_then(|n| all.iter().find(|d| d.number == n));
    found.ok_or_else(|| {
        let problem = Problem::not_found(format!("there is no release {:?}", shortened(number)));
        Box::new(match (all.first(), all.last()) {
            (Some(first), Some(last)) => problem.hint(format!("there are {} to {}", first.number, last.number)),
            _ => problem.hint("none has been made yet"),
        })
    })
}

fn page(number: u32) -> impl FnOnce(&html::Frame, &serde_json::Value) -> html::Page {
    let plain = html::plain(format!("Release {number}"));
    move |frame, document| {
        plain(frame, document).below([("/?f=html", "Data and API"), ("/collections/releases/items?f=html", "Releases")])
    }
}
