//! Erasing records for good: row, words and set-aside values go, a tombstone stays that later imports honour.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use serde::Serialize;

use super::secrets::Secret;
use super::tombstones::{self, Tombstones};
use super::{Store, blob, key, write_anew};
use crate::error::{Error, Kind, Result};
use crate::limits::MAX_ERASED;

/// Longest reason, bytes.
const MAX_REASON_BYTES: usize = 500;
/// Unknown keys that an error names by their place in the list.
const NAMED: usize = 5;
/// Bits of a key's slot below the source's number.
const SOURCE_SHIFT: u32 = 52;

/// Which records.
pub enum Records {
    /// By the source's id and the source's own keys.
    Keys {
        /// Id of the source.
        source: String,
        /// Keys, as the source writes them.
        keys: Vec<String>,
    },
    /// By the number in the file.
    Fid(i64),
}

/// What was erased, or would be. There is no key in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Erased {
    /// Id of the source.
    pub source: String,
    /// Records that go.
    pub records: u64,
    /// Records that were erased before.
    pub before: u64,
    /// Combinations of category, status and context that no other record has: their words go as well.
    pub profiles: u64,
    /// Set-aside rows whose value holds a key.
    pub quarantined: u64,
    /// Releases made before: they cannot be changed, and keep the counts that the records were part of.
    pub earlier_releases: u64,
    /// Whether it was done; else it was only looked up.
    pub applied: bool,
}

/// A row that goes.
pub(super) struct Row {
    pub fid: i64,
    pub slot: i64,
    pub key: String,
    pub geom: Option<Vec<u8>>,
}

impl Store {
    /// Erases records, or with `apply` false says what would go. All of them or none: an unknown key erases nothing.
    ///
    /// The row, the words that only it had and set-aside values that hold its key go; a tombstone of the key (a code under
    /// a secret, never the key) makes later imports leave the record out. The file is written anew, so that the key's bytes
    /// are in no part of it.
    ///
    /// # Errors
    /// A reason that is empty or names a key, an unknown source, key or number, an import under way, a file that cannot be written.
    pub fn erase(&mut self, records: &Records, reason: &str, apply: bool) -> Result<Erased> {
        self.erase_masked(records, reason, apply, key::KEY_MASK)
    }

    /// As [`Store::erase`]; `mask` shortens the hashes of keys in tests of collisions.
    pub(super) fn erase_masked(&mut self, records: &Records, reason: &str, apply: bool, mask: u64) -> Result<Erased> {
        write_anew::refuse_during_import(self)?;
        let (source, number, keys) = self.named(records)?;
        check_reason(reason, &keys)?;
        let before = self.tombstones(&source)?;
        let secret = if apply { Some(self.secret(tombstones::SECRET)?) } else { None };
        write_anew::overwrite_removed(&self.conn).map_err(self.fault("erasing from"))?;
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate);
        let done = tx.and_then(|tx| {
            let (erased, rows) = match erase(&tx, (&source, number, &keys), mask, before.as_ref())? {
                Ok(done) => done,
                Err(e) => return Ok(Err(e)),
            };
            if let Some(secret) = &secret {
                leave_tombstones(&tx, &source, secret, &rows, reason)?;
                tx.commit()?;
            }
            Ok(Ok(Erased { applied: apply, ..erased }))
        });
        let erased = done.map_err(self.fault("erasing from"))??;
        if apply {
            self.write_anew()?;
        }
        Ok(erased)
    }

    /// Erases one record in the open transaction, with its tombstone. Whoever commits it writes the file anew.
    ///
    /// # Errors
    /// As [`Store::erase`].
    pub(crate) fn erase_one(&self, fid: i64, secret: &Secret, reason: &str) -> Result<()> {
        let (source, number, keys) = self.named(&Records::Fid(fid))?;
        check_reason(reason, &keys)?;
        let done = erase(&self.conn, (&source, number, &keys), key::KEY_MASK, None);
        let (_, rows) = done.map_err(self.fault("erasing from"))??;
        leave_tombstones(&self.conn, &source, secret, &rows, reason).map_err(self.fault("erasing from"))
    }

    /// Source, its number in the keys, and the keys.
    fn named(&self, records: &Records) -> Result<(String, u16, Vec<String>)> {
        let bad = self.fault("reading");
        match records {
            Records::Keys { source, keys } => {
                if keys.is_empty() || keys.len() > MAX_ERASED {
                    return Err(Error::invalid(
                        format!("{} keys are given, the bound is 1 to {MAX_ERASED}", keys.len()),
                        "give the keys of the records, in several calls if need be",
                    ));
                }
                let sql = "SELECT id FROM sources WHERE name = ?1";
                let number = self.conn.query_row(sql, [source], |r| r.get(0)).optional().map_err(&bad)?;
                let mut keys = keys.clone();
                let mut seen = HashSet::new();
                keys.retain(|key| seen.insert(key.clone()));
                number.map(|n| (source.clone(), n, keys)).ok_or_else(|| {
                    Error::new(
                        Kind::NotFound,
                        format!("nothing of a source {source:?} is in {}", self.path.display()),
                        "`urbansafety dpia` lists the sources of a file",
                    )
                })
            }
            Records::Fid(fid) => {
                let sql =
                    "SELECT s.name, s.id, r.record_key FROM incident_rows r JOIN sources s ON s.id = r.key_hash >> ?2
                    WHERE r.fid = ?1";
                let row = self
                    .conn
                    .query_row(sql, params![fid, SOURCE_SHIFT], |r| Ok((r.get(0)?, r.get(1)?, vec![r.get(2)?])));
                row.optional().map_err(&bad)?.ok_or_else(|| {
                    Error::new(
                        Kind::NotFound,
                        format!("no record has number {fid} in {}", self.path.display()),
                        "the number is the fid of a feature of the layer incidents; a key is surer",
                    )
                })
            }
        }
    }
}

fn check_reason(reason: &str, keys: &[String]) -> Result<()> {
    let reason = reason.trim();
    if reason.is_empty() || reason.len() > MAX_REASON_BYTES {
        return Err(Error::invalid(
            format!("the reason has {} bytes, the bound is 1 to {MAX_REASON_BYTES}", reason.len()),
            "say in a few words why, for example \"order of the court of 3 May\"",
        ));
    }
    let keys: HashSet<&str> = keys.iter().map(String::as_str).collect();
    if tombstones::pieces(reason).any(|piece| keys.contains(piece)) {
        return Err(Error::invalid(
            "the reason names the key of a record that is to be erased",
            "the reason is kept with the tombstone: give the number of the request instead",
        ));
    }
    Ok(())
}

/// Removes the rows of the keys of a source in the open transaction.
fn erase(
    tx: &Connection,
    (source, number, keys): (&str, u16, &[String]),
    mask: u64,
    before: Option<&Tombstones>,
) -> rusqlite::Result<Result<(Erased, Vec<Row>)>> {
    let mut erased = Erased { source: source.to_owned(), ..Erased::default() };
    let rows = match find(tx, number, keys, mask, before, &mut erased)? {
        Ok(rows) => rows,
        Err(e) => return Ok(Err(e)),
    };
    remove(tx, source, keys, &rows, mask, &mut erased)?;
    write_anew::removed(tx)?;
    erased.earlier_releases = count(tx, "SELECT count(*) FROM releases")?;
    Ok(Ok((erased, rows)))
}

fn leave_tombstones(
    tx: &Connection,
    source: &str,
    secret: &Secret,
    rows: &[Row],
    reason: &str,
) -> rusqlite::Result<()> {
    for row in rows {
        tombstones::add(tx, source, &tombstones::code(secret, source, &row.key), reason.trim())?;
    }
    Ok(())
}

/// The rows of the keys; an error that names the unknown ones by their place in the list.
fn find(
    tx: &Connection,
    source: u16,
    keys: &[String],
    mask: u64,
    before: Option<&Tombstones>,
    erased: &mut Erased,
) -> rusqlite::Result<Result<Vec<Row>>> {
    let mut rows = Vec::with_capacity(keys.len());
    let mut unknown = Vec::new();
    for (i, key) in keys.iter().enumerate() {
        match row(tx, key::slot(source, key, mask), key)? {
            Some(row) => rows.push(row),
            None if before.is_some_and(|t| t.has(key)) => erased.before += 1,
            None => unknown.push(i + 1),
        }
    }
    erased.records = rows.len() as u64;
    if unknown.is_empty() {
        return Ok(Ok(rows));
    }
    let named: Vec<String> = unknown.iter().take(NAMED).map(usize::to_string).collect();
    Ok(Err(Error::new(
        Kind::NotFound,
        format!(
            "no record of {} has key number {} of the {} given ({} unknown in all)",
            erased.source,
            named.join(", "),
            keys.len(),
            unknown.len()
        ),
        "nothing was erased; write keys as the source does (column record_key of the layer incidents)",
    )))
}

fn row(tx: &Connection, mut slot: i64, key: &str) -> rusqlite::Result<Option<Row>> {
    let sql = "SELECT fid, key_hash, record_key, geom FROM incident_rows WHERE key_hash = ?1";
    let mut statement = tx.prepare_cached(sql)?;
    loop {
        let found = statement
            .query_row([slot], |r| Ok(Row { fid: r.get(0)?, slot: r.get(1)?, key: r.get(2)?, geom: r.get(3)? }));
        match found.optional()? {
            Some(row) if row.key != key && key::is_hashed(slot) => slot = key::next(slot),
            found => return Ok(found.filter(|row| row.key == key)),
        }
    }
}

/// Removes rows of a source, the words and set-aside values that only they had, in the open transaction.
pub(super) fn remove(
    tx: &Connection,
    source: &str,
    keys: &[String],
    rows: &[Row],
    mask: u64,
    erased: &mut Erased,
) -> rusqlite::Result<()> {
    for row in rows {
        // An earlier one may have moved it.
        tx.prepare_cached("DELETE FROM incident_rows WHERE fid = ?1")?.execute([row.fid])?;
    }
    for row in rows.iter().filter(|row| key::is_hashed(row.slot)) {
        close_gap(tx, row.slot, mask)?;
    }
    // Profiles that no row has any more: an earlier version of a record may have left one as well.
    let orphans = "DELETE FROM profiles WHERE id NOT IN (SELECT profile FROM incident_rows)";
    erased.profiles = tx.execute(orphans, [])? as u64;
    erased.quarantined = set_aside(tx, source, keys)?;
    if rows.is_empty() {
        return Ok(());
    }
    shrink_extent(tx, rows)?;
    tx.execute("UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'", [])?;
    Ok(())
}

/// Rows behind a gap are there because their own slots were taken: each moves up to the first free one, or it would not
/// be found again.
fn close_gap(tx: &Connection, gap: i64, mask: u64) -> rusqlite::Result<()> {
    let at = |slot: i64| {
        let sql = "SELECT fid, record_key FROM incident_rows WHERE key_hash = ?1";
        tx.prepare_cached(sql)?.query_row([slot], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?))).optional()
    };
    let source = (gap >> SOURCE_SHIFT) as u16;
    let mut slot = key::next(gap);
    while let Some((fid, key)) = at(slot)? {
        let mut free = key::slot(source, &key, mask);
        while free != slot && at(free)?.is_some() {
            free = key::next(free);
        }
        tx.prepare_cached("UPDATE incident_rows SET key_hash = ?1 WHERE fid = ?2")?.execute([free, fid])?;
        slot = key::next(slot);
    }
    Ok(())
}

/// Removes set-aside rows of the source whose value holds one of the keys.
fn set_aside(tx: &Connection, source: &str, keys: &[String]) -> rusqlite::Result<u64> {
    let keys: HashSet<&str> = keys.iter().map(String::as_str).collect();
    let sql = "SELECT q.id, q.value FROM quarantine q JOIN imports i ON i.id = q.import WHERE i.source = ?1";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query([source])?;
    let mut gone = Vec::new();
    while let Some(row) = rows.next()? {
        if tombstones::pieces(row.get_ref(1)?.as_str().unwrap_or_default()).any(|piece| keys.contains(piece)) {
            gone.push(row.get::<_, i64>(0)?);
        }
    }
    for id in &gone {
        tx.prepare_cached("DELETE FROM quarantine WHERE id = ?1")?.execute([id])?;
    }
    Ok(gone.len() as u64)
}

/// The layer's extent is written in the file: where a record that goes made its border, it is measured again.
fn shrink_extent(tx: &Connection, rows: &[Row]) -> rusqlite::Result<()> {
    let sql = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'incidents'";
    let bound: [Option<f64>; 4] = tx.query_row(sql, [], |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?]))?;
    let is_at_border = |geom: &Vec<u8>| {
        blob::read_point(geom)
            .is_some_and(|p| [p.lon(), p.lat(), p.lon(), p.lat()].map(Some).iter().zip(&bound).any(|(a, b)| a == b))
    };
    if !rows.iter().filter_map(|row| row.geom.as_ref()).any(is_at_border) {
        return Ok(());
    }
    let mut extent: Option<[f64; 4]> = None;
    let mut statement = tx.prepare("SELECT geom FROM incident_rows WHERE geom IS NOT NULL")?;
    let mut points = statement.query([])?;
    while let Some(point) = points.next()? {
        if let Some(point) = point.get_ref(0)?.as_blob().ok().and_then(blob::read_point) {
            extent = Some(super::incidents::grown(extent, point));
        }
    }
    let [west, south, east, north] = extent.map_or([None; 4], |e| e.map(Some));
    tx.execute(
        "UPDATE gpkg_contents SET min_x = ?1, min_y = ?2, max_x = ?3, max_y = ?4 WHERE table_name = 'incidents'",
        params![west, south, east, north],
    )?;
    Ok(())
}

fn count(tx: &Connection, sql: &str) -> rusqlite::Result<u64> {
    tx.query_row(sql, [], |r| r.get::<_, i64>(0)).map(i64::unsigned_abs)
}
