//! What counts can be split by. Adding one is an entry here.

use geodata::disclosure::Overview;
use geodata::index::Query;
use geodata::model::{AGE_NAMES, Code, Interval, LocalTime};
use jiff::ToSpan;
use jiff::civil::DateTime;

use crate::http::params::SEXES;

/// A way to split a question into several.
pub struct Dimension {
    /// Name in `by`, and of the column.
    pub name: &'static str,
    /// In words.
    pub words: &'static str,
    /// Whether it splits the period.
    pub is_period: bool,
    /// The parts of a question, each with its label.
    pub split: fn(&Query, &Overview) -> Vec<(String, Query)>,
}

impl std::fmt::Debug for Dimension {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// All of them; places are split by `area`.
pub static DIMENSIONS: &[Dimension] = &[
    Dimension {
        name: "month",
        words: "months of the period",
        is_period: true,
        split: |q, o| periods(q, o, 1, |t| t.strftime("%Y-%m").to_string()),
    },
    Dimension {
        name: "quarter",
        words: "quarters of the period",
        is_period: true,
        split: |q, o| periods(q, o, 3, |t| format!("{}-Q{}", t.year(), (t.month() + 2) / 3)),
    },
    Dimension {
        name: "year",
        words: "years of the period",
        is_period: true,
        split: |q, o| periods(q, o, 12, |t| t.strftime("%Y").to_string()),
    },
    Dimension {
        name: "category",
        words: "ICCS sections; with category, the codes below it",
        is_period: false,
        split: categories,
    },
    Dimension { name: "sex", words: "sex of a victim", is_period: false, split: sexes },
    Dimension { name: "age", words: "age band of a victim, years", is_period: false, split: ages },
    Dimension { name: "hour", words: "hours of the day, 0 to 23", is_period: false, split: hours },
    Dimension { name: "weekday", words: "days of the week, 1 is Monday", is_period: false, split: weekdays },
];

/// Spans of `months` months, from the one that holds the period's start; the first and last are cut to the period.
fn periods(query: &Query, overview: &Overview, months: i64, label: fn(DateTime) -> String) -> Vec<(String, Query)> {
    let Some(period) = query.period.or(overview.period) else { return vec![] };
    let told = overview.period.unwrap_or(period);
    // Open ends reach beyond the calendar: nothing is recorded there.
    let (from, to) = (period.from.max(told.from), period.to.min(told.to));
    let (Some(first), Some(end)) = (from.civil(), to.civil()) else { return vec![] };
    let back = i64::from(first.month() - 1) % months;
    let mut start = first.date().first_of_month().to_datetime(jiff::civil::Time::midnight());
    start = start.checked_sub(back.months()).unwrap_or(start);
    let mut parts = vec![];
    while start < end {
        let Ok(next) = start.checked_add(months.months()) else { break };
        let part = Interval::new(LocalTime::from_civil(start).max(from), LocalTime::from_civil(next).min(to));
        if let Some(part) = part {
            parts.push((label(start), Query { period: Some(part), ..query.clone() }));
        }
        start = next;
    }
    parts
}

fn categories(query: &Query, overview: &Overview) -> Vec<(String, Query)> {
    let below = |code: Option<Code>| -> Vec<Code> {
        overview.categories.iter().copied().filter(|c| c.parent() == code).collect()
    };
    let codes: Vec<Code> = if query.categories.is_empty() {
        below(None)
    } else {
        let parts = |&code: &Code| match below(Some(code)) {
            parts if parts.is_empty() => vec![code],
            parts => parts,
        };
        query.categories.iter().flat_map(parts).collect()
    };
    codes.into_iter().map(|c| (c.text().to_owned(), Query { categories: vec![c], ..query.clone() })).collect()
}

fn sexes(query: &Query, _: &Overview) -> Vec<(String, Query)> {
    let asked = query.victims.sex;
    let wanted = SEXES.iter().filter(|(_, sex)| asked.is_none_or(|a| a == *sex));
    let part = |&(name, sex): &(&str, _)| {
        let mut query = query.clone();
        query.victims.sex = Some(sex);
        (name.to_owned(), query)
    };
    wanted.map(part).collect()
}

fn ages(query: &Query, _: &Overview) -> Vec<(String, Query)> {
    let asked = query.victims.age;
    let bands = (0..).zip(AGE_NAMES).filter(|(band, _)| asked.is_none_or(|a| a == *band));
    let part = |(band, name): (u8, &str)| {
        let mut query = query.clone();
        query.victims.age = Some(band);
        (name.to_owned(), query)
    };
    bands.map(part).collect()
}

fn hours(query: &Query, _: &Overview) -> Vec<(String, Query)> {
    let asked = query.hours.unwrap_or(u32::MAX);
    let hours = (0..24).filter(|h| asked >> h & 1 != 0);
    hours.map(|h| (h.to_string(), Query { hours: Some(1 << h), ..query.clone() })).collect()
}

fn weekdays(query: &Query, _: &Overview) -> Vec<(String, Query)> {
    let asked = query.weekdays.unwrap_or(u8::MAX);
    let days = (0..7).filter(|d| asked >> d & 1 != 0);
    days.map(|d| ((d + 1).to_string(), Query { weekdays: Some(1 << d), ..query.clone() })).collect()
}
