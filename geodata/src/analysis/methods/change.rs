//! `change`: which places recorded more or fewer incidents than in an earlier period, and which differences chance would make.

use jiff::ToSpan;

use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, Run};
use crate::analysis::change::{CLASSES, Change, Test, change};
use crate::analysis::of_city;
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::records::{Records, too_coarse};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::index::Snapshot;
use crate::model::{Interval, LocalTime, parse_period};
use crate::table::{Analysis, Column, State, Table, Values};

const ALPHA: f64 = 0.05;
/// Seconds that a period may reach beyond the records before it is cut.
const SLACK_S: i64 = 3 * 86_400;
const SECONDS_A_DAY: f64 = 86_400.0;

pub(super) const METHOD: Method = Method {
    id: "change",
    title: "Change between two periods",
    answers: "Which places recorded more or fewer incidents in a period than in an earlier one, beyond what chance would make?",
    when_not: "To judge a programme: places chosen because they were high fall by themselves (regression to the mean); to \
               compare seasons (take the same months of another year); for periods in which recording changed.",
    numbers: "ratio: rate of the period over that of the earlier one, with its 95 % interval low to high (1 is no change; with \
              against=city, 1 is the change of the whole city). No ratio where nothing was recorded before. p: how often chance gives a difference as large; q: p after \
              allowing for the many places tested. above and below: q of at most 0.05; not_different is not 'the same': the \
              interval says how large a change the counts leave open.",
    reference: "https://doi.org/10.1093/biomet/31.3-4.313",
    parameters: &[
        Parameter {
            name: "before",
            unit: "",
            default: "year_before",
            domain: Domain::Text(
                "year_before (the same dates a year earlier), just_before (as long, just before), or a period",
            ),
            words: "The earlier period: 2017, 2017-06, 2017-01-01/2017-03-31, year_before or just_before",
        },
        Parameter {
            name: "test",
            unit: "",
            default: "binomial",
            domain: Domain::Word(&["binomial", "e_test"]),
            words: "How p is found: exactly, given both counts together (binomial), or by the E-test, which sees more where counts \
                    are small",
        },
        Parameter {
            name: "against",
            unit: "",
            default: "none",
            domain: Domain::Word(&["none", "city"]),
            words: "What no change is: the same rate as before (none), or the change of the whole study area (city)",
        },
        POLICE_INITIATED,
        LOCATIONS,
    ],
    needs: Needs::Records,
    plots: &[],
    run: Run::Records(run),
};

fn run(records: &Records<'_>, params: &Params, cancel: &Cancel) -> Result<Table> {
    let (before, after, notes) = periods(records, params.text("before"))?;
    let mut series = records.series(&[before, after], cancel)?;
    let n = series.field.len();
    let known = series.field.record.included;
    if series.too_coarse > known {
        return Err(too_coarse(series.too_coarse, after.seconds().min(before.seconds())));
    }
    let (counts_before, counts_after) = series.counts.split_at(n);
    let sum = |counts: &[u32]| counts.iter().map(|&c| u64::from(c)).sum::<u64>() as f64;
    let (all_before, all_after) = (sum(counts_before), sum(counts_after));
    let exposure = match params.word("against") {
        "city" => (all_before, all_after),
        _ => (before.seconds() as f64 / SECONDS_A_DAY, after.seconds() as f64 / SECONDS_A_DAY),
    };
    let test = if params.word("test") == "e_test" { Test::ETest } else { Test::Binomial };
    let found = change(counts_before, counts_after, exposure, (test, ALPHA), cancel)?;
    let record = &mut series.field.record;
    record.warnings.extend(notes);
    describe(record, &found, (before, after), test);
    let whole = change(&[all_before as u32], &[all_after as u32], days(before, after), (test, ALPHA), cancel)?;
    summarise(record, &found, (all_before, all_after), whole.first());
    if params.word("against") == "city" && !(all_before > 0.0 && all_after > 0.0) {
        record
            .warnings
            .push("the whole study area recorded nothing in one of the periods: nothing can be compared".into());
    }
    let number = |name, unit, f: fn(&Change) -> f64| Column {
        name,
        unit,
        // No finite ratio to a period in which nothing was recorded.
        values: Values::Number(found.iter().map(f).map(|x| if x.is_finite() { x } else { f64::NAN }).collect()),
    };
    let count = |name, counts: &[u32]| Column { name, unit: "incidents", values: Values::Count(counts.to_vec()) };
    let columns = vec![
        count("before", counts_before),
        count("after", counts_after),
        number("ratio", "rate after / rate before", |c| c.ratio),
        number("low", "rate after / rate before", |c| c.low),
        number("high", "rate after / rate before", |c| c.high),
        number("p", "", |c| c.p),
        number("q", "", |c| c.q),
        Column { name: "class", unit: "", values: Values::Class(&CLASSES, found.iter().map(|c| c.class).collect()) },
    ];
    let state = |c: &Change| match (c.class == 3, c.p.is_nan()) {
        (true, _) => State::Undefined,
        (false, true) => State::Zero,
        (false, false) => State::Value,
    };
    let (states, field) = (found.iter().map(state).collect(), series.field);
    Ok(Table { shapes: field.shapes, ids: field.ids, columns, states, analysis: field.record })
}

fn days(before: Interval, after: Interval) -> (f64, f64) {
    (before.seconds() as f64 / SECONDS_A_DAY, after.seconds() as f64 / SECONDS_A_DAY)
}

/// Both periods as far as the records cover them, and what to say about it. Where none is asked for, it is the last year on
/// record, or the later half where the records do not reach back two years.
fn periods(records: &Records<'_>, before: &str) -> Result<(Interval, Interval, Vec<String>)> {
    let nothing =
        || Error::invalid("there is no incident on record", "import incidents, and name a period such as 2018");
    let data = records.snapshot.period().ok_or_else(nothing)?;
    if let Some(asked) = records.query().period {
        let mut notes = Vec::new();
        let after = covered(asked, data, &mut notes)?;
        let before = covered(earlier(before, after, records.snapshot)?, data, &mut notes)?;
        return Ok((before, after, notes));
    }
    let year = data.to.civil().and_then(|to| to.checked_sub(1.year()).ok()).map(LocalTime::from_civil);
    // A year and the same dates before it, where there are two.
    let year = year.filter(|from| data.to.0 - from.0 <= from.0 - data.from.0 + SLACK_S);
    let from = year.unwrap_or(LocalTime(data.from.0 + data.seconds() / 2));
    let after = Interval { from, to: data.to };
    let earlier = match (year, before) {
        (None, "year_before") => Interval { from: data.from, to: from },
        (_, before) => earlier(before, after, records.snapshot)?,
    };
    let note =
        format!("no period was asked for: {} is compared with {}", of_city::period(after), of_city::period(earlier));
    Ok((earlier, after, vec![note]))
}

/// The part of a period that the records cover; what is not covered is no fall.
fn covered(period: Interval, data: Interval, notes: &mut Vec<String>) -> Result<Interval> {
    // A small city has days without any record at its ends.
    let from = if period.from.0 + SLACK_S < data.from.0 { data.from } else { period.from };
    let to = if period.to.0 - SLACK_S > data.to.0 { data.to } else { period.to };
    let found = Interval::new(from, to).ok_or_else(|| {
        Error::invalid(
            format!("no records cover the period {}", of_city::period(period)),
            format!("they reach over {}: compare periods within", of_city::period(data)),
        )
    })?;
    if found != period {
        notes.push(format!(
            "the records do not cover the whole of {}: {} is compared, by rates a day",
            of_city::period(period),
            of_city::period(found)
        ));
    }
    Ok(found)
}

/// The earlier period, as it was asked for.
fn earlier(text: &str, after: Interval, snapshot: &Snapshot) -> Result<Interval> {
    let just_before = Interval { from: LocalTime(after.from.0 - after.seconds()), to: after.from };
    let before = match text {
        "just_before" => just_before,
        "year_before" => {
            let back = |t: LocalTime| t.civil().and_then(|t| t.checked_sub(1.year()).ok()).map(LocalTime::from_civil);
            match (back(after.from), back(after.to)) {
                (Some(from), Some(to)) if to <= after.from => Interval { from, to },
                // Longer than a year: the same dates would overlap.
                _ => just_before,
            }
        }
        text => {
            let zone = snapshot.zone().and_then(|z| jiff::tz::TimeZone::get(z).ok()).unwrap_or(jiff::tz::TimeZone::UTC);
            let today = snapshot.today().parse().unwrap_or(jiff::civil::Date::ZERO);
            parse_period(text, &zone, today)?.ok_or_else(|| {
                Error::invalid("parameter before has no beginning and no end", "name a period such as 2017 or 2017-06")
            })?
        }
    };
    if before.to > after.from {
        return Err(Error::invalid(
            format!(
                "parameter before={text:?} is {}, which does not end before the period {} begins",
                of_city::period(before),
                of_city::period(after)
            ),
            "compare with an earlier period that does not overlap",
        ));
    }
    Ok(before)
}

fn describe(record: &mut Analysis, found: &[Change], (before, after): (Interval, Interval), test: Test) {
    record.period = of_city::period(after);
    record.parameters.insert("before".into(), of_city::period(before).into());
    // What lies between the periods is no part of the question.
    record.excluded.remove("middle_of_time_outside_period");
    record.null = Some(match test {
        Test::Binomial => "one rate in both periods: exact, given both counts together".to_owned(),
        Test::ETest => "one rate in both periods: E-test".to_owned(),
    });
    let tested = found.iter().filter(|c| !c.p.is_nan()).count();
    record.family = Some(format!(
        "Benjamini-Hochberg over the {tested} places of {} with any incident in either period",
        found.len()
    ));
}

fn summarise(record: &mut Analysis, found: &[Change], (before, after): (f64, f64), whole: Option<&Change>) {
    let summary = &mut record.summary;
    summary.insert("before_incidents".into(), before.into());
    summary.insert("after_incidents".into(), after.into());
    if let Some(whole) = whole {
        for (name, value) in
            [("city_ratio", whole.ratio), ("city_ratio_low", whole.low), ("city_ratio_high", whole.high)]
        {
            summary.insert(name.into(), value.into());
        }
    }
    for (class, name) in CLASSES.iter().enumerate() {
        let places = found.iter().filter(|c| usize::from(c.class) == class).count();
        summary.insert(format!("places_{name}"), places.into());
    }
    if before + after < 20.0 {
        record.warnings.push(format!("{} incidents in both periods: fewer than 20 say little", before + after));
    }
}
