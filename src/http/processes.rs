//! `/processes`: the methods, as OGC API - Processes describes them and in plain words.

use axum::response::Response;
use geodata::analysis::{METHODS, Method};
use serde_json::{Map, Value, json};

use super::ask::Ask;
use super::html;
use super::jobs;
use super::params::Paging;
use super::problem::Answer;
use crate::explain::{self, Input};
use crate::layers::LAYERS;

/// All methods.
pub async fn list(ask: Ask) -> Answer<Response> {
    let limit = Paging::read(&ask.params)?.limit;
    html::document(&ask, "application/json", &limit.to_string(), html::processes, || {
        let processes: Vec<Value> = METHODS.iter().take(limit).map(|m| summary(&ask, m)).collect();
        let here = json!({ "rel": "self", "type": "application/json", "href": ask.here() });
        Ok(json!({ "processes": processes, "links": [here] }))
    })
}

/// One method, with its inputs.
pub async fn one(ask: Ask) -> Answer<Response> {
    let method = Method::find(ask.path("process"))?;
    html::document(&ask, "application/json", "", html::process, || {
        let mut document = summary(&ask, method);
        if let Some(object) = document.as_object_mut() {
            let inputs: Map<String, Value> = explain::inputs_over_http(method)
                .iter()
                .enumerate()
                .map(|(n, i)| (i.name.to_owned(), input(n, i)))
                .collect();
            object.insert("inputs".to_owned(), json!(inputs));
            let schema = json!({ "type": "object", "contentMediaType": "application/geo+json" });
            let result =
                json!({ "title": "Places with their numbers", "description": method.numbers, "schema": schema });
            object.insert("outputs".to_owned(), json!({ "result": result }));
            let options = &ask.app.options;
            object.insert(
                "limits".to_owned(),
                json!({
                    "words": explain::limits(),
                    "seconds_at_once": options.deadline.as_secs(),
                    "seconds_as_job": options.job_deadline.as_secs(),
                    "seconds_kept": options.job_keep.as_secs(),
                }),
            );
            let plots: Vec<Value> = method.plots.iter().map(|p| json!({ "id": p.id, "title": p.title })).collect();
            object.insert("plots".to_owned(), json!(plots));
        }
        Ok(document)
    })
}

fn summary(ask: &Ask, method: &Method) -> Value {
    let here = format!("{}/processes/{}", ask.base(), method.id);
    let layer = LAYERS.iter().find(|l| l.method.as_deref() == Some(method.id)).map(|l| &l.id);
    json!({
        "id": method.id,
        "version": env!("CARGO_PKG_VERSION"),
        "title": method.title,
        "description": method.answers,
        "when_not": method.when_not,
        "numbers": method.numbers,
        "needs": explain::needs(method),
        "who": explain::who(method),
        "least_tier": explain::least_tier(method).name(),
        "layer": layer,
        "jobControlOptions": ["sync-execute", "async-execute", "dismiss"],
        "outputTransmission": ["value"],
        "metadata": [{ "title": "Definition", "role": "reference", "href": method.reference }],
        "links": [
            { "rel": "self", "type": "application/json", "href": here, "title": method.title },
            { "rel": jobs::EXECUTE, "type": "application/json", "href": format!("{here}/execution"), "title": "Run it (POST)" },
        ],
    })
}

/// `position`: where it stands in a form, since members of an object have no order.
fn input(position: usize, i: &Input) -> Value {
    let unit = if i.unit.is_empty() { String::new() } else { format!(" ({})", i.unit) };
    json!({
        "title": format!("{}{unit}", i.name), "description": i.words, "minOccurs": 0, "schema": i.schema,
        "unit": i.unit, "bound": i.bound, "of_question": i.of_question, "position": position,
    })
}
