//! Geometry as a GeoPackage keeps it: a small header, then well-known binary. WGS 84 degrees only.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use crate::error::{Error, Result};
use crate::model::LonLat;

/// Little-endian header without envelope, SRS 4326.
const HEADER: [u8; 8] = [b'G', b'P', 0, 1, 0xE6, 0x10, 0, 0];
/// Bytes of a point's blob as this module writes it.
pub(super) const POINT_BYTES: usize = 29;

/// A point's blob.
pub(super) fn point(p: LonLat) -> [u8; POINT_BYTES] {
    let mut blob = [0; POINT_BYTES];
    blob[..8].copy_from_slice(&HEADER);
    blob[8] = 1;
    blob[9] = 1;
    blob[13..21].copy_from_slice(&p.lon().to_le_bytes());
    blob[21..].copy_from_slice(&p.lat().to_le_bytes());
    blob
}

/// Reads a point's blob: at once as [`point`] writes it, by the general way where another program wrote it.
pub(super) fn read_point(blob: &[u8]) -> Option<LonLat> {
    if blob.len() == POINT_BYTES && blob[..8] == HEADER && blob[8..13] == [1, 1, 0, 0, 0] {
        let lon = f64::from_le_bytes(blob[13..21].try_into().ok()?);
        let lat = f64::from_le_bytes(blob[21..].try_into().ok()?);
        return LonLat::new(lon, lat).ok();
    }
    let mut cursor = Cursor::after_header(blob)?;
    let (kind, dimensions) = cursor.kind()?;
    let c = if kind == 1 { cursor.coord(dimensions)? } else { return None };
    LonLat::new(c.x, c.y).ok()
}

/// A multipolygon's blob.
pub(super) fn multi_polygon(shape: &MultiPolygon<f64>) -> Vec<u8> {
    let mut out = HEADER.to_vec();
    let count = |out: &mut Vec<u8>, n: usize| out.extend((n as u32).to_le_bytes());
    out.push(1);
    count(&mut out, 6);
    count(&mut out, shape.0.len());
    for polygon in &shape.0 {
        out.push(1);
        count(&mut out, 3);
        count(&mut out, 1 + polygon.interiors().len());
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            count(&mut out, ring.0.len());
            for c in &ring.0 {
                out.extend(c.x.to_le_bytes());
                out.extend(c.y.to_le_bytes());
            }
        }
    }
    out
}

/// A line's blob.
pub(super) fn line_string(line: &LineString<f64>) -> Vec<u8> {
    [&HEADER[..], &crate::wkb::line_string(line)].concat()
}

/// Reads a line's blob, as this module or another program wrote it.
///
/// # Errors
/// A blob that is not one.
pub(super) fn read_line_string(blob: &[u8]) -> Result<LineString<f64>> {
    let found = crate::wkb::read_gpkg(blob).ok().flatten();
    match found {
        Some(geo_types::Geometry::LineString(line)) => Ok(line),
        _ => Err(Error::storage(
            format!("a shape of {} bytes is not a GeoPackage line", blob.len()),
            "open the layer in QGIS and repair or delete the shape",
        )),
    }
}

/// Reads the blob of a polygon or multipolygon, as this module or another program (QGIS) wrote it.
///
/// # Errors
/// A blob that is not one.
pub(super) fn read_multi_polygon(blob: &[u8]) -> Result<MultiPolygon<f64>> {
    let bad = || {
        Error::storage(
            format!("a shape of {} bytes is not a GeoPackage polygon or multipolygon", blob.len()),
            "open the layer in QGIS and repair or delete the shape",
        )
    };
    let read = || {
        let mut cursor = Cursor::after_header(blob)?;
        let (kind, dimensions) = cursor.kind()?;
        match kind {
            3 => Some(MultiPolygon(vec![cursor.polygon(dimensions)?])),
            6 => {
                let n = cursor.count(9)?;
                let polygons = (0..n).map(|_| {
                    let (kind, dimensions) = cursor.kind()?;
                    if kind == 3 { cursor.polygon(dimensions) } else { None }
                });
                Some(MultiPolygon(polygons.collect::<Option<_>>()?))
            }
            _ => None,
        }
    };
    read().ok_or_else(bad)
}

/// A walk through well-known binary; every step is `None` past the end.
struct Cursor<'a> {
    rest: &'a [u8],
    little: bool,
}

impl<'a> Cursor<'a> {
    fn after_header(blob: &'a [u8]) -> Option<Self> {
        let flags = *blob.get(3)?;
        if blob.get(..2)? != b"GP" {
            return None;
        }
        let envelope = [0, 32, 48, 48, 64].get(usize::from(flags >> 1 & 7))?;
        Some(Self { rest: blob.get(8 + envelope..)?, little: true })
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*head)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take().map(|b| if self.little { u32::from_le_bytes(b) } else { u32::from_be_bytes(b) })
    }

    fn f64(&mut self) -> Option<f64> {
        self.take().map(|b| if self.little { f64::from_le_bytes(b) } else { f64::from_be_bytes(b) })
    }

    /// Byte order and type: the base kind and how many numbers a vertex has (both the ISO and the EWKB marks of z and m).
    fn kind(&mut self) -> Option<(u32, usize)> {
        self.little = self.take::<1>()?[0] == 1;
        let code = self.u32()?;
        let (iso, base) = ((code & 0xffff) / 1000, (code & 0xffff) % 1000);
        let extra = match iso {
            0 => 0,
            1 | 2 => 1,
            3 => 2,
            _ => return None,
        };
        Some((base, 2 + extra + (code >> 31) as usize + (code >> 30 & 1) as usize))
    }

    /// A count that the remaining bytes can hold at `bytes` each, so that a damaged one reserves no memory.
    fn count(&mut self, bytes: usize) -> Option<usize> {
        let n = self.u32()? as usize;
        (n <= self.rest.len() / bytes).then_some(n)
    }

    fn coord(&mut self, dimensions: usize) -> Option<Coord<f64>> {
        let (x, y) = (self.f64()?, self.f64()?);
        for _ in 2..dimensions {
            self.f64()?;
        }
        Some(Coord { x, y })
    }

    fn polygon(&mut self, dimensions: usize) -> Option<Polygon<f64>> {
        let mut rings = Vec::new();
        for _ in 0..self.count(4)? {
            let n = self.count(8 * dimensions)?;
            rings.push(LineString((0..n).map(|_| self.coord(dimensions)).collect::<Option<Vec<_>>>()?));
        }
        let mut rings = rings.into_iter();
        Some(Polygon::new(rings.next()?, rings.collect()))
    }
}

#[cfg(test)]
#[path = "blob_tests.rs"]
mod tests;
