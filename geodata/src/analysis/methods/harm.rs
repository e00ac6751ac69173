//! `harm`: incidents weighted by how much harm their kind does, beside plain counts.

use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, PlotOf, Run};
use crate::analysis::harm::{Weights, harm};
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::records::Records;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::index::{Query, ground_km2};
use crate::model::Code;
use crate::table::{Axis, Bar, Column, Marks, Plot, Shapes, State, Table, Values};

/// A kind that makes up at least this share of all harm with few incidents is named in a warning.
const LARGE_SHARE: f64 = 0.5;
const FEW: u64 = 20;

/// Title of the plot of weights.
const SOURCES: &str = "Where the harm comes from";

pub(super) const METHOD: Method = Method {
    id: "harm",
    title: "Harm",
    answers: "How much harm do the recorded incidents of each cell or area add up to, if a homicide weighs more than a theft?",
    when_not: "Without looking at the counts beside it; to compare people, or areas as good or bad; for few incidents, where \
               one homicide outweighs a year of thefts. Weights are a choice: with others the map changes.",
    numbers: "harm: sum of the weights of the incidents, in points of the named table, with a 95 % interval that is wide \
              where a few heavy incidents make up the sum. count is the plain number. An incident of several kinds has \
              the weight of the heaviest; one that may be several kinds that of the lightest. without_weight: incidents \
              whose kind has no weight; they are in count and not in harm.",
    reference: "https://doi.org/10.1093/police/paw003",
    parameters: &[
        Parameter {
            name: "weights",
            unit: "",
            default: "",
            domain: Domain::Document(
                "a TOML file of weights by ICCS code, on the command line; the built-in table if empty",
            ),
            words: "Weights of your own: a copy of geodata/src/analysis/harm/weights.toml with other numbers and their basis",
        },
        POLICE_INITIATED,
        LOCATIONS,
    ],
    plots: &[PlotOf::always("harm_by_weight", SOURCES)],
    needs: Needs::Records,
    run: Run::Records(run),
};

fn run(records: &Records<'_>, params: &Params, cancel: &Cancel) -> Result<Table> {
    let weights = match params.text("weights") {
        "" => Weights::built_in()?,
        text => Weights::read(text)?,
    };
    let query = records.query();
    let mut field = records.field(query, cancel)?;
    let all = records.count(query, cancel)?;
    let steps = weights.steps();
    cancel.begin(steps.len() as u64);
    let mut counts: Vec<(f64, Vec<u32>)> = vec![];
    for (weight, codes) in steps {
        let codes = both(&query.categories, codes);
        // No category at all would ask for every incident.
        let found = if codes.is_empty() {
            vec![0; all.len()]
        } else {
            records.count(&Query { categories: codes, ..query.clone() }, cancel)?
        };
        counts.push((weight, found));
        cancel.advance(1);
    }
    let weighed: Vec<u32> = counts.first().map_or_else(|| vec![0; all.len()], |c| c.1.clone());
    let without: Vec<u32> = all.iter().zip(&weighed).map(|(a, w)| a.saturating_sub(*w)).collect();
    let sum = |of: &[u32]| of.iter().map(|&c| u64::from(c)).sum::<u64>();
    let (n, n_weighed) = (sum(&all), sum(&weighed));
    let found = harm(&counts);
    let intervals = found.intervals(n_weighed);
    let total: f64 = found.sums.iter().sum();
    // Incidents of exactly each weight: those of at least it, less those of the next.
    let at_least: Vec<u64> = counts.iter().map(|c| sum(&c.1)).chain([0]).collect();
    let by_weight: Vec<(f64, u64)> =
        counts.iter().zip(at_least.windows(2)).map(|(c, w)| (c.0, w[0].saturating_sub(w[1]))).collect();
    let km2 = ground(&field.shapes);
    let per_km2 = found.sums.iter().zip(&km2).map(|(h, a)| if *a > 0.0 { h / a } else { f64::NAN }).collect();

    let record = &mut field.record;
    record.parameters.insert("weights".into(), weights.title.clone().into());
    record.summary.extend([
        ("unit".to_owned(), weights.unit.clone().into()),
        ("basis".to_owned(), weights.basis.trim().replace('\n', " ").into()),
        ("weights_reference".to_owned(), weights.reference.clone().into()),
        ("harm_of_whole".to_owned(), total.into()),
        ("incidents".to_owned(), n.into()),
        ("incidents_without_weight".to_owned(), (n - n_weighed).into()),
        ("share_without_weight".to_owned(), share((n - n_weighed) as f64, n as f64).into()),
        (
            "incidents_by_weight".to_owned(),
            by_weight.iter().map(|(w, n)| (w.to_string(), (*n).into())).collect::<serde_json::Map<_, _>>().into(),
        ),
    ]);
    for (weight, n) in by_weight.iter().filter(|(w, n)| *n < FEW && w * *n as f64 >= LARGE_SHARE * total && total > 0.0)
    {
        record.warnings.push(format!(
            "{n} incidents of weight {weight} make up {:.0} % of all harm: the map of harm is mostly a map of these few",
            100.0 * weight * *n as f64 / total
        ));
    }
    if n > n_weighed {
        record
            .warnings
            .push(format!("{} of {n} incidents have no weight: they are in count and not in harm", n - n_weighed));
    }
    if total > 0.0 {
        record.plots.push(plot(&by_weight, total, &weights));
    }
    let (unit, unit_per_km2) = match params.text("weights") {
        "" => ("points", "points per km2"),
        _ => ("units of the weights", "units of the weights per km2"),
    };
    let number = |name, unit, values| Column { name, unit, values: Values::Number(values) };
    let (low, high) = intervals.into_iter().unzip();
    let columns = vec![
        number("harm", unit, found.sums),
        number("harm_low", unit, low),
        number("harm_high", unit, high),
        number("harm_per_km2", unit_per_km2, per_km2),
        Column { name: "without_weight", unit: "incidents", values: Values::Count(without) },
    ];
    Ok(field.into_table(|i| if all[i] == 0 { State::Zero } else { State::Value }, columns))
}

/// Codes that lie in both: those asked for with their descendants (none asks for all), and those of a weight.
fn both(asked: &[Code], codes: Vec<Code>) -> Vec<Code> {
    codes.into_iter().filter(|c| asked.is_empty() || asked.iter().any(|a| c.is_within(*a))).collect()
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Square kilometres of each place; zero for what has no ground.
fn ground(shapes: &Shapes) -> Vec<f64> {
    match shapes {
        Shapes::Cells(frame, cells) => cells.iter().map(|&c| frame.area_km2(c)).collect(),
        Shapes::Areas(areas) => areas.iter().map(|a| ground_km2(&a.shape)).collect(),
        Shapes::Points(_) | Shapes::Lines(_) => vec![0.0; shapes.len()],
    }
}

fn plot(by_weight: &[(f64, u64)], total: f64, weights: &Weights) -> Plot {
    let occurring: Vec<&(f64, u64)> = by_weight.iter().filter(|w| w.1 > 0).collect();
    let ticks = occurring.iter().map(|(w, n)| format!("{w} ({n} incidents)")).collect();
    let bar = |&&(weight, n): &&(f64, u64)| Bar { value: 100.0 * weight * n as f64 / total, interval: None };
    Plot {
        id: "harm_by_weight",
        title: SOURCES.into(),
        words: "Share of all harm by the weight of the incident. A tall bar of few incidents says that the map follows them."
            .into(),
        x: Axis::classes(format!("weight of an incident, {}", weights.unit), ticks),
        y: Axis::numbers("share of all harm, %"),
        marks: Marks::Bars(occurring.iter().map(bar).collect()),
    }
}
