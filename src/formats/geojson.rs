//! GeoJSON (RFC 7946), written row by row from the columns; `analysis` says how the numbers came about.

use std::io;
use std::ops::Range;

use geodata::disclosure::Released;
use geodata::table::{Analysis, State, Table};
use serde::Serialize;

use super::geometry::Geometry;
use super::places::row_id;
use super::properties::{Properties, member};
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
    features(document, rows, out, |properties, row, out| feature(document, properties, row, out))
}

/// Some features with commas between them; `feature` writes one.
pub(super) fn features(
    document: &Document<'_>,
    rows: Range<usize>,
    out: &mut Vec<u8>,
    feature: impl Fn(&Properties<'_>, usize, &mut Vec<u8>) -> io::Result<()>,
) -> io::Result<()> {
    let properties = Properties::of(document.table)?;
    for n in rows {
        let Some(&row) = document.rows.get(n) else { break };
        if n > 0 {
            out.push(b',');
        }
        feature(&properties, row, out)?;
    }
    Ok(())
}

/// One Feature.
pub(super) fn feature(
    document: &Document<'_>,
    properties: &Properties<'_>,
    row: usize,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    out.extend_from_slice(b"{\"type\":\"Feature\"");
    member(out, "id", &row_id(document.table, row))?;
    out.extend_from_slice(b",\"properties\":");
    properties.write(row, out)?;
    member(out, "geometry", &Geometry(&document.place(row), document.frame))?;
    out.push(b'}');
    Ok(())
}

/// Gives a Feature that stands alone its links and how it came about.
pub(super) fn alone(document: &Document<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    // The object goes on.
    out.pop();
    member(out, "links", document.links)?;
    member(out, "analysis", document.table.analysis())?;
    out.push(b'}');
    Ok(())
}

/// The end of a FeatureCollection.
pub(super) fn after(_: &Document<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    out.extend_from_slice(b"]}");
    Ok(())
}

/// Writes one Feature as a document of its own.
pub(super) fn one(document: &Document<'_>, row: usize, out: &mut Vec<u8>) -> io::Result<()> {
    feature(document, &Properties::of(document.table)?, row, out)?;
    alone(document, out)
}

/// One Feature with neither links nor how it came about.
pub(super) fn bare(table: &Released<Table>, row: usize) -> io::Result<Vec<u8>> {
    let mut out = vec![];
    feature(&Document::whole(table, &[]), &Properties::of(table)?, row, &mut out)?;
    Ok(out)
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
