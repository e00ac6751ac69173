//! What is said of a set of tiles: its entry in a list and its metadata as the OGC Tile Matrix Set standard has them, and
//! which rows and columns it has.

use geodata::model::LonLatBox;
use serde_json::{Map, Value, json};
use tiles::TileCoord;

use super::ask::Ask;
use super::matrix_sets::{CRS, SET, SET_URI, matrix};
use super::problem::{Answer, Problem};
use crate::formats;
use crate::layers::{Engine, Geometry, Layer, sources};

const SCHEME: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme";
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
/// Surfaces, cells and masked points reach beyond the places that they are made of, metres.
const MARGIN_M: f64 = 10_000.0;
const M_PER_DEGREE: f64 = 111_320.0;
/// Zoom of the middle of the data, where a client has no better one.
const CENTRE_ZOOM: u8 = 10;

/// A set of tiles.
pub struct Tileset<'a> {
    /// The request, for addresses and for what its tier knows.
    pub ask: &'a Ask,
    /// In words.
    pub title: &'a str,
    /// Path of the set: `/collections/cells/tiles/WebMercatorQuad`.
    pub path: &'a str,
    /// What is in its tiles.
    pub layers: &'a [&'static Layer],
    /// Formats of its tiles, ids in `FORMATS`.
    pub formats: &'a [&'static str],
}

impl Tileset<'_> {
    /// The entry in a list of tile sets. Each of its links is a document as it stands: OGC's test suite asks for all of them.
    #[must_use]
    pub fn entry(&self) -> Value {
        let base = self.ask.base();
        let query = self.ask.params.link(&["f"], &[]);
        let here = format!("{base}{}", self.path);
        let links = [
            json!({ "rel": "self", "type": "application/json", "href": format!("{here}{query}"), "title": self.title }),
            json!({ "rel": SCHEME, "type": "application/json", "href": format!("{base}/tileMatrixSets/{SET}") }),
        ];
        json!({
            "title": self.title,
            "dataType": self.data_type(),
            "crs": CRS,
            "tileMatrixSetURI": SET_URI,
            "tileMatrixSetId": SET,
            "tileMatrixSetLimits": self.limits(),
            "links": links,
        })
    }

    /// The addresses of its tiles, with places for matrix, row and column.
    fn templates(&self) -> impl Iterator<Item = Value> {
        let query = self.ask.params.link(&["f"], &[]);
        let join = if query.is_empty() { "?" } else { "&" };
        let before = format!("{}{}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}{query}{join}f=", self.ask.base(), self.path);
        self.formats.iter().filter_map(|f| formats::find(f)).map(move |format| {
            let href = format!("{before}{}", format.id);
            json!({ "rel": "item", "type": format.media_type, "templated": true, "href": href, "title": format.title })
        })
    }

    /// The metadata of the set.
    #[must_use]
    pub fn metadata(&self) -> Value {
        let mut set = self.entry();
        if let Some(links) = set["links"].as_array_mut() {
            links.extend(self.templates());
        }
        let Some(object) = set.as_object_mut() else { return set };
        object.insert("layers".to_owned(), self.layers.iter().map(|layer| self.layer(layer)).collect());
        let words: Vec<String> =
            self.layers.iter().filter_map(|layer| sources::titles(layer, &self.ask.overview().sources)).collect();
        if let Some(words) = words.first() {
            object.insert("attribution".to_owned(), json!(words));
        }
        if let Some(b) = self.ask.overview().extent {
            let corners = json!({ "lowerLeft": [b.west, b.south], "upperRight": [b.east, b.north], "crs": CRS84 });
            object.insert("boundingBox".to_owned(), corners);
        }
        if let Some(b) = self.ask.overview().extent.filter(|b| b.west <= b.east) {
            let (first, last) = zooms(self.layers);
            let zoom = CENTRE_ZOOM.clamp(first, last);
            let middle = [(b.west + b.east) / 2.0, (b.south + b.north) / 2.0];
            let (scale, cell) = matrix(zoom);
            let centre = json!({
                "coordinates": middle, "crs": CRS84, "tileMatrix": zoom.to_string(), "scaleDenominator": scale, "cellSize": cell,
            });
            object.insert("centerPoint".to_owned(), centre);
        }
        set
    }

    fn data_type(&self) -> &'static str {
        if self.formats.contains(&"mvt") { "vector" } else { "map" }
    }

    fn layer(&self, layer: &Layer) -> Value {
        let properties: Map<String, Value> = layer
            .properties
            .iter()
            .map(|p| {
                let mut schema = json!({ "title": p.title, "type": p.json_type });
                if !p.unit.is_empty() {
                    schema["x-ogc-unit"] = json!(p.unit);
                }
                (p.name.clone(), schema)
            })
            .collect();
        json!({
            "id": layer.id,
            "title": layer.title,
            "description": layer.description,
            "dataType": self.data_type(),
            "geometryDimension": match layer.geometry {
                Geometry::Point => 0,
                Geometry::Line => 1,
                Geometry::Polygon | Geometry::Raster => 2,
            },
            "minTileMatrix": layer.min_zoom.to_string(),
            "maxTileMatrix": layer.max_zoom.to_string(),
            "propertiesSchema": { "type": "object", "properties": properties },
        })
    }

    /// Rows and columns by zoom.
    fn limits(&self) -> Vec<Value> {
        let within = within(self.ask, self.layers);
        let (first, last) = zooms(self.layers);
        (first..=last)
            .filter_map(|z| {
                let (min, max) = range(z, within)?;
                Some(json!({
                    "tileMatrix": z.to_string(),
                    "minTileRow": min.y(), "maxTileRow": max.y(), "minTileCol": min.x(), "maxTileCol": max.x(),
                }))
            })
            .collect()
    }
}

/// First and last zoom of some layers.
#[must_use]
pub fn zooms(layers: &[&'static Layer]) -> (u8, u8) {
    let first = layers.iter().map(|l| l.min_zoom).min().unwrap_or(0);
    (first, layers.iter().map(|l| l.max_zoom).max().unwrap_or(first))
}

/// Refuses a tile outside of the limits that the set tells.
///
/// # Errors
/// 404 that names the bound.
pub fn check(ask: &Ask, layers: &[&'static Layer], tile: TileCoord) -> Answer<()> {
    let (first, last) = zooms(layers);
    if !(first..=last).contains(&tile.z()) {
        let problem = Problem::not_found(format!("this tile set has no tiles of zoom {}", tile.z()));
        let problem = problem.about("tileMatrix", &tile.z().to_string()).bound(format!("{first} to {last}"));
        return Err(Box::new(problem.hint("tileMatrixSetLimits of the tile set lists what there is")));
    }
    let Some((min, max)) = range(tile.z(), within(ask, layers)) else { return Ok(()) };
    for (name, value, from, to) in [("tileRow", tile.y(), min.y(), max.y()), ("tileCol", tile.x(), min.x(), max.x())] {
        if !(from..=to).contains(&value) {
            let problem = Problem::not_found(format!("the tile lies outside of the limits of its set: {name} {value}"));
            let problem = problem.about(name, &value.to_string()).bound(format!("{from} to {to}"));
            return Err(Box::new(problem.hint("tileMatrixSetLimits of the tile set lists what there is")));
        }
    }
    Ok(())
}

/// Where the tiles of some layers may have something; `None` for anywhere: places of help, programmes and streets may lie
/// beyond the incidents and areas that make the extent.
fn within(ask: &Ask, layers: &[&'static Layer]) -> Option<LonLatBox> {
    let is_bound = |l: &&Layer| !matches!(l.engine, Engine::Resources | Engine::Interventions | Engine::Streets);
    let extent = ask.overview().extent.filter(|b| b.west <= b.east)?;
    layers.iter().copied().all(|l| is_bound(&l)).then(|| widened(extent))
}

fn widened(b: LonLatBox) -> LonLatBox {
    let dy = MARGIN_M / M_PER_DEGREE;
    let dx = dy / b.south.abs().max(b.north.abs()).min(85.0).to_radians().cos();
    LonLatBox {
        west: (b.west - dx).max(-180.0),
        south: (b.south - dy).max(-90.0),
        east: (b.east + dx).min(180.0),
        north: (b.north + dy).min(90.0),
    }
}

/// The first and the last tile of a zoom.
fn range(z: u8, within: Option<LonLatBox>) -> Option<(TileCoord, TileCoord)> {
    let last = (1_u32 << z) - 1;
    let [min, max] = match within {
        Some(b) => [TileCoord::of_lonlat(z, b.west, b.north), TileCoord::of_lonlat(z, b.east, b.south)],
        None => [TileCoord::new(z, 0, 0), TileCoord::new(z, last, last)],
    };
    Some((min.ok()?, max.ok()?))
}
