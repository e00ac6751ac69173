//! The first rows of a file: how its columns are filled, with what and how often.

use std::collections::HashMap;
use std::path::Path;

use super::super::map::{Form, forms_of};
use super::super::read::{self, Event};
use super::super::source::Format;
use super::super::source::fold::fold;
use crate::error::{Error, Kind, Result};

/// Rows looked at.
const ROWS: usize = 1000;
/// Different values that are counted; a column with more is no category.
pub(super) const VALUES: usize = 200;

/// A column of the first rows.
pub(super) struct Column {
    pub name: String,
    pub filled: usize,
    /// Its values and how often they occur, up to [`VALUES`] of them.
    pub values: HashMap<String, u64>,
    /// There are more.
    pub has_more: bool,
    /// How many are numbers.
    numbers: usize,
    /// How many of those are at most 180, as degrees are.
    small: usize,
    /// Least and largest of the numbers, those at 0 and -1 passed over as stand-ins.
    pub range: Option<(f64, f64)>,
}

/// What was seen.
pub(super) struct Look {
    pub columns: Vec<Column>,
    pub rows: usize,
    pub has_geometry: bool,
}

impl Look {
    pub(super) fn at(path: &Path) -> Result<Self> {
        let table = read::open(path, &Format::default())?;
        let has_geometry = table.has_geometry();
        let of = |name: &String| Column {
            name: name.clone(),
            filled: 0,
            values: HashMap::new(),
            has_more: false,
            numbers: 0,
            small: 0,
            range: None,
        };
        let mut columns: Vec<Column> = table.columns().iter().map(of).collect();
        let wanted = vec![true; columns.len()];
        let mut rows = 0;
        let looked = table.rows(&wanted, &mut |event| {
            if let Event::Row(row) = event {
                rows += 1;
                for (at, column) in columns.iter_mut().enumerate() {
                    column.see(row.cell(at).to_text());
                }
            }
            if rows >= ROWS { Err(Error::cancelled()) } else { Ok(()) }
        });
        match looked {
            Err(e) if e.kind != Kind::Cancelled => Err(e),
            _ => Ok(Self { columns, rows, has_geometry }),
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|c| c.name.as_str())
    }

    /// The column with one of the names, the likeliest first; only those that `fits`.
    pub(super) fn named(&self, candidates: &str, fits: impl Fn(&Column) -> bool) -> Option<&Column> {
        let is = |c: &&Column, name: &str| fold(&c.name) == fold(name) && c.can_be_named() && fits(c);
        candidates.split('|').find_map(|name| self.columns.iter().find(|c| is(c, name)))
    }
}

impl Column {
    fn see(&mut self, text: Option<String>) {
        let Some(text) = text else { return };
        self.filled += 1;
        if let Ok(number) = text.parse::<f64>() {
            self.numbers += 1;
            self.small += usize::from(number.abs() <= 180.0);
            if number.is_finite() && number != 0.0 && number != -1.0 {
                let (low, high) = self.range.unwrap_or((number, number));
                self.range = Some((low.min(number), high.max(number)));
            }
        }
        if self.values.len() < VALUES || self.values.contains_key(&text) {
            *self.values.entry(text).or_insert(0) += 1;
        } else {
            self.has_more = true;
        }
    }

    /// A bar in a name of a source parts alternatives.
    pub(super) fn can_be_named(&self) -> bool {
        !self.name.is_empty() && !self.name.contains('|') && !super::names_people(&self.name)
    }

    pub(super) fn is_number(&self) -> bool {
        self.filled > 0 && self.numbers == self.filled
    }

    /// Whether most values are degrees; some rows of any file are wrong.
    pub(super) fn is_degrees(&self) -> bool {
        self.filled > 0 && 3 * self.filled <= 4 * self.small
    }

    /// Whether most values are numbers too large for degrees.
    pub(super) fn is_far(&self) -> bool {
        self.filled > 0 && 3 * self.filled <= 4 * (self.numbers - self.small)
    }

    /// Values that come again and again, and are words.
    pub(super) fn is_category(&self) -> bool {
        !self.has_more
            && self.values.len() >= 2
            && 2 * self.values.len() <= self.filled
            && 2 * self.numbers < self.filled
    }

    pub(super) fn is_unique(&self, rows: usize) -> bool {
        self.filled == rows && (self.has_more || self.values.len() == rows) && self.values.values().all(|n| *n == 1)
    }

    /// Forms of its dates, the usual one first, and whether day and month fit either way; nothing unless half of the rows are dates.
    pub(super) fn dates(&self) -> Option<(Vec<String>, bool)> {
        let sample: Vec<String> = self.values.keys().cloned().collect();
        let (forms, _) = forms_of(&sample, false);
        let rows =
            |fits: &dyn Fn(&str) -> bool| self.values.iter().filter(|(v, _)| fits(v)).map(|(_, n)| n).sum::<u64>();
        let of = |form: &str| Form::compile(form).map_or(0, |f| rows(&|v| f.parse(v).is_some()));
        let seen: Vec<String> = forms.into_iter().filter(|f| of(f) > 0).collect();
        let compiled: Vec<Form> = seen.iter().filter_map(|f| Form::compile(f).ok()).collect();
        let dates = rows(&|v| compiled.iter().any(|f| f.parse(v).is_some()));
        // Bare years and compact days are numbers of other things more often than not.
        let is_bare = self.is_number() && self.range.is_none_or(|(l, h)| l < 1900.0 || h > 20_991_231.0);
        let usual = seen.first().filter(|_| 2 * dates >= rows(&|_| true) && !is_bare)?;
        // A few wrong rows may tell of either order.
        let swapped = usual.replace("%d", "%_").replace("%m", "%d").replace("%_", "%m");
        let is_ambiguous = !usual.starts_with("%Y") && swapped != *usual && 10 * of(&swapped) >= 8 * of(usual);
        Some((seen, is_ambiguous))
    }

    /// The column in words, without any of its values.
    pub(super) fn told(&self, rows: usize) -> String {
        let kind = if self.is_number() { "numbers" } else { "text" };
        let many = if self.has_more { format!("more than {VALUES}") } else { self.values.len().to_string() };
        format!("{}: {kind}, filled in {} of {rows} rows, {many} different", self.name, self.filled)
    }
}

/// Whether a name is that of an address, which is finer than any place that is kept.
pub(super) fn is_address(name: &str) -> bool {
    let folded = fold(name);
    ["address", "block", "street", "location", "direccion", "hundred block", "intersection", "cross street"]
        .iter()
        .any(|w| folded.split(' ').any(|part| part == *w) || folded == *w)
        && !folded.contains("description")
        && !folded.contains("type")
}

/// A file's name as an id: letters and digits, the rest dashes.
pub(super) fn plain(file: &str) -> String {
    let id = fold(file.split('.').next().unwrap_or_default()).replace(' ', "-");
    let id: String = id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    if id.is_empty() { "my-source".into() } else { id }
}
