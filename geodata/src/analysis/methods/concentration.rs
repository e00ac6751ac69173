//! `concentration`: how few places hold half of the incidents.

use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, PlotOf, Run};
use crate::analysis::concentration::{curve, fewest, gini, gini_generalised};
use crate::analysis::field::{Field, Measured};
use crate::analysis::params::Params;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::table::{Analysis, Axis, Column, Line, Marks, Plot, State, Table, Values};

/// What a place is to the fewest places that hold half.
const CLASSES: &[&str] = &["in_half", "tied", "other"];
const SHARES: [(f64, &str); 3] =
    [(0.25, "places_for_25_percent"), (0.5, "places_for_50_percent"), (0.8, "places_for_80_percent")];
/// Most points of the curve in its plot.
const MOST_POINTS: usize = 400;

pub(super) const METHOD: Method = Method {
    id: "concentration",
    title: "Concentration",
    answers: "How few places hold half of the recorded incidents, and how uneven is that?",
    when_not: "To say that a place is unusual (chance alone puts half of few incidents into few places: use gi_star); to compare \
               areas of very different size; to compare grids: smaller cells always look more concentrated.",
    numbers: "class: in_half are the fewest places that together hold half of the incidents; where only some of several places \
              with equal numbers are needed to fill the half, all of them are tied. cumulative_share: share of the incidents in \
              the places with at least as many. gini: 0 is even, towards 1 all in one place; gini_generalised takes into account \
              that fewer incidents than places cannot lie evenly: 0 where no place holds two.",
    reference: "https://doi.org/10.1007/s10940-016-9324-7",
    parameters: &[POLICE_INITIATED, LOCATIONS],
    needs: Needs::Counts,
    plots: &[PlotOf::always("concentration", "Curve of concentration")],
    run: Run::Field(run),
};

pub(super) fn run(mut field: Field, _: &Params, cancel: &Cancel) -> Result<Table> {
    let values = field.numbers();
    if let Some((i, x)) = values.iter().enumerate().find(|(_, x)| **x < 0.0) {
        return Err(Error::invalid(
            format!("the value of place {i} is {x}, and concentration is of values that are not negative"),
            "use counts or another amount of which there is more or nothing",
        ));
    }
    let known: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
    cancel.check()?;
    let points = curve(&known);
    let half = fewest(&known, 0.5);
    let class = |x: f64| match half {
        Some(half) if x > half.least || x == half.least && half.of_tied == half.tied => 0,
        Some(half) if x == half.least => 1,
        _ => 2,
    };
    let classes: Vec<u8> = values.iter().map(|&x| class(x)).collect();
    let shares = cumulative(&values, &known);
    summarise(&mut field, &known);
    field.record.plots = plots(&points, &known, matches!(field.measured, Measured::Counts(_)));
    let states: Vec<State> = values
        .iter()
        .map(|x| match x {
            x if !x.is_finite() => State::Undefined,
            x if *x == 0.0 => State::Zero,
            _ => State::Value,
        })
        .collect();
    let columns = vec![
        Column { name: "class", unit: "", values: Values::Class(CLASSES, classes) },
        Column { name: "cumulative_share", unit: "of the whole", values: Values::Number(shares) },
    ];
    Ok(field.into_table(|i| states[i], columns))
}

/// Share of everything that lies in the places with at least as much, for each place.
fn cumulative(values: &[f64], known: &[f64]) -> Vec<f64> {
    let mut sorted = known.to_vec();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    let sums: Vec<f64> = sorted
        .iter()
        .scan(0.0, |sum, x| {
            *sum += x;
            Some(*sum)
        })
        .collect();
    let total = sums.last().copied().unwrap_or(0.0);
    let share = |&x: &f64| match sorted.partition_point(|y| *y >= x) {
        at if total > 0.0 && x.is_finite() && at > 0 => sums[at - 1] / total,
        _ => f64::NAN,
    };
    values.iter().map(share).collect()
}

fn summarise(field: &mut Field, known: &[f64]) {
    let (withheld, total) = (field.withheld.iter().filter(|w| **w).count(), field.total());
    let Analysis { summary, warnings, .. } = &mut field.record;
    for (share, name) in SHARES {
        if let Some(found) = fewest(known, share) {
            summary.insert(name.into(), found.places().into());
            summary.insert(format!("share_of_{name}"), (found.places() as f64 / known.len() as f64).into());
        }
    }
    summary.insert("places_with_any".into(), known.iter().filter(|x| **x > 0.0).count().into());
    summary.insert("gini".into(), gini(known).into());
    if let Some(total) = total {
        summary.insert("gini_generalised".into(), gini_generalised(known).into());
        if total < 20 {
            warnings.push(format!("{total} incidents: fewer than 20 say little about concentration"));
        } else if total < known.len() as u64 {
            warnings.push(format!(
                "{total} incidents at {} places: most places have none however evenly chance deals; read gini_generalised",
                known.len()
            ));
        }
    }
    if withheld > 0 {
        warnings.push(format!("{withheld} places are withheld because few were recorded, and count as none here"));
    }
    if known.len() < field.withheld.len().max(field.shapes.len()) {
        warnings.push(format!("{} places without a number are left out", field.shapes.len() - known.len()));
    }
}

fn plots(points: &[(f64, f64)], known: &[f64], is_of_counts: bool) -> Vec<Plot> {
    if points.len() < 2 {
        return vec![];
    }
    let percent = |points: &mut dyn Iterator<Item = (f64, f64)>| points.map(|(x, y)| (100.0 * x, 100.0 * y)).collect();
    let step = points.len().div_ceil(MOST_POINTS);
    let thinned = points.iter().enumerate().filter(|(i, _)| i % step == 0 || i + 1 == points.len());
    let line = |name: &str, points: &mut dyn Iterator<Item = (f64, f64)>, is_reference| Line {
        name: name.to_owned(),
        points: percent(points),
        is_reference,
    };
    let mut lines = vec![
        line("recorded", &mut thinned.map(|(_, p)| *p), false),
        line("all places alike", &mut [(0.0, 0.0), (1.0, 1.0)].into_iter(), true),
    ];
    let total: f64 = known.iter().sum();
    if is_of_counts && total < known.len() as f64 {
        let evenest = total / known.len() as f64;
        let corners = [(0.0, 0.0), (evenest, 1.0), (1.0, 1.0)];
        lines.push(line("as even as so few can lie", &mut corners.into_iter(), true));
    }
    vec![Plot {
        id: "concentration",
        title: "Curve of concentration".to_owned(),
        words:
            "Share of the incidents that lies in a share of the places, those with most first. The further above the \
                reference lines, the more concentrated."
                .to_owned(),
        x: Axis::numbers("share of the places, %"),
        y: Axis::numbers("share of the incidents, %"),
        marks: Marks::Lines(lines),
    }]
}
