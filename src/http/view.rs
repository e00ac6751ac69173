//! A snapshot with what every request asks of it, worked out once.

use std::sync::Arc;

use geodata::disclosure::{Overview, overview};
use geodata::index::Snapshot;
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil::Date};

use super::params::Known;

/// One state of the data, as requests see it.
pub struct View {
    /// The data.
    pub snapshot: Arc<Snapshot>,
    /// What anyone may know of it.
    pub overview: Overview,
    /// What filters need to know of it.
    pub known: Known,
}

impl View {
    /// Of a snapshot.
    #[must_use]
    pub fn new(snapshot: Arc<Snapshot>) -> Self {
        let overview = overview(&snapshot);
        let zone = overview.zone.as_deref().and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
        let now: Date = zone.to_datetime(Timestamp::now()).date();
        let end = overview.period.and_then(|p| p.to.civil()).map(|t| t.date());
        let today = end.map_or(now, |end| end.min(now));
        Self { snapshot, overview, known: Known { zone, today } }
    }
}
