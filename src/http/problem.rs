//! What went wrong, as RFC 9457 problem+json: which parameter, which value, which bound, what to do.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use geodata::{Error, Kind};
use serde::Serialize;

/// Longest piece of a caller's value that an answer repeats, in characters.
const MAX_ECHO: usize = 120;

/// An answer that is an error. It never holds a count, a token or a path of the machine.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    #[serde(serialize_with = "as_number")]
    status: StatusCode,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    /// Where in the body, as a JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bound: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

fn as_number<S: serde::Serializer>(status: &StatusCode, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_u16(status.as_u16())
}

/// Result with a problem. The problem is boxed because most results are good.
pub type Answer<T> = Result<T, Box<Problem>>;

impl Problem {
    /// A problem of a status, with its sentence.
    #[must_use]
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let (kind, title) = name(status);
        Self {
            kind,
            title,
            status,
            detail: detail.into(),
            parameter: None,
            pointer: None,
            value: None,
            bound: None,
            hint: None,
        }
    }

    /// 400: a parameter, its value, and what it may be.
    #[must_use]
    pub fn parameter(name: &str, value: &str, detail: impl Into<String>, bound: impl Into<String>) -> Self {
        Self {
            parameter: Some(shortened(name)),
            value: Some(shortened(value)),
            bound: Some(bound.into()),
            ..Self::new(StatusCode::BAD_REQUEST, detail)
        }
    }

    /// 404: there is no such thing.
    #[must_use]
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// Names what it is in the terms of a standard, by its address.
    #[must_use]
    pub fn known_as(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds what is allowed.
    #[must_use]
    pub fn bound(mut self, bound: impl Into<String>) -> Self {
        self.bound = Some(bound.into());
        self
    }

    /// Names the parameter that an error of the library is about.
    #[must_use]
    pub fn about(mut self, parameter: &str, value: &str) -> Self {
        self.parameter = Some(shortened(parameter));
        self.value = Some(shortened(value));
        self
    }

    /// 422: a value in the body, by its JSON pointer, and what it may be.
    #[must_use]
    pub fn member(pointer: &str, value: &str, detail: impl Into<String>, bound: impl Into<String>) -> Self {
        Self {
            pointer: Some(shortened(pointer)),
            value: Some(shortened(value)),
            bound: Some(bound.into()),
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
        }
    }

    /// What is wrong and what to do, for the command line.
    #[must_use]
    pub fn words(&self) -> (String, &str) {
        let what = match &self.value {
            Some(value) => format!("{} ({value:?})", self.detail),
            None => self.detail.clone(),
        };
        (what, self.hint.as_deref().or(self.bound.as_deref()).unwrap_or_default())
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What is wrong, in one sentence.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

/// A value as an answer repeats it: short, and without control characters.
#[must_use]
pub fn shortened(value: &str) -> String {
    // An answer may be kept or passed on: a token that was sent as a parameter is not repeated.
    let mut text: String = crate::access::scrub(value).chars().filter(|c| !c.is_control()).take(MAX_ECHO).collect();
    if value.chars().nth(MAX_ECHO).is_some() {
        text.push('…');
    }
    text
}

fn name(status: StatusCode) -> (&'static str, &'static str) {
    match status.as_u16() {
        400 => ("urn:urbansafety:problem:invalid-parameter", "The request cannot be answered as it is"),
        401 => ("urn:urbansafety:problem:unauthorised", "A valid key is needed"),
        403 => ("urn:urbansafety:problem:forbidden", "Not for this access tier"),
        404 => ("urn:urbansafety:problem:not-found", "There is no such thing"),
        405 => ("urn:urbansafety:problem:method-not-allowed", "The method is not allowed here"),
        406 => ("urn:urbansafety:problem:not-acceptable", "None of the accepted formats is offered"),
        410 => ("urn:urbansafety:problem:gone", "It is not kept any more"),
        412 => ("urn:urbansafety:problem:changed-meanwhile", "The feature is not what the request takes it for"),
        413 => ("urn:urbansafety:problem:body-too-large", "The body is too large"),
        414 => ("urn:urbansafety:problem:uri-too-long", "The address is too long"),
        415 => ("urn:urbansafety:problem:unsupported-media-type", "The body is of another type"),
        422 => ("urn:urbansafety:problem:invalid-feature", "The feature cannot be taken as it is"),
        428 => ("urn:urbansafety:problem:precondition-required", "The request has to name the state that it changes"),
        429 => ("urn:urbansafety:problem:too-many-attempts", "Too many attempts"),
        431 => ("urn:urbansafety:problem:headers-too-large", "The headers are too large"),
        503 => ("urn:urbansafety:problem:busy", "Not now"),
        504 => ("urn:urbansafety:problem:too-slow", "The answer took too long"),
        _ => ("urn:urbansafety:problem:internal", "The service failed"),
    }
}

impl From<Error> for Box<Problem> {
    fn from(error: Error) -> Self {
        let status = match error.kind {
            Kind::Invalid | Kind::TooLarge => StatusCode::BAD_REQUEST,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::Cancelled => StatusCode::GATEWAY_TIMEOUT,
            Kind::Storage | Kind::Busy => StatusCode::SERVICE_UNAVAILABLE,
        };
        if error.kind == Kind::Storage {
            // The inside message names files of the machine: it goes to the log, not to the caller.
            tracing::error!(what = %error.what, hint = %error.hint, "the data file cannot be used now");
            let outside = Problem::new(status, "the data cannot be read now");
            return Box::new(outside.hint("try again in a minute; the operator finds the reason in the log"));
        }
        let problem = Problem::new(status, error.what);
        Box::new(if error.hint.is_empty() { problem } else { problem.hint(error.hint) })
    }
}

impl From<Problem> for Response {
    fn from(problem: Problem) -> Self {
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = (problem.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match problem.status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"urbansafety\""));
            }
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            }
            _ => {}
        }
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.into()
    }
}

impl IntoResponse for Box<Problem> {
    fn into_response(self) -> Response {
        (*self).into()
    }
}
