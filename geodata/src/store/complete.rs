//! An import of everything that a source has: records that it has no more go, as when a court sealed them.

use std::collections::HashSet;

use rusqlite::Connection;

use super::erase::{self, Erased, Row};
use super::import::{Import, Outcome, Session};
use super::write_anew;
use crate::error::Result;

/// Bits of a key's slot below the source's number.
const SOURCE_SHIFT: u32 = 52;

impl Import<'_> {
    /// Remembers from here on which records the file has, eight bytes each.
    pub(crate) fn remember(&mut self) {
        self.session.seen = Some(vec![]);
    }

    /// Removes the source's records that the file does not have, in one transaction, and says how many. `kept` are the keys of
    /// rows that were set aside: they are in the file, and what an earlier file said of them stays.
    ///
    /// No tombstone is left: a record that the source brings back comes in again.
    ///
    /// # Errors
    /// As [`Import::incidents`]: all of them go, or none.
    pub(crate) fn remove_unseen(&mut self, kept: &[String]) -> Result<u64> {
        let Some(mut seen) = self.session.seen.take() else { return Ok(0) };
        seen.sort_unstable();
        let kept: HashSet<&str> = kept.iter().map(String::as_str).collect();
        write_anew::overwrite_removed(&self.store.conn).map_err(self.store.fault("importing into"))?;
        let remove = |tx: &Connection, session: &mut Session| {
            let gone = unseen(tx, session.source, &seen, &kept)?;
            if gone.is_empty() {
                return Ok(Ok(Outcome::default()));
            }
            let keys: Vec<String> = gone.iter().map(|row| row.key.clone()).collect();
            erase::remove(tx, &session.source_id, &keys, &gone, session.hash_mask, &mut Erased::default())?;
            write_anew::removed(tx)?;
            // Profiles that nothing has any more went as well.
            session.profiles.forget();
            Ok(Ok(Outcome { removed: gone.len() as u64, ..Outcome::default() }))
        };
        self.write(remove).map(|outcome| outcome.removed)
    }
}

/// The rows of a source at slots that were not seen, whose keys are not kept.
fn unseen(tx: &Connection, source: u16, seen: &[i64], kept: &HashSet<&str>) -> rusqlite::Result<Vec<Row>> {
    let first = i64::from(source) << SOURCE_SHIFT;
    let sql = "SELECT fid, key_hash, record_key, geom FROM incident_rows WHERE key_hash BETWEEN ?1 AND ?2";
    let mut statement = tx.prepare(sql)?;
    let mut rows = statement.query([first, first + ((1 << SOURCE_SHIFT) - 1)])?;
    let mut gone = vec![];
    while let Some(row) = rows.next()? {
        let slot = row.get(1)?;
        if seen.binary_search(&slot).is_ok() {
            continue;
        }
        let key: String = row.get(2)?;
        // A repeated key has its number behind it.
        let own = key.rsplit_once('#').map_or(key.as_str(), |(own, _)| own);
        if !kept.contains(key.as_str()) && !kept.contains(own) {
            gone.push(Row { fid: row.get(0)?, slot, key, geom: row.get(3)? });
        }
    }
    Ok(gone)
}
