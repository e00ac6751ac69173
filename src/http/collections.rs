//! `/collections`: the layers as OGC collections.

use axum::response::Response;
use serde_json::{Value, json};

use super::ask::{Ask, may_see};
use super::extent::extent;
use super::params::crs::systems;
use super::params::{FILTERS, Known};
use super::plots::plots_of;
use super::problem::Answer;
use super::{catalogue, html};
use crate::formats::plot::PLOT_FORMATS;
use crate::formats::{self, CRS84};
use crate::layers::{LAYERS, Layer, sources};

/// All collections that the tier may see.
pub async fn list(ask: Ask) -> Answer<Response> {
    // Besides the tier: which layers an agreement opens, and whether a partner is told that there is none.
    let bound = ask.caller.agreement.as_ref().map_or("", |a| a.id.as_str());
    let release = ask.view.release.as_ref().map(|r| r.name()).unwrap_or_default();
    let canonical = format!("{bound}|{}|{release}", ask.caller.is_without_agreement());
    html::document(&ask, "application/json", &canonical, html::collections, || {
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
            "crs": systems(ask.known()),
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
        link(
            "http://www.opengis.net/def/rel/ogc/1.0/schema",
            "application/schema+json",
            format!("{here}/schema"),
            "What its features have",
        ),
    ];
    links.push(link(
        "http://www.opengis.net/def/rel/ogc/1.0/sortables",
        "application/schema+json",
        format!("{here}/sortables"),
        "What it can be sorted by",
    ));
    for format in formats::of_rows() {
        let href = format!("{here}/items?f={}{}", format.id, layer.asked());
        links.push(link("items", format.plain_type(), href, format.title));
    }
    for (format, kind, path, title) in
        [("mvt", "vector", "tiles", "Vector tiles"), ("png", "map", "map/tiles", "Map tiles")]
    {
        if layer.has_format(format) {
            let rel = format!("http://www.opengis.net/def/rel/ogc/1.0/tilesets-{kind}");
            links.push(link(&rel, "application/json", format!("{here}/{path}"), title));
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
    let interval = overview.period.map(|p| [p.from, p.to].map(|t| instant(t, ask.known())));
    let filters: Vec<_> = FILTERS.iter().filter(|name| layer.takes_filter(name)).collect();
    let mut document = json!({
        "id": layer.id,
        "title": layer.title,
        "description": layer.description,
        "itemType": "feature",
        "extent": extent(bbox, interval),
        "crs": systems(ask.known()),
        "storageCrs": CRS84.uri(),
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
