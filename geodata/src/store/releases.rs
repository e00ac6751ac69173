//! Releases in the data file: numbered, added, never changed.

use rusqlite::{OptionalExtension, params};

use super::Store;
use crate::error::Result;

impl Store {
    /// Number of the newest release; `None` before the first.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn newest_release(&self) -> Result<Option<u32>> {
        let mut find = self.conn.prepare_cached("SELECT max(number) FROM releases").map_err(self.fault("reading"))?;
        find.query_row([], |r| r.get(0)).map_err(self.fault("reading"))
    }

    /// Document and packed cubes of a release.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn release(&self, number: u32) -> Result<Option<(String, Vec<u8>)>> {
        let sql = "SELECT document, cube FROM releases WHERE number = ?1";
        let found = self.conn.query_row(sql, [number], |r| Ok((r.get(0)?, r.get(1)?))).optional();
        found.map_err(self.fault("reading"))
    }

    /// Documents of all releases, the oldest first.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn release_documents(&self) -> Result<Vec<String>> {
        let read = || {
            let mut statement = self.conn.prepare_cached("SELECT document FROM releases ORDER BY number")?;
            let rows = statement.query_map([], |r| r.get(0))?;
            rows.collect::<rusqlite::Result<Vec<String>>>()
        };
        read().map_err(self.fault("reading"))
    }

    /// The newest report of attacks on a release, as it was kept.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn last_redteam(&self) -> Result<Option<String>> {
        let sql = "SELECT report FROM redteam_runs ORDER BY id DESC LIMIT 1";
        self.conn.query_row(sql, [], |r| r.get(0)).optional().map_err(self.fault("reading"))
    }

    /// Keeps a report of attacks on a release.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn keep_redteam(&mut self, at: &str, release: u32, recovered: u64, report: &str) -> Result<()> {
        let sql = "INSERT INTO redteam_runs (at, release, recovered, report) VALUES (?1, ?2, ?3, ?4)";
        let row = params![at, release, recovered.cast_signed(), report];
        self.conn.execute(sql, row).map(|_| ()).map_err(self.fault("writing a report into"))
    }

    /// Adds a release; durable when it returns.
    ///
    /// # Errors
    /// The file cannot be written, or another release took the number.
    pub(crate) fn add_release(
        &mut self,
        number: u32,
        made: &str,
        document: &str,
        checksum: &str,
        cube: &[u8],
    ) -> Result<()> {
        let sql = "INSERT INTO releases (number, made, document, checksum, cube) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.conn
            .execute(sql, params![number, made, document, checksum, cube])
            .map(|_| ())
            .map_err(self.fault("writing a release into"))?;
        self.conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").ok();
        Ok(())
    }
}
