//! Single records made, changed and removed for the service: each in one transaction in which what is told of the record
//! now is judged first, so that no change of someone else is lost.
//!
//! A caller gives what is to be other than what is told ([`Changes`]); what is not told of a record stays as it is.

mod incident;
mod intervention;
mod place;
mod resource;
mod time;
mod value;

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::disclosure::{self, Ask, Released, Tier};
use crate::error::{Error, Kind, Result};
use crate::model::{Resource, Visibility};
use crate::store::keys::random_id;
use crate::store::{Store, Written};
use crate::table::Table;

/// Why removed records stay away from later imports, as their tombstones say.
const REASON: &str = "deleted over HTTP";

/// What can be written one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// Help and services.
    Resources,
    /// Programmes.
    Interventions,
    /// Recorded incidents.
    Incidents,
}

/// Which record is meant.
pub struct Target<'a> {
    /// Its layer.
    pub layer: Layer,
    /// The id that it is told by.
    pub id: &'a str,
    /// The area by which a hidden location is found.
    pub service_area: Option<&'a str>,
}

/// What is to be other than what is told: members of a GeoJSON feature. A property is taken away by null.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// Properties by name.
    pub properties: Map<String, Value>,
    /// The geometry, where it is another one; null takes it away.
    pub geometry: Option<Value>,
}

/// A value that cannot be taken: where, which, and what it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Where in the feature, as a JSON pointer.
    pub pointer: String,
    /// The value, as JSON.
    pub value: String,
    /// What is wrong.
    pub what: String,
    /// What it may be.
    pub bound: String,
}

/// A removal that is done.
pub struct Removed {
    /// What it did to the file.
    pub written: Written,
    /// Why an erased record may still be in a byte of the file, which retention writes anew.
    pub traces: Option<Error>,
}

/// What an edit answers where it is refused: whatever the caller makes of an error and of a wrong value.
pub trait Refusal: From<Error> + From<Wrong> {}

impl<E: From<Error> + From<Wrong>> Refusal for E {}

impl Layer {
    /// Properties that a feature of the layer may set; what is told beside them is made by the service.
    #[must_use]
    pub fn settable(self) -> &'static [&'static str] {
        match self {
            Self::Resources => &resource::SETTABLE,
            Self::Interventions => &intervention::SETTABLE,
            Self::Incidents => &incident::SETTABLE,
        }
    }

    /// Whether a tier may write: places from analyst tier on, single incidents for custodians alone.
    ///
    /// # Errors
    /// Forbidden, with the tier that is needed.
    pub fn is_written_by(self, tier: Tier) -> Result<()> {
        let needed = if self == Self::Incidents { Tier::Custodian } else { Tier::Analyst };
        if tier >= needed {
            return Ok(());
        }
        Err(Error::forbidden(
            format!("this collection is written with keys of {} tier, not of {}", needed.name(), tier.name()),
            "ask the owner of the data to write it, or for such a key",
        ))
    }
}

/// Makes a record, and tells it as a request for it would be told. `author` is kept beside it.
///
/// # Errors
/// A value that cannot be taken; a hidden location by another than a custodian; an import under way; a file that cannot be
/// written.
pub fn create<E: Refusal>(
    store: &Store,
    ask: &Ask<'_>,
    layer: Layer,
    author: &str,
    changes: &Changes,
) -> std::result::Result<(Released<Table>, Written), E> {
    layer.is_written_by(ask.tier)?;
    // Never a number alone, which the index of keys would take for one of a sorted file.
    let id = format!("w{}{}", random_id()?, random_id()?);
    store.in_one_go(layer != Layer::Incidents, |store| match layer {
        Layer::Resources => {
            permit(ask.tier, Visibility::Public, changes)?;
            let new = resource::changed(&resource::blank(id), changes)?;
            alone::<E>(store, &new, None)?;
            store.put_resource(None, author, &new)?;
            let told = told(new);
            Ok(disclosure::resources_table(ask, &[told]))
        }
        Layer::Interventions => {
            let new = intervention::changed(&intervention::blank(id), changes)?;
            store.put_intervention(None, author, &new)?;
            Ok(disclosure::interventions_table(ask, &[Arc::new(new)]))
        }
        Layer::Incidents => {
            let new = incident::changed(&incident::blank(id, ask.snapshot.zone()), changes, true)?;
            let fid = store.put_incident(None, author, &new)?;
            Ok(disclosure::incidents_table(ask, &[(fid, new)], 1))
        }
    })
}

/// Changes a record: `judge` sees what is told of it now and says what is to be other. Nothing is written where that is
/// nothing, and nobody writes between the two.
///
/// # Errors
/// No such record; what `judge` answers; as [`create`].
pub fn change<E: Refusal>(
    store: &Store,
    ask: &Ask<'_>,
    target: &Target<'_>,
    author: &str,
    judge: impl FnOnce(&Released<Table>) -> std::result::Result<Changes, E>,
) -> std::result::Result<(Released<Table>, Written), E> {
    target.layer.is_written_by(ask.tier)?;
    store.in_one_go(target.layer != Layer::Incidents, |store| match target.layer {
        Layer::Resources => {
            let (fid, old, table) = resource_of(store, ask, target)?;
            let changes = judge(&table)?;
            permit(ask.tier, old.visibility, &changes)?;
            let new = resource::changed(&old, &changes)?;
            if new == *old {
                return Ok(table);
            }
            alone::<E>(store, &new, Some(fid))?;
            store.put_resource(Some(fid), author, &new)?;
            Ok(disclosure::resources_table(ask, &[told(new)]))
        }
        Layer::Interventions => {
            let (fid, old) = store.intervention(target.id)?.ok_or_else(|| none(target))?;
            let old = Arc::new(old);
            let table = disclosure::interventions_table(ask, &[Arc::clone(&old)]);
            let new = intervention::changed(&old, &judge(&table)?)?;
            if new == *old {
                return Ok(table);
            }
            store.put_intervention(Some(fid), author, &new)?;
            Ok(disclosure::interventions_table(ask, &[Arc::new(new)]))
        }
        Layer::Incidents => {
            let (fid, old) = incident_of(store, target)?;
            let table = disclosure::incidents_table(ask, &[(fid, old.clone())], 1);
            let new = incident::changed(&old, &judge(&table)?, false)?;
            if new == old {
                return Ok(table);
            }
            store.put_incident(Some(fid), author, &new)?;
            Ok(disclosure::incidents_table(ask, &[(fid, new)], 1))
        }
    })
}

/// Removes a record once `judge` has seen what is told of it now. Later imports leave it out; an incident is erased.
///
/// # Errors
/// No such record; what `judge` answers; as [`create`].
pub fn remove<E: Refusal>(
    store: &mut Store,
    ask: &Ask<'_>,
    target: &Target<'_>,
    judge: impl FnOnce(&Released<Table>) -> std::result::Result<(), E>,
) -> std::result::Result<Removed, E> {
    target.layer.is_written_by(ask.tier)?;
    let secret = store.tombstone_secret()?;
    let is_of_help = target.layer != Layer::Incidents;
    let ((), written) = store.in_one_go(is_of_help, |store| match target.layer {
        Layer::Resources => {
            let (fid, old, table) = resource_of(store, ask, target)?;
            judge(&table)?;
            permit(ask.tier, old.visibility, &Changes::default())?;
            Ok::<_, E>(store.remove_resource(fid, &secret, &old, REASON)?)
        }
        Layer::Interventions => {
            let (fid, old) = store.intervention(target.id)?.ok_or_else(|| none(target))?;
            judge(&disclosure::interventions_table(ask, &[Arc::new(old)]))?;
            Ok(store.remove_intervention(fid, &secret, target.id, REASON)?)
        }
        Layer::Incidents => {
            let (fid, old) = incident_of(store, target)?;
            judge(&disclosure::incidents_table(ask, &[(fid, old)], 1))?;
            Ok(store.erase_one(fid, &secret, REASON)?)
        }
    })?;
    let traces = if is_of_help { None } else { store.write_anew().err() };
    Ok(Removed { written, traces })
}

/// The resource that is told by the id, its number, and what is told of it.
fn resource_of(store: &Store, ask: &Ask<'_>, target: &Target<'_>) -> Result<(i64, Arc<Resource>, Released<Table>)> {
    for (fid, resource) in store.resources_told_as(target.id)? {
        let resource = Arc::new(resource);
        let told = disclosure::told_alone(&resource, ask.tier, target.service_area);
        if let Some(told) = told.filter(|told| disclosure::told_id(told) == target.id) {
            return Ok((fid, resource, disclosure::resources_table(ask, &[told])));
        }
    }
    Err(none(target))
}

fn incident_of(store: &Store, target: &Target<'_>) -> Result<(i64, crate::model::Incident)> {
    // Only the one way to write a number is an id.
    let fid = target.id.parse::<i64>().ok().filter(|fid| fid.to_string() == target.id).ok_or_else(|| none(target))?;
    store.incident(fid)?.ok_or_else(|| none(target))
}

/// What is told of a resource that its writer knows, found by whatever it is found by.
fn told(resource: Resource) -> Arc<Resource> {
    let resource = Arc::new(resource);
    let area = resource.service_area.as_deref().and_then(first_area);
    disclosure::told_alone(&resource, Tier::Custodian, area).unwrap_or(resource)
}

/// The first of the areas that a resource serves: a hidden location is found by it.
#[must_use]
pub fn first_area(service_area: &str) -> Option<&str> {
    service_area.split([',', ';']).map(str::trim).find(|area| !area.is_empty())
}

/// Hidden locations are written by custodians alone.
fn permit(tier: Tier, before: Visibility, changes: &Changes) -> Result<()> {
    let is_hidden =
        before == Visibility::HiddenLocation || changes.properties.get("hidden") == Some(&Value::Bool(true));
    if is_hidden && tier < Tier::Custodian {
        return Err(Error::forbidden(
            "a hidden location is made, changed and removed by custodians alone",
            "leave out hidden, or use a key of custodian tier",
        ));
    }
    Ok(())
}

/// Two hidden locations of which the same is told could not be told apart by anyone.
fn alone<E: Refusal>(store: &Store, new: &Resource, own: Option<i64>) -> std::result::Result<(), E> {
    if new.visibility != Visibility::HiddenLocation {
        return Ok(());
    }
    let id = disclosure::told_id(&told(new.clone()));
    let others = store.resources_told_as(&id)?.into_iter().filter(|(fid, _)| Some(*fid) != own);
    let is_same = others
        .filter(|(_, r)| r.visibility == Visibility::HiddenLocation)
        .any(|(_, r)| disclosure::told_id(&told(r)) == id);
    if is_same {
        let bound = "a name, organisation, type or service_area that differs from its";
        let what = "a hidden location that tells the same is there already";
        return Err(Wrong::property("name", &Value::from(new.name.as_str()), what, bound).into());
    }
    Ok(())
}

fn none(target: &Target<'_>) -> Error {
    Error::new(
        Kind::NotFound,
        format!("there is no feature {:?} to be changed", target.id.chars().take(120).collect::<String>()),
        "make one with POST to the items of the collection; PUT makes none",
    )
}

#[cfg(test)]
mod process_tests;
