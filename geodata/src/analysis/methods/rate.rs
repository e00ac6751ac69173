//! `rate`: incidents per 100,000 people a year, with its interval, and shrunken where few people live.

use super::{Method, Needs, Run};
use crate::analysis::empirical_bayes;
use crate::analysis::field::{Field, Measured};
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::rates::{self, Interval, interval};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::table::{Column, State, Table, Values};

/// Counts below this give a rate that is marked unreliable.
const RELIABLE_COUNT: f64 = 20.0;
const PER: f64 = 100_000.0;
const RELIABILITY: &[&str] = &[
    "reliable",
    "unreliable: fewer than 20 incidents",
    "undefined: denominator unknown",
    "undefined: denominator too small",
    "undefined: no count",
];
/// How a place's interval lies to the rate of the whole study area. There is no order among places: most differences
/// between them are chance.
const COMPARED: &[&str] = &["above", "not_different", "below", "undefined"];
const YES_NO: &[&str] = &["yes", "no"];
/// Index of no word.
const NO_WORD: u8 = u8::MAX;

pub(super) const METHOD: Method = Method {
    id: "rate",
    title: "Rates",
    answers: "How many incidents were recorded for every 100,000 residents (or another named number) a year?",
    when_not: "For incidents that strike people who only pass through (a city centre has few residents), and for areas \
               of fewer than 1,000 residents (least_denominator): the rate is then undefined.",
    numbers: "rate per 100,000 a year with its 95 % interval; rate_eb is drawn towards the rate of all areas where few \
              people live (Marshall), rate_eb_local towards that of the areas around. Fewer than 20 incidents make a rate unreliable (reliable: no). compared says \
              whether the interval lies above or below the rate of the whole study area; places are not ranked, since \
              two whose intervals overlap widely are not known to differ.",
    reference: "https://doi.org/10.2307/2347593",
    parameters: &[
        Parameter {
            name: "denominator",
            unit: "",
            default: "residents",
            domain: Domain::Word(&["residents", "households", "vehicles", "jobs", "ambient"]),
            words: "What incidents are divided by, as imported with the areas",
        },
        Parameter {
            name: "interval",
            unit: "",
            default: "exact",
            domain: Domain::Word(&["exact", "byar"]),
            words: "95 % interval: exact Poisson limits, or Byar's approximation",
        },
        Parameter {
            name: "least_denominator",
            unit: "",
            default: "1000",
            domain: Domain::Whole(1000, 1_000_000_000),
            words: "Smallest number that a rate divides by; what is below has no rate",
        },
    ],
    plots: &[],
    needs: Needs::CountsAndPopulation,
    run: Run::Field(run),
};

fn run(mut field: Field, params: &Params, cancel: &Cancel) -> Result<Table> {
    let Some(population) = field.population.take() else {
        return Err(Error::invalid(
            format!("rate needs a denominator, and {} has none", field.record.grid),
            "use areas that were imported with residents, or name the column with the population",
        ));
    };
    let kind = if params.word("interval") == "byar" { Interval::Byar } else { Interval::Exact };
    let (mut counts, people) = (field.numbers(), population.values);
    // What is withheld is no zero: it has no rate, and is in no sum.
    counts.iter_mut().zip(&field.withheld).filter(|(_, withheld)| **withheld).for_each(|(count, _)| *count = f64::NAN);
    let years = field.years.filter(|y| *y > 0.0);
    let least = params.whole("least_denominator") as f64;
    let verdicts: Vec<u8> = counts.iter().zip(&people).map(|(&c, &p)| verdict(c, p, least)).collect();
    let defined = |i: usize| verdicts[i] < 2;
    let scale = |i: usize| PER / people[i] / years.unwrap_or(1.0);
    let usable: Vec<f64> = (0..counts.len()).map(|i| if defined(i) { people[i] } else { f64::NAN }).collect();
    let eb = rates::empirical_bayes(&counts, &usable);
    let around = empirical_bayes::local(&counts, &usable, &field.weights);
    let whole = of_whole(&counts, &people);
    let mut compared = vec![3u8; counts.len()];
    let mut columns: [Vec<f64>; 5] = std::array::from_fn(|_| vec![f64::NAN; counts.len()]);
    for i in (0..counts.len()).filter(|&i| defined(i)) {
        if i % 4096 == 0 {
            cancel.check()?;
        }
        let (low, high) = interval(counts[i], kind);
        let row = [counts[i], low, high, eb.rates[i] * people[i], around[i] * people[i]];
        columns.iter_mut().zip(row).for_each(|(column, events)| column[i] = events * scale(i));
        let expected = whole * people[i];
        compared[i] = if low > expected {
            0
        } else if high < expected {
            2
        } else {
            1
        };
    }
    let record = &mut field.record;
    record.parameters.insert("denominator".into(), population.name.into());
    record.parameters.insert("eb_overall".into(), (eb.overall * PER / years.unwrap_or(1.0)).into());
    record.parameters.insert("rate_of_whole".into(), (whole * PER / years.unwrap_or(1.0)).into());
    match years {
        Some(years) => drop(record.parameters.insert("years".into(), years.into())),
        None => record.warnings.push("the length of the period is unknown: rates are for the whole period".into()),
    }
    if matches!(field.measured, Measured::Numbers(_)) {
        record.warnings.push("the values are not whole numbers: the interval takes them as counts".into());
    }
    let few = verdicts.iter().filter(|&&v| v == 1).count();
    if few > 0 {
        record.warnings.push(format!("{few} rates stand on fewer than 20 incidents and are unreliable"));
    }
    let unit = if years.is_some() { "per 100,000 a year" } else { "per 100,000" };
    let [rate, low, high, shrunk, shrunk_around] = columns;
    let number = |name, unit, values| Column { name, unit, values: Values::Number(values) };
    let reliable = verdicts.iter().map(|&v| if v < 2 { v } else { NO_WORD }).collect();
    let columns = vec![
        number("population", "", people),
        number("rate", unit, rate),
        number("rate_low", unit, low),
        number("rate_high", unit, high),
        number("rate_eb", unit, shrunk),
        number("rate_eb_local", unit, shrunk_around),
        Column { name: "compared", unit: "", values: Values::Class(COMPARED, compared) },
        Column { name: "reliable", unit: "", values: Values::Class(YES_NO, reliable) },
        Column { name: "reliability", unit: "", values: Values::Class(RELIABILITY, verdicts.clone()) },
    ];
    let state = |i: usize| match (verdicts[i] < 2, counts[i] == 0.0) {
        (false, _) => State::Undefined,
        (true, true) => State::Zero,
        (true, false) => State::Value,
    };
    Ok(field.into_table(state, columns))
}

/// Incidents a person of the study area, all places together that have both numbers; those too small for a rate of their
/// own are among them.
fn of_whole(counts: &[f64], people: &[f64]) -> f64 {
    let both = counts.iter().zip(people).filter(|(c, p)| c.is_finite() && p.is_finite() && **p > 0.0);
    let (events, people) = both.fold((0.0, 0.0), |(e, n), (c, p)| (e + c, n + p));
    events / people
}

/// Index into [`RELIABILITY`]; below 2 there is a rate.
fn verdict(count: f64, people: f64, least: f64) -> u8 {
    match (count, people) {
        (c, _) if !(c >= 0.0 && c.is_finite()) => 4,
        (_, p) if !(p >= 0.0 && p.is_finite()) => 2,
        (_, p) if p < least => 3,
        (c, _) if c < RELIABLE_COUNT => 1,
        _ => 0,
    }
}
