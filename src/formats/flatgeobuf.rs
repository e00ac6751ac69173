//! FlatGeobuf 3 with its index, so that a reader may take a part of a file over the network.

use std::borrow::Cow;
use std::io;

use flatgeobuf::geozero::error::Result;
use flatgeobuf::geozero::{ColumnValue, GeomProcessor, PropertyProcessor};
use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType, GeozeroGeometry};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use geodata::table::{Cell, Shapes, Values};

use super::Document;
use super::fields::{Fields, key_of, name_of};
use super::frame::Frame;
use super::places::Place;

/// Writes the rows. Coordinates are x before y in any system, as the format has it.
pub(super) fn write(document: &Document<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    packed(document, out).map_err(io::Error::other)
}

fn packed(
    document: &Document<'_>,
    out: &mut Vec<u8>,
) -> std::result::Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let table = document.table;
    let analysis = serde_json::to_string(table.analysis())?;
    let kind = match table.shapes() {
        Shapes::Cells(..) | Shapes::Areas(_) => GeometryType::MultiPolygon,
        Shapes::Points(_) => GeometryType::Point,
        Shapes::Lines(_) => GeometryType::LineString,
    };
    // The index cannot hold a row that lies nowhere.
    let has_places = !document.rows.is_empty() && document.rows.iter().all(|&row| is_somewhere(&document.place(row)));
    let options = FgbWriterOptions {
        write_index: has_places,
        crs: FgbCrs { org: Some("EPSG"), code: document.frame.epsg().into(), ..FgbCrs::default() },
        metadata: Some(&analysis),
        ..FgbWriterOptions::default()
    };
    let mut file = FgbWriter::create_with_options(document.name, kind, options)?;
    let fields = Fields::of(document);
    let text = ColumnType::String;
    file.add_column(fields.key, text, |_, column| column.nullable = false);
    if fields.has_name {
        file.add_column("name", text, |_, _| ());
    }
    for column in fields.columns {
        let holds = match column.values {
            Values::Count(_) => ColumnType::UInt,
            Values::Number(_) => ColumnType::Double,
            Values::Class(..) | Values::Text(_) | Values::Shared(..) => text,
        };
        file.add_column(column.name, holds, |names, field| {
            field.description = (!column.unit.is_empty()).then(|| names.create_string(column.unit));
        });
    }
    file.add_column("state", text, |_, column| column.nullable = false);
    for &row in document.rows {
        let place = Some(document.place(row)).filter(is_somewhere).unwrap_or_else(|| nowhere(kind));
        let mut said = Ok(());
        file.add_feature_geom(Shape(&place, document.frame), |feature| {
            said = properties(document, &fields, row, feature)
        })?;
        said?;
    }
    file.write(out)?;
    Ok(())
}

/// Whether a place has a coordinate.
fn is_somewhere(place: &Place<'_>) -> bool {
    match place {
        Place::Polygon(shape) => !shape.0.is_empty(),
        Place::Point(_) | Place::Line(_) => true,
        Place::Nowhere => false,
    }
}

fn properties(
    document: &Document<'_>,
    fields: &Fields<'_>,
    row: usize,
    out: &mut impl PropertyProcessor,
) -> Result<()> {
    let mut n = 0;
    // Whoever reads the file takes a field that is left out for null.
    let mut put = |value: Option<ColumnValue<'_>>| {
        if let Some(value) = value {
            out.property(n, "", &value)?;
        }
        n += 1;
        Ok(())
    };
    put(Some(ColumnValue::String(&key_of(document, row))))?;
    if fields.has_name {
        put(name_of(document, row).map(ColumnValue::String))?;
    }
    for column in fields.columns {
        put(match document.table.cell(column, row) {
            Cell::Count(n) => Some(ColumnValue::UInt(n)),
            Cell::Number(x) => Some(ColumnValue::Double(x)),
            Cell::Word(word) => Some(ColumnValue::String(word)),
            Cell::Nothing => None,
        })?;
    }
    put(document.table.states().get(row).map(|s| ColumnValue::String(s.name())))
}

/// A place as the writer takes it.
struct Shape<'a>(&'a Place<'a>, &'a Frame);

impl GeozeroGeometry for Shape<'_> {
    fn process_geom<P: GeomProcessor>(&self, to: &mut P) -> Result<()> {
        match self.0 {
            Place::Point(c) => {
                to.point_begin(0)?;
                self.vertex(*c, 0, to)?;
                to.point_end(0)
            }
            Place::Line(line) => {
                to.linestring_begin(true, line.0.len(), 0)?;
                self.vertices(line, to)?;
                to.linestring_end(true, 0)
            }
            Place::Polygon(shape) => {
                to.multipolygon_begin(shape.0.len(), 0)?;
                for (n, polygon) in shape.0.iter().enumerate() {
                    self.polygon(polygon, n, to)?;
                }
                to.multipolygon_end(0)
            }
            Place::Nowhere => Ok(()),
        }
    }
}

/// A coordinate that is none, in the form of the file: GDAL reads no feature that has no coordinate at all.
fn nowhere(kind: GeometryType) -> Place<'static> {
    let none = Coord { x: f64::NAN, y: f64::NAN };
    let line = LineString(vec![none]);
    match kind {
        GeometryType::Point => Place::Point(none),
        GeometryType::LineString => Place::Line(Cow::Owned(line)),
        _ => Place::Polygon(Cow::Owned(MultiPolygon(vec![Polygon::new(line, vec![])]))),
    }
}

impl Shape<'_> {
    fn polygon(&self, polygon: &Polygon<f64>, n: usize, to: &mut impl GeomProcessor) -> Result<()> {
        to.polygon_begin(false, 1 + polygon.interiors().len(), n)?;
        for (k, ring) in std::iter::once(polygon.exterior()).chain(polygon.interiors()).enumerate() {
            to.linestring_begin(false, ring.0.len(), k)?;
            self.vertices(ring, to)?;
            to.linestring_end(false, k)?;
        }
        to.polygon_end(false, n)
    }

    fn vertices(&self, line: &LineString<f64>, to: &mut impl GeomProcessor) -> Result<()> {
        line.0.iter().enumerate().try_for_each(|(n, c)| self.vertex(*c, n, to))
    }

    fn vertex(&self, c: Coord<f64>, n: usize, to: &mut impl GeomProcessor) -> Result<()> {
        let Coord { x, y } = self.1.rounded(c);
        to.xy(x, y, n)
    }
}
