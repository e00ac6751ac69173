//! GeoParquet 1.1: columns with nothing where a number is not told, geometry as WKB, and the bounds of every row.

use std::io;
use std::sync::Arc;

use geodata::table::{Cell, Values};
use geodata::wkb;
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use serde_json::json;

use super::Document;
use super::cut::bounds;
use super::fields::{Fields, key_of, name_of};
use super::places::Place;
use super::projjson::definition;

/// Rows of a group: readers skip whole groups by their bounds.
const GROUP_ROWS: usize = 65_536;
/// Words of the schema for a text.
const TEXT: &str = "byte_array {} (string)";

type Group<'a, 'b> = SerializedRowGroupWriter<'a, &'b mut Vec<u8>>;

/// Writes the rows.
pub(super) fn write(document: &Document<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    packed(document, out).map_err(io::Error::other)
}

fn packed(document: &Document<'_>, out: &mut Vec<u8>) -> Result<()> {
    let fields = Fields::of(document);
    let schema = Arc::new(parse_message_type(&schema(&fields))?);
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_key_value_metadata(Some(metadata(document)?))
        .build();
    let mut file = SerializedFileWriter::new(out, schema, Arc::new(properties))?;
    for rows in document.rows.chunks(GROUP_ROWS) {
        let mut group = file.next_row_group()?;
        write_group(document, &fields, rows, &mut group)?;
        group.close()?;
    }
    file.close()?;
    Ok(())
}

fn schema(of: &Fields<'_>) -> String {
    let text = |name: &str| TEXT.replace("{}", name);
    let mut fields = vec![format!("required {}", text(of.key))];
    if of.has_name {
        fields.push(format!("optional {}", text("name")));
    }
    for column in of.columns {
        let field = match column.values {
            Values::Count(_) => format!("int32 {} (integer(32,false))", column.name),
            Values::Number(_) => format!("double {}", column.name),
            Values::Class(..) | Values::Text(_) | Values::Shared(..) => text(column.name),
        };
        fields.push(format!("optional {field}"));
    }
    fields.push(format!("required {}", text("state")));
    fields.push("optional byte_array geometry".to_owned());
    let sides = BBOX.map(|side| format!("required double {side};")).concat();
    format!("message rows {{ {}; optional group bbox {{ {sides} }} }}", fields.join("; "))
}

fn write_group(document: &Document<'_>, fields: &Fields<'_>, rows: &[usize], group: &mut Group<'_, '_>) -> Result<()> {
    let table = document.table;
    column::<ByteArrayType>(group, rows, false, |row| Some((*key_of(document, row)).into()))?;
    if fields.has_name {
        column::<ByteArrayType>(group, rows, true, |row| name_of(document, row).map(ByteArray::from))?;
    }
    for c in fields.columns {
        match c.values {
            Values::Count(_) => column::<Int32Type>(group, rows, true, |row| match table.cell(c, row) {
                // The bits of an unsigned number: the schema says so.
                Cell::Count(n) => Some(n.cast_signed()),
                _ => None,
            })?,
            Values::Number(_) => column::<DoubleType>(group, rows, true, |row| match table.cell(c, row) {
                Cell::Number(x) => Some(x),
                _ => None,
            })?,
            Values::Class(..) | Values::Text(_) | Values::Shared(..) => {
                column::<ByteArrayType>(group, rows, true, |row| match table.cell(c, row) {
                    Cell::Word(word) => Some(word.into()),
                    _ => None,
                })?;
            }
        }
    }
    let state = |row: usize| table.states().get(row).map_or("", |s| s.name());
    column::<ByteArrayType>(group, rows, false, |row| Some(state(row).into()))?;
    column::<ByteArrayType>(group, rows, true, |row| geometry(&document.place(row)).map(ByteArray::from))?;
    for side in 0..BBOX.len() {
        column::<DoubleType>(group, rows, true, |row| bounds(&document.place(row)).map(|b| b[side]))?;
    }
    Ok(())
}

/// Members of the column of bounds: west, south, east, north.
const BBOX: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];

/// Writes one column: `value` of each row, where it has one.
fn column<T: DataType>(
    group: &mut Group<'_, '_>,
    rows: &[usize],
    is_optional: bool,
    value: impl Fn(usize) -> Option<T::T>,
) -> Result<()> {
    let found: Vec<Option<T::T>> = rows.iter().map(|&row| value(row)).collect();
    let levels: Vec<i16> = found.iter().map(|v| i16::from(v.is_some())).collect();
    let values: Vec<T::T> = found.into_iter().flatten().collect();
    let mut writer =
        group.next_column()?.ok_or_else(|| ParquetError::General("more columns than the schema has".to_owned()))?;
    writer.typed::<T>().write_batch(&values, is_optional.then_some(&levels), None)?;
    writer.close()
}

fn geometry(place: &Place<'_>) -> Option<Vec<u8>> {
    match place {
        Place::Polygon(shape) if shape.0.is_empty() => None,
        Place::Polygon(shape) => Some(wkb::multi_polygon(shape)),
        Place::Point(c) => Some(wkb::point(*c)),
        Place::Line(line) => Some(wkb::line_string(line)),
        Place::Nowhere => None,
    }
}

/// `geo`, as GeoParquet asks, and how the numbers came about.
fn metadata(document: &Document<'_>) -> Result<Vec<KeyValue>> {
    let table = document.table;
    let (mut points, mut lines, mut polygons, mut extent) = (false, false, false, None::<[f64; 4]>);
    for &row in document.rows {
        let place = document.place(row);
        points |= matches!(place, Place::Point(_));
        lines |= matches!(place, Place::Line(_));
        polygons |= matches!(&place, Place::Polygon(shape) if !shape.0.is_empty());
        if let Some(b) = bounds(&place) {
            let wider = |e: [f64; 4]| [e[0].min(b[0]), e[1].min(b[1]), e[2].max(b[2]), e[3].max(b[3])];
            extent = Some(extent.map_or(b, wider));
        }
    }
    let types = [("Point", points), ("LineString", lines), ("MultiPolygon", polygons)];
    let covering: serde_json::Map<_, _> = BBOX.iter().map(|side| ((*side).to_owned(), json!(["bbox", side]))).collect();
    // Without `crs` the coordinates are OGC:CRS84, longitude before latitude; x is before y in any system.
    let mut geometry = json!({
        "encoding": "WKB",
        "geometry_types": types.iter().filter(|t| t.1).map(|t| t.0).collect::<Vec<_>>(),
        "covering": { "bbox": covering },
    });
    if let (Some(extent), Some(geometry)) = (extent, geometry.as_object_mut()) {
        geometry.insert("bbox".to_owned(), json!(extent));
    }
    if let (Some(crs), Some(geometry)) = (definition(document.frame), geometry.as_object_mut()) {
        geometry.insert("crs".to_owned(), crs);
    }
    let geo = json!({ "version": "1.1.0", "primary_column": "geometry", "columns": { "geometry": geometry } });
    let analysis =
        serde_json::to_string(table.analysis()).map_err(|e| ParquetError::General(format!("the analysis: {e}")))?;
    Ok(vec![KeyValue::new("geo".to_owned(), geo.to_string()), KeyValue::new("analysis".to_owned(), analysis)])
}
