//! Carrying journals over into the table: each once, whatever is killed when.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::super::Store;
use super::entry::Entry;
use super::{journal, table};
use crate::error::{Error, Result};

/// How long the table is waited for: whoever imports has it for longer, and the journal can wait.
const PATIENCE: Duration = Duration::from_millis(200);

/// The data file, open for carrying journals over.
pub(super) fn open(data: &Path) -> Result<Store> {
    let store = Store::open(data)?;
    store.conn.busy_timeout(PATIENCE).map_err(store.fault("opening"))?;
    Ok(store)
}

/// The table, for writing; `None` while somebody else writes.
pub(super) fn begin(conn: &mut Connection) -> rusqlite::Result<Option<Transaction<'_>>> {
    match conn.transaction_with_behavior(TransactionBehavior::Immediate) {
        Err(e) if e.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => Ok(None),
        tx => tx.map(Some),
    }
}

/// Trouble of SQLite with the log.
pub(super) fn fault(data: &Path) -> impl Fn(rusqlite::Error) -> Error {
    move |e| super::super::fault::fault(data, "writing the access log of", &e)
}

/// Adds a journal's entries and notes that they are in, in one transaction: a journal that was carried over and could
/// not be removed any more is known again by its name.
pub(super) fn carry(tx: Transaction<'_>, path: &Path, entries: Vec<Entry>) -> rusqlite::Result<()> {
    if !is_in(&tx, path)? {
        table::append(&tx, entries)?;
        tx.execute("INSERT INTO audit_folded (journal) VALUES (?1)", [journal::name(path)])?;
    }
    forget_removed(&tx, path)?;
    tx.commit()
}

/// Whether a journal's entries are in the table.
pub(super) fn is_in(conn: &Connection, path: &Path) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM audit_folded WHERE journal = ?1";
    Ok(conn.query_row(sql, [journal::name(path)], |_| Ok(())).optional()?.is_some())
}

/// Forgets the names of journals that are gone: nobody can carry those over again.
fn forget_removed(tx: &Transaction<'_>, beside: &Path) -> rusqlite::Result<()> {
    let mut statement = tx.prepare_cached("SELECT journal FROM audit_folded")?;
    let names = statement.query_map([], |r| r.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    for name in names {
        let path = beside.with_file_name(&name);
        if path != beside && !path.exists() {
            tx.execute("DELETE FROM audit_folded WHERE journal = ?1", [name])?;
        }
    }
    Ok(())
}

/// Carries over what processes that have ended left beside a data file. Gives the journals that could not be: their
/// chain is broken, and they stay where they are as evidence; `audit verify` says where they break.
///
/// # Errors
/// The folder cannot be read; the file cannot be written now.
pub fn fold_leftovers(data: &Path) -> Result<Vec<PathBuf>> {
    let bad = |path: &Path, e: &std::io::Error| {
        Error::storage(
            format!("carrying over {}: {e}", path.display()),
            "check the rights of the journal and its folder; nothing in it is lost",
        )
    };
    let (mut broken, mut open_file) = (vec![], None);
    for path in journal::beside(data).map_err(|e| bad(data, &e))? {
        let Some(_locked) = journal::take_over(&path).map_err(|e| bad(&path, &e))? else { continue };
        let store = match &mut open_file {
            Some(store) => store,
            None => open_file.insert(Store::open(data)?),
        };
        let tx = store.conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fault(data))?;
        // Its owner or another process may have carried it over and removed it before the lock was ours.
        if !path.exists() {
            continue;
        }
        let read = journal::read(&path).map_err(|e| bad(&path, &e))?;
        if read.broken.is_some() && !is_in(&tx, &path).map_err(fault(data))? {
            broken.push(path);
            continue;
        }
        carry(tx, &path, read.entries).map_err(fault(data))?;
        std::fs::remove_file(&path).map_err(|e| bad(&path, &e))?;
    }
    Ok(broken)
}
