//! `density`: incidents per square kilometre around each place, smoothed by a kernel.

use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, Run};
use crate::analysis::field::{Field, Fine};
use crate::analysis::kde::{Bandwidth, Edge, Kernel, density, spread_of_lattice};
use crate::analysis::params::{Domain, Parameter, Params, Value};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::table::{Column, State, Table, Values};

/// Squares must be at most a bandwidth over this.
const SQUARES_A_BANDWIDTH: f64 = 5.0;
/// Finest division of a cell.
const MAX_DIVISION: usize = 15;

pub(super) const METHOD: Method = Method {
    id: "density",
    title: "Density",
    answers: "How many incidents a square kilometre were recorded around each place?",
    when_not: "To say that a place is unusual: density is a picture, not a test; use gi_star. For fewer than 20 \
               incidents, and where locations are known only to areas.",
    numbers: "Incidents per square kilometre over the period, the nearer the heavier, within the bandwidth. A larger \
              bandwidth gives a smoother picture of the same incidents.",
    reference: "https://doi.org/10.2307/2347366",
    parameters: &[
        Parameter {
            name: "bandwidth_m",
            unit: "m",
            default: "500",
            domain: Domain::NumberOr(20.0, 20_000.0, &["scott", "nrd"]),
            words: "How far an incident reaches: metres, or a named rule whose value the answer states",
        },
        Parameter {
            name: "kernel",
            unit: "",
            default: "quartic",
            domain: Domain::Word(&["quartic", "epanechnikov", "gaussian"]),
            words: "How weight falls with distance; the bandwidth is a radius, for gaussian a standard deviation",
        },
        Parameter {
            name: "edge",
            unit: "",
            default: "diggle",
            domain: Domain::Word(&["none", "uniform", "diggle"]),
            words: "What is done where the kernel reaches over the border; diggle keeps the number of incidents",
        },
        Parameter {
            name: "compare",
            unit: "",
            default: "no",
            domain: Domain::Word(&["no", "yes"]),
            words: "Also give half and twice the bandwidth, to see what depends on it",
        },
        POLICE_INITIATED,
        LOCATIONS,
    ],
    needs: Needs::FineCounts,
    run: Run::Field(run),
};

fn kernel(params: &Params) -> Kernel {
    Kernel::ALL.iter().find(|k| k.0 == params.word("kernel")).map_or(Kernel::Quartic, |k| k.1)
}

fn rule(params: &Params) -> Bandwidth {
    match params.get("bandwidth_m") {
        Some(Value::Number(metres)) => Bandwidth::Fixed(metres),
        Some(Value::Word("nrd")) => Bandwidth::Nrd,
        _ => Bandwidth::Scott,
    }
}

/// Into how many squares along a side a cell of `side_m` is divided for the density to be close to exact: odd, so that a
/// square lies at the centre. For a bandwidth that is found by a rule, as the finest comparison would need at 250 m.
pub(crate) fn subdivision(params: &Params, side_m: f64) -> usize {
    let metres = match rule(params) {
        Bandwidth::Fixed(metres) => metres,
        Bandwidth::Scott | Bandwidth::Nrd => 250.0,
    };
    let smallest = if params.word("compare") == "yes" { metres / 2.0 } else { metres };
    let wanted = (SQUARES_A_BANDWIDTH * side_m / smallest).ceil();
    // A float-to-integer cast saturates.
    (wanted as usize).clamp(1, MAX_DIVISION) | 1
}

fn run(mut field: Field, params: &Params, cancel: &Cancel) -> Result<Table> {
    let Some(fine) = field.fine.take() else {
        return Err(Error::invalid(
            format!("density needs square cells, and {} has none", field.record.grid),
            "use square:METRES or quadkey:LEVEL",
        ));
    };
    let total = fine.counts.iter().zip(&fine.inside).filter(|(_, i)| **i).map(|(&c, _)| u64::from(c)).sum::<u64>();
    let kernel = kernel(params);
    let edge = Edge::ALL.iter().find(|e| e.0 == params.word("edge")).map_or(Edge::Diggle, |e| e.1);
    let rule = rule(params);
    let mut notes = Vec::new();
    if total < 20 {
        notes.push(format!("{total} incidents: fewer than 20 make a density surface of single events"));
    }
    let chosen = match rule {
        // Nothing to spread: any bandwidth gives zero everywhere.
        Bandwidth::Scott | Bandwidth::Nrd if total == 0 => 500.0,
        rule => rule.metres(kernel, &spread_of_lattice(&fine.counts, fine.nx, fine.side_m))?,
    };
    let floor = field.uncertainty_m.map_or(0.0, |u| 2.0 * u);
    let bandwidth = chosen.max(floor);
    if bandwidth > chosen {
        notes.push(format!(
            "the bandwidth of {chosen:.0} m was raised to {bandwidth:.0} m, twice the median uncertainty of the locations"
        ));
    }
    if fine.side_m * SQUARES_A_BANDWIDTH > bandwidth * 1.001 {
        notes.push(format!(
            "the counts are on squares of {:.0} m, coarser than a fifth of the bandwidth: the surface is smoother than it says",
            fine.side_m
        ));
    }
    let unit = "incidents per km2";
    let mut columns = vec![Column { name: "density", unit, values: at_centres(&fine, kernel, bandwidth, edge)? }];
    if params.word("compare") == "yes" {
        for (name, h) in [("density_half", bandwidth / 2.0), ("density_double", bandwidth * 2.0)] {
            cancel.check()?;
            columns.push(Column { name, unit, values: at_centres(&fine, kernel, h, edge)? });
        }
    }
    let record = &mut field.record;
    record.parameters.insert("bandwidth_m".into(), bandwidth.into());
    record.parameters.insert("bandwidth_rule".into(), rule.name().into());
    record.parameters.insert("lattice_m".into(), fine.side_m.into());
    record.warnings.append(&mut notes);
    let states: Vec<State> = match &columns[0].values {
        Values::Number(d) => d.iter().map(|&d| state(d)).collect(),
        _ => vec![],
    };
    Ok(field.into_table(|i| states[i], columns))
}

fn state(density: f64) -> State {
    if density.is_nan() {
        State::Undefined
    } else if density == 0.0 {
        State::Zero
    } else {
        State::Value
    }
}

fn at_centres(fine: &Fine, kernel: Kernel, bandwidth_m: f64, edge: Edge) -> Result<Values> {
    let all = density(&fine.counts, Some(&fine.inside), (fine.nx, fine.side_m), (kernel, bandwidth_m), edge)?;
    let at = |&i: &u32| all.get(i as usize).copied().unwrap_or(f64::NAN);
    Ok(Values::Number(fine.centres.iter().map(at).collect()))
}
