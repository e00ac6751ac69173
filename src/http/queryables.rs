//! `/collections/{id}/queryables` and `/schema`: what a collection can be asked by, and what its features have.

use axum::response::Response;
use geodata::index::QUERYABLES;
use serde_json::{Map, Value, json};

use super::ask::Ask;
use super::html;
use super::params::FILTERS;
use super::problem::Answer;
use crate::layers::{Geometry, Kind, Layer, Property};

/// Weapons that the document names, of those that occur.
const MAX_EXAMPLES: usize = 100;

/// What a collection can be asked by, as JSON schema.
pub async fn queryables(ask: Ask) -> Answer<Response> {
    let layer = ask.the_layer()?;
    html::document(&ask, "application/schema+json", "", html::queryables, || {
        let mut properties = shared(&ask);
        properties.retain(|name, _| layer.takes_filter(name));
        if layer.engine.is_of_places()
            && let Some(period) = properties.get_mut("datetime")
        {
            // Places have days of their own, if any: a filter asks for those.
            period["x-use"] = json!("parameter");
        }
        let own = if layer.engine.is_of_places() { of_rows(layer) } else { of_incidents(&ask) };
        properties.extend(own);
        for p in &layer.parameters {
            let mut schema =
                json!({ "title": p.name, "description": p.words, "x-ogc-unit": p.unit, "x-use": "parameter" });
            let more = match p.kind {
                Kind::Number => json!({ "type": "number", "minimum": p.min, "maximum": p.max }),
                Kind::Whole => json!({ "type": "integer", "minimum": p.min, "maximum": p.max }),
                Kind::Choice => json!({ "type": "string", "enum": p.choices }),
                Kind::List => json!({ "type": "array", "items": { "type": "string" } }),
                Kind::Grid | Kind::Text => json!({ "type": "string" }),
            };
            if let (Some(schema), Value::Object(more)) = (schema.as_object_mut(), more) {
                schema.extend(more);
                if let Some(default) = &p.default {
                    schema.insert("default".to_owned(), default.parse::<f64>().map_or(json!(default), |v| json!(v)));
                }
                if p.name == "type" {
                    let types: Vec<_> = ask
                        .overview()
                        .resource_types
                        .iter()
                        .map(|t| json!({ "const": t, "title": t.replace('_', " ") }))
                        .collect();
                    schema.insert("items".to_owned(), one_of("Type", &types));
                }
                if p.name == "collection" || p.name == "mask" {
                    let areas: Vec<_> = ask
                        .overview()
                        .areas
                        .iter()
                        .map(|(id, _, _)| json!({ "const": id, "title": id.replace('_', " ") }))
                        .collect();
                    if !areas.is_empty() {
                        schema.insert("oneOf".to_owned(), json!(areas));
                    }
                }
            }
            properties.insert(p.name.clone(), schema);
        }
        Ok(document(&ask, layer, properties))
    })
}

/// What the features of a collection have, as JSON schema.
pub async fn schema(ask: Ask) -> Answer<Response> {
    let layer = ask.the_layer()?;
    let page = html::plain(format!("Properties: {}", layer.title));
    html::document(&ask, "application/schema+json", "", page, || Ok(document(&ask, layer, of_rows(layer))))
}

fn document(ask: &Ask, layer: &Layer, properties: Map<String, Value>) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ask.here(),
        "type": "object",
        "title": layer.title,
        "description": layer.description,
        "properties": properties,
        "additionalProperties": false,
    })
}

/// The properties of a layer's features, with their place.
fn of_rows(layer: &Layer) -> Map<String, Value> {
    let place = match layer.geometry {
        Geometry::Point => "geometry-point",
        Geometry::Line => "geometry-linestring-or-multilinestring",
        Geometry::Polygon | Geometry::Raster => "geometry-polygon-or-multipolygon",
    };
    let of = |p: &Property| {
        let mut schema = json!({ "title": p.title, "type": p.json_type });
        if !p.unit.is_empty() {
            schema["x-ogc-unit"] = json!(p.unit);
        }
        if !p.format.is_empty() {
            schema["format"] = json!(p.format);
        }
        if p.name == layer.value && !layer.classes.is_empty() {
            schema["enum"] = layer.classes.iter().map(|c| c.value.as_str()).collect();
        }
        schema["x-use"] = json!("filter");
        (p.name.clone(), schema)
    };
    let geometry = json!({ "title": "Place", "format": place, "x-ogc-role": "primary-geometry" });
    std::iter::once(("geometry".to_owned(), geometry)).chain(layer.properties.iter().map(of)).collect()
}

/// The properties of incidents by which a filter chooses those that are counted or shown.
fn of_incidents(ask: &Ask) -> Map<String, Value> {
    let overview = ask.overview();
    let geometry = json!({
        "title": "Place of incidents", "format": "geometry-point", "x-ogc-role": "primary-geometry",
        "description": "below analyst tier, and where a test is of the whole study area, S_INTERSECTS with one BBOX alone",
    });
    let mut all = Map::from_iter([("geometry".to_owned(), geometry)]);
    for q in QUERYABLES.iter().filter(|q| !FILTERS.contains(&q.name)) {
        let mut schema = json!({ "title": q.title, "description": q.words, "type": q.json_type, "x-use": "filter" });
        if !q.values.is_empty() {
            schema["enum"] = json!(q.values);
        }
        if !q.format.is_empty() {
            schema["format"] = json!(q.format);
        }
        if q.name == "hour" {
            (schema["minimum"], schema["maximum"]) = (json!(0), json!(23));
        }
        if q.name == "weapon" && !overview.weapons.is_empty() {
            schema["examples"] = overview.weapons.iter().take(MAX_EXAMPLES).map(String::as_str).collect();
        }
        all.insert(q.name.to_owned(), schema);
    }
    for name in &overview.contexts {
        let (kind, definition) = name.split_once(':').unwrap_or((name, ""));
        let title = format!("{} as {definition} defines it", kind.replace('_', " "));
        let values = ["yes", "no", "unknown", "not_assessed"];
        all.insert(name.clone(), json!({ "title": title, "type": "string", "enum": values, "x-use": "filter" }));
    }
    all
}

/// The filters that every layer takes.
fn shared(ask: &Ask) -> Map<String, Value> {
    let overview = ask.overview();
    let month = |t: geodata::model::LocalTime| t.civil().map(|c| c.strftime("%Y-%m").to_string());
    let (first, last) = match overview.period {
        // The period ends before its last second's next.
        Some(p) => (month(p.from), month(geodata::model::LocalTime(p.to.0 - 1))),
        None => (None, None),
    };
    let categories: Vec<Value> = overview
        .categories
        .iter()
        .map(|c| json!({ "const": c.text(), "title": c.title(), "level": c.level() }))
        .collect();
    let kinds: Vec<&str> = super::params::CONTEXTS.iter().map(|(name, _)| *name).collect();
    let value = json!({
        "datetime": { "title": "Period", "type": "string", "format": "date-time", "minimum": first, "maximum": last, "description": "2018, 2018-06, FROM/TO, or last:90d" },
        "category": one_of("Category (ICCS), with what lies below it", &categories),
        "context": { "title": "Context, only with its definition", "type": "string", "enum": kinds },
        "definition": { "title": "Definition of the context", "type": "string", "examples": overview.definitions },
        "hours": { "title": "Hours of the day", "type": "string", "description": "0-5,22" },
        "sex": { "title": "Sex of a victim", "type": "string", "enum": super::params::SEXES.map(|(name, _)| name) },
        "age": { "title": "Age band of a victim, years", "type": "string", "enum": geodata::model::AGE_NAMES },
        "weekdays": { "title": "Days of the week", "type": "string", "description": "mon,sat or 1-7" },
    });
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// A text with its choices; an empty list of choices would allow nothing.
fn one_of(title: &str, choices: &[Value]) -> Value {
    match choices {
        [] => json!({ "title": title, "type": "string" }),
        _ => json!({ "title": title, "type": "string", "oneOf": choices }),
    }
}
