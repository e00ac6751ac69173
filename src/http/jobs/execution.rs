//! An execution, read and checked: a method, the question, and how the answer is wanted.

use std::collections::BTreeMap;
use std::fmt::Write;

use axum::http::{HeaderMap, StatusCode, header};
use geodata::analysis::Method;
use geodata::disclosure::{Request, StudyArea};
use geodata::index::Grid;
use geodata::model::LonLatBox;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::inputs;
use super::results::OFFERED;
use crate::explain::PLACES;
use crate::http::ask::Ask;
use crate::http::params::{CQL, FILTERS, Filters, Params};
use crate::http::problem::{Answer, Problem};
use crate::http::wanted::checked;
use crate::layers::{Kind, Parameter};

/// The body, as the standard has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    #[serde(default)]
    inputs: Map<String, Value>,
    #[serde(default)]
    outputs: BTreeMap<String, Output>,
    response: Option<Form>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Output {
    format: Option<Format>,
    transmission_mode: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Format {
    media_type: Option<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Form {
    Raw,
    Document,
}

/// What is to be run.
pub struct Execution {
    /// The method.
    pub method: &'static Method,
    /// Format of the result: an id in `FORMATS`, or `json` for a document of results.
    pub format: &'static str,
    filters: Filters,
    grid: Option<String>,
    mask: Option<String>,
    own: BTreeMap<String, String>,
    asked: Params,
}

impl Execution {
    /// Reads a request's body.
    ///
    /// # Errors
    /// 415 for another type than JSON; 400 for what is not readable, unknown or out of its bound.
    pub fn read(ask: &Ask, method: &'static Method, body: &[u8]) -> Answer<Self> {
        is_json(&ask.headers)?;
        let body: Body = serde_json::from_slice(body).map_err(|e| {
            let problem = Problem::new(StatusCode::BAD_REQUEST, format!("the body is not an execution: {e}"));
            problem.hint(
                "send {\"inputs\": {...}}, for example {\"inputs\": {\"datetime\": \"2018\", \"category\": \"0401\"}}",
            )
        })?;
        let format = format(&body)?;
        let pairs = inputs::read(method, &body.inputs)?;
        let asked = Params::from_pairs(pairs.clone());
        let (bytes, bound) = (asked.link(&[], &[]).len(), ask.app.options.max_uri_bytes);
        if bytes > bound {
            // The access log has the question as a query, and that of a layer is bounded alike.
            let problem = Problem::new(StatusCode::BAD_REQUEST, format!("the inputs have {bytes} bytes as a query"));
            return Err(Box::new(problem.bound(format!("at most {bound} bytes")).hint("name fewer categories")));
        }
        let (mut question, own): (Vec<_>, Vec<_>) =
            pairs.into_iter().partition(|(n, _)| FILTERS.iter().chain(CQL).chain(&PLACES).any(|name| name == n));
        let of = |name: &str, kind: Kind| {
            let given = question.iter().find(|(n, _)| n == name);
            given.map(|(_, text)| checked(&parameter(name, kind), text)).transpose()
        };
        let (grid, mask) = (of("grid", Kind::Grid)?, of("mask", Kind::Text)?);
        question.retain(|(n, _)| !PLACES.contains(&n.as_str()));
        let filters = Filters::read(&Params::from_pairs(question), ask.known(), None)?;
        if let Some(problem) = filters.refused_place(method.id == "count") {
            return Err(problem);
        }
        let own: BTreeMap<String, String> = own.into_iter().collect();
        for (name, value) in &own {
            // One by one, so that the refusal names it.
            let one = BTreeMap::from([(name.clone(), value.clone())]);
            method.params(&one).map_err(|e| Box::<Problem>::from(e).about(name, value))?;
        }
        Ok(Self { method, format, filters, grid, mask, own, asked })
    }

    /// The question as a query, for the access log.
    #[must_use]
    pub fn asked(&self) -> String {
        self.asked.link(&[], &[])
    }

    /// What of the result is shown.
    #[must_use]
    pub fn within(&self) -> Option<LonLatBox> {
        self.filters.bbox
    }

    /// Whether the box bounds the incidents too: as for layers, counts are of the box, and the result of another method is
    /// cut by it, since a test over a part of the study area would be another one than that of the whole.
    fn is_bounded(&self) -> bool {
        self.method.id == "count"
    }

    /// The question.
    #[must_use]
    pub fn request(&self) -> Request {
        Request {
            method: self.method.id.to_owned(),
            query: self.filters.query(self.is_bounded()),
            // It was checked when it was read.
            grid: self.grid.as_ref().and_then(|g| g.parse::<Grid>().ok()),
            mask: self.mask.clone().map(StudyArea::Collection),
            params: self.own.clone(),
        }
    }

    /// Key of the result: the same for all ways of asking the same of the same data by the same tier.
    #[must_use]
    pub fn key(&self, ask: &Ask) -> u128 {
        let mut text = String::new();
        if self.is_bounded() {
            self.filters.canonical(&mut text);
        } else {
            self.filters.canonical_without_box(&mut text);
        }
        // Writing to a String does not fail.
        let _ = write!(text, "|grid={:?}|mask={:?}", self.grid, self.mask);
        for p in self.method.parameters {
            let _ = write!(text, "|{}={:?}", p.name, self.own.get(p.name).map_or(p.default, |v| v.trim()));
        }
        ask.tag_of(&["process", self.method.id, &text]).key()
    }
}

fn parameter(name: &str, kind: Kind) -> Parameter {
    Parameter {
        name: name.to_owned(),
        kind,
        default: None,
        min: None,
        max: None,
        unit: String::new(),
        choices: vec![],
        words: String::new(),
        items_only: false,
    }
}

fn is_json(headers: &HeaderMap) -> Answer<()> {
    let text = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let name = text.split(';').next().unwrap_or_default().trim();
    if name.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let detail = if name.is_empty() { "the body has no Content-Type" } else { "the body is not application/json" };
    let problem = Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail).bound("application/json");
    Err(Box::new(problem.hint("send Content-Type: application/json")))
}

/// The format that the body names.
fn format(body: &Body) -> Answer<&'static str> {
    let mut format = "geojson";
    for (name, output) in &body.outputs {
        if name != "result" {
            let problem = Problem::parameter("outputs", name, "there is no such output", "result");
            return Err(Box::new(problem));
        }
        if let Some(mode) = output.transmission_mode.as_deref().filter(|m| *m != "value") {
            let problem = Problem::parameter("transmissionMode", mode, "results are sent by value", "value");
            return Err(Box::new(
                problem.hint("run it as a job with Prefer: respond-async: its result has an address"),
            ));
        }
        if let Some(wanted) = output.format.as_ref().and_then(|f| f.media_type.as_deref()) {
            let plain = wanted.split(';').next().unwrap_or_default().trim();
            let found = OFFERED.iter().find(|(_, media)| media.eq_ignore_ascii_case(plain));
            format = found.map(|o| o.0).ok_or_else(|| {
                let known: Vec<_> = OFFERED.iter().map(|o| o.1).collect();
                Problem::parameter("mediaType", wanted, "results have no such media type", known.join(", "))
            })?;
        }
    }
    Ok(if body.response == Some(Form::Document) { "json" } else { format })
}
