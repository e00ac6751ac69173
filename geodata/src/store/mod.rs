//! The durable state of a city: one GeoPackage, read and written through SQLite, that QGIS and GDAL open as it is.
//!
//! A writer appends in transactions; readers in this and other processes see whole transactions only (write-ahead log).
//! Every committed change lets [`Store::generation`] grow, so a reader knows when its index is stale.

mod account;
pub mod agreements;
pub mod audit;
mod blob;
pub mod change;
mod check;
mod complete;
mod dump;
mod erase;
mod fault;
mod import;
mod incidents;
mod key;
pub mod keys;
mod open;
mod places;
mod profiles;
mod read_places;
mod records;
mod releases;
mod retention;
mod scan;
mod schema;
mod secrets;
pub mod signers;
mod sources;
mod streets;
pub mod synthetic;
mod tombstones;
mod write_anew;
mod write_one;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use crate::error::{Error, Result};
use crate::model::{LonLat, Profile};

pub(crate) use account::{Account, Span};
pub use erase::{Erased, Records};
pub(crate) use import::{Import, Outcome};
pub(crate) use records::RecordRef;
pub use retention::Due;
pub(crate) use scan::RowRef;
pub use secrets::Secret;
pub use sources::SourceTerms;
pub(crate) use write_one::SOURCE as HTTP_SOURCE;
pub use write_one::Written;

/// Seconds that a writer waits for another one.
const BUSY_SECONDS: u64 = 30;
/// An import that has not committed for so many seconds counts as broken off.
const STALLED_IMPORT_SECONDS: i64 = 15;

/// One city's GeoPackage, open for writing or for reading. Neither `Debug` nor `Serialize`: rows are behind it.
pub struct Store {
    conn: Connection,
    path: PathBuf,
}

/// A coordinate that many incidents of a source share without having happened there.
#[derive(Clone, PartialEq)]
pub(crate) struct DefaultPoint {
    /// Source it was found in.
    pub source: String,
    /// Where.
    pub point: LonLat,
    /// Incidents of the source that lie on it.
    pub incidents: u64,
    /// What gave it away, for people.
    pub reason: String,
}

impl Store {
    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A number that grows with every committed change, whichever process made it. It costs microseconds.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn generation(&self) -> Result<u64> {
        let read = || {
            let sql = "SELECT value FROM urbansafety_meta WHERE name = 'generation'";
            self.conn.prepare_cached(sql)?.query_row([], |r| r.get::<_, i64>(0))
        };
        read().map(i64::unsigned_abs).map_err(self.fault("reading"))
    }

    /// A number drawn when the file was made: two files of the same generation differ in it. It is no content.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn file_id(&self) -> Result<u64> {
        let sql = "SELECT value FROM urbansafety_meta WHERE name = 'file_id'";
        let id: i64 = self.conn.query_row(sql, [], |r| r.get(0)).map_err(self.fault("reading"))?;
        Ok(id.cast_unsigned())
    }

    /// How often records were removed for good: by erasure, or because their time was over.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn removals(&self) -> Result<u64> {
        let sql = "SELECT coalesce(max(value), 0) FROM urbansafety_meta WHERE name = 'removals'";
        let n: i64 = self.conn.query_row(sql, [], |r| r.get(0)).map_err(self.fault("reading"))?;
        Ok(n.unsigned_abs())
    }

    /// Whether an import is under way: it has begun, is not finished, and committed a batch some seconds ago at most.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn is_importing(&self) -> Result<bool> {
        let since = jiff::Timestamp::now().as_second() - STALLED_IMPORT_SECONDS;
        let since = jiff::Timestamp::from_second(since).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string();
        let sql = "SELECT EXISTS (SELECT 1 FROM imports WHERE finished IS NULL AND last_batch >= ?1)";
        self.conn
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row([since], |r| r.get(0)))
            .map_err(self.fault("reading"))
    }

    /// Whether a file of this name was imported, finished or not.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn has_import(&self, file_name: &str) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM imports WHERE file_name = ?1)";
        self.conn.query_row(sql, [file_name], |r| r.get(0)).map_err(self.fault("reading"))
    }

    /// Every profile with its number in the rows.
    ///
    /// # Errors
    /// The file cannot be read, or holds a profile that is not one.
    pub(crate) fn profiles(&self) -> Result<Vec<(u32, Arc<Profile>)>> {
        let mut statement =
            self.conn.prepare_cached("SELECT id, content FROM profiles ORDER BY id").map_err(self.fault("reading"))?;
        let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).map_err(self.fault("reading"))?;
        rows.map(|row| {
            let (id, content): (u32, String) = row.map_err(self.fault("reading"))?;
            Ok((id, Arc::new(profiles::parse(&content)?)))
        })
        .collect()
    }

    /// Coordinates that many incidents share without having happened there.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn default_points(&self) -> Result<Vec<DefaultPoint>> {
        let read = || {
            let sql = "SELECT source, lon, lat, incidents, reason FROM default_points ORDER BY source, lon, lat";
            let mut statement = self.conn.prepare_cached(sql)?;
            let rows = statement.query_map([], |r| {
                let point = LonLat::new(r.get(1)?, r.get(2)?);
                let incidents: i64 = r.get(3)?;
                Ok(point.ok().map(|point| (r.get(0), point, incidents.unsigned_abs(), r.get(4))))
            })?;
            let mut found = Vec::new();
            for (source, point, incidents, reason) in rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten()
            {
                found.push(DefaultPoint { source: source?, point, incidents, reason: reason? });
            }
            Ok(found)
        };
        read().map_err(self.fault("reading"))
    }

    /// Makes the library's error of SQLite's, with this file's name.
    fn fault(&self, doing: &str) -> impl Fn(rusqlite::Error) -> Error {
        move |e| fault::fault(&self.path, doing, &e)
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "erase_tests.rs"]
mod erase_tests;

#[cfg(test)]
#[path = "fault_tests.rs"]
mod fault_tests;

#[cfg(test)]
#[cfg(unix)]
#[path = "process_tests.rs"]
mod process_tests;
