//! The place of a query, prepared: which boxes lie inside or outside, and which rows.

use crate::error::{Error, Kind, Result};
use crate::limits::MAX_QUERY_VERTICES;
use crate::model::{EARTH_RADIUS_M, LonLat, LonLatBox};

use super::block::Rect;
use super::polygon::{PreparedPolygon, Relation};
use super::query::Place;

/// A prepared place.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Everywhere,
    Box(LonLatBox),
    Polygon(Box<PreparedPolygon>),
    Radius { centre: LonLat, radius_m: f64 },
}

impl Shape {
    /// Prepares a place.
    ///
    /// # Errors
    /// A polygon with too many or non-finite vertices, a radius that is not a positive number.
    pub(crate) fn new(place: &Place) -> Result<Self> {
        Ok(match place {
            Place::Everywhere => Self::Everywhere,
            Place::Box(b) => Self::Box(*b),
            Place::Polygon(shape) => {
                let vertices: usize = shape
                    .iter()
                    .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()))
                    .map(|r| r.0.len())
                    .sum();
                if vertices > MAX_QUERY_VERTICES {
                    return Err(Error::new(
                        Kind::TooLarge,
                        format!("the polygon has {vertices} vertices, more than {MAX_QUERY_VERTICES}"),
                        "simplify it, or import it as an area and ask by areas",
                    ));
                }
                Self::Polygon(Box::new(PreparedPolygon::new(shape)?))
            }
            Place::Radius { centre, radius_m } if *radius_m >= 0.0 && radius_m.is_finite() => {
                Self::Radius { centre: *centre, radius_m: *radius_m }
            }
            Place::Radius { radius_m, .. } => {
                return Err(Error::invalid(
                    format!("the radius {radius_m} is not a number of metres from 0 up"),
                    "give the radius in metres, for example 250",
                ));
            }
        })
    }

    /// Boxes that together hold the place: two where it crosses the antimeridian.
    pub(crate) fn rects(&self) -> Vec<Rect> {
        let rect = |west, south, east, north| Rect { west, south, east, north };
        match self {
            Self::Everywhere => vec![rect(-180.0, -90.0, 180.0, 90.0)],
            Self::Box(b) if b.west <= b.east => vec![rect(b.west, b.south, b.east, b.north)],
            Self::Box(b) => vec![rect(b.west, b.south, 180.0, b.north), rect(-180.0, b.south, b.east, b.north)],
            Self::Polygon(p) if p.rect().is_empty() => vec![],
            Self::Polygon(p) => vec![*p.rect()],
            Self::Radius { centre, radius_m } => circle_rects(*centre, *radius_m),
        }
    }

    /// How a box lies to the place; `Crosses` in doubt.
    pub(crate) fn relation(&self, r: &Rect) -> Relation {
        match self {
            Self::Everywhere => Relation::Inside,
            Self::Box(_) => {
                let rects = self.rects();
                if rects.iter().any(|b| b.contains_rect(r)) {
                    Relation::Inside
                } else if rects.iter().any(|b| b.touches(r)) {
                    Relation::Crosses
                } else {
                    Relation::Outside
                }
            }
            Self::Polygon(p) => p.relation(r),
            Self::Radius { centre, radius_m } => circle_relation(*centre, *radius_m, r),
        }
    }

    /// Whether the place holds the row. Decided on the doubles of the file.
    pub(crate) fn contains(&self, p: LonLat) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Box(b) => b.contains(p),
            Self::Polygon(shape) => shape.contains(p.lon(), p.lat()),
            Self::Radius { centre, radius_m } => centre.distance_m(p) <= *radius_m,
        }
    }
}

/// Boxes that hold every place within the radius, with a margin far above rounding.
fn circle_rects(centre: LonLat, radius_m: f64) -> Vec<Rect> {
    let angle = (radius_m / EARTH_RADIUS_M * (1.0 + 1e-9) + 1e-12).min(std::f64::consts::PI);
    let dlat = angle.to_degrees();
    let (south, north) = (centre.lat() - dlat, centre.lat() + dlat);
    let whole = |south: f64, north: f64| {
        vec![Rect { west: -180.0, south: south.max(-90.0), east: 180.0, north: north.min(90.0) }]
    };
    if south <= -90.0 || north >= 90.0 {
        return whole(south, north);
    }
    // The circle's meridians touch it at asin(sin r / cos lat) from its centre.
    let ratio = angle.sin() / centre.lat().to_radians().cos();
    if angle >= std::f64::consts::FRAC_PI_2 || ratio >= 1.0 {
        return whole(south, north);
    }
    let dlon = ratio.asin().to_degrees() * (1.0 + 1e-9) + 1e-10;
    let (west, east) = (centre.lon() - dlon, centre.lon() + dlon);
    let rect = |west, east| Rect { west, south, east, north };
    if west < -180.0 {
        vec![rect(-180.0, east), rect(west + 360.0, 180.0)]
    } else if east > 180.0 {
        vec![rect(west, 180.0), rect(-180.0, east - 360.0)]
    } else {
        vec![rect(west, east)]
    }
}

/// By the triangle inequality from the box's middle: no place of the box is farther from it than half its height and half its longest parallel.
fn circle_relation(centre: LonLat, radius_m: f64, r: &Rect) -> Relation {
    let Ok(middle) = LonLat::new(f64::midpoint(r.west, r.east), f64::midpoint(r.south, r.north)) else {
        return Relation::Crosses;
    };
    let widest = if r.south <= 0.0 && r.north >= 0.0 { 0.0 } else { r.south.abs().min(r.north.abs()) };
    let half_deg = (r.north - r.south) / 2.0 + (r.east - r.west) / 2.0 * widest.to_radians().cos();
    let reach_m = half_deg.to_radians() * EARTH_RADIUS_M;
    let distance_m = centre.distance_m(middle);
    let slack_m = 1e-6 * (1.0 + distance_m);
    if distance_m + reach_m + slack_m <= radius_m {
        Relation::Inside
    } else if distance_m - reach_m - slack_m > radius_m {
        Relation::Outside
    } else {
        Relation::Crosses
    }
}
