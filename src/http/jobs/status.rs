//! The state of a job as the standard has it (statusInfo), with when its result expires.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::job::{Job, Phase, State};
use crate::http::ask::Ask;
use crate::http::problem::{Answer, Problem};

/// Words of the standard for what a job is doing.
pub const STATUSES: [&str; 5] = ["accepted", "running", "successful", "failed", "dismissed"];
/// Highest progress of work that is not done.
const ALMOST: u64 = 99;

/// The word for a phase.
#[must_use]
pub fn word(phase: &Phase) -> &'static str {
    match phase {
        Phase::Accepted => "accepted",
        Phase::Running(_) => "running",
        Phase::Successful(_) => "successful",
        Phase::Failed(_) => "failed",
        Phase::Gone(_) => "dismissed",
    }
}

/// The document.
#[must_use]
pub fn document(ask: &Ask, job: &Job) -> Value {
    let state = job.state();
    let here = format!("{}/jobs/{}", ask.base(), job.id);
    let link = |rel: &str, media: &str, href: String, title: &str| json!({ "rel": rel, "type": media, "href": href, "title": title });
    let mut links = vec![link("self", "application/json", here.clone(), "This job")];
    if let Phase::Successful(_) = state.phase {
        for (format, media) in super::results::OFFERED {
            let rel = "http://www.opengis.net/def/rel/ogc/1.0/results";
            links.push(link(rel, media, format!("{here}/results?f={format}"), "Its result"));
        }
    }
    let process = format!("{}/processes/{}", ask.base(), job.method.id);
    links.push(link("related", "application/json", process, job.method.title));
    let mut document = json!({
        "processID": job.method.id,
        "type": "process",
        "jobID": job.id,
        "status": word(&state.phase),
        "message": message(&state),
        "progress": progress(&state.phase),
        "created": time(job.created),
        "updated": time(state.updated),
        "links": links,
    });
    if let Some(object) = document.as_object_mut() {
        let keep = jiff::SignedDuration::try_from(ask.app.jobs.keep()).unwrap_or_default();
        let expires = state.finished.and_then(|t| t.checked_add(keep).ok());
        let expires = expires.filter(|_| !matches!(state.phase, Phase::Gone(_)));
        for (name, at) in [("started", state.started), ("finished", state.finished), ("expires", expires)] {
            if let Some(at) = at {
                object.insert(name.to_owned(), json!(time(at)));
            }
        }
    }
    document
}

/// The document as an answer that nobody keeps.
///
/// # Errors
/// It cannot be written.
pub fn answer(status: StatusCode, document: &Value) -> Answer<Response> {
    let bytes = serde_json::to_vec(document)
        .map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the answer could not be written"))?;
    Ok(unkept(status, "application/json", bytes))
}

/// An answer that nobody keeps: the next look may find something else.
#[must_use]
pub fn unkept(status: StatusCode, media: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

fn message(state: &State) -> String {
    match &state.phase {
        Phase::Accepted => "It waits for its turn.".to_owned(),
        Phase::Running(_) => "It is being worked out.".to_owned(),
        Phase::Successful(result) => format!("{} rows.", result.table.len()),
        Phase::Failed(problem) => {
            let (what, hint) = problem.words();
            if hint.is_empty() { format!("{what}.") } else { format!("{what}; {hint}.") }
        }
        Phase::Gone(why) => format!("{why}."),
    }
}

/// How far it has come, per cent.
#[must_use]
pub fn progress(phase: &Phase) -> u64 {
    match phase {
        Phase::Running(cancel) => {
            cancel.progress().map_or(0, |(done, total)| (done.saturating_mul(100) / total.max(1)).min(ALMOST))
        }
        Phase::Successful(_) => 100,
        _ => 0,
    }
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
