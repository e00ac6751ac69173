//! Periods in words, for titles.

use jiff::civil::{Date, DateTime};

/// An interval of whole months as people write it: `2018`, `2018-06`, `2018-01 to 2019-03`; anything else as it is.
#[must_use]
pub fn months(interval: &str) -> String {
    let whole = || {
        let (from, to) = interval.split_once('/')?;
        let (from, to) = (from.parse::<DateTime>().ok()?.date(), to.parse::<DateTime>().ok()?.date());
        let last = to.yesterday().ok()?;
        let is_year = from.month() == 1 && last == from.last_of_year();
        let month = |d: Date| d.strftime("%Y-%m").to_string();
        Some(match (is_year, month(from) == month(last)) {
            (true, _) => from.strftime("%Y").to_string(),
            (false, true) => month(from),
            (false, false) => format!("{} to {}", month(from), month(last)),
        })
    };
    whole().unwrap_or_else(|| interval.to_owned())
}

#[cfg(test)]
mod tests {
    use super::months;

    #[test]
    fn intervals_are_written_as_months() {
        let of = |from: &str, to: &str| months(&format!("{from}-01T00:00:00/{to}-01T00:00:00"));
        assert_eq!(of("2018-01", "2019-01"), "2018");
        assert_eq!(of("2018-06", "2018-07"), "2018-06");
        assert_eq!(of("2018-01", "2019-04"), "2018-01 to 2019-03");
        assert_eq!(months("none"), "none");
    }
}
