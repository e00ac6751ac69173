//! Any polygon or point file as shapes with attribute columns, without a source description.

use std::path::Path;

use geo::MapCoords;
use geo_types::{Coord, Geometry};
use serde_json::Value;

use super::read::{Cell, Event, open};
use super::source::Format;
use crate::cancel::Cancel;
use crate::crs::Crs;
use crate::error::{Error, Kind, Result};
use crate::limits::MAX_GRID_CELLS;

/// The features of a file.
pub(crate) struct Features {
    /// Names of the attribute columns.
    pub columns: Vec<String>,
    /// Shape on WGS 84 (degrees) and one value a column, row by row.
    pub rows: Vec<(Geometry<f64>, Vec<Value>)>,
    /// What the reader noticed, in sentences.
    pub notes: Vec<String>,
}

/// Reads all features of a GeoPackage layer, a GeoJSON or an NDJSON file, and brings them to degrees.
///
/// Coordinates stay as they are where the file names no EPSG code, or degrees on a datum that cannot be computed, with a
/// note: statistics of neighbourhood do not need one.
///
/// # Errors
/// A file that cannot be read or breaks off, a shape that is not valid, coordinates that its CRS does not reach, more
/// features than [`MAX_GRID_CELLS`], a stopped request.
pub(crate) fn features(path: &Path, cancel: &Cancel) -> Result<Features> {
    let table = open(path, &Format::default())?;
    let name = path.display();
    if !table.has_geometry() {
        return Err(Error::invalid(
            format!("{name} has no shapes"),
            "give a GeoPackage or GeoJSON file of polygons; tables of points go through import",
        ));
    }
    let (columns, mut notes) = (table.columns().to_vec(), table.notes());
    let crs = match table.epsg().map(|code| (code, Crs::from_epsg(code))) {
        None => None,
        Some((_, Ok(crs))) => Some(crs),
        // A statistic of neighbourhood does not mind a datum; a map is off by what lies between the two.
        Some((code, Err(_))) if Crs::counts_in_degrees(code) => {
            notes.push(format!(
                "EPSG:{code} are degrees on a datum that cannot be computed here: they were taken for WGS 84, which may be \
                 off by up to some hundred metres on a map"
            ));
            None
        }
        Some((_, Err(e))) => return Err(e),
    };
    let mut rows: Vec<(Geometry<f64>, Vec<Value>)> = Vec::new();
    let mut without = 0_u64;
    table.rows(&vec![true; columns.len()], &mut |event| {
        let row = match event {
            Event::Row(row) => row,
            Event::Bad(bad) => {
                return Err(Error::invalid(format!("{name}, line {}: {}", bad.line, bad.reason), bad.hint));
            }
        };
        if rows.len().is_multiple_of(1024) {
            cancel.check()?;
        }
        if rows.len() >= MAX_GRID_CELLS {
            return Err(Error::new(
                Kind::TooLarge,
                format!("{name} has more than {MAX_GRID_CELLS} features"),
                "split it",
            ));
        }
        let bad = |what: String| Error::invalid(format!("{name}, row {}: {what}", row.line()), "correct the shape");
        let Some(shape) = row.geometry().map_err(bad)? else {
            without += 1;
            return Ok(());
        };
        let shape = match &crs {
            Some(crs) if crs.epsg() != 4326 => {
                shape.try_map_coords(|c| crs.to_lonlat(c.x, c.y).map(|p| Coord { x: p.lon(), y: p.lat() }))?
            }
            _ => shape,
        };
        rows.push((shape, (0..columns.len()).map(|i| json(row.cell(i))).collect()));
        Ok(())
    })?;
    if without > 0 {
        notes.push(format!("{without} rows have no shape and are left out"));
    }
    if crs.is_none() && rows.iter().any(|(shape, _)| !in_degrees(shape)) {
        notes
            .push("the file names no EPSG code: coordinates are as in the file and will not lie right on a map".into());
    }
    Ok(Features { columns, rows, notes })
}

fn in_degrees(shape: &Geometry<f64>) -> bool {
    use geo::BoundingRect;
    shape
        .bounding_rect()
        .is_none_or(|r| r.min().x >= -180.0 && r.max().x <= 180.0 && r.min().y >= -90.0 && r.max().y <= 90.0)
}

fn json(cell: Cell<'_>) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Int(i) => i.into(),
        Cell::Float(f) => f.into(),
        Cell::Bool(b) => b.into(),
        other => other.to_text().map_or(Value::Null, Value::String),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn geojson_features_come_with_their_columns() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("areas.geojson");
        let square = r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#;
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[
            {{"type":"Feature","geometry":{square},"properties":{{"A":1.5,"B":"x"}}}},
            {{"type":"Feature","geometry":null,"properties":{{"A":2}}}}]}}"#
        );
        std::fs::write(&path, text).unwrap();
        let found = features(&path, &Cancel::default()).unwrap();
        assert_eq!((found.columns.len(), found.rows.len(), found.notes.len()), (2, 1, 1));
        assert_eq!(found.rows[0].1, [Value::from(1.5), Value::from("x")]);
        std::fs::write(&path, r#"{"type":"FeatureCollection","features":[{"type":"Feature","geo"#).unwrap();
        assert!(features(&path, &Cancel::default()).is_err());
        assert!(features(&folder.path().join("none.gpkg"), &Cancel::default()).is_err());
    }
}
