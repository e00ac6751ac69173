//! The International Classification of Crime for Statistical Purposes (ICCS 1.0): 325 codes as a tree.

use std::ops::Range;
use std::sync::LazyLock;

use crate::error::{Error, Result};

/// A code of the ICCS: an index into [`CODES`], which is sorted so that a code's descendants follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(u16);

/// One line of the classification.
pub struct Entry {
    /// The code: 2, 4, 5 or 6 digits.
    pub code: &'static str,
    /// 1 to 4.
    pub level: u8,
    /// The title in English.
    pub title: &'static str,
}

/// The whole classification, sorted by code.
pub static CODES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut entries: Vec<Entry> = include_str!("iccs_v1.tsv")
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut fields = line.split('\t');
            let (code, level, _parent, title) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
            Some(Entry { code, level: level.parse().ok()?, title })
        })
        .collect();
    entries.sort_unstable_by_key(|e| e.code);
    entries
});

impl Code {
    /// Finds a code by its digits, `"0101"`.
    ///
    /// # Errors
    /// Names the unknown code.
    pub fn parse(text: &str) -> Result<Self> {
        let found = CODES.binary_search_by_key(&text, |e| e.code).map_err(|_| {
            Error::invalid(
                format!("{text:?} is not an ICCS code"),
                "use 2, 4, 5 or 6 digits, for example 0101; `urbansafety vocabulary` lists all 325",
            )
        })?;
        Ok(Self(found as u16))
    }

    /// All codes in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..CODES.len() as u16).map(Self)
    }

    /// Position in [`CODES`], below 325.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The digits.
    #[must_use]
    pub fn text(self) -> &'static str {
        CODES[self.index()].code
    }

    /// The title in English.
    #[must_use]
    pub fn title(self) -> &'static str {
        CODES[self.index()].title
    }

    /// 1 for sections to 4 for the finest.
    #[must_use]
    pub fn level(self) -> u8 {
        CODES[self.index()].level
    }

    /// The code above: its digits are a prefix.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        let text = self.text();
        (2..text.len()).rev().find_map(|n| Self::parse(&text[..n]).ok())
    }

    /// Positions of the code itself and everything below it.
    #[must_use]
    pub fn subtree(self) -> Range<usize> {
        let text = self.text();
        let end = CODES.partition_point(|e| e.code < text || e.code.starts_with(text));
        self.index()..end
    }

    /// Whether `self` is `other` or lies below it.
    #[must_use]
    pub fn is_within(self, other: Self) -> bool {
        self.text().starts_with(other.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_325_codes_are_a_tree() {
        assert_eq!(CODES.len(), 325);
        for code in Code::all() {
            match code.parent() {
                None => assert_eq!(code.level(), 1, "{}", code.text()),
                Some(p) => assert_eq!(code.level(), p.level() + 1, "{}", code.text()),
            }
            let below = Code::all().filter(|c| c.is_within(code)).count();
            assert_eq!(code.subtree().len(), below, "{}", code.text());
        }
        assert_eq!(Code::all().filter(|c| c.level() == 1).count(), 11);
    }

    #[test]
    fn an_unknown_code_is_named() {
        let e = Code::parse("9999").expect_err("unknown");
        assert!(e.what.contains("9999"));
    }
}
