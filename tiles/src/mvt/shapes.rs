//! Points, lines and polygons: placed in the tile, clipped and rounded.

use std::borrow::Borrow;

use geo_types::{Coord, Point};

use super::clip::{self, Vertex};
use super::outline::{Outline, Part};
use super::writer::{Geometries, Kind};
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
        let mut geometries = Geometries::new(Kind::Point, places.len(), 7);
        for (row, place) in places.iter().enumerate() {
            if let Some(at) = place.and_then(|place| unit_of(tile, place)) {
                geometries.point(at);
                geometries.end(row);
            }
        }
        Ok(self.layer(&geometries))
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
        // One layer has one kind of geometry, that of its first outline; the others would not draw alike.
        let is_area = outlines.first().is_none_or(|outline| outline.borrow().is_area);
        if outlines.iter().any(|outline| outline.borrow().is_area != is_area) {
            let bound = "a layer has either areas or lines";
            return Err(Error::new("outlines", "both", bound, "make a layer of each"));
        }
        let kind = if is_area { Kind::Polygon } else { Kind::Line };
        let mut work = Work::new(kind, outlines.len());
        for (row, outline) in outlines.iter().enumerate() {
            work.collect(tile, outline.borrow());
            work.geometries.end(row);
        }
        Ok(self.layer(&work.geometries))
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
}

/// The unit of the tile in which a place lies, rounded down so that no place is in two tiles.
fn unit_of(tile: TileCoord, place: Point<f64>) -> Option<Coord<i32>> {
    if !(place.x().is_finite() && place.y().is_finite()) {
        return None;
    }
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
struct Work {
    geometries: Geometries,
    vertices: Vec<Vertex>,
    scratch: Vec<Vertex>,
    rounded: Vec<Coord<i32>>,
}

impl Work {
    fn new(kind: Kind, rows: usize) -> Self {
        let geometries = Geometries::new(kind, rows, 64);
        Self { geometries, vertices: Vec::new(), scratch: Vec::new(), rounded: Vec::new() }
    }

    /// Everything of an outline that is in the tile, copies across the antimeridian included.
    fn collect(&mut self, tile: TileCoord, outline: &Outline) {
        for part in &outline.parts {
            // A part wider than the world would lie over its own copies.
            let wide = part.bounds.max[0] - part.bounds.min[0] > 1.0;
            for &turn in if wide { &[0.0][..] } else { &[-1.0, 0.0, 1.0] } {
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
                    let clockwise = clip::doubled_area(&self.rounded) > 0;
                    self.geometries.path(&self.rounded, clockwise != (i == 0));
                } else if i == 0 {
                    // Without its exterior ring a polygon has no holes either.
                    return;
                }
            } else {
                clip::line(&self.vertices, low, high, |piece| {
                    if clip::rounded_line(piece, &mut self.rounded).is_some() {
                        self.geometries.path(&self.rounded, false);
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
