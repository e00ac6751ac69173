//! GeoJSON (RFC 7946), written row by row from the columns; `analysis` says how the numbers came about.

use std::io;

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use geodata::disclosure::Released;
use geodata::table::{Analysis, Cell, State, Table};
use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use serde::{Serialize, ser};

use super::places::{Place, named, place, row_id};
use super::{Document, Link};

/// Digits after the point of a degree: about a centimetre.
const DEGREE_SCALE: f64 = 1e7;

/// Writes a FeatureCollection.
pub(super) fn write(document: &Document<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let collection = Collection {
        kind: "FeatureCollection",
        time_stamp: document.time_stamp,
        number_matched: document.matched,
        number_returned: document.rows.len(),
        links: document.links,
        analysis: document.table.analysis(),
        unmapped: Unmapped::of(document.table.analysis()),
        features: Features(document),
    };
    serde_json::to_writer(out, &collection).map_err(io::Error::from)
}

/// Writes one Feature.
pub(super) fn write_one(document: &Document<'_>, row: usize, out: &mut dyn io::Write) -> io::Result<()> {
    let feature = Feature { table: document.table, row, links: Some(document.links) };
    serde_json::to_writer(out, &feature).map_err(io::Error::from)
}

/// One Feature with neither links nor how it came about.
pub(super) fn bare(table: &Released<Table>, row: usize) -> io::Result<Vec<u8>> {
    serde_json::to_vec(&Feature { table, row, links: None }).map_err(io::Error::from)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Collection<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    time_stamp: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    number_matched: Option<u64>,
    number_returned: usize,
    #[serde(skip_serializing_if = "<[Link]>::is_empty")]
    links: &'a [Link],
    analysis: &'a Analysis,
    #[serde(skip_serializing_if = "Option::is_none")]
    unmapped: Option<Unmapped>,
    features: Features<'a>,
}

/// The records without a usable place: a state without a feature, beside every list of protected numbers.
#[derive(Serialize)]
struct Unmapped {
    count: u64,
    state: &'static str,
}

impl Unmapped {
    fn of(analysis: &Analysis) -> Option<Self> {
        let is_told = analysis.basis == "protected" && analysis.without_place > 0;
        is_told.then(|| Self { count: analysis.without_place, state: State::Unmapped.name() })
    }
}

struct Features<'a>(&'a Document<'a>);

impl Serialize for Features<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.0.rows.len()))?;
        for &row in self.0.rows {
            seq.serialize_element(&Feature { table: self.0.table, row, links: None })?;
        }
        seq.end()
    }
}

struct Feature<'a> {
    table: &'a Released<Table>,
    row: usize,
    links: Option<&'a [Link]>,
}

impl Serialize for Feature<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "Feature")?;
        map.serialize_entry("id", &row_id(self.table, self.row))?;
        map.serialize_entry("properties", &Properties(self.table, self.row))?;
        match place(self.table, self.row) {
            // A shape without parts is no shape.
            Place::Polygon(shape) if shape.0.is_empty() => map.serialize_entry("geometry", &())?,
            Place::Polygon(shape) => map.serialize_entry("geometry", &Geometry::of(&shape))?,
            Place::Point(p) => map.serialize_entry(
                "geometry",
                &Geometry::Point { coordinates: rounded(Coord { x: p.lon(), y: p.lat() }) },
            )?,
            Place::Line(line) => {
                map.serialize_entry("geometry", &Geometry::LineString { coordinates: Vertices(line) })?;
            }
            Place::Nowhere => map.serialize_entry("geometry", &())?,
        }
        if let Some(links) = self.links {
            map.serialize_entry("links", links)?;
            map.serialize_entry("analysis", self.table.analysis())?;
        }
        map.end()
    }
}

struct Properties<'a>(&'a Released<Table>, usize);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (table, row) = (self.0, self.1);
        let mut map = serializer.serialize_map(None)?;
        let taken = |name: &str| table.columns().iter().any(|c| c.name == name);
        if let Some((key, id, name)) = named(table, row) {
            if !taken(key) {
                map.serialize_entry(key, &id)?;
            }
            if let Some(name) = name.filter(|_| !taken("name")) {
                map.serialize_entry("name", name)?;
            }
        }
        for column in table.columns() {
            map.serialize_key(column.name)?;
            match table.cell(column, row) {
                Cell::Count(n) => map.serialize_value(&n)?,
                Cell::Number(x) => map.serialize_value(&x)?,
                Cell::Word(word) => map.serialize_value(word)?,
                // Undefined or withheld is null.
                Cell::Nothing => map.serialize_value(&())?,
            }
        }
        if let Some(state) = table.states().get(row).filter(|_| !taken("state")) {
            map.serialize_entry("state", state.name())?;
        }
        map.end()
    }
}

#[derive(Serialize)]
#[serde(tag = "type")]
enum Geometry<'a> {
    Point { coordinates: [f64; 2] },
    LineString { coordinates: Vertices<'a> },
    Polygon { coordinates: Rings<'a> },
    MultiPolygon { coordinates: Polygons<'a> },
}

impl<'a> Geometry<'a> {
    fn of(shape: &'a MultiPolygon<f64>) -> Self {
        match &shape.0[..] {
            [one] => Self::Polygon { coordinates: Rings(one) },
            _ => Self::MultiPolygon { coordinates: Polygons(shape) },
        }
    }
}

struct Vertices<'a>(&'a LineString<f64>);

impl Serialize for Vertices<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        collect(serializer, self.0.0.iter())
    }
}

struct Polygons<'a>(&'a MultiPolygon<f64>);

impl Serialize for Polygons<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.0.iter().map(Rings))
    }
}

struct Rings<'a>(&'a Polygon<f64>);

impl Serialize for Rings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(1 + self.0.interiors().len()))?;
        seq.serialize_element(&Ring { ring: self.0.exterior(), exterior: true })?;
        for ring in self.0.interiors() {
            seq.serialize_element(&Ring { ring, exterior: false })?;
        }
        seq.end()
    }
}

struct Ring<'a> {
    ring: &'a LineString<f64>,
    exterior: bool,
}

impl Serialize for Ring<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // RFC 7946: exterior rings run against the clock, holes with it, whatever the source did.
        let coords = &self.ring.0;
        if is_counter_clockwise(coords) == self.exterior {
            collect(serializer, coords.iter())
        } else {
            collect(serializer, coords.iter().rev())
        }
    }
}

fn collect<'a, S: Serializer>(
    serializer: S,
    coords: impl Iterator<Item = &'a Coord<f64>>,
) -> Result<S::Ok, <S as ser::Serializer>::Error> {
    serializer.collect_seq(coords.map(|c| rounded(*c)))
}

fn rounded(c: Coord<f64>) -> [f64; 2] {
    [c.x, c.y].map(|v| (v * DEGREE_SCALE).round() / DEGREE_SCALE)
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
    use super::*;

    #[test]
    fn rings_turn_as_the_standard_asks() {
        let clockwise: LineString<f64> = vec![(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.0, 0.0)].into();
        let text = serde_json::to_string(&Ring { ring: &clockwise, exterior: true }).expect("written");
        assert_eq!(text, "[[0.0,0.0],[1.0,1.0],[0.0,1.0],[0.0,0.0]]");
        let text = serde_json::to_string(&Ring { ring: &clockwise, exterior: false }).expect("written");
        assert_eq!(text, "[[0.0,0.0],[0.0,1.0],[1.0,1.0],[0.0,0.0]]");
    }
}
