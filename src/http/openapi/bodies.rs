//! What operations are sent.

use serde_json::{Value, json};

use crate::http::routes::Route;

/// The body of an operation, where it has one.
pub fn of(route: &Route) -> Option<Value> {
    let (media, schema) = route.body?;
    let mut content = json!({ "schema": { "$ref": format!("#/components/schemas/{schema}") } });
    if route.id == "execute" {
        content["example"] = json!({ "inputs": {} });
    }
    Some(json!({ "required": true, "content": { media: content } }))
}
