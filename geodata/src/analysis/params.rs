//! Parameters of methods: declared once, parsed with bounds, and written into every answer.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::ingest::nearest;

/// What a parameter may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Domain {
    /// A whole number from the first to the second.
    Whole(u64, u64),
    /// A number from the first to the second, or one of the words.
    NumberOr(f64, f64, &'static [&'static str]),
    /// One of the words.
    Word(&'static [&'static str]),
    /// A text, which may be empty; what it names.
    Text(&'static str),
    /// The content of a file, which may be empty; what the file holds. The command line reads it, and the service takes
    /// none: an answer by a stranger's file could be taken for the city's own.
    Document(&'static str),
}

/// Longest text of a parameter, bytes.
const MAX_TEXT: usize = 200;
/// Longest file of a parameter, bytes.
pub const MAX_DOCUMENT: usize = 64 << 10;

impl std::fmt::Display for Domain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(low, high) => write!(f, "a whole number from {low} to {high}"),
            Self::NumberOr(low, high, []) => write!(f, "a number from {low} to {high}"),
            Self::NumberOr(low, high, words) => write!(f, "a number from {low} to {high}, or {}", words.join(", ")),
            Self::Word(words) => f.write_str(&words.join(", ")),
            Self::Text(what) | Self::Document(what) => f.write_str(what),
        }
    }
}

/// A parameter of a method.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// Name, with the unit in it.
    pub name: &'static str,
    /// Unit in words, empty for none.
    pub unit: &'static str,
    /// What holds where nothing is given.
    pub default: &'static str,
    /// What it may be.
    pub domain: Domain,
    /// What it does, in plain words.
    pub words: &'static str,
}

impl Parameter {
    /// The bound in words: `a whole number from 99 to 999999`, `one of exact, byar`.
    #[must_use]
    pub fn bound(&self) -> String {
        match self.domain {
            Domain::Whole(low, high) => format!("a whole number from {low} to {high}"),
            Domain::NumberOr(low, high, []) => format!("a number from {low} to {high}"),
            Domain::NumberOr(low, high, words) => format!("a number from {low} to {high}, or {}", words.join(", ")),
            Domain::Word(words) => format!("one of {}", words.join(", ")),
            Domain::Text(what) => format!("{what}, at most {MAX_TEXT} bytes"),
            Domain::Document(what) => format!("{what}, at most {MAX_DOCUMENT} bytes"),
        }
    }

    /// Whether it is the content of a file, which only the command line takes.
    #[must_use]
    pub fn is_file(&self) -> bool {
        matches!(self.domain, Domain::Document(_))
    }

    fn parse(&self, text: &str) -> Result<Value> {
        let word = |words: &'static [&'static str]| words.iter().copied().find(|w| *w == text).map(Value::Word);
        let found = match self.domain {
            Domain::Whole(low, high) => text.parse().ok().filter(|n| (low..=high).contains(n)).map(Value::Whole),
            Domain::NumberOr(low, high, words) => {
                let number = text.parse().ok().filter(|n| (low..=high).contains(n)).map(Value::Number);
                number.or_else(|| word(words))
            }
            Domain::Word(words) => word(words),
            Domain::Text(_) => {
                let is_text = text.len() <= MAX_TEXT && !text.chars().any(char::is_control);
                is_text.then(|| Value::Text(text.to_owned()))
            }
            Domain::Document(_) => (text.len() <= MAX_DOCUMENT).then(|| Value::Text(text.to_owned())),
        };
        found.ok_or_else(|| {
            let text: String = text.chars().take(MAX_TEXT).collect();
            Error::invalid(
                format!("parameter {}={text:?} is not {}", self.name, self.bound()),
                format!("{}; the default is {}", self.words, self.default),
            )
        })
    }
}

/// A parsed value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Whole(u64),
    Number(f64),
    Word(&'static str),
    Text(String),
}

/// Every parameter of a method with the value that holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Params(BTreeMap<&'static str, Value>);

impl Params {
    /// Parses what was given; what was not has its default.
    ///
    /// # Errors
    /// An unknown name, with the nearest known one; a value out of its bound, with the bound.
    pub fn parse(known: &'static [Parameter], given: &BTreeMap<String, String>) -> Result<Self> {
        for name in given.keys() {
            if !known.iter().any(|p| p.name == name) {
                return Err(unknown(name, known));
            }
        }
        let value = |p: &Parameter| {
            let text = given.get(p.name).map_or(p.default, |t| t.trim());
            p.parse(text).map(|v| (p.name, v))
        };
        known.iter().map(value).collect::<Result<_>>().map(Self)
    }

    pub(crate) fn get(&self, name: &str) -> Option<Value> {
        self.0.get(name).cloned()
    }

    /// A number; `None` where a word stands for it, or the method has no such parameter.
    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        match self.0.get(name) {
            Some(Value::Number(x)) => Some(*x),
            _ => None,
        }
    }

    /// A text; empty where none is given, or the method has no such parameter.
    pub(crate) fn text(&self, name: &str) -> &str {
        match self.0.get(name) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// A word; empty where the method has no such parameter.
    pub(crate) fn word(&self, name: &str) -> &'static str {
        match self.0.get(name) {
            Some(Value::Word(word)) => word,
            _ => "",
        }
    }

    /// A whole number; 0 where the method has no such parameter.
    pub(crate) fn whole(&self, name: &str) -> u64 {
        match self.0.get(name) {
            Some(Value::Whole(n)) => *n,
            _ => 0,
        }
    }

    /// Raises a whole number to a bound that holds whatever was asked; nothing where the method has no such parameter.
    pub(crate) fn at_least(&mut self, name: &str, least: u64) {
        if let Some(Value::Whole(n)) = self.0.get_mut(name) {
            *n = (*n).max(least);
        }
    }

    /// All of them, for the record of an answer.
    pub(crate) fn record(&self) -> serde_json::Map<String, serde_json::Value> {
        let json = |v: &Value| match v {
            Value::Whole(n) => (*n).into(),
            Value::Number(x) => (*x).into(),
            Value::Word(w) => (*w).into(),
            Value::Text(t) => t.as_str().into(),
        };
        self.0.iter().map(|(name, value)| ((*name).to_owned(), json(value))).collect()
    }
}

fn unknown(name: &str, known: &'static [Parameter]) -> Error {
    let near = nearest(name, known.iter().map(|p| p.name));
    let hint = match near.and_then(|n| known.iter().find(|p| p.name == n)) {
        Some(p) => format!("did you mean {}? It is {}", p.name, p.bound()),
        None if known.is_empty() => "this method has no parameters".to_owned(),
        None => format!("known are {}", known.iter().map(|p| p.name).collect::<Vec<_>>().join(", ")),
    };
    Error::invalid(format!("parameter {name:?} is unknown"), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    static KNOWN: [Parameter; 2] = [
        Parameter { name: "draws", unit: "", default: "9999", domain: Domain::Whole(99, 999_999), words: "How many" },
        Parameter {
            name: "bandwidth_m",
            unit: "m",
            default: "500",
            domain: Domain::NumberOr(1.0, 10.0, &["scott"]),
            words: "How far",
        },
    ];

    fn parse(pairs: &[(&str, &str)]) -> Result<Params> {
        let given = [("bandwidth_m", "2")].iter().chain(pairs).map(|(k, v)| ((*k).into(), (*v).into())).collect();
        Params::parse(&KNOWN, &given)
    }

    #[test]
    fn errors_name_the_bound_and_the_nearest_name() {
        assert_eq!(parse(&[]).map(|p| (p.whole("draws"), p.get("bandwidth_m"))), Ok((9999, Some(Value::Number(2.0)))));
        let mut raised = parse(&[("draws", "500")]).unwrap();
        raised.at_least("draws", 700);
        raised.at_least("draws", 600);
        raised.at_least("bandwidth_m", 9);
        assert_eq!((raised.whole("draws"), raised.get("bandwidth_m")), (700, Some(Value::Number(2.0))));
        assert_eq!(parse(&[("bandwidth_m", "scott")]).map(|p| p.word("bandwidth_m")), Ok("scott"));
        let e = parse(&[("bandwith_m", "3")]).unwrap_err();
        assert!(e.hint.contains("bandwidth_m") && e.hint.contains("1 to 10"), "{e}");
        for bad in [("draws", "98"), ("draws", "1e9"), ("draws", ""), ("bandwidth_m", "nan"), ("bandwidth_m", "Scott")]
        {
            assert!(parse(&[bad]).is_err_and(|e| e.what.contains(bad.0)), "{bad:?}");
        }
        let e = Params::parse(&[], &[("x".to_owned(), String::new())].into()).unwrap_err();
        assert!(e.hint.contains("no parameters"));
    }
}
