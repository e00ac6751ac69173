//! Masked points: single records for partners whose agreement says so, each moved by a ring of addresses around its place.
//!
//! A box, a page and every number are of masked positions; nothing that is told follows the true ones or the order of the
//! import. Sensitive records are not among them at all.

use std::collections::HashMap;

use super::addresses::Addresses;
use super::ring::{Basis, Place, Ring};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::index::{Snapshot, StandIns};
use crate::model::{Code, ContextValue, Discovery, LocalTime, LonLat, PrecisionSet, Profile, Quality, Victim};
use crate::policy::Policy;
use crate::release::dims::{Month, month_of};
use crate::store::{RecordRef, Secret, Store};

/// Keys the masks of the city's incidents, whatever their source: a place in two sources has one mask.
const DATASET: &str = "incidents";
/// Name of the secret that masks are drawn with.
const SECRET: &str = "masked points";
/// Age from which a victim is no minor.
const OF_AGE: u8 = 18;
/// An id has so many bits less than 64, so that it is a positive number everywhere.
const ID_SHIFT: u32 = 1;

/// A record, as partners may see it.
pub(super) struct Row {
    /// A keyed hash of the record; rows are in its order.
    pub id: u64,
    /// Number of its mask.
    pub mask: u32,
    /// Number of its kind.
    pub kind: u32,
    /// Month that it may have begun in, and the last that it may have.
    pub months: (Month, Month),
}

/// A masked place.
pub(super) struct Mask {
    pub at: LonLat,
    pub ring: Ring,
    pub told_radius_m: f64,
}

/// What is told of a record's category.
pub(super) struct Kind {
    /// Candidates of each offence, at the level that is told apart.
    pub offences: Vec<Vec<Code>>,
    pub is_police_initiated: bool,
}

/// The masked records of one state of a data file. Make it once a snapshot and keep it.
pub struct MaskedPoints {
    pub(super) rows: Vec<Row>,
    pub(super) masks: Vec<Mask>,
    pub(super) kinds: Vec<Kind>,
    pub(super) policy: Policy,
}

impl MaskedPoints {
    /// Those of the data file that a snapshot was built from, under the file's own secret.
    ///
    /// # Errors
    /// The file cannot be read, or written where its secret is new; a stopped job.
    pub fn of(snapshot: &Snapshot, policy: &Policy, cancel: &Cancel) -> Result<Self> {
        let Some(path) = snapshot.source() else {
            return Ok(Self { rows: vec![], masks: vec![], kinds: vec![], policy: policy.clone() });
        };
        let store = Store::open_read(path)?;
        let secret = match store.known_secret(SECRET)? {
            Some(secret) => secret,
            None => Store::open(path)?.secret(SECRET)?,
        };
        Self::build(&store, snapshot, &secret, policy, cancel)
    }

    /// Masks the records of a data file; `snapshot` is of the same file, and knows how many addresses there are where.
    ///
    /// # Errors
    /// The file cannot be read; a stopped job.
    pub fn build(
        store: &Store,
        snapshot: &Snapshot,
        secret: &Secret,
        policy: &Policy,
        cancel: &Cancel,
    ) -> Result<Self> {
        let mut build = Build {
            secret,
            policy,
            addresses: Addresses::of(snapshot),
            stand_ins: StandIns::new(store.default_points()?.into_iter().map(|d| (d.source, d.point))),
            masks: vec![],
            mask_of: HashMap::new(),
            rows: vec![],
        };
        let (mut kinds, mut kind_of) = (vec![], HashMap::new());
        for (number, profile) in store.profiles()? {
            if let Some(kind) = kind(&profile, policy) {
                kind_of.insert(number, (kinds.len() as u32, profile));
                kinds.push(kind);
            }
        }
        if let Some((first, last)) = store.fid_bounds()? {
            let mut seen = 0u32;
            store.scan_records(first..last.saturating_add(1), &mut |record| {
                if seen.is_multiple_of(4096) {
                    cancel.check()?;
                }
                seen = seen.wrapping_add(1);
                if let Some((kind, profile)) = kind_of.get(&record.profile) {
                    build.push(&record, *kind, profile);
                }
                Ok(())
            })?;
        }
        let Build { mut rows, masks, .. } = build;
        rows.sort_unstable_by_key(|r| r.id);
        Ok(Self { rows, masks, kinds, policy: policy.clone() })
    }

    /// Rough size in memory, bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.rows.len() * size_of::<Row>() + self.masks.len() * size_of::<Mask>()
    }
}

/// Masks on their way.
struct Build<'a> {
    secret: &'a Secret,
    policy: &'a Policy,
    addresses: Addresses,
    stand_ins: StandIns,
    masks: Vec<Mask>,
    mask_of: HashMap<Place, u32>,
    rows: Vec<Row>,
}

impl Build<'_> {
    fn push(&mut self, record: &RecordRef<'_>, kind: u32, profile: &Profile) {
        let point = record.point.filter(|p| !self.stand_ins.has(&profile.source, *p));
        let (Some(point), Some(from)) = (point, month_of(LocalTime(record.from))) else { return };
        if self.policy.sensitive.minor_victims && record.victims.is_some_and(may_be_minor) {
            return;
        }
        let last = month_of(LocalTime(record.to.saturating_sub(1).max(record.from))).unwrap_or(from);
        let mac = self.secret.mac(&[b"masked record", profile.source.as_bytes(), record.key]);
        let id = mac[..8].iter().fold(0u64, |n, b| n << 8 | u64::from(*b)) >> ID_SHIFT;
        let mask = self.mask(point);
        self.rows.push(Row { id, mask, kind, months: (from, last) });
    }

    /// Number of the mask of a true place.
    fn mask(&mut self, point: LonLat) -> u32 {
        let place = Place::from(point);
        *self.mask_of.entry(place).or_insert_with(|| {
            let rules = &self.policy.masked_points;
            let ring = Ring::of(self.addresses.per_km2(place.centre()), rules);
            let at = place.masked(self.secret, DATASET, &ring, rules.decimals);
            let told_radius_m = ring.told_radius_m(place, rules.decimals);
            self.masks.push(Mask { at, ring, told_radius_m });
            self.masks.len() as u32 - 1
        })
    }
}

impl Mask {
    /// Addresses that the circle holds, rounded down to fives; NaN where unknown.
    pub fn told_addresses(&self) -> f64 {
        (self.ring.addresses / 5.0).floor() * 5.0
    }

    pub fn basis(&self) -> Basis {
        self.ring.basis
    }
}

/// What is told of the records of a profile; `None` where they are left out: sensitive ones, and those of which nobody can
/// say whether they are (no code), or where they were (areas, stand-ins).
fn kind(profile: &Profile, policy: &Policy) -> Option<Kind> {
    let codes = || profile.offences.iter().flat_map(|o| &o.candidates).map(|c| c.code);
    let is_coded = !profile.offences.is_empty() && profile.offences.iter().all(|o| !o.candidates.is_empty());
    // Assessed without result may be so; a link past its review date was so once.
    let is_touchy = profile.context.iter().any(|link| {
        matches!(link.value, ContextValue::Yes | ContextValue::Unknown)
            && policy.sensitive.contexts.iter().any(|kind| kind == link.kind.name())
    });
    let has_place =
        PrecisionSet::POINTLIKE.has(profile.location_precision) && !profile.quality.has(Quality::SENTINEL_POINT);
    if !is_coded || is_touchy || !has_place || codes().any(|code| policy.is_sensitive_point(code)) {
        return None;
    }
    let level = policy.partner.category_level;
    let offences = profile.offences.iter().map(|offence| {
        let mut told: Vec<Code> = offence.candidates.iter().map(|c| at_level(c.code, level)).collect();
        told.sort_unstable();
        told.dedup();
        told
    });
    let is_police_initiated = profile.discovery == Discovery::PoliceInitiated;
    Some(Kind { offences: offences.collect(), is_police_initiated })
}

/// The code itself, or the one above it that is of the level.
pub(super) fn at_level(code: Code, level: u8) -> Code {
    match code.parent() {
        Some(above) if code.level() > level => at_level(above, level),
        _ => code,
    }
}

/// Whether any victim of a list as the file holds it may be under age; a list that cannot be read may hold one.
fn may_be_minor(victims: &str) -> bool {
    serde_json::from_str::<Vec<Victim>>(victims)
        .map_or(true, |all| all.iter().any(|v| v.age.is_some_and(|(least, _)| least < OF_AGE)))
}
