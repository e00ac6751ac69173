//! The properties by which a filter asks for incidents.

use crate::model::{AGE_NAMES, ContextKind, ContextValue};

/// A property.
#[derive(Debug, Clone, Copy)]
pub struct Queryable {
    /// Name.
    pub name: &'static str,
    /// In words.
    pub title: &'static str,
    /// What a value means.
    pub words: &'static str,
    /// JSON type: `string` or `integer`.
    pub json_type: &'static str,
    /// JSON format: `date-time`, or empty.
    pub format: &'static str,
    /// Values, where there are few.
    pub values: &'static [&'static str],
}

pub(super) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
pub(super) const PRECISIONS: [&str; 10] = [
    "exact",
    "parcel",
    "snap_point",
    "block",
    "intersection",
    "small_area",
    "large_area",
    "offset",
    "default_point",
    "none",
];
pub(super) const DISCOVERIES: [&str; 5] = ["victim", "witness", "police_initiated", "health", "unknown"];
pub(super) const SEXES: [&str; 3] = ["female", "male", "other"];
pub(super) const KINDS: [ContextKind; 6] = [
    ContextKind::Gang,
    ContextKind::OrganisedCrime,
    ContextKind::Family,
    ContextKind::IntimatePartner,
    ContextKind::Trafficking,
    ContextKind::Firearm,
];
pub(super) const CONTEXT_VALUES: [ContextValue; 4] =
    [ContextValue::Yes, ContextValue::No, ContextValue::Unknown, ContextValue::NotAssessed];

const fn text(
    name: &'static str,
    title: &'static str,
    words: &'static str,
    values: &'static [&'static str],
) -> Queryable {
    Queryable { name, title, words, json_type: "string", format: "", values }
}

const fn time(name: &'static str, title: &'static str, words: &'static str) -> Queryable {
    Queryable { name, title, words, json_type: "string", format: "date-time", values: &[] }
}

/// All of them but the place (`geometry`) and contexts, which have the name of their kind and definition (`gang:eurogang-2006`).
pub static QUERYABLES: &[Queryable] = &[
    text("category", "Category (ICCS)", "a code means itself and what lies below it", &[]),
    text("weapon", "Weapon", "firearm, knife, other ... where the source tells it", &[]),
    text("source", "Source", "id of the source's description", &[]),
    text("discovery", "Who found it", "how the incident came to be known", &DISCOVERIES),
    text("location_precision", "Precision of the place", "how finely the place is known", &PRECISIONS),
    Queryable {
        json_type: "integer",
        ..text("hour", "Hour of the day", "0 to 23; missing where the hour is not known", &[])
    },
    text("weekday", "Day of the week", "missing where the day is not known", &DAYS),
    text("sex", "Sex of a victim", "some victim has it; beside age in one AND, the same victim has both", &SEXES),
    text("age", "Age band of a victim, years", "some victim has it", &AGE_NAMES),
    time("datetime", "When it may have happened", "from time_from to time_to, for the temporal functions"),
    time("time_from", "First moment that it may have happened", "civil time of the city"),
    time("time_to", "First moment after it", "civil time of the city"),
];

/// The property of a name.
#[must_use]
pub fn queryable(name: &str) -> Option<&'static Queryable> {
    QUERYABLES.iter().find(|q| q.name == name)
}

/// The kind and definition that a property's name holds: `gang:eurogang-2006`.
pub(super) fn context(name: &str) -> Option<(ContextKind, &str)> {
    let (kind, definition) = name.split_once(':')?;
    let kind = KINDS.into_iter().find(|k| k.name() == kind)?;
    (!definition.trim().is_empty()).then(|| (kind, definition.trim()))
}
