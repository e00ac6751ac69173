//! The places of a filter made ready for many points.

use geo::BoundingRect;
use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo_types::{Coord, Geometry, Rect};

use crate::cql::{Position, Shape};
use crate::error::Result;
use crate::index::polygon::PreparedPolygon;
use crate::model::{LonLat, LonLatBox};

/// A shape made ready for many questions.
pub(crate) enum Prepared {
    Box(LonLatBox),
    Polygons(Box<PreparedPolygon>),
    Other(Geometry<f64>, Option<Rect<f64>>),
}

impl Prepared {
    /// # Errors
    /// A vertex that is no number.
    pub(crate) fn new(shape: &Shape) -> Result<Self> {
        let geometry = match shape {
            Shape::Box(b) => return Ok(Self::Box(*b)),
            Shape::Geometry(geometry) => geometry,
        };
        Ok(match geometry {
            Geometry::Polygon(p) => Self::Polygons(Box::new(PreparedPolygon::new(&p.clone().into())?)),
            Geometry::MultiPolygon(p) => Self::Polygons(Box::new(PreparedPolygon::new(p)?)),
            other => Self::Other(other.clone(), other.bounding_rect()),
        })
    }

    /// Where a point lies.
    pub(crate) fn position(&self, p: LonLat) -> Position {
        match self {
            Self::Box(b) if !b.contains(p) => Position::Outside,
            Self::Box(b) => {
                let is_border = [b.west, b.east].contains(&p.lon()) || [b.south, b.north].contains(&p.lat());
                if is_border { Position::Border } else { Position::Inside }
            }
            Self::Polygons(shape) => shape.position(p.lon(), p.lat()),
            Self::Other(shape, rect) => {
                let at = Coord { x: p.lon(), y: p.lat() };
                let is_near = rect.is_some_and(|r| {
                    (r.min().x..=r.max().x).contains(&at.x) && (r.min().y..=r.max().y).contains(&at.y)
                });
                match is_near.then(|| shape.coordinate_position(&at)) {
                    Some(CoordPos::Inside) => Position::Inside,
                    Some(CoordPos::OnBoundary) => Position::Border,
                    Some(CoordPos::Outside) | None => Position::Outside,
                }
            }
        }
    }
}
