//! `gi_star`: where recorded incidents concentrate more than chance would have it.

use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, Run};
use crate::analysis::fdr::{CLASSES, CLASSES_WITHOUT_COLD, benjamini_hochberg, class};
use crate::analysis::field::{Field, Measured};
use crate::analysis::gi_star::{z, z_of_counts};
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::permutation::{Null, Tails, cold_is_reachable, exact, exact_work, monte_carlo, monte_carlo_work};
use crate::analysis::special::normal_upper;
use crate::analysis::weights::Weights;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::limits::{MAX_EXACT_WORK, MAX_MONTE_CARLO_WORK};
use crate::table::{Column, State, Table, Values};

/// Loosest rate at which a class is drawn.
const ALPHA: f64 = 0.05;

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
        Parameter {
            name: "inference",
            unit: "",
            default: "exact",
            domain: Domain::Word(&["exact", "monte_carlo", "normal"]),
            words: "How p is found: exact for counts (Monte Carlo past its limit and for other values), random draws, or \
                    the normal approximation, which calls far too many cells of sparse counts hot",
        },
        Parameter {
            name: "alternative",
            unit: "",
            default: "two_sided",
            domain: Domain::Word(&["two_sided", "greater"]),
            words: "two_sided finds high and low; greater asks for high only and gives half the p",
        },
        Parameter {
            name: "draws",
            unit: "arrangements",
            default: "9999",
            domain: Domain::Whole(99, 999_999),
            words: "Random arrangements for each cell, for Monte Carlo",
        },
        Parameter {
            name: "seed",
            unit: "",
            default: "1",
            domain: Domain::Whole(0, u64::MAX),
            words: "Start of the random draws: the same seed gives the same bytes",
        },
        POLICE_INITIATED,
        LOCATIONS,
    ],
    needs: Needs::Counts,
    run: Run::Field(run),
};

fn run(mut field: Field, params: &Params, cancel: &Cancel) -> Result<Table> {
    let weights = field.weights.with_self();
    let null = if params.word("null") == "total" { Null::Total } else { Null::Conditional };
    let two_sided = params.word("alternative") == "two_sided";
    let z = match &field.measured {
        Measured::Counts(counts) => z_of_counts(counts, &weights),
        Measured::Numbers(numbers) => z(numbers, &weights),
    };
    cancel.check()?;
    let (tails, basis) = tails(&mut field, &weights, &z, null, params, cancel)?;
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
    describe(&mut field, params, null, basis, tested, is_cold_offered);
    let states: Vec<State> = z.iter().map(|z| if z.is_nan() { State::Undefined } else { State::Value }).collect();
    let number = |name, unit, values| Column { name, unit, values: Values::Number(values) };
    let columns = vec![
        number("z", "standard deviations", z),
        number("p", "", p),
        number("q", "", q),
        Column { name: "class", unit: "", values: Values::Class(names, classes) },
    ];
    Ok(field.into_table(|i| states[i], columns))
}

/// Tails by the inference asked for, or by the one that can be had; and its name.
fn tails(
    field: &mut Field,
    weights: &Weights,
    z: &[f64],
    null: Null,
    params: &Params,
    cancel: &Cancel,
) -> Result<(Vec<Tails>, &'static str)> {
    let asked = params.word("inference");
    if asked == "normal" {
        let tail = |z: &f64| Tails { greater: normal_upper(*z), less: normal_upper(-z) };
        return Ok((z.iter().map(tail).collect(), "normal"));
    }
    let warnings = &mut field.record.warnings;
    if let (Measured::Counts(counts), "exact") = (&field.measured, asked) {
        if exact_work(counts, weights, null) <= MAX_EXACT_WORK {
            return Ok((exact(counts, weights, null, cancel)?, "exact"));
        }
        warnings.push(format!(
            "the exact table would need more than {MAX_EXACT_WORK} steps (counts too high or too many neighbours): p is \
             by Monte Carlo"
        ));
    }
    let wanted = params.whole("draws") as u32;
    let fits = MAX_MONTE_CARLO_WORK / monte_carlo_work(weights, 1).max(1);
    let draws = wanted.min(u32::try_from(fits).unwrap_or(u32::MAX)).max(99);
    if draws < wanted {
        warnings.push(format!("{wanted} draws would need more than {MAX_MONTE_CARLO_WORK} steps: {draws} were taken"));
    }
    let tested = z.iter().filter(|z| !z.is_nan()).count();
    let sides = if params.word("alternative") == "two_sided" { 2.0 } else { 1.0 };
    let needed = (sides / f64::from(draws + 1) * tested as f64 / ALPHA).ceil();
    if needed > 1.0 {
        warnings.push(format!(
            "{draws} draws cannot give a p below {:.1e}: nothing of {tested} is significant unless {needed} sit at that \
             smallest p; take more draws",
            sides / f64::from(draws + 1)
        ));
    }
    field.record.parameters.insert("draws".into(), draws.into());
    let numbers = field.numbers();
    let tails = monte_carlo(&numbers, weights, null, (draws, params.whole("seed")), &field.keys, cancel)?;
    Ok((tails, "monte_carlo"))
}

fn describe(field: &mut Field, params: &Params, null: Null, basis: &'static str, tested: usize, cold: bool) {
    let (n, total) = (field.len(), field.total());
    let undefined = field.numbers().iter().any(|x| x.is_nan());
    let record = &mut field.record;
    record.null = Some(match basis {
        "normal" => "normal approximation of the total permutation".to_owned(),
        basis => format!("{} permutation, {}", null.name(), basis.replace('_', " ")),
    });
    record.family = Some(format!("Benjamini-Hochberg over the {tested} places of {n} where the score is defined"));
    record.parameters.insert("inference".into(), basis.into());
    if basis != "monte_carlo" {
        // They had no part in the answer.
        record.parameters.remove("draws");
        record.parameters.remove("seed");
    }
    record.parameters.insert("cold_offered".into(), cold.into());
    let warnings = &mut record.warnings;
    if let Some(total) = total.filter(|t| *t < 20) {
        warnings.push(format!("{total} incidents: fewer than 20 say little about hotspots"));
    }
    if basis == "normal" {
        warnings.push(
            "the normal approximation calls too many cells hot where counts are sparse; use inference=exact".into(),
        );
    }
    if params.word("alternative") == "greater" {
        warnings.push("one-sided: only high values are tested".into());
    } else if !cold {
        warnings.push("no place could be significantly low in these data: no cold class is offered".into());
    }
    if undefined {
        warnings.push("a value is missing or not finite: the score is undefined everywhere".into());
    }
    if tested < n {
        warnings.push(format!("the score is undefined for {} of {n} places", n - tested));
    }
}
