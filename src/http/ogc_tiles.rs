//! OGC API - Tiles: tile sets of a collection, and the one tile matrix set, WebMercatorQuad.

use axum::response::Response;
use serde_json::{Value, json};

use super::ask::Ask;
use super::html;
use super::problem::Answer;
use super::wanted::Wanted;
use crate::formats;
use crate::layers::Layer;

const SET: &str = "WebMercatorQuad";
const SET_URI: &str = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";
const CRS: &str = "http://www.opengis.net/def/crs/EPSG/0/3857";
const SCHEME: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme";
/// Half the side of the Web Mercator square, metres.
const HALF_SIDE_M: f64 = 20_037_508.342_789_244;
/// Scale denominator of zoom 0 with pixels of 0.28 mm.
const SCALE_0: f64 = 559_082_264.028_717_8;
/// Last zoom of the set.
const MAX_ZOOM: u8 = 24;

/// The tile sets of a collection: one of vector tiles or pictures, or both.
pub async fn list(ask: Ask) -> Answer<Response> {
    let wanted = Wanted::read(&ask)?;
    let query = ask.params.link(&["f"], &[]);
    let page = html::plain(format!("Tiles: {}", wanted.layer.title));
    html::document(&ask, "application/json", &format!("{}{query}", wanted.canonical()), page, || {
        let kinds = ["mvt", "png"].into_iter().filter(|f| wanted.layer.has_format(f));
        Ok(json!({
            "links": [{ "rel": "self", "type": "application/json", "href": format!("{}{query}", ask.here()) }],
            "tilesets": kinds.map(|f| tileset(&ask, wanted.layer, &query, &[f])).collect::<Vec<_>>(),
        }))
    })
}

/// The tile set of a collection.
pub async fn one(ask: Ask) -> Answer<Response> {
    let wanted = Wanted::read(&ask)?;
    let query = ask.params.link(&["f"], &[]);
    let page = html::plain(format!("The tile set of {}", wanted.layer.title));
    html::document(&ask, "application/json", &format!("{}{query}", wanted.canonical()), page, || {
        let layer = wanted.layer;
        let kinds: Vec<_> = ["mvt", "png"].into_iter().filter(|f| layer.has_format(f)).collect();
        let mut set = tileset(&ask, layer, &query, &kinds);
        if let Some(object) = set.as_object_mut() {
            let properties: serde_json::Map<_, _> = layer
                .properties
                .iter()
                .map(|p| (p.name.clone(), json!({ "title": p.title, "type": p.json_type })))
                .collect();
            object.insert(
                "layers".to_owned(),
                json!([{
                    "id": layer.id,
                    "title": layer.title,
                    "dataType": "vector",
                    "geometryDimension": match layer.geometry { crate::layers::Geometry::Point => 0, _ => 2 },
                    "propertiesSchema": { "type": "object", "properties": properties },
                }]),
            );
            if let Some(b) = ask.overview().extent {
                object.insert("boundingBox".to_owned(), json!({ "lowerLeft": [b.west, b.south], "upperRight": [b.east, b.north], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84" }));
            }
        }
        Ok(set)
    })
}

fn tileset(ask: &Ask, layer: &Layer, query: &str, kinds: &[&'static str]) -> Value {
    let base = ask.base();
    let here = format!("{base}/collections/{}/tiles/{SET}", layer.id);
    let mut links = vec![
        json!({ "rel": "self", "type": "application/json", "href": format!("{here}{query}") }),
        json!({ "rel": SCHEME, "type": "application/json", "href": format!("{base}/tileMatrixSets/{SET}") }),
    ];
    for format in kinds.iter().filter_map(|f| formats::find(f)) {
        let join = if query.is_empty() { "?" } else { "&" };
        let href = format!("{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}{query}{join}f={}", format.id);
        links.push(
            json!({ "rel": "item", "type": format.media_type, "templated": true, "href": href, "title": format.title }),
        );
    }
    json!({
        "title": layer.title,
        "dataType": if kinds.contains(&"mvt") { "vector" } else { "map" },
        "crs": CRS,
        "tileMatrixSetURI": SET_URI,
        "tileMatrixSetId": SET,
        "tileMatrixSetLimits": limits(layer, ask),
        "links": links,
    })
}

/// Rows and columns that hold data, by zoom.
fn limits(layer: &Layer, ask: &Ask) -> Vec<Value> {
    let extent = ask.overview().extent.filter(|b| b.west <= b.east);
    (layer.min_zoom..=layer.max_zoom)
        .filter_map(|z| {
            let last = (1_u32 << z) - 1;
            let [min, max] = match extent {
                Some(b) => [tiles::TileCoord::of_lonlat(z, b.west, b.north), tiles::TileCoord::of_lonlat(z, b.east, b.south)],
                None => [tiles::TileCoord::new(z, 0, 0), tiles::TileCoord::new(z, last, last)],
            };
            let (min, max) = (min.ok()?, max.ok()?);
            Some(json!({ "tileMatrix": z.to_string(), "minTileRow": min.y(), "maxTileRow": max.y(), "minTileCol": min.x(), "maxTileCol": max.x() }))
        })
        .collect()
}

/// The tile matrix sets.
pub async fn matrix_sets(ask: Ask) -> Answer<Response> {
    html::document(&ask, "application/json", "", html::plain("Tile matrix sets"), || {
        let base = ask.base();
        Ok(json!({
            "tileMatrixSets": [{
                "id": SET, "title": "Web Mercator", "uri": SET_URI, "crs": CRS,
                "links": [{ "rel": "self", "type": "application/json", "href": format!("{base}/tileMatrixSets/{SET}") }],
            }],
        }))
    })
}

/// WebMercatorQuad, as the registry has it.
pub async fn web_mercator(ask: Ask) -> Answer<Response> {
    html::document(&ask, "application/json", "", html::plain(SET), || {
        let matrices: Vec<Value> = (0..=MAX_ZOOM)
            .map(|z| {
                let n = 1_u64 << z;
                json!({
                    "id": z.to_string(),
                    "scaleDenominator": SCALE_0 / n as f64,
                    "cellSize": 2.0 * HALF_SIDE_M / (256.0 * n as f64),
                    "pointOfOrigin": [-HALF_SIDE_M, HALF_SIDE_M],
                    "cornerOfOrigin": "topLeft",
                    "tileWidth": 256,
                    "tileHeight": 256,
                    "matrixWidth": n,
                    "matrixHeight": n,
                })
            })
            .collect();
        Ok(json!({
            "id": SET,
            "title": "Google Maps Compatible for the World",
            "uri": SET_URI,
            "crs": CRS,
            "orderedAxes": ["X", "Y"],
            "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
            "tileMatrices": matrices,
        }))
    })
}
