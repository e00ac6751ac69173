//! JSON-FG (OGC Features and Geometries JSON 1.0): GeoJSON with times, types, and places in other coordinate reference systems.

use std::io;
use std::ops::Range;

use serde::Serialize;

use super::frame::CRS84;
use super::geojson::{Head, after, alone, features, head};
use super::geometry::Geometry;
use super::places::{place, row_id};
use super::properties::{Properties, member};
use super::times::time;
use super::{Document, Pieces};

/// JSON-FG, a few rows at a time.
pub(super) const PIECES: Pieces = Pieces { before, rows, after };
/// What documents keep to.
const CONFORMS: [&str; 2] = [
    "http://www.opengis.net/spec/json-fg-1/1.0/conf/core",
    "http://www.opengis.net/spec/json-fg-1/1.0/conf/types-schemas",
];

fn before(document: &Document<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    head(
        &Root {
            conforms_to: CONFORMS,
            feature_type: document.name,
            coord_ref_sys: frame(document),
            head: Head::of(document),
        },
        out,
    )
}

fn rows(document: &Document<'_>, rows: Range<usize>, out: &mut Vec<u8>) -> io::Result<()> {
    features(document, rows, out, |properties, row, out| feature(document, properties, (row, false), out))
}

/// Writes one Feature as a document of its own.
pub(super) fn one(document: &Document<'_>, row: usize, out: &mut Vec<u8>) -> io::Result<()> {
    feature(document, &Properties::of(document.table)?, (row, true), out)?;
    alone(document, out)
}

/// The name of the system of the places; without one they are where GeoJSON says, in CRS84.
fn frame<'a>(document: &Document<'a>) -> Option<&'a str> {
    (!document.frame.is_crs84()).then(|| document.frame.uri())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Root<'a> {
    conforms_to: [&'static str; 2],
    feature_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    coord_ref_sys: Option<&'a str>,
    #[serde(flatten)]
    head: Head<'a>,
}

fn feature(
    document: &Document<'_>,
    properties: &Properties<'_>,
    (row, is_alone): (usize, bool),
    out: &mut Vec<u8>,
) -> io::Result<()> {
    out.extend_from_slice(b"{\"type\":\"Feature\"");
    if is_alone {
        member(out, "conformsTo", &CONFORMS)?;
        member(out, "featureType", document.name)?;
        if let Some(uri) = frame(document) {
            member(out, "coordRefSys", uri)?;
        }
    }
    member(out, "id", &row_id(document.table, row))?;
    member(out, "time", &time(document.table, row))?;
    // Readers that know GeoJSON alone find the place in CRS84 in any case.
    member(out, "geometry", &Geometry(&place(document.table, row), &CRS84))?;
    let elsewhere = frame(document).map(|_| document.place(row));
    member(out, "place", &elsewhere.as_ref().map(|place| Geometry(place, document.frame)))?;
    out.extend_from_slice(b",\"properties\":");
    properties.write(row, out)?;
    out.push(b'}');
    Ok(())
}
