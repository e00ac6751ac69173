//! Periods as people write them: ISO 8601 intervals and shorthands, to half-open civil time.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::{Interval, LocalTime};
use crate::error::{Error, Result};

const HINT: &str = "use 2018, 2018-06, 2018-06-15, 2018-01-01/2018-03-31, 2018-06-01T00:00:00Z/2018-07-01T00:00:00Z, 2018-01-01/P3M, ../2018-06 or last:90d";

/// The span of one written time: a year, a month, a day or a second.
fn span_of(text: &str, zone: &TimeZone) -> Option<(DateTime, DateTime)> {
    let number =
        |s: &str| (!s.is_empty() && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse::<i16>().ok()).flatten();
    match text.len() {
        4 => {
            let year = number(text)?;
            Some((Date::new(year, 1, 1).ok()?.into(), Date::new(year.checked_add(1)?, 1, 1).ok()?.into()))
        }
        7 => {
            let (year, month) = text.split_once('-')?;
            let first = Date::new(number(year)?, i8::try_from(number(month)?).ok()?, 1).ok()?;
            Some((first.into(), first.checked_add(Span::new().months(1)).ok()?.into()))
        }
        10 => {
            let day: Date = text.parse().ok()?;
            Some((day.into(), day.checked_add(Span::new().days(1)).ok()?.into()))
        }
        _ => {
            // With an offset it is an instant, read on the city's clock; without one it is that clock's time already.
            let at = match text.parse::<Timestamp>() {
                Ok(instant) => zone.to_datetime(instant),
                Err(_) => text.contains('T').then(|| text.parse::<DateTime>().ok()).flatten()?,
            };
            Some((at, at.checked_add(Span::new().seconds(1)).ok()?))
        }
    }
}

/// Reads a period on the clock of `zone`; `today` anchors `last:90d`. Open ends (`..`) reach to the year -9999 or 9999.
///
/// `a/b` of dates includes the day `b`; of times with seconds it ends at `b`. One of the two may be a duration of ISO 8601,
/// counted from where `a` begins or back from where `b` ends. `None` is `../..`, everything.
///
/// # Errors
/// Names the text and the forms that are read.
pub fn parse_period(text: &str, zone: &TimeZone, today: Date) -> Result<Option<Interval>> {
    let bad = |why: &str| Error::invalid(format!("period {text:?}: {why}"), HINT);
    let far_past = || Date::MIN.at(0, 0, 0, 0);
    let far_future = || DateTime::from_parts(Date::MAX, Time::midnight());
    let (from, to) = if let Some(days) = text.strip_prefix("last:") {
        let days: i32 = days.strip_suffix('d').and_then(|d| d.parse().ok()).ok_or_else(|| bad("not last:<days>d"))?;
        if !(1..=36_525).contains(&days) {
            return Err(bad("the number of days is not in 1..36525"));
        }
        let from = today.checked_sub(Span::new().days(days)).map_err(|_| bad("too far back"))?;
        (DateTime::from(from), DateTime::from(today))
    } else if let Some((a, b)) = text.split_once('/') {
        let open = |s: &str| s.is_empty() || s == "..";
        if open(a) && open(b) {
            return Ok(None);
        }
        let duration = |s: &str| s.starts_with('P').then(|| s.parse::<Span>().ok()).flatten();
        let begins = |s: &str| span_of(s, zone).map(|span| span.0);
        let ends = |s: &str| span_of(s, zone).map(|(start, end)| if s.contains('T') { start } else { end });
        let from = match duration(a) {
            Some(length) => ends(b).and_then(|to| to.checked_sub(length).ok()),
            None if open(a) => Some(far_past()),
            None => begins(a),
        };
        let to = match duration(b) {
            Some(length) => begins(a).and_then(|from| from.checked_add(length).ok()),
            None if open(b) => Some(far_future()),
            None => ends(b),
        };
        let unread = |end: &str| bad(&format!("the {end} is neither a time nor a duration from the other one"));
        (from.ok_or_else(|| unread("start"))?, to.ok_or_else(|| unread("end"))?)
    } else {
        span_of(text, zone).ok_or_else(|| bad("not a time or interval"))?
    };
    let interval = Interval::new(LocalTime::from_civil(from), LocalTime::from_civil(to));
    interval.map(Some).ok_or_else(|| bad("the end is not after the start"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<(String, String)>> {
        let zone = TimeZone::get("America/Chicago").expect("in the bundled database");
        let shown = |t: LocalTime| t.civil().map(|c| c.to_string()).unwrap_or_default();
        parse_period(text, &zone, jiff::civil::date(2026, 11, 23)).map(|p| p.map(|i| (shown(i.from), shown(i.to))))
    }

    #[test]
    fn shorthands_and_intervals_are_half_open() {
        let cases = [
            ("2018", "2018-01-01T00:00:00", "2019-01-01T00:00:00"),
            ("2018-06", "2018-06-01T00:00:00", "2018-07-01T00:00:00"),
            ("2018-01-01/2018-03-31", "2018-01-01T00:00:00", "2018-04-01T00:00:00"),
            ("2018-06-01T05:00:00Z/2018-07-01T05:00:00Z", "2018-06-01T00:00:00", "2018-07-01T00:00:00"),
            ("2018-06-01T00:00:00/2018-07-01T00:00:00", "2018-06-01T00:00:00", "2018-07-01T00:00:00"),
            ("last:30d", "2026-10-24T00:00:00", "2026-11-23T00:00:00"),
            ("2018-01-31/P1M", "2018-01-31T00:00:00", "2018-02-28T00:00:00"),
            ("2018-06-01T05:00:00Z/PT48H", "2018-06-01T00:00:00", "2018-06-03T00:00:00"),
            ("P2D/2018-03-02", "2018-03-01T00:00:00", "2018-03-03T00:00:00"),
        ];
        for (text, from, to) in cases {
            assert_eq!(read(text), Ok(Some((from.into(), to.into()))), "{text}");
        }
        assert_eq!(read("../.."), Ok(None));
        assert!(read("../2018").is_ok());
    }

    #[test]
    fn a_bad_period_is_named() {
        for text in [
            "",
            "18",
            "2018-13",
            "2018-02-30",
            "last:0d",
            "last:x",
            "2019/2018",
            "2018-01-01/P",
            "2018-01-01/-P1D",
            "P1D/P1D",
            "../P1D",
            "2018-01-01/P99999999999Y",
            "yesterday",
            "2018-06-01T99:00:00Z",
            "+018",
            "999999999",
        ] {
            let e = read(text).expect_err(text);
            assert!(e.what.contains("period"), "{e}");
        }
    }
}
