//! A row as a programme.

use xxhash_rust::xxh3::xxh3_64;

use super::super::batch::Batch;
use super::super::read::{Cell, Row};
use super::super::source::{Axis, InterventionColumns, Source};
use super::columns::Columns;
use super::form::Form;
use super::place::crs;
use super::reject::Reject;
use super::shape::multi_polygon;
use super::words::{joined, list, text};
use crate::crs::Crs;
use crate::error::Result;
use crate::model::{Intervention, LocalTime};

/// The intervention columns of one file.
pub(crate) struct Interventions {
    id: Vec<usize>,
    name: usize,
    start: usize,
    others: [Option<usize>; 9],
    crs: Option<Crs>,
    swap_axes: bool,
    forms: Vec<Form>,
}

impl Interventions {
    pub(crate) fn bind(source: &Source, columns: &mut Columns<'_>, geometry: Option<Option<u16>>) -> Result<Self> {
        let none = InterventionColumns::default();
        let i = source.intervention.as_ref().unwrap_or(&none);
        let others =
            [&i.aims, &i.approach, &i.end, &i.dosage, &i.cost, &i.partners, &i.design, &i.registered_at, &i.tags];
        let forms = source.time.as_ref().map_or(vec![], |t| t.forms.clone());
        let forms = if forms.is_empty() { vec!["%Y-%m-%d".to_string()] } else { forms };
        Ok(Self {
            id: source.key.columns.first().map_or(vec![], |g| columns.find_all(g)),
            name: columns.need(i.name.as_deref().unwrap_or("name"), "name of the programme")?,
            start: columns.need(i.start.as_deref().unwrap_or("start|start_date"), "first day")?,
            others: others.map(|n| columns.find_opt(n.as_ref())),
            crs: crs(geometry.flatten().or(source.format.epsg))?,
            swap_axes: source.format.axis == Axis::Yx,
            forms: forms.iter().map(|f| Form::compile(f)).collect::<Result<_>>()?,
        })
    }

    pub(crate) fn row(&mut self, row: &dyn Row, batch: &mut Batch) -> std::result::Result<(), Reject> {
        let name = text(row, Some(self.name))
            .ok_or_else(|| Reject::new(self.name, Cell::Null, "no name", "name the programme"))?;
        let start = self.day(row, self.start)?.ok_or_else(|| {
            Reject::new(self.start, Cell::Null, "no first day", "an effect is measured from a first day")
        })?;
        let whole = |e| Reject::new(usize::MAX, Cell::Null, e, "repair the geometry");
        let place = match row.geometry().map_err(whole)? {
            Some(g) => Some(multi_polygon(g, self.crs.as_ref(), self.swap_axes).map_err(whole)?),
            None => None,
        };
        let [aims, approach, end, dosage, cost, partners, design, registered_at, tags] = self.others;
        let end = end.map(|c| self.day(row, c)).transpose()?.flatten();
        let id =
            joined(row, &self.id).unwrap_or_else(|| format!("h{:016x}", xxh3_64(format!("{name}|{start}").as_bytes())));
        batch.interventions.push(Intervention {
            id,
            name,
            aims: list(row, aims),
            approach: text(row, approach),
            place,
            comparison: None,
            start,
            end,
            dosage: text(row, dosage),
            cost: text(row, cost),
            partners: list(row, partners),
            design: text(row, design),
            registered_at: text(row, registered_at),
            registered_hash: None,
            tags: list(row, tags),
        });
        Ok(())
    }

    /// A day as YYYY-MM-DD.
    fn day(&self, row: &dyn Row, column: usize) -> std::result::Result<Option<String>, Reject> {
        let cell = row.cell(column);
        let seconds = match cell {
            Cell::Null => return Ok(None),
            Cell::Civil(s) | Cell::Day(s) | Cell::Utc(s) => Some(s),
            other => {
                let text = other.to_text().unwrap_or_default();
                self.forms.iter().find_map(|f| f.parse(&text)).map(|s| s.seconds)
            }
        };
        let civil = seconds.and_then(|s| LocalTime(s).civil());
        let day = civil.map(|t| t.date().to_string());
        day.map(Some).ok_or_else(|| Reject::new(column, cell, "is not a date", "write it as YYYY-MM-DD"))
    }
}
