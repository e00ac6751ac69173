//! Inserting and updating incidents by key, a batch at a time, sorted by key so that the index of keys is appended to.

use rusqlite::{CachedStatement, Connection, params};

use super::import::{Outcome, Session};
use super::{blob, key};
use crate::error::{Error, Result};
use crate::model::{Incident, LonLat, TimePrecision};

/// A row that is in the file.
struct Stored {
    slot: i64,
    fid: i64,
    row_hash: i64,
    import: i64,
    key: String,
}

/// Seconds from the start to the end of an interval that need not be stored.
pub(super) fn implied_seconds(precision: TimePrecision) -> Option<i64> {
    match precision {
        TimePrecision::Minute => Some(60),
        TimePrecision::Hour => Some(3600),
        TimePrecision::Day => Some(86_400),
        TimePrecision::Month | TimePrecision::Year | TimePrecision::Interval => None,
    }
}

const FIND: &str = "SELECT key_hash, fid, row_hash, import, record_key FROM incident_rows WHERE key_hash >= ?1 ORDER BY key_hash LIMIT 1";
const INSERT: &str = "INSERT INTO incident_rows (profile, t_from, t_to, geom, key_hash, row_hash, import, record_key, recorded_area, victims) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
const UPDATE: &str = "UPDATE incident_rows SET profile = ?1, t_from = ?2, t_to = ?3, geom = ?4, key_hash = ?5, row_hash = ?6, import = ?7, record_key = ?8, recorded_area = ?9, victims = ?10 WHERE fid = ?11";

/// Writes a batch in the open transaction.
pub(super) fn put(tx: &Connection, session: &mut Session, batch: &[Incident]) -> rusqlite::Result<Result<Outcome>> {
    let slots: Vec<i64> = batch.iter().map(|i| key::slot(session.source, &i.key, session.hash_mask)).collect();
    let mut order: Vec<u32> = (0..batch.len() as u32).collect();
    if !slots.is_sorted() {
        order.sort_by_key(|&i| slots[i as usize]);
    }
    let mut writer = Writer {
        find: tx.prepare_cached(FIND)?,
        insert: tx.prepare_cached(INSERT)?,
        update: tx.prepare_cached(UPDATE)?,
        ahead: Ahead::Unknown,
        written: -1,
    };
    let mut outcome = Outcome::default();
    let mut extent: Option<[f64; 4]> = None;
    for &i in &order {
        let incident = &batch[i as usize];
        if session.tombstones.as_ref().is_some_and(|t| t.has(&incident.key)) {
            outcome.erased += 1;
            continue;
        }
        let (slot, found) = writer.find(slots[i as usize], &incident.key)?;
        if let Some(seen) = &mut session.seen {
            seen.push(slot);
        }
        match found {
            Some(old) if session.same_file.contains(&old.import) => outcome.unchanged += 1,
            // The hash is of everything that is kept of a row, so the stored profile may differ only in what was done to it
            // since: a review date that retention gave it must not be lost to an unchanged row.
            Some(old) if old.row_hash == incident.row_hash.cast_signed() => outcome.unchanged += 1,
            found => {
                let profile = match session.profiles.number(tx, &incident.profile) {
                    Ok(id) => id?,
                    Err(e) => return Ok(Err(e)),
                };
                if let Err(e) = writer.write(session.id, slot, profile, incident, found.as_ref().map(|old| old.fid))? {
                    return Ok(Err(e));
                }
                if found.is_some() {
                    outcome.updated += 1
                } else {
                    outcome.stored += 1
                }
                extent = incident.point.map_or(extent, |p| Some(grown(extent, p)));
            }
        }
    }
    if let Some(extent) = extent {
        grow(tx, extent)?;
    }
    Ok(Ok(outcome))
}

/// Lets the layer's extent in the file hold another box.
pub(super) fn grow(tx: &Connection, [west, south, east, north]: [f64; 4]) -> rusqlite::Result<usize> {
    tx.execute(
        "UPDATE gpkg_contents SET min_x = min(ifnull(min_x, ?1), ?1), min_y = min(ifnull(min_y, ?2), ?2),
         max_x = max(ifnull(max_x, ?3), ?3), max_y = max(ifnull(max_y, ?4), ?4),
         last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE table_name = 'incidents'",
        params![west, south, east, north],
    )
}

pub(super) fn grown(extent: Option<[f64; 4]>, p: LonLat) -> [f64; 4] {
    let (x, y) = (p.lon(), p.lat());
    extent.map_or([x, y, x, y], |[w, s, e, n]| [w.min(x), s.min(y), e.max(x), n.max(y)])
}

/// The stored row at or after the slots asked for so far.
enum Ahead {
    Unknown,
    End,
    Row(Stored),
}

struct Writer<'c> {
    find: CachedStatement<'c>,
    insert: CachedStatement<'c>,
    update: CachedStatement<'c>,
    ahead: Ahead,
    /// Highest slot that this batch inserted at: what was seen ahead of it may be stale.
    written: i64,
}

impl Writer<'_> {
    /// The stored row with this key, and the slot it has or would take. Slots are asked for in ascending order, so one
    /// look at the file serves all new keys before the next stored one: a file of new keys is never looked up.
    fn find(&mut self, mut slot: i64, key: &str) -> rusqlite::Result<(i64, Option<Stored>)> {
        let is_passed = match &self.ahead {
            _ if slot <= self.written => true,
            Ahead::Unknown => true,
            Ahead::End => false,
            Ahead::Row(row) => row.slot < slot,
        };
        if is_passed {
            self.ahead = self.at_or_after(slot)?.map_or(Ahead::End, Ahead::Row);
        }
        if !matches!(&self.ahead, Ahead::Row(row) if row.slot == slot) {
            return Ok((slot, None));
        }
        let Ahead::Row(mut row) = std::mem::replace(&mut self.ahead, Ahead::Unknown) else { return Ok((slot, None)) };
        while key::is_hashed(slot) && row.key != key {
            slot = key::next(slot);
            match self.at_or_after(slot)?.filter(|row| row.slot == slot) {
                Some(next) => row = next,
                None => return Ok((slot, None)),
            }
        }
        Ok((slot, Some(row)))
    }

    fn at_or_after(&mut self, slot: i64) -> rusqlite::Result<Option<Stored>> {
        let mut rows = self.find.query([slot])?;
        let Some(r) = rows.next()? else { return Ok(None) };
        Ok(Some(Stored { slot: r.get(0)?, fid: r.get(1)?, row_hash: r.get(2)?, import: r.get(3)?, key: r.get(4)? }))
    }

    fn write(
        &mut self,
        import: i64,
        slot: i64,
        profile: u32,
        i: &Incident,
        fid: Option<i64>,
    ) -> rusqlite::Result<Result<()>> {
        let (from, to) = (i.time.from.0, i.time.to.0);
        let is_implied = implied_seconds(i.profile.time_precision) == to.checked_sub(from);
        let to = (!is_implied).then_some(to);
        let geom = i.point.map(blob::point);
        let geom = geom.as_ref().map(|g| &g[..]);
        let victims = match &i.victims[..] {
            [] => None,
            victims => match serde_json::to_string(victims) {
                Ok(text) => Some(text),
                Err(e) => {
                    return Ok(Err(Error::storage(
                        format!("victims of record {:?} cannot be written: {e}", i.key),
                        "",
                    )));
                }
            },
        };
        let hash = i.row_hash.cast_signed();
        match fid {
            None => {
                self.insert.execute(params![
                    profile,
                    from,
                    to,
                    geom,
                    slot,
                    hash,
                    import,
                    i.key,
                    i.recorded_area,
                    victims
                ])?;
                self.written = self.written.max(slot);
            }
            Some(fid) => {
                self.update.execute(params![
                    profile,
                    from,
                    to,
                    geom,
                    slot,
                    hash,
                    import,
                    i.key,
                    i.recorded_area,
                    victims,
                    fid
                ])?;
            }
        }
        Ok(Ok(()))
    }
}
