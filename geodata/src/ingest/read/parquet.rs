//! Parquet and GeoParquet by column: only the columns that are asked for are unpacked, a few thousand rows at a time.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use geo_types::Geometry;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::ColumnReader;
use parquet::data_type::{ByteArray, Int96};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use serde_json::Value;

use super::cell::{Cell, Row};
use super::file::Opened;
use super::{Event, Table};
use crate::error::{Error, Result};
use crate::report::Quarantined;
use crate::wkb;

/// Rows unpacked at a time.
const CHUNK: usize = 8192;

pub(crate) struct ParquetTable {
    reader: SerializedFileReader<File>,
    columns: Vec<String>,
    /// Column of the file's schema behind each of ours.
    leaves: Vec<usize>,
    geometry: Option<usize>,
    epsg: Option<u16>,
    notes: Vec<String>,
    done: Arc<AtomicU64>,
    size: u64,
}

/// How the integers and bytes of a column are meant.
#[derive(Clone, Copy, PartialEq)]
enum Meant {
    Plain,
    Day,
    /// Parts of a second, and whether in UTC.
    Time(i64, bool),
    /// Decimal places.
    Decimal(i32),
}

/// Runs the library on bytes that may be damaged: a panic of its own is a damaged file too.
fn guarded<T>(work: impl FnOnce() -> parquet::errors::Result<T>) -> std::result::Result<T, String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(e)) => Err(e.to_string()),
        Err(_) => Err("the bytes are damaged".into()),
    }
}

impl ParquetTable {
    pub(crate) fn open(file: &Opened) -> Result<Self> {
        let size = std::fs::metadata(file.disk()).map_or(0, |m| m.len());
        let seekable = file.seekable()?;
        let reader = guarded(|| SerializedFileReader::new(seekable)).map_err(|e| {
            Error::invalid(
                format!("{} cannot be read as Parquet: {e}", file.path.display()),
                "its table of contents is at the end: it was cut off or damaged, download it again",
            )
        })?;
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        let (mut columns, mut leaves, mut notes) = (vec![], vec![], vec![]);
        for (leaf, column) in schema.columns().iter().enumerate() {
            // A list has no one value a row.
            if column.max_rep_level() > 0 {
                notes.push(format!("column {} is a list and was not read", column.path().string()));
                continue;
            }
            columns.push(column.path().string());
            leaves.push(leaf);
        }
        let mut table =
            Self { reader, columns, leaves, geometry: None, epsg: None, notes, done: Arc::clone(file.done()), size };
        table.geo();
        Ok(table)
    }

    /// Reads the `geo` metadata of GeoParquet.
    fn geo(&mut self) {
        let meta = self.reader.metadata().file_metadata().key_value_metadata();
        let text = meta.and_then(|m| m.iter().find(|kv| kv.key == "geo")?.value.as_ref());
        let Some(geo) = text.and_then(|t| serde_json::from_str::<Value>(t).ok()) else { return };
        let Some(primary) = geo["primary_column"].as_str() else { return };
        let column = &geo["columns"][primary];
        if !column["encoding"].as_str().is_some_and(|e| e.eq_ignore_ascii_case("wkb")) {
            self.notes.push(format!("geometry column {primary} is not WKB and was not read"));
            return;
        }
        self.geometry = self.columns.iter().position(|c| c == primary);
        self.epsg = column["crs"]["id"]["code"].as_u64().and_then(|c| u16::try_from(c).ok());
    }
}

enum Values {
    Bool(Vec<bool>),
    Int(Vec<i64>),
    Float(Vec<f64>),
    Bytes(Vec<ByteArray>),
}

struct Chunk {
    /// Where each row's value is, `u32::MAX` where it has none.
    at: Vec<u32>,
    values: Values,
    meant: Meant,
}

struct ChunkRow<'a> {
    chunks: &'a [Option<Chunk>],
    geometry: Option<usize>,
    nth: usize,
    line: u64,
}

impl Row for ChunkRow<'_> {
    fn cell(&self, column: usize) -> Cell<'_> {
        let Some(Some(chunk)) = self.chunks.get(column) else { return Cell::Null };
        let Some(at) = chunk.at.get(self.nth).map(|at| *at as usize) else { return Cell::Null };
        match &chunk.values {
            Values::Bool(v) => v.get(at).map_or(Cell::Null, |b| Cell::Bool(*b)),
            Values::Float(v) => v.get(at).map_or(Cell::Null, |f| Cell::Float(*f)),
            Values::Int(v) => v.get(at).map_or(Cell::Null, |i| match chunk.meant {
                Meant::Plain => Cell::Int(*i),
                Meant::Day => i.checked_mul(86_400).map_or(Cell::Null, Cell::Day),
                Meant::Time(parts, true) => Cell::Utc(i.div_euclid(parts)),
                Meant::Time(parts, false) => Cell::Civil(i.div_euclid(parts)),
                Meant::Decimal(scale) => Cell::Float(*i as f64 / 10f64.powi(scale)),
            }),
            Values::Bytes(v) => {
                let text = v.get(at).and_then(|b| std::str::from_utf8(b.data()).ok());
                text.map_or(Cell::Null, Cell::text)
            }
        }
    }

    fn line(&self) -> u64 {
        self.line
    }

    fn geometry(&self) -> std::result::Result<Option<Geometry<f64>>, String> {
        let Some(Some(chunk)) = self.geometry.map(|g| &self.chunks[g]) else { return Ok(None) };
        let (Values::Bytes(v), Some(at)) = (&chunk.values, chunk.at.get(self.nth)) else { return Ok(None) };
        v.get(*at as usize).map_or(Ok(None), |b| wkb::read(b.data()))
    }
}

impl Table for ParquetTable {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn has_geometry(&self) -> bool {
        self.geometry.is_some()
    }

    fn epsg(&self) -> Option<u16> {
        self.epsg
    }

    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }

    fn rows(self: Box<Self>, wanted: &[bool], each: &mut dyn FnMut(Event<'_>) -> Result<()>) -> Result<()> {
        let schema = self.reader.metadata().file_metadata().schema_descr_ptr();
        let total = self.reader.metadata().file_metadata().num_rows().max(1) as u64;
        let mut line = 0u64;
        let tail = |line: u64, e: &str| {
            Event::Bad(Quarantined {
                line: line + 1,
                column: String::new(),
                value: String::new(),
                reason: format!("the rest of the rows cannot be read: {}", super::shorten(e)),
                hint: "the file is damaged; download it again".into(),
            })
        };
        for group in 0..self.reader.num_row_groups() {
            let opened = guarded(|| {
                let group = self.reader.get_row_group(group)?;
                let mut readers = vec![];
                for (column, leaf) in self.leaves.iter().enumerate() {
                    let asked = wanted.get(column) == Some(&true) || self.geometry == Some(column);
                    readers.push(if asked { Some(group.get_column_reader(*leaf)?) } else { None });
                }
                Ok((readers, group.metadata().num_rows().max(0) as usize))
            });
            let (mut readers, rows) = match opened {
                Ok(o) => o,
                Err(e) => return each(tail(line, &e)),
            };
            let mut left = rows;
            while left > 0 {
                let n = left.min(CHUNK);
                let read = guarded(|| {
                    let mut chunks = Vec::with_capacity(readers.len());
                    for (column, reader) in readers.iter_mut().enumerate() {
                        let descriptor = schema.column(self.leaves[column]);
                        chunks.push(reader.as_mut().map(|r| chunk(r, &descriptor, n)).transpose()?);
                    }
                    Ok(chunks)
                });
                let chunks = match read {
                    Ok(c) => c,
                    Err(e) => return each(tail(line, &e)),
                };
                for nth in 0..n {
                    line += 1;
                    each(Event::Row(&ChunkRow { chunks: &chunks, geometry: self.geometry, nth, line }))?;
                }
                left -= n;
                self.done.store(self.size * line / total, Ordering::Relaxed);
            }
        }
        Ok(())
    }
}

/// Unpacks the next `n` rows of a column.
fn chunk(reader: &mut ColumnReader, column: &ColumnDescriptor, n: usize) -> parquet::errors::Result<Chunk> {
    macro_rules! read {
        ($r:expr) => {{
            let (mut levels, mut values) = (vec![], vec![]);
            let mut read = 0;
            // A page boundary may end a read early.
            while read < n {
                let (records, ..) = $r.read_records(n - read, Some(&mut levels), None, &mut values)?;
                if records == 0 {
                    break;
                }
                read += records;
            }
            (levels, values, read)
        }};
    }
    let (levels, values, read) = match reader {
        ColumnReader::BoolColumnReader(r) => {
            let (l, v, n) = read!(r);
            (l, Values::Bool(v), n)
        }
        ColumnReader::Int32ColumnReader(r) => {
            let (l, v, n): (_, Vec<i32>, _) = read!(r);
            (l, Values::Int(v.into_iter().map(i64::from).collect()), n)
        }
        ColumnReader::Int64ColumnReader(r) => {
            let (l, v, n) = read!(r);
            (l, Values::Int(v), n)
        }
        ColumnReader::Int96ColumnReader(r) => {
            let (l, v, n): (_, Vec<Int96>, _) = read!(r);
            (l, Values::Int(v.iter().map(Int96::to_seconds).collect()), n)
        }
        ColumnReader::FloatColumnReader(r) => {
            let (l, v, n): (_, Vec<f32>, _) = read!(r);
            (l, Values::Float(v.into_iter().map(f64::from).collect()), n)
        }
        ColumnReader::DoubleColumnReader(r) => {
            let (l, v, n) = read!(r);
            (l, Values::Float(v), n)
        }
        ColumnReader::ByteArrayColumnReader(r) => {
            let (l, v, n) = read!(r);
            (l, Values::Bytes(v), n)
        }
        ColumnReader::FixedLenByteArrayColumnReader(r) => {
            let (l, v, n): (_, Vec<parquet::data_type::FixedLenByteArray>, _) = read!(r);
            (l, Values::Bytes(v.into_iter().map(ByteArray::from).collect()), n)
        }
    };
    let max = column.max_def_level();
    let mut next = 0u32;
    let at = (0..read)
        .map(|i| {
            if max > 0 && levels.get(i) != Some(&max) {
                return u32::MAX;
            }
            next += 1;
            next - 1
        })
        .collect();
    Ok(Chunk { at, values, meant: meant(column) })
}

fn meant(column: &ColumnDescriptor) -> Meant {
    let physical = column.physical_type();
    match column.logical_type_ref() {
        Some(LogicalType::Date) => Meant::Day,
        Some(LogicalType::Timestamp(t)) => {
            let parts = match t.unit {
                TimeUnit::MILLIS => 1000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            };
            Meant::Time(parts, t.is_adjusted_to_u_t_c)
        }
        Some(LogicalType::Decimal(d)) => Meant::Decimal(d.scale),
        _ if physical == parquet::basic::Type::INT96 => Meant::Time(1, false),
        _ => match column.converted_type() {
            ConvertedType::DATE => Meant::Day,
            ConvertedType::TIMESTAMP_MILLIS => Meant::Time(1000, true),
            ConvertedType::TIMESTAMP_MICROS => Meant::Time(1_000_000, true),
            ConvertedType::DECIMAL => Meant::Decimal(column.type_scale()),
            _ => Meant::Plain,
        },
    }
}
