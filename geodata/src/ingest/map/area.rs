//! A row as an area, with what rates divide by.

use std::collections::HashMap;
use std::path::Path;

use super::super::batch::{Batch, ReadSummary};
use super::super::read::{Cell, Row};
use super::super::source::fold::{Pattern, fold};
use super::super::source::{AreaColumns, Axis, DenominatorColumn, Source};
use super::columns::Columns;
use super::number::number;
use super::place::crs;
use super::recorded::Recorded;
use super::reject::Reject;
use super::shape::multi_polygon;
use super::words::{joined, text};
use crate::crs::Crs;
use crate::error::{Error, Result};
use crate::model::{Area, Denominator};

/// The area columns of one file.
pub(crate) struct Areas {
    collection: String,
    id: Vec<usize>,
    name: Option<usize>,
    level: u8,
    parent: Option<usize>,
    valid_from: Option<usize>,
    denominators: Vec<(usize, DenominatorColumn)>,
    recorded: Recorded,
    leave_out: Vec<(usize, Vec<Pattern>, String)>,
    crs: Option<Crs>,
    swap_axes: bool,
    decimal: char,
    /// Where in the batch the area of an id is.
    seen: HashMap<String, usize>,
    numbered: u64,
    parts: u64,
}

impl Areas {
    pub(crate) fn bind(
        source: &Source,
        columns: &mut Columns<'_>,
        geometry: Option<Option<u16>>,
        path: &Path,
    ) -> Result<Self> {
        let Some(own) = geometry else {
            return Err(Error::invalid(
                format!("{} has no polygons", path.display()),
                "areas come from GeoJSON, GeoPackage, GeoParquet, FlatGeobuf or a shapefile",
            ));
        };
        let none = AreaColumns::default();
        let a = source.area.as_ref().unwrap_or(&none);
        let id = columns.find_all(&a.id);
        if id.len() < a.id.len() {
            let missing = a.id.iter().find(|n| columns.find(n).is_none()).map_or("id", |n| n);
            return Err(columns.missing(missing, "id of the area"));
        }
        let mut denominators = vec![];
        for d in &a.denominator {
            denominators.extend(columns.find(&d.column).map(|c| (c, d.clone())));
        }
        let mut leave_out = vec![];
        for l in &source.leave_out {
            let values = l.values.iter().map(|v| Pattern::new(v)).collect();
            leave_out.extend(columns.find(&l.column).map(|c| (c, values, l.reason.clone())));
        }
        Ok(Self {
            collection: a.collection.clone().unwrap_or_else(|| stem(path)),
            id,
            name: columns.find_opt(a.name.as_ref()),
            level: a.level.unwrap_or(1),
            parent: columns.find_opt(a.parent.as_ref()),
            valid_from: columns.find_opt(a.valid_from.as_ref()),
            denominators,
            recorded: Recorded::bind(&a.recorded, columns)?,
            leave_out,
            crs: crs(own.or(source.format.epsg))?,
            swap_axes: source.format.axis == Axis::Yx,
            decimal: source.format.decimal.unwrap_or('.'),
            seen: HashMap::new(),
            numbered: 0,
            parts: 0,
        })
    }

    pub(crate) fn row(
        &mut self,
        row: &dyn Row,
        batch: &mut Batch,
        sum: &mut ReadSummary,
    ) -> std::result::Result<(), Reject> {
        for (column, values, reason) in &self.leave_out {
            let value = row.cell(*column).to_text().map(|t| fold(&t)).unwrap_or_default();
            if values.iter().any(|v| v.matches(&value)) {
                *sum.left_out.entry(reason.clone()).or_insert(0) += 1;
                return Ok(());
            }
        }
        let whole = |reason: String, hint| Reject::new(usize::MAX, Cell::Null, reason, hint);
        let geometry = row.geometry().map_err(|e| whole(e, "repair the geometry"))?;
        let geometry = geometry.ok_or_else(|| whole("no geometry".into(), "an area needs a polygon"))?;
        let shape = multi_polygon(geometry, self.crs.as_ref(), self.swap_axes)
            .map_err(|e| whole(e, "give polygons, in the coordinate system that the file names"))?;
        let name = text(row, self.name);
        let id = joined(row, &self.id).or_else(|| if self.id.is_empty() { name.clone() } else { None });
        let mut id = id.unwrap_or_else(|| {
            self.numbered += 1;
            row.line().to_string()
        });
        if let Some(at) = self.seen.get(&id) {
            let earlier = batch.areas.get_mut(*at).filter(|a| a.id == id);
            match earlier {
                // One area in several rows, as portals write areas of several parts.
                Some(area) if name.is_none() || name.as_ref() == Some(&area.name) => {
                    area.shape.0.extend(shape.0);
                    self.parts += 1;
                    return Ok(());
                }
                _ if self.id.is_empty() => id = format!("{id}#{}", row.line()),
                _ => {
                    let hint = "two areas of one collection have one id: choose the id columns so that they differ";
                    return Err(Reject::new(
                        self.id[0],
                        Cell::Text(&id),
                        "the id occurred before under another name",
                        hint,
                    ));
                }
            }
        }
        let mut denominators = self.recorded.of(row, self.decimal)?;
        self.seen.insert(id.clone(), batch.areas.len());
        for (column, d) in &self.denominators {
            let cell = row.cell(*column);
            let value = number(cell, self.decimal)
                .map_err(|()| Reject::new(*column, cell, "is not a number", "correct the number of residents"))?;
            if let Some(value) = value.filter(|v| v.is_finite() && *v >= 0.0) {
                denominators.push(Denominator {
                    kind: d.kind.clone(),
                    sex: d.sex,
                    age: d.age,
                    year: d.year,
                    value,
                    source: d.source.clone(),
                });
            }
        }
        batch.areas.push(Area {
            collection: self.collection.clone(),
            name: name.unwrap_or_else(|| id.clone()),
            id,
            level: self.level,
            parent: text(row, self.parent),
            valid_from: text(row, self.valid_from).map(|t| t.chars().take(10).collect()),
            shape,
            denominators,
        });
        Ok(())
    }

    pub(crate) fn finish(self, sum: &mut ReadSummary) {
        sum.notes.extend(self.recorded.told());
        if self.parts > 0 {
            sum.notes.push(format!(
                "{} rows are further parts of an area that came before, and were joined to it",
                self.parts
            ));
        }
        if self.numbered > 0 {
            sum.notes.push(format!("{} areas have no id and no name and were numbered by their line", self.numbered));
        }
    }
}

/// The file's name without its endings, as an identifier.
pub(crate) fn stem(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    fold(name.split('.').next().unwrap_or("areas")).replace(' ', "_")
}
