//! `emerging`: where concentrations come up, stay, or go away, step by step.

use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, PlotOf, Run};
use crate::analysis::emerging::{CATEGORIES, Emerging, emerging};
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::records::{Records, Series};
use crate::analysis::steps::{STEP, label, series};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::table::{Axis, Column, Line, Marks, Plot, State, Table, Values};

/// Fewest steps in which a course can be told.
const LEAST_STEPS: usize = 10;

pub(super) const METHOD: Method = Method {
    id: "emerging",
    title: "Emerging hotspots",
    answers: "Where do concentrations of recorded incidents come up, last, come and go, or fade over the steps of a period?",
    when_not: "For fewer than 10 steps, or steps in which almost nothing is recorded (take longer steps or larger cells); to \
               foresee: it tells what was, see forecast_check. A city in which recording changed looks as if incidents did.",
    numbers: "class: the course of the place, from its hot and cold steps (Gi* over the place, its neighbours and the steps \
              before, against all places at all steps; false discovery rate held over all of them). trend_z and trend_p: \
              Mann-Kendall test of whether the scores rise (above 0) or fall; steps that share data make trend_p too small. \
              hot_share: share of the steps that are hot. last_z: score at the last step.",
    reference: "https://doi.org/10.1111/j.1538-4632.1992.tb00261.x",
    parameters: &[
        STEP,
        Parameter {
            name: "lags",
            unit: "steps",
            default: "1",
            domain: Domain::Whole(0, 12),
            words: "How many steps before a step belong to its neighbourhood",
        },
        Parameter {
            name: "alpha",
            unit: "",
            default: "0.05",
            domain: Domain::NumberOr(0.0001, 0.2, &[]),
            words: "Rate of false discoveries at which a step is hot or cold, and level at which a trend counts",
        },
        POLICE_INITIATED,
        LOCATIONS,
    ],
    needs: Needs::Records,
    plots: &[
        PlotOf::always("hot_places", "Hot places by step"),
        PlotOf::always("incidents", "Recorded incidents by step"),
    ],
    run: Run::Records(run),
};

fn run(records: &Records<'_>, params: &Params, cancel: &Cancel) -> Result<Table> {
    let mut series = series(records, params.word("step"), LEAST_STEPS, cancel)?;
    let (lags, alpha) = (params.whole("lags") as usize, params.number("alpha").unwrap_or(0.05));
    let found = emerging(&series.counts, &series.field.weights, lags, alpha, cancel)?;
    let n = series.field.len();
    describe(&mut series, &found, alpha);
    let steps = series.steps.len();
    let hot_share = |i: usize| (0..steps).filter(|t| found.hot[t * n + i] == 1).count() as f64 / steps as f64;
    let last_z = (0..n).map(|i| found.z[(steps - 1) * n + i]).collect();
    let number = |name, unit, values| Column { name, unit, values: Values::Number(values) };
    let columns = vec![
        Column { name: "class", unit: "", values: Values::Class(&CATEGORIES, found.category.clone()) },
        number("trend_z", "standard deviations", found.trend.iter().map(|t| t.z).collect()),
        number("trend_p", "", found.trend.iter().map(|t| t.p).collect()),
        number("hot_share", "of the steps", (0..n).map(hot_share).collect()),
        number("last_z", "standard deviations", last_z),
    ];
    let state = |i: usize| if found.trend[i].p.is_nan() { State::Undefined } else { State::Value };
    Ok(series.field.into_table(state, columns))
}

fn describe(series: &mut Series, found: &Emerging, alpha: f64) {
    let (n, steps) = (series.field.len().max(1), &series.steps);
    let total = series.field.total().unwrap_or(0);
    let record = &mut series.field.record;
    record.null = Some(match found.is_exact {
        true => "conditional permutation over all places and steps, exact".to_owned(),
        false => "normal approximation of the permutation over all places and steps".to_owned(),
    });
    record.family = Some(format!(
        "Benjamini-Hochberg over the {} place-steps of {} where the score is defined",
        found.tested,
        found.z.len()
    ));
    let warnings = &mut record.warnings;
    if !found.is_exact {
        warnings.push(
            "the exact table would be too large (counts too high or too many neighbours): p is by the normal \
             approximation, which calls too many steps hot where counts are sparse"
                .into(),
        );
    }
    if total < 20 * steps.len() as u64 {
        warnings.push(format!(
            "{total} incidents at {} steps: fewer than 20 a step say little about hotspots; take longer steps",
            steps.len()
        ));
    }
    if !found.cold_is_reachable {
        warnings.push("no place could be significantly low at a step in these data: there are no cold classes".into());
    }
    if series.field.weights.is_empty() {
        return;
    }
    let hot = |t: usize, sign: i8| found.hot[t * n..(t + 1) * n].iter().filter(|h| **h == sign).count() as f64;
    let incidents = |t: usize| series.counts[t * n..(t + 1) * n].iter().map(|&c| u64::from(c)).sum::<u64>() as f64;
    let line = |name: &str, at: &dyn Fn(usize) -> f64| Line {
        name: name.to_owned(),
        points: (0..steps.len()).map(|t| (t as f64, at(t))).collect(),
        is_reference: false,
    };
    let mut spots = vec![line("hot", &|t| hot(t, 1))];
    if found.hot.contains(&-1) {
        spots.push(line("cold", &|t| hot(t, -1)));
    }
    let x = Axis::classes("step, by its first day", steps.iter().map(label).collect());
    let plot = |id, title: &str, words: String, y: &str, lines| Plot {
        id,
        title: title.to_owned(),
        words,
        x: x.clone(),
        y: Axis::numbers(y),
        marks: Marks::Lines(lines),
    };
    let words = format!("How many places are hot at each step, with a rate of false discoveries of {alpha}.");
    record.plots = vec![
        plot("hot_places", "Hot places by step", words, "places", spots),
        plot(
            "incidents",
            "Recorded incidents by step",
            "How many incidents were recorded at each step, in the whole study area.".to_owned(),
            "incidents",
            vec![line("recorded", &incidents)],
        ),
    ];
    let mut by_class = serde_json::Map::new();
    for (class, name) in CATEGORIES.iter().enumerate() {
        let places = found.category.iter().filter(|&&c| usize::from(c) == class).count();
        if places > 0 {
            by_class.insert((*name).to_owned(), places.into());
        }
    }
    record.summary.insert("places_by_class".into(), by_class.into());
}
