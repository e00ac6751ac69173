//! `/collections/{id}/sortables`: what the rows of a collection can be sorted by (OGC API - Features parts 5 and 8).

use axum::response::Response;
use geodata::policy::Sight;
use serde_json::{Map, Value, json};

use super::is_sortable;
use crate::http::ask::Ask;
use crate::http::problem::Answer;
use crate::layers::{Engine, Layer, Property};

/// What the rows can be sorted by, as JSON schema; nothing where the caller's tier may not order them.
pub async fn sortables(ask: Ask) -> Answer<Response> {
    ask.format(&[("json", "application/schema+json")])?;
    let layer = ask.the_layer()?;
    ask.json("application/schema+json", "", || {
        let of = |p: &Property| {
            let mut schema = json!({ "title": p.title, "type": p.json_type });
            if let (Some(schema), false) = (schema.as_object_mut(), p.unit.is_empty()) {
                schema.insert("x-unit".to_owned(), json!(p.unit));
            }
            (p.name.clone(), schema)
        };
        let properties: Map<String, Value> = sortables_of(&ask, layer).iter().map(of).collect();
        Ok(json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": ask.here(),
            "type": "object",
            "title": layer.title,
            "properties": properties,
            "additionalProperties": false,
        }))
    })
}

/// What names a row, and the state of its number: they say nothing in any order.
const NO_ORDER: [&str; 4] = ["state", "cell", "area", "street"];

/// The properties that a caller may sort the rows of a layer by.
pub(super) fn sortables_of(ask: &Ask, layer: &Layer) -> Vec<Property> {
    // Masked points have neither times nor ids that say anything.
    let is_masked = ask.caller.sight(ask.view.policy(), &layer.id) == Sight::Masked;
    if !is_sortable(layer, ask.caller.tier) || is_masked {
        return vec![];
    }
    let own = layer.properties.iter().filter(|p| !NO_ORDER.contains(&p.name.as_str()));
    if layer.engine != Engine::Incidents {
        return own.cloned().collect();
    }
    let id = Property {
        name: "id".to_owned(),
        title: "Id".to_owned(),
        json_type: "string".to_owned(),
        ..Property::default()
    };
    own.filter(|p| p.name == "time_from").cloned().chain([id]).collect()
}
