//! What a method is given: values of the places of a study area, who is whose neighbour, and what is known besides.

use super::weights::Weights;
use crate::table::{Analysis, Column, Shapes, State, Table, Texts, Values};

/// The values of the places.
pub(crate) enum Measured {
    /// Whole numbers of incidents.
    Counts(Vec<u32>),
    /// Any numbers; NaN where there is none.
    Numbers(Vec<f64>),
}

/// What rates divide by.
pub(crate) struct Population {
    /// One a place; NaN where it is unknown.
    pub values: Vec<f64>,
    /// Name for the answer: `residents (2010 census)`.
    pub name: String,
}

/// Counts on a lattice of squares at least as fine as the places, for density.
pub(crate) struct Fine {
    /// Row by row.
    pub counts: Vec<u32>,
    /// Squares a row.
    pub nx: usize,
    /// Side of a square in metres on the ground.
    pub side_m: f64,
    /// Whether a square is in the study area.
    pub inside: Vec<bool>,
    /// The square at the centre of each place.
    pub centres: Vec<u32>,
}

/// Places with their values. Rows stand in any order; nothing that a method gives depends on it.
pub(crate) struct Field {
    pub shapes: Shapes,
    /// Stable ids of the rows, where the frame does not name them.
    pub ids: Option<Texts>,
    pub measured: Measured,
    /// Rows whose value is withheld; empty where none is. Their value is zero here.
    pub withheld: Vec<bool>,
    /// Stable number of each row, which keys its random draws.
    pub keys: Vec<u64>,
    /// Neighbours, without self.
    pub weights: Weights,
    pub fine: Option<Fine>,
    pub population: Option<Population>,
    /// Length of the period in years, where it is known.
    pub years: Option<f64>,
    /// Median uncertainty of the locations in metres, where it is known.
    pub uncertainty_m: Option<f64>,
    /// How the field came about; the method adds its own part.
    pub record: Analysis,
}

impl Field {
    pub(crate) fn len(&self) -> usize {
        self.shapes.len()
    }

    /// The values as numbers.
    pub(crate) fn numbers(&self) -> Vec<f64> {
        match &self.measured {
            Measured::Counts(counts) => counts.iter().map(|&c| f64::from(c)).collect(),
            Measured::Numbers(numbers) => numbers.clone(),
        }
    }

    /// Incidents in all; `None` for values that are not counts.
    pub(crate) fn total(&self) -> Option<u64> {
        match &self.measured {
            Measured::Counts(counts) => Some(counts.iter().map(|&c| u64::from(c)).sum()),
            Measured::Numbers(_) => None,
        }
    }

    /// The table of an answer: the values first, then the method's columns; withheld rows are said to be so.
    pub(crate) fn into_table(self, mut state: impl FnMut(usize) -> State, columns: Vec<Column>) -> Table {
        let state = |i: usize| match self.withheld.get(i) {
            Some(true) => State::Suppressed,
            _ => state(i),
        };
        let states = (0..self.shapes.len()).map(state).collect();
        let first = match self.measured {
            Measured::Counts(counts) => Column { name: "count", unit: "incidents", values: Values::Count(counts) },
            Measured::Numbers(numbers) => Column { name: "value", unit: "", values: Values::Number(numbers) },
        };
        let columns = std::iter::once(first).chain(columns).collect();
        Table { shapes: self.shapes, ids: self.ids, columns, states, analysis: self.record }
    }
}
