//! Reading incidents: all of them in order with the columns that the index needs, or a few with everything.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use rusqlite::types::ValueRef;
use serde::de::IgnoredAny;

use super::incidents::implied_seconds;
use super::{Store, blob};
use crate::error::{Error, Result};
use crate::model::{Incident, Interval, LocalTime, LonLat, Profile};

/// What the index needs of a row.
#[derive(Clone, Copy)]
pub(crate) struct RowRef<'a> {
    /// Number in the file; stays with the record as long as the file lives.
    pub fid: i64,
    /// Number of its profile.
    pub profile: u32,
    /// First civil second.
    pub from: i64,
    /// First civil second after.
    pub to: i64,
    /// Where, if it has a place.
    pub point: Option<LonLat>,
    /// The source's own key.
    pub key: &'a str,
    /// The area as recorded.
    pub area: Option<&'a str>,
    /// How many victims.
    pub victims: u32,
}

impl Store {
    /// Smallest and largest fid; `None` without incidents.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn fid_bounds(&self) -> Result<Option<(i64, i64)>> {
        let bound = |sql| self.conn.query_row(sql, [], |r| r.get::<_, Option<i64>>(0)).map_err(self.fault("reading"));
        let first = bound("SELECT min(fid) FROM incident_rows")?;
        Ok(first.zip(bound("SELECT max(fid) FROM incident_rows")?))
    }

    /// Calls `each` for every incident whose fid is in the range, in order of fid. Several readers of
    /// [`Store::readers`] may scan disjoint ranges on as many threads.
    ///
    /// # Errors
    /// The file cannot be read, or a row has no interval of time.
    pub(crate) fn scan_incidents(&self, fids: Range<i64>, each: &mut dyn FnMut(RowRef<'_>)) -> Result<()> {
        // An interval that is implied by its precision has no end in the file.
        let mut implied: Vec<i64> = Vec::new();
        for (id, profile) in self.profiles()? {
            let id = id as usize;
            if implied.len() <= id {
                implied.resize(id + 1, 0);
            }
            implied[id] = implied_seconds(profile.time_precision).unwrap_or(0);
        }
        let sql = "SELECT fid, profile, t_from, t_to, geom, record_key, recorded_area, victims FROM incident_rows WHERE fid >= ?1 AND fid < ?2 ORDER BY fid";
        let mut statement = self.conn.prepare_cached(sql).map_err(self.fault("reading"))?;
        let mut rows = statement.query([fids.start, fids.end]).map_err(self.fault("reading"))?;
        while let Some(row) = rows.next().map_err(self.fault("reading"))? {
            let value = |column| row.get_ref(column).unwrap_or(ValueRef::Null);
            let (ValueRef::Integer(fid), ValueRef::Integer(profile), ValueRef::Integer(from)) =
                (value(0), value(1), value(2))
            else {
                return Err(self.fault("reading")(rusqlite::Error::InvalidQuery));
            };
            let to = match value(3) {
                ValueRef::Integer(to) => to,
                _ => from
                    .saturating_add(usize::try_from(profile).ok().and_then(|p| implied.get(p)).copied().unwrap_or(0)),
            };
            let point = match value(4) {
                ValueRef::Blob(b) => blob::read_point(b),
                _ => None,
            };
            let (key, area) = (value(5).as_str().unwrap_or_default(), value(6).as_str().ok());
            let victims = match value(7) {
                ValueRef::Text(list) => serde_json::from_slice(list).map_or(0, |v: Vec<IgnoredAny>| v.len() as u32),
                _ => 0,
            };
            each(RowRef { fid, profile: profile as u32, from, to, point, key, area, victims });
        }
        Ok(())
    }

    /// The incidents with these fids, in the order asked for; missing ones are left out.
    ///
    /// # Errors
    /// The file cannot be read, or holds a row that is no incident.
    #[cfg(test)]
    pub(crate) fn incidents_by_fid(&self, fids: &[i64]) -> Result<Vec<Incident>> {
        Ok(self.read_incidents(fids)?.into_iter().map(|(_, incident)| incident).collect())
    }

    /// The same, each with its fid.
    ///
    /// # Errors
    /// The file cannot be read, or holds a row that is no incident.
    pub(super) fn read_incidents(&self, fids: &[i64]) -> Result<Vec<(i64, Incident)>> {
        let mut profiles = HashMap::new();
        let bad = self.fault("reading");
        // One transaction for all rows: they are of one state, and the file is locked and unlocked once. A write that looks
        // at what it changes has begun one already.
        let is_alone = self.conn.is_autocommit();
        let _tx = is_alone.then(|| self.conn.unchecked_transaction()).transpose().map_err(&bad)?;
        let sql = "SELECT profile, t_from, t_to, geom, row_hash, record_key, recorded_area, victims
            FROM incident_rows WHERE fid = ?1";
        let mut statement = self.conn.prepare_cached(sql).map_err(&bad)?;
        let mut found = Vec::with_capacity(fids.len());
        for &fid in fids {
            let mut rows = statement.query([fid]).map_err(&bad)?;
            let Some(row) = rows.next().map_err(&bad)? else { continue };
            let profile = self.profile(row.get(0).map_err(&bad)?, &mut profiles)?;
            let from: i64 = row.get(1).map_err(&bad)?;
            let implied = from.saturating_add(implied_seconds(profile.time_precision).unwrap_or(0));
            let to = row.get::<_, Option<i64>>(2).map_err(&bad)?.unwrap_or(implied);
            let broken = |what: &str| {
                Error::storage(
                    format!("{}, incident {fid}: {what}", self.path.display()),
                    "import its source file again; `urbansafety check` lists all such rows",
                )
            };
            let point = match row.get_ref(3).map_err(&bad)? {
                ValueRef::Blob(bytes) => blob::read_point(bytes),
                _ => None,
            };
            let victims = match row.get_ref(7).map_err(&bad)? {
                ValueRef::Text(text) => {
                    serde_json::from_slice(text).map_err(|e| broken(&format!("its victims are no list: {e}")))?
                }
                _ => Vec::new(),
            };
            let incident = Incident {
                key: row.get(5).map_err(&bad)?,
                row_hash: row.get::<_, i64>(4).map_err(&bad)?.cast_unsigned(),
                time: Interval::new(LocalTime(from), LocalTime(to))
                    .ok_or_else(|| broken("it ends before it begins"))?,
                point,
                recorded_area: row.get(6).map_err(&bad)?,
                victims,
                profile,
            };
            found.push((fid, incident));
        }
        Ok(found)
    }

    /// A profile by its number: from those that are known, else from the file.
    fn profile(&self, id: u32, known: &mut HashMap<u32, Arc<Profile>>) -> Result<Arc<Profile>> {
        if let Some(profile) = known.get(&id) {
            return Ok(Arc::clone(profile));
        }
        let sql = "SELECT content FROM profiles WHERE id = ?1";
        let read = || self.conn.prepare_cached(sql)?.query_row([id], |r| r.get::<_, String>(0));
        let profile = Arc::new(super::profiles::parse(&read().map_err(self.fault("reading"))?)?);
        known.insert(id, Arc::clone(&profile));
        Ok(profile)
    }
}
