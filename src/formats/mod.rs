//! Formats: how a released result becomes bytes. Every encoder takes a `Released<_>`, so nothing else can be written.

mod csv;
mod cut;
mod geojson;
mod map;
mod months;
mod parquet;
pub mod picture;
mod places;
mod plain;
pub mod plot;
pub mod tile;
mod whole;

use std::io;

use geodata::disclosure::Released;
use geodata::table::Table;
use serde::Serialize;

pub(crate) use csv::text as csv_text;
pub use cut::Cut;
pub(crate) use cut::touches;
pub use map::of_layer as picture_of;
pub use months::months;
pub use whole::whole;

/// A link beside a page of rows.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    /// Relation: `self`, `next`, `alternate` ...
    pub rel: &'static str,
    /// Media type of what it leads to.
    #[serde(rename = "type")]
    pub media_type: &'static str,
    /// Where it leads.
    pub href: String,
    /// In words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
}

/// Some rows of a result, as a document of its own.
pub struct Document<'a> {
    /// The result.
    pub table: &'a Released<Table>,
    /// Which of its rows, in their order.
    pub rows: &'a [usize],
    /// Rows that match in all, where a page is a part of them.
    pub matched: Option<u64>,
    /// Links to other pages and formats.
    pub links: &'a [Link],
    /// When it was made, RFC 3339; empty for files that are to be the same bytes again.
    pub time_stamp: &'a str,
}

/// How a format is written.
pub enum Encoder {
    /// Rows as a document.
    Rows(fn(&Document<'_>, &mut dyn io::Write) -> io::Result<()>),
    /// Tiles and pictures, which the `tiles` library makes.
    Picture,
}

/// A format.
pub struct Format {
    /// Id, as in `f=` and as a file's extension.
    pub id: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// In words.
    pub title: &'static str,
    /// How it is written.
    pub encoder: Encoder,
}

/// All formats.
pub static FORMATS: &[Format] = &[
    Format {
        id: "geojson",
        media_type: "application/geo+json",
        title: "GeoJSON (RFC 7946)",
        encoder: Encoder::Rows(geojson::write),
    },
    Format {
        id: "csv",
        media_type: "text/csv; charset=utf-8; header=present",
        title: "CSV (RFC 4180)",
        encoder: Encoder::Rows(csv::write),
    },
    Format {
        id: "parquet",
        media_type: "application/vnd.apache.parquet",
        title: "GeoParquet 1.1",
        encoder: Encoder::Rows(parquet::write),
    },
    Format {
        id: "mvt",
        media_type: "application/vnd.mapbox-vector-tile",
        title: "Vector tiles (MVT 2.1)",
        encoder: Encoder::Picture,
    },
    Format { id: "png", media_type: "image/png", title: "PNG tiles", encoder: Encoder::Picture },
];

/// Finds a format by its id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|f| f.id == id)
}

/// One row as a GeoJSON Feature with links.
///
/// # Errors
/// The writer's own.
pub fn write_feature(document: &Document<'_>, row: usize, out: &mut dyn io::Write) -> io::Result<()> {
    geojson::write_one(document, row, out)
}

/// Whether a row has a place to draw.
#[must_use]
pub fn has_place(table: &Released<Table>, row: usize) -> bool {
    cut::bounds(&places::place(table, row)).is_some()
}

/// Name of a row's area for people, where it has one that is in no column.
#[must_use]
pub fn row_name(table: &Released<Table>, row: usize) -> Option<&str> {
    places::named(table, row).and_then(|(_, _, name)| name)
}

/// Stable id of a row: its own, or the name of its cell.
#[must_use]
pub fn row_id(table: &Released<Table>, row: usize) -> String {
    places::row_id(table, row)
}
