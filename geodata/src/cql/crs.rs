//! In which reference system the places of a filter are written.

use crate::crs::Crs;
use crate::error::{Error, Result};
use crate::model::{LonLat, LonLatBox};

/// Which one, by address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FilterCrs {
    /// Longitude, latitude.
    #[default]
    Crs84,
    /// Latitude, longitude.
    Epsg4326,
    /// Web Mercator, metres east and north.
    Epsg3857,
}

impl FilterCrs {
    /// Addresses, as `filter-crs` has them.
    pub const ADDRESSES: [(&'static str, Self); 3] = [
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", Self::Crs84),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", Self::Epsg4326),
        ("http://www.opengis.net/def/crs/EPSG/0/3857", Self::Epsg3857),
    ];

    /// A place from its two numbers in the order of the system.
    ///
    /// # Errors
    /// Numbers that are no place on the Earth.
    pub(super) fn place(self, first: f64, second: f64) -> Result<LonLat> {
        match self {
            Self::Crs84 => LonLat::new(first, second),
            Self::Epsg4326 => LonLat::new(second, first),
            Self::Epsg3857 => Crs::from_epsg(3857)?.to_lonlat(first, second),
        }
        .map_err(|e| Error::invalid(format!("filter: {}", e.what), "check the order of the numbers and filter-crs"))
    }

    /// A box from its four numbers; it may reach across the antimeridian.
    pub(super) fn bbox(self, [a, b, c, d]: [f64; 4]) -> Result<LonLatBox> {
        let (low, high) = (self.place(a, b)?, self.place(c, d)?);
        LonLatBox::new(low.lon(), low.lat(), high.lon(), high.lat())
            .map_err(|e| Error::invalid(format!("filter: BBOX: {}", e.what), "BBOX(west, south, east, north)"))
    }
}
