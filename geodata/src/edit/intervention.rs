//! A programme as features write it.

use serde_json::Value;

use super::value::{TEXT, WORD, approach, day, list, missing, needed, text};
use super::{Changes, Wrong, place};
use crate::model::Intervention;

/// Properties that are set.
pub(super) const SETTABLE: [&str; 7] = ["name", "aims", "approach", "start", "end", "partners", "design"];
/// Properties that are told beside them.
const TOLD: [&str; 2] = ["area", "state"];

/// One of which nothing is said yet.
pub(super) fn blank(id: String) -> Intervention {
    Intervention {
        id,
        name: String::new(),
        aims: vec![],
        approach: None,
        place: None,
        comparison: None,
        start: String::new(),
        end: None,
        dosage: None,
        cost: None,
        partners: vec![],
        design: None,
        registered_at: None,
        registered_hash: None,
        tags: vec![],
    }
}

/// The programme with changes.
pub(super) fn changed(old: &Intervention, changes: &Changes) -> Result<Intervention, Wrong> {
    let mut new = old.clone();
    for (name, value) in &changes.properties {
        set(&mut new, name, value)?;
    }
    if let Some(geometry) = &changes.geometry {
        new.place = place::polygons(geometry)?;
    }
    if new.name.is_empty() {
        return Err(missing("name", &Value::Null, &format!("a text of 1 to {WORD} bytes")));
    }
    if new.start.is_empty() {
        return Err(missing("start", &Value::Null, "the first day, YYYY-MM-DD: an effect is measured from it"));
    }
    if let Some(end) = new.end.as_ref().filter(|end| **end < new.start && new != *old) {
        let bound = format!("{} or later", new.start);
        return Err(Wrong::property("end", &Value::from(end.as_str()), "the last day is before the first", bound));
    }
    Ok(new)
}

fn set(i: &mut Intervention, name: &str, value: &Value) -> Result<(), Wrong> {
    match name {
        "name" => i.name = needed(name, value, WORD)?,
        "aims" => i.aims = list(name, value, ';')?,
        "approach" => i.approach = approach(name, value)?,
        "start" => i.start = day(name, value)?.unwrap_or_default(),
        "end" => i.end = day(name, value)?,
        "partners" => i.partners = list(name, value, ';')?,
        "design" => i.design = text(name, value, TEXT)?,
        _ => return Err(Wrong::unknown(name, value, &SETTABLE, &TOLD)),
    }
    Ok(())
}
