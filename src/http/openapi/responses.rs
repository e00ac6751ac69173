//! Answers of operations: every status with its media types, schemas and headers.

use serde_json::{Map, Value, json};

use crate::http::routes::{Route, Verb};
use crate::http::write;

/// Statuses of errors that any operation may answer with, and what they say.
const USUAL: &[(&str, &str)] = &[
    ("400", "A parameter is unknown or malformed: which, its value and its bound"),
    ("401", "The key is not valid"),
    ("403", "Not for this access tier"),
    ("404", "There is no such thing"),
    ("406", "None of the accepted formats is offered"),
    ("414", "The address is too long"),
    ("429", "Too many attempts with keys that do not hold"),
    ("431", "The headers are too large"),
    ("500", "The service failed"),
    ("503", "Not now: too much waits already, or the data cannot be read"),
    ("504", "The answer took too long"),
];
/// Statuses of errors that single operations answer with.
const FURTHER: &[(&str, &str)] = &[
    ("405", "The method is not allowed here"),
    ("409", "It cannot be done to what is there now"),
    ("410", "It is not kept any more"),
    ("412", "What is there has changed"),
    ("413", "The body is too large"),
    ("415", "The body is of another type"),
    ("422", "The body cannot be used"),
    ("428", "Say with If-Match what is to be changed"),
];

/// The answers of an operation.
pub fn of(route: &Route) -> Value {
    let content: Map<String, Value> =
        route.media.iter().map(|media| ((*media).to_owned(), json!({ "schema": schema(route, media) }))).collect();
    let mut responses = Map::new();
    let good = if route.writes {
        write::answer(route.verb, route.summary)
    } else {
        json!({ "description": route.summary, "headers": headers_of(route), "content": content })
    };
    responses.insert(route.success.to_owned(), good);
    if route.verb == Verb::Get && has_tag(route) {
        let headers = json!({ "ETag": { "$ref": "#/components/headers/ETag" } });
        responses.insert("304".to_owned(), json!({ "description": "The caller has it already", "headers": headers }));
    }
    for status in USUAL.iter().map(|(status, _)| status).chain(route.statuses) {
        let answer = match *status {
            "201" => created(),
            "204" => json!({ "description": "Done; there is nothing to say" }),
            status => json!({ "$ref": format!("#/components/responses/problem_{status}") }),
        };
        responses.insert((*status).to_owned(), answer);
    }
    Value::Object(responses)
}

/// The errors, as operations refer to them.
pub fn problems() -> Value {
    let problem = |words: &str| {
        json!({
            "description": words,
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/problem" } } },
        })
    };
    let all = USUAL.iter().chain(FURTHER).map(|(status, words)| (format!("problem_{status}"), problem(words)));
    Value::Object(all.collect())
}

/// The headers, as operations refer to them.
pub fn headers() -> Value {
    let header = |words: &str| json!({ "description": words, "schema": { "type": "string" } });
    json!({
        "ETag": header("Strong tag: the same question to the same data at the same tier has the same"),
        "Content-Crs": header("Reference system of the coordinates, in angle brackets"),
        "Link": header("The next page, rel=\"next\""),
        "Location": header("Address of what was made"),
    })
}

fn headers_of(route: &Route) -> Value {
    let mut headers = Map::new();
    let mut add = |name: &str| {
        headers.insert(name.to_owned(), json!({ "$ref": format!("#/components/headers/{name}") }));
    };
    if route.verb == Verb::Get && has_tag(route) {
        add("ETag");
    }
    if route.layer.is_some() && route.media.contains(&"application/geo+json") {
        add("Content-Crs");
    }
    if route.id == "items" {
        add("Link");
    }
    Value::Object(headers)
}

/// Whether answers have a tag: what changes by itself, such as jobs and counters, has none.
fn has_tag(route: &Route) -> bool {
    !["jobs", "job", "results", "health", "ready", "metrics"].contains(&route.id)
}

fn schema(route: &Route, media: &str) -> Value {
    let named = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    match media {
        "application/geo+json" if route.schema == "object" => named("featureCollection"),
        m if m.contains("json") => named(route.schema),
        m if m.starts_with("text/") || m == "image/svg+xml" || m.contains("openmetrics") => json!({ "type": "string" }),
        _ => json!({ "type": "string", "format": "binary" }),
    }
}

/// The answer of an execution that has become a job.
fn created() -> Value {
    let schema = json!({ "$ref": "#/components/schemas/statusInfo" });
    let place = json!({ "$ref": "#/components/headers/Location" });
    let content = json!({ "application/json": { "schema": schema } });
    json!({ "description": "It was made", "headers": { "Location": place }, "content": content })
}
