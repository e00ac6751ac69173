//! `/processes`: the methods, as OGC API - Processes describes them.

use axum::response::Response;
use geodata::analysis::{Domain, METHODS, Method, Parameter};
use serde_json::{Map, Value, json};

use super::ask::Ask;
use super::params::Paging;
use super::problem::Answer;

/// All methods.
pub async fn list(ask: Ask) -> Answer<Response> {
    let limit = Paging::read(&ask.params)?.limit;
    ask.format(&[("json", "application/json")])?;
    ask.json("application/json", &limit.to_string(), || {
        let processes: Vec<Value> = METHODS.iter().take(limit).map(|m| summary(&ask, m)).collect();
        let here = json!({ "rel": "self", "type": "application/json", "href": ask.here() });
        Ok(json!({ "processes": processes, "links": [here] }))
    })
}

/// One method, with its inputs.
pub async fn one(ask: Ask) -> Answer<Response> {
    ask.format(&[("json", "application/json")])?;
    let method = Method::find(ask.path("process"))?;
    ask.json("application/json", "", || {
        let mut document = summary(&ask, method);
        if let Some(object) = document.as_object_mut() {
            let inputs: Map<String, Value> = method.parameters.iter().map(|p| (p.name.to_owned(), input(p))).collect();
            object.insert("inputs".to_owned(), json!(inputs));
            let schema = json!({ "type": "object", "contentMediaType": "application/geo+json" });
            let result = json!({ "title": "Cells or areas with their numbers", "description": method.numbers, "schema": schema });
            object.insert("outputs".to_owned(), json!({ "result": result }));
        }
        Ok(document)
    })
}

fn summary(ask: &Ask, method: &Method) -> Value {
    let href = format!("{}/processes/{}", ask.base(), method.id);
    json!({
        "id": method.id,
        "version": env!("CARGO_PKG_VERSION"),
        "title": method.title,
        "description": method.answers,
        "when_not": method.when_not,
        "numbers": method.numbers,
        "jobControlOptions": [],
        "metadata": [{ "title": "Definition", "role": "reference", "href": method.reference }],
        "links": [{ "rel": "self", "type": "application/json", "href": href, "title": method.title }],
    })
}

fn input(p: &Parameter) -> Value {
    let schema = match p.domain {
        Domain::Whole(low, high) => {
            json!({ "type": "integer", "minimum": low, "maximum": high, "default": p.default.parse::<u64>().ok() })
        }
        Domain::NumberOr(low, high, words) => {
            let number = json!({ "type": "number", "minimum": low, "maximum": high });
            let default = p.default.parse::<f64>().map_or(json!(p.default), |v| json!(v));
            match words {
                [] => json!({ "type": "number", "minimum": low, "maximum": high, "default": default }),
                _ => json!({ "oneOf": [number, { "type": "string", "enum": words }], "default": default }),
            }
        }
        Domain::Word(words) => json!({ "type": "string", "enum": words, "default": p.default }),
        Domain::Text(what) => json!({ "type": "string", "description": what, "default": p.default }),
    };
    let unit = if p.unit.is_empty() { String::new() } else { format!(" ({})", p.unit) };
    json!({ "title": format!("{}{unit}", p.name), "description": p.words, "minOccurs": 0, "schema": schema })
}
