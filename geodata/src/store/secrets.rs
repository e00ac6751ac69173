//! Secrets of a data file: made once, from the system's random numbers, and never shown, logged or released.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use rusqlite::OptionalExtension;
use sha2::Sha256;

use super::Store;
use crate::error::{Error, Result};

/// 256 random bits under a name. Its `Debug` shows nothing.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// A secret of known bytes, for tests and measurements.
    #[must_use]
    pub fn of(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// HMAC-SHA-256 over parts; they are separated, so that no two lists of parts run together.
    #[must_use]
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        // A key of 32 bytes is never refused.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return [0; 32] };
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl Store {
    /// The secret of that name; made now if there is none yet.
    ///
    /// # Errors
    /// The file cannot be read, or written where the secret is new.
    pub fn secret(&mut self, name: &str) -> Result<Secret> {
        if let Some(found) = self.known_secret(name)? {
            return Ok(found);
        }
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|e| {
            Error::storage(format!("the system gives no random numbers: {e}"), "make the file on another machine")
        })?;
        let sql = "INSERT OR IGNORE INTO secrets (name, value) VALUES (?1, ?2)";
        self.conn.execute(sql, rusqlite::params![name, &bytes[..]]).map_err(self.fault("writing a secret into"))?;
        // Another process may have been first.
        self.known_secret(name)?.ok_or_else(|| Error::storage(format!("the secret {name:?} was not kept"), "try again"))
    }

    /// The secret of that name, if there is one.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn known_secret(&self, name: &str) -> Result<Option<Secret>> {
        let sql = "SELECT value FROM secrets WHERE name = ?1";
        let found = self.conn.query_row(sql, [name], |r| r.get::<_, [u8; 32]>(0)).optional();
        Ok(found.map_err(self.fault("reading"))?.map(Secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_made_once_and_shown_never() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("city.gpkg");
        let mut store = Store::open(&path).expect("a new file");
        assert!(store.known_secret("noise").expect("readable").is_none());
        let first = store.secret("noise").expect("made");
        let again = Store::open(&path).expect("open").secret("noise").expect("there");
        assert_eq!(first.mac(&[b"x"]), again.mac(&[b"x"]));
        assert_ne!(first.mac(&[b"x"]), store.secret("other").expect("made").mac(&[b"x"]));
        assert_ne!(first.mac(&[b"ab", b"c"]), first.mac(&[b"a", b"bc"]));
        assert_eq!(format!("{first:?}"), "Secret(..)");
    }
}
