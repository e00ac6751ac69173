//! `count`: how many incidents were recorded in each cell or area.

use super::{Method, Needs, Run};
use crate::analysis::field::{Field, Measured};
use crate::analysis::params::Params;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::table::{State, Table};

pub(super) const METHOD: Method = Method {
    id: "count",
    title: "Counts",
    answers: "How many incidents were recorded in each cell or area?",
    when_not: "To compare places where very different numbers of people live or pass: use rate. To say that a place is \
               unusual: use gi_star.",
    numbers: "Recorded incidents in the period. What was not reported or not recorded is not in them.",
    reference: "",
    parameters: &[],
    plots: &[],
    needs: Needs::Counts,
    run: Run::Field(run),
};

fn run(field: Field, _: &Params, _: &Cancel) -> Result<Table> {
    let states: Vec<State> = match &field.measured {
        Measured::Counts(counts) => counts.iter().map(|&c| if c == 0 { State::Zero } else { State::Value }).collect(),
        Measured::Numbers(numbers) => {
            numbers.iter().map(|x| if x.is_nan() { State::Undefined } else { State::Value }).collect()
        }
    };
    Ok(field.into_table(|i| states[i], vec![]))
}
