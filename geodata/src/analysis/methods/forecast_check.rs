//! `forecast_check`: whether a map made from some months says where the next month's incidents are recorded.

use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, PlotOf, Run};
use crate::analysis::field::{Field, Measured};
use crate::analysis::forecast::{Held, Ranking, Windows, best, p_of_blind_choice};
use crate::analysis::gi_star::z_of_counts;
use crate::analysis::kde::{Edge, Kernel, density};
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::records::Records;
use crate::analysis::steps::{STEP, series};
use crate::analysis::weights::Weights;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::index::ground_km2;
use crate::table::{Analysis, Axis, Column, Line, Marks, Plot, Shapes, State, Table, Values};

/// Shares of the study area at which a map is judged.
const SHARES: [(f64, &str); 4] = [(0.01, "1_percent"), (0.02, "2_percent"), (0.05, "5_percent"), (0.1, "10_percent")];
/// The narrowest share in which a place lay in at least half of the checks.
const CLASSES: &[&str] = &["in_1_percent", "in_2_percent", "in_5_percent", "in_10_percent", "other"];
/// Fewest checks that say anything.
const LEAST_CHECKS: usize = 3;
/// The curves are drawn up to this percentage of the area.
const CURVE_PERCENT: u32 = 20;
const ALPHA: f64 = 0.05;

pub(super) const METHOD: Method = Method {
    id: "forecast_check",
    title: "Does the map predict?",
    answers: "Do the places that a map of some months shows as highest hold more than their share of the incidents recorded in \
              the month after?",
    when_not: "To decide about people, or to send patrols without asking what else would help: a map of records also shows where \
               police look, and feeds itself. For fewer than 20 incidents a step.",
    numbers: "The map of each training window is checked on the step that follows, then both move on by one step. hit rate: share \
              of the incidents that fell into the highest 1, 2, 5 or 10 % of the area. PAI: hit rate over share of the area (1 is \
              chance). PEI: hits over the most that any choice of as much area could have had. SER: incidents per km2 inside. \
              recapture_rate_index (Levine): later over earlier share inside; predicted_to_observed is its inverse, which others \
              call by the same name. p_of_blind_choice: how often places taken blindly hold as much.",
    reference: "https://doi.org/10.1057/palgrave.sj.8350066",
    parameters: &[
        STEP,
        Parameter {
            name: "training_steps",
            unit: "steps",
            default: "6",
            domain: Domain::Whole(1, 120),
            words: "Length of the window from which a map is made; the step after it is the test",
        },
        Parameter {
            name: "predictor",
            unit: "",
            default: "density",
            domain: Domain::Word(&["density", "count", "gi_star"]),
            words: "The map whose places are shown; the summary and the plots compare all three",
        },
        Parameter {
            name: "bandwidth_m",
            unit: "m",
            default: "500",
            domain: Domain::NumberOr(20.0, 20_000.0, &[]),
            words: "Radius of the quartic kernel of the density",
        },
        POLICE_INITIATED,
        LOCATIONS,
    ],
    needs: Needs::Records,
    plots: &[PlotOf::always("pai", "Predictive accuracy index"), PlotOf::always("hit_rate", "Hit rate")],
    run: Run::Records(run),
};

/// A map's checks, one a test step.
struct Checks {
    name: &'static str,
    rankings: Vec<Ranking>,
}

impl Checks {
    /// What the highest share of the map held, over all checks.
    fn held(&self, bests: &[Ranking], windows: &Windows<'_>, share: f64) -> Held {
        let of = |(t, ranking): (usize, &Ranking)| {
            Held::by(ranking, &bests[t], (windows.earlier(t), windows.observed(t)), share)
        };
        self.rankings.iter().enumerate().map(of).fold(Held::default(), Held::plus)
    }
}

fn run(records: &Records<'_>, params: &Params, cancel: &Cancel) -> Result<Table> {
    let training = params.whole("training_steps") as usize;
    let mut series = series(records, params.word("step"), training + LEAST_CHECKS, cancel)?;
    let n = series.field.len();
    let windows = Windows::new(&series.counts, n, training);
    let area = areas_km2(&series.field.shapes);
    let weights = series.field.weights.with_self();
    let asked = params.word("predictor");
    if asked == "density" && series.field.fine.is_none() {
        return Err(Error::invalid(
            format!("a density needs square cells, and {} has none", series.field.record.grid),
            "use predictor=count or predictor=gi_star, or square:METRES",
        ));
    }
    let predictors: &[&'static str] =
        if series.field.fine.is_some() { &["density", "count", "gi_star"] } else { &["count", "gi_star"] };
    cancel.begin((predictors.len() * windows.tests()) as u64);
    let bandwidth_m = bandwidth_m(&mut series.field, params);
    let mut all = Vec::new();
    for &name in predictors {
        let mut rankings = Vec::new();
        for t in 0..windows.tests() {
            cancel.check()?;
            let score = score(name, windows.earlier(t), (&series.field, &weights), bandwidth_m)?;
            rankings.push(Ranking::new(&score, &area));
            cancel.advance(1);
        }
        all.push(Checks { name, rankings });
    }
    let bests: Vec<Ranking> = (0..windows.tests()).map(|t| best(windows.observed(t), &area)).collect();
    let pooled = windows.pooled();
    let plots = plots(&all, &bests, &windows);
    let record = &mut series.field.record;
    record.parameters.insert("checks".into(), windows.tests().into());
    for checks in &all {
        let held = SHARES.map(|(share, _)| checks.held(&bests, &windows, share));
        summarise(record, checks.name, &held, &pooled);
    }
    record.plots = plots;
    let total: u64 = pooled.iter().map(|&c| u64::from(c)).sum();
    if total < 20 * windows.tests() as u64 {
        record.warnings.push(format!(
            "{total} incidents in {} checks: fewer than 20 a step say little; take longer steps",
            windows.tests()
        ));
    }
    let shown = all.iter().find(|c| c.name == asked);
    let [one, two, five, ten] = SHARES.map(|(share, _)| often(shown.map_or(&[], |c| &c.rankings), share, n));
    let columns: [&[f64]; 4] = [&one, &two, &five, &ten];
    let class = |i: usize| columns.iter().position(|c| c[i] >= 0.5).unwrap_or(columns.len()) as u8;
    let classes = (0..n).map(class).collect();
    let number = |name, values| Column { name, unit: "of the checks", values: Values::Number(values) };
    let columns = vec![
        Column { name: "class", unit: "", values: Values::Class(CLASSES, classes) },
        number("often_in_1_percent", one),
        number("often_in_2_percent", two),
        number("often_in_5_percent", five),
        number("often_in_10_percent", ten),
    ];
    let states: Vec<State> = pooled.iter().map(|&c| if c == 0 { State::Zero } else { State::Value }).collect();
    series.field.record.included = total;
    series.field.measured = Measured::Counts(pooled);
    Ok(series.field.into_table(|i| states[i], columns))
}

/// The bandwidth asked for, or the least that reaches beyond a cell: below it a density is a count.
fn bandwidth_m(field: &mut Field, params: &Params) -> f64 {
    let asked = params.number("bandwidth_m").unwrap_or(500.0);
    let least = field.fine.as_ref().map_or(0.0, |fine| 2.0 * fine.side_m);
    if asked < least * 0.999 {
        field.record.warnings.push(format!(
            "the bandwidth of {asked:.0} m was raised to {least:.0} m, two cells: below it a density is no more than a count"
        ));
        field.record.parameters.insert("bandwidth_m".into(), least.into());
        return least;
    }
    asked
}

/// What a map of the counts ranks places by.
fn score(name: &str, earlier: &[u32], (field, weights): (&Field, &Weights), bandwidth_m: f64) -> Result<Vec<f64>> {
    match (name, &field.fine) {
        ("gi_star", _) => Ok(z_of_counts(earlier, weights)),
        ("density", Some(fine)) => {
            let mut squares = vec![0; fine.inside.len()];
            for (&centre, &count) in fine.centres.iter().zip(earlier) {
                if let Some(square) = squares.get_mut(centre as usize) {
                    *square = count;
                }
            }
            let lattice = (fine.nx, fine.side_m);
            let all = density(&squares, Some(&fine.inside), lattice, (Kernel::Quartic, bandwidth_m), Edge::Diggle)?;
            Ok(fine.centres.iter().map(|&c| all.get(c as usize).copied().unwrap_or(f64::NAN)).collect())
        }
        _ => Ok(earlier.iter().map(|&c| f64::from(c)).collect()),
    }
}

fn areas_km2(shapes: &Shapes) -> Vec<f64> {
    match shapes {
        Shapes::Cells(frame, cells) => cells.iter().map(|&cell| frame.area_km2(cell)).collect(),
        Shapes::Areas(areas) => areas.iter().map(|a| ground_km2(&a.shape)).collect(),
        Shapes::Points(_) | Shapes::Lines(_) => vec![1.0; shapes.len()],
    }
}

/// In how many of the checks each place lay within the first share, in part where it tied.
fn often(rankings: &[Ranking], share: f64, places: usize) -> Vec<f64> {
    let mut sum = vec![0.0; places];
    for ranking in rankings {
        sum.iter_mut().zip(ranking.inside(share)).for_each(|(s, part)| *s += part);
    }
    sum.iter().map(|s| s / rankings.len().max(1) as f64).collect()
}

fn summarise(record: &mut Analysis, name: &str, held: &[Held; SHARES.len()], pooled: &[u32]) {
    let mut of_map = serde_json::Map::new();
    let mut blind = Vec::new();
    for ((share, label), held) in SHARES.iter().zip(held) {
        let found = held.accuracy(*share);
        let p = p_of_blind_choice(held.hits, pooled, *share);
        if !(p <= ALPHA && found.pai > 1.0) {
            blind.push(format!("{} %", share * 100.0));
        }
        let numbers = serde_json::json!({
            "incidents_inside": held.hits,
            "hit_rate": found.hit_rate,
            "pai": found.pai,
            "pei": found.pei,
            "ser_per_km2_and_step": found.ser,
            "recapture_rate_index": found.recapture_rate_index,
            "predicted_to_observed": found.predicted_to_observed,
            "p_of_blind_choice": p,
        });
        of_map.insert(format!("highest_{label}"), numbers);
    }
    if !blind.is_empty() {
        record.warnings.push(format!(
            "the map by {name} does not predict: at {} of the area it holds no more than places taken blindly might",
            blind.join(", ")
        ));
    }
    record.summary.insert(name.to_owned(), of_map.into());
}

fn plots(all: &[Checks], bests: &[Ranking], windows: &Windows<'_>) -> Vec<Plot> {
    let curve = |checks: &Checks| -> Vec<(f64, f64)> {
        let at = |percent: u32| {
            let share = f64::from(percent) / 100.0;
            (f64::from(percent), checks.held(bests, windows, share).accuracy(share).hit_rate)
        };
        (1..=CURVE_PERCENT).map(at).filter(|(_, rate)| rate.is_finite()).collect()
    };
    let rates: Vec<(&str, Vec<(f64, f64)>)> = all.iter().map(|c| (c.name, curve(c))).collect();
    if rates.iter().all(|(_, points)| points.is_empty()) {
        return vec![];
    }
    let lines = |of: fn((f64, f64)) -> (f64, f64)| {
        let line =
            |name: &str, points: Vec<(f64, f64)>, is_reference| Line { name: name.to_owned(), points, is_reference };
        let mut lines: Vec<Line> =
            rates.iter().map(|(name, points)| line(name, points.iter().map(|&p| of(p)).collect(), false)).collect();
        let chance = (1..=CURVE_PERCENT).map(|percent| of((f64::from(percent), f64::from(percent) / 100.0)));
        lines.push(line("chance", chance.collect(), true));
        Marks::Lines(lines)
    };
    let x = || Axis::numbers("share of the study area, %");
    vec![
        Plot {
            id: "pai",
            title: "Predictive accuracy index".to_owned(),
            words: "Share of the later incidents inside over share of the area, for the highest places of each map. On the \
                    line of chance a map says nothing."
                .to_owned(),
            x: x(),
            y: Axis::numbers("PAI"),
            marks: lines(|(percent, rate)| (percent, rate / (percent / 100.0))),
        },
        Plot {
            id: "hit_rate",
            title: "Hit rate".to_owned(),
            words: "Share of the later incidents that fell into the highest places of each map, over all checks.".to_owned(),
            x: x(),
            y: Axis::numbers("share of the incidents, %"),
            marks: lines(|(percent, rate)| (percent, 100.0 * rate)),
        },
    ]
}
