//! JSON-FG (OGC Features and Geometries JSON 1.0): GeoJSON with times, types, and places in other coordinate reference systems.

use std::io;
use std::ops::Range;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::frame::CRS84;
use super::geojson::{Head, Properties, after, features, head};
use super::geometry::Geometry;
use super::places::{place, row_id};
use super::times::{Time, time};
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
    features(document, rows, out, |document, row| Feature { document, row, is_alone: false })
}

/// Writes one Feature as a document of its own.
pub(super) fn one(document: &Document<'_>, row: usize, out: &mut Vec<u8>) -> io::Result<()> {
    serde_json::to_writer(out, &Feature { document, row, is_alone: true }).map_err(io::Error::from)
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

struct Feature<'a> {
    document: &'a Document<'a>,
    row: usize,
    is_alone: bool,
}

impl Serialize for Feature<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { document, row, is_alone } = *self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "Feature")?;
        if is_alone {
            map.serialize_entry("conformsTo", &CONFORMS)?;
            map.serialize_entry("featureType", document.name)?;
            if let Some(uri) = frame(document) {
                map.serialize_entry("coordRefSys", uri)?;
            }
        }
        map.serialize_entry("id", &row_id(document.table, row))?;
        map.serialize_entry::<_, Option<Time>>("time", &time(document.table, row))?;
        // Readers that know GeoJSON alone find the place in CRS84 in any case.
        map.serialize_entry("geometry", &Geometry(&place(document.table, row), &CRS84))?;
        match frame(document) {
            Some(_) => map.serialize_entry("place", &Geometry(&document.place(row), document.frame))?,
            None => map.serialize_entry("place", &())?,
        }
        map.serialize_entry("properties", &Properties(document.table, row))?;
        if is_alone {
            map.serialize_entry("links", document.links)?;
            map.serialize_entry("analysis", document.table.analysis())?;
        }
        map.end()
    }
}
