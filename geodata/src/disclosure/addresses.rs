//! How many addresses there are around a place: the density that a ring of so many of them is drawn by.

use std::sync::Arc;

use crate::index::{Collection, Snapshot, ground_km2};
use crate::model::LonLat;

/// Residents of a household, where only residents are known.
const RESIDENTS_A_HOUSEHOLD: f64 = 2.5;

/// Addresses per km2 by area, from the finest collection that knows households, else residents.
pub(super) struct Addresses {
    known: Option<(Arc<Collection>, Vec<f64>)>,
}

impl Addresses {
    /// Of a city; nothing is known where no area has a denominator.
    pub fn of(snapshot: &Snapshot) -> Self {
        let known = [("households", 1.0), ("residents", RESIDENTS_A_HOUSEHOLD)].into_iter().find_map(|(kind, each)| {
            let has = |c: &&Arc<Collection>| c.areas.iter().any(|a| a.denominator(kind).is_some());
            let finest = snapshot.places().collections().filter(has).max_by_key(|c| (c.level, c.areas.len()))?;
            let density = finest.areas.iter().map(|area| {
                let addresses = area.denominator(kind).map_or(f64::NAN, |d| d.value / each);
                addresses / ground_km2(&area.shape)
            });
            Some((Arc::clone(finest), density.collect()))
        });
        Self { known }
    }

    /// Addresses per km2 at a place; `None` where nobody knows.
    pub fn per_km2(&self, at: LonLat) -> Option<f64> {
        let (collection, density) = self.known.as_ref()?;
        let area = collection.area_of(at)?;
        density.get(area as usize).copied().filter(|d| d.is_finite() && *d >= 0.0)
    }
}
