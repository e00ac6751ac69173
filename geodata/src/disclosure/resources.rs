//! Help and services: public places, but for refuges, which are found by the area they serve and by telephone.

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use super::answers::{Ask, Page, Part};
use super::places::{page, released};
use super::released::Released;
use crate::error::Result;
use crate::index::in_order;
use crate::model::{LonLatBox, Resource, Tier, Visibility};
use crate::table::{Column, Shapes, Table, Values};

/// Which resources are asked for.
#[derive(Debug, Clone, Default)]
pub struct Help {
    /// Types; all if empty.
    pub types: Vec<String>,
    /// Name or id of an area as the sources write it: those that serve it, hidden locations among them.
    pub service_area: Option<String>,
}

/// Resources in the box that the tier may see.
///
/// A hidden location is found by its service area alone: it is in no listing, count or page without one, and in none
/// with a box. Its row has no point and nothing that leads to one, at every tier.
///
/// # Errors
/// None but those of a stopped request.
pub fn resources(ask: &Ask<'_>, asked: &Help, within: LonLatBox, part: Part<'_>) -> Result<Page> {
    ask.opened()?;
    let places = ask.snapshot.places();
    let is_asked = |r: &Resource| {
        (asked.types.is_empty() || asked.types.contains(&r.resource_type))
            && asked.service_area.as_deref().is_none_or(|area| serves(r, area))
    };
    // Resources without a point have no place in a box; only the whole Earth holds them.
    let is_everywhere = within == LonLatBox::WORLD;
    let near = if is_everywhere { (0..places.resources.len()).collect() } else { places.resources_in(within) };
    let near = near.into_iter().filter_map(|i| places.resources.get(i).map(Arc::clone));
    let mut found: Vec<Arc<Resource>> = near.filter(|r| has_open_place(r, ask.tier) && is_asked(r)).collect();
    if is_everywhere && asked.service_area.is_some() {
        let hidden = |r: &Arc<Resource>| r.visibility == Visibility::HiddenLocation && is_asked(r);
        found.extend(places.resources.iter().filter(|r| hidden(r)).map(without_place));
        // By the ids that are told, so that their order tells nothing either.
        found.sort_by(|a, b| in_order([&a.source, &a.id], [&b.source, &b.id]));
    }
    let (rows, matched, next, cursors) = page(&found, |r| told_id(r), part);
    Ok(Page { table: table(ask, &rows), matched, next, cursors })
}

/// A resource as a request for this one is told of it: as it is where the tier may see its place, without its place where
/// it is hidden and asked for by an area that it serves; nothing otherwise.
pub(crate) fn told_alone(r: &Arc<Resource>, tier: Tier, service_area: Option<&str>) -> Option<Arc<Resource>> {
    let is_asked = service_area.is_none_or(|area| serves(r, area));
    match r.visibility {
        _ if !is_asked => None,
        Visibility::HiddenLocation => service_area.map(|_| without_place(r)),
        _ => has_open_place(r, tier).then(|| Arc::clone(r)),
    }
}

/// Id by which a resource is told.
pub(crate) fn told_id(told: &Resource) -> String {
    format!("{}.{}", told.source, told.id)
}

/// Resources as rows. What is hidden in them was taken away before.
pub(crate) fn table(ask: &Ask<'_>, rows: &[Arc<Resource>]) -> Released<Table> {
    let text = |name, of: fn(&Resource) -> String| Column {
        name,
        unit: "",
        values: Values::Text(rows.iter().map(|r| of(r)).collect()),
    };
    let columns = vec![
        text("name", |r| r.name.clone()),
        text("type", |r| r.resource_type.clone()),
        text("organisation", |r| r.organisation.clone().unwrap_or_default()),
        text("approach", |r| r.approach.clone().unwrap_or_default()),
        text("target_groups", |r| r.target_groups.join(", ")),
        text("address", |r| r.address.clone().unwrap_or_default()),
        text("service_area", |r| r.service_area.clone().unwrap_or_default()),
        text("opening_hours", |r| r.opening_hours.clone().unwrap_or_default()),
        text("languages", |r| r.languages.join(", ")),
        text("accessibility", |r| r.accessibility.clone().unwrap_or_default()),
        text("phone", |r| r.phone.clone().unwrap_or_default()),
        text("url", |r| r.url.clone().unwrap_or_default()),
    ];
    let ids = rows.iter().map(|r| told_id(r)).collect();
    let points = rows.iter().map(|r| r.point).collect();
    released(ask, Shapes::Points(points), ids, columns)
}

/// Whether the tier may see where it is.
fn has_open_place(r: &Resource, tier: Tier) -> bool {
    match r.visibility {
        Visibility::Public => true,
        Visibility::Partner => tier >= Tier::Partner,
        Visibility::HiddenLocation => false,
    }
}

/// Whether the area is among those that it names, which commas or semicolons separate.
fn serves(r: &Resource, area: &str) -> bool {
    let wanted = area.trim().to_lowercase();
    let named = r.service_area.as_deref().unwrap_or_default().split([',', ';']);
    !wanted.is_empty() && named.map(|one| one.trim().to_lowercase()).any(|one| one == wanted)
}

/// What may be told of a hidden location. An id may have been made from the place, so that guesses could be tried
/// against it: the one told is made of nothing but what the row tells anyway.
fn without_place(r: &Arc<Resource>) -> Arc<Resource> {
    let area = r.service_area.as_deref().unwrap_or_default();
    let told = [&r.source, r.organisation.as_deref().unwrap_or_default(), &r.name, &r.resource_type, area];
    Arc::new(Resource {
        id: format!("hidden-{:016x}", xxh3_64(told.join("\u{1f}").as_bytes())),
        point: None,
        address: None,
        accessibility: None,
        capacity: None,
        url: None,
        ..Resource::clone(r)
    })
}

#[cfg(test)]
#[path = "resources_tests.rs"]
mod tests;
