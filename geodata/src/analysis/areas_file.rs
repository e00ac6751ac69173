//! The same statistics on a column of any polygon file.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use geo_types::{Geometry, MultiPolygon};
use serde_json::Value as Json;
use xxhash_rust::xxh3::xxh3_64;

use super::field::{Field, Measured, Population};
use super::methods::{Method, Needs};
use super::neighbours::Neighbours;
use super::params::{Domain, Parameter, Params, Value};
use crate::cancel::Cancel;
use crate::error::{Error, Kind, Result};
use crate::ingest::{features, nearest};
use crate::limits::MAX_GRID_CELLS;
use crate::model::Area;
use crate::table::{Analysis, Shapes, Table};

/// Parameters of a file's shapes, besides those of the method.
pub static NEIGHBOURHOOD: &[Parameter] = &[Parameter {
    name: "snap",
    unit: "degrees",
    default: "0.0000001",
    domain: Domain::NumberOr(0.0, 0.01, &[]),
    words: "Corners at most this far apart are the same corner",
}];

/// Which columns of which file.
pub(crate) struct Columns<'a> {
    /// Name of the file, for messages and the record.
    pub file: &'a str,
    /// Column with the values.
    pub value: &'a str,
    /// Column that rates divide by.
    pub population: Option<&'a str>,
}

/// Polygons with their attributes, as a file has them.
pub(crate) struct Polygons<'a> {
    /// Names of the columns.
    pub columns: &'a [String],
    /// Shape (degrees) and one value a column, row by row.
    pub rows: &'a [(Geometry<f64>, Vec<Json>)],
}

/// Reads a file of polygons and runs a method on one of its columns.
///
/// # Errors
/// A file that cannot be read; as [`run`].
pub(crate) fn of_file(
    method: &str,
    path: &Path,
    (value, population): (&str, Option<&str>),
    given: &BTreeMap<String, String>,
    cancel: &Cancel,
) -> Result<Table> {
    let found = features(path, cancel)?;
    let file = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let which = Columns { file: &file, value, population };
    let mut table = run(method, &which, &Polygons { columns: &found.columns, rows: &found.rows }, given, cancel)?;
    table.analysis.warnings.splice(0..0, found.notes);
    Ok(table)
}

/// Runs a method on a column.
///
/// # Errors
/// A column that is missing or not numeric, a shape that is no polygon, too many areas, a wrong parameter, a method
/// that needs points.
pub(crate) fn run(
    method: &str,
    which: &Columns<'_>,
    polygons: &Polygons<'_>,
    given: &BTreeMap<String, String>,
    cancel: &Cancel,
) -> Result<Table> {
    let method = Method::find(method)?;
    if !method.is_of_places() {
        return Err(method.needs_records());
    }
    if method.needs == Needs::FineCounts {
        return Err(Error::invalid(
            format!("{} needs incidents, not a column of areas", method.id),
            "use count, rate or gi_star with --areas; density works on a data file",
        ));
    }
    if polygons.rows.len() > MAX_GRID_CELLS {
        let what = format!("{} has {} areas, more than {MAX_GRID_CELLS}", which.file, polygons.rows.len());
        return Err(Error::new(Kind::TooLarge, what, "split the file"));
    }
    let (around, own): (BTreeMap<_, _>, BTreeMap<_, _>) =
        given.clone().into_iter().partition(|(name, _)| NEIGHBOURHOOD.iter().any(|p| p.name == name));
    let (around, params) = (Params::parse(NEIGHBOURHOOD, &around)?, method.params(&own)?);
    let field = field(which, polygons, (&around, &params))?;
    cancel.check()?;
    let mut table = method.run(field, &params, cancel)?;
    // A column has no records to leave out: these had no part in the answer.
    for name in ["police_initiated", "locations"] {
        table.analysis.parameters.remove(name);
    }
    Ok(table)
}

fn field(which: &Columns<'_>, polygons: &Polygons<'_>, (around, params): (&Params, &Params)) -> Result<Field> {
    let values = numbers(which.file, which.value, polygons)?;
    let people = which.population.map(|name| numbers(which.file, name, polygons)).transpose()?;
    let name_column = polygons.columns.iter().position(|c| c.eq_ignore_ascii_case("name"));
    let (mut areas, mut kept, mut population, mut keys) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (i, (geometry, attributes)) in polygons.rows.iter().enumerate() {
        let shape = polygon(which.file, i, geometry)?;
        let Some(value) = values[i] else { continue };
        keys.push(key(&shape));
        kept.push(value);
        population.push(people.as_ref().map_or(f64::NAN, |p| p[i].unwrap_or(f64::NAN)));
        let id = (i + 1).to_string();
        let name = name_column.and_then(|c| attributes.get(c)).and_then(Json::as_str).unwrap_or(&id).to_owned();
        areas.push(Arc::new(Area {
            collection: which.file.to_owned(),
            id,
            name,
            level: 0,
            parent: None,
            valid_from: None,
            shape,
            denominators: vec![],
        }));
    }
    let snap = match around.get("snap") {
        Some(Value::Number(snap)) => snap,
        _ => 0.0,
    };
    let shapes: Vec<MultiPolygon<f64>> = areas.iter().map(|a| a.shape.clone()).collect();
    let mut record = Analysis {
        grid: format!("areas of {}", which.file),
        mask: which.file.to_owned(),
        period: "all".to_owned(),
        basis: "exact".to_owned(),
        parameters: around.record(),
        ..Analysis::default()
    };
    record.parameters.insert("value".into(), which.value.into());
    if kept.len() < values.len() {
        let missing = values.len() - kept.len();
        record.warnings.push(format!("{missing} areas have no {:?} and are left out of the study area", which.value));
    }
    let counts: Option<Vec<u32>> =
        kept.iter().map(|&x| (x >= 0.0 && x.fract() == 0.0 && x <= 4e9).then_some(x as u32)).collect();
    record.included = counts.iter().flatten().map(|&c| u64::from(c)).sum();
    Ok(Field {
        ids: None,
        withheld: vec![],
        weights: Neighbours::of(params)?.of_polygons(&shapes, snap)?,
        shapes: Shapes::Areas(areas),
        measured: counts.map_or(Measured::Numbers(kept), Measured::Counts),
        keys,
        fine: None,
        population: which.population.map(|name| Population { values: population, name: name.to_owned() }),
        years: None,
        uncertainty_m: None,
        record,
    })
}

/// A number of the shape alone, so that the draws for an area do not depend on the order of the rows.
fn key(shape: &MultiPolygon<f64>) -> u64 {
    let rings = shape.0.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
    let bytes: Vec<u8> =
        rings.flat_map(|r| r.0.iter()).flat_map(|c| [c.x, c.y]).flat_map(|v| v.to_bits().to_le_bytes()).collect();
    xxh3_64(&bytes)
}

fn polygon(file: &str, row: usize, geometry: &Geometry<f64>) -> Result<MultiPolygon<f64>> {
    let kind = match geometry {
        Geometry::Polygon(p) => return Ok(MultiPolygon::new(vec![p.clone()])),
        Geometry::MultiPolygon(m) => return Ok(m.clone()),
        Geometry::Rect(r) => return Ok(MultiPolygon::new(vec![r.to_polygon()])),
        Geometry::Point(_) | Geometry::MultiPoint(_) => "points",
        Geometry::GeometryCollection(_) => "a collection of geometries",
        _ => "lines",
    };
    Err(Error::invalid(
        format!("row {} of {file} holds {kind} where a polygon is needed", row + 1),
        "give a file of areas; points go through import and analyse --data",
    ))
}

/// The numbers of a column; `None` where a row has none.
fn numbers(file: &str, name: &str, polygons: &Polygons<'_>) -> Result<Vec<Option<f64>>> {
    let Some(column) = polygons.columns.iter().position(|c| c == name) else {
        let near = nearest(name, polygons.columns.iter().map(String::as_str));
        let known = polygons.columns.join(", ");
        let hint =
            near.map_or(format!("its columns are {known}"), |n| format!("did you mean {n:?}? Its columns are {known}"));
        return Err(Error::invalid(format!("{file} has no column {name:?}"), hint));
    };
    let number = |(i, (_, row)): (usize, &(Geometry<f64>, Vec<Json>))| {
        let value = row.get(column).unwrap_or(&Json::Null);
        let parsed = match value {
            Json::Null => return Ok(None),
            Json::Number(n) => n.as_f64(),
            Json::String(s) if s.trim().is_empty() => return Ok(None),
            Json::String(s) => s.trim().parse().ok(),
            _ => None,
        };
        parsed.filter(|x: &f64| x.is_finite()).map(Some).ok_or_else(|| {
            let shown: String = value.to_string().chars().take(60).collect();
            Error::invalid(
                format!("column {name:?} of {file} holds {shown} in row {}, which is not a number", i + 1),
                format!("columns with numbers are {}", numeric_columns(polygons)),
            )
        })
    };
    polygons.rows.iter().enumerate().map(number).collect()
}

fn numeric_columns(polygons: &Polygons<'_>) -> String {
    let is_numeric = |c: usize| polygons.rows.first().is_some_and(|(_, row)| row.get(c).is_some_and(Json::is_number));
    let names: Vec<&str> =
        polygons.columns.iter().enumerate().filter(|(c, _)| is_numeric(*c)).map(|(_, n)| n.as_str()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
#[path = "areas_file_tests.rs"]
mod tests;
