//! Coordinates as types that cannot be mixed: degrees, planar metres, and the integer Web Mercator of the index.

use crate::error::{Error, Result};

/// Mean radius of the Earth in metres (IUGG), for great-circle distances.
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A place on WGS 84 in degrees: longitude -180..=180, latitude -90..=90, both finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LonLat {
    lon: f64,
    lat: f64,
}

impl LonLat {
    /// Longitude 0, latitude 0.
    pub(crate) const NULL_ISLAND: Self = Self { lon: 0.0, lat: 0.0 };

    /// Checks the bounds. `lon` and `lat` are in degrees.
    ///
    /// # Errors
    /// Names the value that is out of its bound, and guesses at swapped coordinates.
    pub fn new(lon: f64, lat: f64) -> Result<Self> {
        if lon.abs() <= 180.0 && lat.abs() <= 90.0 {
            return Ok(Self { lon, lat });
        }
        let hint = if lat.abs() <= 180.0 && lon.abs() <= 90.0 {
            "longitude and latitude look swapped"
        } else {
            "longitude is -180 to 180 and latitude -90 to 90 degrees; planar coordinates need their EPSG code"
        };
        Err(Error::invalid(format!("longitude {lon}, latitude {lat} is not on the Earth"), hint))
    }

    /// Degrees east.
    #[must_use]
    pub fn lon(self) -> f64 {
        self.lon
    }

    /// Degrees north.
    #[must_use]
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// Great-circle (haversine) distance in metres on a sphere of [`EARTH_RADIUS_M`].
    #[must_use]
    pub fn distance_m(self, other: Self) -> f64 {
        let (a, b) = (self.lat.to_radians(), other.lat.to_radians());
        let (dlat, dlon) = (b - a, (other.lon - self.lon).to_radians());
        let h = (dlat / 2.0).sin().powi(2) + a.cos() * b.cos() * (dlon / 2.0).sin().powi(2);
        2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin()
    }
}

/// A closed box in degrees. `west > east` means that it crosses the antimeridian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LonLatBox {
    /// Western edge, degrees.
    pub west: f64,
    /// Southern edge, degrees.
    pub south: f64,
    /// Eastern edge, degrees.
    pub east: f64,
    /// Northern edge, degrees.
    pub north: f64,
}

impl LonLatBox {
    /// The whole Earth.
    pub const WORLD: Self = Self { west: -180.0, south: -90.0, east: 180.0, north: 90.0 };

    /// Checks the bounds (degrees).
    ///
    /// # Errors
    /// Names the edge that is out of its bound.
    pub fn new(west: f64, south: f64, east: f64, north: f64) -> Result<Self> {
        for (name, v, bound) in
            [("west", west, 180.0), ("south", south, 90.0), ("east", east, 180.0), ("north", north, 90.0)]
        {
            if !(v.abs() <= bound) {
                return Err(Error::invalid(
                    format!("{name} edge {v} is out of -{bound}..{bound}"),
                    "give west,south,east,north in degrees",
                ));
            }
        }
        if south > north {
            return Err(Error::invalid(
                format!("south edge {south} is north of north edge {north}"),
                "give west,south,east,north in degrees",
            ));
        }
        Ok(Self { west, south, east, north })
    }

    /// Whether the place lies inside or on the edge.
    #[must_use]
    pub fn contains(&self, p: LonLat) -> bool {
        let inside_lon = if self.west <= self.east {
            p.lon >= self.west && p.lon <= self.east
        } else {
            p.lon >= self.west || p.lon <= self.east
        };
        inside_lon && p.lat >= self.south && p.lat <= self.north
    }
}

/// A place in a planar frame, metres. The frame is named by whoever holds it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlanarPoint {
    /// Metres east in the frame.
    pub x_m: f64,
    /// Metres north in the frame.
    pub y_m: f64,
}

/// A place in the Web Mercator square as integers: x to the east, y to the south, 2^32 to the side (about 9 mm).
///
/// The tile of zoom z holds the top z bits, so quadkey cells are shifts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MercatorPoint {
    /// From the antimeridian eastwards.
    pub x: u32,
    /// From the northern edge (85.0511 degrees) southwards.
    pub y: u32,
}

const SIDE: f64 = 4_294_967_296.0;

impl From<LonLat> for MercatorPoint {
    fn from(p: LonLat) -> Self {
        let x = (p.lon / 360.0 + 0.5) * SIDE;
        let s = p.lat.to_radians().sin();
        let y = (0.5 - ((1.0 + s) / (1.0 - s)).ln() / (4.0 * std::f64::consts::PI)) * SIDE;
        // A float-to-integer cast saturates, which puts the poles on the square's edge.
        Self { x: x as u32, y: y as u32 }
    }
}

impl MercatorPoint {
    /// Back to degrees (centre of the 9 mm square).
    #[must_use]
    pub fn lon_lat(self) -> LonLat {
        let lon = (f64::from(self.x) + 0.5) / SIDE * 360.0 - 180.0;
        let n = std::f64::consts::PI * (1.0 - 2.0 * (f64::from(self.y) + 0.5) / SIDE);
        LonLat { lon, lat: n.sinh().atan().to_degrees() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mercator_keeps_a_place_within_a_centimetre() {
        for (lon, lat) in [(-87.627_876, 41.883_5), (151.2, -33.86), (0.0, 0.0), (-179.999, 84.9)] {
            let p = LonLat::new(lon, lat).expect("on the Earth");
            assert!(p.distance_m(MercatorPoint::from(p).lon_lat()) < 0.02, "{lon} {lat}");
        }
    }

    #[test]
    fn swapped_coordinates_are_named() {
        let e = LonLat::new(41.88, -187.6).expect_err("out of bounds");
        assert!(e.hint.contains("EPSG"), "{e}");
        let e = LonLat::new(-33.8, 151.2).expect_err("out of bounds");
        assert!(e.hint.contains("swapped"), "{e}");
        assert!(LonLat::new(f64::NAN, 0.0).is_err());
    }

    #[test]
    fn a_box_may_cross_the_antimeridian() {
        let b = LonLatBox::new(177.0, 65.0, -177.0, 70.0).expect("valid");
        assert!(b.contains(LonLat::new(179.0, 66.0).expect("valid")));
        assert!(!b.contains(LonLat::new(0.0, 66.0).expect("valid")));
        assert!(LonLatBox::new(0.0, f64::NAN, 1.0, 1.0).is_err());
    }
}
