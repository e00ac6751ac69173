//! When a row happened or is valid, as JSON-FG says it.

use geodata::disclosure::Released;
use geodata::table::{Cell, Table};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::Serialize;

/// Whole days where that is all that is known, else instants.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Time {
    /// A day.
    Date(String),
    /// First and last day, or the first instant and the one after the last; `..` for an open end.
    Interval([String; 2]),
}

/// The time of a row; nothing where it has none of its own.
pub(super) fn time(table: &Released<Table>, row: usize) -> Option<Time> {
    let word = |name: &str| {
        let column = table.columns().iter().find(|c| c.name == name)?;
        if let Cell::Word(word) = table.cell(column, row) { Some(word) } else { None }
    };
    match word("time_from") {
        Some(from) => of_record(from, word("time_to")?, word("zone")?),
        None => Some(of_days(word("start")?, word("end"))),
    }
}

/// The time of a record, civil in its zone and without its end.
fn of_record(from: &str, to: &str, zone: &str) -> Option<Time> {
    let (from, to): (DateTime, DateTime) = (from.parse().ok()?, to.parse().ok()?);
    let is_midnight = |t: DateTime| t == t.date().into();
    if is_midnight(from) && is_midnight(to) {
        let last = to.date().yesterday().ok()?;
        return Some(if from.date() == last {
            Time::Date(last.to_string())
        } else {
            Time::Interval([from.date().to_string(), last.to_string()])
        });
    }
    let zone = TimeZone::get(zone).ok()?;
    let instant = |t: DateTime| Some(zone.to_ambiguous_zoned_datetime(t).compatible().ok()?.timestamp().to_string());
    Some(Time::Interval([instant(from)?, instant(to)?]))
}

/// From a first to a last day; what is no day is open.
fn of_days(start: &str, end: Option<&str>) -> Time {
    let day = |text: Option<&str>| {
        text.and_then(|t| t.parse::<Date>().ok()).map_or_else(|| "..".to_owned(), |d| d.to_string())
    };
    Time::Interval([day(Some(start)), day(end)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_stay_days_and_hours_become_instants() {
        let of = |from, to| of_record(from, to, "America/Chicago");
        assert_eq!(of("2021-03-04T00:00:00", "2021-03-05T00:00:00"), Some(Time::Date("2021-03-04".into())));
        let month = Time::Interval(["2021-03-01".into(), "2021-03-31".into()]);
        assert_eq!(of("2021-03-01T00:00:00", "2021-04-01T00:00:00"), Some(month));
        let hour = Time::Interval(["2021-03-04T19:00:00Z".into(), "2021-03-04T20:00:00Z".into()]);
        assert_eq!(of("2021-03-04T13:00:00", "2021-03-04T14:00:00"), Some(hour));
        assert_eq!(of_days("2021-03-04", None), Time::Interval(["2021-03-04".into(), "..".into()]));
    }
}
