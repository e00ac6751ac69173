//! Geometries of a FlatGeobuf as shapes: coordinates in one list, and where parts of it end.

use flatgeobuf::{Geometry as Flat, GeometryType};
use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};

use crate::limits::MAX_SHAPE_VERTICES;

/// Geometries within geometries; nobody means more.
const MAX_DEPTH: u8 = 4;

/// The shape; `None` for an empty one. `of` is the kind that the file gives all its shapes, or unknown.
///
/// # Errors
/// Ends that do not fit the coordinates, a curve, more corners than [`MAX_SHAPE_VERTICES`].
pub(super) fn shape(flat: &Flat<'_>, of: GeometryType) -> Result<Option<Geometry<f64>>, String> {
    read(flat, of, 0)
}

fn read(flat: &Flat<'_>, of: GeometryType, depth: u8) -> Result<Option<Geometry<f64>>, String> {
    if depth > MAX_DEPTH {
        return Err("geometries lie too deep within geometries".into());
    }
    let kind = if of == GeometryType::Unknown { flat.type_() } else { of };
    Ok(match kind {
        GeometryType::Point => {
            let place = coords(flat)?.into_iter().next().filter(|c| c.x.is_finite() && c.y.is_finite());
            place.map(|c| Geometry::Point(Point(c)))
        }
        GeometryType::MultiPoint => {
            filled(coords(flat)?).map(|c| Geometry::MultiPoint(MultiPoint(c.into_iter().map(Point).collect())))
        }
        GeometryType::LineString => filled(coords(flat)?).map(|c| Geometry::LineString(LineString(c))),
        GeometryType::MultiLineString => filled(parts(flat)?).map(|l| Geometry::MultiLineString(MultiLineString(l))),
        GeometryType::Polygon => polygon(flat)?.map(Geometry::Polygon),
        GeometryType::MultiPolygon => {
            // A writer may leave out the list of one part.
            let all = match flat.parts() {
                Some(parts) => parts.iter().map(|p| polygon(&p)).collect::<Result<Vec<_>, _>>()?,
                None => vec![polygon(flat)?],
            };
            filled(all.into_iter().flatten().collect()).map(|p| Geometry::MultiPolygon(MultiPolygon(p)))
        }
        GeometryType::GeometryCollection => {
            let mut all = vec![];
            for part in flat.parts().into_iter().flatten() {
                all.extend(read(&part, GeometryType::Unknown, depth + 1)?);
            }
            filled(all).map(|g| Geometry::GeometryCollection(GeometryCollection(g)))
        }
        other => return Err(format!("shapes of kind {} are not read", other.variant_name().unwrap_or("unknown"))),
    })
}

fn filled<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

fn coords(flat: &Flat<'_>) -> Result<Vec<Coord<f64>>, String> {
    let Some(xy) = flat.xy() else { return Ok(vec![]) };
    if xy.len() / 2 > MAX_SHAPE_VERTICES {
        return Err(format!("the shape has more than {MAX_SHAPE_VERTICES} corners"));
    }
    Ok((0..xy.len() / 2).map(|i| Coord { x: xy.get(2 * i), y: xy.get(2 * i + 1) }).collect())
}

/// Lines, or rings: all coordinates, cut where the parts end.
fn parts(flat: &Flat<'_>) -> Result<Vec<LineString<f64>>, String> {
    let all = coords(flat)?;
    let Some(ends) = flat.ends().filter(|e| !e.is_empty()) else {
        return Ok(filled(all).map(LineString).into_iter().collect());
    };
    let mut from = 0;
    ends.iter()
        .map(|end| {
            let part = all.get(from..end as usize).ok_or("the shape's parts do not fit its points")?;
            from = end as usize;
            Ok(LineString(part.to_vec()))
        })
        .collect()
}

fn polygon(flat: &Flat<'_>) -> Result<Option<Polygon<f64>>, String> {
    let mut rings = parts(flat)?.into_iter();
    Ok(rings.next().map(|outer| Polygon::new(outer, rings.collect())))
}
