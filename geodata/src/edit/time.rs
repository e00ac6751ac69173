//! When an incident happened, as a feature writes it: an interval on the clock of its zone, as fine as it says.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde_json::Value;

use super::value::{WORD, missing, needed, text};
use super::{Changes, Wrong};
use crate::model::{Interval, LocalTime, Profile, TimePrecision};

/// Years that an incident may have happened in, as in an import.
const YEARS: std::ops::RangeInclusive<i16> = 1800..=2200;
const FORMS: &str = "2022-03-04, 2022-03-04T10:30:00 (on the clock of zone), or with an offset or Z";
const PRECISIONS: [TimePrecision; 6] = [
    TimePrecision::Minute,
    TimePrecision::Hour,
    TimePrecision::Day,
    TimePrecision::Month,
    TimePrecision::Year,
    TimePrecision::Interval,
];

/// The interval with changes; zone and precision go into the profile. `is_new` tells that nothing was known before.
pub(super) fn changed(
    old: Interval,
    profile: &mut Profile,
    changes: &Changes,
    is_new: bool,
) -> Result<Interval, Wrong> {
    let given = |name: &str| changes.properties.get(name);
    if let Some(value) = given("zone") {
        profile.zone = needed("zone", value, WORD)?;
    }
    let zone = TimeZone::get(&profile.zone).map_err(|_| {
        let value = Value::from(profile.zone.as_str());
        Wrong::property("zone", &value, "this is no time zone", "an IANA name such as America/Chicago")
    })?;
    let (from, to) = (given("time_from"), given("time_to").filter(|to| !to.is_null()));
    let precision = given("time_precision").map(precision).transpose()?.flatten();
    if is_new && from.is_none_or(Value::is_null) {
        return Err(missing("time_from", &Value::Null, FORMS));
    }
    if from.is_none() && precision.is_none() && given("time_to").is_none() {
        return Ok(old);
    }
    let start = match from {
        Some(value) => time("time_from", value, &zone)?,
        None => old.from.civil().unwrap_or_default(),
    };
    let is_day = |v: &Value| v.as_str().is_some_and(|t| t.trim().len() == 10);
    profile.time_precision = match precision {
        Some(precision) => precision,
        None if !is_new => profile.time_precision,
        None if to.is_some() => TimePrecision::Interval,
        None if from.is_some_and(is_day) => TimePrecision::Day,
        None => TimePrecision::Minute,
    };
    let precision = profile.time_precision;
    let implied = implied_end(start, precision)?;
    let end = match (to, implied) {
        (Some(value), None) => time("time_to", value, &zone)?,
        (Some(value), Some(implied)) => {
            let end = time("time_to", value, &zone)?;
            if end != implied {
                let what = format!("an incident known to the {} ends elsewhere", precision.name());
                let bound = format!("{implied}, or time_precision interval");
                return Err(Wrong::property("time_to", value, what, bound));
            }
            end
        }
        (None, Some(implied)) => implied,
        (None, None) if given("time_to").is_none() && !is_new => old.to.civil().unwrap_or_default(),
        (None, None) => return Err(missing("time_to", &Value::Null, FORMS)),
    };
    let interval = Interval::new(LocalTime::from_civil(start), LocalTime::from_civil(end));
    interval.ok_or_else(|| {
        let value = Value::from(end.to_string());
        Wrong::property("time_to", &value, "the end is not after the start", format!("later than {start}"))
    })
}

fn precision(value: &Value) -> Result<Option<TimePrecision>, Wrong> {
    let Some(name) = text("time_precision", value, WORD)? else { return Ok(None) };
    let found = PRECISIONS.into_iter().find(|p| p.name() == name);
    found.map(Some).ok_or_else(|| {
        let names: Vec<_> = PRECISIONS.iter().map(|p| p.name()).collect();
        Wrong::property("time_precision", value, "this is no precision of a time", names.join(", "))
    })
}

/// The end that goes without saying; the start has to be the first moment of its hour, day, month or year.
fn implied_end(start: DateTime, precision: TimePrecision) -> Result<Option<DateTime>, Wrong> {
    let (first, span) = match precision {
        TimePrecision::Minute => (start, Span::new().minutes(1)),
        TimePrecision::Hour => (start.date().at(start.hour(), 0, 0, 0), Span::new().hours(1)),
        TimePrecision::Day => (start.date().into(), Span::new().days(1)),
        TimePrecision::Month => (start.date().first_of_month().into(), Span::new().months(1)),
        TimePrecision::Year => (start.date().first_of_year().into(), Span::new().years(1)),
        TimePrecision::Interval => return Ok(None),
    };
    let value = Value::from(start.to_string());
    if first != start {
        let what = format!("an incident known to the {0} begins with the {0}", precision.name());
        return Err(Wrong::property("time_from", &value, what, first.to_string()));
    }
    let end = start.checked_add(span);
    end.map(Some).map_err(|_| Wrong::property("time_from", &value, "this is beyond the calendar", FORMS))
}

/// A time on the clock of the zone.
fn time(name: &str, value: &Value, zone: &TimeZone) -> Result<DateTime, Wrong> {
    let text = needed(name, value, WORD)?;
    let civil = match text.parse::<Timestamp>() {
        Ok(instant) => Some(zone.to_datetime(instant)),
        Err(_) if text.contains('T') => text.parse::<DateTime>().ok(),
        Err(_) => text.parse::<Date>().ok().map(DateTime::from),
    };
    let civil = civil.ok_or_else(|| Wrong::property(name, value, "this is not a time", FORMS))?;
    if !YEARS.contains(&civil.year()) {
        let bound = format!("{} to {}", YEARS.start(), YEARS.end());
        return Err(Wrong::property(name, value, "the year cannot be right", bound));
    }
    // Civil seconds are kept.
    Ok(civil.date().at(civil.hour(), civil.minute(), civil.second(), 0))
}
