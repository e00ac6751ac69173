//! Which EPSG code has the numbers of a planar system: ESRI writes its systems without codes and under names of its own.

use crs_definitions::Def;

use super::wkt::{Node, degrees};
use crate::crs::Crs;

/// What tells one planar system from another, in metres and degrees.
#[derive(Debug, Default, Clone)]
struct Planar {
    projection: &'static str,
    /// False easting and northing.
    x_0: f64,
    y_0: f64,
    lon_0: f64,
    lat_0: f64,
    scale: f64,
    /// Standard parallels, the southern first; twice the same where there is one, 0 where there is none.
    parallels: [f64; 2],
    metres_per_unit: f64,
    semi_major_m: f64,
    inverse_flattening: f64,
}

/// A name of the field, and the one of PROJ. Mercator on the sphere is one system only.
const PROJECTIONS: [(&str, &str); 9] = [
    ("transverse_mercator", "tmerc"),
    ("gauss_kruger", "tmerc"),
    ("lambert_conformal_conic", "lcc"),
    ("albers", "aea"),
    ("lambert_azimuthal_equal_area", "laea"),
    ("double_stereographic", "sterea"),
    ("oblique_stereographic", "sterea"),
    ("mercator_auxiliary_sphere", "web"),
    ("popular_visualisation_pseudo_mercator", "web"),
];

/// The code of a definition that says the same in numbers; of several, which differ in name alone, one on the same datum.
pub(super) fn planar(system: &Node<'_>) -> Option<u16> {
    let geographic = system.child(&["GEOGCS", "BASEGEOGCRS"])?;
    let spheroid = geographic.child(&["DATUM"])?.child(&["SPHEROID", "ELLIPSOID"])?;
    let named = system.child(&["PROJECTION"])?.values.first()?.to_ascii_lowercase();
    let (_, projection) = PROJECTIONS.iter().find(|(name, _)| named.starts_with(name))?;
    if *projection == "web" {
        return Some(3857);
    }
    let metres_per_unit = system.child(&["UNIT", "LENGTHUNIT"])?.number(1)?;
    let parameter = |names: &[&str]| {
        let mut all = system.nodes.iter().filter(|n| n.name.eq_ignore_ascii_case("PARAMETER"));
        all.find(|n| n.values.first().is_some_and(|v| names.iter().any(|name| v.eq_ignore_ascii_case(name))))?.number(1)
    };
    let first = parameter(&["standard_parallel_1"]);
    let origin = parameter(&["latitude_of_origin", "latitude_of_center"]).unwrap_or(0.0);
    let wanted = Planar {
        projection,
        x_0: parameter(&["false_easting"]).unwrap_or(0.0) * metres_per_unit,
        y_0: parameter(&["false_northing"]).unwrap_or(0.0) * metres_per_unit,
        lon_0: parameter(&["central_meridian", "longitude_of_center"]).unwrap_or(0.0),
        lat_0: origin,
        scale: parameter(&["scale_factor"]).unwrap_or(1.0),
        parallels: parallels(projection, first, parameter(&["standard_parallel_2"]), origin),
        metres_per_unit,
        semi_major_m: spheroid.number(1)?,
        inverse_flattening: spheroid.number(2)?,
    };
    let degrees = degrees(geographic);
    let same: Vec<Def> = (1024..=32_767)
        .filter_map(crs_definitions::from_code)
        // With heights of a system of their own it is another one.
        .filter(|d| !d.proj4.contains("+vunits") && !d.proj4.contains("+geoidgrids"))
        .filter(|d| defined(d.proj4).is_some_and(|d| wanted.is_same(&d)))
        .filter(|d| Crs::from_epsg(d.code).is_ok())
        .collect();
    let on_datum = |d: &&Def| match degrees {
        Some(4269) => d.proj4.contains("+datum=NAD83"),
        Some(4326) => d.proj4.contains("+datum=WGS84"),
        Some(_) => !d.proj4.contains("+datum="),
        None => true,
    };
    same.iter().find(on_datum).or(same.first()).map(|d| d.code)
}

fn parallels(projection: &str, first: Option<f64>, second: Option<f64>, origin: f64) -> [f64; 2] {
    if !matches!(projection, "lcc" | "aea") {
        return [0.0; 2];
    }
    let first = first.unwrap_or(origin);
    let second = second.unwrap_or(first);
    [first.min(second), first.max(second)]
}

impl Planar {
    fn is_same(&self, other: &Self) -> bool {
        let near = |a: f64, b: f64, by: f64| (a - b).abs() <= by;
        self.projection == other.projection
            && near(self.x_0, other.x_0, 0.01)
            && near(self.y_0, other.y_0, 0.01)
            && near(self.lon_0, other.lon_0, 1e-6)
            && near(self.lat_0, other.lat_0, 1e-6)
            && near(self.scale, other.scale, 1e-9)
            && near(self.parallels[0], other.parallels[0], 1e-6)
            && near(self.parallels[1], other.parallels[1], 1e-6)
            && near(self.metres_per_unit, other.metres_per_unit, 1e-9)
            && near(self.semi_major_m, other.semi_major_m, 0.1)
            // GRS 80 and WGS 84 differ in the sixth decimal.
            && near(self.inverse_flattening, other.inverse_flattening, 5e-7)
    }
}

/// Ellipsoids as PROJ names them: semi-major axis and inverse flattening.
const ELLIPSOIDS: [(&str, f64, f64); 8] = [
    ("GRS80", 6_378_137.0, 298.257_222_101),
    ("WGS84", 6_378_137.0, 298.257_223_563),
    ("clrk66", 6_378_206.4, 294.978_698_2),
    ("intl", 6_378_388.0, 297.0),
    ("bessel", 6_377_397.155, 299.152_812_8),
    ("airy", 6_377_563.396, 299.324_964_6),
    ("krass", 6_378_245.0, 298.3),
    ("aust_SA", 6_378_160.0, 298.25),
];

/// The same of a definition; `None` for what is no planar system that is compared.
fn defined(proj4: &str) -> Option<Planar> {
    let text = |key: &str| {
        proj4.split_ascii_whitespace().find_map(|w| w.strip_prefix('+')?.strip_prefix(key)?.strip_prefix('='))
    };
    let number = |key: &str| text(key).and_then(|t| t.parse::<f64>().ok());
    let projection = text("proj")?;
    let ellipsoid = match text("datum") {
        Some("NAD83") => "GRS80",
        Some("WGS84") => "WGS84",
        Some("NAD27") => "clrk66",
        Some("OSGB36") => "airy",
        _ => text("ellps")?,
    };
    let (_, semi_major_m, inverse_flattening) = *ELLIPSOIDS.iter().find(|(name, ..)| *name == ellipsoid)?;
    let metres_per_unit = number("to_meter").or(match text("units") {
        Some("us-ft") => Some(1200.0 / 3937.0),
        Some("ft") => Some(0.3048),
        Some("m") | None => Some(1.0),
        _ => None,
    })?;
    let on = Planar { metres_per_unit, semi_major_m, inverse_flattening, ..Planar::default() };
    if projection == "utm" {
        let is_south = proj4.contains("+south");
        return Some(Planar {
            projection: "tmerc",
            x_0: 500_000.0,
            y_0: if is_south { 10_000_000.0 } else { 0.0 },
            lon_0: number("zone")? * 6.0 - 183.0,
            scale: 0.9996,
            ..on
        });
    }
    let (_, projection) = *PROJECTIONS.iter().find(|(_, p)| *p == projection)?;
    let origin = number("lat_0").unwrap_or(0.0);
    Some(Planar {
        projection,
        x_0: number("x_0").unwrap_or(0.0),
        y_0: number("y_0").unwrap_or(0.0),
        lon_0: number("lon_0").unwrap_or(0.0),
        lat_0: origin,
        scale: number("k").or_else(|| number("k_0")).unwrap_or(1.0),
        parallels: parallels(projection, number("lat_1"), number("lat_2"), origin),
        ..on
    })
}
