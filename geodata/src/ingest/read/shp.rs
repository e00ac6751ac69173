//! The records of a `.shp`: their frames in the file, and the shape in one of them.
//!
//! # References
//! ESRI Shapefile Technical Description, July 1998. Heights and measures stand after x and y, and are passed over.

use std::io::{self, Read};

use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPoint, Point};

use super::rings::polygons;
use crate::limits::{MAX_RECORD_BYTES, MAX_SHAPE_RINGS};

const HEADER: usize = 100;

/// Whether a file begins as these files do.
pub(super) fn is_shp(head: &[u8]) -> bool {
    head.starts_with(&[0, 0, 0x27, 0x0a]) && head.get(28..32) == Some(&1000_u32.to_le_bytes())
}

/// Passes over the header.
pub(super) fn skip_header(from: &mut impl Read) -> io::Result<()> {
    let mut header = [0; HEADER];
    from.read_exact(&mut header)?;
    if is_shp(&header) { Ok(()) } else { Err(io::Error::new(io::ErrorKind::InvalidData, "it is no .shp")) }
}

/// The next record's content; `None` at the end of the file.
pub(super) fn next_record(from: &mut impl Read, content: &mut Vec<u8>) -> io::Result<Option<()>> {
    let mut frame = [0; 8];
    match from.read(&mut frame[..1])? {
        0 => return Ok(None),
        _ => from.read_exact(&mut frame[1..])?,
    }
    // The length counts words of 16 bits.
    let length = (be_u32(&frame[4..]) as usize).saturating_mul(2);
    if !(4..=MAX_RECORD_BYTES).contains(&length) {
        let what = format!("a record says that it is {length} bytes long");
        return Err(io::Error::new(io::ErrorKind::InvalidData, what));
    }
    content.resize(length, 0);
    from.read_exact(content)?;
    Ok(Some(()))
}

fn be_u32(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |b| u32::from_be_bytes(*b))
}

fn le_u32(bytes: &[u8], at: usize) -> Result<usize, String> {
    let here = bytes.get(at..).and_then(|b| b.first_chunk());
    here.map(|b| u32::from_le_bytes(*b) as usize).ok_or_else(|| CUT.to_owned())
}

const CUT: &str = "the shape is shorter than it says";

/// Coordinates, 16 bytes each, from a place in the content.
fn coords(bytes: &[u8], at: usize, n: usize) -> Result<Vec<Coord<f64>>, String> {
    let end = n.checked_mul(16).and_then(|l| l.checked_add(at)).ok_or(CUT)?;
    let here = bytes.get(at..end).ok_or(CUT)?;
    let number = |b: &[u8]| b.first_chunk().map_or(f64::NAN, |b| f64::from_le_bytes(*b));
    Ok(here.chunks_exact(16).map(|c| Coord { x: number(c), y: number(&c[8..]) }).collect())
}

/// The shape of a record; `None` where it has none.
///
/// # Errors
/// Counts that do not fit the record's length, a kind of shape that is no point, line or area.
pub(super) fn shape(content: &[u8]) -> Result<Option<Geometry<f64>>, String> {
    let kind = le_u32(content, 0)?;
    match kind {
        0 => Ok(None),
        1 | 11 | 21 => {
            let at = coords(content, 4, 1)?;
            let place = at.first().filter(|c| c.x.is_finite() && c.y.is_finite());
            Ok(place.map(|c| Geometry::Point(Point(*c))))
        }
        8 | 18 | 28 => {
            let n = le_u32(content, 36)?;
            let points = coords(content, 40, n)?;
            Ok(Some(Geometry::MultiPoint(MultiPoint(points.into_iter().map(Point).collect()))))
        }
        3 | 13 | 23 => {
            let mut lines = parts(content)?.into_iter().map(LineString);
            match (lines.next(), lines.len()) {
                (None, _) => Ok(None),
                (Some(one), 0) => Ok(Some(Geometry::LineString(one))),
                (Some(one), _) => {
                    Ok(Some(Geometry::MultiLineString(MultiLineString(std::iter::once(one).chain(lines).collect()))))
                }
            }
        }
        5 | 15 | 25 => {
            let rings = parts(content)?;
            if rings.len() > MAX_SHAPE_RINGS {
                return Err(format!("the shape has more than {MAX_SHAPE_RINGS} rings"));
            }
            let areas = polygons(rings.into_iter().map(LineString).collect());
            Ok((!areas.0.is_empty()).then_some(Geometry::MultiPolygon(areas)))
        }
        other => Err(format!("shapes of kind {other} are not read")),
    }
}

/// The parts of a line or area: box, number of parts and points, where parts begin, points.
fn parts(content: &[u8]) -> Result<Vec<Vec<Coord<f64>>>, String> {
    let (count, points) = (le_u32(content, 36)?, le_u32(content, 40)?);
    let first = count.checked_mul(4).and_then(|l| l.checked_add(44)).filter(|at| *at <= content.len()).ok_or(CUT)?;
    let all = coords(content, first, points)?;
    let mut out = Vec::with_capacity(count);
    for part in 0..count {
        let from = le_u32(content, 44 + 4 * part)?;
        let to = if part + 1 < count { le_u32(content, 48 + 4 * part)? } else { points };
        out.push(all.get(from..to).ok_or("the shape's parts do not fit its points")?.to_vec());
    }
    Ok(out)
}
