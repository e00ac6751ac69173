//! The API document (OpenAPI 3.0.3), made from the tables of routes, layers and formats; whole in itself.

use geodata::analysis::METHODS;
use geodata::index::QUERYABLES;
use serde_json::{Map, Value, json};

use super::aggregates::DIMENSIONS;
use super::jobs;
use super::params::{CQL, DEFAULT_LIMIT, FILTERS, filter_schema, is_queryable};
use super::routes::{ROUTES, Route, Verb};
use super::write;
use crate::layers::{Kind, LAYERS, Parameter};

/// The document; `base` is the address of the service.
#[must_use]
pub fn document(base: &str, title: &str) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for route in ROUTES {
        paths.entry(plain_path(route)).or_insert_with(|| json!({}))[verb(route)] = operation(route);
    }
    let mut schemas = jobs::schemas::schemas();
    schemas.insert("problem".to_owned(), problem());
    schemas.insert("object".to_owned(), json!({ "type": "object", "additionalProperties": true }));
    schemas.insert("featureCollection".to_owned(), collection());
    schemas.extend(write::schemas());
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": title,
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Recorded incidents, the help around them, and where harm concentrates. Without a key, answers are coarse and small numbers are withheld.",
            "license": { "name": "Apache-2.0 OR MIT" },
        },
        "servers": [{ "url": if base.is_empty() { "/" } else { base } }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "key": { "type": "http", "scheme": "bearer", "description": "An API key; analyst keys and above also send a Purpose header" },
            },
            "schemas": schemas,
            "responses": { "problem": {
                "description": "What is wrong (RFC 9457)",
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/problem" } } },
            } },
        },
        "security": [{}, { "key": [] }],
    })
}

/// Path with plain parameters: `{*file}` of the router is `{file}`.
fn plain_path(route: &Route) -> String {
    route.path().replace("{*", "{")
}

/// The method of HTTP, as the document writes it.
fn verb(route: &Route) -> String {
    route.verb.method().as_str().to_ascii_lowercase()
}

fn operation(route: &Route) -> Value {
    let path = plain_path(route);
    let mut parameters: Vec<Value> = path
        .split('{')
        .skip(1)
        .filter_map(|part| part.split('}').next())
        .map(|name| {
            let schema = match name {
                "collection" | "layer" => {
                    json!({ "type": "string", "enum": LAYERS.iter().map(|l| &l.id).collect::<Vec<_>>() })
                }
                "process" => json!({ "type": "string", "enum": METHODS.iter().map(|m| m.id).collect::<Vec<_>>() }),
                "z" | "x" | "y" | "row" | "col" => json!({ "type": "integer", "minimum": 0 }),
                _ => json!({ "type": "string" }),
            };
            json!({ "name": name, "in": "path", "required": true, "schema": schema })
        })
        .collect();
    if route.filters {
        parameters.extend(FILTERS.iter().map(|name| filter(name)).map(limited));
        parameters.extend(CQL.iter().map(|name| filter(name)));
        parameters.extend(own_parameters());
        parameters.extend(queryables());
    }
    parameters.extend(route.params.iter().map(|name| further(name)));
    let content: Map<String, Value> = route
        .media
        .iter()
        .map(|media| {
            let schema = match *media {
                "application/geo+json" => json!({ "$ref": "#/components/schemas/featureCollection" }),
                m if m.contains("json") => json!({ "$ref": format!("#/components/schemas/{}", route.schema) }),
                m if m.starts_with("text/") || m == "image/svg+xml" => json!({ "type": "string" }),
                _ => json!({ "type": "string", "format": "binary" }),
            };
            ((*media).to_owned(), json!({ "schema": schema }))
        })
        .collect();
    let good = if route.writes {
        write::answer(route.verb, route.summary)
    } else {
        json!({ "description": route.summary, "content": content })
    };
    let mut responses = json!({
        route.success: good,
        "304": { "description": "The caller has it already" },
    });
    if let Some(responses) = responses.as_object_mut() {
        if route.verb != Verb::Get {
            responses.remove("304");
        }
        let usual = ["400", "401", "403", "404", "406", "429", "500", "503", "504"];
        for status in usual.iter().chain(route.statuses) {
            let answer = if *status == "201" { created() } else { json!({ "$ref": "#/components/responses/problem" }) };
            responses.insert((*status).to_owned(), answer);
        }
    }
    let mut operation =
        json!({ "operationId": route.id, "summary": route.summary, "parameters": parameters, "responses": responses });
    if let Some((media, schema)) = route.body {
        let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
        operation["requestBody"] = json!({ "required": true, "content": { media: { "schema": schema } } });
    }
    if let Some(parameters) = operation["parameters"].as_array_mut() {
        match route.verb {
            Verb::Post if !route.writes => parameters.push(prefer()),
            Verb::Put | Verb::Patch | Verb::Delete if route.writes => parameters.push(write::if_match()),
            _ => {}
        }
    }
    operation
}

/// The answer of an execution that has become a job.
fn created() -> Value {
    let schema = json!({ "$ref": "#/components/schemas/statusInfo" });
    let place = json!({ "description": "Address of the job", "schema": { "type": "string" } });
    let content = json!({ "application/json": { "schema": schema } });
    json!({ "description": "A job was made", "headers": { "Location": place }, "content": content })
}

fn prefer() -> Value {
    let schema = json!({ "type": "string", "enum": ["respond-async"] });
    json!({ "name": "Prefer", "in": "header", "required": false, "description": "respond-async: run it as a job", "schema": schema })
}

fn query(name: &str, words: &str, schema: Value, explode: bool) -> Value {
    json!({ "name": name, "in": "query", "required": false, "style": "form", "explode": explode, "description": words, "schema": schema })
}

fn filter(name: &str) -> Value {
    let (words, schema) = filter_schema(name);
    query(name, words, schema, false)
}

/// Says which layers refuse a filter.
fn limited(mut filter: Value) -> Value {
    let name = filter["name"].as_str().unwrap_or_default();
    let refusing: Vec<_> = LAYERS.iter().filter(|l| !l.takes_filter(name)).map(|l| l.id.as_str()).collect();
    if !refusing.is_empty() {
        let words = filter["description"].as_str().unwrap_or_default();
        filter["description"] = json!(format!("{words} (not for {})", refusing.join(", ")));
    }
    filter
}

fn further(name: &str) -> Value {
    match name {
        "limit" => query(
            name,
            "rows of a page",
            json!({ "type": "integer", "minimum": 1, "maximum": geodata::limits::MAX_PAGE, "default": DEFAULT_LIMIT }),
            false,
        ),
        "type" | "processID" | "status" | "datetime" | "minDuration" | "maxDuration" => {
            let (words, schema) = jobs::schemas::list_parameter(name);
            query(name, words, schema, false)
        }
        "service_area" => {
            query(name, "the area by which a hidden location is found", json!({ "type": "string" }), false)
        }
        "offset" => {
            query(name, "rows to leave out first", json!({ "type": "integer", "minimum": 0, "default": 0 }), false)
        }
        "after" => {
            query(name, "where the page begins, from a next link", json!({ "type": "string", "minLength": 1 }), false)
        }
        "sortby" => query(
            name,
            "properties of /sortables, each with + (rising) or - (falling) before it; what is counted is sorted from analyst tier on",
            json!({ "type": "array", "minItems": 1, "items": { "type": "string", "pattern": "^[+-]?[a-z_0-9]+$" } }),
            false,
        ),
        "crs" => query(
            name,
            "coordinate reference system of the answer, one of those that the collection lists; longitude and latitude (CRS84) if not given",
            json!({ "type": "string", "format": "uri" }),
            false,
        ),
        "bbox-crs" => query(
            name,
            "coordinate reference system of bbox, with its order of axes; of metres the box in degrees around it is meant",
            json!({ "type": "string", "format": "uri" }),
            false,
        ),
        "plot" => query(
            name,
            "which plot, as the links of the collection name them; the first if not given",
            json!({ "type": "string" }),
            false,
        ),
        "by" => {
            let words: Vec<_> = DIMENSIONS.iter().map(|d| format!("{} ({})", d.name, d.words)).collect();
            let words =
                format!("what to count by, several with commas: area (areas of collection), {}", words.join(", "));
            query(name, &words, json!({ "type": "string", "default": "area", "example": "area,year" }), false)
        }
        "collection" => query(
            name,
            "which collection of areas to count by; the one that covers the city with the fewest areas if not given",
            json!({ "type": "string" }),
            false,
        ),
        _ => query(name, "format, instead of the Accept header", json!({ "type": "string" }), false),
    }
}

/// Parameters of single layers; a layer that does not have one answers 400.
fn own_parameters() -> Vec<Value> {
    let mut seen: Vec<&Parameter> = vec![];
    for p in LAYERS.iter().flat_map(|l| &l.parameters) {
        if !seen.iter().any(|other| other.name == p.name) {
            seen.push(p);
        }
    }
    let of = |p: &&Parameter| {
        let having: Vec<_> = LAYERS.iter().filter(|l| l.parameter(&p.name).is_some()).map(|l| l.id.as_str()).collect();
        let schema = match p.kind {
            Kind::Number => {
                json!({ "type": "number", "minimum": p.min, "maximum": p.max, "default": p.default.as_ref().and_then(|d| d.parse::<f64>().ok()) })
            }
            Kind::Whole => {
                json!({ "type": "integer", "minimum": p.min, "default": p.default.as_ref().and_then(|d| d.parse::<u64>().ok()) })
            }
            Kind::Choice => json!({ "type": "string", "enum": p.choices, "default": p.default }),
            Kind::List => json!({ "type": "array", "items": { "type": "string" } }),
            Kind::Grid | Kind::Text => json!({ "type": "string" }),
        };
        query(&p.name, &format!("{} (layers {})", p.words, having.join(", ")), schema, false)
    };
    seen.iter().map(of).collect()
}

/// Properties of single layers that are parameters too: rows or incidents with that value.
fn queryables() -> Vec<Value> {
    let taken = |name: &str| LAYERS.iter().any(|l| l.parameter(name).is_some());
    let of_incidents = QUERYABLES.iter().map(|q| (q.name, q.json_type));
    let of_rows = LAYERS.iter().filter(|l| l.engine.is_of_places()).flat_map(|l| &l.properties);
    let mut all: Vec<(&str, &str)> = vec![];
    for (name, json_type) in of_incidents.chain(of_rows.map(|p| (p.name.as_str(), p.json_type.as_str()))) {
        if !FILTERS.contains(&name) && !taken(name) && all.iter().all(|(other, _)| *other != name) {
            all.push((name, json_type));
        }
    }
    let of = |(name, json_type): (&str, &str)| {
        let having: Vec<_> = LAYERS.iter().filter(|l| is_queryable(l, name)).map(|l| l.id.as_str()).collect();
        let words = format!("those whose {name} has this value (layers {})", having.join(", "));
        query(name, &words, json!({ "type": json_type }), false)
    };
    all.into_iter().map(of).collect()
}

fn problem() -> Value {
    let text = json!({ "type": "string" });
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": text, "title": text, "status": { "type": "integer" }, "detail": text,
            "parameter": text, "pointer": text, "value": text, "bound": text, "hint": text,
        },
    })
}

fn collection() -> Value {
    json!({
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": { "type": "string", "enum": ["FeatureCollection"] },
            "timeStamp": { "type": "string", "format": "date-time" },
            "numberMatched": { "type": "integer", "minimum": 0 },
            "numberReturned": { "type": "integer", "minimum": 0 },
            "links": { "type": "array", "items": { "type": "object", "additionalProperties": true } },
            "analysis": { "type": "object", "description": "How the numbers came about", "additionalProperties": true },
            "features": { "type": "array", "items": { "type": "object", "additionalProperties": true } },
        },
    })
}
