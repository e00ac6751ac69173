//! What anyone may know of the data: extents, months, collections, categories.

use jiff::civil::DateTime;

use crate::index::Snapshot;
use crate::model::{Code, Interval, LocalTime, LonLatBox, Tier, Visibility};
use crate::release::Release;
use crate::release::dims::{Cross, start_of};
use crate::store::SourceTerms;

/// What a caller may know of the data as a whole.
#[derive(Debug, Clone, Default)]
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
    /// Contexts under their definitions, as filters name them: `gang:eurogang-2006`.
    pub contexts: Vec<String>,
    /// Weapons that occur, in the sources' words; of exact tiers alone.
    pub weapons: Vec<String>,
    /// IANA zone of most incidents.
    pub zone: Option<String>,
    /// Where the data are from, and under which terms.
    pub sources: Vec<SourceTerms>,
}

/// What exact tiers may know of the data.
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
    let mut contexts: Vec<String> =
        snapshot.contexts().into_iter().map(|c| format!("{}:{}", c.kind.name(), c.definition)).collect();
    contexts.sort_unstable();
    contexts.dedup();
    Overview {
        generation: snapshot.name(),
        extent: union(snapshot.extent(), places.extent()),
        period: snapshot.period().map(to_months),
        areas: places.collections().map(|c| (c.name.clone(), c.level, c.areas.len())).collect(),
        categories: snapshot.categories(),
        resource_types,
        definitions,
        contexts,
        weapons: snapshot.weapons(),
        zone: snapshot.zone().map(str::to_owned),
        sources: snapshot.sources().to_vec(),
    }
}

/// What a tier below analyst may know: what the release tells, and the places; nothing before the first release.
#[must_use]
pub fn overview_of(release: Option<&Release>, tier: Tier, snapshot: &Snapshot) -> Overview {
    let Some(release) = release else { return Overview::default() };
    let cube = release.cube(tier);
    let told = cube.whole().map(|s| cube.leaves_of(s)).unwrap_or_default();
    let ends = [(180.0, 90.0), (-180.0, -90.0)];
    let [low, high] = told
        .iter()
        .flat_map(|l| l.node.corners())
        .fold(ends, |[a, b], (x, y)| [(f64::min(a.0, x), f64::min(a.1, y)), (f64::max(b.0, x), f64::max(b.1, y))]);
    let months = cube.dims.months();
    let named = |cross: &Cross| cross.context.as_ref().map(|c| c.1.clone());
    let mut definitions: Vec<String> = cube.dims.crosses.iter().filter_map(named).collect();
    definitions.dedup();
    let mut contexts: Vec<String> = cube
        .dims
        .crosses
        .iter()
        .filter_map(|cross| cross.context.as_ref())
        .map(|(kind, definition)| format!("{}:{definition}", kind.name()))
        .collect();
    contexts.sort_unstable();
    contexts.dedup();
    let mut categories: Vec<Code> = cube.told_categories().iter().filter_map(|c| Code::parse(c).ok()).collect();
    categories.sort_unstable();
    Overview {
        generation: release.name(),
        extent: union(LonLatBox::new(low.0, low.1, high.0, high.1).ok(), snapshot.places().extent()),
        period: months.map(|(first, end)| Interval { from: start_of(first), to: start_of(end) }),
        categories,
        definitions,
        contexts,
        weapons: vec![],
        ..overview(snapshot)
    }
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
