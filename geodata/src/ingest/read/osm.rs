//! The streets of an OpenStreetMap file as rows: one way with a `highway` tag a row, its places as a line.

use std::collections::HashMap;

use geo_types::{Coord, Geometry, LineString};

use super::cell::{Cell, Row};
use super::file::Opened;
use super::pbf::{self, Fields, Value};
use super::{Event, Table};
use crate::error::{Error, Kind, Result};
use crate::limits::MAX_STREET_VERTICES;

/// The columns: the way's number, then tags by name.
const COLUMNS: [&str; 9] = ["osm_id", "highway", "name", "area", "access", "service", "footway", "bridge", "tunnel"];
/// Degrees of the format's finest unit.
const NANO: f64 = 1e-9;

struct Way {
    id: i64,
    /// Values of the tags, in the order of the columns after the first.
    tags: [Option<String>; COLUMNS.len() - 1],
    nodes: Vec<i64>,
}

pub(crate) struct OsmTable {
    columns: Vec<String>,
    ways: Vec<Way>,
    /// Places of the nodes of ways, in units of 1e-9 degrees.
    places: HashMap<i64, (i64, i64)>,
}

impl OsmTable {
    /// Reads ways, then the places of their nodes.
    pub(crate) fn open(file: &Opened) -> Result<Self> {
        let name = file.path.display();
        let broken = |e: std::io::Error| {
            Error::invalid(format!("{name} cannot be read as an OpenStreetMap file: {e}"), "download it again")
        };
        let (mut ways, mut vertices) = (vec![], 0);
        let mut stream = file.stream()?;
        while let Some(block) = pbf::next_block(&mut stream).map_err(broken)? {
            let strings: Vec<&[u8]> = Fields(pbf::bytes(&block, 1)).filter_map(of_bytes).map(|(_, s)| s).collect();
            let groups = Fields(&block).filter_map(of_bytes).filter(|(n, _)| *n == 2);
            for (_, message) in groups.flat_map(|(_, g)| Fields(g).filter_map(of_bytes)).filter(|(n, _)| *n == 3) {
                ways.extend(way(message, &strings).inspect(|w| vertices += w.nodes.len()));
            }
            if vertices > MAX_STREET_VERTICES {
                return Err(Error::new(
                    Kind::TooLarge,
                    format!("the streets of {name} have more than {MAX_STREET_VERTICES} vertices"),
                    "cut the city out of it, for example with `osmium extract`",
                ));
            }
        }
        let mut places: HashMap<i64, (i64, i64)> = HashMap::with_capacity(vertices);
        places.extend(ways.iter().flat_map(|w| &w.nodes).map(|n| (*n, UNKNOWN)));
        let mut stream = file.stream()?;
        while let Some(block) = pbf::next_block(&mut stream).map_err(broken)? {
            nodes(&block, &mut |id, place| {
                if let Some(known) = places.get_mut(&id) {
                    *known = place;
                }
            });
        }
        Ok(Self { columns: COLUMNS.map(String::from).to_vec(), ways, places })
    }
}

/// The place of a node that the file has not.
const UNKNOWN: (i64, i64) = (i64::MAX, i64::MAX);

fn of_bytes<'a>((n, value): (u64, Value<'a>)) -> Option<(u64, &'a [u8])> {
    match value {
        Value::Bytes(b) => Some((n, b)),
        Value::Number(_) => None,
    }
}

/// A way, if it has the tag `highway`.
fn way(message: &[u8], strings: &[&[u8]]) -> Option<Way> {
    let text = |at: u64| strings.get(usize::try_from(at).ok()?).map(|s| String::from_utf8_lossy(s));
    let mut tags: [Option<String>; COLUMNS.len() - 1] = Default::default();
    for (key, value) in pbf::packed(pbf::bytes(message, 2)).zip(pbf::packed(pbf::bytes(message, 3))) {
        let key = text(key)?;
        if let Some(at) = COLUMNS[1..].iter().position(|c| *c == key) {
            tags[at] = text(value).map(|v| v.into_owned());
        }
    }
    tags[0].as_ref()?;
    let id = pbf::number(message, 1)?.cast_signed();
    Some(Way { id, tags, nodes: pbf::running(pbf::bytes(message, 8)).collect() })
}

/// Every node of a block with its longitude and latitude in units of 1e-9 degrees.
fn nodes(block: &[u8], each: &mut dyn FnMut(i64, (i64, i64))) {
    let granularity = pbf::number(block, 17).map_or(100, u64::cast_signed);
    let offset = |field| pbf::number(block, field).map_or(0, u64::cast_signed);
    let (lat_0, lon_0) = (offset(19), offset(20));
    let degrees = |first: i64, v: i64| granularity.wrapping_mul(v).wrapping_add(first);
    for (_, group) in Fields(block).filter_map(of_bytes).filter(|(n, _)| *n == 2) {
        for (n, message) in Fields(group).filter_map(of_bytes) {
            let of = |field| pbf::running(pbf::bytes(message, field));
            let single = |field| pbf::number(message, field).map(pbf::signed);
            match (n, single(1), single(8), single(9)) {
                (1, Some(id), Some(lat), Some(lon)) => each(id, (degrees(lon_0, lon), degrees(lat_0, lat))),
                (2, ..) => {
                    for ((id, lat), lon) in of(1).zip(of(8)).zip(of(9)) {
                        each(id, (degrees(lon_0, lon), degrees(lat_0, lat)));
                    }
                }
                _ => {}
            }
        }
    }
}

struct WayRow<'a> {
    way: &'a Way,
    places: &'a HashMap<i64, (i64, i64)>,
    line: u64,
}

impl Row for WayRow<'_> {
    fn cell(&self, column: usize) -> Cell<'_> {
        match column.checked_sub(1) {
            None => Cell::Int(self.way.id),
            Some(tag) => self.way.tags.get(tag).and_then(|t| t.as_deref()).map_or(Cell::Null, Cell::text),
        }
    }

    fn line(&self) -> u64 {
        self.line
    }

    /// Nodes that the file has not, at the edge of an extract, are left out.
    fn geometry(&self) -> std::result::Result<Option<Geometry<f64>>, String> {
        let places = self.way.nodes.iter().filter_map(|n| self.places.get(n)).filter(|p| **p != UNKNOWN);
        let line: Vec<Coord<f64>> =
            places.map(|&(lon, lat)| Coord { x: lon as f64 * NANO, y: lat as f64 * NANO }).collect();
        Ok((line.len() > 1).then_some(Geometry::LineString(LineString(line))))
    }
}

impl Table for OsmTable {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn has_geometry(&self) -> bool {
        true
    }

    fn rows(self: Box<Self>, _: &[bool], each: &mut dyn FnMut(Event<'_>) -> Result<()>) -> Result<()> {
        for (way, line) in self.ways.iter().zip(1..) {
            each(Event::Row(&WayRow { way, places: &self.places, line }))?;
        }
        Ok(())
    }
}
