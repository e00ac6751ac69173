//! Parameters of operations: of the path, the filters, those of single layers, paging and format.

use geodata::analysis::METHODS;
use geodata::index::QUERYABLES;
use serde_json::{Value, json};

use crate::formats::FORMATS;
use crate::http::aggregates::DIMENSIONS;
use crate::http::jobs;
use crate::http::params::{CQL, DEFAULT_LIMIT, FILTERS, filter_schema, is_queryable};
use crate::http::routes::{Route, Verb};
use crate::http::write;
use crate::layers::{Kind, LAYERS, Parameter};

/// All parameters of an operation, whose path in the document is `path`.
pub fn of(route: &Route, path: &str) -> Vec<Value> {
    let names = path.split('{').skip(1).filter_map(|part| part.split('}').next());
    let mut all: Vec<Value> = names.map(|name| of_path(route, name)).collect();
    if route.filters {
        all.extend(FILTERS.iter().map(|name| limited(filter(name))));
        all.extend(CQL.iter().map(|name| filter(name)));
        // Where several layers are asked at once, none has parameters of its own.
        all.extend(route.layer.iter().flat_map(|_| of_layers(route).into_iter().chain(queryables())));
    }
    all.extend(route.params.iter().map(|name| further(route, name)));
    if !route.media.contains(&"*/*") && !["Operation", "Files"].contains(&super::tag(route)) {
        let words = "what the answer is for; keys of analyst tier and above must say so";
        let schema = json!({ "type": "string", "example": "council briefing" });
        all.push(
            json!({ "name": "Purpose", "in": "header", "required": false, "description": words, "schema": schema }),
        );
    }
    if route.writes && route.verb != Verb::Post {
        all.push(write::if_match());
    }
    if route.verb == Verb::Post && !route.writes {
        let schema = json!({ "type": "string", "enum": ["respond-async"] });
        all.push(json!({ "name": "Prefer", "in": "header", "required": false, "description": "respond-async: run it as a job", "schema": schema }));
    }
    all
}

fn of_path(route: &Route, name: &str) -> Value {
    let layers = || LAYERS.iter().filter(|l| !route.of_tiles || l.has_format("mvt") || l.has_format("png"));
    let schema = match name {
        "collection" | "layer" => json!({ "type": "string", "enum": layers().map(|l| &l.id).collect::<Vec<_>>() }),
        "process" => json!({ "type": "string", "enum": METHODS.iter().map(|m| m.id).collect::<Vec<_>>() }),
        "z" | "x" | "y" | "row" | "col" => json!({ "type": "integer", "minimum": 0 }),
        "number" => json!({ "type": "integer", "minimum": 1 }),
        "format" => {
            let media = route.media.iter().filter_map(|m| short(m)).collect::<Vec<_>>();
            json!({ "type": "string", "enum": media })
        }
        _ => json!({ "type": "string" }),
    };
    json!({ "name": name, "in": "path", "required": true, "schema": schema })
}

/// A media type as `f` and the ends of addresses name it.
fn short(media_type: &str) -> Option<&'static str> {
    let bare = |m: &str| m.split(';').next().unwrap_or_default().to_owned();
    match bare(media_type).as_str() {
        "text/html" => Some("html"),
        "image/svg+xml" => Some("svg"),
        bare_type => match FORMATS.iter().find(|f| bare(f.media_type) == bare_type) {
            Some(format) => Some(format.id),
            None if bare_type.contains("json") => Some("json"),
            None => None,
        },
    }
}

fn query(name: &str, words: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "required": false, "style": "form", "explode": false, "description": words, "schema": schema })
}

fn filter(name: &str) -> Value {
    let (words, schema) = filter_schema(name);
    query(name, words, schema)
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

fn further(route: &Route, name: &str) -> Value {
    match name {
        "limit" => query(
            name,
            "rows of a page; more than the maximum is brought down to it",
            json!({ "type": "integer", "minimum": 1, "maximum": geodata::limits::MAX_PAGE, "default": DEFAULT_LIMIT }),
        ),
        "type" | "processID" | "status" | "minDuration" | "maxDuration" => of_jobs(name),
        "datetime" if route.id == "jobs" => of_jobs(name),
        name if FILTERS.contains(&name) => filter(name),
        "offset" => query(name, "rows to leave out first", json!({ "type": "integer", "minimum": 0, "default": 0 })),
        "after" => query(name, "where the page begins, from a next link", json!({ "type": "string", "minLength": 1 })),
        "sortby" => query(
            name,
            "properties of /sortables, each with + (rising) or - (falling) before it; what is counted is sorted from analyst tier on",
            json!({ "type": "array", "minItems": 1, "items": { "type": "string", "pattern": "^[+-]?[a-z_0-9]+$" } }),
        ),
        "crs" => query(
            name,
            "coordinate reference system of the answer, one of those that the collection lists; longitude and latitude (CRS84) if not given",
            json!({ "type": "string", "format": "uri" }),
        ),
        "bbox-crs" => query(
            name,
            "coordinate reference system of bbox, with its order of axes; of metres the box in degrees around it is meant",
            json!({ "type": "string", "format": "uri" }),
        ),
        "collections" => {
            let with_tiles: Vec<_> = LAYERS.iter().filter(|l| l.has_format("mvt")).map(|l| &l.id).collect();
            let schema = json!({ "type": "array", "items": { "type": "string", "enum": with_tiles } });
            query(name, "collections in the tile, a layer each", schema)
        }
        "by" => {
            let words: Vec<_> = DIMENSIONS.iter().map(|d| format!("{} ({})", d.name, d.words)).collect();
            let words =
                format!("what to count by, several with commas: area (areas of collection), {}", words.join(", "));
            query(name, &words, json!({ "type": "string", "default": "area", "example": "area,year" }))
        }
        "service_area" => {
            query(name, "the area by which a place with a hidden location is asked for", json!({ "type": "string" }))
        }
        "collection" => query(
            name,
            "which collection of areas to count by; the one that covers the city with the fewest areas if not given",
            json!({ "type": "string" }),
        ),
        "plot" => query(
            name,
            "which plot, as the links of the collection name them; the first if not given",
            json!({ "type": "string" }),
        ),
        "f" => {
            let formats: Vec<_> = route.media.iter().filter_map(|m| short(m)).collect();
            query(name, "format, instead of the Accept header", json!({ "type": "string", "enum": formats }))
        }
        _ => query(name, "", json!({ "type": "string" })),
    }
}

fn of_jobs(name: &str) -> Value {
    let (words, schema) = jobs::schemas::list_parameter(name);
    query(name, words, schema)
}

/// Parameters of single layers; a layer that does not have one answers 400.
fn of_layers(route: &Route) -> Vec<Value> {
    let mut seen: Vec<&Parameter> = vec![];
    for p in LAYERS.iter().flat_map(|l| &l.parameters).filter(|p| !(route.of_tiles && p.items_only)) {
        if !seen.iter().any(|other| other.name == p.name) {
            seen.push(p);
        }
    }
    let of = |p: &&Parameter| {
        // A parameter of one name may have other bounds in another layer: what is said holds for all.
        let alike: Vec<&Parameter> = LAYERS.iter().filter_map(|l| l.parameter(&p.name)).collect();
        let having: Vec<_> = LAYERS.iter().filter(|l| l.parameter(&p.name).is_some()).map(|l| l.id.as_str()).collect();
        let unit = if p.unit.is_empty() { String::new() } else { format!(", in {}", p.unit) };
        query(&p.name, &format!("{}{unit} (layers {})", p.words, having.join(", ")), shared_schema(&alike))
    };
    seen.iter().map(of).collect()
}

/// What holds for the parameter of a name in every layer that has it.
fn shared_schema(alike: &[&Parameter]) -> Value {
    let Some(first) = alike.first() else { return json!({}) };
    if alike.iter().any(|p| p.kind != first.kind) {
        return json!({ "type": "string" });
    }
    let least = alike.iter().map(|p| p.min).reduce(|a, b| Some(a?.min(b?))).flatten();
    let greatest = alike.iter().map(|p| p.max).reduce(|a, b| Some(a?.max(b?))).flatten();
    let default = first.default.as_ref().filter(|_| alike.iter().all(|p| p.default == first.default));
    match first.kind {
        Kind::Number => {
            json!({ "type": "number", "minimum": least, "maximum": greatest, "default": default.and_then(|d| d.parse::<f64>().ok()) })
        }
        Kind::Whole => {
            let whole = |bound: Option<f64>| bound.map(|v| v as i64);
            json!({ "type": "integer", "minimum": whole(least), "maximum": whole(greatest), "default": default.and_then(|d| d.parse::<i64>().ok()) })
        }
        Kind::Choice => {
            let mut choices: Vec<&String> = vec![];
            for choice in alike.iter().flat_map(|p| &p.choices) {
                if !choices.contains(&choice) {
                    choices.push(choice);
                }
            }
            json!({ "type": "string", "enum": choices, "default": default })
        }
        Kind::List => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::Grid | Kind::Text => json!({ "type": "string", "default": default }),
    }
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
        query(name, &words, json!({ "type": json_type }))
    };
    all.into_iter().map(of).collect()
}
