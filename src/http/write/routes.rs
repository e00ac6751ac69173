//! `POST` to a collection's items; `PUT`, `PATCH` and `DELETE` of one item.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use geodata::disclosure::{self, Released};
use geodata::edit::{self, Changes, Layer, Target};
use geodata::policy::Sight;
use geodata::store::{Store, Written};
use geodata::table::Table;
use serde_json::Value;

use super::body::{Feature, object, wrong};
use super::{FEATURE, PATCH, difference, precondition, written};
use crate::formats;
use crate::http::ask::Ask;
use crate::http::problem::{Answer, Problem};

/// Adds a feature.
pub async fn create(ask: Ask, body: Result<Bytes, BytesRejection>) -> Answer<Response> {
    let layer = permitted(&ask)?;
    let Feature { id, geometry, properties } = Feature::read(object(&ask, body, FEATURE)?)?;
    if let Some(id) = id {
        let bound = "no id; the answer's Location has it";
        return Err(wrong("/id", Some(&Value::from(id)), "ids are given by the service", bound));
    }
    let is_hidden = properties.get("hidden") == Some(&Value::Bool(true));
    let area = properties.get("service_area").and_then(Value::as_str).and_then(edit::first_area).map(str::to_owned);
    let changes = Changes { geometry: (!geometry.is_null()).then_some(geometry), properties };
    let author = author(&ask);
    let made = run(&ask, move |store, frame| edit::create(store, frame, layer, &author, &changes)).await?;
    ask.trail.asks(format!(" making {}", made.id));
    let mut answer = made.answer(&ask, StatusCode::CREATED)?;
    answer.headers_mut().insert(header::LOCATION, made.address(&ask, area.filter(|_| is_hidden).as_deref())?);
    Ok(answer)
}

/// Replaces what is told of a feature.
pub async fn replace(ask: Ask, body: Result<Bytes, BytesRejection>) -> Answer<Response> {
    let layer = permitted(&ask)?;
    let feature = Feature::read(object(&ask, body, FEATURE)?)?;
    change(ask, layer, move |_| Ok(feature)).await
}

/// Changes a part of a feature.
pub async fn update(ask: Ask, body: Result<Bytes, BytesRejection>) -> Answer<Response> {
    let layer = permitted(&ask)?;
    let patch = object(&ask, body, PATCH)?;
    change(ask, layer, move |told| Feature::patched(told, patch)).await
}

/// Removes a feature.
pub async fn remove(ask: Ask) -> Answer<Response> {
    let layer = permitted(&ask)?;
    let (id, area, headers) = (ask.path("fid").to_owned(), area(&ask, layer)?, ask.headers.clone());
    run(&ask, move |store, frame| {
        let target = Target { layer, id: &id, service_area: area.as_deref() };
        let removed = edit::remove::<Box<Problem>>(store, frame, &target, |table| {
            precondition::check(&headers, &precondition::told(table, 0)?)
        })?;
        if let Some(error) = removed.traces {
            tracing::warn!(%error, "a record was erased, and the data file could not be written anew: run retention");
        }
        Ok(((), removed.written))
    })
    .await?;
    Ok(empty(StatusCode::NO_CONTENT))
}

/// Changes a feature to what `wanted` makes of what is told of it.
async fn change(
    ask: Ask,
    layer: Layer,
    wanted: impl FnOnce(Value) -> Answer<Feature> + Send + 'static,
) -> Answer<Response> {
    let (id, area, headers) = (ask.path("fid").to_owned(), area(&ask, layer)?, ask.headers.clone());
    let (author, trail, own, found_by) = (author(&ask), Arc::clone(&ask.trail), id.clone(), area.clone());
    let changed = run(&ask, move |store, frame| {
        let target = Target { layer, id: &own, service_area: found_by.as_deref() };
        edit::change(store, frame, &target, &author, |table| {
            let bytes = precondition::told(table, 0)?;
            precondition::check(&headers, &bytes)?;
            let told: Value = serde_json::from_slice(&bytes).unwrap_or_default();
            let given = wanted(told.clone())?;
            if let Some(other) = given.id.as_ref().filter(|id| **id != own) {
                return Err(wrong("/id", Some(&Value::from(other.as_str())), "an id does not change", own.as_str()));
            }
            let changes = difference::between(layer, &told, given);
            // Which properties, for the access log; values are not logged.
            let names: Vec<&str> = changes.properties.keys().map(String::as_str).collect();
            trail.asks(format!(" changing {}", names.join(",")));
            Ok(changes)
        })
    })
    .await?;
    let mut answer = changed.answer(&ask, StatusCode::NO_CONTENT)?;
    if changed.id != id {
        // A hidden location is told by an id that is made of what is told of it.
        answer.headers_mut().insert(header::LOCATION, changed.address(&ask, area.as_deref())?);
    }
    Ok(answer)
}

/// What the caller may write here.
fn permitted(ask: &Ask) -> Answer<Layer> {
    let layer = ask.the_layer()?;
    let Some(kind) = written(&layer.id) else {
        let detail = format!("{} is worked out or imported, and not written one by one", layer.id);
        let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail);
        return Err(Box::new(problem.hint("resources, interventions and incidents are written")));
    };
    if ask.caller.key.is_none() {
        let problem = Problem::new(StatusCode::UNAUTHORIZED, "nothing is written without a key");
        return Err(Box::new(problem.hint("send Authorization: Bearer with a key of analyst tier, and a Purpose")));
    }
    kind.is_written_by(ask.caller.tier)?;
    if kind == Layer::Incidents && ask.caller.sight(ask.view.policy(), &layer.id) != Sight::Exact {
        let detail = "whoever does not see single records as they are does not write them";
        return Err(Box::new(Problem::new(StatusCode::FORBIDDEN, detail).hint("use a key without an agreement")));
    }
    Ok(kind)
}

/// The area by which a hidden location is found.
fn area(ask: &Ask, layer: Layer) -> Answer<Option<String>> {
    let Some(area) = ask.params.get("service_area") else { return Ok(None) };
    if layer != Layer::Resources {
        let detail = "only resources are found by the area they serve";
        return Err(Box::new(Problem::parameter("service_area", area, detail, "no parameters here")));
    }
    Ok(Some(area.to_owned()))
}

/// Whose write it is, as the access log has it.
fn author(ask: &Ask) -> String {
    ask.trail.logged().map(|(asker, ..)| asker.who.clone()).unwrap_or_default()
}

/// Writes, and shows the service what was written before anyone hears of it.
async fn run<T: Into<Done> + Send + 'static>(
    ask: &Ask,
    work: impl FnOnce(&mut Store, &disclosure::Ask<'_>) -> Answer<(T, Written)> + Send + 'static,
) -> Answer<Done> {
    ask.announce()?;
    let (app, view, tier) = (Arc::clone(&ask.app), Arc::clone(&ask.view), ask.caller.tier);
    let (trail, shown) = (Arc::clone(&ask.trail), Arc::clone(&app));
    app.work
        .run(move |cancel| {
            let frame = disclosure::Ask { snapshot: &view.snapshot, release: view.release.as_deref(), tier, cancel };
            let (done, written) = work(&mut shown.store()?, &frame)?;
            if let Err(error) = shown.refresh_after(&written) {
                // It is written: the next look for newer data shows it.
                tracing::warn!(%error, "what was written is not shown yet");
            }
            trail.rows(usize::from(written.has_changed()));
            Ok(done.into())
        })
        .await
}

/// What a write left: id and content of the record, as they are told.
struct Done {
    id: String,
    told: Answer<u64>,
}

impl From<Released<Table>> for Done {
    fn from(table: Released<Table>) -> Self {
        Self { id: formats::row_id(&table, 0).into_owned(), told: precondition::content(&table, 0) }
    }
}

impl From<()> for Done {
    fn from((): ()) -> Self {
        Self { id: String::new(), told: Ok(0) }
    }
}

impl Done {
    fn answer(&self, ask: &Ask, status: StatusCode) -> Answer<Response> {
        let content = self.told.clone()?;
        let mut response = empty(status);
        // The answer has no bytes that the first part could be about: it is that of no other answer.
        let tag = ask.tag("written", &format!("{content:016x}")).of_record(content);
        response.headers_mut().insert(header::ETAG, tag.header());
        Ok(response)
    }

    /// Address of the record.
    fn address(&self, ask: &Ask, area: Option<&str>) -> Answer<HeaderValue> {
        let layer = ask.the_layer()?;
        let mut address = format!("{}/collections/{}/items/{}", ask.base(), layer.id, escaped(&self.id));
        if let Some(area) = area {
            address += &format!("?service_area={}", escaped(area));
        }
        HeaderValue::from_str(&address)
            .map_err(|_| Box::new(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the address could not be written")))
    }
}

fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A part of an address, percent-encoded but for what is safe everywhere.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            // Writing to a String does not fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
    }
    out
}
