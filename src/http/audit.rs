//! The access log at the door: an answer to a key leaves only once its entry is written.

use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use geodata::store::audit::{Entry, Log};

use super::app::App;
use super::problem::{Answer, Problem};
use super::view::View;
use crate::access::{KeyBook, Trail, scrub};

/// The log of a service whose keys are in a data file.
pub(super) fn log_of(keys: &dyn KeyBook) -> Option<Log> {
    keys.log().map(|data| {
        Log::new(data, |error| {
            tracing::warn!(%error, "the access log cannot be carried over into the data file now; its journal keeps it");
        })
    })
}

/// The data that answers stand on, as the log names it: the release for tiers below analyst, the snapshot for the others.
pub(super) fn basis(view: &View) -> String {
    let snapshot = view.snapshot.name();
    match &view.release {
        Some(release) => format!("release {}, snapshot {snapshot}", release.document().number),
        None => format!("snapshot {snapshot}"),
    }
}

/// The answer, once its entry is written; the public is not logged.
pub(super) fn logged(app: &App, trail: &Trail, method: &Method, uri: &Uri, answer: Response) -> Response {
    match write(app, trail, method, uri, Some(answer.status())) {
        Ok(()) => answer,
        Err(problem) => problem.into_response(),
    }
}

/// Notes that a caller is about to change the data, before it is changed: no kill and no full disk leaves a change that is
/// in no entry.
///
/// # Errors
/// 503 where the entry cannot be written.
pub(super) fn announced(app: &App, trail: &Trail, method: &Method, uri: &Uri) -> Answer<()> {
    write(app, trail, method, uri, None)
}

/// An entry; one of a request that is not answered yet has the status 102 (processing).
fn write(app: &App, trail: &Trail, method: &Method, uri: &Uri, status: Option<StatusCode>) -> Answer<()> {
    let (Some(log), Some((asker, basis, rows))) = (&app.log, trail.logged()) else { return Ok(()) };
    let path = uri.path_and_query().map_or("", |p| p.as_str());
    let entry = Entry {
        purpose: asker.purpose.clone(),
        basis: basis.to_owned(),
        status: status.unwrap_or(StatusCode::PROCESSING).as_u16(),
        rows,
        ..Entry::now(&asker.who, asker.tier, format!("{method} {}{}", scrub(path), scrub(trail.question())))
    };
    let written = log.write(entry);
    app.metrics.logged(written.is_ok());
    written.map_err(|error| {
        tracing::error!(%error, "the access log cannot be written: keys are not answered");
        let detail = "the access log cannot be written, and no key is answered without an entry in it";
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail);
        Box::new(problem.hint("try again in a minute; the operator finds the reason in the log"))
    })
}
