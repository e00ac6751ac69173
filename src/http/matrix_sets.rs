//! `/tileMatrixSets`: the one tile matrix set that there is, WebMercatorQuad.

use axum::response::Response;
use serde_json::{Value, json};

use super::ask::Ask;
use super::html;
use super::problem::Answer;

/// Its id.
pub const SET: &str = "WebMercatorQuad";
/// Its name in the registry.
pub const SET_URI: &str = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";
/// Its coordinate reference system.
pub const CRS: &str = "http://www.opengis.net/def/crs/EPSG/0/3857";
/// Half the side of the Web Mercator square, metres.
const HALF_SIDE_M: f64 = 20_037_508.342_789_244;
/// Scale denominator of zoom 0 with pixels of 0.28 mm.
const SCALE_0: f64 = 559_082_264.028_717_8;
/// Last zoom of the set.
const MAX_ZOOM: u8 = 24;

/// Scale denominator and metres of a pixel of a zoom.
#[must_use]
pub fn matrix(z: u8) -> (f64, f64) {
    let n = (1_u64 << z) as f64;
    (SCALE_0 / n, 2.0 * HALF_SIDE_M / (256.0 * n))
}

/// The tile matrix sets.
pub async fn list(ask: Ask) -> Answer<Response> {
    html::document(&ask, "application/json", "", html::plain("Tile matrix sets"), || {
        let base = ask.base();
        Ok(json!({
            "links": [{ "rel": "self", "type": "application/json", "href": ask.here() }],
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
                let (n, (scale, cell)) = (1_u64 << z, matrix(z));
                json!({
                    "id": z.to_string(),
                    "scaleDenominator": scale,
                    "cellSize": cell,
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
