//! Analyses: on exact counts for exact tiers, on published counts for everyone else.

use std::collections::BTreeMap;
use std::path::Path;

use geo_types::{Geometry, MultiPolygon};

use super::answers::Ask;
use super::on_told::on_told;
use super::released::Released;
use crate::analysis::{Method, Needs, areas_file, of_city};
use crate::cancel::Cancel;
use crate::cube::Mask;
use crate::error::{Error, Kind, Result};
use crate::index::{Grid, Query, Snapshot};
use crate::ingest;
use crate::model::Tier;
use crate::table::Table;

/// Side of the default squares, metres.
const DEFAULT_SIDE_M: f64 = 250.0;

/// One analysis.
#[derive(Debug, Clone)]
pub struct Request {
    /// Id in `METHODS`.
    pub method: String,
    /// Which incidents.
    pub query: Query,
    /// Gathered how; `None`: squares of 250 m, or the finest areas with residents for rates.
    pub grid: Option<Grid>,
    /// The study area; `None`: the area collection of the highest level imported.
    pub mask: Option<StudyArea>,
    /// Parameters of the method, by name.
    pub params: BTreeMap<String, String>,
}

/// What bounds an analysis: cells outside it are not zeros.
#[derive(Debug, Clone)]
pub enum StudyArea {
    /// An imported area collection.
    Collection(String),
    /// Polygons of a file, degrees.
    Polygons {
        /// Name of the file.
        name: String,
        /// The polygons.
        shapes: Vec<MultiPolygon<f64>>,
    },
}

impl StudyArea {
    /// Reads the polygons of a GeoPackage or GeoJSON file.
    ///
    /// # Errors
    /// A file that cannot be read or holds no polygon.
    pub fn from_file(path: &Path, cancel: &Cancel) -> Result<Self> {
        let features = ingest::features(path, cancel)?;
        let shapes = features.rows.into_iter().filter_map(|(shape, _)| match shape {
            Geometry::Polygon(p) => Some(MultiPolygon(vec![p])),
            Geometry::MultiPolygon(m) => Some(m),
            _ => None,
        });
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self::Polygons { name, shapes: shapes.collect() })
    }

    pub(super) fn mask(area: Option<&Self>) -> Mask<'_> {
        match area {
            None => Mask::Default,
            Some(Self::Collection(name)) => Mask::Collection(name),
            Some(Self::Polygons { name, shapes }) => Mask::Shapes { name, shapes },
        }
    }
}

/// Runs a method.
///
/// # Errors
/// Names a wrong parameter, a limit, or what the tier may not see.
pub fn analyse(ask: &Ask<'_>, request: &Request) -> Result<Released<Table>> {
    Ok(ask.let_out(answer(ask, request)?))
}

/// The answer for the tier that asks, before it is let out.
pub(super) fn answer(ask: &Ask<'_>, request: &Request) -> Result<Table> {
    let method = Method::find(&request.method)?;
    let grid = match &request.grid {
        Some(grid) => grid.clone(),
        None => default_grid(method, ask.snapshot)?,
    };
    if ask.tier.is_exact() {
        let mask = StudyArea::mask(request.mask.as_ref());
        of_city::run(ask.snapshot, method.id, (&request.query, &grid, mask), &request.params, ask.cancel)
    } else {
        on_told(ask, request, method, &grid)
    }
}

fn default_grid(method: &Method, snapshot: &Snapshot) -> Result<Grid> {
    if method.needs != Needs::CountsAndPopulation {
        return Ok(Grid::Square { side_m: DEFAULT_SIDE_M, epsg: None });
    }
    let with_residents =
        snapshot.places().collections().filter(|c| c.areas.iter().any(|a| a.denominator("residents").is_some()));
    let finest = with_residents.max_by_key(|c| (c.level, c.areas.len()));
    finest.map(|c| Grid::Areas { collection: c.name.clone() }).ok_or_else(|| {
        Error::new(
            Kind::NotFound,
            format!("{} needs areas with residents, and none is imported", method.id),
            "import a file of areas whose source names a residents column",
        )
    })
}

/// Runs a method on a column of a polygon file, neighbours by queen contiguity; the file is the caller's own.
///
/// # Errors
/// A file that cannot be read, an unknown column, a method that needs points.
pub fn analyse_areas_file(
    method: &str,
    path: &Path,
    value: &str,
    population: Option<&str>,
    params: &BTreeMap<String, String>,
    cancel: &Cancel,
) -> Result<Released<Table>> {
    let table = areas_file::of_file(method, path, (value, population), params, cancel)?;
    Ok(Released::new(table, Tier::Custodian))
}
