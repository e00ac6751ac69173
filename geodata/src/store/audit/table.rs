//! The table `audit`: entries in order, its head, and where retention cut it.

use rusqlite::{Connection, OptionalExtension, params};

use super::super::Store;
use super::entry::{Entry, Hash};
use crate::error::Result;

/// Entry number and hash.
pub(super) type Link = (i64, Hash);

/// The link before the first entry that there ever was.
pub(super) const BEGINNING: Link = (0, [0; 32]);

/// An entry as it stands in the table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Kept {
    /// Its number, from 1.
    pub seq: i64,
    /// What it says.
    #[serde(flatten)]
    pub entry: Entry,
    /// Hash of the entry before it.
    #[serde(serialize_with = "as_hex")]
    pub previous: [u8; 32],
    /// Its own hash.
    #[serde(serialize_with = "as_hex")]
    pub hash: [u8; 32],
}

fn as_hex<S: serde::Serializer>(hash: &Hash, s: S) -> std::result::Result<S::Ok, S::Error> {
    s.serialize_str(&hex(hash))
}

/// A hash as 64 hexadecimal digits.
pub(super) fn hex(hash: &[u8]) -> String {
    hash.iter().map(|b| format!("{b:02x}")).collect()
}

/// The newest link: that of the last entry, or of the last one removed.
pub(super) fn head(conn: &Connection) -> rusqlite::Result<Link> {
    let sql = "SELECT seq, hash FROM audit_head";
    let found = conn.prepare_cached(sql)?.query_row([], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
    Ok(found.unwrap_or(BEGINNING))
}

/// The link that the table begins after.
pub(super) fn anchor(conn: &Connection) -> rusqlite::Result<Link> {
    let sql = "SELECT seq, hash FROM audit_anchor ORDER BY seq DESC LIMIT 1";
    Ok(conn.query_row(sql, [], |r| Ok((r.get(0)?, r.get(1)?))).optional()?.unwrap_or(BEGINNING))
}

/// Adds entries in the open transaction of a writer. Nothing else may write the log meanwhile.
pub(super) fn append(conn: &Connection, new: impl IntoIterator<Item = Entry>) -> rusqlite::Result<()> {
    let (mut seq, mut previous) = head(conn)?;
    let sql = "INSERT INTO audit (seq, at, who, tier, purpose, asked, basis, status, rows, previous, hash)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let mut insert = conn.prepare_cached(sql)?;
    for e in new {
        seq += 1;
        let hash = e.hash(&previous);
        let rows = e.rows.cast_signed();
        let row =
            params![seq, e.at, e.who, e.tier, e.purpose, e.asked, e.basis, e.status, rows, &previous[..], &hash[..]];
        insert.execute(row)?;
        previous = hash;
    }
    let sql = "INSERT INTO audit_head (id, seq, hash) VALUES (1, ?1, ?2)
               ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash";
    conn.prepare_cached(sql)?.execute(params![seq, &previous[..]])?;
    Ok(())
}

/// The columns of an entry, in the order that [`kept`] reads them.
const COLUMNS: &str = "seq, at, who, tier, purpose, asked, basis, status, rows, previous, hash";

fn kept(r: &rusqlite::Row<'_>) -> rusqlite::Result<Kept> {
    let rows: i64 = r.get(8)?;
    let entry = Entry {
        at: r.get(1)?,
        who: r.get(2)?,
        tier: r.get(3)?,
        purpose: r.get(4)?,
        asked: r.get(5)?,
        basis: r.get(6)?,
        status: r.get(7)?,
        rows: rows.cast_unsigned(),
    };
    Ok(Kept { seq: r.get(0)?, entry, previous: r.get(9)?, hash: r.get(10)? })
}

/// Every entry, in order; one that cannot be read as an entry comes as its number alone.
pub(super) fn each(
    conn: &Connection,
    mut take: impl FnMut(std::result::Result<Kept, i64>) -> std::ops::ControlFlow<()>,
) -> rusqlite::Result<()> {
    let mut statement = conn.prepare(&format!("SELECT {COLUMNS} FROM audit ORDER BY seq"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let entry = match kept(row) {
            Ok(kept) => Ok(kept),
            Err(_) => Err(row.get(0)?),
        };
        if take(entry).is_break() {
            break;
        }
    }
    Ok(())
}

/// Gives the entries of the table from a day (UTC, inclusive) on, in order.
///
/// # Errors
/// The file cannot be read, holds an entry that is none, or `take` fails.
pub fn entries(
    store: &Store,
    since: Option<jiff::civil::Date>,
    take: &mut dyn FnMut(Kept) -> Result<()>,
) -> Result<()> {
    let sql = format!("SELECT {COLUMNS} FROM audit WHERE at >= ?1 ORDER BY seq");
    let since = since.map(|d| d.to_string()).unwrap_or_default();
    let mut statement = store.conn.prepare(&sql).map_err(store.fault("reading the access log of"))?;
    let mut rows = statement.query([since]).map_err(store.fault("reading the access log of"))?;
    while let Some(row) = rows.next().map_err(store.fault("reading the access log of"))? {
        take(kept(row).map_err(store.fault("reading the access log of"))?)?;
    }
    Ok(())
}

impl Store {
    /// Does something and says so in the access log, both or neither. `work` gives its result and the entry.
    ///
    /// # Errors
    /// Those of `work`; the file cannot be written.
    pub fn logged<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<(T, Entry)>) -> Result<T> {
        let doing = "writing the access log of";
        self.conn.execute_batch("BEGIN IMMEDIATE").map_err(self.fault(doing))?;
        let done = work(self).and_then(|(value, entry)| {
            append(&self.conn, [entry]).map_err(self.fault(doing))?;
            self.conn.execute_batch("COMMIT").map_err(self.fault(doing))?;
            Ok(value)
        });
        if done.is_err() {
            // Some failures have ended the transaction already; then there is nothing to roll back.
            let _ = self.conn.execute_batch("ROLLBACK");
        }
        done
    }
}
