//! `/tiles`: the tiles of the dataset as a whole. One vector tile holds the collections that are asked for, a layer each.

use axum::response::Response;
use serde_json::json;

use super::ask::Ask;
use super::etag::Tag;
use super::html;
use super::kept::Finished;
use super::problem::{Answer, Problem, shortened};
use super::tiles::{coordinate, making, media_type, tag};
use super::tileset::{self, Tileset};
use super::wanted::Wanted;
use crate::layers::{self, LAYERS, Layer};

/// What is shown unless `collections` says otherwise.
const USUAL: &str = "cells,areas";
/// Collections in one tile: each is work of its own.
const MAX_COLLECTIONS: usize = 8;
/// Path of the one tile set.
const PATH: &str = "/tiles/WebMercatorQuad";
const TITLE: &str = "The collections as vector tiles";

/// The tile sets of the dataset.
pub async fn list(ask: Ask) -> Answer<Response> {
    let chosen = Chosen::read(&ask)?;
    let query = ask.params.link(&["f"], &[]);
    html::document(&ask, "application/json", &format!("{}{query}", chosen.canonical()), html::plain("Tiles"), || {
        Ok(json!({
            "links": [
                { "rel": "self", "type": "application/json", "href": format!("{}{query}", ask.here()) },
                { "rel": "data", "type": "application/json", "href": format!("{}/collections", ask.base()), "title": "The collections, each with tile sets of its own" },
            ],
            "tilesets": [chosen.set(&ask).entry()],
        }))
    })
}

/// The tile set of the dataset.
pub async fn one(ask: Ask) -> Answer<Response> {
    let chosen = Chosen::read(&ask)?;
    let query = ask.params.link(&["f"], &[]);
    html::document(&ask, "application/json", &format!("{}{query}", chosen.canonical()), html::plain(TITLE), || {
        Ok(chosen.set(&ask).metadata())
    })
}

/// A tile of the dataset: matrix, row, column. Its bytes are those of the tiles of its collections, one after the other.
pub async fn tile(ask: Ask) -> Answer<Response> {
    let tile = coordinate(ask.path("z"), ask.path("col"), ask.path("row"))?;
    let media_type = media_type(ask.format(&[("mvt", media_type("mvt"))])?);
    let chosen = Chosen::read(&ask)?;
    tileset::check(&ask, &chosen.layers, tile)?;
    let has_zoom = |l: &Layer| (l.min_zoom..=l.max_zoom).contains(&tile.z());
    let parts: Vec<_> = chosen.parts.into_iter().filter(|(_, wanted)| has_zoom(wanted.layer)).collect();
    let tags: Vec<Tag> = parts.iter().map(|(ask, wanted)| tag(ask, wanted, tile, "mvt")).collect();
    let texts: Vec<String> = tags.iter().map(Tag::text).collect();
    let whole = Tag::new(&[&["tiles"], texts.iter().map(String::as_str).collect::<Vec<_>>().as_slice()].concat());
    if let Some(held) = ask.held(&whole) {
        return Ok(held);
    }
    let kept = std::sync::Arc::clone(&ask.app.kept);
    let parts: Vec<_> = parts.into_iter().map(|(ask, wanted)| making(&ask, wanted, tile, "mvt")).collect();
    let made = async move {
        let (mut bytes, mut rows) = (vec![], 0);
        for (tag, making) in tags.iter().zip(parts) {
            let part = kept.get(tag, None, making).await?;
            bytes.extend_from_slice(&part.bytes);
            rows += part.rows;
        }
        Ok(Finished::plain(bytes, rows))
    };
    let finished = ask.app.kept.get(&whole, ask.coding(), made).await?;
    Ok(ask.finished(&whole, media_type, finished))
}

/// The collections of a request.
struct Chosen {
    layers: Vec<&'static Layer>,
    /// The request about each, by the tier that the caller has there.
    parts: Vec<(Ask, Wanted)>,
}

impl Chosen {
    fn read(ask: &Ask) -> Answer<Self> {
        let text = ask.params.get("collections").unwrap_or(USUAL);
        let mut ids: Vec<&str> = vec![];
        for id in text.split(',').map(str::trim) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        if ids.len() > MAX_COLLECTIONS {
            let bound = format!("1 to {MAX_COLLECTIONS} collections");
            return Err(Box::new(Problem::parameter("collections", text, "one tile holds fewer collections", bound)));
        }
        let parts = ids.iter().map(|id| {
            if !layers::find(id).is_some_and(|l| l.has_format("mvt")) {
                let why = format!("there is no collection {:?} with vector tiles", shortened(id));
                let known: Vec<_> = LAYERS.iter().filter(|l| l.has_format("mvt")).map(|l| l.id.as_str()).collect();
                return Err(Box::new(Problem::parameter("collections", text, why, known.join(", "))));
            }
            let about = ask.about(id)?;
            let wanted = Wanted::read(&about)?;
            Ok((about, wanted))
        });
        let parts = parts.collect::<Answer<Vec<_>>>()?;
        Ok(Self { layers: parts.iter().map(|(_, wanted)| wanted.layer).collect(), parts })
    }

    fn canonical(&self) -> String {
        // The tier of the caller may be another one for each collection.
        self.parts.iter().map(|(ask, w)| format!("{}:{}:{}|", w.layer.id, ask.caller.scope(), w.canonical())).collect()
    }

    fn set<'a>(&'a self, ask: &'a Ask) -> Tileset<'a> {
        Tileset { ask, title: TITLE, path: PATH, layers: &self.layers, formats: &["mvt"] }
    }
}
