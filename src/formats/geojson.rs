//! GeoJSON (RFC 7946), written row by row from the columns; `analysis` says how the numbers came about.

use std::io;
use std::ops::Range;

use geodata::disclosure::Released;
use geodata::table::{Analysis, Cell, State, Table};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::geometry::Geometry;
use super::places::{named, row_id};
use super::{Document, Link, Pieces};

/// GeoJSON, a few rows at a time.
pub(super) const PIECES: Pieces = Pieces { before, rows, after };

fn before(document: &Document<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    head(&Head::of(document), out)
}

/// A FeatureCollection up to its first feature.
pub(super) fn head(members: &impl Serialize, out: &mut Vec<u8>) -> io::Result<()> {
    serde_json::to_writer(&mut *out, members)?;
    // The object goes on with its features.
    out.pop();
    out.extend_from_slice(b",\"features\":[");
    Ok(())
}

fn rows(document: &Document<'_>, rows: Range<usize>, out: &mut Vec<u8>) -> io::Result<()> {
    features(document, rows, out, |document, row| Feature { document, row, is_alone: false })
}

/// Some features with commas between them.
pub(super) fn features<'a, F: Serialize>(
    document: &'a Document<'a>,
    rows: Range<usize>,
    out: &mut Vec<u8>,
    feature: impl Fn(&'a Document<'a>, usize) -> F,
) -> io::Result<()> {
    for n in rows {
        let Some(&row) = document.rows.get(n) else { break };
        if n > 0 {
            out.push(b',');
        }
        serde_json::to_writer(&mut *out, &feature(document, row))?;
    }
    Ok(())
}

/// The end of a FeatureCollection.
pub(super) fn after(_: &Document<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    out.extend_from_slice(b"]}");
    Ok(())
}

/// Writes one Feature as a document of its own.
pub(super) fn one(document: &Document<'_>, row: usize, out: &mut Vec<u8>) -> io::Result<()> {
    serde_json::to_writer(out, &Feature { document, row, is_alone: true }).map_err(io::Error::from)
}

/// One Feature with neither links nor how it came about.
pub(super) fn bare(table: &Released<Table>, row: usize) -> io::Result<Vec<u8>> {
    let document = Document::whole(table, &[]);
    serde_json::to_vec(&Feature { document: &document, row, is_alone: false }).map_err(io::Error::from)
}

/// What stands before the features.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Head<'a> {
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
}

impl<'a> Head<'a> {
    /// Of a document.
    pub(super) fn of(document: &Document<'a>) -> Self {
        let analysis = document.table.analysis();
        Self {
            kind: "FeatureCollection",
            time_stamp: document.time_stamp,
            number_matched: document.matched,
            number_returned: document.rows.len(),
            links: document.links,
            analysis,
            unmapped: Unmapped::of(analysis),
        }
    }
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

/// A row as a Feature.
pub(super) struct Feature<'a> {
    pub document: &'a Document<'a>,
    pub row: usize,
    /// Whether it stands alone, with its links and how it came about.
    pub is_alone: bool,
}

impl Serialize for Feature<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { document, row, is_alone } = *self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "Feature")?;
        map.serialize_entry("id", &row_id(document.table, row))?;
        map.serialize_entry("properties", &Properties(document.table, row))?;
        map.serialize_entry("geometry", &Geometry(&document.place(row), document.frame))?;
        if is_alone {
            map.serialize_entry("links", document.links)?;
            map.serialize_entry("analysis", document.table.analysis())?;
        }
        map.end()
    }
}

/// What is said of a row besides its id and place.
pub(super) struct Properties<'a>(pub &'a Released<Table>, pub usize);

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
