//! What the API document says of writes.

use geodata::edit::Layer;
use serde_json::{Map, Value, json};

use crate::http::routes::Verb;

/// The header that names the state a change is made for.
#[must_use]
pub fn if_match() -> Value {
    json!({
        "name": "If-Match",
        "in": "header",
        "required": true,
        "description": "The ETag of the feature that the change was made for",
        "schema": { "type": "string" },
    })
}

/// A good answer: it has no body, and names the state that was written.
#[must_use]
pub fn answer(verb: Verb, summary: &str) -> Value {
    let header = |words: &str| json!({ "description": words, "schema": { "type": "string" } });
    let mut answer = json!({ "description": summary });
    if verb != Verb::Delete {
        answer["headers"] = json!({ "ETag": header("Of the feature as it was written") });
    }
    if verb == Verb::Post {
        answer["headers"]["Location"] = header("Address of the feature");
    }
    answer
}

/// Schemas of the bodies.
#[must_use]
pub fn schemas() -> Map<String, Value> {
    let mut names: Vec<&str> =
        [Layer::Resources, Layer::Interventions, Layer::Incidents].iter().flat_map(|l| l.settable()).copied().collect();
    names.sort_unstable();
    names.dedup();
    let property = |name: &&str| {
        let schema = match *name {
            "hidden" => json!({ "type": "boolean", "nullable": true }),
            "uncertainty_m" => json!({ "type": "integer", "minimum": 1, "nullable": true }),
            _ => json!({ "type": "string", "nullable": true }),
        };
        ((*name).to_owned(), schema)
    };
    let properties: Map<String, Value> = names.iter().map(property).collect();
    let description =
        "Those that a feature of the collection shows and is not made of by the service; another one is 422";
    let properties =
        json!({ "type": "object", "nullable": true, "description": description, "properties": properties });
    let geometry = json!({ "type": "object", "nullable": true, "description": "Point, Polygon or MultiPolygon in CRS84 (or what Content-Crs names), or null" });
    let members = json!({
        "type": { "type": "string", "enum": ["Feature"] },
        "id": { "type": "string" },
        "geometry": geometry,
        "properties": properties,
    });
    let feature = json!({ "type": "object", "required": ["type", "geometry", "properties"], "properties": members });
    let patch = json!({ "type": "object", "description": "JSON Merge Patch (RFC 7396)", "properties": members });
    [("featureWritten", feature), ("featurePatch", patch)].into_iter().map(|(n, s)| (n.to_owned(), s)).collect()
}
