//! Making sure that what was removed is gone from the disk: no old page, no old log.

use rusqlite::Connection;

use super::Store;
use crate::error::{Error, Result};

impl Store {
    /// Writes the whole file anew and carries the write-ahead log over: a removed row leaves traces where SQLite once
    /// moved it between pages, and only a file written anew has none. About a second for 200 MB.
    ///
    /// # Errors
    /// There is no room for a second copy, or a reader holds the log for longer than half a minute.
    pub(crate) fn write_anew(&mut self) -> Result<()> {
        self.conn.execute_batch("VACUUM").map_err(self.fault("writing anew"))?;
        let busy = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get::<_, bool>(0));
        if busy.map_err(self.fault("carrying over the log of"))? {
            return Err(Error::storage(
                format!(
                    "{}: the removal is done, but a reader still holds the write-ahead log with the old bytes",
                    self.path.display()
                ),
                "stop the service or close the file in QGIS, then run `urbansafety retention --apply`: it writes the file anew, too",
            ));
        }
        Ok(())
    }
}

/// Lets SQLite overwrite what it removes with zeros, from here on.
pub(super) fn overwrite_removed(conn: &Connection) -> rusqlite::Result<()> {
    conn.pragma_update(None, "secure_delete", true)
}

/// Counts a removal, with it in one transaction: whoever keeps what was worked out from the rows sees that some are gone.
pub(super) fn removed(tx: &Connection) -> rusqlite::Result<usize> {
    tx.execute(
        "INSERT INTO urbansafety_meta VALUES ('removals', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1",
        [],
    )
}

/// Refuses while an import is under way: it remembers rows and profiles that are about to go.
pub(super) fn refuse_during_import(store: &Store) -> Result<()> {
    if store.is_importing()? {
        return Err(Error::storage(
            format!("{}: an import is under way", store.path.display()),
            "wait until it is done, then run the same command again",
        ));
    }
    Ok(())
}
