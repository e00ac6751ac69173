//! Well-known binary: reading it as files hold it (ISO with Z and M, EWKB, GeoPackage blobs), writing it in one plain form.

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};

use crate::limits::MAX_SHAPE_VERTICES;

/// Geometries within geometries; nobody means more.
const MAX_DEPTH: u8 = 4;

/// Reads WKB or EWKB. Heights and measures are dropped. An empty point is `None`.
///
/// # Errors
/// What is wrong and at which byte.
pub fn read(bytes: &[u8]) -> Result<Option<Geometry<f64>>, String> {
    let mut cursor = Cursor { bytes, at: 0, little: true, vertices: 0 };
    cursor.geometry(0)
}

/// Reads a GeoPackage blob: its header, then WKB. An empty geometry is `None`.
///
/// # Errors
/// As [`read`], and a header that is not a GeoPackage's.
pub fn read_gpkg(blob: &[u8]) -> Result<Option<Geometry<f64>>, String> {
    let [b'G', b'P', _, flags, ..] = blob else { return Err("the geometry is not a GeoPackage blob".into()) };
    let envelope = match (flags >> 1) & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        other => return Err(format!("the geometry's envelope code {other} is not known")),
    };
    if flags & 0x10 != 0 {
        return Ok(None);
    }
    read(blob.get(8 + envelope..).ok_or("the geometry is cut off in its header")?)
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    little: bool,
    vertices: usize,
}

impl Cursor<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let end = self.at + N;
        let slice =
            self.bytes.get(self.at..end).ok_or_else(|| format!("the geometry is cut off at byte {}", self.at))?;
        self.at = end;
        slice.try_into().map_err(|_| "the geometry is cut off".to_string())
    }

    fn u32(&mut self) -> Result<u32, String> {
        let b = self.take::<4>()?;
        Ok(if self.little { u32::from_le_bytes(b) } else { u32::from_be_bytes(b) })
    }

    fn f64(&mut self) -> Result<f64, String> {
        let b = self.take::<8>()?;
        Ok(if self.little { f64::from_le_bytes(b) } else { f64::from_be_bytes(b) })
    }

    /// A count of things that take at least `least` bytes each, so that a wrong count cannot ask for memory.
    fn count(&mut self, least: usize) -> Result<usize, String> {
        let n = self.u32()? as usize;
        if n.saturating_mul(least) > self.bytes.len() - self.at {
            return Err(format!("the geometry is cut off: it says {n} parts at byte {}", self.at));
        }
        Ok(n)
    }

    fn coord(&mut self, dimensions: usize) -> Result<Coord<f64>, String> {
        self.vertices += 1;
        if self.vertices > MAX_SHAPE_VERTICES {
            return Err(format!("the geometry has more than {MAX_SHAPE_VERTICES} vertices"));
        }
        let c = Coord { x: self.f64()?, y: self.f64()? };
        for _ in 2..dimensions {
            self.f64()?;
        }
        Ok(c)
    }

    fn line(&mut self, dimensions: usize) -> Result<LineString<f64>, String> {
        let n = self.count(8 * dimensions)?;
        let mut line = Vec::with_capacity(n);
        for _ in 0..n {
            line.push(self.coord(dimensions)?);
        }
        Ok(LineString(line))
    }

    fn polygon(&mut self, dimensions: usize) -> Result<Polygon<f64>, String> {
        let n = self.count(4)?;
        let mut rings = Vec::with_capacity(n);
        for _ in 0..n {
            rings.push(self.line(dimensions)?);
        }
        let mut rings = rings.into_iter();
        let exterior = rings.next().unwrap_or(LineString(vec![]));
        Ok(Polygon::new(exterior, rings.collect()))
    }

    fn geometry(&mut self, depth: u8) -> Result<Option<Geometry<f64>>, String> {
        if depth > MAX_DEPTH {
            return Err("the geometry is nested too deeply".into());
        }
        self.little = match self.take::<1>()? {
            [0] => false,
            [1] => true,
            [other] => return Err(format!("byte order {other} is neither 0 nor 1")),
        };
        let code = self.u32()?;
        let mut extra = usize::from(code & 0x8000_0000 != 0) + usize::from(code & 0x4000_0000 != 0);
        if code & 0x2000_0000 != 0 {
            self.u32()?;
        }
        let iso = code & 0x0fff_ffff;
        extra += match iso / 1000 {
            0 => 0,
            1 | 2 => 1,
            3 => 2,
            _ => return Err(format!("geometry type {iso} is not known")),
        };
        let dimensions = 2 + extra;
        let geometry = match iso % 1000 {
            1 => {
                let c = self.coord(dimensions)?;
                if c.x.is_nan() || c.y.is_nan() {
                    return Ok(None);
                }
                Geometry::Point(Point(c))
            }
            2 => Geometry::LineString(self.line(dimensions)?),
            3 => Geometry::Polygon(self.polygon(dimensions)?),
            kind @ 4..=7 => return self.many(kind, depth),
            other => return Err(format!("geometry type {other} is not read: give points or polygons")),
        };
        Ok(Some(geometry))
    }

    fn many(&mut self, kind: u32, depth: u8) -> Result<Option<Geometry<f64>>, String> {
        let n = self.count(5)?;
        let mut parts = Vec::with_capacity(n.min(1024));
        for _ in 0..n {
            parts.extend(self.geometry(depth + 1)?);
        }
        let mixed = || "a multi-geometry holds another kind of geometry".to_string();
        Ok(Some(match kind {
            4 => Geometry::MultiPoint(MultiPoint(
                parts.into_iter().map(|p| Point::try_from(p).map_err(|_| mixed())).collect::<Result<_, _>>()?,
            )),
            5 => Geometry::MultiLineString(MultiLineString(
                parts.into_iter().map(|p| LineString::try_from(p).map_err(|_| mixed())).collect::<Result<_, _>>()?,
            )),
            6 => Geometry::MultiPolygon(MultiPolygon(
                parts.into_iter().map(|p| Polygon::try_from(p).map_err(|_| mixed())).collect::<Result<_, _>>()?,
            )),
            _ => Geometry::GeometryCollection(GeometryCollection(parts)),
        }))
    }
}

/// WKB of a point, little-endian.
#[must_use]
pub fn point(c: Coord<f64>) -> Vec<u8> {
    let mut out = Vec::with_capacity(21);
    head(&mut out, 1);
    coord(&mut out, &c);
    out
}

/// WKB of a line, little-endian.
#[must_use]
pub fn line_string(line: &LineString<f64>) -> Vec<u8> {
    let mut out = Vec::with_capacity(9 + 16 * line.0.len());
    head(&mut out, 2);
    count(&mut out, line.0.len());
    line.0.iter().for_each(|c| coord(&mut out, c));
    out
}

/// WKB of a multipolygon, little-endian.
#[must_use]
pub fn multi_polygon(shape: &MultiPolygon<f64>) -> Vec<u8> {
    let mut out = vec![];
    head(&mut out, 6);
    count(&mut out, shape.0.len());
    for polygon in &shape.0 {
        head(&mut out, 3);
        count(&mut out, 1 + polygon.interiors().len());
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            count(&mut out, ring.0.len());
            ring.0.iter().for_each(|c| coord(&mut out, c));
        }
    }
    out
}

fn head(out: &mut Vec<u8>, kind: u32) {
    out.push(1);
    out.extend(kind.to_le_bytes());
}

fn count(out: &mut Vec<u8>, n: usize) {
    out.extend((n as u32).to_le_bytes());
}

fn coord(out: &mut Vec<u8>, c: &Coord<f64>) {
    out.extend(c.x.to_le_bytes());
    out.extend(c.y.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_written_is_read() {
        let ring = |a: f64, b: f64| LineString::from(vec![(a, a), (b, a), (b, b), (a, a)]);
        let p = Polygon::new(ring(0.0, 4.0), vec![ring(1.0, 2.0)]);
        let shape = MultiPolygon(vec![p.clone(), p]);
        assert_eq!(read(&multi_polygon(&shape)), Ok(Some(Geometry::MultiPolygon(shape))));
        let line = ring(0.0, 3.0);
        assert_eq!(read(&line_string(&line)), Ok(Some(Geometry::LineString(line))));
        let c = Coord { x: -87.5, y: 41.8 };
        assert_eq!(read(&point(c)), Ok(Some(Geometry::Point(Point(c)))));
    }

    #[test]
    fn heights_measures_and_srids_are_passed_over() {
        let numbers = |n: usize| (0..n).flat_map(|i| (i as f64).to_be_bytes()).collect::<Vec<u8>>();
        for (code, srid, dimensions) in
            [(1001u32, false, 3), (2001, false, 3), (3001, false, 4), (0x8000_0001, false, 3), (0xe000_0001, true, 4)]
        {
            let mut bytes = vec![0];
            bytes.extend(code.to_be_bytes());
            if srid {
                bytes.extend(4326u32.to_be_bytes());
            }
            bytes.extend(numbers(dimensions));
            assert_eq!(read(&bytes), Ok(Some(Geometry::Point(Point::new(0.0, 1.0)))), "{code:x}");
            assert!(read(&bytes[..bytes.len() - 1]).is_err());
        }
    }

    #[test]
    fn a_wrong_count_asks_for_no_memory() {
        let mut bytes = vec![1];
        bytes.extend(2u32.to_le_bytes());
        bytes.extend(u32::MAX.to_le_bytes());
        assert!(read(&bytes).is_err_and(|e| e.contains("cut off")));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in 0u32..9) {
            let _ = read(&bytes);
            let _ = read_gpkg(&bytes);
            let mut headed = vec![1];
            headed.extend(kind.to_le_bytes());
            headed.extend(&bytes);
            let _ = read(&headed);
        }
    }
}
