//! The clusters as rows, and what says more as a plot.

use std::sync::Arc;

use super::study::{Study, days_in_words};
use crate::analysis::params::Params;
use crate::analysis::scan::{Cluster, Look, Scan, Settings};
use crate::model::Area;
use crate::table::{Axis, Column, Line, Marks, Plot, Shapes, State, Table, Values};

/// Classes by p, the strictest first.
const CLASSES: [&str; 4] = ["p_0.001", "p_0.01", "p_0.05", "not_significant"];
const LEVELS: [(f64, &str); 3] = [(0.05, "llr_at_p_0.05"), (0.01, "llr_at_p_0.01"), (0.001, "llr_at_p_0.001")];
/// Bins of the histogram of replicates.
const BINS: usize = 30;

/// One row a cluster, the most likely first.
pub(super) fn table(mut study: Study, found: &Scan, settings: &Settings, params: &Params) -> Table {
    let clusters = &found.clusters;
    let is_spatial = params.word("extent") == "space";
    summarise(&mut study, found, settings);
    if !clusters.is_empty() {
        study.record.plots.push(replicates(found));
        if !is_spatial {
            study.record.plots.push(course(&study, &clusters[0], params));
        }
    }
    let areas = clusters.iter().enumerate().map(|(i, c)| Arc::new(area(i + 1, study.outline(&c.locations))));
    let areas = areas.collect();
    let numbers = |name, unit, of: &dyn Fn(&Cluster) -> f64| Column {
        name,
        unit,
        values: Values::Number(clusters.iter().map(of).collect()),
    };
    let counts = |name, unit, of: &dyn Fn(&Cluster) -> u32| Column {
        name,
        unit,
        values: Values::Count(clusters.iter().map(of).collect()),
    };
    let days = |name, which: usize| {
        let steps = study.steps() as u32;
        let day = |c: &Cluster| study.days(&if is_spatial { 0..steps } else { c.steps.clone() }).into_iter().nth(which);
        Column { name, unit: "", values: Values::Text(clusters.iter().map(|c| day(c).unwrap_or_default()).collect()) }
    };
    let recurrence = |c: &Cluster| match settings.look {
        Look::Prospective if !is_spatial => study.step_days as f64 / c.p,
        _ => f64::NAN,
    };
    let class = |c: &Cluster| [0.001, 0.01, 0.05].iter().filter(|&&level| c.p > level).count() as u8;
    let columns = vec![
        Column { name: "cluster", unit: "", values: Values::Count((1..=clusters.len() as u32).collect()) },
        counts("count", "incidents", &|c| c.cases),
        numbers("expected", "incidents", &|c| c.expected),
        numbers("ratio", "", &|c| f64::from(c.cases) / c.expected),
        numbers("llr", "", &|c| c.log_likelihood_ratio),
        numbers("p", "", &|c| c.p),
        numbers("p_gumbel", "", &|c| c.p_gumbel),
        numbers("recurrence_interval_days", "days", &recurrence),
        days("first_day", 0),
        days("last_day", 1),
        numbers("radius_m", "m", &|c| c.radius_m),
        counts("locations", "places", &|c| c.locations.len() as u32),
        Column { name: "class", unit: "", values: Values::Class(&CLASSES, clusters.iter().map(class).collect()) },
    ];
    let states = vec![State::Value; clusters.len()];
    Table { shapes: Shapes::Areas(areas), ids: None, columns, states, analysis: study.record }
}

fn area(number: usize, shape: geo_types::MultiPolygon<f64>) -> Area {
    Area {
        collection: "scan".into(),
        id: number.to_string(),
        name: format!("Cluster {number}"),
        level: 0,
        parent: None,
        valid_from: None,
        shape,
        denominators: vec![],
    }
}

fn summarise(study: &mut Study, found: &Scan, settings: &Settings) {
    let (locations, steps) = (study.points.len(), study.steps());
    let summary = &mut study.record.summary;
    summary.insert("locations".into(), locations.into());
    summary.insert("steps".into(), steps.into());
    summary.insert("replicates".into(), settings.replicates.into());
    summary.insert("gumbel_location_llr".into(), found.null.gumbel_location.into());
    summary.insert("gumbel_scale_llr".into(), found.null.gumbel_scale.into());
    for (level, name) in LEVELS {
        if let Some(llr) = found.null.critical(level) {
            summary.insert(name.into(), llr.into());
        }
    }
    if found.clusters.is_empty() {
        study.record.warnings.push("no circle and window hold more incidents than expected".into());
    }
}

/// The highest ratios of the replicates against those seen.
fn replicates(found: &Scan) -> Plot {
    let (maxima, seen) = (found.null.maxima(), found.clusters[0].log_likelihood_ratio);
    let low = maxima.first().copied().unwrap_or(0.0).min(seen);
    let high = maxima.last().copied().unwrap_or(0.0).max(seen);
    let width = ((high - low) / BINS as f64).max(f64::MIN_POSITIVE);
    let mut bins = [0_u32; BINS];
    maxima.iter().for_each(|m| bins[(((m - low) / width) as usize).min(BINS - 1)] += 1);
    let edge = |i: usize| low + i as f64 * width;
    let outline = bins.iter().enumerate().flat_map(|(i, &n)| [(edge(i), f64::from(n)), (edge(i + 1), f64::from(n))]);
    let highest = f64::from(bins.iter().copied().max().unwrap_or(0));
    let mut lines = vec![Line { name: "replicates".into(), points: outline.collect(), is_reference: false }];
    if let Some(llr) = found.null.critical(0.05) {
        lines.push(Line { name: "p = 0.05".into(), points: vec![(llr, 0.0), (llr, highest)], is_reference: true });
    }
    lines.push(Line {
        name: "most likely cluster".into(),
        points: vec![(seen, 0.0), (seen, highest)],
        is_reference: false,
    });
    Plot {
        id: "replicates",
        title: "The most likely cluster against chance".into(),
        words:
            "How high the highest likelihood ratio of the whole city is where chance alone deals, over all replicates, \
                and how high that of the most likely cluster is. The further it lies to the right of them, the less \
                chance explains it."
                .into(),
        x: Axis::numbers("log likelihood ratio"),
        y: Axis::numbers("replicates"),
        marks: Marks::Lines(lines),
    }
}

/// Incidents of each step in the circle of the most likely cluster, and how many were to be expected.
fn course(study: &Study, cluster: &Cluster, params: &Params) -> Plot {
    let (n, mut inside) = (study.steps(), vec![false; study.points.len()]);
    cluster.locations.iter().for_each(|&l| inside[l as usize] = true);
    let (mut seen, mut all, mut total) = (vec![0.0; n], vec![0.0; n], 0.0);
    for &(location, step) in &study.incidents {
        all[step as usize] += 1.0;
        if inside[location as usize] {
            seen[step as usize] += 1.0;
            total += 1.0;
        }
    }
    let incidents = study.incidents.len() as f64;
    let expected: Vec<f64> = match params.word("model") {
        "poisson" => {
            let people: f64 = cluster.locations.iter().map(|&l| study.population[l as usize]).sum();
            vec![incidents * people / study.population.iter().sum::<f64>() / n as f64; n]
        }
        _ => all.iter().map(|day| day * total / incidents).collect(),
    };
    let line = |name: &str, values: Vec<f64>, is_reference| Line {
        name: name.into(),
        points: values.into_iter().enumerate().map(|(step, y)| (step as f64, y)).collect(),
        is_reference,
    };
    let first = |step: usize| study.days(&(step as u32..step as u32 + 1)).into_iter().next().unwrap_or_default();
    let [from, to] = study.days(&cluster.steps);
    Plot {
        id: "course",
        title: format!("Most likely cluster: {} incidents from {from} to {to}", cluster.cases),
        words: format!(
            "Incidents in the circle of the most likely cluster, and how many the model expects there, for each step of \
             {}. The cluster is the run of steps from {from} to {to}.",
            days_in_words(study.step_days)
        ),
        x: Axis::classes("step, by its first day", (0..n).map(first).collect()),
        y: Axis::numbers("incidents a step"),
        marks: Marks::Lines(vec![line("recorded", seen, false), line("expected", expected, true)]),
    }
}
