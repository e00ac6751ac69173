//! What the densities have in common: kernel, edge and bandwidth as parameters, and how a bandwidth is found.

use crate::analysis::field::Fine;
use crate::analysis::kde::{
    Bandwidth, Edge, Kernel, Tried, berman_diggle, fits_ground, most_likely, search, spread_of_lattice, tried_sds,
};
use crate::analysis::params::{Domain, Parameter, Params, Value};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::table::{Analysis, State};

/// Squares must be at most a bandwidth over this.
const SQUARES_A_BANDWIDTH: f64 = 5.0;
/// Finest division of a cell.
const MAX_DIVISION: usize = 15;
/// What holds where there is nothing to find a bandwidth from: any gives zero everywhere.
const BANDWIDTH_OF_NOTHING_M: f64 = 500.0;

pub(super) const BANDWIDTH: Parameter = Parameter {
    name: "bandwidth_m",
    unit: "m",
    default: "500",
    domain: Domain::NumberOr(20.0, 20_000.0, &["scott", "nrd", "arcgis", "lcv", "cvl", "diggle"]),
    words: "How far an incident reaches: metres, or a named rule whose value the answer states (lcv: the best of 30 by \
            likelihood cross-validation; cvl: by the criterion of Cronie and van Lieshout; diggle: least mean square error)",
};
pub(super) const KERNEL: Parameter = Parameter {
    name: "kernel",
    unit: "",
    default: "quartic",
    domain: Domain::Word(&["quartic", "epanechnikov", "gaussian"]),
    words: "How weight falls with distance; the bandwidth is a radius, for gaussian a standard deviation",
};
pub(super) const EDGE: Parameter = Parameter {
    name: "edge",
    unit: "",
    default: "diggle",
    domain: Domain::Word(&["none", "uniform", "diggle"]),
    words: "What is done where the kernel reaches over the border; diggle keeps the number of incidents",
};

pub(super) fn kernel(params: &Params) -> Kernel {
    Kernel::ALL.iter().find(|k| k.0 == params.word(KERNEL.name)).map_or(Kernel::Quartic, |k| k.1)
}

pub(super) fn edge(params: &Params) -> Edge {
    Edge::ALL.iter().find(|e| e.0 == params.word(EDGE.name)).map_or(Edge::Diggle, |e| e.1)
}

fn rule(params: &Params) -> Bandwidth {
    match params.get(BANDWIDTH.name) {
        Some(Value::Number(metres)) => Bandwidth::Fixed(metres),
        Some(Value::Word(name)) => Bandwidth::named(name).unwrap_or(Bandwidth::Scott),
        _ => Bandwidth::Scott,
    }
}

/// Into how many squares along a side a cell of `side_m` is divided for the density to be close to exact: odd, so that a
/// square lies at the centre. For a bandwidth that is found by a rule, as the finest comparison would need at 250 m.
pub(crate) fn subdivision(params: &Params, side_m: f64) -> usize {
    let metres = match rule(params) {
        Bandwidth::Fixed(metres) => metres,
        _ => 250.0,
    };
    let is_halved = params.word("compare") == "yes" || params.word("adaptive") == "yes";
    let smallest = if is_halved { metres / 2.0 } else { metres };
    let wanted = (SQUARES_A_BANDWIDTH * side_m / smallest).ceil();
    // A float-to-integer cast saturates.
    (wanted as usize).clamp(1, MAX_DIVISION) | 1
}

/// The refusal of places that are no squares.
pub(super) fn needs_squares(id: &str, grid: &str) -> Error {
    Error::invalid(format!("{id} needs square cells, and {grid} has none"), "use square:METRES or quadkey:LEVEL")
}

/// Incidents within the study area.
pub(super) fn total(fine: &Fine) -> u64 {
    fine.counts.iter().zip(&fine.inside).filter(|(_, i)| **i).map(|(&c, _)| u64::from(c)).sum()
}

/// The bandwidths that were tried, where the rule tries some or `also_tries` asks for it; none for fewer than two incidents.
pub(super) fn tried(fine: &Fine, params: &Params, also_tries: bool, cancel: &Cancel) -> Result<Vec<Tried>> {
    if !(also_tries || rule(params).is_search()) || total(fine) < 2 {
        return Ok(vec![]);
    }
    let sds = tried_sds(fine.counts.len(), (fine.nx, fine.side_m));
    search(&fine.counts, &fine.inside, (fine.nx, fine.side_m), &sds, cancel)
}

/// The standard deviations that a rule tried, and which is its best; none for a rule that tries none.
fn searched(rule: Bandwidth, fine: &Fine, tried: &[Tried], cancel: &Cancel) -> Result<(Vec<f64>, Option<usize>)> {
    let of_tried = |best| (tried.iter().map(|t| t.sd_m).collect(), best);
    Ok(match rule {
        Bandwidth::Lcv => of_tried(most_likely(tried)),
        Bandwidth::Cvl => of_tried(fits_ground(tried)),
        Bandwidth::Diggle => {
            let errors = berman_diggle(&fine.counts, &fine.inside, (fine.nx, fine.side_m), cancel)?;
            let least = (0..errors.len()).min_by(|&a, &b| errors[a].mean_square.total_cmp(&errors[b].mean_square));
            if total(fine) > 1 && least.is_none() {
                let side_m = fine.side_m;
                let what =
                    format!("the rule diggle needs an area of 16 squares a side, and here a square has {side_m} m");
                return Err(Error::invalid(what, "ask for smaller cells or another rule, for example bandwidth_m=lcv"));
            }
            (errors.iter().map(|e| e.sd_m).collect(), least)
        }
        _ => (vec![], None),
    })
}

/// The bandwidth in metres by the rule asked for, at least twice the median uncertainty of the locations; written into the
/// record with what a reader must know.
pub(super) fn bandwidth(
    fine: &Fine,
    params: &Params,
    tried: &[Tried],
    (uncertainty_m, record): (Option<f64>, &mut Analysis),
    cancel: &Cancel,
) -> Result<f64> {
    let (rule, kernel, total) = (rule(params), kernel(params), total(fine));
    let notes = &mut record.warnings;
    if total < 20 {
        notes.push(format!("{total} incidents: fewer than 20 make a density surface of single events"));
    }
    let (sds, found) = searched(rule, fine, tried, cancel)?;
    let chosen = match (rule, found) {
        (_, Some(best)) => {
            if best == 0 || best + 1 == sds.len() {
                notes.push(format!(
                    "the rule {} chose the {} bandwidth it tried: incidents at one address, or too few of them, leave it \
                     no better one; name a bandwidth",
                    rule.name(),
                    if best == 0 { "narrowest" } else { "widest" }
                ));
            }
            sds[best] * kernel.bandwidth_per_sd()
        }
        (rule, None) if total == 0 && !matches!(rule, Bandwidth::Fixed(_)) => BANDWIDTH_OF_NOTHING_M,
        (rule, None) => rule.metres(kernel, &spread_of_lattice(&fine.counts, fine.nx, fine.side_m))?,
    };
    let floor = uncertainty_m.map_or(0.0, |u| 2.0 * u);
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
    record.parameters.insert("bandwidth_m".into(), bandwidth.into());
    record.parameters.insert("bandwidth_rule".into(), rule.name().into());
    record.parameters.insert("lattice_m".into(), fine.side_m.into());
    Ok(bandwidth)
}

pub(super) fn state(density: f64) -> State {
    if density.is_nan() {
        State::Undefined
    } else if density == 0.0 {
        State::Zero
    } else {
        State::Value
    }
}
