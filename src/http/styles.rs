//! `/tiles/{layer}.json` and `/styles/{layer}`: how a map finds and draws a layer.

use axum::response::Response;

use super::ask::Ask;
use super::problem::{Answer, Problem};
use super::wanted::Wanted;
use crate::layers::{style, tilejson};

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

/// MapLibre style of a layer.
pub async fn style(ask: Ask) -> Answer<Response> {
    let wanted = Wanted::read(&ask)?;
    ask.format(&[("json", "application/json")])?;
    let query = ask.params.link(&["f"], &[]);
    ask.json("application/json", &format!("{}{query}", wanted.canonical()), || {
        Ok(style::of(wanted.layer, &ask.base(), &query))
    })
}
