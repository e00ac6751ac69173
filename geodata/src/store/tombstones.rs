//! What is left of an erased record: a code of its key under the file's secret, by which an import knows it again.

use std::collections::HashSet;

use rusqlite::{Connection, params};

use super::Store;
use super::import::now;
use super::secrets::Secret;
use crate::error::Result;

/// Name of the secret that codes are made under.
pub(super) const SECRET: &str = "tombstones";

/// The erased keys of one source, as codes. Without the secret nobody can tell whether a key is among them.
pub(super) struct Tombstones {
    secret: Secret,
    source: String,
    codes: HashSet<[u8; 32]>,
}

impl Tombstones {
    /// Whether the record with this key was erased.
    pub(super) fn has(&self, key: &str) -> bool {
        self.codes.contains(&code(&self.secret, &self.source, key))
    }

    /// Whether a value that was set aside holds the key of an erased record.
    pub(super) fn are_in(&self, value: &str) -> bool {
        pieces(value).any(|piece| self.has(piece))
    }
}

/// The code of a key.
pub(super) fn code(secret: &Secret, source: &str, key: &str) -> [u8; 32] {
    secret.mac(&[source.as_bytes(), key.as_bytes()])
}

/// A value that was set aside, whole and in pieces: it may be a cell, or a line of the file.
pub(super) fn pieces(value: &str) -> impl Iterator<Item = &str> {
    let apart = |c: char| c.is_whitespace() || ",;|=\"'()[]{}<>".contains(c);
    std::iter::once(value.trim()).chain(value.split(apart)).filter(|piece| !piece.is_empty())
}

/// Leaves a tombstone, in the open transaction.
pub(super) fn add(tx: &Connection, source: &str, code: &[u8; 32], reason: &str) -> rusqlite::Result<()> {
    let sql = "INSERT OR IGNORE INTO tombstones (source, key_mac, erased, reason) VALUES (?1, ?2, ?3, ?4)";
    tx.prepare_cached(sql)?.execute(params![source, &code[..], now(), reason]).map(|_| ())
}

impl Store {
    /// The erased keys of a source; `None` where there are none, so that an import need not ask.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn tombstones(&self, source: &str) -> Result<Option<Tombstones>> {
        let Some(secret) = self.known_secret(SECRET)? else { return Ok(None) };
        let read = || {
            let mut statement = self.conn.prepare_cached("SELECT key_mac FROM tombstones WHERE source = ?1")?;
            let codes = statement.query_map([source], |r| r.get::<_, [u8; 32]>(0))?;
            codes.collect::<rusqlite::Result<HashSet<_>>>()
        };
        let codes = read().map_err(self.fault("reading"))?;
        Ok((!codes.is_empty()).then(|| Tombstones { secret, source: source.to_owned(), codes }))
    }
}
