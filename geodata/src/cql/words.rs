//! Sentences that several readers of filters say.

use super::expr::Operand;
use crate::error::{Error, Result};

/// A part of CQL2 that is not supported, and what is instead.
pub(super) fn unsupported<T>(what: &str) -> Result<T> {
    Err(Error::invalid(
        format!("filter: {what} is not supported"),
        "supported are comparisons, LIKE, BETWEEN, IN, IS NULL, CASEI, the spatial functions S_... and the temporal \
         functions T_...; /conformance lists the classes",
    ))
}

/// Names of functions that belong to classes of CQL2 that are not supported.
pub(super) fn function<T>(name: &str) -> Result<T> {
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "accenti" => unsupported("ACCENTI"),
        _ if lower.starts_with("a_") => unsupported("a function of arrays"),
        _ if lower.starts_with("s_") || lower.starts_with("t_") => {
            unsupported(&format!("the function {}", name.chars().take(40).collect::<String>()))
        }
        _ => unsupported(&format!("the function {}(...)", name.chars().take(40).collect::<String>())),
    }
}

/// A text of the filter, and whether case counts.
pub(crate) fn text_of(operand: &Operand) -> Option<(&str, bool)> {
    match operand {
        Operand::Text(text) => Some((text, false)),
        Operand::Casei(inner) => text_of(inner).map(|(text, _)| (text, true)),
        _ => None,
    }
}

/// The error for a property that there is not, with the nearest there is.
pub(crate) fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Error {
    let short: String = name.chars().take(40).collect();
    let near =
        crate::ingest::nearest(name, known.clone()).map_or(String::new(), |near| format!("did you mean {near}? "));
    Error::invalid(
        format!("filter: there is no property {short:?}"),
        format!("{near}known are {}; see the collection's /queryables", known.collect::<Vec<_>>().join(", ")),
    )
}

/// The error for values that cannot be compared.
pub(crate) fn misfit(a: &Operand, b: &Operand) -> Error {
    let words = |operand: &Operand| match operand {
        Operand::Property(name) => format!("the property {:?}", name.chars().take(40).collect::<String>()),
        Operand::Text(text) => format!("the text {:?}", text.chars().take(40).collect::<String>()),
        Operand::Number(n) => format!("the number {n}"),
        Operand::Bool(known) => format!("the truth value {known}"),
        Operand::Date(_) | Operand::Timestamp(_) | Operand::Interval(..) | Operand::Open => "a time".to_owned(),
        Operand::Place(_) => "a place".to_owned(),
        Operand::Casei(_) => "a text by CASEI".to_owned(),
    };
    Error::invalid(
        format!("filter: {} and {} cannot be compared so", words(a), words(b)),
        "compare values of the kind that /queryables says; texts are in single quotes, numbers are not",
    )
}
