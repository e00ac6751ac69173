//! FlatGeobuf: a header with the columns, an index that is passed over, then one verified buffer a feature.
//!
//! # References
//! <https://github.com/flatgeobuf/flatgeobuf/blob/master/src/fbs>

use std::io::{self, BufRead, Read};

use flatgeobuf::{ColumnType, Feature, GeometryType, size_prefixed_root_as_feature, size_prefixed_root_as_header};
use geo_types::Geometry;

use super::cell::{Cell, Row};
use super::file::Opened;
use super::{Event, Table, flat_geometry, wkt};
use crate::error::{Error, Result};
use crate::limits::MAX_RECORD_BYTES;
use crate::report::Quarantined;

/// A header is names of columns; nobody means more.
const MAX_HEADER: usize = 1 << 20;
/// Bytes of a node of the index: a box and an offset.
const NODE: u64 = 40;

/// Whether a file begins as these files do; the last byte is a patch level.
pub(super) fn is_flatgeobuf(head: &[u8]) -> bool {
    head.starts_with(b"fgb\x03fgb")
}

pub(crate) struct FlatGeobufTable {
    from: Box<dyn BufRead>,
    columns: Vec<String>,
    types: Vec<ColumnType>,
    kind: GeometryType,
    /// Features that the header counts; 0 where it does not know.
    count: u64,
    epsg: Option<u16>,
    notes: Vec<String>,
}

impl FlatGeobufTable {
    pub(crate) fn open(file: &Opened) -> Result<Self> {
        let broken = |why: String| {
            Error::invalid(
                format!("{} cannot be read as FlatGeobuf: {why}", file.path.display()),
                "it was cut off or damaged: download it again",
            )
        };
        let mut from = file.stream()?;
        let io = |e: io::Error| match e.kind() {
            io::ErrorKind::UnexpectedEof => broken("it ends in its header".into()),
            _ => broken(e.to_string()),
        };
        from.read_exact(&mut [0; 8]).map_err(io)?;
        let mut buffer = vec![];
        next_buffer(&mut from, MAX_HEADER, &mut buffer)
            .map_err(io)?
            .ok_or_else(|| broken("it has no header".into()))?;
        let header = size_prefixed_root_as_header(&buffer).map_err(|e| broken(one_line(&e)))?;
        let mut notes = vec![];
        let (mut columns, mut types) = (vec![], vec![]);
        for column in header.columns().into_iter().flatten() {
            if column.type_() == ColumnType::Binary {
                notes.push(format!("column {} holds bytes and was not read", column.name()));
            }
            columns.push(column.name().trim().to_owned());
            types.push(column.type_());
        }
        let crs = header.crs();
        let code = crs.filter(|c| c.org().is_none_or(|o| o.eq_ignore_ascii_case("EPSG"))).map(|c| c.code());
        let epsg = code.and_then(|c| u16::try_from(c).ok()).filter(|c| *c > 0);
        let epsg = epsg.or_else(|| crs.and_then(|c| c.wkt()).and_then(|text| wkt::epsg(text, &mut notes)));
        let index = index_bytes(header.features_count(), header.index_node_size())
            .ok_or_else(|| broken(format!("it counts {} features", header.features_count())))?;
        let (kind, count) = (header.geometry_type(), header.features_count());
        // A cut-off index shows as features that are missing.
        io::copy(&mut from.by_ref().take(index), &mut io::sink()).map_err(io)?;
        Ok(Self { from, columns, types, kind, count, epsg, notes })
    }
}

/// Bytes of the index before the features: the nodes of every level up to the root.
fn index_bytes(features: u64, node_size: u16) -> Option<u64> {
    if features == 0 || node_size < 2 {
        return Some(0);
    }
    let (mut level, mut nodes) = (features, features);
    while level > 1 {
        level = level.div_ceil(u64::from(node_size));
        nodes = nodes.checked_add(level)?;
    }
    // One feature has a root of its own above it.
    let nodes = if features == 1 { 2 } else { nodes };
    nodes.checked_mul(NODE)
}

/// A buffer with its size before it; `None` at the end of the file.
fn next_buffer(from: &mut dyn Read, at_most: usize, buffer: &mut Vec<u8>) -> io::Result<Option<()>> {
    let mut size = [0; 4];
    match from.read(&mut size[..1])? {
        0 => return Ok(None),
        _ => from.read_exact(&mut size[1..])?,
    }
    let length = u32::from_le_bytes(size) as usize;
    if !(8..=at_most).contains(&length) {
        let what = format!("a part says that it is {length} bytes long, which is not from 8 to {at_most}");
        return Err(io::Error::new(io::ErrorKind::InvalidData, what));
    }
    buffer.clear();
    buffer.extend_from_slice(&size);
    buffer.resize(4 + length, 0);
    from.read_exact(&mut buffer[4..])?;
    Ok(Some(()))
}

/// The library's message is a trace of many lines.
fn one_line(e: &impl std::fmt::Display) -> String {
    super::shorten(e.to_string().lines().next().unwrap_or("the bytes are damaged"))
}

struct FlatRow<'a> {
    feature: Feature<'a>,
    kind: GeometryType,
    /// Values by column.
    cells: Vec<Cell<'a>>,
    line: u64,
}

impl Row for FlatRow<'_> {
    fn cell(&self, column: usize) -> Cell<'_> {
        self.cells.get(column).copied().unwrap_or(Cell::Null)
    }

    fn line(&self) -> u64 {
        self.line
    }

    fn geometry(&self) -> std::result::Result<Option<Geometry<f64>>, String> {
        self.feature.geometry().map_or(Ok(None), |g| flat_geometry::shape(&g, self.kind))
    }
}

/// The values of a feature: number of the column, then the value. Ends where a value is cut off.
fn cells<'a>(mut bytes: &'a [u8], types: &[ColumnType]) -> Vec<Cell<'a>> {
    let mut out = vec![Cell::Null; types.len()];
    let mut next = || -> Option<(usize, Cell<'a>)> {
        let at = usize::from(u16::from_le_bytes(take(&mut bytes)?));
        let cell = match *types.get(at)? {
            ColumnType::Bool => Cell::Bool(take::<1>(&mut bytes)? != [0]),
            ColumnType::Byte => Cell::Int(i8::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::UByte => Cell::Int(u8::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::Short => Cell::Int(i16::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::UShort => Cell::Int(u16::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::Int => Cell::Int(i32::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::UInt => Cell::Int(u32::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::Long => Cell::Int(i64::from_le_bytes(take(&mut bytes)?)),
            ColumnType::ULong => {
                let number = u64::from_le_bytes(take(&mut bytes)?);
                i64::try_from(number).map_or(Cell::Float(number as f64), Cell::Int)
            }
            ColumnType::Float => float(f32::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::Double => float(f64::from_le_bytes(take(&mut bytes)?)),
            kind => {
                let length = u32::from_le_bytes(take(&mut bytes)?) as usize;
                let (text, rest) = bytes.split_at_checked(length)?;
                bytes = rest;
                let text = if kind == ColumnType::Binary { None } else { std::str::from_utf8(text).ok() };
                text.map_or(Cell::Null, Cell::text)
            }
        };
        Some((at, cell))
    };
    while let Some((at, cell)) = next() {
        out[at] = cell;
    }
    out
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (value, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*value)
}

fn float(number: f64) -> Cell<'static> {
    if number.is_finite() { Cell::Float(number) } else { Cell::Null }
}

impl Table for FlatGeobufTable {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn has_geometry(&self) -> bool {
        true
    }

    fn epsg(&self) -> Option<u16> {
        self.epsg
    }

    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }

    fn rows(mut self: Box<Self>, _wanted: &[bool], each: &mut dyn FnMut(Event<'_>) -> Result<()>) -> Result<()> {
        let mut buffer = vec![];
        let mut line = 0;
        let bad = |line: u64, reason: String| {
            let hint = "the file is damaged; download it again".into();
            Event::Bad(Quarantined { line: line + 1, column: String::new(), value: String::new(), reason, hint })
        };
        loop {
            match next_buffer(&mut self.from, MAX_RECORD_BYTES, &mut buffer) {
                Ok(Some(())) => {}
                Ok(None) if line < self.count => {
                    let missing = self.count - line;
                    return each(bad(
                        line,
                        format!("the file ends, and {missing} features that it counts are missing"),
                    ));
                }
                Ok(None) => return Ok(()),
                Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => {
                    return each(bad(line, "the file ends in the middle; what came before was read".into()));
                }
                Err(e) => return each(bad(line, format!("the rest of the rows cannot be read: {e}"))),
            }
            match size_prefixed_root_as_feature(&buffer) {
                Err(e) => each(bad(line, format!("the feature is damaged: {}", one_line(&e))))?,
                Ok(feature) => {
                    let bytes = feature.properties().map_or(&[][..], |p| p.bytes());
                    let cells = cells(bytes, &self.types);
                    each(Event::Row(&FlatRow { feature, kind: self.kind, cells, line: line + 1 }))?;
                }
            }
            line += 1;
        }
    }
}
