//! What a source has published for areas as a whole, with the year in the name of the column: wide columns to one number a year.

use std::collections::BTreeSet;

use super::super::read::Row;
use super::super::source::RecordedColumns;
use super::super::source::fold::fold;
use super::columns::Columns;
use super::number::number;
use super::reject::Reject;
use crate::error::Result;
use crate::model::{Denominator, RECORDED};

struct Found {
    column: usize,
    /// Which description it is of.
    nth: usize,
    year: i16,
}

/// The columns of one file.
pub(crate) struct Recorded {
    kinds: Vec<(String, String)>,
    found: Vec<Found>,
    numbers: u64,
}

impl Recorded {
    pub(crate) fn bind(described: &[RecordedColumns], columns: &mut Columns<'_>) -> Result<Self> {
        let mut found = vec![];
        for (nth, d) in described.iter().enumerate() {
            for pattern in &d.columns {
                let named = columns
                    .folded()
                    .filter_map(|(name, column)| Some(Found { column, nth, year: year(name, pattern)? }));
                found.extend(named.collect::<Vec<_>>());
            }
        }
        found.sort_by_key(|f| (f.nth, f.year, f.column));
        // Of two spellings of one column the first counts.
        found.dedup_by_key(|f| (f.nth, f.year));
        found.iter().for_each(|f| columns.want(f.column));
        let kinds = described.iter().map(|d| (format!("{RECORDED}{}", d.code), d.category.clone())).collect();
        Ok(Self { kinds, found, numbers: 0 })
    }

    /// The numbers of an area; an empty cell is no number, and no zero.
    pub(crate) fn of(&mut self, row: &dyn Row, decimal: char) -> std::result::Result<Vec<Denominator>, Reject> {
        let mut out = vec![];
        for f in &self.found {
            let cell = row.cell(f.column);
            let wrong = || Reject::new(f.column, cell, "is not a count", "correct the number");
            let Some(value) = number(cell, decimal).map_err(|()| wrong())? else { continue };
            if !(value.is_finite() && value >= 0.0 && value.fract() == 0.0) {
                return Err(wrong());
            }
            let (kind, source) = self.kinds[f.nth].clone();
            out.push(Denominator { kind, sex: None, age: None, year: Some(f.year), value, source });
        }
        self.numbers += out.len() as u64;
        Ok(out)
    }

    /// What there was, in a sentence.
    pub(crate) fn told(&self) -> Option<String> {
        let years: BTreeSet<i16> = self.found.iter().map(|f| f.year).collect();
        let kinds: BTreeSet<usize> = self.found.iter().map(|f| f.nth).collect();
        let (first, last) = (years.first()?, years.last()?);
        Some(format!(
            "{} counts of whole areas ({} categories, {first} to {last}) are kept with the areas: they are no incidents, and have no points",
            self.numbers,
            kinds.len()
        ))
    }
}

/// The year in the name of a column, if the rest is the pattern to the letter: `CMH{yy}CONT` is not `CMHP18CONT`.
fn year(folded: &str, pattern: &str) -> Option<i16> {
    let (before, rest) = pattern.split_once("{yy")?;
    let (digits, after) = match rest.strip_prefix("yy}") {
        Some(after) => (4, after),
        None => (2, rest.strip_prefix('}')?),
    };
    let middle = folded.strip_prefix(fold(before).as_str())?.strip_suffix(fold(after).as_str())?.trim();
    let is_year = middle.len() == digits && middle.bytes().all(|b| b.is_ascii_digit());
    let number: i16 = middle.parse().ok().filter(|_| is_year)?;
    Some(if digits == 2 { 2000 + number } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_of_another_category_is_not_taken_for_it() {
        assert_eq!(year("cmh18cont", "CMH{yy}CONT"), Some(2018));
        assert_eq!(year("cmhp18cont", "CMH{yy}CONT"), None);
        assert_eq!(year("cmhce18cont", "CMHC{yy}CONT"), None);
        assert_eq!(year("cmh1819cont", "CMH{yy}CONT"), None);
        assert_eq!(year("total 2019", "Total {yyyy}"), Some(2019));
    }
}
