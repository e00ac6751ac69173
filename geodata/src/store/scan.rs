//! Reading incidents: all of them in order with the columns that the index needs, or a few with everything.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use rusqlite::types::ValueRef;

use super::incidents::implied_seconds;
use super::{Store, blob};
use crate::error::{Error, Result};
use crate::model::{Incident, Interval, LocalTime, LonLat, Profile};

/// What the index needs of a row.
#[derive(Clone, Copy)]
pub(crate) struct RowRef {
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
    pub(crate) fn scan_incidents(&self, fids: Range<i64>, each: &mut dyn FnMut(RowRef)) -> Result<()> {
        // An interval that is implied by its precision has no end in the file.
        let mut implied: Vec<i64> = Vec::new();
        for (id, profile) in self.profiles()? {
            let id = id as usize;
            if implied.len() <= id {
                implied.resize(id + 1, 0);
            }
            implied[id] = implied_seconds(profile.time_precision).unwrap_or(0);
        }
        let sql =
            "SELECT fid, profile, t_from, t_to, geom FROM incident_rows WHERE fid >= ?1 AND fid < ?2 ORDER BY fid";
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
            each(RowRef { fid, profile: profile as u32, from, to, point });
        }
        Ok(())
    }

    /// The incidents with these fids, in the order asked for; missing ones are left out.
    ///
    /// # Errors
    /// The file cannot be read, or holds a row that is no incident.
    pub(crate) fn incidents_by_fid(&self, fids: &[i64]) -> Result<Vec<Incident>> {
        let sql = "SELECT r.profile, p.content, r.t_from, r.t_to, r.geom, r.row_hash, r.record_key, r.recorded_area, r.victims
            FROM incident_rows r JOIN profiles p ON p.id = r.profile WHERE r.fid = ?1";
        let mut statement = self.conn.prepare_cached(sql).map_err(self.fault("reading"))?;
        let mut profiles: HashMap<u32, Arc<Profile>> = HashMap::new();
        let mut found = Vec::with_capacity(fids.len());
        for &fid in fids {
            let mut rows = statement.query([fid]).map_err(self.fault("reading"))?;
            let Some(row) = rows.next().map_err(self.fault("reading"))? else { continue };
            let bad = self.fault("reading");
            let id: u32 = row.get(0).map_err(&bad)?;
            let profile = match profiles.get(&id) {
                Some(profile) => profile.clone(),
                None => {
                    let content: String = row.get(1).map_err(&bad)?;
                    let profile = Arc::new(super::profiles::parse(&content)?);
                    profiles.insert(id, profile.clone());
                    profile
                }
            };
            let from: i64 = row.get(2).map_err(&bad)?;
            let implied = from.saturating_add(implied_seconds(profile.time_precision).unwrap_or(0));
            let to = row.get::<_, Option<i64>>(3).map_err(&bad)?.unwrap_or(implied);
            let broken = |what: &str| {
                Error::storage(
                    format!("{}, incident {fid}: {what}", self.path.display()),
                    "import its source file again; `urbansafety check` lists all such rows",
                )
            };
            let victims: Option<String> = row.get(8).map_err(&bad)?;
            found.push(Incident {
                key: row.get(6).map_err(&bad)?,
                row_hash: row.get::<_, i64>(5).map_err(&bad)?.cast_unsigned(),
                time: Interval::new(LocalTime(from), LocalTime(to))
                    .ok_or_else(|| broken("it ends before it begins"))?,
                point: row.get::<_, Option<Vec<u8>>>(4).map_err(&bad)?.and_then(|b| blob::read_point(&b)),
                recorded_area: row.get(7).map_err(&bad)?,
                victims: match victims {
                    None => Vec::new(),
                    Some(text) => {
                        serde_json::from_str(&text).map_err(|e| broken(&format!("its victims are no list: {e}")))?
                    }
                },
                profile,
            });
        }
        Ok(found)
    }
}
