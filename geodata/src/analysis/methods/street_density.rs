//! `street_density`: incidents per kilometre of street, smoothed along the ways that people walk.

use std::sync::Arc;

use geo_types::LineString;

use super::on_streets::{OnStreets, SNAP_M, given, street_columns, tenth};
use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, Run};
use crate::analysis::network::{Lixel, Walk, density};
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::records::{Events, Records};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::model::Street;
use crate::table::{Column, Shapes, State, Table, Values};

/// Fewest incidents for a picture of more than single events.
const FEW: usize = 20;

pub(super) const METHOD: Method = Method {
    id: "street_density",
    title: "Density along streets",
    answers: "How many incidents a kilometre were recorded on and near each piece of street, along the ways that people walk?",
    when_not: "To say that a street is unusual: density is a picture, not a test. For fewer than 20 incidents, where \
               locations are known only to areas, and for what happens away from streets, such as in parks.",
    numbers: "Incidents per kilometre of street over the period, the nearer along the streets the heavier, within the \
              bandwidth. Where streets meet, what comes along one goes on in equal shares into the others; at a dead end it \
              turns back. So every incident counts once: density times length adds up to the incidents. Values jump at \
              junctions, because the shares do.",
    reference: "https://doi.org/10.1080/13658810802475491",
    parameters: &[
        Parameter {
            name: "bandwidth_m",
            unit: "m",
            default: "250",
            domain: Domain::NumberOr(20.0, 5000.0, &[]),
            words: "How far along the streets an incident counts; at least twice the median uncertainty of the locations",
        },
        Parameter {
            name: "lixel_m",
            unit: "m",
            default: "50",
            domain: Domain::NumberOr(5.0, 1000.0, &[]),
            words: "Length of the pieces of street for which a number is told; each street has at least one",
        },
        SNAP_M,
        POLICE_INITIATED,
        LOCATIONS,
    ],
    plots: &[],
    needs: Needs::Records,
    run: Run::Records(run),
};

fn run(records: &Records<'_>, params: &Params, cancel: &Cancel) -> Result<Table> {
    let mut found = OnStreets::find(records, params, "street_density", cancel)?;
    let mut walk = Walk { bandwidth_m: given(params, "bandwidth_m"), lixel_m: given(params, "lixel_m") };
    walk.bandwidth_m = at_least_twice_the_uncertainty(walk.bandwidth_m, &mut found.events);
    found.events.record.parameters.insert("bandwidth_m".into(), walk.bandwidth_m.into());
    if found.places.len() < FEW {
        let n = found.places.len();
        found.events.record.warnings.push(format!("{n} incidents: fewer than {FEW} make a density of single events"));
    }
    let lixels = density(&found.network, &found.places, walk, cancel)?;
    tell(records, found, &lixels, cancel)
}

fn at_least_twice_the_uncertainty(bandwidth_m: f64, events: &mut Events) -> f64 {
    let floor = events.uncertainty_m.map_or(0.0, |u| 2.0 * u);
    if floor > bandwidth_m {
        events.record.warnings.push(format!(
            "the bandwidth of {bandwidth_m:.0} m was raised to {floor:.0} m, twice the median uncertainty of the locations"
        ));
    }
    bandwidth_m.max(floor)
}

/// The pieces of streets whose middle is in the study area.
fn tell(records: &Records<'_>, found: OnStreets<'_>, lixels: &[Lixel], cancel: &Cancel) -> Result<Table> {
    let mut number = 0;
    let mut pieces = Vec::with_capacity(lixels.len());
    for (at, lixel) in lixels.iter().enumerate() {
        number = if at > 0 && lixels[at - 1].segment == lixel.segment { number + 1 } else { 1 };
        let middle = found.middle(lixel.segment, lixel.from_m, lixel.to_m);
        let (Some(street), Some(middle)) = (found.street(lixel.segment), middle) else { continue };
        let line = found.degrees(lixel.segment, lixel.from_m, lixel.to_m);
        let id = format!("{}/{number}", found.id(street));
        pieces.push((middle, (Street { id, line: LineString(line), ..Street::clone(street) }, *lixel)));
    }
    let (told, record) = found.in_study_area(records, pieces, cancel)?;
    let number = |of: &dyn Fn(&Lixel) -> f64| Values::Number(told.iter().map(|(_, l)| of(l)).collect());
    let count = Values::Count(told.iter().map(|(_, l)| l.count).collect());
    let mut columns = vec![
        Column { name: "count", unit: "incidents", values: count },
        Column { name: "density", unit: "incidents per km", values: number(&|l| l.per_km) },
    ];
    columns.extend(street_columns(told.iter().map(|(s, _)| s)));
    columns.push(Column { name: "length_m", unit: "m", values: number(&|l| tenth(l.to_m - l.from_m)) });
    let states = told.iter().map(|(_, l)| if l.per_km > 0.0 { State::Value } else { State::Zero }).collect();
    let shapes = Shapes::Lines(told.into_iter().map(|(s, _)| Arc::new(s)).collect());
    Ok(Table { shapes, ids: None, columns, states, analysis: record })
}

#[cfg(test)]
#[path = "street_density_tests.rs"]
mod tests;
