//! Files as rows: one trait for CSV, GeoJSON, Parquet, GeoPackage, FlatGeobuf, shapefiles and OpenStreetMap.

mod archive;
mod cell;
mod csv;
mod dbf;
mod file;
mod flat_geometry;
mod flatgeobuf;
mod geopackage;
mod json;
mod json_scan;
mod osm;
mod parquet;
mod parts;
mod pbf;
mod planar;
mod rings;
mod shapefile;
mod shp;
mod wkt;

pub(crate) use cell::{Cell, Row};
pub(crate) use file::shorten;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::source::Format as Hints;
use crate::error::Result;
use crate::report::Quarantined;
use file::Kind;

/// What a reader meets.
pub(crate) enum Event<'a> {
    /// A row.
    Row(&'a dyn Row),
    /// Something between two rows that is no row.
    Bad(Quarantined),
}

/// An open file with named columns.
pub(crate) trait Table {
    /// Names of the columns, trimmed, in the order of the file.
    fn columns(&self) -> &[String];

    /// Whether rows have a geometry of their own.
    fn has_geometry(&self) -> bool {
        false
    }

    /// EPSG code of the geometries, where the file says.
    fn epsg(&self) -> Option<u16> {
        None
    }

    /// What the reader noticed about the file, in sentences.
    fn notes(&self) -> Vec<String> {
        vec![]
    }

    /// Hands over every row in order. Only the cells of `wanted` columns need to be readable.
    ///
    /// A file that breaks off keeps what came before: the tail is one [`Event::Bad`].
    fn rows(self: Box<Self>, wanted: &[bool], each: &mut dyn FnMut(Event<'_>) -> Result<()>) -> Result<()>;
}

/// Opens a file by what its first bytes say, not by its name.
///
/// # Errors
/// The file cannot be read, is of another format, or has no header.
pub(crate) fn open(path: &Path, hints: &Hints) -> Result<Box<dyn Table>> {
    open_counted(path, hints, &Arc::default())
}

/// Like [`open`]; adds the bytes read from the disk to `done`.
pub(crate) fn open_counted(path: &Path, hints: &Hints, done: &Arc<AtomicU64>) -> Result<Box<dyn Table>> {
    let file = file::open(path, hints.layer.as_deref(), done)?;
    match file.kind {
        Kind::Text => Ok(Box::new(csv::CsvTable::open(file, hints)?)),
        Kind::Json => Ok(Box::new(json::JsonTable::open(&file)?)),
        Kind::Parquet => Ok(Box::new(parquet::ParquetTable::open(&file)?)),
        Kind::Sqlite => Ok(Box::new(geopackage::GeoPackageTable::open(&file, hints)?)),
        Kind::Osm => Ok(Box::new(osm::OsmTable::open(&file)?)),
        Kind::FlatGeobuf => Ok(Box::new(flatgeobuf::FlatGeobufTable::open(&file)?)),
        Kind::Shapefile | Kind::Zip => Ok(Box::new(shapefile::ShapefileTable::open(file, hints)?)),
    }
}
