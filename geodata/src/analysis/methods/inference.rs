//! How p is found, for every method whose chance deals values to neighbours: exactly, at random, or by approximation.

use crate::analysis::field::{Field, Measured};
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::permutation::{Null, Tails, exact, exact_work, monte_carlo, monte_carlo_work};
use crate::analysis::special::normal_upper;
use crate::analysis::weights::Weights;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::limits::{MAX_EXACT_WORK, MAX_MONTE_CARLO_WORK};

/// Loosest rate at which a class is drawn.
pub(super) const ALPHA: f64 = 0.05;

pub(super) const INFERENCE: Parameter = Parameter {
    name: "inference",
    unit: "",
    default: "exact",
    domain: Domain::Word(&["exact", "monte_carlo", "normal"]),
    words: "How p is found: exact for counts (Monte Carlo past its limit and for other values), random draws, or the normal \
            approximation, which calls far too many cells of sparse counts hot",
};

pub(super) const DRAWS: Parameter = Parameter {
    name: "draws",
    unit: "arrangements",
    default: "9999",
    domain: Domain::Whole(99, 999_999),
    words: "Random arrangements for each cell, for Monte Carlo",
};

pub(super) const SEED: Parameter = Parameter {
    name: "seed",
    unit: "",
    default: "1",
    domain: Domain::Whole(0, u64::MAX),
    words: "Start of the random draws: the same seed gives the same bytes",
};

/// What is asked of chance.
pub(super) struct Asked<'a> {
    pub null: Null,
    pub is_two_sided: bool,
    /// Standard score of each place's neighbourhood; NaN where there is no test.
    pub scores: &'a [f64],
}

/// Tails by the inference asked for, or by the one that can be had; and its name. What had to give way is in the record's
/// warnings.
pub(super) fn tails(
    field: &mut Field,
    weights: &Weights,
    asked: &Asked<'_>,
    params: &Params,
    cancel: &Cancel,
) -> Result<(Vec<Tails>, &'static str)> {
    let inference = match params.word(INFERENCE.name) {
        // A method without the parameter takes the best.
        "" => "exact",
        word => word,
    };
    if inference == "normal" {
        let tail = |z: &f64| Tails { greater: normal_upper(*z), less: normal_upper(-z) };
        return Ok((asked.scores.iter().map(tail).collect(), "normal"));
    }
    let warnings = &mut field.record.warnings;
    if let (Measured::Counts(counts), "exact") = (&field.measured, inference) {
        if exact_work(counts, weights, asked.null) <= MAX_EXACT_WORK {
            return Ok((exact(counts, weights, asked.null, cancel)?, "exact"));
        }
        warnings.push(format!(
            "the exact table would need more than {MAX_EXACT_WORK} steps (counts too high or too many neighbours): p is \
             by Monte Carlo"
        ));
    }
    let wanted = params.whole(DRAWS.name) as u32;
    let fits = MAX_MONTE_CARLO_WORK / monte_carlo_work(weights, 1).max(1);
    let draws = wanted.min(u32::try_from(fits).unwrap_or(u32::MAX)).max(99);
    if draws < wanted {
        warnings.push(format!("{wanted} draws would need more than {MAX_MONTE_CARLO_WORK} steps: {draws} were taken"));
    }
    let tested = asked.scores.iter().filter(|z| !z.is_nan()).count();
    let sides = if asked.is_two_sided { 2.0 } else { 1.0 };
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
    let drawn = (draws, params.whole(SEED.name));
    Ok((monte_carlo(&numbers, weights, asked.null, drawn, &field.keys, cancel)?, "monte_carlo"))
}

/// Writes into the record how p was found, over which family, and what a reader must know of it.
pub(super) fn describe(field: &mut Field, kind: &str, null: Null, (basis, tested): (&'static str, usize)) {
    let (n, total) = (field.len(), field.total());
    let undefined = field.numbers().iter().any(|x| x.is_nan());
    let record = &mut field.record;
    record.null = Some(match basis {
        "normal" => format!("normal approximation of the {} permutation", null.name()),
        basis => format!("{} permutation, {}", null.name(), basis.replace('_', " ")),
    });
    record.family = Some(format!("Benjamini-Hochberg over the {tested} places of {n} where the score is defined"));
    record.parameters.insert("inference".into(), basis.into());
    if basis != "monte_carlo" {
        // They had no part in the answer.
        record.parameters.remove(DRAWS.name);
        record.parameters.remove(SEED.name);
    }
    let warnings = &mut record.warnings;
    if let Some(total) = total.filter(|t| *t < 20) {
        warnings.push(format!("{total} {kind}: fewer than 20 say little about hotspots"));
    }
    if basis == "normal" {
        warnings.push(
            "the normal approximation calls too many cells hot where counts are sparse; use inference=exact".into(),
        );
    }
    if undefined {
        warnings.push("a value is missing or not finite: the score is undefined everywhere".into());
    }
    if tested < n {
        warnings.push(format!("the score is undefined for {} of {n} places", n - tested));
    }
}
