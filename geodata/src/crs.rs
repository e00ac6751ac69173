//! Coordinate reference systems by EPSG code: from a file's metres or feet to degrees on WGS 84, and back.

use proj4rs::Proj;
use proj4rs::transform::transform;

use crate::error::{Error, Result};
use crate::model::{LonLat, LonLatBox, PlanarPoint};

/// A coordinate reference system. Planar ones may count in feet: the methods say in which unit they take and give.
///
/// # Assumptions
/// Datum shifts are those of the EPSG definition without grid files: NAD27 and OSGB 36 are right to some metres.
pub struct Crs {
    epsg: u16,
    proj: Proj,
    wgs84: Proj,
    geographic: bool,
    metres_per_unit: f64,
}

/// EPSG code of the map of the web.
const WEB_MERCATOR: u16 = 3857;
/// Half the width of that map, metres.
const MERCATOR_EDGE_M: f64 = 20_037_508.342_789_244;
/// Pieces into which an edge of a box is cut: between their ends a curve is a line to within metres.
const EDGE_STEPS: u32 = 20;
const WGS84: &str = "+proj=longlat +datum=WGS84 +no_defs";

impl Crs {
    /// The system of an EPSG code, for example 4326, 3435 or 27700.
    ///
    /// # Errors
    /// A code that is not known, or a projection that cannot be computed here.
    pub fn from_epsg(epsg: u16) -> Result<Self> {
        let unknown = |why: String| {
            Error::invalid(
                format!("EPSG:{epsg} {why}"),
                "use the EPSG code of the coordinates, for example 4326 for degrees, or transform the file first",
            )
        };
        let definition = crs_definitions::from_code(epsg).ok_or_else(|| unknown("is not a known code".into()))?;
        let proj = Proj::from_proj_string(definition.proj4)
            .map_err(|e| unknown(format!("cannot be computed ({e}; {:?})", definition.proj4)))?;
        let wgs84 = Proj::from_proj_string(WGS84).map_err(|e| unknown(e.to_string()))?;
        let geographic = proj.is_latlong();
        if proj.is_geocent() {
            return Err(unknown("is geocentric, not a map's".into()));
        }
        let metres_per_unit = if geographic { 1.0 } else { proj.to_meter() };
        Ok(Self { epsg, proj, wgs84, geographic, metres_per_unit })
    }

    /// Whether a code's coordinates are degrees, on whatever datum.
    #[must_use]
    pub fn counts_in_degrees(epsg: u16) -> bool {
        crs_definitions::from_code(epsg).is_some_and(|d| d.proj4.contains("+proj=longlat"))
    }

    /// The EPSG code.
    #[must_use]
    pub fn epsg(&self) -> u16 {
        self.epsg
    }

    /// Whether its coordinates are degrees.
    #[must_use]
    pub fn is_geographic(&self) -> bool {
        self.geographic
    }

    /// Length of its unit in metres (0.3048006 for US survey feet); 1 for degrees.
    #[must_use]
    pub fn metres_per_unit(&self) -> f64 {
        self.metres_per_unit
    }

    /// Degrees on WGS 84 of a coordinate in the system's own unit, x (or longitude) first.
    ///
    /// # Errors
    /// A coordinate that the projection does not reach.
    pub fn to_lonlat(&self, x: f64, y: f64) -> Result<LonLat> {
        if self.epsg == 4326 {
            return LonLat::new(x, y);
        }
        let outside = |e: String| {
            Error::invalid(
                format!("x {x}, y {y} is not a place in EPSG:{} ({e})", self.epsg),
                "check the EPSG code and the order of the columns",
            )
        };
        if !(x.is_finite() && y.is_finite()) {
            return Err(outside("not finite".into()));
        }
        let mut point = if self.geographic { (x.to_radians(), y.to_radians(), 0.0) } else { (x, y, 0.0) };
        transform(&self.proj, &self.wgs84, &mut point).map_err(|e| outside(e.to_string()))?;
        LonLat::new(point.0.to_degrees(), point.1.to_degrees()).map_err(|e| outside(e.what))
    }

    /// Metres in the planar frame (a system in feet is scaled to metres).
    ///
    /// # Errors
    /// A geographic system, or a place that the projection does not reach.
    pub fn from_lonlat(&self, place: LonLat) -> Result<PlanarPoint> {
        let outside = |e: String| {
            Error::invalid(
                format!(
                    "longitude {}, latitude {} cannot be put into EPSG:{} ({e})",
                    place.lon(),
                    place.lat(),
                    self.epsg
                ),
                "use a projected system of the region",
            )
        };
        if self.geographic {
            return Err(outside("it is geographic".into()));
        }
        let mut point = (place.lon().to_radians(), place.lat().to_radians(), 0.0);
        transform(&self.wgs84, &self.proj, &mut point).map_err(|e| outside(e.to_string()))?;
        if !(point.0.is_finite() && point.1.is_finite()) {
            return Err(outside("out of its reach".into()));
        }
        Ok(PlanarPoint { x_m: point.0 * self.metres_per_unit, y_m: point.1 * self.metres_per_unit })
    }

    /// Degrees of a planar point in metres: the inverse of [`Crs::from_lonlat`].
    ///
    /// # Errors
    /// As [`Crs::to_lonlat`].
    pub fn planar_to_lonlat(&self, point: PlanarPoint) -> Result<LonLat> {
        self.to_lonlat(point.x_m / self.metres_per_unit, point.y_m / self.metres_per_unit)
    }

    /// The smallest box in degrees around a planar box (least x, least y, largest x, largest y, metres), whose edges are
    /// curves in degrees. Of Web Mercator it is the box itself, which may cross the antimeridian (largest x below least x).
    ///
    /// # Errors
    /// A box that is out of order, or that the projection does not reach.
    pub fn box_to_lonlat(&self, [least_x, least_y, largest_x, largest_y]: [f64; 4]) -> Result<LonLatBox> {
        let corner = |x, y| {
            let place = self.planar_to_lonlat(PlanarPoint { x_m: x, y_m: y })?;
            // Far beyond its reach a projection gives places that are not there.
            match self.from_lonlat(place) {
                Ok(back) if (back.x_m - x).hypot(back.y_m - y) < 1.0 => Ok(place),
                _ => Err(Error::invalid(
                    format!("x {x}, y {y} lies beyond the reach of EPSG:{}", self.epsg),
                    "check the order of the numbers and the coordinate reference system",
                )),
            }
        };
        if self.epsg == WEB_MERCATOR {
            let lon = |x: f64| match x.abs() {
                // Clients ask for the whole map with edges a rounding error beyond it.
                beyond if beyond < MERCATOR_EDGE_M + 1.0 => Ok((x / MERCATOR_EDGE_M * 180.0).clamp(-180.0, 180.0)),
                _ => Err(Error::invalid(
                    format!("x {x} lies beyond the map of EPSG:{WEB_MERCATOR}"),
                    format!("give x from -{MERCATOR_EDGE_M} to {MERCATOR_EDGE_M}"),
                )),
            };
            let (low, high) = (corner(0.0, least_y)?, corner(0.0, largest_y)?);
            return LonLatBox::new(lon(least_x)?, low.lat(), lon(largest_x)?, high.lat());
        }
        if least_x > largest_x || least_y > largest_y {
            return Err(Error::invalid(
                format!("the box {least_x},{least_y},{largest_x},{largest_y} is out of order"),
                "give the least x and y first",
            ));
        }
        let [mut west, mut south, mut east, mut north] =
            [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for step in 0..=EDGE_STEPS {
            let share = f64::from(step) / f64::from(EDGE_STEPS);
            let (x, y) = (least_x + share * (largest_x - least_x), least_y + share * (largest_y - least_y));
            for at in [corner(x, least_y)?, corner(x, largest_y)?, corner(least_x, y)?, corner(largest_x, y)?] {
                (west, east) = (west.min(at.lon()), east.max(at.lon()));
                (south, north) = (south.min(at.lat()), north.max(at.lat()));
            }
        }
        LonLatBox::new(west, south, east, north)
    }

    /// EPSG code of the UTM zone of the middle of a box, which may cross the antimeridian.
    #[must_use]
    pub fn utm_zone_of(b: LonLatBox) -> u16 {
        let east = if b.west > b.east { b.east + 360.0 } else { b.east };
        let lon = f64::midpoint(b.west, east);
        let middle = LonLat::new(if lon > 180.0 { lon - 360.0 } else { lon }, f64::midpoint(b.south, b.north));
        Self::utm_zone(middle.unwrap_or(LonLat::NULL_ISLAND))
    }

    /// EPSG code of the UTM zone (WGS 84) of a place: 326zz north, 327zz south of the equator.
    #[must_use]
    pub fn utm_zone(place: LonLat) -> u16 {
        let zone = ((place.lon() + 180.0) / 6.0).floor().clamp(0.0, 59.0) as u16 + 1;
        if place.lat() < 0.0 { 32_700 + zone } else { 32_600 + zone }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EPSG, x, y in its unit, longitude and latitude as PROJ 9 gives them without grids.
    const GOLDEN: &[(u16, f64, f64, f64, f64)] = &[
        (3435, 1_189_729.0, 1_867_390.0, -87.579_836_586, 41.791_160_785),
        (2263, 987_654.0, 201_234.0, -73.987_720_134, 40.719_016_877),
        (2272, 2_690_000.0, 236_000.0, -75.176_131_099, 39.952_310_485),
        (2881, 900_000.0, 500_000.0, -80.259_465_623, 25.707_324_469),
        (26910, 551_000.0, 4_180_000.0, -122.420_955_042, 37.765_904_598),
        (32615, 767_000.0, 3_890_000.0, -90.070_266_896, 35.117_478_467),
        (32719, 350_000.0, 6_300_000.0, -70.613_491_210, -33.428_898_206),
        (27700, 425_000.0, 565_000.0, -1.610_929_524, 54.978_983_899),
        (6690, 390_000.0, 3_945_000.0, 133.784_995_025, 35.642_704_055),
        (25833, 392_000.0, 5_820_000.0, 13.408_275_440, 52.519_395_318),
        (31370, 150_000.0, 170_000.0, 4.368_752_141, 50.840_411_283),
        (5347, 5_500_000.0, 6_150_000.0, -60.000_001_367, -34.796_044_673),
        (3857, -9_754_622.0, 5_142_738.0, -87.627_260_334, 41.878_107_564),
    ];

    #[test]
    fn known_places_come_out_within_a_metre() {
        for &(epsg, x, y, lon, lat) in GOLDEN {
            let crs = Crs::from_epsg(epsg).unwrap_or_else(|e| panic!("{e}"));
            let got = crs.to_lonlat(x, y).unwrap_or_else(|e| panic!("{e}"));
            let want = LonLat::new(lon, lat).expect("valid");
            assert!(got.distance_m(want) < 1.0, "EPSG:{epsg} {} {} {}", got.lon(), got.lat(), got.distance_m(want));
            let back = crs.from_lonlat(got).unwrap_or_else(|e| panic!("{e}"));
            let (dx, dy) = (back.x_m - x * crs.metres_per_unit(), back.y_m - y * crs.metres_per_unit());
            assert!(dx.hypot(dy) < 0.01, "EPSG:{epsg} {dx} {dy}");
        }
    }

    #[test]
    fn a_box_in_metres_is_the_box_in_degrees_around_it() {
        let mercator = Crs::from_epsg(3857).expect("known");
        let world = mercator.box_to_lonlat([-20_037_508.342_789_3, -20_037_508.4, 20_037_508.342_789_3, 20_037_508.4]);
        let world = world.expect("the whole map");
        assert_eq!((world.west, world.east), (-180.0, 180.0));
        assert!((world.north - 85.051_13).abs() < 1e-4 && (world.south + 85.051_13).abs() < 1e-4);
        let across = mercator.box_to_lonlat([19_900_000.0, 0.0, -19_900_000.0, 10.0]).expect("across");
        assert!(across.west > 178.0 && across.east < -178.0);
        assert!(mercator.box_to_lonlat([-3e7, 0.0, 0.0, 1.0]).is_err());
        let utm = Crs::from_epsg(32616).expect("known");
        let around = utm.box_to_lonlat([440_000.0, 4_600_000.0, 460_000.0, 4_650_000.0]).expect("a box");
        for (x, y) in [(440_000.0, 4_625_000.0), (450_000.0, 4_600_000.0), (460_000.0, 4_650_000.0)] {
            let place = utm.to_lonlat(x, y).expect("a place");
            assert!(around.contains(place), "{x} {y}");
        }
        assert!(around.east - around.west < 0.3 && around.north - around.south < 0.5);
        assert!(utm.box_to_lonlat([1.0, 0.0, 0.0, 1.0]).is_err());
        assert!(utm.box_to_lonlat([0.0, 1e12, 1.0, 2e12]).is_err());
    }

    #[test]
    fn an_unknown_code_is_named() {
        assert!(Crs::from_epsg(1).is_err_and(|e| e.what.contains("EPSG:1")));
        assert!(Crs::from_epsg(4326).is_ok_and(|c| c.to_lonlat(500.0, 0.0).is_err()));
        assert!(Crs::from_epsg(3435).is_ok_and(|c| c.to_lonlat(f64::NAN, 0.0).is_err()));
    }

    #[test]
    fn utm_zones_are_those_of_the_map() {
        let zone = |lon, lat| Crs::utm_zone(LonLat::new(lon, lat).expect("valid"));
        assert_eq!(zone(-87.6, 41.9), 32_616);
        assert_eq!(zone(151.2, -33.9), 32_756);
        assert_eq!(zone(180.0, 0.0), 32_660);
    }
}
