//! `/collections`: the layers as OGC collections, and what each can be asked by.

use axum::response::Response;
use serde_json::{Map, Value, json};

use super::ask::{Ask, may_see};
use super::params::{FILTERS, Known};
use super::plots::plots_of;
use super::problem::Answer;
use super::{catalogue, html};
use crate::formats;
use crate::formats::plot::PLOT_FORMATS;
use crate::layers::{Kind, LAYERS, Layer, sources};

/// The coordinate reference system of everything that is answered.
pub const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// All collections that the tier may see.
pub async fn list(ask: Ask) -> Answer<Response> {
    let agreement = ask.caller.agreement.as_ref().map_or("", |a| a.id.as_str());
    let release = ask.view.release.as_ref().map(|r| r.name()).unwrap_or_default();
    html::document(&ask, "application/json", &format!("{agreement}|{release}"), html::collections, || {
        let base = ask.base();
        let tier = |l: &Layer| ask.caller.tier_for(&l.id);
        let is_seen = |l: &&Layer| may_see(&ask.caller, ask.view.policy(), l);
        let seen = LAYERS.iter().filter(is_seen).map(|l| l.seen_by(tier(l)));
        Ok(json!({
            "links": [
                { "rel": "self", "type": "application/json", "href": format!("{base}/collections") },
                { "rel": "alternate", "type": "text/html", "href": format!("{base}/collections?f=html") },
            ],
            "tier": ask.caller.tier.name(),
            "note": ask.caller.is_without_agreement().then_some("this partner's key is bound to no agreement: it sees what the public sees"),
            "release": ask.view.release.as_ref().map(|r| r.document().number),
            "notice": ask.notice(),
            "crs": [CRS84],
            "collections": seen.map(|l| collection(&ask, l)).chain([catalogue::collection(&ask)]).collect::<Vec<_>>(),
        }))
    })
}

/// One collection.
pub async fn one(ask: Ask) -> Answer<Response> {
    let layer = ask.the_layer()?;
    html::document(&ask, "application/json", "", html::collection, || Ok(collection(&ask, layer)))
}

fn collection(ask: &Ask, layer: &Layer) -> Value {
    let base = ask.base();
    let here = format!("{base}/collections/{}", layer.id);
    let link = |rel: &str, media_type: &str, href: String, title: &str| json!({ "rel": rel, "type": media_type, "href": href, "title": title });
    let mut links = vec![
        link("self", "application/json", here.clone(), "This document"),
        link("alternate", "text/html", format!("{here}?f=html"), "This document as a page"),
        link(
            "http://www.opengis.net/def/rel/ogc/1.0/queryables",
            "application/schema+json",
            format!("{here}/queryables"),
            "What it can be asked by",
        ),
    ];
    for id in ["geojson", "csv"].iter().filter(|id| layer.has_format(id)) {
        if let Some(format) = formats::find(id) {
            let media_type = format.media_type.split(';').next().unwrap_or_default();
            links.push(link("items", media_type, format!("{here}/items?f={id}{}", layer.asked()), format.title));
        }
    }
    links.push(link("items", "text/html", format!("{here}/items?f=html{}", layer.asked()), "A page with a table"));
    let asked = if layer.example.is_empty() { String::new() } else { format!("?{}", layer.example) };
    links.push(link(
        "http://www.opengis.net/def/rel/ogc/1.0/map",
        "image/png",
        format!("{here}/map{asked}"),
        "A picture",
    ));
    let tilesets = if layer.has_format("mvt") { "vector" } else { "map" };
    links.push(link(
        &format!("http://www.opengis.net/def/rel/ogc/1.0/tilesets-{tilesets}"),
        "application/json",
        format!("{here}/tiles"),
        "Tiles",
    ));
    links.push(link("describedby", "application/json", format!("{base}/tiles/{}.json", layer.id), "TileJSON"));
    links.push(link("style", "application/json", format!("{base}/styles/{}", layer.id), "MapLibre style"));
    links.push(link("legend", "application/json", format!("{base}/legends/{}.json", layer.id), "Legend"));
    for plot in plots_of(layer) {
        for (format, media_type) in PLOT_FORMATS {
            let href = format!("{base}/plots/{}.{format}?plot={}{}", layer.id, plot.id, layer.asked());
            links.push(link("preview", media_type, href, plot.title));
        }
    }
    // Whoever is touched by what a layer shows finds help beside it.
    for help in &ask.view.policy().helplines {
        links.push(link("help", "text/html", help.url.clone(), &help.name));
    }
    let overview = ask.overview();
    let bbox = overview.extent.map_or([-180.0, -90.0, 180.0, 90.0], |b| [b.west, b.south, b.east, b.north]);
    let interval =
        overview.period.map_or([Value::Null, Value::Null], |p| [p.from, p.to].map(|t| instant(t, ask.known())));
    let filters: Vec<_> = FILTERS.iter().filter(|name| layer.takes_filter(name)).collect();
    let mut document = json!({
        "id": layer.id,
        "title": layer.title,
        "description": layer.description,
        "itemType": "feature",
        "extent": {
            "spatial": { "bbox": [bbox], "crs": CRS84 },
            "temporal": { "interval": [interval], "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian" },
        },
        "crs": [CRS84],
        "storageCrs": CRS84,
        "layer": { "kind": layer.kind(), "method": layer.method, "min_tier": layer.min_tier, "minzoom": layer.min_zoom, "maxzoom": layer.max_zoom, "filters": filters, "example": layer.example },
        "links": links,
    });
    let terms = [
        ("attribution", sources::titles(layer, &overview.sources)),
        ("license", sources::licences(layer, &overview.sources)),
    ];
    for (name, words) in terms {
        if let (Some(object), Some(words)) = (document.as_object_mut(), words) {
            object.insert(name.to_owned(), json!(words));
        }
    }
    document
}

/// A civil time of the city as an RFC 3339 instant.
fn instant(t: geodata::model::LocalTime, known: &Known) -> Value {
    let at = t.civil().and_then(|civil| known.zone.to_ambiguous_zoned_datetime(civil).compatible().ok());
    at.map_or(Value::Null, |z| json!(z.timestamp().to_string()))
}

/// What a collection can be asked by, as JSON schema.
pub async fn queryables(ask: Ask) -> Answer<Response> {
    let layer = ask.the_layer()?;
    html::document(&ask, "application/schema+json", "", html::queryables, || {
        let mut properties = shared(&ask);
        properties.retain(|name, _| name == "geometry" || layer.takes_filter(name));
        for p in &layer.parameters {
            let mut schema = json!({ "title": p.name, "description": p.words, "x-unit": p.unit });
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
        Ok(json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": ask.here(),
            "type": "object",
            "title": layer.title,
            "description": layer.description,
            "properties": properties,
            "additionalProperties": false,
        }))
    })
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
        "geometry": { "title": "Place", "format": "geometry-any", "x-ogc-role": "primary-geometry" },
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
