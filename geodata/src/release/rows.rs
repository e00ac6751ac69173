//! The records of a release as columns in Morton order: where, when, what, and their record keys.

use std::ops::Range;
use std::sync::Arc;
use std::thread;

use super::dims::{Cross, Month, month_of};
use super::node::position;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::model::{LocalTime, LocationPrecision, LonLat, Profile, Quality, Sex, Victim, age_band};
use crate::store::{RecordRef, Secret, Store};

/// Readers of the file at a time.
const READERS: usize = 2;
/// Longest interval, seconds, that is put into the month it begins in; a longer one into the quarter or year that holds it.
const MONTH_S: i64 = 31 * 86_400;
/// Position of a record without a usable place; it follows all others.
pub(super) const NOWHERE: u64 = u64::MAX;

/// One record.
#[derive(Clone)]
pub(super) struct Row {
    pub position: u64,
    pub profile: u32,
    /// Month that it begins in, and the month of its end.
    pub months: (Month, Month),
    /// Hour of day, where it is known.
    pub hour: Option<u8>,
    /// Where in `victims` its victims are, plus one; 0 for none.
    pub victims: u32,
    /// Its record key under the secret; the first byte is the key in the table's range.
    pub full_key: [u8; 8],
    pub health: bool,
}

/// Records in Morton order; those without a usable place come last.
pub(super) struct Rows {
    pub rows: Vec<Row>,
    /// Rows at the end that are not counted: an adversary's additions.
    pub extra: usize,
    /// Distinct sexes and age bands among a record's victims.
    pub victims: Vec<Vec<(Option<Sex>, Option<u8>)>>,
    /// Every profile with its number.
    pub profiles: Vec<(u32, Arc<Profile>)>,
    /// When the newest record begins.
    pub last_moment: Option<LocalTime>,
}

impl Rows {
    /// The records that are counted.
    pub fn counted(&self) -> &[Row] {
        &self.rows[..self.rows.len() - self.extra]
    }

    pub fn position(&self, row: u32) -> u64 {
        self.rows[row as usize].position
    }

    pub fn key(&self, row: u32) -> u8 {
        self.rows[row as usize].full_key[0]
    }

    pub fn is_health(&self, row: u32) -> bool {
        self.rows[row as usize].health
    }

    /// What a record's victims are crossed as, by the attributes of a set; empty where the source has none.
    pub fn crosses(&self, row: &Row, sex: bool, age: bool, hour: bool) -> Vec<Cross> {
        let hours = if hour { row.hour.map(|h| vec![Some(h)]).unwrap_or_default() } else { vec![None] };
        let victims: &[(Option<Sex>, Option<u8>)] = match row.victims {
            _ if !sex && !age => &[(None, None)],
            0 => &[],
            n => self.victims.get(n as usize - 1).map_or(&[], Vec::as_slice),
        };
        let mut found = vec![];
        for &hour in &hours {
            for &(s, a) in victims {
                if (sex && s.is_none()) || (age && a.is_none()) {
                    continue;
                }
                let cross = Cross { sex: s.filter(|_| sex), age: a.filter(|_| age), hour, context: None };
                if !found.contains(&cross) {
                    found.push(cross);
                }
            }
        }
        found
    }

    /// Reads every record of the file. `is_stand_in` says that a source uses a coordinate for unknown places.
    ///
    /// # Errors
    /// The file cannot be read; a stopped job.
    pub fn read(
        store: &Store,
        secret: &Secret,
        is_stand_in: &(dyn Fn(&str, LonLat) -> bool + Sync),
        cancel: &Cancel,
    ) -> Result<Self> {
        let profiles = store.profiles()?;
        let Some((first, last)) = store.fid_bounds()? else {
            return Ok(Self { rows: vec![], extra: 0, victims: vec![], profiles, last_moment: None });
        };
        let readers = store.readers(READERS)?;
        let length = last.saturating_sub(first) / READERS as i64 + 1;
        let by_id: std::collections::HashMap<u32, &Arc<Profile>> = profiles.iter().map(|(id, p)| (*id, p)).collect();
        let parts: Vec<Part> = thread::scope(|scope| {
            let handles: Vec<_> = readers
                .into_iter()
                .enumerate()
                .map(|(k, reader)| {
                    let start = first + length * k as i64;
                    let by_id = &by_id;
                    scope.spawn(move || Part::read(&reader, start..start + length, by_id, secret, is_stand_in, cancel))
                })
                .collect();
            let stopped =
                || Error::storage("a reader of the data file stopped unexpectedly", "run `urbansafety check`");
            handles.into_iter().map(|h| h.join().unwrap_or_else(|_| Err(stopped()))).collect::<Result<_>>()
        })?;
        let (mut rows, mut victims, mut last_moment) = (vec![], vec![], None);
        for mut part in parts {
            let offset = victims.len() as u32;
            part.rows.iter_mut().filter(|r| r.victims > 0).for_each(|r| r.victims += offset);
            rows.append(&mut part.rows);
            victims.append(&mut part.victims);
            last_moment = last_moment.max(part.last_moment);
        }
        // Equal positions stay in the order of the file, so that the same file gives the same release.
        in_morton_order(&mut rows);
        Ok(Self { rows, extra: 0, victims, profiles, last_moment })
    }
}

fn in_morton_order(rows: &mut [Row]) {
    use rayon::slice::ParallelSliceMut;
    rows.par_sort_by_key(|r| r.position);
}

struct Part {
    rows: Vec<Row>,
    victims: Vec<Vec<(Option<Sex>, Option<u8>)>>,
    last_moment: Option<LocalTime>,
}

impl Part {
    fn read(
        reader: &Store,
        fids: Range<i64>,
        profiles: &std::collections::HashMap<u32, &Arc<Profile>>,
        secret: &Secret,
        is_stand_in: &(dyn Fn(&str, LonLat) -> bool + Sync),
        cancel: &Cancel,
    ) -> Result<Self> {
        let mut part = Self { rows: vec![], victims: vec![], last_moment: None };
        reader.scan_records(fids, &mut |record| {
            if part.rows.len() % 4096 == 0 {
                cancel.check()?;
            }
            let profile = profiles.get(&record.profile).ok_or_else(|| {
                Error::storage(
                    format!("row {} names the profile {}, which is not in the file", record.fid, record.profile),
                    "the data file is damaged: import its sources into a new one",
                )
            })?;
            part.push(&record, profile, secret, is_stand_in);
            Ok(())
        })?;
        Ok(part)
    }

    fn push(
        &mut self,
        record: &RecordRef<'_>,
        profile: &Profile,
        secret: &Secret,
        is_stand_in: &(dyn Fn(&str, LonLat) -> bool + Sync),
    ) {
        let usable = !matches!(profile.location_precision, LocationPrecision::DefaultPoint | LocationPrecision::None)
            && !profile.quality.has(Quality::SENTINEL_POINT);
        let point = record.point.filter(|p| usable && !is_stand_in(&profile.source, *p));
        let (from, last) = (LocalTime(record.from), LocalTime(record.to.saturating_sub(1).max(record.from)));
        let Some(first) = month_of(from) else { return };
        let end = if record.to - record.from <= MONTH_S { first } else { month_of(last).unwrap_or(first) };
        let knows_hour = profile.time_precision.has_hour() && !profile.quality.has(Quality::PLACEHOLDER_TIME);
        let mac = secret.mac(&[b"record", profile.source.as_bytes(), record.key]);
        let victims = record.victims.map(traits).filter(|t| !t.is_empty());
        let victims = victims.map_or(0, |t| {
            self.victims.push(t);
            self.victims.len() as u32
        });
        self.last_moment = self.last_moment.max(Some(from));
        self.rows.push(Row {
            position: point.map_or(NOWHERE, position),
            profile: record.profile,
            months: (first, end),
            hour: knows_hour.then(|| from.hour() as u8),
            victims,
            full_key: [mac[0], mac[1], mac[2], mac[3], mac[4], mac[5], mac[6], mac[7]],
            health: profile.discovery == crate::model::Discovery::Health,
        });
    }
}

/// Distinct sexes and age bands of a list of victims as the file holds it.
fn traits(text: &str) -> Vec<(Option<Sex>, Option<u8>)> {
    let victims: Vec<Victim> = serde_json::from_str(text).unwrap_or_default();
    let mut found: Vec<_> = victims.iter().map(|v| (v.sex, v.age.and_then(age_band))).collect();
    found.sort_unstable();
    found.dedup();
    found
}
