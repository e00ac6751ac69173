//! An incident as features write it: into the same model as an import, under the same rules.

use std::sync::Arc;

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use super::value::{TEXT, WORD, list, missing, text};
use super::{Changes, Wrong, place, time};
use crate::model::{
    Candidate, Code, ContextKind, ContextLink, ContextValue, Discovery, Incident, Interval, LocalTime,
    LocationPrecision, Offence, Profile, Quality, TimeBasis, TimePrecision,
};
use crate::store::HTTP_SOURCE;

/// Properties that are set.
pub(super) const SETTABLE: [&str; 12] = [
    "category",
    "offence",
    "time_from",
    "time_to",
    "time_precision",
    "zone",
    "location_precision",
    "uncertainty_m",
    "context",
    "recorded_area",
    "status",
    "weapon",
];
/// Properties that are told beside them.
const TOLD: [&str; 3] = ["record", "victims", "state"];
/// Largest uncertainty of a place, metres.
const MAX_UNCERTAINTY_M: u32 = 100_000;
/// What a context that a caller wrote rests on.
const BASIS: &str = "written over HTTP";
const CONTEXT_FORM: &str = "KIND VALUE (DEFINITION), separated by commas, for example gang yes (eurogang-2006)";
const KINDS: [ContextKind; 6] = [
    ContextKind::Gang,
    ContextKind::OrganisedCrime,
    ContextKind::Family,
    ContextKind::IntimatePartner,
    ContextKind::Trafficking,
    ContextKind::Firearm,
];
const VALUES: [ContextValue; 4] =
    [ContextValue::Yes, ContextValue::No, ContextValue::Unknown, ContextValue::NotAssessed];

/// One of which nothing is said yet, on the clock of the city.
pub(super) fn blank(key: String, zone: Option<&str>) -> Incident {
    let profile = Profile {
        source: HTTP_SOURCE.to_owned(),
        mapping_version: 1,
        offences: vec![],
        time_precision: TimePrecision::Day,
        time_basis: TimeBasis::Occurred,
        zone: zone.unwrap_or_default().to_owned(),
        location_precision: LocationPrecision::None,
        uncertainty_m: None,
        context: vec![],
        discovery: Discovery::Unknown,
        status: None,
        weapon: None,
        quality: Quality::default(),
    };
    Incident {
        row_hash: xxh3_64(key.as_bytes()),
        key,
        profile: Arc::new(profile),
        time: Interval { from: LocalTime(0), to: LocalTime(1) },
        point: None,
        recorded_area: None,
        victims: vec![],
    }
}

/// The incident with changes.
pub(super) fn changed(old: &Incident, changes: &Changes, is_new: bool) -> Result<Incident, Wrong> {
    if let Some((name, value)) = changes.properties.iter().find(|(name, _)| !SETTABLE.contains(&name.as_str())) {
        return Err(Wrong::unknown(name, value, &SETTABLE, &TOLD));
    }
    let given = |name: &str| changes.properties.get(name);
    let (mut new, mut profile) = (old.clone(), Profile::clone(&old.profile));
    offences(&mut profile, given("category"), given("offence"), is_new)?;
    new.time = time::changed(old.time, &mut profile, changes, is_new)?;
    if let Some(geometry) = &changes.geometry {
        new.point = place::point(geometry)?;
    }
    located(&mut profile, new.point.is_some(), given("location_precision"), given("uncertainty_m"))?;
    if let Some(value) = given("context") {
        profile.context = context(value, &profile.context)?;
    }
    for (name, field) in
        [("recorded_area", &mut new.recorded_area), ("status", &mut profile.status), ("weapon", &mut profile.weapon)]
    {
        if let Some(value) = given(name) {
            *field = text(name, value, WORD)?;
        }
    }
    if profile != *old.profile {
        new.profile = Arc::new(profile);
    }
    Ok(new)
}

/// Category and words are told of all offences together, so that either of them set makes one of them.
fn offences(p: &mut Profile, category: Option<&Value>, words: Option<&Value>, is_new: bool) -> Result<(), Wrong> {
    if category.is_none() && words.is_none() && !is_new {
        return Ok(());
    }
    let bound = "ICCS codes of 2, 4, 5 or 6 digits, separated by commas; several where it may be one of them";
    let codes = match category {
        Some(value) => {
            let codes = list("category", value, ',')?;
            let wrong = |what: String| Wrong::property("category", value, what, bound);
            codes.iter().map(|c| Code::parse(c).map_err(|e| wrong(e.what))).collect::<Result<Vec<_>, _>>()?
        }
        None => p.offences.iter().flat_map(|o| &o.candidates).map(|c| c.code).collect(),
    };
    if is_new && codes.is_empty() {
        return Err(missing("category", &Value::Null, bound));
    }
    let source_text = match words {
        Some(value) => text("offence", value, TEXT)?.unwrap_or_default(),
        None => p.offences.iter().map(|o| o.source_text.as_str()).collect::<Vec<_>>().join("; "),
    };
    let confidence = if codes.len() == 1 { 1 } else { 3 };
    let candidates = codes.into_iter().map(|code| Candidate { code, confidence }).collect();
    p.offences = vec![Offence { source_code: String::new(), source_text, candidates }];
    Ok(())
}

/// How the place is known: a point needs it said, and without a point nothing is known.
fn located(
    p: &mut Profile,
    has_point: bool,
    precision: Option<&Value>,
    uncertainty: Option<&Value>,
) -> Result<(), Wrong> {
    let names = LocationPrecision::ALL.map(LocationPrecision::name).join(", ");
    if let Some(value) = precision.filter(|v| !v.is_null()) {
        let found = LocationPrecision::ALL.into_iter().find(|l| value.as_str() == Some(l.name()));
        let wrong = || Wrong::property("location_precision", value, "this is no precision of a place", names.as_str());
        p.location_precision = found.ok_or_else(wrong)?;
        if !has_point && p.location_precision != LocationPrecision::None {
            return Err(Wrong::property("location_precision", value, "there is no geometry", "none, or a geometry"));
        }
    }
    if !has_point {
        p.location_precision = LocationPrecision::None;
    } else if p.location_precision == LocationPrecision::None {
        return Err(missing("location_precision", precision.unwrap_or(&Value::Null), &names));
    }
    match uncertainty {
        None => {}
        Some(Value::Null) => p.uncertainty_m = None,
        Some(value) => {
            let metres =
                value.as_f64().filter(|m| (1.0..=f64::from(MAX_UNCERTAINTY_M)).contains(m) && m.fract() == 0.0);
            let bound = format!("whole metres, 1 to {MAX_UNCERTAINTY_M}");
            let wrong = || Wrong::property("uncertainty_m", value, "this is no uncertainty of a place", bound);
            p.uncertainty_m = Some(metres.ok_or_else(wrong)? as u32);
        }
    }
    Ok(())
}

/// Contexts as they are told; one that was there keeps what it rests on and its review date.
fn context(value: &Value, old: &[ContextLink]) -> Result<Vec<ContextLink>, Wrong> {
    let parse = |text: &str| {
        let (said, definition) = text.strip_suffix(')')?.split_once(" (")?;
        let (kind, value) = said.split_once(' ')?;
        let kind = KINDS.into_iter().find(|k| k.name() == kind)?;
        let value = VALUES.into_iter().find(|v| v.name() == value)?;
        let definition = Some(definition.trim()).filter(|d| !d.is_empty() && d.len() <= WORD)?.to_owned();
        let known = old.iter().find(|l| (l.kind, l.value, &l.definition) == (kind, value, &definition)).cloned();
        Some(known.unwrap_or(ContextLink { kind, value, definition, basis: BASIS.to_owned(), review_by: None }))
    };
    let links: Option<Vec<_>> = list("context", value, ',')?.iter().map(|text| parse(text)).collect();
    links.ok_or_else(|| Wrong::property("context", value, "this is no context under a definition", CONTEXT_FORM))
}
