//! Weights of incidents by ICCS code, from a small file that says where they come from.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::model::{CODES, Code};

/// The table that is built in.
const BUILT_IN: &str = include_str!("weights.toml");
/// Largest weight: sums of so many millions of incidents stay exact.
const MAX_WEIGHT: f64 = 1e6;

/// A table of weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// Its name.
    pub title: String,
    /// What a weight counts: `points`, `days`.
    pub unit: String,
    /// Where the numbers come from, in words.
    pub basis: String,
    /// Address of the method or the table.
    pub reference: String,
    /// What an incident of each code weighs at least; `None` where the table has no weight. In the order of [`CODES`].
    of: Vec<Option<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: String,
    unit: String,
    basis: String,
    reference: String,
    weights: BTreeMap<String, f64>,
}

impl Weights {
    /// The table that is built in.
    ///
    /// # Errors
    /// None: a test reads it.
    pub fn built_in() -> Result<Self> {
        Self::read(BUILT_IN)
    }

    /// Reads a table. A finer code takes the weight of the code above it unless it has its own; a record known only to
    /// a coarser code weighs what the lightest code below it weighs, so that harm is never more than is certain.
    ///
    /// # Errors
    /// A line that is not read, an unknown code, a weight that is not a number from 0 to a million.
    pub fn read(text: &str) -> Result<Self> {
        let hint = "write title, unit, basis, reference, and [weights] with lines like \"0401\" = 100";
        let file: File =
            toml::from_str(text).map_err(|e| Error::invalid(format!("the weights are not read: {e}"), hint))?;
        let mut own = vec![None; CODES.len()];
        for (code, &weight) in &file.weights {
            if !(0.0..=MAX_WEIGHT).contains(&weight) {
                return Err(Error::invalid(
                    format!("the weight of {code} is {weight}, which is not a number from 0 to {MAX_WEIGHT}"),
                    "weights are numbers of one unit, such as points or days",
                ));
            }
            own[Code::parse(code)?.index()] = Some(weight);
        }
        // Codes stand before those below them.
        for code in Code::all() {
            if own[code.index()].is_none() {
                own[code.index()] = code.parent().and_then(|p| own[p.index()]);
            }
        }
        let mut of = own;
        // The other way round, so that a code's own children are done before it.
        for code in Code::all().collect::<Vec<_>>().into_iter().rev() {
            let below = Code::all().skip(code.index() + 1).take(code.subtree().len() - 1);
            let children: Vec<Option<f64>> =
                below.filter(|c| c.parent() == Some(code)).map(|c| of[c.index()]).collect();
            if !children.is_empty() {
                let all: Option<Vec<f64>> = children.into_iter().collect();
                of[code.index()] = all.and_then(|all| all.into_iter().min_by(f64::total_cmp));
            }
        }
        if of.iter().all(Option::is_none) {
            return Err(Error::invalid("the weights cover no whole code", hint));
        }
        Ok(Self { title: file.title, unit: file.unit, basis: file.basis, reference: file.reference, of })
    }

    /// What an incident of a code weighs at least.
    #[must_use]
    pub fn of(&self, code: Code) -> Option<f64> {
        self.of[code.index()]
    }

    /// Each weight that occurs, from light to heavy, with all codes that weigh at least as much. Every code below one of
    /// them is among them too.
    #[must_use]
    pub fn steps(&self) -> Vec<(f64, Vec<Code>)> {
        let mut weights: Vec<f64> = self.of.iter().flatten().copied().collect();
        weights.sort_unstable_by(f64::total_cmp);
        weights.dedup();
        let at_least = |w: f64| Code::all().filter(|&c| self.of(c).is_some_and(|own| own >= w)).collect();
        weights.into_iter().map(|w| (w, at_least(w))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Code {
        Code::parse(text).unwrap()
    }

    #[test]
    fn the_built_in_table_weighs_everything_and_never_more_than_is_certain() {
        let table = Weights::built_in().unwrap();
        assert!(Code::all().all(|c| table.of(c).is_some()));
        assert_eq!(table.of(code("0101")), Some(3000.0));
        assert_eq!(table.of(code("0401")), Some(100.0));
        assert_eq!(table.of(code("04")), Some(30.0), "known only as 04 it may be the lighter kind");
        assert_eq!(table.of(code("02011")), Some(30.0), "taken from 0201");
        for (w, codes) in table.steps() {
            for &c in &codes {
                assert!(Code::all().filter(|d| d.is_within(c)).all(|d| table.of(d) >= Some(w)));
            }
        }
        // Steps of three: every weight is 1 or 3 times a power of ten.
        assert!(table.steps().iter().all(|(w, _)| [0.0, 3_f64.log10()].iter().any(|s| {
            let rest = (w.log10() - s).rem_euclid(1.0);
            rest.min(1.0 - rest) < 1e-9
        })));
    }

    #[test]
    fn what_a_table_leaves_out_has_no_weight() {
        let table = |lines: &str| {
            Weights::read(&format!("title='t'\nunit='days'\nbasis='b'\nreference='r'\n[weights]\n{lines}"))
        };
        let some = table("'0101' = 10.5\n'05' = 2\n'0501' = 7").unwrap();
        assert_eq!((some.of(code("0101")), some.of(code("01"))), (Some(10.5), None));
        assert_eq!(
            (some.of(code("0502")), some.of(code("05")), some.of(code("0501"))),
            (Some(2.0), Some(2.0), Some(7.0))
        );
        assert_eq!(some.steps().iter().map(|s| s.0).collect::<Vec<_>>(), [2.0, 7.0, 10.5]);
        for bad in ["'9999' = 1", "'0101' = -1", "'0101' = nan", "'0101' = 1e7", "'0101' = 'x'", "", "x"] {
            assert!(table(bad).is_err(), "{bad}");
        }
    }
}
