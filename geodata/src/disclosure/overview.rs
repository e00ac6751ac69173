//! What anyone may know of the data: extents, months, collections, categories.

use jiff::civil::DateTime;

use super::policy::PUBLIC_LEVEL;
use crate::index::Snapshot;
use crate::model::{Code, Interval, LocalTime, LonLat, LonLatBox, MercatorPoint, Visibility};
use crate::store::SourceTerms;

/// What anyone may know of the data.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Name of the snapshot: which data file, in which state. It changes with every import.
    pub generation: String,
    /// Bounds of the areas and of the public cells with incidents, degrees: cells, never points.
    pub extent: Option<LonLatBox>,
    /// From the first month with incidents to the end of the last.
    pub period: Option<Interval>,
    /// Area collections: id, level, number of areas.
    pub areas: Vec<(String, u8, usize)>,
    /// ICCS codes that occur, with their ancestors.
    pub categories: Vec<Code>,
    /// Resource types that occur (not of hidden locations).
    pub resource_types: Vec<String>,
    /// Definitions under which contexts were assessed, by name.
    pub definitions: Vec<String>,
    /// IANA zone of most incidents.
    pub zone: Option<String>,
    /// Where the data are from, and under which terms.
    pub sources: Vec<SourceTerms>,
}

/// What anyone may know of the data.
#[must_use]
pub fn overview(snapshot: &Snapshot) -> Overview {
    let places = snapshot.places();
    let mut resource_types: Vec<String> = places
        .resources
        .iter()
        .filter(|r| r.visibility == Visibility::Public)
        .map(|r| r.resource_type.clone())
        .collect();
    resource_types.sort_unstable();
    resource_types.dedup();
    let mut definitions: Vec<String> = snapshot.contexts().into_iter().map(|c| c.definition).collect();
    definitions.sort_unstable();
    definitions.dedup();
    Overview {
        generation: snapshot.name(),
        extent: union(snapshot.extent().and_then(to_cells), places.extent()),
        period: snapshot.period().map(to_months),
        areas: places.collections().map(|c| (c.name.clone(), c.level, c.areas.len())).collect(),
        categories: snapshot.categories(),
        resource_types,
        definitions,
        zone: snapshot.zone().map(str::to_owned),
        sources: snapshot.sources().to_vec(),
    }
}

/// The box widened to whole public cells, so that its edges show no incident.
fn to_cells(b: LonLatBox) -> Option<LonLatBox> {
    let shift = 32 - u32::from(PUBLIC_LEVEL);
    let low = |v: u32| v >> shift << shift;
    let high = |v: u32| v | ((1 << shift) - 1);
    let nw = MercatorPoint::from(LonLat::new(b.west, b.north).ok()?);
    let se = MercatorPoint::from(LonLat::new(b.east, b.south).ok()?);
    let nw = MercatorPoint { x: low(nw.x), y: low(nw.y) }.lon_lat();
    let se = MercatorPoint { x: high(se.x), y: high(se.y) }.lon_lat();
    LonLatBox::new(nw.lon(), se.lat(), se.lon(), nw.lat()).ok()
}

fn union(a: Option<LonLatBox>, b: Option<LonLatBox>) -> Option<LonLatBox> {
    match (a, b) {
        (Some(a), Some(b)) => Some(LonLatBox {
            west: a.west.min(b.west),
            south: a.south.min(b.south),
            east: a.east.max(b.east),
            north: a.north.max(b.north),
        }),
        (a, b) => a.or(b),
    }
}

/// The smallest interval of whole months around one.
pub(super) fn to_months(i: Interval) -> Interval {
    let month_of = |t: LocalTime| t.civil().map(|c| c.date().first_of_month());
    let from = month_of(i.from).map_or(i.from, |d| LocalTime::from_civil(DateTime::from(d)));
    let last = month_of(LocalTime(i.to.0.saturating_sub(1)));
    let to = last.and_then(|d| d.checked_add(jiff::Span::new().months(1)).ok());
    let to = to.map_or(i.to, |d| LocalTime::from_civil(DateTime::from(d)));
    Interval { from, to }
}
