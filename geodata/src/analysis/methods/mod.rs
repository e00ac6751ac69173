//! The table of methods: what each answers, when not to use it, what its numbers mean, and how it runs.

mod count;
mod density;
mod gi_star;
mod rate;

use std::collections::BTreeMap;

use super::field::Field;
use super::params::{Domain, Parameter, Params};
use crate::cancel::Cancel;
use crate::error::{Error, Kind, Result};
use crate::index::Query;
use crate::ingest::nearest;
use crate::model::PrecisionSet;
use crate::table::Table;

pub(crate) use density::subdivision;

/// What a method reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Counts of cells or areas.
    Counts,
    /// Counts of areas, and what to divide them by.
    CountsAndPopulation,
    /// Counts on a lattice finer than the cells.
    FineCounts,
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
    /// What it reads.
    pub needs: Needs,
    pub(crate) run: fn(Field, &Params, &Cancel) -> Result<Table>,
}

/// Every method, in the order in which people meet them.
pub static METHODS: &[Method] = &[count::METHOD, rate::METHOD, density::METHOD, gi_star::METHOD];

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

    /// Runs it on a field.
    ///
    /// # Errors
    /// What the field lacks; a stopped request.
    pub(crate) fn run(&self, mut field: Field, params: &Params, cancel: &Cancel) -> Result<Table> {
        cancel.check()?;
        let record = &mut field.record;
        record.method = self.id.to_owned();
        let mut parameters = params.record();
        parameters.append(&mut record.parameters);
        record.parameters = parameters;
        record.mask_n = field.shapes.len();
        (self.run)(field, params, cancel)
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
