//! Shapes as GeoJSON geometries, rounded, with the axes and rings in the order that is asked for.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use super::frame::Frame;
use super::places::Place;

/// The geometry of a place; null where there is none.
pub(super) struct Geometry<'a>(pub &'a Place<'a>, pub &'a Frame);

impl Serialize for Geometry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(place, frame) = *self;
        match place {
            // A shape without parts is no shape.
            Place::Polygon(shape) if shape.0.is_empty() => serializer.serialize_unit(),
            Place::Polygon(shape) => match &shape.0[..] {
                [one] => Form::Polygon { coordinates: Rings(one, frame) }.serialize(serializer),
                _ => Form::MultiPolygon { coordinates: Polygons(shape, frame) }.serialize(serializer),
            },
            Place::Point(c) => Form::Point { coordinates: axes(*c, frame) }.serialize(serializer),
            Place::Line(line) => Form::LineString { coordinates: Vertices(line, frame) }.serialize(serializer),
            Place::Nowhere => serializer.serialize_unit(),
        }
    }
}

#[derive(Serialize)]
#[serde(tag = "type")]
enum Form<'a> {
    Point { coordinates: [f64; 2] },
    LineString { coordinates: Vertices<'a> },
    Polygon { coordinates: Rings<'a> },
    MultiPolygon { coordinates: Polygons<'a> },
}

struct Vertices<'a>(&'a LineString<f64>, &'a Frame);

impl Serialize for Vertices<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.0.iter().map(|c| axes(*c, self.1)))
    }
}

struct Polygons<'a>(&'a MultiPolygon<f64>, &'a Frame);

impl Serialize for Polygons<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.0.iter().map(|polygon| Rings(polygon, self.1)))
    }
}

struct Rings<'a>(&'a Polygon<f64>, &'a Frame);

impl Serialize for Rings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(1 + self.0.interiors().len()))?;
        seq.serialize_element(&Ring { ring: self.0.exterior(), exterior: true, frame: self.1 })?;
        for ring in self.0.interiors() {
            seq.serialize_element(&Ring { ring, exterior: false, frame: self.1 })?;
        }
        seq.end()
    }
}

struct Ring<'a> {
    ring: &'a LineString<f64>,
    exterior: bool,
    frame: &'a Frame,
}

impl Serialize for Ring<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // RFC 7946: exterior rings run against the clock, holes with it, whatever the source did.
        let coords = &self.ring.0;
        let written = |c: &Coord<f64>| axes(*c, self.frame);
        if is_counter_clockwise(coords) == self.exterior {
            serializer.collect_seq(coords.iter().map(written))
        } else {
            serializer.collect_seq(coords.iter().rev().map(written))
        }
    }
}

/// A coordinate in the order of the system's axes.
fn axes(c: Coord<f64>, frame: &Frame) -> [f64; 2] {
    let Coord { x, y } = frame.rounded(c);
    if frame.is_lat_first { [y, x] } else { [x, y] }
}

/// By the sign of the area; differences from the first vertex keep small rings far from the origin exact enough.
fn is_counter_clockwise(ring: &[Coord<f64>]) -> bool {
    let Some(origin) = ring.first() else { return true };
    let twice: f64 = ring
        .windows(2)
        .map(|w| (w[0].x - origin.x) * (w[1].y - origin.y) - (w[1].x - origin.x) * (w[0].y - origin.y))
        .sum();
    twice >= 0.0
}

#[cfg(test)]
mod tests {
    use super::super::frame::CRS84;
    use super::*;

    #[test]
    fn rings_turn_as_the_standard_asks() {
        let clockwise: LineString<f64> = vec![(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.0, 0.0)].into();
        let text =
            |exterior| serde_json::to_string(&Ring { ring: &clockwise, exterior, frame: &CRS84 }).expect("written");
        assert_eq!(text(true), "[[0.0,0.0],[1.0,1.0],[0.0,1.0],[0.0,0.0]]");
        assert_eq!(text(false), "[[0.0,0.0],[0.0,1.0],[1.0,1.0],[0.0,0.0]]");
    }

    #[test]
    fn axes_are_in_the_order_of_their_system() {
        let place = Place::Point(Coord { x: 10.5, y: 45.25 });
        let text = |frame: &Frame| {
            serde_json::to_string(&Geometry(&frame.place(Place::Point(Coord { x: 10.5, y: 45.25 })), frame))
                .expect("written")
        };
        assert_eq!(serde_json::to_string(&Geometry(&place, &CRS84)).expect("written"), text(&CRS84));
        assert_eq!(text(&CRS84), r#"{"type":"Point","coordinates":[10.5,45.25]}"#);
        assert_eq!(text(&Frame::of_epsg(4326).expect("known")), r#"{"type":"Point","coordinates":[45.25,10.5]}"#);
        let mercator = text(&Frame::of_epsg(3857).expect("known"));
        assert_eq!(mercator, r#"{"type":"Point","coordinates":[1168854.65,5660965.11]}"#);
    }
}
