//! Points, lines and polygons: placed in the tile, clipped, rounded and encoded with `fast-mvt`.

use std::borrow::Borrow;

use fast_mvt::{MvtFeatureBuilder, MvtGeomType, MvtLayerBuilder, MvtTileBuilder};
use geo_types::{Coord, Point};

use super::clip::{self, Vertex};
use super::outline::{Outline, Part};
use super::{BUFFER, EXTENT, Features, Layer};
use crate::coord::{TileCoord, to_world};
use crate::error::{Error, Result};
use crate::limits::MAX_VERTICES;

impl Features<'_> {
    /// Encodes the rows as points in degrees of longitude and latitude. A point is in exactly one tile of a zoom:
    /// tiles have no buffer for points. Rows without a place, or with one that is not finite, are left out.
    ///
    /// # Errors
    /// Columns that do not fit the places.
    pub fn points(&self, tile: TileCoord, places: &[Option<Point<f64>>]) -> Result<Layer> {
        self.check(places.len())?;
        let mut layer = self.layer()?;
        for (row, place) in places.iter().enumerate() {
            let Some(place) = place.filter(|p| p.x().is_finite() && p.y().is_finite()) else { continue };
            let Some(at) = unit_of(tile, place) else { continue };
            let mut feature = layer.feature_of(MvtGeomType::Point);
            feature.points([at]).map_err(encoding)?;
            layer = self.tagged(feature, row)?;
        }
        Ok(finish(layer))
    }

    /// Encodes the rows as polygons or lines, as their outlines are, clipped to the tile and 64 units around it.
    /// Exterior rings turn clockwise on the screen and holes against; what collapses at this zoom is left out.
    ///
    /// # Errors
    /// Columns that do not fit the outlines, or more than [`MAX_VERTICES`] vertices.
    pub fn outlines<O: Borrow<Outline>>(&self, tile: TileCoord, outlines: &[O]) -> Result<Layer> {
        self.check(outlines.len())?;
        let vertices: usize = outlines.iter().map(|outline| outline.borrow().vertices()).sum();
        if vertices > MAX_VERTICES {
            let bound = format!("a layer takes at most {MAX_VERTICES}");
            return Err(Error::new("vertices", vertices, bound, "simplify the outlines or ask for fewer areas"));
        }
        let mut layer = self.layer()?;
        let mut work = Work::default();
        for (row, outline) in outlines.iter().enumerate() {
            work.collect(tile, outline.borrow());
            if work.paths.is_empty() {
                continue;
            }
            let is_area = outline.borrow().is_area;
            let mut feature = layer.feature_of(if is_area { MvtGeomType::Polygon } else { MvtGeomType::LineString });
            for (exterior, path) in work.paths.drain(..) {
                if is_area { feature.ring(path, exterior) } else { feature.line(path) }.map_err(encoding)?;
            }
            layer = self.tagged(feature, row)?;
        }
        Ok(finish(layer))
    }

    /// Encodes the rows as polygons in degrees. For areas that many tiles show, project them once with
    /// [`Outline::of_polygons`] and use [`outlines`](Self::outlines).
    ///
    /// # Errors
    /// As [`outlines`](Self::outlines).
    pub fn polygons<P: Borrow<geo_types::MultiPolygon<f64>>>(&self, tile: TileCoord, shapes: &[P]) -> Result<Layer> {
        let outlines: Vec<Outline> = shapes.iter().map(|shape| Outline::of_polygons(shape.borrow())).collect();
        self.outlines(tile, &outlines)
    }

    fn layer(&self) -> Result<MvtLayerBuilder> {
        let mut tile = MvtTileBuilder::new();
        tile.preset_keys(self.columns.iter().map(|(key, _)| *key));
        tile.layer(self.name).map_err(encoding)
    }

    /// Gives a feature its id and properties and closes it.
    fn tagged(&self, mut feature: MvtFeatureBuilder, row: usize) -> Result<MvtLayerBuilder> {
        feature.id(self.ids.and_then(|ids| ids.get(row).copied()));
        for (key, column) in &self.columns {
            if let Some(value) = column.value(row) {
                feature.tag_ref(key, value).map_err(encoding)?;
            }
        }
        Ok(feature.end())
    }
}

fn finish(layer: MvtLayerBuilder) -> Layer {
    let features = layer.num_features();
    Layer { bytes: layer.encode(), features }
}

/// The checks before leave nothing that the encoder refuses; were there something, it is said, not hidden.
fn encoding(error: fast_mvt::MvtError) -> Error {
    Error::new("tile", error, "it could not be encoded", "report this with the address of the tile")
}

/// The unit of the tile in which a place lies, rounded down so that no place is in two tiles.
fn unit_of(tile: TileCoord, place: Point<f64>) -> Option<Coord<i32>> {
    let (wx, wy) = to_world(place.x(), place.y());
    // The last tiles own the far edge of the world, which no other tile does.
    let inside = 1.0 - f64::EPSILON;
    let (x, y) = tile.of_world(wx.clamp(0.0, inside), wy.clamp(0.0, inside));
    let unit = |v: f64| (v * f64::from(EXTENT)).floor();
    let (x, y) = (unit(x), unit(y));
    let within = 0.0..f64::from(EXTENT);
    (within.contains(&x) && within.contains(&y)).then_some(Coord { x: x as i32, y: y as i32 })
}

/// Buffers of the clipping, used again for every feature.
#[derive(Default)]
struct Work {
    vertices: Vec<Vertex>,
    scratch: Vec<Vertex>,
    rounded: Vec<Coord<i32>>,
    /// Rings (whether it is an exterior one) or lines of the current feature.
    paths: Vec<(bool, Vec<Coord<i32>>)>,
}

impl Work {
    /// Everything of an outline that is in the tile, copies across the antimeridian included.
    fn collect(&mut self, tile: TileCoord, outline: &Outline) {
        self.paths.clear();
        for part in &outline.parts {
            for turn in [-1.0, 0.0, 1.0] {
                if touches(tile, part, turn) {
                    self.part(tile, part, turn, outline.is_area);
                }
            }
        }
    }

    fn part(&mut self, tile: TileCoord, part: &Part, turn: f64, is_area: bool) {
        let (low, high) = (-f64::from(BUFFER), f64::from(EXTENT + BUFFER));
        for (i, path) in part.paths.iter().enumerate() {
            self.vertices.clear();
            self.vertices.extend(path.iter().map(|&[x, y]| {
                let (x, y) = tile.of_world(x + turn, y);
                [x * f64::from(EXTENT), y * f64::from(EXTENT)]
            }));
            if is_area {
                clip::ring(&mut self.vertices, &mut self.scratch, low, high);
                if clip::rounded_ring(&self.vertices, &mut self.rounded).is_some() {
                    self.paths.push((i == 0, self.rounded.clone()));
                } else if i == 0 {
                    // Without its exterior ring a polygon has no holes either.
                    return;
                }
            } else {
                clip::line(&self.vertices, low, high, |piece| {
                    if clip::rounded_line(piece, &mut self.rounded).is_some() {
                        self.paths.push((true, self.rounded.clone()));
                    }
                });
            }
        }
    }
}

/// Whether the bounds of a part, moved by whole turns around the world, meet the tile and its buffer.
fn touches(tile: TileCoord, part: &Part, turn: f64) -> bool {
    let margin = f64::from(BUFFER) / f64::from(EXTENT);
    let (west, north) = tile.of_world(part.bounds.min[0] + turn, part.bounds.min[1]);
    let (east, south) = tile.of_world(part.bounds.max[0] + turn, part.bounds.max[1]);
    // Comparisons with the infinities of an empty part are false.
    west <= 1.0 + margin && east >= -margin && north <= 1.0 + margin && south >= -margin
}
