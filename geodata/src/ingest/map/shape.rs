//! Geometries of a file as areas on WGS 84.

use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};

use crate::crs::Crs;
use crate::model::LonLat;

/// The polygons of a geometry in degrees; `crs` is its system, nothing for degrees on WGS 84.
///
/// Rings of fewer than three different corners are dropped. The error says why nothing is left.
pub(crate) fn multi_polygon(
    geometry: Geometry<f64>,
    crs: Option<&Crs>,
    swap_axes: bool,
) -> Result<MultiPolygon<f64>, String> {
    let mut polygons = vec![];
    collect(geometry, &mut polygons)?;
    let mut out = vec![];
    for polygon in polygons {
        let (exterior, interiors) = polygon.into_inner();
        let Some(exterior) = ring(exterior, crs, swap_axes)? else { continue };
        let mut holes = vec![];
        for hole in interiors {
            holes.extend(ring(hole, crs, swap_axes)?);
        }
        out.push(Polygon::new(exterior, holes));
    }
    if out.is_empty() { Err("the polygon is empty".into()) } else { Ok(MultiPolygon(out)) }
}

fn collect(geometry: Geometry<f64>, out: &mut Vec<Polygon<f64>>) -> Result<(), String> {
    match geometry {
        Geometry::Polygon(p) => out.push(p),
        Geometry::MultiPolygon(m) => out.extend(m.0),
        Geometry::GeometryCollection(c) => c.0.into_iter().try_for_each(|g| collect(g, out))?,
        Geometry::Point(_) | Geometry::MultiPoint(_) => return Err("a point is not an area".into()),
        _ => return Err("a line is not an area".into()),
    }
    Ok(())
}

fn ring(ring: LineString<f64>, crs: Option<&Crs>, swap_axes: bool) -> Result<Option<LineString<f64>>, String> {
    let mut out: Vec<Coord<f64>> = Vec::with_capacity(ring.0.len());
    for c in ring.0 {
        let (x, y) = if swap_axes { (c.y, c.x) } else { (c.x, c.y) };
        let place = match crs {
            None => LonLat::new(x, y),
            Some(crs) => crs.to_lonlat(x, y),
        };
        let place = place.map_err(|e| e.to_string())?;
        let corner = Coord { x: place.lon(), y: place.lat() };
        if out.last() != Some(&corner) {
            out.push(corner);
        }
    }
    if out.first() != out.last() {
        out.extend(out.first().copied());
    }
    Ok((out.len() >= 4).then_some(LineString(out)))
}
