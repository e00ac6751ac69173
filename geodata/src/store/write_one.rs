//! One record at a time, for the service: read, judged and written in one transaction, or left as it was.

use std::time::Duration;

use rusqlite::types::Value;
use rusqlite::{ErrorCode, OptionalExtension, Transaction, TransactionBehavior, params};

use super::import::now;
use super::places::{Columns, insert, intervention_columns, resource_columns, update};
use super::profiles::Dictionary;
use super::secrets::Secret;
use super::{Store, blob, incidents, key, read_places, tombstones, write_anew};
use crate::error::{Error, Kind, Result};
use crate::limits::MAX_SOURCES;
use crate::model::{Incident, Intervention, Resource};

/// Source of what is created over HTTP. Its records have random ids, so no import can meet them.
pub(crate) const SOURCE: &str = "http";
/// How long a single write waits for another writer: its caller waits, too.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a single write did to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Generation before.
    pub(crate) before: u64,
    /// Generation after; the same where nothing was to be changed.
    pub(crate) after: u64,
    /// Whether only resources and interventions have changed.
    pub(crate) is_of_help: bool,
}

impl Written {
    /// Whether the file has changed.
    #[must_use]
    pub fn has_changed(&self) -> bool {
        self.before != self.after
    }
}

impl Store {
    /// Runs `work` in one transaction that nobody else writes beside; what it did is durable when this returns.
    ///
    /// # Errors
    /// Those of `work`; busy while an import is under way or another writer is at work, since an import remembers what
    /// is there and a snapshot waits for its end.
    pub(crate) fn in_one_go<T, E: From<Error>>(
        &self,
        is_of_help: bool,
        work: impl FnOnce(&Self) -> std::result::Result<T, E>,
    ) -> std::result::Result<(T, Written), E> {
        let bad = self.fault("writing into");
        self.conn.busy_timeout(PATIENCE).map_err(&bad)?;
        // What is removed is overwritten.
        write_anew::overwrite_removed(&self.conn).map_err(&bad)?;
        let begun = Transaction::new_unchecked(&self.conn, TransactionBehavior::Immediate);
        let tx = begun.map_err(|e| match e.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => busy("another writer is at work"),
            _ => bad(e),
        })?;
        if self.is_importing()? {
            return Err(busy("an import is under way").into());
        }
        let before = self.generation()?;
        let done = work(self)?;
        let after = self.generation()?;
        tx.commit().map_err(&bad)?;
        Ok((done, Written { before, after, is_of_help }))
    }

    /// The secret under which tombstones are made: asked for before the transaction, since the first one writes it.
    ///
    /// # Errors
    /// As [`Store::secret`].
    pub(crate) fn tombstone_secret(&mut self) -> Result<Secret> {
        self.secret(tombstones::SECRET)
    }

    /// Resources that may be told by this id: those whose source and id make it, and all hidden ones, whose told ids
    /// are made of what is told of them.
    pub(crate) fn resources_told_as(&self, told: &str) -> Result<Vec<(i64, Resource)>> {
        let sql = format!(
            "SELECT {}, fid FROM resources WHERE source || '.' || id = ?1 OR visibility NOT IN ('public', 'partner')
             ORDER BY fid",
            read_places::RESOURCE
        );
        let mut statement = self.conn.prepare_cached(&sql).map_err(self.fault("reading"))?;
        let mut rows = statement.query([told]).map_err(self.fault("reading"))?;
        let mut found = vec![];
        while let Some(row) = rows.next().map_err(self.fault("reading"))? {
            found.push((read_places::get(row, 17)?, read_places::resource(row)?));
        }
        Ok(found)
    }

    /// The intervention of an id.
    pub(crate) fn intervention(&self, id: &str) -> Result<Option<(i64, Intervention)>> {
        let sql = format!("SELECT {}, fid FROM interventions WHERE id = ?1", read_places::INTERVENTION);
        let mut statement = self.conn.prepare_cached(&sql).map_err(self.fault("reading"))?;
        let mut rows = statement.query([id]).map_err(self.fault("reading"))?;
        let Some(row) = rows.next().map_err(self.fault("reading"))? else { return Ok(None) };
        Ok(Some((read_places::get(row, 15)?, read_places::intervention(row)?)))
    }

    /// The incident of a number, with it.
    pub(crate) fn incident(&self, fid: i64) -> Result<Option<(i64, Incident)>> {
        Ok(self.read_incidents(&[fid])?.pop())
    }

    /// Adds a resource, or gives the one with the number other values. What an import would compare a row with stays, so
    /// that a correction holds until the source itself has another row.
    pub(crate) fn put_resource(&self, fid: Option<i64>, author: &str, resource: &Resource) -> Result<()> {
        self.put_help("resources", fid, author, resource_columns(resource)?)
    }

    /// The same of an intervention.
    pub(crate) fn put_intervention(&self, fid: Option<i64>, author: &str, intervention: &Intervention) -> Result<()> {
        self.put_help("interventions", fid, author, intervention_columns(intervention)?)
    }

    fn put_help(&self, table: &str, fid: Option<i64>, author: &str, columns: (Columns, Columns)) -> Result<()> {
        let (key, mut rest) = columns;
        let done = match fid {
            Some(fid) => update(&self.conn, table, fid, rest),
            None => {
                rest.extend(key);
                rest.push(("import", Value::Integer(self.session_of(author)?)));
                insert(&self.conn, table, rest)
            }
        };
        done.map(|_| ()).map_err(self.fault("writing into"))
    }

    /// Removes a resource; later imports of its source leave it out.
    pub(crate) fn remove_resource(&self, fid: i64, secret: &Secret, resource: &Resource, reason: &str) -> Result<()> {
        self.remove_help("resources", fid, secret, Some(&resource.source), &resource.id, reason)
    }

    /// Removes an intervention with its comparison places; later imports of the source that brought it leave it out.
    pub(crate) fn remove_intervention(&self, fid: i64, secret: &Secret, id: &str, reason: &str) -> Result<()> {
        let sql = "SELECT m.source FROM interventions i JOIN imports m ON m.id = i.import WHERE i.fid = ?1";
        let source: Option<String> =
            self.conn.query_row(sql, [fid], |r| r.get(0)).optional().map_err(self.fault("reading"))?;
        let gone = self.conn.execute("DELETE FROM comparison_places WHERE intervention = ?1", [id]);
        gone.map_err(self.fault("writing into"))?;
        self.remove_help("interventions", fid, secret, source.as_deref(), id, reason)
    }

    fn remove_help(
        &self,
        table: &str,
        fid: i64,
        secret: &Secret,
        source: Option<&str>,
        id: &str,
        reason: &str,
    ) -> Result<()> {
        let remove = || {
            self.conn.execute(&format!("DELETE FROM {table} WHERE fid = ?1"), [fid])?;
            if let Some(source) = source.filter(|s| *s != SOURCE) {
                tombstones::add(&self.conn, source, &tombstones::code(secret, source, id), reason)?;
            }
            Ok(())
        };
        remove().map_err(self.fault("writing into"))
    }

    /// Adds an incident, or gives the one with the number other values; its number. The row's hash stays that of the
    /// source's row: see [`Store::put_resource`].
    pub(crate) fn put_incident(&self, fid: Option<i64>, author: &str, incident: &Incident) -> Result<i64> {
        let bad = self.fault("writing into");
        let profile = Dictionary::default().number(&self.conn, &incident.profile)?.map_err(&bad)?;
        let (from, to) = (incident.time.from.0, incident.time.to.0);
        let is_implied = incidents::implied_seconds(incident.profile.time_precision) == to.checked_sub(from);
        let to = (!is_implied).then_some(to);
        let geom = incident.point.map(|p| blob::point(p).to_vec());
        let write = |session: Option<(i64, i64)>| match (fid, session) {
            (Some(fid), _) => {
                let sql = "UPDATE incident_rows SET profile = ?2, t_from = ?3, t_to = ?4, geom = ?5, recorded_area = ?6
                    WHERE fid = ?1";
                self.conn.execute(sql, params![fid, profile, from, to, geom, incident.recorded_area]).map(|_| fid)
            }
            (None, session) => {
                let (slot, import) = session.unwrap_or_default();
                let sql = "INSERT INTO incident_rows (profile, t_from, t_to, geom, recorded_area, key_hash, row_hash,
                    import, record_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
                let hash = incident.row_hash.cast_signed();
                let area = &incident.recorded_area;
                let row = params![profile, from, to, geom, area, slot, hash, import, incident.key];
                self.conn.prepare_cached(sql)?.insert(row)
            }
        };
        let session = match fid {
            Some(_) => None,
            None => Some((self.free_slot(&incident.key)?, self.session_of(author)?)),
        };
        let fid = write(session).map_err(&bad)?;
        if let Some(p) = incident.point {
            incidents::grow(&self.conn, incidents::grown(None, p)).map_err(&bad)?;
        }
        let grow = "UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'";
        self.conn.execute(grow, []).map_err(&bad)?;
        Ok(fid)
    }

    /// Where the index of keys has room for a new key of what is created over HTTP.
    fn free_slot(&self, key: &str) -> Result<i64> {
        let bad = self.fault("writing into");
        self.conn.execute("INSERT OR IGNORE INTO sources (name) VALUES (?1)", [SOURCE]).map_err(&bad)?;
        let source: i64 =
            self.conn.query_row("SELECT id FROM sources WHERE name = ?1", [SOURCE], |r| r.get(0)).map_err(&bad)?;
        let source = u16::try_from(source).ok().filter(|&n| usize::from(n) <= MAX_SOURCES).ok_or_else(|| {
            Error::storage(format!("the file has {MAX_SOURCES} sources, which is the bound"), "begin another data file")
        })?;
        let taken = "SELECT EXISTS (SELECT 1 FROM incident_rows WHERE key_hash = ?1)";
        let mut slot = key::slot(source, key, key::KEY_MASK);
        while self.conn.query_row(taken, [slot], |r| r.get(0)).map_err(&bad)? {
            slot = key::next(slot);
        }
        Ok(slot)
    }

    /// Number of the entry of the import log that stands for what a caller creates: one a caller.
    fn session_of(&self, author: &str) -> Result<i64> {
        let find = "SELECT id FROM imports WHERE source = ?1 AND file_name = ?2";
        let note = || {
            let known = self.conn.query_row(find, [SOURCE, author], |r| r.get::<_, i64>(0)).optional()?;
            let now = now();
            if let Some(id) = known {
                self.conn
                    .execute("UPDATE imports SET last_batch = ?2, finished = ?2 WHERE id = ?1", params![id, now])?;
                return Ok(id);
            }
            let sql =
                "INSERT INTO imports (source, mapping_version, file_name, file_hash, started, last_batch, finished)
                VALUES (?1, 1, ?2, '', ?3, ?3, ?3)";
            self.conn.execute(sql, params![SOURCE, author, now])?;
            Ok(self.conn.last_insert_rowid())
        };
        note().map_err(self.fault("writing into"))
    }
}

fn busy(what: &str) -> Error {
    Error::new(Kind::Busy, format!("{what}, so nothing was written"), "send the same request again in a while")
}
