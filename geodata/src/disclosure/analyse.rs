//! Analyses: on exact counts for exact tiers, on published counts for everyone else.

use std::collections::BTreeMap;
use std::path::Path;

use super::answers::Ask;
use super::released::Released;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::index::{Grid, Query};
use crate::table::Table;

/// One analysis.
#[derive(Debug, Clone)]
pub struct Request {
    /// Id in `METHODS`.
    pub method: String,
    /// Which incidents.
    pub query: Query,
    /// Gathered how; `None` is the method's default.
    pub grid: Option<Grid>,
    /// Area collection that is the study area; `None`: that of the highest level imported.
    pub mask: Option<String>,
    /// Parameters of the method, by name.
    pub params: BTreeMap<String, String>,
}

/// Runs a method.
///
/// # Errors
/// Names a wrong parameter, a limit, or what the tier may not see.
pub fn analyse(_ask: &Ask<'_>, _request: &Request) -> Result<Released<Table>> {
    Err(Error::invalid("later", ""))
}

/// Runs a method on a column of a polygon file, neighbours by queen contiguity; the file is the caller's own.
///
/// # Errors
/// A file that cannot be read, an unknown column, a method that needs points.
pub fn analyse_areas_file(
    _method: &str,
    _path: &Path,
    _value: &str,
    _population: Option<&str>,
    _params: &BTreeMap<String, String>,
    _cancel: &Cancel,
) -> Result<Released<Table>> {
    Err(Error::invalid("later", ""))
}
