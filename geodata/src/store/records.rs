//! Reading whole records in order, for a release: with their keys and victims, which the index does not hold.

use std::ops::Range;

use rusqlite::types::ValueRef;

use super::incidents::implied_seconds;
use super::{Store, blob};
use crate::error::Result;
use crate::model::{LonLat, Victim};

/// A record as the file holds it. Neither `Debug` nor `Serialize`.
pub(crate) struct RecordRef<'a> {
    pub fid: i64,
    pub profile: u32,
    /// Civil seconds.
    pub from: i64,
    /// Civil seconds, the end not inside.
    pub to: i64,
    pub point: Option<LonLat>,
    /// The source's key of it.
    pub key: &'a [u8],
    /// Its victims as JSON.
    pub victims: Option<&'a str>,
}

impl Store {
    /// Calls `each` with the victims of every record that has some.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn scan_victims(&self, each: &mut dyn FnMut(i64, Vec<Victim>)) -> Result<()> {
        let sql = "SELECT fid, victims FROM incident_rows WHERE victims IS NOT NULL";
        let mut statement = self.conn.prepare_cached(sql).map_err(self.fault("reading"))?;
        let mut rows = statement.query([]).map_err(self.fault("reading"))?;
        while let Some(row) = rows.next().map_err(self.fault("reading"))? {
            let read = || Ok((row.get(0)?, row.get::<_, String>(1)?));
            let (fid, text): (i64, String) = read().map_err(self.fault("reading"))?;
            each(fid, serde_json::from_str(&text).unwrap_or_default());
        }
        Ok(())
    }

    /// Calls `each` for every record whose fid is in the range, in order of fid.
    ///
    /// # Errors
    /// The file cannot be read; what `each` answers.
    pub(crate) fn scan_records(
        &self,
        fids: Range<i64>,
        each: &mut dyn FnMut(RecordRef<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut implied: Vec<i64> = Vec::new();
        for (id, profile) in self.profiles()? {
            let id = id as usize;
            implied.resize(implied.len().max(id + 1), 0);
            implied[id] = implied_seconds(profile.time_precision).unwrap_or(0);
        }
        let sql = "SELECT fid, profile, t_from, t_to, geom, record_key, victims FROM incident_rows
            WHERE fid >= ?1 AND fid < ?2 ORDER BY fid";
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
            let key = match value(5) {
                ValueRef::Text(key) | ValueRef::Blob(key) => key,
                _ => &[],
            };
            let victims = match value(6) {
                ValueRef::Text(text) => std::str::from_utf8(text).ok(),
                _ => None,
            };
            each(RecordRef { fid, profile: profile as u32, from, to, point, key, victims })?;
        }
        Ok(())
    }
}
