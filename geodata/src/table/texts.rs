//! Many short texts in one piece of memory: a page of a thousand records has thousands of them.

use std::fmt::{self, Write};
use std::ops::Index;

/// Texts one after the other.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Texts {
    all: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Texts {
    /// Adds a text of one or more parts.
    pub(crate) fn push(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.all.push_str(part));
        self.ends.push(self.all.len());
    }

    /// Adds what is written as a text.
    pub(crate) fn push_written(&mut self, value: impl fmt::Display) {
        // Nothing is lost: writing to memory does not fail.
        write!(self.all, "{value}").ok();
        self.ends.push(self.all.len());
    }

    /// Number of texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text at a place.
    #[must_use]
    pub fn get(&self, n: usize) -> Option<&str> {
        let start = n.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.all.get(start..*self.ends.get(n)?)
    }

    /// All texts in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|n| self.get(n))
    }

    /// Some of the texts, by their places.
    #[must_use]
    pub fn only(&self, rows: &[usize]) -> Self {
        rows.iter().filter_map(|&row| self.get(row)).collect()
    }

    /// Adds others behind its own.
    pub(crate) fn append(&mut self, more: &Self) {
        let behind = self.all.len();
        self.all.push_str(&more.all);
        self.ends.extend(more.ends.iter().map(|end| end + behind));
    }
}

impl<S: AsRef<str>> FromIterator<S> for Texts {
    fn from_iter<I: IntoIterator<Item = S>>(texts: I) -> Self {
        let mut all = Self::default();
        texts.into_iter().for_each(|text| all.push(&[text.as_ref()]));
        all
    }
}

impl Index<usize> for Texts {
    type Output = str;

    fn index(&self, n: usize) -> &str {
        let start = if n == 0 { 0 } else { self.ends[n - 1] };
        &self.all[start..self.ends[n]]
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_out_as_they_went_in() {
        let mut texts: Texts = ["", "é", "ab"].into_iter().collect();
        texts.push(&["x", "", "yz"]);
        texts.push_written(-7);
        assert_eq!(texts.iter().collect::<Vec<_>>(), ["", "é", "ab", "xyz", "-7"]);
        assert_eq!((texts.len(), texts.get(5), &texts[1], &texts[0]), (5, None, "é", ""));
        let some = texts.only(&[4, 0, 9, 1]);
        assert_eq!(format!("{some:?}"), r#"["-7", "", "é"]"#);
        texts.append(&some);
        assert_eq!((&texts[5], &texts[7], texts.is_empty(), Texts::default().is_empty()), ("-7", "é", false, true));
    }
}
