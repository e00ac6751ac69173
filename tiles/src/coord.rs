//! Tile coordinates: the square of the Web Mercator pyramid that a tile stands for.

use std::f64::consts::PI;

use geo_types::{Coord, Rect};

use crate::error::{Error, Result};
use crate::limits::MAX_ZOOM;

/// Latitude in degrees where the Web Mercator square ends, north and south.
pub const MAX_LATITUDE: f64 = 85.051_128_779_806_59;

/// Radius in metres of the sphere of Web Mercator (EPSG:3857).
const MERCATOR_RADIUS_M: f64 = 6_378_137.0;

/// A tile of the Web Mercator pyramid: `x` counts from the antimeridian eastwards, `y` from the north southwards.
///
/// # Example
/// ```
/// let tile = tiles::TileCoord::new(12, 1050, 1522)?;
/// assert!((tile.bounds_lonlat().min().x - -87.714_843_75).abs() < 1e-9);
/// assert!(tiles::TileCoord::new(3, 8, 0).is_err());
/// # Ok::<(), tiles::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileCoord {
    z: u8,
    x: u32,
    y: u32,
}

impl TileCoord {
    /// A tile.
    ///
    /// # Errors
    /// A zoom above 24, or a column or row outside `0..2^z`.
    pub fn new(z: u8, x: u32, y: u32) -> Result<Self> {
        if z > MAX_ZOOM {
            return Err(Error::new("z", z, format!("zooms run from 0 to {MAX_ZOOM}"), "ask for a zoom in that range"));
        }
        let last = (1_u32 << z) - 1;
        for (name, value) in [("x", x), ("y", y)] {
            if value > last {
                let bound = format!("at zoom {z} it runs from 0 to {last}");
                return Err(Error::new(name, value, bound, "the order of the path is zoom, column, row"));
            }
        }
        Ok(Self { z, x, y })
    }

    /// The tile of a zoom that holds a place. Longitudes and latitudes beyond the square count as its edge.
    ///
    /// # Errors
    /// A zoom above 24, or a coordinate that is not finite.
    pub fn of_lonlat(z: u8, lon: f64, lat: f64) -> Result<Self> {
        Self::new(z, 0, 0)?;
        if !(lon.is_finite() && lat.is_finite()) {
            return Err(Error::new("lon, lat", format!("{lon}, {lat}"), "both must be finite", "give degrees"));
        }
        let side = f64::from(1_u32 << z);
        let (x, y) = to_world(lon, lat);
        let index = |v: f64| (v * side).floor().clamp(0.0, side - 1.0) as u32;
        Ok(Self { z, x: index(x), y: index(y) })
    }

    /// Zoom, 0 to 24.
    #[must_use]
    pub fn z(self) -> u8 {
        self.z
    }

    /// Column from the west.
    #[must_use]
    pub fn x(self) -> u32 {
        self.x
    }

    /// Row from the north.
    #[must_use]
    pub fn y(self) -> u32 {
        self.y
    }

    /// Edges in degrees of longitude and latitude (WGS 84).
    #[must_use]
    pub fn bounds_lonlat(self) -> Rect<f64> {
        let side = f64::from(1_u32 << self.z);
        let (west, north) = from_world(f64::from(self.x) / side, f64::from(self.y) / side);
        let (east, south) = from_world(f64::from(self.x + 1) / side, f64::from(self.y + 1) / side);
        Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north })
    }

    /// Metres on the ground that one pixel covers in the middle of the tile, when it is drawn `size_px` wide.
    #[must_use]
    pub fn metres_per_pixel(self, size_px: u32) -> f64 {
        let side = f64::from(1_u32 << self.z);
        let (_, lat) = from_world(0.5, (f64::from(self.y) + 0.5) / side);
        2.0 * PI * MERCATOR_RADIUS_M * lat.to_radians().cos() / (side * f64::from(size_px.max(1)))
    }

    /// Position of a place of the unit world in this tile: 0 to 1 from the west and from the north.
    pub(crate) fn of_world(self, x: f64, y: f64) -> (f64, f64) {
        let side = f64::from(1_u32 << self.z);
        (x * side - f64::from(self.x), y * side - f64::from(self.y))
    }
}

impl std::fmt::Display for TileCoord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.z, self.x, self.y)
    }
}

/// Web Mercator in the unit square: x from 180 degrees west, y from 85.05 degrees north.
/// Latitudes beyond the square become its edge, since the poles lie at infinity.
pub(crate) fn to_world(lon: f64, lat: f64) -> (f64, f64) {
    let sin = lat.clamp(-MAX_LATITUDE, MAX_LATITUDE).to_radians().sin();
    let y = 0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * PI);
    (lon / 360.0 + 0.5, y.clamp(0.0, 1.0))
}

/// Longitude and latitude in degrees of a place in the unit square.
pub(crate) fn from_world(x: f64, y: f64) -> (f64, f64) {
    (x * 360.0 - 180.0, (PI * (1.0 - 2.0 * y)).sinh().atan().to_degrees())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_tile_spans_the_square() {
        let bounds = TileCoord::new(0, 0, 0).unwrap().bounds_lonlat();
        assert_eq!((bounds.min().x, bounds.max().x), (-180.0, 180.0));
        assert!((bounds.max().y - MAX_LATITUDE).abs() < 1e-9 && (bounds.min().y + MAX_LATITUDE).abs() < 1e-9);
    }

    #[test]
    fn neighbours_share_their_edges_to_the_bit() {
        let a = TileCoord::new(17, 33_600, 48_700).unwrap().bounds_lonlat();
        let b = TileCoord::new(17, 33_601, 48_701).unwrap().bounds_lonlat();
        assert_eq!(a.max().x, b.min().x);
        assert_eq!(a.min().y, b.max().y);
    }

    #[test]
    fn errors_name_the_parameter_the_value_and_the_bound() {
        let error = TileCoord::new(25, 0, 0).unwrap_err();
        assert_eq!((error.parameter, error.value.as_str()), ("z", "25"));
        let error = TileCoord::new(4, 3, 16).unwrap_err();
        assert_eq!(
            error.to_string(),
            "y is 16, but at zoom 4 it runs from 0 to 15; the order of the path is zoom, column, row"
        );
    }

    #[test]
    fn places_at_the_edges_of_the_world_fall_into_a_tile() {
        for (lon, lat) in [(180.0, 90.0), (-180.0, -90.0), (181.0, 0.0), (0.0, 85.06)] {
            let tile = TileCoord::of_lonlat(24, lon, lat).unwrap();
            assert!(TileCoord::new(24, tile.x(), tile.y()).is_ok());
        }
        assert!(TileCoord::of_lonlat(3, f64::NAN, 0.0).is_err());
    }

    #[test]
    fn projection_and_back_agree_to_a_micrometre() {
        for (lon, lat) in [(-87.65, 41.85), (0.0, 0.0), (179.99, -85.0), (-99.13, 19.43)] {
            let (x, y) = to_world(lon, lat);
            let (lon2, lat2) = from_world(x, y);
            assert!((lon - lon2).abs() < 1e-11 && (lat - lat2).abs() < 1e-11, "{lon} {lat}");
        }
    }

    #[test]
    fn a_pixel_at_the_equator_has_the_known_width() {
        let tile = TileCoord::new(0, 0, 0).unwrap();
        assert!((tile.metres_per_pixel(256) - 156_543.033_928).abs() < 1e-3);
    }
}
