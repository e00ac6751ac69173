//! `local_moran`: which places are like their neighbours, and which stand out among them.

use super::inference::{ALPHA, Asked, DRAWS, INFERENCE, SEED, describe, tails};
use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, Run, moran_scatter};
use crate::analysis::fdr::benjamini_hochberg;
use crate::analysis::field::{Field, Measured};
use crate::analysis::moran::{Global, geary, global, local};
use crate::analysis::neighbours::NEIGHBOURS;
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::permutation::{Null, cold_is_reachable};
use crate::analysis::weights::Weights;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::table::{Analysis, Column, State, Table, Values};

/// Classes of the map: the quadrants of places that chance would rarely make.
pub(super) const CLASSES: &[&str] = &["high_high", "low_low", "high_low", "low_high", "none", "undefined"];

pub(super) const METHOD: Method = Method {
    id: "local_moran",
    title: "Alike and unlike neighbours (local Moran's I)",
    answers: "Which places have many (or few) recorded incidents among neighbours that have many (or few), and which differ \
              from their neighbours?",
    when_not: "For fewer than 20 incidents; to rank places; to compare counts of areas of very different size (use rates, or \
               cells of one size). Where most cells are empty, few neighbours cannot be told from chance, and a low class \
               cannot occur.",
    numbers: "lag: the neighbours' values, in standard deviations from the mean. local_i: the place's own deviation times \
              that; above zero where both lie on the same side of the mean. p: how often chance gives neighbours as high, or \
              as low, around a place that keeps its own value. q: p after allowing for the many places tested. \
              high_low: q is at most 0.05, and a place above the mean lies among neighbours below it.",
    reference: "https://doi.org/10.1111/j.1538-4632.1995.tb00338.x",
    parameters: &[WEIGHTS, INFERENCE, DRAWS, SEED, NEIGHBOURS, POLICE_INITIATED, LOCATIONS],
    plots: &[moran_scatter::PLOT],
    needs: Needs::Counts,
    run: Run::Field(run),
};

/// How neighbours are weighted.
pub(super) const WEIGHTS: Parameter = Parameter {
    name: "weights",
    unit: "",
    default: "row_standardised",
    domain: Domain::Word(&["row_standardised", "binary"]),
    words: "lag is the mean of the neighbours (row_standardised) or their sum (binary); p and the class are the same",
};

/// The weights as the parameter says.
pub(super) fn weighted(weights: &Weights, params: &Params) -> Weights {
    if params.word(WEIGHTS.name) == "binary" {
        weights.without_self()
    } else {
        weights.without_self().row_standardised()
    }
}

fn run(mut field: Field, params: &Params, cancel: &Cancel) -> Result<Table> {
    let numbers = field.numbers();
    let weights = weighted(&field.weights, params);
    let moran = local::univariate(&numbers, &weights);
    cancel.check()?;
    let whole = global::moran(&numbers, &weights);
    summarise(&mut field.record, "moran_i", whole);
    summarise(&mut field.record, "geary_c", geary::geary(&numbers, &weights));
    cancel.check()?;
    let tested = test(&mut field, "incidents", &moran, params, cancel)?;
    field.record.plots.push(moran_scatter::plot(&moran, "Its neighbours' values", whole.value));
    Ok(field.into_table(|i| tested.states[i], tested.columns))
}

/// Writes a statistic of the whole study area into the summary.
fn summarise(record: &mut Analysis, name: &str, found: Global) {
    let numbers = [("", found.value), ("_expected", found.expected), ("_z", found.z()), ("_p_normal", found.p())];
    for (suffix, number) in numbers {
        record.summary.insert(format!("{name}{suffix}"), number.into());
    }
}

/// The columns of a local Moran, with the state of each place.
pub(super) struct Tested {
    pub columns: Vec<Column>,
    pub states: Vec<State>,
    /// Index into [`CLASSES`].
    pub classes: Vec<u8>,
}

/// Tests the neighbours of every place; the field holds the values that chance deals to them, `kind` is what they are of.
pub(super) fn test(
    field: &mut Field,
    kind: &str,
    moran: &local::Local,
    params: &Params,
    cancel: &Cancel,
) -> Result<Tested> {
    let (z, quadrants) = (moran.z(), moran.quadrants());
    // The neighbours' own score: that of the place has its sign turned where its own value is low.
    let around: Vec<f64> = z.iter().zip(&moran.own).map(|(z, own)| z * own.signum()).collect();
    // The chance of the neighbours' sum does not depend on how the row is scaled.
    let weights = field.weights.without_self();
    let asked = Asked { null: Null::Conditional, is_two_sided: true, scores: &around };
    let (tails, basis) = tails(field, &weights, &asked, params, cancel)?;
    let p: Vec<f64> = z.iter().zip(&tails).map(|(z, t)| if z.is_nan() { f64::NAN } else { t.two_sided() }).collect();
    let q = benjamini_hochberg(&p);
    let class = |i: usize| match quadrants[i] {
        _ if q[i].is_nan() => 5,
        _ if q[i] > ALPHA => 4,
        // Where values are very skewed, a sum can be above the mean and yet lower than chance would have it.
        quadrant if quadrant < 4 && (moran.lag[i] > 0.0) == tails[i].is_above() => quadrant,
        _ => 4,
    };
    let classes: Vec<u8> = (0..z.len()).map(class).collect();
    let tested = p.iter().filter(|p| !p.is_nan()).count();
    if let (Measured::Counts(counts), true) = (&field.measured, basis != "normal")
        && !cold_is_reachable(counts, &weights, Null::Conditional, ALPHA)
    {
        let words = "no place's neighbours could be significantly low in these data: low_low and high_low cannot occur";
        field.record.warnings.push(words.into());
    }
    describe(field, kind, Null::Conditional, (basis, tested));
    let states = p.iter().map(|p| if p.is_nan() { State::Undefined } else { State::Value }).collect();
    let number = |name, unit, values| Column { name, unit, values: Values::Number(values) };
    let columns = vec![
        number("local_i", "", moran.i.clone()),
        number("lag", "standard deviations", moran.lag.clone()),
        number("z", "standard deviations", z),
        number("p", "", p),
        number("q", "", q),
        Column { name: "quadrant", unit: "", values: Values::Class(&local::QUADRANTS, quadrants) },
        Column { name: "class", unit: "", values: Values::Class(CLASSES, classes.clone()) },
    ];
    Ok(Tested { columns, states, classes })
}
