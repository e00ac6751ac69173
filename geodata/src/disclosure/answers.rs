//! The questions that the service may ask, each answered as a `Released<_>` for the tier of whoever asks.

use std::collections::BTreeMap;

use super::{Released, Tier};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::index::{Grid, Query, Snapshot};
use crate::model::{Interval, LonLatBox};
use crate::table::Table;

/// Who asks, of which state of the data, and how to stop.
pub struct Ask<'a> {
    /// State of the data.
    pub snapshot: &'a Snapshot,
    /// Proven tier.
    pub tier: Tier,
    /// Stops the work.
    pub cancel: &'a Cancel,
}

/// One analysis.
#[derive(Debug, Clone)]
pub struct Request {
    /// Id in `METHODS`.
    pub method: String,
    /// Which incidents.
    pub query: Query,
    /// Gathered how; `None` is the method's default.
    pub grid: Option<Grid>,
    /// Area collection that is the study area; `None`: the highest level imported.
    pub mask: Option<String>,
    /// Parameters of the method, by name.
    pub params: BTreeMap<String, String>,
}

/// Numbers at the centres of a square lattice over a tile: `side` cells a side and `margin` more around it, row by row from the north-west.
pub struct Raster {
    /// Cells over the tile a side.
    pub side: usize,
    /// Cells beyond each edge, so that neighbouring tiles join.
    pub margin: usize,
    /// One number a cell, `(side + 2 margin)` squared.
    pub values: Vec<f32>,
    /// Unit in words.
    pub unit: &'static str,
}

/// A page of rows, and where the next begins.
pub struct Page {
    /// The rows.
    pub table: Released<Table>,
    /// Rows that match in all.
    pub matched: u64,
    /// Give it as `after` for the next page; `None` at the end.
    pub next: Option<u64>,
}

/// What anyone may know of the data: extents, collections, categories.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Generation of the snapshot; changes with every import.
    pub generation: String,
    /// Extent of the incidents' and areas' cells, degrees.
    pub extent: Option<LonLatBox>,
    /// First and last month with incidents.
    pub period: Option<Interval>,
    /// Area collections: id, level, number of areas.
    pub areas: Vec<(String, u8, usize)>,
    /// ICCS codes that occur, as indices into `CODES`, with their ancestors.
    pub categories: Vec<crate::model::Code>,
    /// Resource types that occur (not of hidden locations).
    pub resource_types: Vec<String>,
    /// IANA zone of most incidents.
    pub zone: Option<String>,
}

fn later<T>() -> Result<T> {
    Err(Error::invalid("this answer is not there yet", ""))
}

/// Runs a method.
///
/// # Errors
/// Names a wrong parameter, a limit, or what the tier may not see.
pub fn analyse(_ask: &Ask<'_>, _request: &Request) -> Result<Released<Table>> {
    later()
}

/// Counts of the 64 x 64 cells of a tile (exact tiers) or of the fixed public cells in it.
///
/// # Errors
/// A tile out of range.
pub fn cell_tile(_ask: &Ask<'_>, _query: &Query, _z: u8, _x: u32, _y: u32) -> Result<Released<Table>> {
    later()
}

/// Density in incidents per km2 over the period, on a lattice that the caller magnifies to pixels.
///
/// # Errors
/// A tile out of range, a bandwidth out of bounds.
pub fn density_tile(
    _ask: &Ask<'_>,
    _query: &Query,
    _bandwidth_m: f64,
    _z: u8,
    _x: u32,
    _y: u32,
) -> Result<Released<Raster>> {
    later()
}

/// Areas that touch the box, one collection or all.
///
/// # Errors
/// An unknown collection.
pub fn areas(
    _ask: &Ask<'_>,
    _collection: Option<&str>,
    _within: LonLatBox,
    _after: u64,
    _limit: usize,
) -> Result<Page> {
    later()
}

/// Resources in the box that the tier may see; hidden locations never.
///
/// # Errors
/// None but a stopped request.
pub fn resources(_ask: &Ask<'_>, _types: &[String], _within: LonLatBox, _after: u64, _limit: usize) -> Result<Page> {
    later()
}

/// Interventions that touch the box.
///
/// # Errors
/// None but a stopped request.
pub fn interventions(_ask: &Ask<'_>, _within: LonLatBox, _after: u64, _limit: usize) -> Result<Page> {
    later()
}

/// Incidents, from analyst tier on.
///
/// # Errors
/// Forbidden below analyst tier.
pub fn incidents(_ask: &Ask<'_>, _query: &Query, _after: u64, _limit: usize) -> Result<Page> {
    later()
}

/// What anyone may know of the data.
#[must_use]
pub fn overview(_snapshot: &Snapshot) -> Overview {
    Overview {
        generation: String::new(),
        extent: None,
        period: None,
        areas: vec![],
        categories: vec![],
        resource_types: vec![],
        zone: None,
    }
}

/// Runs a method on a column of a polygon file, neighbours by queen contiguity; the file is the caller's own, so the tier is custodian.
///
/// # Errors
/// A file that cannot be read, an unknown column, a method that needs points.
pub fn analyse_areas_file(
    _method: &str,
    _path: &std::path::Path,
    _value: &str,
    _population: Option<&str>,
    _params: &BTreeMap<String, String>,
    _cancel: &Cancel,
) -> Result<Released<Table>> {
    later()
}
