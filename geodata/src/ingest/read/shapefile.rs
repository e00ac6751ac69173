//! Shapefiles: shapes and attributes side by side, in the coordinate system that the `.prj` names.

use std::fs::File;
use std::io::{self, BufReader};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use geo_types::Geometry;

use super::cell::{Cell, Row};
use super::dbf::Attributes;
use super::file::Opened;
use super::parts::Parts;
use super::{Event, Hints, Table, shp, wkt};
use crate::error::{Error, Result};
use crate::report::Quarantined;

pub(crate) struct ShapefileTable {
    shapes: BufReader<File>,
    attributes: Option<Attributes<BufReader<File>>>,
    epsg: Option<u16>,
    notes: Vec<String>,
    done: Arc<AtomicU64>,
}

impl ShapefileTable {
    pub(crate) fn open(mut file: Opened, hints: &Hints) -> Result<Self> {
        if file.packed {
            return Err(Error::invalid(
                format!("{} is a packed .shp, whose attributes are missing", file.path.display()),
                "give the .shp with its .dbf and .prj beside it, or all of them in one .zip",
            ));
        }
        let parts = match file.parts.take() {
            Some(parts) => parts,
            None => Parts::beside(&file.path)?,
        };
        let mut shapes = BufReader::with_capacity(1 << 18, parts.shp);
        shp::skip_header(&mut shapes).map_err(|e| broken(&file, ".shp", &e))?;
        let mut notes = vec![];
        let told = hints.encoding.as_deref().or(parts.cpg.as_deref()).filter(|t| !t.is_empty());
        let attributes = match parts.dbf {
            None => {
                notes.push("there is no .dbf beside the .shp: the shapes have no attributes".into());
                None
            }
            Some(dbf) => {
                let reader = BufReader::with_capacity(1 << 16, dbf);
                Some(Attributes::open(reader, told).map_err(|e| broken(&file, ".dbf", &e))?)
            }
        };
        notes.extend(attributes.iter().flat_map(|a| a.notes.clone()));
        let epsg = parts.prj.as_deref().and_then(|text| wkt::epsg(text, &mut notes));
        if parts.prj.is_none() && hints.epsg.is_none() {
            notes
                .push("there is no .prj: coordinates were taken for degrees; give format.epsg if that is wrong".into());
        }
        Ok(Self { shapes, attributes, epsg, notes, done: Arc::clone(file.done()) })
    }
}

fn broken(file: &Opened, part: &str, e: &io::Error) -> Error {
    let why = if e.kind() == io::ErrorKind::UnexpectedEof { "it ends in its header".to_owned() } else { e.to_string() };
    Error::invalid(
        format!("{}: its {part} cannot be read: {why}", file.path.display()),
        "it was cut off or damaged: download it again",
    )
}

struct ShapeRow<'a> {
    content: &'a [u8],
    attributes: Option<&'a Attributes<BufReader<File>>>,
    line: u64,
}

impl Row for ShapeRow<'_> {
    fn cell(&self, column: usize) -> Cell<'_> {
        self.attributes.map_or(Cell::Null, |a| a.cell(column))
    }

    fn line(&self) -> u64 {
        self.line
    }

    fn geometry(&self) -> std::result::Result<Option<Geometry<f64>>, String> {
        shp::shape(self.content)
    }
}

impl Table for ShapefileTable {
    fn columns(&self) -> &[String] {
        self.attributes.as_ref().map_or(&[], |a| &a.columns)
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

    fn rows(mut self: Box<Self>, wanted: &[bool], each: &mut dyn FnMut(Event<'_>) -> Result<()>) -> Result<()> {
        let mut content = vec![];
        let mut line = 0;
        let tail = |line: u64, part: &str, why: &str| {
            Event::Bad(Quarantined {
                line: line + 1,
                column: String::new(),
                value: String::new(),
                reason: format!("the rest of the rows cannot be read: the {part} {why}"),
                hint: "the file is damaged; download it again".into(),
            })
        };
        let cut = |e: &io::Error| match e.kind() {
            io::ErrorKind::UnexpectedEof => "ends in the middle".to_owned(),
            _ => format!("is damaged: {e}"),
        };
        let count = self.attributes.as_ref().map(|a| a.count);
        loop {
            match shp::next_record(&mut self.shapes, &mut content) {
                Ok(Some(())) => {}
                Ok(None) if count.is_some_and(|n| n > line) => return each(tail(line, ".shp", "ends before the .dbf")),
                Ok(None) => return Ok(()),
                Err(e) => return each(tail(line, ".shp", &cut(&e))),
            }
            self.done.fetch_add(8 + content.len() as u64, Ordering::Relaxed);
            let mut is_there = true;
            if let Some(attributes) = &mut self.attributes {
                if attributes.count == line {
                    return each(tail(line, ".dbf", "ends before the .shp"));
                }
                is_there = match attributes.next(wanted) {
                    Ok(is_there) => is_there,
                    Err(e) => return each(tail(line, ".dbf", &cut(&e))),
                };
            }
            line += 1;
            if is_there {
                each(Event::Row(&ShapeRow { content: &content, attributes: self.attributes.as_ref(), line }))?;
            }
        }
    }
}
