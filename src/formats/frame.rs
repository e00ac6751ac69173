//! The coordinate reference system in which a document is written.

use std::borrow::Cow;

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use geodata::Result;
use geodata::crs::Crs;

use super::places::Place;

/// Digits after the point of a degree, as a factor: about a centimetre.
const DEGREE_SCALE: f64 = 1e7;
/// Digits after the point of a metre, as a factor: a centimetre.
const METRE_SCALE: f64 = 1e2;
/// Latitude at which the map of the web ends; places beyond stand at its edge.
const MERCATOR_LAT: f64 = 85.06;
const WEB_MERCATOR: u16 = 3857;

/// A coordinate reference system of answers.
pub struct Frame {
    uri: Cow<'static, str>,
    epsg: u16,
    /// `None` where coordinates are degrees on WGS 84.
    crs: Option<Crs>,
    /// Whether the system names latitude before longitude. Formats whose own rule is x before y keep to theirs.
    pub(super) is_lat_first: bool,
}

/// Longitude before latitude, degrees on WGS 84: what every answer is in unless it is asked for otherwise.
pub static CRS84: Frame = Frame::crs84();

impl Frame {
    /// Longitude before latitude, degrees on WGS 84.
    #[must_use]
    pub const fn crs84() -> Self {
        let uri = Cow::Borrowed("http://www.opengis.net/def/crs/OGC/1.3/CRS84");
        Self { uri, epsg: 4326, crs: None, is_lat_first: false }
    }

    /// The system of an EPSG code: 4326 (latitude before longitude), or one that counts in metres.
    ///
    /// # Errors
    /// A code that cannot be computed.
    pub fn of_epsg(epsg: u16) -> Result<Self> {
        let crs = if epsg == 4326 { None } else { Some(Crs::from_epsg(epsg)?) };
        let uri = Cow::Owned(format!("http://www.opengis.net/def/crs/EPSG/0/{epsg}"));
        Ok(Self { uri, epsg, is_lat_first: crs.is_none(), crs })
    }

    /// Its name.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Its EPSG code; of CRS84 that of the same degrees in the other order.
    #[must_use]
    pub fn epsg(&self) -> u16 {
        self.epsg
    }

    /// Whether its coordinates are degrees.
    #[must_use]
    pub fn is_in_degrees(&self) -> bool {
        self.crs.is_none()
    }

    /// Whether it is CRS84.
    #[must_use]
    pub fn is_crs84(&self) -> bool {
        self.crs.is_none() && !self.is_lat_first
    }

    /// A coordinate, rounded.
    pub(super) fn rounded(&self, c: Coord<f64>) -> Coord<f64> {
        let scale = if self.crs.is_some() { METRE_SCALE } else { DEGREE_SCALE };
        let round = |v: f64| (v * scale).round() / scale;
        Coord { x: round(c.x), y: round(c.y) }
    }

    /// A place in degrees in this system, x before y. One that the system does not reach is nowhere in it.
    pub(super) fn place<'a>(&self, place: Place<'a>) -> Place<'a> {
        let Some(crs) = &self.crs else { return place };
        let found = match &place {
            Place::Point(c) => self.coord(crs, *c).map(Place::Point),
            Place::Line(line) => self.line(crs, line).map(|l| Place::Line(Cow::Owned(l))),
            Place::Polygon(shape) => {
                let polygons: Option<Vec<_>> = shape.0.iter().map(|p| self.polygon(crs, p)).collect();
                polygons.map(|all| Place::Polygon(Cow::Owned(MultiPolygon(all))))
            }
            Place::Nowhere => None,
        };
        found.unwrap_or(Place::Nowhere)
    }

    fn polygon(&self, crs: &Crs, polygon: &Polygon<f64>) -> Option<Polygon<f64>> {
        let holes: Option<Vec<_>> = polygon.interiors().iter().map(|ring| self.line(crs, ring)).collect();
        Some(Polygon::new(self.line(crs, polygon.exterior())?, holes?))
    }

    fn line(&self, crs: &Crs, line: &LineString<f64>) -> Option<LineString<f64>> {
        line.0.iter().map(|c| self.coord(crs, *c)).collect::<Option<Vec<_>>>().map(LineString)
    }

    fn coord(&self, crs: &Crs, c: Coord<f64>) -> Option<Coord<f64>> {
        let lat = if self.epsg == WEB_MERCATOR { c.y.clamp(-MERCATOR_LAT, MERCATOR_LAT) } else { c.y };
        let at = crs.from_lonlat(geodata::model::LonLat::new(c.x, lat).ok()?).ok()?;
        Some(Coord { x: at.x_m, y: at.y_m })
    }
}
