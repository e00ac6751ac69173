//! `street_concentration`: how few streets hold half of the incidents.

use std::sync::Arc;

use super::on_streets::{OnStreets, SNAP_M, street_columns, tenth};
use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, PlotOf, Run, concentration};
use crate::analysis::field::{Field, Measured};
use crate::analysis::params::Params;
use crate::analysis::records::Records;
use crate::analysis::weights::grid_queen;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::model::Street;
use crate::table::{Column, Shapes, Table, Values};

pub(super) const METHOD: Method = Method {
    id: "street_concentration",
    title: "Concentration in streets",
    answers: "How few streets hold half of the recorded incidents, and how uneven is that?",
    when_not: "To say that a street is unusual: chance alone puts half of few incidents into few streets. To compare cities \
               whose streets are drawn otherwise: shorter streets always look more concentrated. For what happens away from \
               streets.",
    numbers: "A street is what lies between two junctions; an incident at a crossing is counted for one of its streets. class: \
              in_half are the fewest streets that together hold half of the incidents; where only some of several streets with \
              equal numbers are needed to fill the half, all of them are tied. cumulative_share: share of the incidents in the \
              streets with at least as many. gini: 0 is even, towards 1 all in one street; gini_generalised takes into account \
              that fewer incidents than streets cannot lie evenly.",
    reference: "https://doi.org/10.1007/s10940-016-9324-7",
    parameters: &[SNAP_M, POLICE_INITIATED, LOCATIONS],
    plots: &[PlotOf::always("concentration", "Curve of concentration")],
    needs: Needs::Records,
    run: Run::Records(run),
};

fn run(records: &Records<'_>, params: &Params, cancel: &Cancel) -> Result<Table> {
    let found = OnStreets::find(records, params, "street_concentration", cancel)?;
    let mut counts = vec![0_u32; found.network.len()];
    found.places.iter().for_each(|p| counts[p.segment as usize] += 1);
    let row = |(segment, count): (u32, u32)| {
        let length_m = found.network.segment_m(segment)?;
        let street = found.street(segment)?;
        let street = Arc::new(Street { id: found.id(street), ..Street::clone(street) });
        Some((found.middle(segment, 0.0, length_m)?, (street, length_m, count)))
    };
    let rows = (0..).zip(counts).filter_map(row).collect();
    let (told, record) = found.in_study_area(records, rows, cancel)?;
    let streets: Vec<Arc<Street>> = told.iter().map(|(street, ..)| Arc::clone(street)).collect();
    let lengths = told.iter().map(|(_, length_m, _)| tenth(*length_m)).collect();
    let [name, class] = street_columns(streets.iter().map(|s| &**s));
    let length = Column { name: "length_m", unit: "m", values: Values::Number(lengths) };
    let field = Field {
        shapes: Shapes::Lines(streets),
        ids: None,
        measured: Measured::Counts(told.iter().map(|(.., count)| *count).collect()),
        withheld: vec![],
        keys: vec![],
        weights: grid_queen(0, &[]),
        fine: None,
        population: None,
        years: None,
        uncertainty_m: None,
        record,
    };
    let mut table = concentration::run(field, params, cancel)?;
    // The answer has a class of its own already.
    table.columns.extend([name, Column { name: "street_class", ..class }, length]);
    Ok(table)
}
