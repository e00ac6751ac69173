//! What a cube tells apart besides place: periods, categories, and what they are crossed with.

use serde::{Deserialize, Serialize};

#[cfg(test)]
use crate::model::age_band;
use crate::model::{ContextKind, LocalTime, Sex};
use crate::policy::PeriodKind;

/// A month counted from January of the year 0.
pub(crate) type Month = i32;

/// Month that a civil time lies in.
pub(crate) fn month_of(t: LocalTime) -> Option<Month> {
    t.civil().map(|c| i32::from(c.year()) * 12 + i32::from(c.month()) - 1)
}

/// First second of a month.
pub(crate) fn start_of(month: Month) -> LocalTime {
    let year = i16::try_from(month.div_euclid(12)).unwrap_or(0);
    let first = jiff::civil::Date::new(year, (month.rem_euclid(12) + 1) as i8, 1).unwrap_or_default();
    LocalTime::from_civil(first.into())
}

/// A stretch of whole months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Period {
    pub kind: PeriodKind,
    /// First month.
    pub first: Month,
    /// Month after the last.
    pub end: Month,
}

impl Period {
    /// `2018-06`, `2018-Q2`, `2018` or `2015-01/2018-12`.
    pub fn name(self) -> String {
        let (year, month) = (self.first.div_euclid(12), self.first.rem_euclid(12));
        match self.kind {
            PeriodKind::Month => format!("{year:04}-{:02}", month + 1),
            PeriodKind::Quarter => format!("{year:04}-Q{}", month / 3 + 1),
            PeriodKind::Year => format!("{year:04}"),
            PeriodKind::All => {
                let last = self.end - 1;
                format!("{year:04}-{:02}/{:04}-{:02}", month + 1, last.div_euclid(12), last.rem_euclid(12) + 1)
            }
        }
    }
}

/// Months, quarters and years that lie wholly in `[first, end)`, and all of it; in order.
pub(crate) fn periods(first: Month, end: Month) -> Vec<Period> {
    let mut all = vec![];
    for (kind, months) in [(PeriodKind::Month, 1), (PeriodKind::Quarter, 3), (PeriodKind::Year, 12)] {
        let mut from = first.div_euclid(months) * months;
        while from < first {
            from += months;
        }
        while from + months <= end {
            all.push(Period { kind, first: from, end: from + months });
            from += months;
        }
    }
    if first < end {
        all.push(Period { kind: PeriodKind::All, first, end });
    }
    all.sort_unstable();
    all
}

/// Which categories a slice holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Category {
    /// Every record.
    All,
    /// Every record but those that the police's own activity found.
    NotPoliceInitiated,
    /// An ICCS code with its descendants.
    Code(String),
}

/// What a slice is crossed with; the empty one is crossed with nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Cross {
    /// A victim of this sex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// A victim of this age band, by its number in `AGE_BANDS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<u8>,
    /// Hour of day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hour: Option<u8>,
    /// A context, found to be so, under its definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<(ContextKind, String)>,
}

/// One table of the cube's many: a period, a category and a cross, by their numbers in [`Dims`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Slice {
    pub period: u16,
    pub category: u16,
    pub cross: u16,
}

/// The members of every dimension, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Dims {
    pub periods: Vec<Period>,
    pub categories: Vec<Category>,
    pub crosses: Vec<Cross>,
}

impl Dims {
    /// Number of a category.
    pub fn category(&self, wanted: &Category) -> Option<u16> {
        self.categories.iter().position(|c| c == wanted).map(|n| n as u16)
    }

    /// Number of a cross.
    pub fn cross(&self, wanted: &Cross) -> Option<u16> {
        self.crosses.iter().position(|c| c == wanted).map(|n| n as u16)
    }

    /// Number of a period.
    pub fn period(&self, wanted: &Period) -> Option<u16> {
        self.periods.binary_search(wanted).ok().map(|n| n as u16)
    }

    /// What all months of the cube are: first, and the one after the last.
    pub fn months(&self) -> Option<(Month, Month)> {
        self.periods.iter().find(|p| p.kind == PeriodKind::All).map(|p| (p.first, p.end))
    }

    /// The numbers that a slice has in another cube, by what it means: `None` where that one does not have the period,
    /// `Some(None)` where it has the period and nothing of the category or cross.
    pub fn translate_back(&self, other: &Self, slice: Slice) -> Option<Option<Slice>> {
        let period = self.periods.get(usize::from(slice.period))?;
        // "All" may have grown: it is carried over as what it is.
        let period = match period.kind {
            PeriodKind::All => other.periods.iter().position(|p| p.kind == PeriodKind::All)? as u16,
            _ => other.period(period)?,
        };
        let category = self.categories.get(usize::from(slice.category)).and_then(|c| other.category(c));
        let cross = self.crosses.get(usize::from(slice.cross)).and_then(|c| other.cross(c));
        Some(category.zip(cross).map(|(category, cross)| Slice { period, category, cross }))
    }

    /// A name of a slice that is the same in every release.
    pub fn name(&self, slice: Slice) -> String {
        let period = self.periods.get(usize::from(slice.period)).map(|p| match p.kind {
            PeriodKind::All => "all".to_owned(),
            _ => p.name(),
        });
        let category = self.categories.get(usize::from(slice.category));
        let cross = self.crosses.get(usize::from(slice.cross));
        serde_json::to_string(&(period, category, cross)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_whole_and_named() {
        let (first, end) = (2017 * 12 + 10, 2019 * 12 + 1); // November 2017 to January 2019.
        let all = periods(first, end);
        let names: Vec<String> = all.iter().map(|p| p.name()).collect();
        assert_eq!(all.iter().filter(|p| p.kind == PeriodKind::Month).count(), 15);
        for name in ["2017-11", "2019-01", "2018-Q1", "2018-Q4", "2018", "2017-11/2019-01"] {
            assert!(names.contains(&name.to_owned()), "{name}: {names:?}");
        }
        for name in ["2017", "2019", "2017-Q4", "2019-Q1"] {
            assert!(!names.contains(&name.to_owned()), "{name} is not whole");
        }
        assert!(periods(5, 5).is_empty());
    }

    #[test]
    fn months_and_bands() {
        let t = LocalTime::from_civil(jiff::civil::date(2018, 6, 30).at(23, 59, 59, 0));
        let month = month_of(t).expect("a month");
        assert_eq!(month, 2018 * 12 + 5);
        assert!(start_of(month) <= t && t < start_of(month + 1));
        assert_eq!(
            (age_band((17, 17)), age_band((18, 25)), age_band((10, 20)), age_band((90, 120))),
            (Some(0), Some(1), None, Some(4))
        );
    }
}
