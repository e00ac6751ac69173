//! A result as columns over shapes: what every method makes, disclosure releases and every format writes.

mod cell;
mod plot;
mod state;
mod texts;

use std::sync::Arc;

use serde::Serialize;

use crate::error::{Error, Result};
use crate::index::Frame;
use crate::model::{Area, LonLat, Street};

pub use cell::Cell;
pub use plot::{Axis, Bar, Line, Marks, Plot};
pub use state::State;
pub use texts::Texts;

/// The shapes that the rows of a table stand for, one a row.
pub enum Shapes {
    /// Cells of a frame.
    Cells(Arc<Frame>, Vec<u64>),
    /// Areas.
    Areas(Vec<Arc<Area>>),
    /// Points, where there is one.
    Points(Vec<Option<LonLat>>),
    /// Streets, or pieces of them.
    Lines(Vec<Arc<Street>>),
}

impl Shapes {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Cells(_, ids) => ids.len(),
            Self::Areas(areas) => areas.len(),
            Self::Points(points) => points.len(),
            Self::Lines(streets) => streets.len(),
        }
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Values of one column, one a row.
pub enum Values {
    /// Counts.
    Count(Vec<u32>),
    /// Numbers; NaN is "undefined" and written as null.
    Number(Vec<f64>),
    /// Words from a short list: an index into the list a row.
    Class(&'static [&'static str], Vec<u8>),
    /// Texts; an empty one is written as null.
    Text(Texts),
    /// The same where many rows share one: the texts, and a row's place among them.
    Shared(Vec<String>, Vec<u32>),
}

/// A named column with its unit.
pub struct Column {
    /// Property name: `count`, `z`, `p`, `q`, `class`, `density`, `rate` ...
    pub name: &'static str,
    /// Unit in words, empty for pure numbers: `incidents`, `incidents per km2`, `per 100,000 residents a year`.
    pub unit: &'static str,
    /// The values.
    pub values: Values,
}

impl Column {
    /// Whether it holds numbers.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(self.values, Values::Count(_) | Values::Number(_))
    }
}

/// How an answer came about: enough to get the same bytes again.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Analysis {
    /// Method id: `count`, `gi_star` ...
    pub method: String,
    /// Parameters with units in their names.
    pub parameters: serde_json::Map<String, serde_json::Value>,
    /// The grid, by name.
    pub grid: String,
    /// Cells or areas in the study area (mask).
    pub mask_n: usize,
    /// What the mask is: `areas:NAME`, a file, or `occupied rectangle`.
    pub mask: String,
    /// Period as an ISO 8601 interval, or `all`.
    pub period: String,
    /// Null hypothesis of the test, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub null: Option<String>,
    /// The family over which the false discovery rate is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// Which state of which data file: `FILE-GENERATION`.
    pub snapshot: String,
    /// Incidents in the answer.
    pub included: u64,
    /// Incidents that match but were left out, by reason.
    pub excluded: serde_json::Map<String, serde_json::Value>,
    /// Matching incidents without a usable place.
    pub without_place: u64,
    /// Incidents in the period whose category has no ICCS code.
    pub unmapped: u64,
    /// Incidents of which only some candidate categories match.
    pub ambiguous: u64,
    /// Numbers of the whole answer, with units in their names.
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    pub summary: serde_json::Map<String, serde_json::Value>,
    /// What says more as a plot.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub plots: Vec<Plot>,
    /// What a reader must know: too few incidents, no mask given ...
    pub warnings: Vec<String>,
    /// `exact` or `protected`.
    pub basis: String,
    /// Number of the release that the numbers come from, where they are protected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<u32>,
    /// The policy under which the answer was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<crate::release::PolicyMark>,
    /// The place that was really used, where it is not the one asked for: cells whose centre lies in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// Rows with shapes, columns and states, and how they came about.
///
/// It has no public constructor and neither `Debug` nor `Serialize`: it leaves the library inside `Released`.
pub struct Table {
    pub(crate) shapes: Shapes,
    pub(crate) ids: Option<Texts>,
    pub(crate) columns: Vec<Column>,
    pub(crate) states: Vec<State>,
    pub(crate) analysis: Analysis,
}

impl Table {
    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.shapes.len()
    }

    /// Some of the rows; how they came about stays as it is.
    pub(crate) fn only(self, rows: &[usize]) -> Self {
        fn of<T: Clone>(all: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().filter_map(|&row| all.get(row).cloned()).collect()
        }
        let values = |values: Values| match values {
            Values::Count(v) => Values::Count(of(&v, rows)),
            Values::Number(v) => Values::Number(of(&v, rows)),
            Values::Class(words, v) => Values::Class(words, of(&v, rows)),
            Values::Text(v) => Values::Text(v.only(rows)),
            Values::Shared(texts, v) => Values::Shared(texts, of(&v, rows)),
        };
        Self {
            shapes: match self.shapes {
                Shapes::Cells(frame, ids) => Shapes::Cells(frame, of(&ids, rows)),
                Shapes::Areas(areas) => Shapes::Areas(of(&areas, rows)),
                Shapes::Points(points) => Shapes::Points(of(&points, rows)),
                Shapes::Lines(streets) => Shapes::Lines(of(&streets, rows)),
            },
            ids: self.ids.map(|ids| ids.only(rows)),
            columns: self.columns.into_iter().map(|c| Column { values: values(c.values), ..c }).collect(),
            states: of(&self.states, rows),
            analysis: self.analysis,
        }
    }

    /// Adds the rows of a table of the same make behind its own; how they came about stays as it is.
    pub(crate) fn append(&mut self, next: Table) -> Result<()> {
        let names = |t: &Table| t.columns.iter().map(|c| c.name).collect::<Vec<_>>();
        let unlike =
            || Error::invalid("tables of different columns cannot follow one another", "join pages of one list");
        if names(self) != names(&next) || self.ids.is_some() != next.ids.is_some() {
            return Err(unlike());
        }
        match (&mut self.shapes, next.shapes) {
            (Shapes::Areas(own), Shapes::Areas(more)) => own.extend(more),
            (Shapes::Points(own), Shapes::Points(more)) => own.extend(more),
            (Shapes::Lines(own), Shapes::Lines(more)) => own.extend(more),
            _ => return Err(unlike()),
        }
        if let (Some(own), Some(more)) = (&mut self.ids, &next.ids) {
            own.append(more);
        }
        for (own, more) in self.columns.iter_mut().zip(next.columns) {
            match (&mut own.values, more.values) {
                (Values::Count(own), Values::Count(more)) => own.extend(more),
                (Values::Number(own), Values::Number(more)) => own.extend(more),
                (Values::Text(own), Values::Text(more)) => own.append(&more),
                (Values::Shared(texts, own), Values::Shared(others, more)) => {
                    let behind = texts.len() as u32;
                    texts.extend(others);
                    own.extend(more.into_iter().map(|n| n + behind));
                }
                (Values::Class(words, own), Values::Class(others, more)) if *words == others => own.extend(more),
                _ => return Err(unlike()),
            }
        }
        self.states.extend(next.states);
        Ok(())
    }
}
