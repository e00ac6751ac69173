//! What operations are sent.

use serde_json::{Value, json};

use crate::http::routes::{Route, Verb};

/// The body of an operation, where it has one.
pub fn of(route: &Route) -> Option<Value> {
    if route.verb != Verb::Post {
        return None;
    }
    let schema = json!({ "$ref": "#/components/schemas/execute" });
    Some(
        json!({ "required": true, "content": { "application/json": { "schema": schema, "example": { "inputs": {} } } } }),
    )
}
