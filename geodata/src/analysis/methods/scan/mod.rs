//! `scan`: which circle and run of days hold more incidents than chance would put there.

mod answer;
mod study;

use super::inference::SEED;
use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, PlotOf, Run};
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::records::Records;
use crate::analysis::scan::{Look, Metric, Model, Setting, Settings, scan};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::table::{Analysis, Table};
use study::{Study, days_in_words};

/// Fewer incidents say little.
const FEW: usize = 20;

pub(super) const METHOD: Method = Method {
    id: "scan",
    title: "Clusters in space and time (scan)",
    answers: "Which circle, in which run of days, holds more recorded incidents than chance would put there, and how \
              often would chance do so anywhere?",
    when_not: "Where times are known to the month only; for fewer than 20 incidents; to draw the exact border of a \
               cluster, which is only as fine as circles over cells are; without a denominator the Poisson model takes \
               every cell to be alike, so it finds where people are. A cluster is where records gather, which also \
               depends on who reports and where police look.",
    numbers: "count and expected: incidents inside, and how many chance would put there; llr: how much better a rise \
              inside explains the records than none (logarithm of the likelihood ratio); p: in what share of replicates \
              the highest llr of the whole city is at least so high, so it allows for all circles and windows looked \
              at; recurrence_interval_days: were the scan made after every step, chance would give one such cluster in \
              so many days (prospective only).",
    reference: "https://doi.org/10.1371/journal.pmed.0020059",
    parameters: &[
        Parameter {
            name: "model",
            unit: "",
            default: "space_time_permutation",
            domain: Domain::Word(&["space_time_permutation", "poisson"]),
            words: "What chance deals out: the days among the incidents, so that neither busy places nor busy days are \
                    clusters; or the incidents among the places, by their residents where areas have them, else evenly",
        },
        Parameter {
            name: "look",
            unit: "",
            default: "prospective",
            domain: Domain::Word(&["prospective", "retrospective"]),
            words: "Windows that last until the period's last day: what is going on now; or anywhere in the period, which \
                    takes much longer",
        },
        Parameter {
            name: "extent",
            unit: "",
            default: "space_time",
            domain: Domain::Word(&["space_time", "space"]),
            words: "Circles and runs of days, or circles over the whole period (Poisson model only)",
        },
        Parameter {
            name: "max_radius_m",
            unit: "m",
            default: "2000",
            domain: Domain::NumberOr(1.0, 1_000_000.0, &[]),
            words: "Largest radius of a circle",
        },
        Parameter {
            name: "max_share",
            unit: "",
            default: "0.5",
            domain: Domain::NumberOr(0.001, 0.5, &[]),
            words: "Largest share of all incidents (Poisson: of those expected) in a circle over the whole period",
        },
        Parameter {
            name: "step_days",
            unit: "days",
            default: "1",
            domain: Domain::Whole(1, 366),
            words: "Length of a step of time; steps are counted back from the end of the period",
        },
        Parameter {
            name: "max_days",
            unit: "days",
            default: "30",
            domain: Domain::Whole(1, 3_660),
            words: "Longest window, at most half of the period",
        },
        Parameter {
            name: "min_cases",
            unit: "incidents",
            default: "2",
            domain: Domain::Whole(1, 1_000_000),
            words: "Fewest incidents of a cluster",
        },
        Parameter {
            name: "max_clusters",
            unit: "clusters",
            default: "10",
            domain: Domain::Whole(1, 100),
            words: "Clusters given at most, the most likely first; no two share a place",
        },
        Parameter {
            name: "replicates",
            unit: "replicates",
            default: "999",
            domain: Domain::Whole(99, 99_999),
            words: "Sets of incidents drawn as chance would make them; p cannot be below 1 / (replicates + 1)",
        },
        SEED,
        POLICE_INITIATED,
        LOCATIONS,
    ],
    needs: Needs::Records,
    plots: &[
        PlotOf::always("replicates", "The most likely cluster against chance"),
        PlotOf::always("course", "Incidents of the most likely cluster by step"),
    ],
    run: Run::Records(run),
};

fn run(records: &Records<'_>, params: &Params, cancel: &Cancel) -> Result<Table> {
    let is_poisson = params.word("model") == "poisson";
    let is_spatial = params.word("extent") == "space";
    if is_spatial && !is_poisson {
        return Err(Error::invalid(
            "extent=space with the space-time permutation model, which deals out days and so finds nothing in space alone",
            "use model=poisson, or extent=space_time",
        ));
    }
    let mut study = Study::of(records, params, cancel)?;
    let steps = if is_spatial { 1 } else { study.steps() };
    let settings = Settings {
        look: if params.word("look") == "prospective" { Look::Prospective } else { Look::Retrospective },
        max_radius_m: params.number("max_radius_m").unwrap_or(f64::INFINITY),
        max_share: params.number("max_share").unwrap_or(0.5),
        min_steps: 1,
        max_steps: ((params.whole("max_days") / study.step_days) as usize).clamp(1, (steps / 2).max(1)),
        min_cases: params.whole("min_cases") as u32,
        max_clusters: params.whole("max_clusters") as usize,
        replicates: params.whole("replicates") as u32,
        seed: params.whole("seed"),
    };
    let incidents: Vec<(u32, u32)> = match is_spatial {
        true => study.incidents.iter().map(|&(location, _)| (location, 0)).collect(),
        false => study.incidents.clone(),
    };
    let setting = Setting { points: &study.points, metric: Metric::Plane, steps, incidents: &incidents };
    let model = if is_poisson { Model::Poisson(&study.population) } else { Model::SpaceTimePermutation };
    let found = scan(&setting, model, &settings, cancel)?;
    if let (Look::Prospective, Some(last)) = (settings.look, incidents.iter().map(|i| i.1 + 1).max())
        && (last as usize) < steps
    {
        study.record.warnings.push(format!(
            "the last incident is {} before the period ends: end the period where the records end",
            days_in_words((steps - last as usize) as u64 * study.step_days)
        ));
    }
    describe(&mut study.record, params, &settings, (steps, study.step_days), incidents.len());
    Ok(answer::table(study, &found, &settings, params))
}

fn describe(record: &mut Analysis, params: &Params, settings: &Settings, (steps, days): (usize, u64), n: usize) {
    record.null = Some(match params.word("model") {
        "poisson" => format!("incidents fall by what is expected at each place, {} replicates", settings.replicates),
        _ => format!("days dealt out anew among the incidents, {} replicates", settings.replicates),
    });
    record.family = Some("one test over all circles and windows: p allows for everything looked at".into());
    let longest = settings.max_steps as u64 * days;
    let is_spatial = params.word("extent") == "space";
    if is_spatial {
        for unheeded in ["max_days", "step_days", "look"] {
            record.parameters.remove(unheeded);
        }
    } else {
        record.parameters.insert("max_days".into(), longest.into());
    }
    let warnings = &mut record.warnings;
    if n < FEW {
        warnings.push(format!("{n} incidents: fewer than {FEW} say little about clusters"));
    }
    if !is_spatial && longest < params.whole("max_days") {
        warnings.push(format!(
            "windows are at most {longest} days long: half of the {steps} steps of {} that the period has",
            days_in_words(days)
        ));
    }
    if !is_spatial && steps < 4 {
        warnings
            .push(format!("{steps} steps of time are too few for runs of days; take a longer period or shorter steps"));
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
