//! Rows that are victims, gathered to the incidents that they were victims of.

use std::collections::HashMap;
use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3Builder;

use super::profile::stable_hash;
use crate::limits::MAX_GATHERED;
use crate::model::{Incident, Profile};

/// Incidents by key, in the order in which they first occurred.
///
/// An incident has the time and place of its first row, the victims of all, and the offences of all, the gravest (lowest ICCS
/// code) first.
#[derive(Default)]
pub(crate) struct Gather {
    incidents: Vec<Incident>,
    by_key: HashMap<String, usize, Xxh3Builder>,
    merged: HashMap<(u64, u64), Arc<Profile>>,
    overflowed: bool,
}

impl Gather {
    pub(crate) fn add(&mut self, row: Incident, out: &mut Vec<Incident>) {
        if let Some(at) = self.by_key.get(&row.key) {
            let incident = &mut self.incidents[*at];
            incident.victims.extend(row.victims);
            // The sum does not depend on the order of the victims.
            incident.row_hash = incident.row_hash.wrapping_add(row.row_hash);
            if !Arc::ptr_eq(&incident.profile, &row.profile) {
                let pair = (stable_hash(&incident.profile), stable_hash(&row.profile));
                let merged = self.merged.entry(pair).or_insert_with(|| merge(&incident.profile, &row.profile));
                incident.profile = Arc::clone(merged);
            }
            return;
        }
        if self.incidents.len() >= MAX_GATHERED {
            self.overflowed = true;
            self.flush(out);
        }
        self.by_key.insert(row.key.clone(), self.incidents.len());
        self.incidents.push(row);
    }

    fn flush(&mut self, out: &mut Vec<Incident>) {
        self.by_key.clear();
        out.append(&mut self.incidents);
    }

    pub(crate) fn finish(mut self, out: &mut Vec<Incident>, notes: &mut Vec<String>) {
        self.flush(out);
        let n = out.len();
        notes.push("rows are victims; rows with the same key were gathered to one incident, with the time and place of the first row and the offences of all".into());
        if self.overflowed {
            notes.push(format!("more than {MAX_GATHERED} incidents ({n} in the last part): rows of one incident that lie farther apart than that were not gathered"));
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
    Arc::new(profile)
}
