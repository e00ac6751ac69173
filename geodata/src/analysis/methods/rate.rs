//! `rate`: incidents per 100,000 people a year, with its interval, and shrunken where few people live.

use super::{Method, Needs};
use crate::analysis::field::{Field, Measured};
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::rates::{Interval, empirical_bayes, interval};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::table::{Column, State, Table, Values};

/// Denominators below this give no rate.
const SMALLEST_POPULATION: f64 = 1000.0;
/// Counts below this give a rate that is marked unreliable.
const RELIABLE_COUNT: f64 = 20.0;
const PER: f64 = 100_000.0;
const RELIABILITY: &[&str] = &[
    "reliable",
    "unreliable: fewer than 20 incidents",
    "undefined: denominator unknown",
    "undefined: denominator below 1,000",
    "undefined: no count",
];

pub(super) const METHOD: Method = Method {
    id: "rate",
    title: "Rates",
    answers: "How many incidents were recorded for every 100,000 residents (or another named number) a year?",
    when_not: "For incidents that strike people who only pass through (a city centre has few residents), and for areas \
               of fewer than 1,000 residents: the rate is then undefined.",
    numbers: "rate per 100,000 a year with its 95 % interval; rate_eb is drawn towards the rate of all areas where few \
              people live (Marshall). Fewer than 20 incidents make a rate unreliable. Two areas whose intervals overlap \
              widely are not known to differ.",
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
    ],
    needs: Needs::CountsAndPopulation,
    run,
};

fn run(mut field: Field, params: &Params, cancel: &Cancel) -> Result<Table> {
    let Some(population) = field.population.take() else {
        return Err(Error::invalid(
            format!("rate needs a denominator, and {} has none", field.record.grid),
            "use areas that were imported with residents, or name the column with the population",
        ));
    };
    let kind = if params.word("interval") == "byar" { Interval::Byar } else { Interval::Exact };
    let (counts, people) = (field.numbers(), population.values);
    let years = field.years.filter(|y| *y > 0.0);
    let verdicts: Vec<u8> = counts.iter().zip(&people).map(|(&c, &p)| verdict(c, p)).collect();
    let defined = |i: usize| verdicts[i] < 2;
    let scale = |i: usize| PER / people[i] / years.unwrap_or(1.0);
    let usable: Vec<f64> = (0..counts.len()).map(|i| if defined(i) { people[i] } else { f64::NAN }).collect();
    let eb = empirical_bayes(&counts, &usable);
    let mut columns: [Vec<f64>; 4] = std::array::from_fn(|_| vec![f64::NAN; counts.len()]);
    for i in (0..counts.len()).filter(|&i| defined(i)) {
        if i % 4096 == 0 {
            cancel.check()?;
        }
        let (low, high) = interval(counts[i], kind);
        let row = [counts[i], low, high, eb.rates[i] * people[i]];
        columns.iter_mut().zip(row).for_each(|(column, events)| column[i] = events * scale(i));
    }
    let record = &mut field.record;
    record.parameters.insert("denominator".into(), population.name.into());
    record.parameters.insert("eb_overall".into(), (eb.overall * PER / years.unwrap_or(1.0)).into());
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
    let [rate, low, high, shrunk] = columns;
    let number = |name, unit, values| Column { name, unit, values: Values::Number(values) };
    let columns = vec![
        number("population", "", people),
        number("rate", unit, rate),
        number("rate_low", unit, low),
        number("rate_high", unit, high),
        number("rate_eb", unit, shrunk),
        Column { name: "reliability", unit: "", values: Values::Class(RELIABILITY, verdicts.clone()) },
    ];
    let state = |i: usize| match (verdicts[i] < 2, counts[i] == 0.0) {
        (false, _) => State::Undefined,
        (true, true) => State::Zero,
        (true, false) => State::Value,
    };
    Ok(field.into_table(state, columns))
}

/// Index into [`RELIABILITY`]; below 2 there is a rate.
fn verdict(count: f64, people: f64) -> u8 {
    match (count, people) {
        (c, _) if !(c >= 0.0 && c.is_finite()) => 4,
        (_, p) if !(p >= 0.0 && p.is_finite()) => 2,
        (_, p) if p < SMALLEST_POPULATION => 3,
        (c, _) if c < RELIABLE_COUNT => 1,
        _ => 0,
    }
}
