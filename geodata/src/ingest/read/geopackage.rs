//! GeoPackage vector layers, through SQLite, in the spatial reference system that the file itself names.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use geo_types::Geometry;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::cell::{Cell, Row};
use super::file::Opened;
use super::{Event, Hints, Table};
use crate::error::{Error, Result};
use crate::report::Quarantined;
use crate::wkb;

pub(crate) struct GeoPackageTable {
    connection: Connection,
    table: String,
    columns: Vec<String>,
    geometry: Option<usize>,
    epsg: Option<u16>,
    notes: Vec<String>,
    /// Keeps the unpacked file until the table is read.
    _unpacked: Option<Arc<tempfile::NamedTempFile>>,
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl GeoPackageTable {
    pub(crate) fn open(file: &Opened, hints: &Hints) -> Result<Self> {
        let unpacked = if file.packed {
            let mut temporary =
                tempfile::NamedTempFile::new().map_err(|e| file.io("cannot make a temporary file for", &e))?;
            file.unpack(temporary.as_file_mut())?;
            Some(Arc::new(temporary))
        } else {
            file.done().store(std::fs::metadata(file.disk()).map_or(0, |m| m.len()), Ordering::Relaxed);
            file.member.clone()
        };
        let path: &Path = unpacked.as_ref().map_or(&file.path, |t| t.path());
        let wrong = |e: rusqlite::Error| {
            Error::invalid(
                format!("{} cannot be read as a GeoPackage: {e}", file.path.display()),
                "it was cut off, damaged, or is another SQLite file",
            )
        };
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(wrong)?;
        let layers = layers(&connection).map_err(wrong)?;
        let layer = match &hints.layer {
            Some(name) => layers.iter().find(|l| l.table.eq_ignore_ascii_case(name)),
            None => layers.first(),
        };
        let listed = || layers.iter().map(|l| l.table.as_str()).collect::<Vec<_>>().join(", ");
        let Some(layer) = layer else {
            return Err(Error::invalid(
                format!("{} has no such vector layer; it has {}", file.path.display(), listed()),
                "give format.layer",
            ));
        };
        let mut notes = vec![];
        if layers.len() > 1 && hints.layer.is_none() {
            notes.push(format!(
                "the file has the layers {}; {} was read, give format.layer for another",
                listed(),
                layer.table
            ));
        }
        let table = layer.table.clone();
        let sql = format!("SELECT * FROM {} LIMIT 0", quoted(&table));
        let columns: Vec<String> =
            connection.prepare(&sql).map_err(wrong)?.column_names().map(str::to_string).collect();
        let geometry = layer.column.as_ref().and_then(|g| columns.iter().position(|c| c == g));
        let epsg = layer.epsg;
        if geometry.is_some() && epsg.is_none() && hints.epsg.is_none() {
            notes.push(format!(
                "layer {table} names no EPSG code and was taken for degrees; give format.epsg if that is wrong"
            ));
        }
        Ok(Self { connection, table, columns, geometry, epsg, notes, _unpacked: unpacked })
    }
}

struct Layer {
    table: String,
    column: Option<String>,
    epsg: Option<u16>,
}

/// Vector layers first, then tables without geometry. The EPSG code is what the file's own reference table says.
fn layers(connection: &Connection) -> rusqlite::Result<Vec<Layer>> {
    let mut query = connection.prepare(
        "SELECT c.table_name, g.column_name, s.organization, s.organization_coordsys_id, g.srs_id
         FROM gpkg_contents c
         LEFT JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
         LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
         WHERE c.data_type IN ('features', 'attributes') ORDER BY g.column_name IS NULL, c.rowid",
    )?;
    let rows = query.query_map([], |r| {
        let organisation: Option<String> = r.get(2)?;
        let code: Option<i64> = r.get(3)?;
        let epsg = code.filter(|_| organisation.is_some_and(|o| o.eq_ignore_ascii_case("epsg")));
        Ok(Layer { table: r.get(0)?, column: r.get(1)?, epsg: epsg.and_then(|c| u16::try_from(c).ok()) })
    })?;
    rows.collect()
}

struct SqlRow<'a, 'b> {
    row: &'a rusqlite::Row<'b>,
    geometry: Option<usize>,
    line: u64,
}

impl Row for SqlRow<'_, '_> {
    fn cell(&self, column: usize) -> Cell<'_> {
        match self.row.get_ref(column) {
            Ok(ValueRef::Integer(i)) => Cell::Int(i),
            Ok(ValueRef::Real(f)) => Cell::Float(f),
            Ok(ValueRef::Text(t)) => std::str::from_utf8(t).map_or(Cell::Null, Cell::text),
            _ => Cell::Null,
        }
    }

    fn line(&self) -> u64 {
        self.line
    }

    fn geometry(&self) -> std::result::Result<Option<Geometry<f64>>, String> {
        let Some(column) = self.geometry else { return Ok(None) };
        match self.row.get_ref(column) {
            Ok(ValueRef::Blob(blob)) => wkb::read_gpkg(blob),
            _ => Ok(None),
        }
    }
}

impl Table for GeoPackageTable {
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

    fn rows(self: Box<Self>, _wanted: &[bool], each: &mut dyn FnMut(Event<'_>) -> Result<()>) -> Result<()> {
        let mut line = 0;
        let tail = |line: u64, e: &rusqlite::Error| {
            Event::Bad(Quarantined {
                line: line + 1,
                column: String::new(),
                value: String::new(),
                reason: format!("the rest of the rows cannot be read: {e}"),
                hint: "the file is damaged; download it again".into(),
            })
        };
        let sql = format!("SELECT * FROM {}", quoted(&self.table));
        let mut statement = match self.connection.prepare(&sql) {
            Ok(s) => s,
            Err(e) => return each(tail(0, &e)),
        };
        let mut rows = match statement.query([]) {
            Ok(r) => r,
            Err(e) => return each(tail(0, &e)),
        };
        loop {
            match rows.next() {
                Ok(None) => return Ok(()),
                Ok(Some(row)) => {
                    line += 1;
                    each(Event::Row(&SqlRow { row, geometry: self.geometry, line }))?;
                }
                Err(e) => return each(tail(line, &e)),
            }
        }
    }
}
