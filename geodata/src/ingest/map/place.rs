//! Where a row is: from its coordinate columns or its geometry, never finer than the source says.

use geo_types::Geometry;

use super::super::read::{Cell, Row};
use super::super::source::{Axis, Source};
use super::columns::Columns;
use super::number::number;
use super::reject::Reject;
use crate::crs::Crs;
use crate::error::Result;
use crate::model::{LonLat, LonLatBox};

/// What is known of a row's place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Located {
    At(LonLat),
    /// No coordinates.
    Nowhere,
    /// A point that stands for no place.
    Sentinel,
}

enum Pair {
    Numbers { x: usize, y: usize, crs: Option<Crs> },
    Wkt { column: usize, crs: Option<Crs> },
}

/// The coordinate columns of one file.
pub(crate) struct Places {
    pairs: Vec<Pair>,
    geometry: Option<Option<Crs>>,
    swap_axes: bool,
    bounds: Option<LonLatBox>,
    sentinels: Vec<LonLat>,
    decimal: char,
}

/// Degrees within which a coordinate is a sentinel: 0.1 mm.
const SAME_DEGREES: f64 = 1e-6;

/// A planar system, or nothing for degrees on WGS 84.
pub(crate) fn crs(epsg: Option<u16>) -> Result<Option<Crs>> {
    match epsg {
        None | Some(4326) => Ok(None),
        Some(code) => Crs::from_epsg(code).map(Some),
    }
}

impl Places {
    pub(crate) fn bind(source: &Source, columns: &mut Columns<'_>, geometry_epsg: Option<Option<u16>>) -> Result<Self> {
        let mut pairs = vec![];
        for p in &source.place {
            let names = [p.lon.as_ref().or(p.x.as_ref()), p.lat.as_ref().or(p.y.as_ref())];
            if let [Some(x), Some(y)] = names.map(|n| columns.find_opt(n)) {
                pairs.push(Pair::Numbers { x, y, crs: crs(p.epsg)? });
            } else if let Some(column) = columns.find_opt(p.wkt.as_ref()) {
                pairs.push(Pair::Wkt { column, crs: crs(p.epsg)? });
            }
        }
        let geometry = geometry_epsg.map(|own| crs(own.or(source.format.epsg))).transpose()?;
        if let (true, Some(first), None) = (pairs.is_empty(), source.place.first(), &geometry) {
            let name = [&first.lon, &first.x, &first.wkt].into_iter().flatten().next().map_or("longitude", |n| n);
            return Err(columns.missing(name, "coordinates"));
        }
        let location = &source.location;
        let bounds = location.bounds.map(|[w, s, e, n]| LonLatBox::new(w, s, e, n)).transpose()?;
        let sentinels = location.sentinels.iter().map(|[x, y]| LonLat::new(*x, *y)).collect::<Result<Vec<_>>>()?;
        let swap_axes = source.format.axis == Axis::Yx;
        let decimal = source.format.decimal.unwrap_or('.');
        Ok(Self { pairs, geometry, swap_axes, bounds, sentinels, decimal })
    }

    pub(crate) fn locate(&self, row: &dyn Row) -> std::result::Result<Located, Reject> {
        if let Some(crs) = &self.geometry {
            let geometry = row.geometry().map_err(|e| Reject::new(usize::MAX, Cell::Null, e, "repair the geometry"))?;
            match geometry {
                None => {}
                Some(Geometry::Point(p)) => return self.judge(usize::MAX, p.x(), p.y(), crs.as_ref()),
                Some(Geometry::MultiPoint(m)) if m.0.len() == 1 => {
                    return self.judge(usize::MAX, m.0[0].x(), m.0[0].y(), crs.as_ref());
                }
                // An area is not a point.
                Some(_) => {
                    let hint = "import areas with an areas source, or give the area's name in a column";
                    return Err(Reject::new(usize::MAX, Cell::Null, "the geometry is not one point", hint));
                }
            }
        }
        for pair in &self.pairs {
            match pair {
                Pair::Numbers { x, y, crs } => {
                    let no_number = |column: usize, cell| {
                        Reject::new(column, cell, "is not a number", "check the decimal mark and the column")
                    };
                    let (cx, cy) = (row.cell(*x), row.cell(*y));
                    let vx = number(cx, self.decimal).map_err(|()| no_number(*x, cx))?;
                    let vy = number(cy, self.decimal).map_err(|()| no_number(*y, cy))?;
                    if let (Some(vx), Some(vy)) = (vx, vy) {
                        return self.judge(*x, vx, vy, crs.as_ref());
                    }
                }
                Pair::Wkt { column, crs } => {
                    let cell = row.cell(*column);
                    if let Cell::Text(text) = cell {
                        let (x, y) = wkt_point(text).ok_or_else(|| {
                            Reject::new(*column, cell, "is not `POINT (x y)`", "only points are read from text")
                        })?;
                        return self.judge(*column, x, y, crs.as_ref());
                    }
                }
            }
        }
        Ok(Located::Nowhere)
    }

    /// Sentinel, inside, or set aside with the likeliest cause.
    fn judge(&self, column: usize, x: f64, y: f64, crs: Option<&Crs>) -> std::result::Result<Located, Reject> {
        let (x, y) = if self.swap_axes { (y, x) } else { (x, y) };
        // (0, 0) that went through a projection and back is a hair off.
        let stands_for_nothing = |n: f64| (x - n).abs() < SAME_DEGREES && (y - n).abs() < SAME_DEGREES;
        if stands_for_nothing(0.0) || stands_for_nothing(-1.0) {
            return Ok(Located::Sentinel);
        }
        let reject = |reason: String, hint| {
            let value = format!("{x} {y}");
            Err(Reject { column, value, reason, hint })
        };
        const SWAPPED: &str = "longitude and latitude are swapped: exchange the two columns";
        let place = match crs {
            None => LonLat::new(x, y),
            Some(crs) => crs.to_lonlat(x, y),
        };
        let Ok(place) = place else {
            let swapped = crs.is_none() && self.inside(LonLat::new(y, x).ok());
            let hint = if swapped {
                SWAPPED
            } else if crs.is_none() && (x.abs() > 360.0 || y.abs() > 360.0) {
                "these are not degrees: give the EPSG code (`x`, `y` and `epsg`, or format.epsg)"
            } else {
                "check the coordinates and the EPSG code"
            };
            return reject("the coordinates are not on the Earth".into(), hint);
        };
        let same =
            |s: &LonLat| (s.lon() - place.lon()).abs() < SAME_DEGREES && (s.lat() - place.lat()).abs() < SAME_DEGREES;
        if self.sentinels.iter().any(same) {
            return Ok(Located::Sentinel);
        }
        if self.bounds.is_none_or(|b| b.contains(place)) {
            return Ok(Located::At(place));
        }
        let also = |x: f64, y: f64| self.inside(LonLat::new(x, y).ok());
        let hint = if also(place.lat(), place.lon()) {
            SWAPPED
        } else if also(-place.lon(), place.lat()) {
            "the longitude has the wrong sign"
        } else if also(place.lon(), -place.lat()) {
            "the latitude has the wrong sign"
        } else {
            "outside the source's bounds: correct the row, or widen location.bounds"
        };
        reject("the place is outside the source's bounds".into(), hint)
    }

    fn inside(&self, place: Option<LonLat>) -> bool {
        match (place, &self.bounds) {
            (Some(p), Some(b)) => b.contains(p),
            _ => false,
        }
    }
}

/// The coordinates of `POINT (x y)`.
pub(crate) fn wkt_point(text: &str) -> Option<(f64, f64)> {
    let text = text.trim();
    let text = text.get(..5).filter(|t| t.eq_ignore_ascii_case("point")).map(|_| &text[5..])?;
    let inner = text.trim().strip_prefix('(')?.strip_suffix(')')?;
    let mut numbers = inner.split_whitespace().map(str::parse::<f64>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(x)), Some(Ok(y))) => Some((x, y)),
        _ => None,
    }
}
