//! Definitions of coordinate reference systems as PROJJSON, which GeoParquet asks for.

use serde_json::{Value, json};

use super::frame::Frame;

/// The definition of a system; `None` for degrees on WGS 84, which GeoParquet takes where nothing is said.
pub(super) fn definition(frame: &Frame) -> Option<Value> {
    if frame.is_in_degrees() {
        return None;
    }
    let epsg = frame.epsg();
    let parameter = |name: &str, value: f64, unit: &str| json!({ "name": name, "value": value, "unit": unit });
    let (name, method, parameters) = match epsg {
        32_601..=32_660 | 32_701..=32_760 => {
            let (is_north, zone) = (epsg < 32_700, f64::from(epsg % 100));
            let parameters = [
                parameter("Latitude of natural origin", 0.0, "degree"),
                parameter("Longitude of natural origin", zone * 6.0 - 183.0, "degree"),
                parameter("Scale factor at natural origin", 0.9996, "unity"),
                parameter("False easting", 500_000.0, "metre"),
                parameter("False northing", if is_north { 0.0 } else { 10_000_000.0 }, "metre"),
            ];
            let name = format!("WGS 84 / UTM zone {zone}{}", if is_north { "N" } else { "S" });
            (name, "Transverse Mercator", parameters.to_vec())
        }
        _ => {
            let parameters = [
                parameter("Latitude of natural origin", 0.0, "degree"),
                parameter("Longitude of natural origin", 0.0, "degree"),
                parameter("False easting", 0.0, "metre"),
                parameter("False northing", 0.0, "metre"),
            ];
            ("WGS 84 / Pseudo-Mercator".to_owned(), "Popular Visualisation Pseudo Mercator", parameters.to_vec())
        }
    };
    let axis = |name: &str, abbreviation: &str, direction: &str, unit: &str| json!({ "name": name, "abbreviation": abbreviation, "direction": direction, "unit": unit });
    Some(json!({
        "$schema": "https://proj.org/schemas/v0.7/projjson.schema.json",
        "type": "ProjectedCRS",
        "name": name,
        "base_crs": {
            "type": "GeographicCRS",
            "name": "WGS 84",
            "datum": {
                "type": "GeodeticReferenceFrame",
                "name": "World Geodetic System 1984",
                "ellipsoid": { "name": "WGS 84", "semi_major_axis": 6_378_137, "inverse_flattening": 298.257_223_563 },
            },
            "coordinate_system": {
                "subtype": "ellipsoidal",
                "axis": [
                    axis("Geodetic latitude", "Lat", "north", "degree"),
                    axis("Geodetic longitude", "Lon", "east", "degree"),
                ],
            },
            "id": { "authority": "EPSG", "code": 4326 },
        },
        "conversion": { "name": name, "method": { "name": method }, "parameters": parameters },
        "coordinate_system": {
            "subtype": "Cartesian",
            "axis": [axis("Easting", "E", "east", "metre"), axis("Northing", "N", "north", "metre")],
        },
        "id": { "authority": "EPSG", "code": epsg },
    }))
}
