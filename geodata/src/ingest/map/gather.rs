//! Rows that are victims or offences, gathered to the incidents that they are part of.

use std::collections::HashMap;
use std::sync::Arc;

use xxhash_rust::xxh3::{Xxh3Builder, xxh3_64};

use super::super::batch::ReadSummary;
use super::super::source::Repeats;
use super::profile::stable_hash;
use crate::limits::MAX_GATHERED;
use crate::model::{ContextValue, Discovery, Incident, Profile};

/// Why a row is left out that adds to an incident of which the file has no first report.
const NO_INITIAL: &str = "a supplement to an incident whose first report is not in the file";

/// What the rows with one key are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    Victims,
    Offences,
}

impl Rows {
    /// Nothing where every row is an incident of its own.
    pub(crate) fn of(repeats: Repeats) -> Option<Self> {
        match repeats {
            Repeats::Victims => Some(Self::Victims),
            Repeats::Offences => Some(Self::Offences),
            Repeats::Replace | Repeats::Separate => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Victims => "victims",
            Self::Offences => "offences",
        }
    }
}

/// An incident while rows are added to it.
struct Open {
    incident: Incident,
    /// Rows, while all of them are supplements.
    supplements: u64,
}

/// Incidents by key, in the order in which they first occurred.
///
/// An incident has the time and place of its first row that is no supplement, the victims and offences of all, the gravest
/// offence (lowest ICCS code) first.
pub(crate) struct Gather {
    rows: Rows,
    open: Vec<Open>,
    by_key: HashMap<u64, usize, Xxh3Builder>,
    merged: HashMap<(u64, u64), Arc<Profile>>,
    overflowed: bool,
}

impl Gather {
    pub(crate) fn new(rows: Rows) -> Self {
        let (by_key, merged) = (HashMap::default(), HashMap::new());
        Self { rows, open: vec![], by_key, merged, overflowed: false }
    }

    pub(crate) fn add(&mut self, row: Incident, is_supplement: bool, out: &mut Vec<Incident>, sum: &mut ReadSummary) {
        let hash = xxh3_64(row.key.as_bytes());
        let found = self.by_key.get(&hash).map(|at| &mut self.open[*at]).filter(|o| o.incident.key == row.key);
        if let Some(open) = found {
            let is_first_report = open.supplements > 0 && !is_supplement;
            open.supplements = if is_supplement && open.supplements > 0 { open.supplements + 1 } else { 0 };
            let incident = &mut open.incident;
            // What comes first in the file does not decide: the report does, and a supplement adds to it.
            let added = if is_first_report { std::mem::replace(incident, row) } else { row };
            incident.victims.extend(added.victims);
            // The sum does not depend on the order of the rows.
            incident.row_hash = incident.row_hash.wrapping_add(added.row_hash);
            if !Arc::ptr_eq(&incident.profile, &added.profile) {
                let pair = (stable_hash(&incident.profile), stable_hash(&added.profile));
                let merged = self.merged.entry(pair).or_insert_with(|| merge(&incident.profile, &added.profile));
                incident.profile = Arc::clone(merged);
            }
            return;
        }
        if self.open.len() >= MAX_GATHERED {
            self.overflowed = true;
            self.flush(out, sum);
        }
        self.by_key.insert(hash, self.open.len());
        self.open.push(Open { incident: row, supplements: u64::from(is_supplement) });
    }

    fn flush(&mut self, out: &mut Vec<Incident>, sum: &mut ReadSummary) {
        self.by_key.clear();
        for open in self.open.drain(..) {
            match open.supplements {
                0 => out.push(open.incident),
                rows => *sum.left_out.entry(NO_INITIAL.to_owned()).or_insert(0) += rows,
            }
        }
    }

    pub(crate) fn finish(mut self, out: &mut Vec<Incident>, sum: &mut ReadSummary) {
        self.flush(out, sum);
        let (n, rows) = (out.len(), self.rows.name());
        sum.notes.push(format!("rows are {rows}; rows with the same key were gathered to one incident, with the time and place of the first row and the offences of all"));
        if self.overflowed {
            sum.notes.push(format!("more than {MAX_GATHERED} incidents ({n} in the last part): rows of one incident that lie farther apart than that were not gathered"));
        }
    }
}

fn merge(a: &Arc<Profile>, b: &Arc<Profile>) -> Arc<Profile> {
    let mut profile = Profile::clone(a);
    for offence in &b.offences {
        if !profile.offences.contains(offence) {
            profile.offences.push(offence.clone());
        }
    }
    let gravest = |o: &crate::model::Offence| o.candidates.first().map_or(usize::MAX, |c| c.code.index());
    profile.offences.sort_by_key(gravest);
    if profile.weapon.is_none() {
        profile.weapon.clone_from(&b.weapon);
    }
    if profile.status.is_none() {
        profile.status.clone_from(&b.status);
    }
    if profile.discovery == Discovery::Unknown {
        profile.discovery = b.discovery;
    }
    // A context that one offence has, the incident has. Both rows were made by the same rules, in the same order.
    for (link, other) in profile.context.iter_mut().zip(&b.context) {
        if weight(other.value) > weight(link.value) {
            link.value = other.value;
        }
    }
    Arc::new(profile)
}

fn weight(value: ContextValue) -> u8 {
    match value {
        ContextValue::NotAssessed => 0,
        ContextValue::Unknown => 1,
        ContextValue::No => 2,
        ContextValue::Yes => 3,
    }
}
