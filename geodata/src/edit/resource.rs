//! A service as features write it.

use serde_json::Value;

use super::value::{TEXT, WORD, approach, list, missing, needed, text};
use super::{Changes, Wrong, place};
use crate::model::{Resource, Visibility};
use crate::store::HTTP_SOURCE;

/// Properties that are set. `hidden` is told by none.
pub(super) const SETTABLE: [&str; 13] = [
    "name",
    "type",
    "organisation",
    "approach",
    "target_groups",
    "address",
    "service_area",
    "opening_hours",
    "languages",
    "accessibility",
    "phone",
    "url",
    "hidden",
];
/// Properties that are told beside them.
const TOLD: [&str; 1] = ["state"];

/// One of which nothing is said yet.
pub(super) fn blank(id: String) -> Resource {
    Resource {
        id,
        source: HTTP_SOURCE.to_owned(),
        organisation: None,
        name: String::new(),
        resource_type: String::new(),
        approach: None,
        target_groups: vec![],
        point: None,
        address: None,
        service_area: None,
        opening_hours: None,
        languages: vec![],
        accessibility: None,
        capacity: None,
        phone: None,
        url: None,
        visibility: Visibility::Public,
    }
}

/// The service with changes.
pub(super) fn changed(old: &Resource, changes: &Changes) -> Result<Resource, Wrong> {
    let mut new = old.clone();
    for (name, value) in &changes.properties {
        set(&mut new, name, value)?;
    }
    let is_hidden = new.visibility == Visibility::HiddenLocation;
    match &changes.geometry {
        // Of a hidden location no place is told, so none in an answer that comes back says nothing.
        Some(Value::Null) if is_hidden && old.visibility == Visibility::HiddenLocation => {}
        Some(geometry) => new.point = place::point(geometry)?,
        None => {}
    }
    for (name, value) in [("name", &new.name), ("type", &new.resource_type)] {
        if value.is_empty() {
            return Err(missing(name, &Value::Null, &format!("a text of 1 to {WORD} bytes")));
        }
    }
    if is_hidden && new.service_area.as_deref().and_then(super::first_area).is_none() {
        let what = "a hidden location is found by the area it serves alone, so it needs one";
        return Err(Wrong::property("service_area", &Value::Null, what, "names or ids of areas, separated by commas"));
    }
    if is_hidden {
        // The street address would give the place away, as in an import.
        new.address = None;
    }
    Ok(new)
}

fn set(r: &mut Resource, name: &str, value: &Value) -> Result<(), Wrong> {
    match name {
        "name" => r.name = needed(name, value, WORD)?,
        "type" => r.resource_type = kind(value)?,
        "organisation" => r.organisation = text(name, value, WORD)?,
        "approach" => r.approach = approach(name, value)?,
        "target_groups" => r.target_groups = list(name, value, ',')?,
        "address" => r.address = text(name, value, WORD)?,
        "service_area" => r.service_area = text(name, value, TEXT)?,
        "opening_hours" => r.opening_hours = text(name, value, WORD)?,
        "languages" => r.languages = languages(value)?,
        "accessibility" => r.accessibility = text(name, value, TEXT)?,
        "phone" => r.phone = text(name, value, WORD)?,
        "url" => r.url = url(value)?,
        "hidden" => match (value, r.visibility) {
            (Value::Bool(true), _) => r.visibility = Visibility::HiddenLocation,
            (Value::Bool(false), Visibility::HiddenLocation) => r.visibility = Visibility::Public,
            // Nothing said is nothing changed: it is told by no answer, so none that comes back has it.
            (Value::Bool(false) | Value::Null, _) => {}
            _ => return Err(Wrong::property(name, value, "this is neither true nor false", "true or false")),
        },
        _ => return Err(Wrong::unknown(name, value, &SETTABLE, &TOLD)),
    }
    Ok(())
}

fn kind(value: &Value) -> Result<String, Wrong> {
    let kind = needed("type", value, WORD)?;
    if kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        return Ok(kind);
    }
    let bound = "small letters, digits and _, for example youth_centre, school, health, shelter or family_support";
    Err(Wrong::property("type", value, "this is no type of service", bound))
}

fn languages(value: &Value) -> Result<Vec<String>, Wrong> {
    let all = list("languages", value, ',')?;
    let is_tag = |t: &String| (2..=35).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if all.iter().all(is_tag) {
        return Ok(all);
    }
    Err(Wrong::property("languages", value, "these are not all languages", "BCP 47 tags such as en, es-MX, ar"))
}

/// The page makes a link of it, so nothing but an address of the web.
fn url(value: &Value) -> Result<Option<String>, Wrong> {
    let url = text("url", value, TEXT)?;
    let is_web = |u: &String| {
        ["http://", "https://"].iter().any(|s| u.strip_prefix(s).is_some_and(|rest| !rest.is_empty()))
            && !u.contains(char::is_whitespace)
    };
    if url.as_ref().is_none_or(is_web) {
        return Ok(url);
    }
    Err(Wrong::property("url", value, "this is no address of the web", "https://... or http://..."))
}
