//! `/tiles/{layer}.json`, `/styles` and `/styles/{layer}`: how a map finds and draws a layer.

use axum::response::Response;
use serde_json::json;

use super::ask::{Ask, may_see};
use super::html;
use super::problem::{Answer, Problem};
use super::wanted::Wanted;
use crate::layers::{LAYERS, style, tilejson};

/// TileJSON of a layer, with the filters kept in the addresses of the tiles.
pub async fn tilejson(ask: Ask) -> Answer<Response> {
    let wanted = Wanted::read(&ask)?;
    if !matches!(ask.extension.as_deref(), Some("json") | None) {
        return Err(Box::new(Problem::not_found("a layer's tiles are described by .json")));
    }
    let query = ask.params.link(&[], &[]);
    // Words of the query reach the answer, so they count beside their canonical form.
    ask.json("application/json", &format!("{}{query}", wanted.canonical()), || {
        Ok(tilejson::of(wanted.layer, &ask.base(), &query, ask.overview()))
    })
}

/// Media type of a style.
const STYLE: &str = "application/vnd.mapbox.style+json";

/// The styles of the layers that the caller may see.
pub async fn list(ask: Ask) -> Answer<Response> {
    let bound = ask.caller.agreement.as_ref().map_or("", |a| a.id.as_str());
    html::document(&ask, "application/json", bound, html::plain("MapLibre styles"), || {
        let base = ask.base();
        let seen = LAYERS.iter().filter(|l| may_see(&ask.caller, ask.view.policy(), l));
        let styles = seen.map(|l| {
            let href = format!("{base}/styles/{}{}", l.id, l.asked().replacen('&', "?", 1));
            let link = json!({ "rel": "stylesheet", "type": STYLE, "href": href, "title": "MapLibre style" });
            json!({ "id": l.id, "title": l.title, "links": [link] })
        });
        Ok(json!({
            "links": [{ "rel": "self", "type": "application/json", "href": ask.here() }],
            "default": "cells",
            "styles": styles.collect::<Vec<_>>(),
        }))
    })
}

/// MapLibre style of a layer.
pub async fn style(ask: Ask) -> Answer<Response> {
    let wanted = Wanted::read(&ask)?;
    ask.format(&[("json", "application/json")])?;
    let query = ask.params.link(&["f"], &[]);
    ask.json("application/json", &format!("{}{query}", wanted.canonical()), || {
        Ok(style::of(wanted.layer, &ask.base(), &query))
    })
}
