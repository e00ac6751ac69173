//! `gi_star`: where recorded incidents concentrate more than chance would have it.

use super::inference::{ALPHA, Asked, DRAWS, INFERENCE, SEED, describe, tails};
use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, PlotOf, Run};
use crate::analysis::fdr::{CLASSES, CLASSES_WITHOUT_COLD, benjamini_hochberg, class};
use crate::analysis::field::{Field, Measured};
use crate::analysis::gi_star::{z, z_of_counts};
use crate::analysis::neighbours::NEIGHBOURS;
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::permutation::{Null, cold_is_reachable};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::table::{Axis, Column, Line, Marks, Plot, State, Table, Values};

pub(super) const METHOD: Method = Method {
    id: "gi_star",
    title: "Hotspots (Gi*)",
    answers: "Where are more incidents recorded in and around a cell than chance alone would put there?",
    when_not: "For fewer than 20 incidents; to find one busy address (a single cell among quiet ones is no cluster, \
               use smaller cells or counts); to rank neighbourhoods; for a gang context without a named definition. A \
               hotspot is where records concentrate, which also depends on who reports and where police look.",
    numbers: "z: how many standard deviations the cell and its neighbours lie above the mean of the study area. p: how \
              often chance gives as much or more. q: p after allowing for the many cells tested. hot_0.05: of the cells \
              called hot at this level about 5 % are expected to be chance.",
    reference: "https://doi.org/10.1111/j.1538-4632.1995.tb00912.x",
    parameters: &[
        Parameter {
            name: "null",
            unit: "",
            default: "conditional",
            domain: Domain::Word(&["conditional", "total"]),
            words: "What chance deals out: the values of the neighbours (conditional), or the cell's own value too (total)",
        },
        INFERENCE,
        Parameter {
            name: "alternative",
            unit: "",
            default: "two_sided",
            domain: Domain::Word(&["two_sided", "greater"]),
            words: "two_sided finds high and low; greater asks for high only and gives half the p",
        },
        DRAWS,
        SEED,
        NEIGHBOURS,
        POLICE_INITIATED,
        LOCATIONS,
    ],
    plots: &[PlotOf::always("p_values", "How often p-values are so small")],
    needs: Needs::Counts,
    run: Run::Field(run),
};

fn run(mut field: Field, params: &Params, cancel: &Cancel) -> Result<Table> {
    let null = if params.word("null") == "total" { Null::Total } else { Null::Conditional };
    let scored = score(&mut field, null, params.word("alternative") == "two_sided", params, cancel)?;
    field.record.plots.extend(p_values(&scored.p));
    let states = scored.states();
    Ok(field.into_table(|i| states[i], scored.columns()))
}

/// What the test gives each place.
pub(super) struct Scored {
    pub z: Vec<f64>,
    pub p: Vec<f64>,
    pub q: Vec<f64>,
    /// Names of the classes that can occur, and the class of each place.
    pub classes: (&'static [&'static str], Vec<u8>),
}

impl Scored {
    pub(super) fn states(&self) -> Vec<State> {
        self.z.iter().map(|z| if z.is_nan() { State::Undefined } else { State::Value }).collect()
    }

    pub(super) fn columns(self) -> Vec<Column> {
        let number = |name, unit, values| Column { name, unit, values: Values::Number(values) };
        vec![
            number("z", "standard deviations", self.z),
            number("p", "", self.p),
            number("q", "", self.q),
            Column { name: "class", unit: "", values: Values::Class(self.classes.0, self.classes.1) },
        ]
    }
}

/// Gi* of a field with its p, q and class; the record says how.
pub(super) fn score(
    field: &mut Field,
    null: Null,
    two_sided: bool,
    params: &Params,
    cancel: &Cancel,
) -> Result<Scored> {
    let weights = field.weights.with_self();
    let z = match &field.measured {
        Measured::Counts(counts) => z_of_counts(counts, &weights),
        Measured::Numbers(numbers) => z(numbers, &weights),
    };
    cancel.check()?;
    let asked = Asked { null, is_two_sided: two_sided, scores: &z };
    let (tails, basis) = tails(field, &weights, &asked, params, cancel)?;
    let defined = |i: usize| !z[i].is_nan();
    let p: Vec<f64> = (0..z.len())
        .map(|i| match (defined(i), two_sided) {
            (false, _) => f64::NAN,
            (true, true) => tails[i].two_sided(),
            (true, false) => tails[i].greater,
        })
        .collect();
    let q = benjamini_hochberg(&p);
    let is_cold_offered = two_sided
        && match &field.measured {
            Measured::Counts(counts) if basis != "normal" => cold_is_reachable(counts, &weights, null, ALPHA),
            _ => true,
        };
    let names: &'static [&'static str] = if is_cold_offered { &CLASSES } else { &CLASSES_WITHOUT_COLD };
    let classes: Vec<u8> = (0..z.len())
        .map(|i| match class(q[i], !two_sided || tails[i].is_above()) {
            c if usize::from(c) < names.len() => c,
            // A class that is not offered cannot be reached either; rounding must not make an index out of bounds.
            _ => 3,
        })
        .collect();
    let tested = p.iter().filter(|p| !p.is_nan()).count();
    let warnings = &mut field.record.warnings;
    if !two_sided {
        warnings.push("one-sided: only high values are tested".into());
    } else if !is_cold_offered {
        warnings.push("no place could be significantly low in these data: no cold class is offered".into());
    }
    field.record.parameters.insert("cold_offered".into(), is_cold_offered.into());
    // The score's own moments are those of dealing out the own value too.
    describe(field, "incidents", if basis == "normal" { Null::Total } else { null }, (basis, tested));
    Ok(Scored { z, p, q, classes: (names, classes) })
}

/// Steps of the plot of p-values.
const P_STEPS: u32 = 100;

/// The share of places with at most each p, beside the share that chance alone would give.
fn p_values(p: &[f64]) -> Option<Plot> {
    let mut sorted: Vec<f64> = p.iter().copied().filter(|p| !p.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    if sorted.is_empty() {
        return None;
    }
    let share = |p: f64| sorted.partition_point(|v| *v <= p) as f64 / sorted.len() as f64;
    let points = (0..=P_STEPS).map(|i| f64::from(i) / f64::from(P_STEPS)).map(|p| (p, share(p))).collect();
    Some(Plot {
        id: "p_values",
        title: "How often p-values are so small".to_owned(),
        words:
            "Where the line is far above that of chance at its left end, more places are unlikely under chance than \
                chance would make. Steps come from small counts, which can give few different p-values."
                .to_owned(),
        x: Axis::numbers("p-value"),
        y: Axis::numbers("Share of tested places with at most this p"),
        marks: Marks::Lines(vec![
            Line { name: "Tested places".to_owned(), points, is_reference: false },
            Line { name: "Chance alone".to_owned(), points: vec![(0.0, 0.0), (1.0, 1.0)], is_reference: true },
        ]),
    })
}
