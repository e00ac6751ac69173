//! The geometry of a feature: degrees on WGS 84, longitude first.

use geo_types::{Geometry, MultiPolygon};
use serde_json::Value;

use super::Wrong;
use crate::ingest::multi_polygon;
use crate::model::LonLat;

const CRS84: &str = "longitude -180 to 180, then latitude -90 to 90, in degrees (CRS84)";
/// Points that files write for "unknown".
const STAND_INS: [(f64, f64); 2] = [(0.0, 0.0), (-1.0, -1.0)];

/// A point, or none.
pub(super) fn point(value: &Value) -> Result<Option<LonLat>, Wrong> {
    match geometry(value)? {
        None => Ok(None),
        Some(Geometry::Point(p)) => {
            let place = LonLat::new(p.x(), p.y()).map_err(|e| {
                Wrong::at("/geometry/coordinates", &value["coordinates"], format!("{}; {}", e.what, e.hint), CRS84)
            })?;
            if STAND_INS.contains(&(p.x(), p.y())) {
                let what = "this coordinate stands for an unknown place";
                return Err(Wrong::at(
                    "/geometry/coordinates",
                    &value["coordinates"],
                    what,
                    "null where it is unknown",
                ));
            }
            Ok(Some(place))
        }
        Some(_) => Err(Wrong::at("/geometry/type", &value["type"], "the place is a point", "Point, or null")),
    }
}

/// Polygons, or none.
pub(super) fn polygons(value: &Value) -> Result<Option<MultiPolygon<f64>>, Wrong> {
    match geometry(value)? {
        None => Ok(None),
        Some(shape @ (Geometry::Polygon(_) | Geometry::MultiPolygon(_))) => {
            let shape = multi_polygon(shape, None, false)
                .map_err(|e| Wrong::at("/geometry/coordinates", &Value::Null, e, CRS84))?;
            Ok(Some(shape))
        }
        Some(_) => {
            let bound = "Polygon or MultiPolygon, or null";
            Err(Wrong::at("/geometry/type", &value["type"], "the place is an area", bound))
        }
    }
}

fn geometry(value: &Value) -> Result<Option<Geometry<f64>>, Wrong> {
    if value.is_null() {
        return Ok(None);
    }
    let wrong = |e: String| Wrong::at("/geometry", value, format!("this is no GeoJSON geometry: {e}"), CRS84);
    let parsed: geojson::Geometry = serde_json::from_value(value.clone()).map_err(|e| wrong(e.to_string()))?;
    Geometry::try_from(&parsed.value).map(Some).map_err(|e| wrong(e.to_string()))
}
