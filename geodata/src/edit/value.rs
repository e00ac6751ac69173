//! One property of a feature as a value of the model, or what is wrong with it.

use jiff::civil::Date;
use serde_json::Value;

use super::Wrong;
use crate::ingest::{names_people, nearest};

/// Longest name or word, bytes.
pub(super) const WORD: usize = 200;
/// Longest text, bytes.
pub(super) const TEXT: usize = 2000;
/// Entries of a list.
const MAX_ENTRIES: usize = 50;
/// What a wrong value repeats at most, characters.
const MAX_ECHO: usize = 120;
/// What a service or a programme does, by when it acts.
pub(super) const APPROACHES: [&str; 6] =
    ["developmental", "community", "situational", "reintegration", "victim_support", "enforcement"];

impl Wrong {
    /// About a property.
    pub(super) fn property(name: &str, value: &Value, what: impl Into<String>, bound: impl Into<String>) -> Self {
        Self::at(format!("/properties/{}", escaped(name)), value, what, bound)
    }

    /// About a member of the feature.
    pub(super) fn at(
        pointer: impl Into<String>,
        value: &Value,
        what: impl Into<String>,
        bound: impl Into<String>,
    ) -> Self {
        let value = value.to_string().chars().take(MAX_ECHO).collect();
        Self { pointer: pointer.into(), value, what: what.into(), bound: bound.into() }
    }

    /// About a property that there is not, or that nobody sets.
    pub(super) fn unknown(name: &str, value: &Value, settable: &[&str], told: &[&str]) -> Self {
        let bound = settable.join(", ");
        if told.contains(&name) {
            return Self::property(name, value, format!("{name} is made by the service, and is not set"), bound);
        }
        if names_people(name) {
            let what = "this property would hold people or their attributes, which are not kept, as in an import";
            return Self::property(name, value, what, bound);
        }
        let near = nearest(name, settable.iter().copied()).map(|n| format!("; did you mean {n}?"));
        Self::property(name, value, format!("unknown property{}", near.unwrap_or_default()), bound)
    }
}

/// A name as a part of a JSON pointer (RFC 6901), short.
fn escaped(name: &str) -> String {
    let short: String = name.chars().filter(|c| !c.is_control()).take(MAX_ECHO).collect();
    short.replace('~', "~0").replace('/', "~1")
}

/// A text of at most `bytes`; an empty one is none.
pub(super) fn text(name: &str, value: &Value, bytes: usize) -> Result<Option<String>, Wrong> {
    match value {
        Value::Null => Ok(None),
        Value::String(t) if t.len() <= bytes && !t.chars().any(|c| c.is_control() && c != '\n') => {
            Ok(Some(t.trim().to_owned()).filter(|t| !t.is_empty()))
        }
        _ => Err(Wrong::property(name, value, "this is no readable text", format!("a text of at most {bytes} bytes"))),
    }
}

/// A text that has to be there.
pub(super) fn needed(name: &str, value: &Value, bytes: usize) -> Result<String, Wrong> {
    text(name, value, bytes)?.ok_or_else(|| missing(name, value, &format!("a text of at most {bytes} bytes")))
}

/// The refusal of a record without a property that it needs.
pub(super) fn missing(name: &str, value: &Value, bound: &str) -> Wrong {
    Wrong::property(name, value, format!("{name} is needed"), bound)
}

/// Texts that `separator` and white space separate in one text, as they are told.
pub(super) fn list(name: &str, value: &Value, separator: char) -> Result<Vec<String>, Wrong> {
    let text = text(name, value, TEXT)?.unwrap_or_default();
    let entries: Vec<String> = text.split(separator).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect();
    if entries.len() > MAX_ENTRIES {
        let bound = format!("at most {MAX_ENTRIES}, separated by {separator:?}");
        return Err(Wrong::property(name, value, format!("this list has {} entries", entries.len()), bound));
    }
    Ok(entries)
}

/// One of the approaches.
pub(super) fn approach(name: &str, value: &Value) -> Result<Option<String>, Wrong> {
    let text = text(name, value, WORD)?;
    match text {
        Some(t) if !APPROACHES.contains(&t.as_str()) => {
            Err(Wrong::property(name, value, "this is none of the approaches", APPROACHES.join(", ")))
        }
        text => Ok(text),
    }
}

/// A day.
pub(super) fn day(name: &str, value: &Value) -> Result<Option<String>, Wrong> {
    let text = text(name, value, WORD)?;
    let is_day = |t: &String| t.len() == 10 && t.parse::<Date>().is_ok();
    match text {
        Some(t) if !is_day(&t) => Err(Wrong::property(name, value, "this is not a day", "YYYY-MM-DD")),
        text => Ok(text),
    }
}
