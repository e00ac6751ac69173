//! From a source's own category to the ICCS codes that it may mean.

use std::collections::HashMap;

use super::fold::{Pattern, fold};
use crate::error::{Error, Result};
use crate::model::{Candidate, Code};

/// What a category means: nothing in the ICCS is an answer too, and differs from a category nobody has mapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// These codes.
    Codes(Vec<Candidate>),
    /// Known, and not in the ICCS.
    Outside,
    /// Not in the crosswalk.
    Unknown,
}

/// The rows of a crosswalk by folded category, the more specific ones first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Crosswalk {
    by_text: HashMap<String, Vec<(Vec<Pattern>, Meaning)>>,
    open: Vec<(Pattern, Vec<Pattern>, Meaning)>,
}

impl Crosswalk {
    /// Reads lines `category | detail or code patterns, comma apart | ICCS codes | confidence`; `#` begins a comment, before a
    /// line or after it.
    ///
    /// A category may begin or end with `*`. Without codes it is known to lie outside the ICCS.
    pub(crate) fn parse(text: &str, source: &str) -> Result<Self> {
        let mut this = Self::default();
        for (n, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = |what: String| {
                Error::invalid(
                    format!("source {source}, crosswalk line {}: {what}", n + 1),
                    "write `category | detail or code patterns | ICCS codes | confidence 1 to 3`",
                )
            };
            let fields: Vec<&str> = line.split('|').map(str::trim).collect();
            let [category, finer, codes, confidence] = fields[..] else {
                return Err(wrong(format!("{} fields instead of 4 in {line:?}", fields.len())));
            };
            let confidence = confidence.split('#').next().unwrap_or_default().trim();
            let confidence: u8 = match confidence.parse() {
                Ok(c @ 1..=3) => c,
                _ => return Err(wrong(format!("confidence {confidence:?} is not 1, 2 or 3"))),
            };
            let mut candidates = vec![];
            for code in codes.split_whitespace() {
                let code = Code::parse(code).map_err(|e| wrong(e.what))?;
                candidates.push(Candidate { code, confidence });
            }
            let meaning = if candidates.is_empty() { Meaning::Outside } else { Meaning::Codes(candidates) };
            let finer: Vec<Pattern> = finer.split(',').filter(|p| !p.trim().is_empty()).map(Pattern::new).collect();
            if category.contains('*') {
                this.open.push((Pattern::new(category), finer, meaning));
            } else {
                this.by_text.entry(fold(category)).or_default().push((finer, meaning));
            }
        }
        // Rows with patterns come before the general row of their category, whatever their order in the file.
        this.by_text.values_mut().for_each(|rows| rows.sort_by_key(|(finer, _)| finer.is_empty()));
        this.open.sort_by_key(|(_, finer, _)| finer.is_empty());
        Ok(this)
    }

    /// The meaning of a category with its finer words and its code.
    pub(crate) fn meaning(&self, text: &str, detail: &str, code: &str) -> Meaning {
        let (text, detail, code) = (fold(text), fold(detail), fold(code));
        let fits = |finer: &[Pattern]| {
            finer.is_empty() || finer.iter().any(|p| p.matches(&detail) || (!code.is_empty() && p.matches(&code)))
        };
        let exact = [&text, &code]
            .into_iter()
            .filter(|t| !t.is_empty())
            .find_map(|t| self.by_text.get(t)?.iter().find(|(finer, _)| fits(finer)));
        if let Some((_, meaning)) = exact {
            return meaning.clone();
        }
        let open = self.open.iter().find(|(p, finer, _)| p.matches(&text) && fits(finer));
        open.map_or(Meaning::Unknown, |(_, _, meaning)| meaning.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(m: Meaning) -> Vec<&'static str> {
        match m {
            Meaning::Codes(c) => c.iter().map(|c| c.code.text()).collect(),
            _ => vec![],
        }
    }

    #[test]
    fn the_specific_row_wins() {
        let c = Crosswalk::parse(
            "HOMICIDE | | 0101 | 2\nHOMICIDE | 0141, 0142 | 01032 | 2\nROBBERY | *HIJACKING* | 040121 | 1\nNON-CRIMINAL | | | 3\nROBO A * | | 0401 | 3",
            "t",
        )
        .expect("valid");
        assert_eq!(codes(c.meaning("Homicide", "", "0110")), ["0101"]);
        assert_eq!(codes(c.meaning("Homicide", "", "0142")), ["01032"]);
        assert_eq!(codes(c.meaning("ROBBERY", "AGGRAVATED VEHICULAR HIJACKING", "0326")), ["040121"]);
        assert_eq!(c.meaning("ROBBERY", "ARMED", "0312"), Meaning::Unknown);
        assert_eq!(c.meaning("non - criminal", "", ""), Meaning::Outside);
        assert_eq!(codes(c.meaning("robo a casa", "", "")), ["0401"]);
    }

    #[test]
    fn a_wrong_line_is_named() {
        let e = Crosswalk::parse("A | | 0101 | 1\nB | 0101 | 1", "t").expect_err("3 fields");
        assert!(e.what.contains("line 2"), "{e}");
        assert!(Crosswalk::parse("A | | 9999 | 1", "t").expect_err("code").what.contains("9999"));
    }
}
