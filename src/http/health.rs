//! `/healthz`, `/readyz`, `/metrics`: for whoever operates the service.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::ask::Ask;
use super::problem::{Answer, Problem};

/// It runs.
pub async fn healthz(_ask: Ask) -> Answer<Response> {
    Ok(plain("ok\n"))
}

/// It can answer: there is data, and the queue is not full.
pub async fn readyz(ask: Ask) -> Answer<Response> {
    if ask.app.work.waiting() >= ask.app.options.max_waiting {
        return Err(Box::new(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the queue of work is full")));
    }
    Ok(plain("ready\n"))
}

/// Counters of the operation.
pub async fn metrics(ask: Ask) -> Answer<Response> {
    ask.app.metrics.listeners(ask.app.events.listeners());
    let text = ask.app.metrics.text(ask.app.jobs.open());
    let head = [
        (header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((head, text).into_response())
}

fn plain(text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], text).into_response()
}
