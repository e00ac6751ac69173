//! An import session: batches, each durable before it is acknowledged, and a log of what came of them.

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::profiles::Dictionary;
use super::tombstones::Tombstones;
use super::{DefaultPoint, Store, incidents, key, places, streets};
use crate::error::{Error, Result};
use crate::limits::{IMPORT_BATCH_ROWS, MAX_SOURCES};
use crate::model::{Area, Incident, Intervention, LonLat, Resource, Street};
use crate::report::{ImportReport, Quarantined};

/// What became of the rows of a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// New rows.
    pub stored: u64,
    /// Rows that were there with other content.
    pub updated: u64,
    /// Rows that were there as they are, and repeats of a key within the same file (the first one counts).
    pub unchanged: u64,
    /// Rows that were not kept because the record with their key was erased before.
    pub erased: u64,
    /// Streets or records of the source that its newest file has no more.
    pub removed: u64,
}

impl std::ops::AddAssign for Outcome {
    fn add_assign(&mut self, other: Self) {
        self.stored += other.stored;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.erased += other.erased;
        self.removed += other.removed;
    }
}

impl Outcome {
    /// Whether anything was written.
    pub(super) fn has_changes(self) -> bool {
        self.stored + self.updated + self.removed > 0
    }
}

/// One import of one file. Dropped without [`Import::finish`] it stays in the log as broken off; its batches stay too,
/// and importing the file again completes it.
pub(crate) struct Import<'a> {
    pub(super) store: &'a mut Store,
    pub(super) session: Session,
}

/// What an import knows besides the file it writes to.
pub(super) struct Session {
    /// Number in the log.
    pub(super) id: i64,
    pub(super) source_id: String,
    /// The source's number in the keys.
    pub(super) source: u16,
    /// Imports of the same file under the same mapping, this one included: a row of theirs is never replaced by this
    /// file, so that a key that occurs twice in a file does not flip at every import.
    pub(super) same_file: Vec<i64>,
    pub(super) profiles: Dictionary,
    /// The keys of the source whose records were erased, if there are any.
    pub(super) tombstones: Option<Tombstones>,
    /// Slots of the records in the file, where it is the whole of its source.
    pub(super) seen: Option<Vec<i64>>,
    /// Shortened in tests of colliding hashes.
    pub(super) hash_mask: u64,
}

impl Store {
    /// Begins to import a file of a source.
    ///
    /// # Errors
    /// The file cannot be written, or has no room for another source.
    pub(crate) fn begin_import(
        &mut self,
        source_id: &str,
        mapping_version: u32,
        file_name: &str,
        file_hash: u64,
    ) -> Result<Import<'_>> {
        let hash = format!("{file_hash:016x}");
        let begin = |tx: &Transaction<'_>| {
            tx.execute("INSERT OR IGNORE INTO sources (name) VALUES (?1)", [source_id])?;
            let source: i64 = tx.query_row("SELECT id FROM sources WHERE name = ?1", [source_id], |r| r.get(0))?;
            tx.execute(
                "INSERT INTO imports (source, mapping_version, file_name, file_hash, started, last_batch) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
                params![source_id, mapping_version, file_name, hash, now()],
            )?;
            let id = tx.last_insert_rowid();
            let same = "SELECT id FROM imports WHERE source = ?1 AND mapping_version = ?2 AND file_hash = ?3";
            let mut same = tx.prepare(same)?;
            let same_file = same.query_map(params![source_id, mapping_version, hash], |r| r.get(0))?;
            Ok((id, source, same_file.collect::<rusqlite::Result<_>>()?))
        };
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate);
        let begun = tx.and_then(|tx| begin(&tx).and_then(|begun| tx.commit().map(|()| begun)));
        let (id, source, same_file) = begun.map_err(self.fault("importing into"))?;
        let source = u16::try_from(source).ok().filter(|&n| usize::from(n) <= MAX_SOURCES).ok_or_else(|| {
            Error::invalid(
                format!(
                    "source {source_id:?} would be number {source} of {}, the bound is {MAX_SOURCES}",
                    self.path.display()
                ),
                "keep one data file a city, and one source id a dataset",
            )
        })?;
        // Read once the import stands in the file: from here on nothing is erased until it ends.
        let tombstones = self.tombstones(source_id)?;
        let session = Session {
            id,
            source_id: source_id.to_owned(),
            source,
            same_file,
            profiles: Dictionary::default(),
            tombstones,
            seen: None,
            hash_mask: key::KEY_MASK,
        };
        Ok(Import { store: self, session })
    }
}

impl Import<'_> {
    /// Whether the same file came in before under the same mapping.
    pub(crate) fn is_of_a_known_file(&self) -> bool {
        self.session.same_file.iter().any(|&id| id != self.session.id)
    }

    /// Inserts or updates incidents by key, in transactions of [`IMPORT_BATCH_ROWS`]; durable when it returns.
    ///
    /// # Errors
    /// The disk is full or the file cannot be written: the batch that failed is not there, those before it are.
    pub(crate) fn incidents(&mut self, rows: &[Incident]) -> Result<Outcome> {
        let mut total = Outcome::default();
        for batch in rows.chunks(IMPORT_BATCH_ROWS) {
            let done = self.write(|tx, session| incidents::put(tx, session, batch));
            if done.is_err() {
                self.session.profiles.forget();
            }
            total += done?;
        }
        Ok(total)
    }

    /// Inserts or updates areas by collection, id and first date of the geometry; durable when it returns.
    ///
    /// # Errors
    /// As [`Import::incidents`].
    pub(crate) fn areas(&mut self, rows: &[Area]) -> Result<Outcome> {
        self.write(|tx, session| places::areas(tx, session.id, rows))
    }

    /// Inserts or updates resources by source and id; durable when it returns.
    ///
    /// # Errors
    /// As [`Import::incidents`].
    pub(crate) fn resources(&mut self, rows: &[Resource]) -> Result<Outcome> {
        self.write(|tx, session| places::resources(tx, session.id, session.tombstones.as_ref(), rows))
    }

    /// Inserts or updates interventions by id; durable when it returns.
    ///
    /// # Errors
    /// As [`Import::incidents`].
    pub(crate) fn interventions(&mut self, rows: &[Intervention]) -> Result<Outcome> {
        self.write(|tx, session| places::interventions(tx, session.id, session.tombstones.as_ref(), rows))
    }

    /// Inserts or updates streets by source and id, and takes away those that the source has no more: a network of two
    /// files would have its streets twice. Durable when it returns.
    ///
    /// # Errors
    /// As [`Import::incidents`].
    pub(crate) fn streets(&mut self, rows: &[Street]) -> Result<Outcome> {
        self.write(|tx, session| streets::replace(tx, session, rows))
    }

    /// Keeps rows that could not be used, with the reason; not those whose value holds the key of an erased record.
    ///
    /// # Errors
    /// As [`Import::incidents`].
    pub(crate) fn quarantine(&mut self, rows: &[Quarantined]) -> Result<()> {
        let write = |tx: &Connection, session: &mut Session| {
            let mut insert = tx.prepare_cached(
                "INSERT INTO quarantine (import, line, column_name, value, reason, hint) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            let is_erased = |q: &&Quarantined| session.tombstones.as_ref().is_some_and(|t| t.are_in(&q.value));
            for q in rows.iter().filter(|q| !is_erased(q)) {
                insert.execute(params![session.id, q.line.cast_signed(), q.column, q.value, q.reason, q.hint])?;
            }
            Ok(Ok(Outcome::default()))
        };
        self.write(write).map(|_| ())
    }

    /// Replaces what is known of the source's default points: (where, how many incidents, what gave it away).
    ///
    /// # Errors
    /// As [`Import::incidents`].
    pub(crate) fn default_points(&mut self, points: &[(LonLat, u64, String)]) -> Result<()> {
        let source = self.session.source_id.clone();
        let mut new: Vec<DefaultPoint> = points
            .iter()
            .map(|(point, incidents, reason)| DefaultPoint {
                source: source.clone(),
                point: *point,
                incidents: *incidents,
                reason: reason.clone(),
            })
            .collect();
        new.sort_by(|a, b| a.point.lon().total_cmp(&b.point.lon()).then(a.point.lat().total_cmp(&b.point.lat())));
        new.dedup_by(|a, b| a.point == b.point);
        let old: Vec<DefaultPoint> = self.store.default_points()?.into_iter().filter(|d| d.source == source).collect();
        if old == new {
            return Ok(());
        }
        let write = |tx: &Connection, _: &mut Session| {
            tx.execute("DELETE FROM default_points WHERE source = ?1", [&source])?;
            let mut insert = tx.prepare_cached(
                "INSERT INTO default_points (source, lon, lat, incidents, reason) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            for d in &new {
                insert.execute(params![d.source, d.point.lon(), d.point.lat(), d.incidents.cast_signed(), d.reason])?;
            }
            Ok(Ok(Outcome { updated: 1, ..Outcome::default() }))
        };
        self.write(write).map(|_| ())
    }

    /// Writes the report into the log, drops the quarantine of earlier imports of the same file, and carries the
    /// write-ahead log over, so that the file is whole by itself.
    ///
    /// # Errors
    /// As [`Import::incidents`].
    pub(crate) fn finish(mut self, report: &ImportReport) -> Result<()> {
        let report = serde_json::to_string(report).map_err(|e| {
            Error::storage(format!("the import report cannot be written: {e}"), "report this as a fault of the program")
        })?;
        let write = |tx: &Connection, session: &mut Session| {
            for &earlier in session.same_file.iter().filter(|&&id| id != session.id) {
                tx.execute("DELETE FROM quarantine WHERE import = ?1", [earlier])?;
            }
            tx.execute(
                "UPDATE imports SET finished = ?1, report = ?2 WHERE id = ?3",
                params![now(), report, session.id],
            )?;
            Ok(Ok(Outcome::default()))
        };
        self.write(write)?;
        // A reader may hold the log open; then it is carried over later.
        self.store.conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").ok();
        Ok(())
    }

    /// Runs `work` in a transaction; a change lets the generation grow in the same one.
    pub(super) fn write(
        &mut self,
        work: impl FnOnce(&Connection, &mut Session) -> rusqlite::Result<Result<Outcome>>,
    ) -> Result<Outcome> {
        let session = &mut self.session;
        let tx = self.store.conn.transaction_with_behavior(TransactionBehavior::Immediate);
        let done = tx.and_then(|tx| {
            let outcome = match work(&tx, session)? {
                Ok(outcome) => outcome,
                Err(e) => return Ok(Err(e)),
            };
            if outcome.has_changes() {
                tx.execute("UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'", [])?;
            }
            tx.execute("UPDATE imports SET last_batch = ?1 WHERE id = ?2", params![now(), session.id])?;
            tx.commit()?;
            Ok(Ok(outcome))
        });
        done.map_err(self.store.fault("importing into"))?
    }
}

/// This second, in UTC.
pub(super) fn now() -> String {
    jiff::Timestamp::from_second(jiff::Timestamp::now().as_second()).unwrap_or_default().to_string()
}
