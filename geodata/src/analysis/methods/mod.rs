//! The table of methods: what each answers, when not to use it, what its numbers mean, and how it runs.

mod boundary_zones;
mod change;
mod clusters;
mod concentration;
mod count;
mod density;
mod density_ratio;
mod emerging;
mod forecast_check;
mod gang_context;
mod gi_star;
mod harm;
mod inference;
mod local_moran;
mod local_moran_bivariate;
mod moran_scatter;
mod near_repeat;
mod on_streets;
mod rate;
mod scan;
mod smoothing;
mod street_concentration;
mod street_density;
mod youth_exposure;

use std::collections::BTreeMap;

use super::field::Field;
use super::params::{Domain, Parameter, Params};
use super::records::Records;
use crate::cancel::Cancel;
use crate::error::{Error, Kind, Result};
use crate::index::Query;
use crate::ingest::nearest;
use crate::model::PrecisionSet;
use crate::table::{Analysis, Table};

pub(crate) use smoothing::subdivision;

/// What a method reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Counts of cells or areas.
    Counts,
    /// Counts of areas, and what to divide them by.
    CountsAndPopulation,
    /// Counts on a lattice finer than the cells.
    FineCounts,
    /// The records themselves: their times, their exact places, or several questions at once.
    Records,
}

/// A method of analysis.
pub struct Method {
    /// Name in commands, paths and answers.
    pub id: &'static str,
    /// Title.
    pub title: &'static str,
    /// What it answers, in one sentence.
    pub answers: &'static str,
    /// When not to use it.
    pub when_not: &'static str,
    /// What the numbers mean.
    pub numbers: &'static str,
    /// Where it is defined.
    pub reference: &'static str,
    /// What can be set.
    pub parameters: &'static [Parameter],
    /// The plots that its answer has, in their order; the first is shown where none is named.
    pub plots: &'static [PlotOf],
    /// What it reads.
    pub needs: Needs,
    pub(crate) run: Run,
}

/// A plot that the answer of a method has.
pub struct PlotOf {
    /// Its name within the answer, as [`Plot::id`](crate::table::Plot::id).
    pub id: &'static str,
    /// Its title, before the data are known.
    pub title: &'static str,
    /// A parameter and its value without which the answer does not have it.
    pub asks: Option<(&'static str, &'static str)>,
}

impl PlotOf {
    /// A plot that every answer has.
    pub(crate) const fn always(id: &'static str, title: &'static str) -> Self {
        Self { id, title, asks: None }
    }
}

/// How a method runs.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// On values of places: exact counts, told numbers, or a column of a file of areas.
    Field(fn(Field, &Params, &Cancel) -> Result<Table>),
    /// On the city's records, which only exact tiers have.
    Records(fn(&Records<'_>, &Params, &Cancel) -> Result<Table>),
}

/// Every method, in the order in which people meet them.
pub static METHODS: &[Method] = &[
    count::METHOD,
    rate::METHOD,
    harm::METHOD,
    density::METHOD,
    street_density::METHOD,
    density_ratio::METHOD,
    gi_star::METHOD,
    local_moran::METHOD,
    local_moran_bivariate::METHOD,
    clusters::METHOD,
    scan::METHOD,
    near_repeat::METHOD,
    emerging::METHOD,
    change::METHOD,
    concentration::METHOD,
    street_concentration::METHOD,
    gang_context::METHOD,
    youth_exposure::METHOD,
    forecast_check::METHOD,
];

/// Whether the police's own activity is looked at.
const POLICE_INITIATED: Parameter = Parameter {
    name: "police_initiated",
    unit: "",
    default: "leave_out",
    domain: Domain::Word(&["leave_out", "include"]),
    words: "Records found by the police's own activity (stops, drug possession) follow patrols: left out unless included",
};

/// Which locations are fine enough.
const LOCATIONS: Parameter = Parameter {
    name: "locations",
    unit: "",
    default: "pointlike",
    domain: Domain::Word(&["pointlike", "any"]),
    words: "Stand-ins for unknown places and areas of kilometres pile up where nothing happened: left out unless any",
};

impl Method {
    /// The method of that name.
    ///
    /// # Errors
    /// Not found, with the nearest known name.
    pub fn find(id: &str) -> Result<&'static Self> {
        METHODS.iter().find(|m| m.id == id).ok_or_else(|| {
            let known: Vec<&str> = METHODS.iter().map(|m| m.id).collect();
            let hint = match nearest(id, known.iter().copied()) {
                Some(near) => format!("did you mean {near}? Known are {}", known.join(", ")),
                None => format!("known are {}", known.join(", ")),
            };
            Error::new(Kind::NotFound, format!("method {id:?} is unknown"), hint)
        })
    }

    /// Parses parameters.
    ///
    /// # Errors
    /// An unknown name or a value out of its bound.
    pub fn params(&self, given: &BTreeMap<String, String>) -> Result<Params> {
        Params::parse(self.parameters, given)
    }

    /// Narrows a query to the incidents that the method stands on; an answer says how many were left out.
    pub fn narrow(&self, params: &Params, query: &mut Query) {
        if params.word(POLICE_INITIATED.name) == "leave_out" {
            query.leave_out_police_initiated = true;
        }
        if params.word(LOCATIONS.name) == "pointlike" && query.precision.is_none() {
            query.precision = Some(PrecisionSet::POINTLIKE);
        }
    }

    /// Whether it runs on values of places alone, so that told numbers or a column of a file are enough.
    #[must_use]
    pub fn is_of_places(&self) -> bool {
        matches!(self.run, Run::Field(_))
    }

    /// Writes into the record what is known before it runs.
    pub(super) fn begin(&self, record: &mut Analysis, params: &Params, mask_n: usize) {
        record.method = self.id.to_owned();
        let mut parameters = params.record();
        parameters.append(&mut record.parameters);
        record.parameters = parameters;
        record.mask_n = mask_n;
    }

    /// Runs it on a field.
    ///
    /// # Errors
    /// What the field lacks; a method that needs records; a stopped request.
    pub(crate) fn run(&self, mut field: Field, params: &Params, cancel: &Cancel) -> Result<Table> {
        cancel.check()?;
        let n = field.shapes.len();
        self.begin(&mut field.record, params, n);
        match self.run {
            Run::Field(run) => run(field, params, cancel),
            Run::Records(_) => Err(self.needs_records()),
        }
    }

    /// Runs it on a city's records.
    ///
    /// # Errors
    /// What the records lack; a stopped request.
    pub(crate) fn run_on_records(&self, records: &Records<'_>, params: &Params, cancel: &Cancel) -> Result<Table> {
        cancel.check()?;
        match self.run {
            Run::Field(run) => run(records.field(records.query(), cancel)?, params, cancel),
            Run::Records(run) => run(records, params, cancel),
        }
    }

    /// The refusal where there are no records.
    pub(crate) fn needs_records(&self) -> Error {
        let of_places: Vec<&str> = METHODS.iter().filter(|m| m.is_of_places()).map(|m| m.id).collect();
        Error::forbidden(
            format!("{} reads exact records, which this question may not or cannot", self.id),
            format!(
                "ask with a key of analyst tier on a city's data; on numbers of places alone run {}",
                of_places.join(", ")
            ),
        )
    }
}

#[cfg(test)]
mod of_records_tests;
#[cfg(test)]
mod series_tests;
#[cfg(test)]
#[path = "tests.rs"]
mod tests;
