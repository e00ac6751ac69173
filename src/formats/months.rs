//! Periods in words, for titles.

use jiff::civil::{Date, DateTime, Time};

/// An interval as people write it: `2018`, `2018-06`, `2018-01 to 2019-03`, and `2018-10-14 to 2018-11-12` where it is not of
/// whole months; anything but whole days as it is.
#[must_use]
pub fn months(interval: &str) -> String {
    let whole = || {
        let (from, to) = interval.split_once('/')?;
        let day = |text: &str| text.parse::<DateTime>().ok().filter(|t| t.time() == Time::midnight()).map(|t| t.date());
        let (from, last) = (day(from)?, day(to)?.yesterday().ok()?);
        if last < from {
            return None;
        }
        let is_months = from.day() == 1 && last == last.last_of_month();
        let written = |d: Date| d.strftime(if is_months { "%Y-%m" } else { "%Y-%m-%d" }).to_string();
        Some(match (is_months && from.month() == 1 && last == from.last_of_year(), written(from) == written(last)) {
            (true, _) => from.strftime("%Y").to_string(),
            (false, true) => written(from),
            (false, false) => format!("{} to {}", written(from), written(last)),
        })
    };
    whole().unwrap_or_else(|| interval.to_owned())
}

#[cfg(test)]
mod tests {
    use super::months;

    #[test]
    fn intervals_are_written_as_years_months_or_days() {
        let of = |from: &str, to: &str| months(&format!("{from}-01T00:00:00/{to}-01T00:00:00"));
        assert_eq!(of("2018-01", "2019-01"), "2018");
        assert_eq!(of("2018-06", "2018-07"), "2018-06");
        assert_eq!(of("2018-01", "2019-04"), "2018-01 to 2019-03");
        assert_eq!(months("2018-10-14T00:00:00/2018-11-13T00:00:00"), "2018-10-14 to 2018-11-12");
        assert_eq!(months("2018-01-15T00:00:00/2019-01-01T00:00:00"), "2018-01-15 to 2018-12-31");
        assert_eq!(months("2018-06-03T00:00:00/2018-06-04T00:00:00"), "2018-06-03");
        for as_it_is in ["none", "2018-06-03T06:00:00/2018-06-04T00:00:00", "2018-06-01T00:00:00/2018-06-01T00:00:00"] {
            assert_eq!(months(as_it_is), as_it_is);
        }
    }
}
