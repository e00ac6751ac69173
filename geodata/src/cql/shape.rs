//! Places of a filter, built from numbers and checked: finite, on the Earth, rings closed, not too many vertices.

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};

use super::crs::FilterCrs;
use crate::error::{Error, Kind, Result};
use crate::limits::{MAX_FILTER_LINE_VERTICES, MAX_QUERY_VERTICES};
use crate::model::LonLatBox;

/// A place, CRS84.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A closed box; it may reach across the antimeridian.
    Box(LonLatBox),
    /// Any other.
    Geometry(Geometry<f64>),
}

impl Shape {
    /// The shape as a geometry; a box across the antimeridian is two.
    #[must_use]
    pub fn geometry(&self) -> Geometry<f64> {
        let rect = |west: f64, south: f64, east: f64, north: f64| {
            let c = |x, y| Coord { x, y };
            let ring = vec![c(west, south), c(east, south), c(east, north), c(west, north), c(west, south)];
            Polygon::new(LineString(ring), vec![])
        };
        match self {
            Self::Geometry(geometry) => geometry.clone(),
            // A box of no width or height is a line or a point: a polygon of no area would touch nothing.
            Self::Box(b) if b.west == b.east && b.south == b.north => Point::new(b.west, b.south).into(),
            Self::Box(b) if b.west == b.east || b.south == b.north => {
                LineString::from(vec![(b.west, b.south), (b.east, b.north)]).into()
            }
            Self::Box(b) if b.west <= b.east => rect(b.west, b.south, b.east, b.north).into(),
            Self::Box(b) => {
                MultiPolygon(vec![rect(b.west, b.south, 180.0, b.north), rect(-180.0, b.south, b.east, b.north)]).into()
            }
        }
    }
}

/// Builds places from numbers.
pub(super) struct Builder {
    pub crs: FilterCrs,
    vertices: usize,
    line_vertices: usize,
}

impl Builder {
    pub(super) fn new(crs: FilterCrs) -> Self {
        Self { crs, vertices: 0, line_vertices: 0 }
    }

    fn count(&mut self, of_line: bool) -> Result<()> {
        self.vertices += 1;
        self.line_vertices += usize::from(of_line);
        let (n, most, kind) = if of_line {
            (self.line_vertices, MAX_FILTER_LINE_VERTICES, "vertices of points and lines")
        } else {
            (self.vertices, MAX_QUERY_VERTICES, "vertices")
        };
        if n <= most {
            return Ok(());
        }
        let what = format!("the places of the filter have more than {most} {kind}");
        Err(Error::new(Kind::TooLarge, what, "simplify them, or import a shape as an area"))
    }

    /// A vertex of two numbers; a third is a height and is left out.
    pub(super) fn vertex(&mut self, numbers: &[f64], of_line: bool) -> Result<Coord<f64>> {
        self.count(of_line)?;
        match numbers {
            [a, b] | [a, b, _] => self.crs.place(*a, *b).map(|p| Coord { x: p.lon(), y: p.lat() }),
            _ => Err(bad(format!("a vertex has {} numbers", numbers.len()), "a vertex has two numbers, or three")),
        }
    }

    /// A box of four numbers, or of six with heights.
    pub(super) fn bbox(&self, numbers: &[f64]) -> Result<Shape> {
        let four = match *numbers {
            [w, s, e, n] | [w, s, _, e, n, _] => [w, s, e, n],
            _ => return Err(bad(format!("a box has {} numbers", numbers.len()), "a box has four numbers, or six")),
        };
        self.crs.bbox(four).map(Shape::Box)
    }
}

fn bad(what: String, hint: &str) -> Error {
    Error::invalid(format!("filter: {what}"), hint)
}

/// A line of two vertices or more.
pub(super) fn line(vertices: Vec<Coord<f64>>) -> Result<LineString<f64>> {
    match vertices.len() {
        0 | 1 => Err(bad("a line has fewer than two vertices".to_owned(), "give a line two vertices or more")),
        _ => Ok(LineString(vertices)),
    }
}

/// A polygon of closed rings, the first of which is its outline.
pub(super) fn polygon(rings: Vec<Vec<Coord<f64>>>) -> Result<Polygon<f64>> {
    let closed = |ring: Vec<Coord<f64>>| {
        if ring.len() < 4 || ring.first() != ring.last() {
            let what = "a ring of a polygon has fewer than four vertices or does not end where it begins";
            return Err(bad(what.to_owned(), "close every ring: its last vertex repeats its first"));
        }
        Ok(LineString(ring))
    };
    let mut rings = rings.into_iter().map(closed).collect::<Result<Vec<_>>>()?.into_iter();
    let outline = rings.next().ok_or_else(|| bad("a polygon has no ring".to_owned(), "give it an outline"))?;
    Ok(Polygon::new(outline, rings.collect()))
}

/// Nested lists of vertices, as WKT brackets and the coordinates of GeoJSON both have them.
pub(super) enum Nested {
    Vertex(Vec<f64>),
    List(Vec<Nested>),
}

impl Nested {
    fn list(self) -> Result<Vec<Self>> {
        match self {
            Self::List(all) => Ok(all),
            Self::Vertex(_) => Err(bad("a vertex stands where a list does".to_owned(), "check the brackets")),
        }
    }

    fn vertex(self, builder: &mut Builder, of_line: bool) -> Result<Coord<f64>> {
        match self {
            Self::Vertex(numbers) => builder.vertex(&numbers, of_line),
            // Points of WKT may have brackets of their own.
            Self::List(mut one) if one.len() == 1 => one.remove(0).vertex(builder, of_line),
            Self::List(_) => Err(bad("a list stands where a vertex does".to_owned(), "check the brackets")),
        }
    }

    fn vertices(self, builder: &mut Builder, of_line: bool) -> Result<Vec<Coord<f64>>> {
        self.list()?.into_iter().map(|v| v.vertex(builder, of_line)).collect()
    }

    fn polygon(self, builder: &mut Builder) -> Result<Polygon<f64>> {
        polygon(self.list()?.into_iter().map(|ring| ring.vertices(builder, false)).collect::<Result<_>>()?)
    }

    /// The geometry of a kind (`point`, `multipolygon` ...), by its name in small letters.
    ///
    /// # Errors
    /// An unknown kind, or lists that do not fit it.
    pub(super) fn geometry(self, kind: &str, builder: &mut Builder) -> Result<Geometry<f64>> {
        Ok(match kind {
            "point" => Point(self.vertex(builder, true)?).into(),
            "multipoint" => MultiPoint(self.vertices(builder, true)?.into_iter().map(Point).collect()).into(),
            "linestring" => line(self.vertices(builder, true)?)?.into(),
            "multilinestring" => {
                let lines = self.list()?.into_iter().map(|l| line(l.vertices(builder, true)?));
                MultiLineString(lines.collect::<Result<_>>()?).into()
            }
            "polygon" => self.polygon(builder)?.into(),
            "multipolygon" => {
                MultiPolygon(self.list()?.into_iter().map(|p| p.polygon(builder)).collect::<Result<_>>()?).into()
            }
            _ => {
                return Err(bad(
                    format!("{kind:?} is no kind of geometry"),
                    "use POINT, LINESTRING, POLYGON, MULTIPOINT, MULTILINESTRING, MULTIPOLYGON, GEOMETRYCOLLECTION or BBOX",
                ));
            }
        })
    }
}

/// Several geometries as one.
pub(super) fn collection(all: Vec<Geometry<f64>>) -> Geometry<f64> {
    Geometry::GeometryCollection(GeometryCollection(all))
}
