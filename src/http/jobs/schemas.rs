//! Schemas of executions and jobs for the API document, made from the table of methods.

use geodata::analysis::METHODS;
use serde_json::{Map, Value, json};

use super::results::OFFERED;
use super::status::STATUSES;
use crate::explain;

/// Schemas by name.
#[must_use]
pub fn schemas() -> Map<String, Value> {
    let mut all = Map::new();
    let media: Vec<_> = OFFERED.iter().map(|o| o.1).collect();
    let inputs: Vec<Value> =
        METHODS.iter().map(|m| json!({ "$ref": format!("#/components/schemas/inputs_{}", m.id) })).collect();
    for m in METHODS {
        let properties: Map<String, Value> =
            explain::inputs_over_http(m).into_iter().map(|i| (i.name.to_owned(), i.schema)).collect();
        let schema = json!({ "type": "object", "title": m.title, "properties": properties });
        all.insert(format!("inputs_{}", m.id), schema);
    }
    all.insert(
        "execute".to_owned(),
        json!({
            "type": "object",
            "properties": {
                "inputs": { "anyOf": inputs },
                "outputs": { "type": "object", "properties": { "result": { "type": "object", "properties": {
                    "format": { "type": "object", "properties": { "mediaType": { "type": "string", "enum": media } } },
                    "transmissionMode": { "type": "string", "enum": ["value"] },
                } } } },
                "response": { "type": "string", "enum": ["raw", "document"], "default": "raw" },
            },
        }),
    );
    let text = json!({ "type": "string" });
    let time = json!({ "type": "string", "format": "date-time" });
    all.insert(
        "statusInfo".to_owned(),
        json!({
            "type": "object",
            "required": ["jobID", "status", "type"],
            "properties": {
                "processID": text, "type": { "type": "string", "enum": ["process"] }, "jobID": text,
                "status": { "type": "string", "enum": STATUSES }, "message": text,
                "progress": { "type": "integer", "minimum": 0, "maximum": 100 },
                "created": time, "started": time, "finished": time, "updated": time, "expires": time,
                "links": { "type": "array", "items": { "$ref": "#/components/schemas/object" } },
            },
        }),
    );
    all.insert(
        "jobList".to_owned(),
        json!({
            "type": "object",
            "required": ["jobs", "links"],
            "properties": {
                "jobs": { "type": "array", "items": { "$ref": "#/components/schemas/statusInfo" } },
                "links": { "type": "array", "items": { "$ref": "#/components/schemas/object" } },
            },
        }),
    );
    all
}

/// A parameter of the list of jobs, in words and as a schema.
#[must_use]
pub fn list_parameter(name: &str) -> (&'static str, Value) {
    let list = |of: Value| json!({ "type": "array", "items": of });
    let seconds = json!({ "type": "number", "minimum": 0 });
    match name {
        "type" => ("kind of job", list(json!({ "type": "string", "enum": ["process"] }))),
        "processID" => ("jobs of these processes", list(json!({ "type": "string" }))),
        "status" => ("jobs of these statuses", list(json!({ "type": "string", "enum": STATUSES }))),
        "datetime" => ("jobs made in this time (UTC)", json!({ "type": "string" })),
        "minDuration" => ("jobs that took as many seconds or more", seconds),
        _ => ("jobs that took as many seconds or fewer", seconds),
    }
}
