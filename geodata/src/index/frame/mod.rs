//! A grid bound to the ground: from places to cells and back.

mod hex;
mod lattice;
mod quadkey;
mod square;
mod tree;

use std::sync::Arc;

use geo::GeodesicArea;
use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use super::grid::Grid;
use super::places::Collection;
use super::snapshot::Snapshot;
use crate::crs::Crs;
use crate::error::{Error, Result};
use crate::model::{Area, LonLat, PlanarPoint};

use lattice::{cell, column_row};
pub(crate) use quadkey::cell_of as quadkey_cell;
pub(crate) use square::cell_of as square_cell;

/// A grid with its transformation prepared. Cells are numbered so that their order is that of rows and columns.
pub struct Frame {
    grid: Grid,
    kind: Kind,
}

pub(crate) enum Kind {
    Quadkey(u8),
    /// Cells of several levels.
    Tree,
    Square {
        side_m: f64,
        crs: Box<Crs>,
    },
    Hex(h3o::Resolution),
    Areas(Arc<Collection>),
}

impl Frame {
    /// Binds a grid to the data: a square grid without a CRS takes the UTM zone of the data's centre.
    ///
    /// # Errors
    /// An EPSG code that is unknown or not planar; an area collection that is not there.
    pub fn resolve(grid: &Grid, snapshot: &Snapshot) -> Result<Self> {
        let mut grid = grid.clone();
        let kind = match &mut grid {
            Grid::Quadkey { level } => Kind::Quadkey(*level),
            Grid::Tree { .. } => Kind::Tree,
            Grid::H3 { resolution } => Kind::Hex(hex::resolution(*resolution)?),
            Grid::Areas { collection } => Kind::Areas(snapshot.places().collection(collection)?.clone()),
            Grid::Square { side_m, epsg } => {
                let code = epsg.unwrap_or_else(|| snapshot.local_epsg());
                *epsg = Some(code);
                let crs = Crs::from_epsg(code)?;
                if crs.is_geographic() {
                    return Err(Error::invalid(
                        format!("EPSG:{code} counts in degrees, so it has no squares of {side_m} metres"),
                        "use a projected system of the region, or leave it out for the data's UTM zone",
                    ));
                }
                Kind::Square { side_m: *side_m, crs: Box::new(crs) }
            }
        };
        Ok(Self { grid, kind })
    }

    /// The grid, with the CRS that was found for it.
    #[must_use]
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    pub(crate) fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The cell that holds a place; `None` in no area, or where the frame's projection does not reach. A cell owns its
    /// western edge, and of its other edges the northern one in quadkeys and the southern one in squares.
    #[must_use]
    pub fn cell_of(&self, place: LonLat) -> Option<u64> {
        match &self.kind {
            Kind::Quadkey(level) => Some(quadkey::cell_of(*level, place.into())),
            // Which of the cells of several levels is told differs from question to question.
            Kind::Tree => None,
            Kind::Square { side_m, crs } => square::cell_of(*side_m, crs.from_lonlat(place).ok()?),
            Kind::Hex(resolution) => hex::cell_of(*resolution, place),
            Kind::Areas(areas) => areas.area_of(place).map(u64::from),
        }
    }

    /// Stable name: quadkey digits, `E448000N4636000@EPSG:32616` (lower left corner in metres), H3 index, area id.
    #[must_use]
    pub fn name(&self, cell: u64) -> String {
        match &self.kind {
            Kind::Quadkey(level) => quadkey::name(*level, cell),
            Kind::Tree => tree::name(cell),
            Kind::Square { side_m, crs } => square::name(*side_m, crs.epsg(), cell),
            Kind::Hex(_) => format!("{cell:x}"),
            Kind::Areas(_) => self.area(cell).map_or_else(String::new, |a| a.id.clone()),
        }
    }

    /// The area that a cell of an area frame is.
    #[must_use]
    pub fn area(&self, cell: u64) -> Option<&Arc<Area>> {
        match &self.kind {
            Kind::Areas(areas) => areas.areas.get(usize::try_from(cell).ok()?),
            _ => None,
        }
    }

    /// The cell's shape in degrees.
    #[must_use]
    pub fn polygon(&self, cell: u64) -> MultiPolygon<f64> {
        let ring = match &self.kind {
            Kind::Quadkey(level) => quadkey::ring(*level, cell),
            Kind::Tree => {
                let (level, cell) = tree::cell_of(cell);
                quadkey::ring(level, cell)
            }
            Kind::Square { side_m, crs } => square::ring(*side_m, crs, cell),
            Kind::Hex(_) => hex::ring(cell),
            Kind::Areas(_) => return self.area(cell).map_or_else(|| MultiPolygon(vec![]), |a| a.shape.clone()),
        };
        MultiPolygon(vec![Polygon::new(LineString::from(ring), vec![])])
    }

    /// A place in the middle of the cell; for an area the middle of its bounds.
    #[must_use]
    pub fn centre(&self, cell: u64) -> LonLat {
        let centre = match &self.kind {
            Kind::Quadkey(level) => quadkey::at(*level, cell, 0.5, 0.5),
            Kind::Tree => {
                let (level, cell) = tree::cell_of(cell);
                quadkey::at(level, cell, 0.5, 0.5)
            }
            Kind::Square { side_m, crs } => square::centre(*side_m, crs, cell),
            Kind::Hex(_) => hex::centre(cell),
            Kind::Areas(areas) => usize::try_from(cell).ok().and_then(|n| areas.shapes.get(n)).and_then(|s| {
                let r = s.rect();
                LonLat::new(f64::midpoint(r.west, r.east), f64::midpoint(r.south, r.north)).ok()
            }),
        };
        centre.unwrap_or(LonLat::NULL_ISLAND)
    }

    /// Area on the ground in km2: on the sphere for quadkeys and H3, in the plane for squares, geodesic for areas.
    #[must_use]
    pub fn area_km2(&self, cell: u64) -> f64 {
        match &self.kind {
            Kind::Quadkey(level) => quadkey::area_km2(*level, cell),
            Kind::Tree => {
                let (level, cell) = tree::cell_of(cell);
                quadkey::area_km2(level, cell)
            }
            Kind::Square { side_m, .. } => side_m * side_m / 1e6,
            Kind::Hex(_) => hex::area_km2(cell),
            Kind::Areas(_) => self.area(cell).map_or(0.0, |a| ground_km2(&a.shape)),
        }
    }

    /// Column and row in the lattice, where the frame has one: columns eastwards, rows southwards for quadkeys and
    /// northwards for squares.
    #[must_use]
    pub fn column_row(&self, cell: u64) -> Option<(i64, i64)> {
        match &self.kind {
            Kind::Quadkey(_) => Some(((cell & 0xffff_ffff) as i64, (cell >> 32) as i64)),
            Kind::Square { .. } => Some(column_row(cell)),
            Kind::Tree | Kind::Hex(_) | Kind::Areas(_) => None,
        }
    }

    /// Level, column and row of a cell of the pyramid, in frames of one level or several.
    #[must_use]
    pub fn pyramid_cell(&self, cell: u64) -> Option<(u8, u32, u32)> {
        let (level, cell) = match &self.kind {
            Kind::Quadkey(level) => (*level, cell),
            Kind::Tree => tree::cell_of(cell),
            Kind::Square { .. } | Kind::Hex(_) | Kind::Areas(_) => return None,
        };
        Some((level, cell as u32, (cell >> 32) as u32))
    }

    /// The cell at a column and row.
    pub(crate) fn cell_at(&self, column: i64, row: i64) -> Option<u64> {
        match &self.kind {
            Kind::Quadkey(level) => quadkey::cell(*level, column, row),
            Kind::Square { .. } => cell(column, row),
            Kind::Tree | Kind::Hex(_) | Kind::Areas(_) => None,
        }
    }

    /// Column and row of a place with their fractions: the lattice's own plane.
    pub(crate) fn lattice_position(&self, place: LonLat) -> Option<(f64, f64)> {
        match &self.kind {
            Kind::Quadkey(level) => Some(quadkey::position(*level, place)),
            Kind::Square { side_m, crs } => crs.from_lonlat(place).ok().map(|p| (p.x_m / side_m, p.y_m / side_m)),
            Kind::Tree | Kind::Hex(_) | Kind::Areas(_) => None,
        }
    }

    /// Metres in the frame's plane; `None` where it has none.
    #[must_use]
    pub fn to_planar(&self, place: LonLat) -> Option<PlanarPoint> {
        self.crs()?.from_lonlat(place).ok()
    }

    /// Degrees of a place in the frame's plane; `None` where it has none.
    #[must_use]
    pub fn from_planar(&self, point: PlanarPoint) -> Option<LonLat> {
        self.crs()?.planar_to_lonlat(point).ok()
    }

    /// The planar system of a square grid.
    #[must_use]
    pub fn crs(&self) -> Option<&Crs> {
        match &self.kind {
            Kind::Square { crs, .. } => Some(crs),
            _ => None,
        }
    }
}

/// Geodesic area in km2, whichever way the rings run: files do not agree about it.
pub(crate) fn ground_km2(shape: &MultiPolygon<f64>) -> f64 {
    let ring = |r: &LineString<f64>| Polygon::new(r.clone(), vec![]).geodesic_area_signed().abs() / 1e6;
    shape.iter().map(|p| ring(p.exterior()) - p.interiors().iter().map(ring).sum::<f64>()).sum()
}

/// A ring's corner.
fn corner(p: LonLat) -> Coord<f64> {
    Coord { x: p.lon(), y: p.lat() }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
