//! `context` with its `definition`: counts under different definitions are never mixed.

use geodata::index::ContextFilter;
use geodata::model::{ContextKind, ContextValue};

use crate::http::problem::{Answer, Problem};

/// The names of the contexts, as a caller writes them.
pub const KINDS: [(&str, ContextKind); 6] = [
    ("gang", ContextKind::Gang),
    ("organised_crime", ContextKind::OrganisedCrime),
    ("family", ContextKind::Family),
    ("intimate_partner", ContextKind::IntimatePartner),
    ("trafficking", ContextKind::Trafficking),
    ("firearm", ContextKind::Firearm),
];
const VALUES: [(&str, ContextValue); 4] = [
    ("yes", ContextValue::Yes),
    ("no", ContextValue::No),
    ("unknown", ContextValue::Unknown),
    ("not_assessed", ContextValue::NotAssessed),
];
const BOUND: &str = "gang, organised_crime, family, intimate_partner, trafficking or firearm, with :yes (understood), :no, :unknown or :not_assessed";

/// Reads `context=gang&definition=NAME`; the value is `yes` unless given as `gang:no`.
///
/// # Errors
/// 400 for an unknown context, and for one of the two without the other.
pub fn parse(context: Option<&str>, definition: Option<&str>) -> Answer<Option<ContextFilter>> {
    let (text, definition) = match (context, definition) {
        (None, None) => return Ok(None),
        (Some(text), Some(definition)) if !definition.trim().is_empty() => (text, definition.trim()),
        (Some(text), _) => {
            let problem = Problem::parameter(
                "definition",
                "",
                format!("context {} has no definition", crate::http::problem::shortened(text)),
                "a definition by name",
            );
            return Err(Box::new(problem.hint(
                "counts under different definitions are never mixed: name one, for example definition=eurogang-2006",
            )));
        }
        (None, Some(definition)) => {
            return Err(Box::new(Problem::parameter(
                "context",
                "",
                format!("definition {} has no context", crate::http::problem::shortened(definition)),
                BOUND,
            )));
        }
    };
    let (kind, value) = text.split_once(':').unwrap_or((text, "yes"));
    let kind = KINDS.iter().find(|(name, _)| *name == kind).map(|(_, k)| *k);
    let value = VALUES.iter().find(|(name, _)| *name == value).map(|(_, v)| *v);
    match (kind, value) {
        (Some(kind), Some(value)) => Ok(Some(ContextFilter { kind, value, definition: definition.to_owned() })),
        _ => Err(Box::new(Problem::parameter("context", text, "unknown context", BOUND))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_needs_its_definition() {
        assert!(matches!(parse(Some("gang"), Some("eurogang-2006")), Ok(Some(_))));
        assert!(matches!(parse(None, None), Ok(None)));
        assert!(matches!(parse(Some("gang:no"), Some("d")), Ok(Some(f)) if f.value == ContextValue::No));
        for (context, definition) in
            [(Some("gang"), None), (Some("gang"), Some(" ")), (None, Some("d")), (Some("x"), Some("d"))]
        {
            assert!(parse(context, definition).is_err());
        }
    }
}
