//! OGC API - Tiles: the tile sets of a collection, as vector tiles and as pictures, and their tiles.

use axum::response::Response;
use serde_json::json;

use super::ask::Ask;
use super::html;
use super::matrix_sets::SET;
use super::problem::{Answer, Problem};
use super::tiles::{coordinate, draw, media_type};
use super::tileset::{self, Tileset};
use super::wanted::Wanted;
use crate::layers::Layer;

/// Formats of tiles.
const KINDS: [&str; 2] = ["mvt", "png"];

/// The tile sets of a collection: vector tiles, pictures, or both.
pub async fn list(ask: Ask) -> Answer<Response> {
    let kinds = offered(ask.the_layer()?, &KINDS)?;
    listed(&ask, "tiles", &kinds)
}

/// The tile set of a collection.
pub async fn one(ask: Ask) -> Answer<Response> {
    let kinds = offered(ask.the_layer()?, &KINDS)?;
    described(&ask, "tiles", &kinds)
}

/// A tile of a collection: matrix, row and column; the format by `f` or `Accept`.
pub async fn tile(ask: Ask) -> Answer<Response> {
    let kinds = offered(ask.the_layer()?, &KINDS)?;
    tile_as(&ask, &kinds).await
}

/// The tile sets of a collection as pictures.
pub async fn map_list(ask: Ask) -> Answer<Response> {
    let kinds = offered(ask.the_layer()?, &["png"])?;
    listed(&ask, "map/tiles", &kinds)
}

/// The tile set of a collection as pictures.
pub async fn map_one(ask: Ask) -> Answer<Response> {
    let kinds = offered(ask.the_layer()?, &["png"])?;
    described(&ask, "map/tiles", &kinds)
}

/// A tile of a collection as a picture.
pub async fn map_tile(ask: Ask) -> Answer<Response> {
    let kinds = offered(ask.the_layer()?, &["png"])?;
    tile_as(&ask, &kinds).await
}

/// Those of some formats that a layer has tiles in.
fn offered(layer: &Layer, kinds: &[&'static str]) -> Answer<Vec<&'static str>> {
    let found: Vec<_> = kinds.iter().copied().filter(|f| layer.has_format(f)).collect();
    if found.is_empty() {
        return Err(Box::new(Problem::not_found(format!("the layer {} has no such tiles", layer.id))));
    }
    Ok(found)
}

fn listed(ask: &Ask, path: &str, kinds: &[&'static str]) -> Answer<Response> {
    let wanted = Wanted::read(ask)?;
    let query = ask.params.link(&["f"], &[]);
    let path = format!("/collections/{}/{path}/{SET}", wanted.layer.id);
    let page = html::plain(format!("Tiles: {}", wanted.layer.title));
    html::document(ask, "application/json", &format!("{}{query}", wanted.canonical()), page, || {
        let set = |format: &&'static str| {
            let (layers, formats) = ([wanted.layer], [*format]);
            Tileset { ask, title: &wanted.layer.title, path: &path, layers: &layers, formats: &formats }.entry()
        };
        Ok(json!({
            "links": [{ "rel": "self", "type": "application/json", "href": format!("{}{query}", ask.here()) }],
            "tilesets": kinds.iter().map(set).collect::<Vec<_>>(),
        }))
    })
}

fn described(ask: &Ask, path: &str, kinds: &[&'static str]) -> Answer<Response> {
    let wanted = Wanted::read(ask)?;
    let query = ask.params.link(&["f"], &[]);
    let path = format!("/collections/{}/{path}/{SET}", wanted.layer.id);
    let page = html::plain(format!("The tile set of {}", wanted.layer.title));
    html::document(ask, "application/json", &format!("{}{query}", wanted.canonical()), page, || {
        let (title, layers) = (&wanted.layer.title, [wanted.layer]);
        Ok(Tileset { ask, title, path: &path, layers: &layers, formats: kinds }.metadata())
    })
}

async fn tile_as(ask: &Ask, kinds: &[&'static str]) -> Answer<Response> {
    let tile = coordinate(ask.path("z"), ask.path("col"), ask.path("row"))?;
    let offered: Vec<_> = kinds.iter().map(|id| (*id, media_type(id))).collect();
    let format = ask.format(&offered)?;
    tileset::check(ask, &[ask.the_layer()?], tile)?;
    draw(ask, tile, format).await
}
