//! `density`: incidents per square kilometre around each place, smoothed by a kernel.

use super::smoothing::{BANDWIDTH, EDGE, KERNEL, bandwidth, edge, kernel, needs_squares, state, tried};
use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, PlotOf, Run};
use crate::analysis::field::{Field, Fine};
use crate::analysis::kde::{Kernel, Tried, adaptive, density};
use crate::analysis::params::{Domain, Parameter, Params};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::table::{Axis, Column, Line, Marks, Plot, State, Table, Values};

/// Title of the plot of bandwidths.
const SENSITIVITY: &str = "How likely each bandwidth makes the incidents";

pub(super) const METHOD: Method = Method {
    id: "density",
    title: "Density",
    answers: "How many incidents a square kilometre were recorded around each place?",
    when_not: "To say that a place is unusual: density is a picture, not a test; use gi_star. To set one kind of incident \
               against another or against residents: use density_ratio. For fewer than 20 incidents, and where locations \
               are known only to areas.",
    numbers: "Incidents per square kilometre over the period, the nearer the heavier, within the bandwidth. A larger \
              bandwidth gives a smoother picture of the same incidents; an adaptive one is narrow where incidents are \
              dense and wide where they are few.",
    reference: "https://doi.org/10.2307/2347366",
    parameters: &[
        BANDWIDTH,
        KERNEL,
        EDGE,
        Parameter {
            name: "adaptive",
            unit: "",
            default: "no",
            domain: Domain::Word(&["no", "yes"]),
            words: "Give each incident a bandwidth of its own, from a quarter to four times the one asked for (Abramson)",
        },
        Parameter {
            name: "compare",
            unit: "",
            default: "no",
            domain: Domain::Word(&["no", "yes"]),
            words: "Also give half and twice the bandwidth, and a plot of how likely 30 bandwidths make the incidents",
        },
        POLICE_INITIATED,
        LOCATIONS,
    ],
    plots: &[PlotOf { id: "bandwidth", title: SENSITIVITY, asks: Some(("compare", "yes")) }],
    needs: Needs::FineCounts,
    run: Run::Field(run),
};

fn run(mut field: Field, params: &Params, cancel: &Cancel) -> Result<Table> {
    let Some(fine) = field.fine.take() else {
        return Err(needs_squares(METHOD.id, &field.record.grid));
    };
    let is_compared = params.word("compare") == "yes";
    let tried = tried(&fine, params, is_compared, cancel)?;
    let kernel = kernel(params);
    let h = bandwidth(&fine, params, &tried, (field.uncertainty_m, &mut field.record), cancel)?;
    let widths = [("density", h), ("density_half_bandwidth", h / 2.0), ("density_double_bandwidth", h * 2.0)];
    let mut columns = vec![];
    for (name, h) in widths.into_iter().take(if is_compared { 3 } else { 1 }) {
        cancel.check()?;
        let (density, used) = surface(&fine, params, h, cancel)?;
        if name == "density" {
            field.record.summary.extend(used);
        }
        columns.push(Column { name, unit: "incidents per km2", values: Values::Number(density) });
    }
    if is_compared && !tried.is_empty() {
        field.record.plots.push(sensitivity(&tried, kernel, h));
    }
    let states: Vec<State> = match &columns[0].values {
        Values::Number(d) => d.iter().map(|&d| state(d)).collect(),
        _ => vec![],
    };
    Ok(field.into_table(|i| states[i], columns))
}

/// Density at the places, and what the summary says of its bandwidths.
fn surface(
    fine: &Fine,
    params: &Params,
    bandwidth_m: f64,
    cancel: &Cancel,
) -> Result<(Vec<f64>, serde_json::Map<String, serde_json::Value>)> {
    let (lattice, smooth, edge) = ((fine.nx, fine.side_m), (kernel(params), bandwidth_m), edge(params));
    let mut used = serde_json::Map::new();
    let all = if params.word("adaptive") == "yes" {
        let found = adaptive(&fine.counts, &fine.inside, lattice, smooth, edge, cancel)?;
        used.insert("narrowest_bandwidth_m".into(), found.bandwidths_m.0.into());
        used.insert("widest_bandwidth_m".into(), found.bandwidths_m.1.into());
        found.density
    } else {
        density(&fine.counts, Some(&fine.inside), lattice, smooth, edge)?
    };
    Ok((fine.centres.iter().map(|&i| all.get(i as usize).copied().unwrap_or(f64::NAN)).collect(), used))
}

/// How likely each bandwidth makes the incidents, with the one used marked.
fn sensitivity(tried: &[Tried], kernel: Kernel, used_m: f64) -> Plot {
    let points: Vec<(f64, f64)> = tried
        .iter()
        .filter(|t| t.log_likelihood.is_finite())
        .map(|t| (t.sd_m * kernel.bandwidth_per_sd(), t.log_likelihood))
        .collect();
    let (low, high) =
        points.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), p| (f64::min(a, p.1), f64::max(b, p.1)));
    let marked = |name: &str, at: f64| Line {
        name: format!("{name}, {at:.0} m"),
        points: vec![(at, low), (at, high)],
        is_reference: true,
    };
    let curve = Line { name: "log-likelihood".into(), points, is_reference: false };
    let lines = vec![curve, marked("half", used_m / 2.0), marked("used here", used_m), marked("twice", used_m * 2.0)];
    Plot {
        id: "bandwidth",
        title: SENSITIVITY.into(),
        words:
            "Each incident is foretold by all others. Where the curve is flat, the bandwidths do alike; far below its \
                top, the surface is too rough (left) or too smooth (right)."
                .into(),
        x: Axis { is_log: true, ..Axis::numbers("bandwidth, m") },
        y: Axis::numbers("log-likelihood, each incident left out"),
        marks: Marks::Lines(lines),
    }
}
