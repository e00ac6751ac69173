//! Formats: how a released result becomes bytes. Every encoder takes a `Released<_>`, so nothing else can be written.

mod csv;
mod cut;
mod fields;
mod flatgeobuf;
mod frame;
mod geojson;
mod geometry;
mod jsonfg;
mod map;
mod months;
mod ndjson;
mod parquet;
pub mod picture;
mod places;
mod plain;
pub mod plot;
mod projjson;
mod properties;
pub mod tile;
mod times;
mod whole;

use std::io;
use std::ops::Range;

use geodata::disclosure::Released;
use geodata::table::Table;
use serde::Serialize;

pub(crate) use csv::text as csv_text;
pub use cut::Cut;
pub(crate) use cut::touches;
pub use frame::{CRS84, Frame};
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
    /// The coordinate reference system of its places.
    pub frame: &'a Frame,
    /// What its rows are: the id of a layer or method.
    pub name: &'a str,
}

impl<'a> Document<'a> {
    /// All rows of a result, for a file.
    #[must_use]
    pub fn whole(table: &'a Released<Table>, rows: &'a [usize]) -> Self {
        let name = table.analysis().method.as_str();
        Self { table, rows, matched: None, links: &[], time_stamp: "", frame: &CRS84, name }
    }

    /// Where a row lies in the document's system.
    fn place(&self, row: usize) -> places::Place<'_> {
        self.frame.place(places::place(self.table, row))
    }
}

/// Writes something of a document.
type Write = fn(&Document<'_>, &mut Vec<u8>) -> io::Result<()>;

/// A format that is written a few rows at a time, so that a large answer is never held as a whole.
pub struct Pieces {
    before: Write,
    rows: fn(&Document<'_>, Range<usize>, &mut Vec<u8>) -> io::Result<()>,
    after: Write,
}

/// How a format is written.
pub enum Encoder {
    /// Rows as text.
    Pieces(Pieces),
    /// Rows as a file that is written as a whole.
    File(Write),
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
    /// How one row is written as a document of its own, where the format has a form for that.
    pub one: Option<fn(&Document<'_>, usize, &mut Vec<u8>) -> io::Result<()>>,
}

impl Format {
    /// Its media type without parameters, as links and `Accept` name it.
    #[must_use]
    pub fn plain_type(&self) -> &'static str {
        self.media_type.split(';').next().unwrap_or_default()
    }

    /// Whether it holds rows.
    #[must_use]
    pub fn has_rows(&self) -> bool {
        !matches!(self.encoder, Encoder::Picture)
    }

    /// Writes a document.
    ///
    /// # Errors
    /// The writer's own; a format without rows.
    pub fn write(&self, document: &Document<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        self.write_piece(document, 0..document.rows.len(), out)
    }

    /// Writes some of the rows of a document: with what stands before them if they are the first, and with what stands
    /// after them if they are the last. A file is written with its first rows.
    ///
    /// # Errors
    /// The writer's own; a format without rows.
    pub fn write_piece(&self, document: &Document<'_>, rows: Range<usize>, out: &mut Vec<u8>) -> io::Result<()> {
        match &self.encoder {
            Encoder::Pieces(pieces) => {
                let is_last = rows.end >= document.rows.len();
                if rows.start == 0 {
                    (pieces.before)(document, out)?;
                }
                (pieces.rows)(document, rows, out)?;
                if is_last { (pieces.after)(document, out) } else { Ok(()) }
            }
            Encoder::File(write) if rows.start == 0 => write(document, out),
            Encoder::File(_) => Ok(()),
            Encoder::Picture => Err(io::Error::other(format!("{} has no rows", self.id))),
        }
    }
}

/// All formats.
pub static FORMATS: &[Format] = &[
    Format {
        id: "geojson",
        media_type: "application/geo+json",
        title: "GeoJSON (RFC 7946)",
        encoder: Encoder::Pieces(geojson::PIECES),
        one: Some(geojson::one),
    },
    Format {
        id: "jsonfg",
        media_type: "application/fg+json",
        title: "JSON-FG 1.0",
        encoder: Encoder::Pieces(jsonfg::PIECES),
        one: Some(jsonfg::one),
    },
    Format {
        id: "csv",
        media_type: "text/csv; charset=utf-8; header=present",
        title: "CSV (RFC 4180)",
        encoder: Encoder::Pieces(csv::PIECES),
        one: None,
    },
    Format {
        id: "ndjson",
        media_type: "application/x-ndjson",
        title: "Newline-delimited GeoJSON",
        encoder: Encoder::Pieces(ndjson::PIECES),
        one: None,
    },
    Format {
        id: "parquet",
        media_type: "application/vnd.apache.parquet",
        title: "GeoParquet 1.1",
        encoder: Encoder::File(parquet::write),
        one: None,
    },
    Format {
        id: "fgb",
        media_type: "application/flatgeobuf",
        title: "FlatGeobuf 3",
        encoder: Encoder::File(flatgeobuf::write),
        one: None,
    },
    Format {
        id: "mvt",
        media_type: "application/vnd.mapbox-vector-tile",
        title: "Vector tiles (MVT 2.1)",
        encoder: Encoder::Picture,
        one: None,
    },
    Format { id: "png", media_type: "image/png", title: "PNG tiles", encoder: Encoder::Picture, one: None },
];

/// The formats that hold rows: every layer is offered in each.
pub fn of_rows() -> impl Iterator<Item = &'static Format> {
    FORMATS.iter().filter(|f| f.has_rows())
}

/// Finds a format by its id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|f| f.id == id)
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

/// One row as a GeoJSON Feature of its own values alone, in CRS84: nothing in it changes unless the row does.
///
/// # Errors
/// The writer's own.
pub fn bare_feature(table: &Released<Table>, row: usize) -> io::Result<Vec<u8>> {
    geojson::bare(table, row)
}

/// Stable id of a row: its own, or the name of its cell.
#[must_use]
pub fn row_id(table: &Released<Table>, row: usize) -> std::borrow::Cow<'_, str> {
    places::row_id(table, row)
}

/// What names a row besides its id: the property (`cell`, `area` or `street`) and its value, and the name for people.
#[must_use]
pub fn row_names(table: &Released<Table>, row: usize) -> Vec<(&'static str, String)> {
    let Some((property, id, name)) = places::named(table, row) else { return vec![] };
    let named = [Some((property, id.into_owned())), name.map(|n| ("name", n.to_owned()))];
    named.into_iter().flatten().collect()
}
