//! A snapshot and the newest release with what every request asks of them, worked out once.

use std::sync::Arc;

use geodata::crs::Crs;
use geodata::disclosure::{Overview, Tier, overview, overview_of};
use geodata::index::Snapshot;
use geodata::policy::Policy;
use geodata::release::{Document, Release};
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil::Date};

use super::params::Known;

/// One state of the data, as requests see it.
pub struct View {
    /// The data.
    pub snapshot: Arc<Snapshot>,
    /// What tiers below analyst are answered from; `None` before the first.
    pub release: Option<Arc<Release>>,
    /// Records of the releases that the catalogue lists, the oldest first.
    pub releases: Arc<Vec<Document>>,
    seen: [Seen; 3],
    policy_hash: String,
}

/// What callers of a tier may know of the data as a whole.
pub struct Seen {
    /// Extents, months, collections, categories.
    pub overview: Overview,
    /// What filters need to know.
    pub known: Known,
}

impl View {
    /// Of a snapshot, the newest release and the records of all.
    #[must_use]
    pub fn new(snapshot: Arc<Snapshot>, release: Option<Arc<Release>>, releases: Arc<Vec<Document>>) -> Self {
        let told = |tier| Seen::new(overview_of(release.as_deref(), tier, &snapshot));
        let seen = [told(Tier::Public), told(Tier::Partner), Seen::new(overview(&snapshot))];
        let policy_hash = policy_of(release.as_deref()).hash();
        Self { snapshot, release, releases, seen, policy_hash }
    }

    /// What callers of a tier may know.
    #[must_use]
    pub fn seen(&self, tier: Tier) -> &Seen {
        let [public, partner, exact] = &self.seen;
        match tier {
            Tier::Public => public,
            Tier::Partner => partner,
            Tier::Analyst | Tier::Custodian => exact,
        }
    }

    /// The policy in force.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        policy_of(self.release.as_deref())
    }

    /// Its hash, which is in every tag.
    #[must_use]
    pub fn policy_hash(&self) -> &str {
        &self.policy_hash
    }
}

fn policy_of(release: Option<&Release>) -> &Policy {
    match release {
        Some(release) => release.policy(),
        None => Policy::standard(),
    }
}

impl Seen {
    fn new(overview: Overview) -> Self {
        let zone = overview.zone.as_deref().and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
        let now: Date = zone.to_datetime(Timestamp::now()).date();
        let end = overview.period.and_then(|p| p.to.civil()).map(|t| t.date());
        let today = end.map_or(now, |end| end.min(now));
        let local_epsg = overview.extent.map(Crs::utm_zone_of);
        Self { overview, known: Known { zone, today, local_epsg } }
    }
}
