//! `Content-Crs`: in which coordinate reference system a body is written; everything is kept in CRS84.

use axum::http::HeaderMap;
use geodata::crs::Crs;
use serde_json::Value;

use super::body::wrong;
use crate::http::problem::{Answer, Problem};

const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const EPSG: &str = "http://www.opengis.net/def/crs/EPSG/0/";
/// Arrays within arrays of a geometry's coordinates: those of a MultiPolygon, and one to spare.
const MAX_DEPTH: usize = 5;

/// The system of a body.
pub(super) enum Reference {
    /// Longitude, latitude.
    Degrees,
    /// Latitude, longitude, as EPSG:4326 has it.
    Swapped,
    /// Metres.
    Planar(Box<Crs>),
}

impl Reference {
    /// As the headers name it; CRS84 where they name none.
    ///
    /// # Errors
    /// 400 for a system that is not read.
    pub(super) fn of(headers: &HeaderMap) -> Answer<Self> {
        let Some(given) = headers.get("content-crs") else { return Ok(Self::Degrees) };
        let given = given.to_str().unwrap_or_default().trim();
        let uri = given.strip_prefix('<').and_then(|g| g.strip_suffix('>')).unwrap_or(given);
        let code: Option<u16> = uri.strip_prefix(EPSG).and_then(|code| code.parse().ok());
        // Systems of which it is known that the first number points east.
        let planar = code.filter(|code| matches!(code, 3857 | 32601..=32660 | 32701..=32760));
        match (code, planar.map(Crs::from_epsg)) {
            (_, Some(Ok(crs))) => Ok(Self::Planar(Box::new(crs))),
            (Some(4326), _) => Ok(Self::Swapped),
            _ if uri == CRS84 => Ok(Self::Degrees),
            _ => {
                let bound = format!("<{CRS84}>, <{EPSG}4326>, <{EPSG}3857>, or a zone of UTM on WGS 84");
                let detail = "coordinates are not read in this coordinate reference system";
                Err(Box::new(Problem::parameter("Content-Crs", given, detail, bound)))
            }
        }
    }

    /// A geometry in CRS84.
    ///
    /// # Errors
    /// 422 for coordinates that the system does not reach.
    pub(super) fn to_crs84(&self, mut geometry: Value) -> Answer<Value> {
        if let Some(coordinates) = geometry.get_mut("coordinates").filter(|_| !matches!(self, Self::Degrees)) {
            self.each(coordinates, MAX_DEPTH)?;
        }
        Ok(geometry)
    }

    /// Every position of nested arrays; what is no position is refused where it is read.
    fn each(&self, value: &mut Value, depth: usize) -> Answer<()> {
        let Some(array) = value.as_array_mut().filter(|_| depth > 0) else { return Ok(()) };
        if let [x, y, ..] = array.as_slice()
            && let (Some(x), Some(y)) = (x.as_f64(), y.as_f64())
        {
            let place = match self {
                Self::Degrees => (x, y),
                Self::Swapped => (y, x),
                Self::Planar(crs) => {
                    let place = crs.to_lonlat(x, y).map_err(|e| {
                        let value = Value::from(vec![x, y]);
                        wrong("/geometry/coordinates", Some(&value), e.what, "places that the system reaches")
                    })?;
                    (place.lon(), place.lat())
                }
            };
            *value = Value::from(vec![place.0, place.1]);
            return Ok(());
        }
        array.iter_mut().try_for_each(|part| self.each(part, depth - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use serde_json::json;

    fn read(uri: &'static str) -> Answer<Reference> {
        let mut headers = HeaderMap::new();
        headers.insert("content-crs", HeaderValue::from_static(uri));
        Reference::of(&headers)
    }

    #[test]
    fn coordinates_are_brought_to_crs84() {
        let ring = json!({ "type": "Polygon", "coordinates": [[[41.5, -87.5], [41.5, -87.4], [41.6, -87.4]]] });
        let swapped = read("<http://www.opengis.net/def/crs/EPSG/0/4326>").expect("known").to_crs84(ring);
        assert_eq!(swapped.expect("read")["coordinates"], json!([[[-87.5, 41.5], [-87.4, 41.5], [-87.4, 41.6]]]));
        let point = json!({ "type": "Point", "coordinates": [-9_740_455.432, 5_119_014.26] });
        let degrees = read("http://www.opengis.net/def/crs/EPSG/0/3857").expect("known").to_crs84(point);
        let degrees = degrees.expect("read")["coordinates"].clone();
        let near = |at: usize, to: f64| degrees[at].as_f64().is_some_and(|d| (d - to).abs() < 0.01);
        assert!(near(0, -87.5) && near(1, 41.719), "{degrees}");
        assert!(read("<http://www.opengis.net/def/crs/OGC/1.3/CRS84>").is_ok());
        for bad in ["", "CRS84", "<http://www.opengis.net/def/crs/EPSG/0/31467>", "EPSG:4326"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
