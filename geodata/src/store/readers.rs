//! Readers of a data file that stay open between requests: opening one costs more than reading a page of rows.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::Store;
use crate::error::Result;
use crate::model::{Incident, Profile};

/// Readers that are kept while nobody needs them.
const MAX_IDLE: usize = 8;
/// Page cache of each, KiB (the minus sign is SQLite's way to say so).
const CACHE_KIB: i32 = -16_384;

/// The readers of one state of a file. They go with it, so that none keeps what a later state no longer holds.
pub(crate) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Reader>>,
}

/// An open file, and the profiles that were read from it.
struct Reader {
    store: Store,
    profiles: HashMap<u32, Arc<Profile>>,
}

impl Readers {
    /// Of a file; it is opened when it is first read.
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), idle: Mutex::default() }
    }

    /// The incidents with these fids, each with its own, in the order asked for; missing ones are left out.
    ///
    /// # Errors
    /// The file cannot be read, or holds a row that is no incident.
    pub(crate) fn incidents_by_fid(&self, fids: &[i64]) -> Result<Vec<(i64, Incident)>> {
        let held = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut reader = match held {
            Some(reader) => reader,
            None => Reader::open(&self.path)?,
        };
        // One that failed is not kept.
        let found = reader.store.read_incidents(fids, &mut reader.profiles)?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MAX_IDLE {
            idle.push(reader);
        }
        Ok(found)
    }
}

impl Reader {
    fn open(path: &Path) -> Result<Self> {
        let store = Store::open_read(path)?;
        store.conn.pragma_update(None, "cache_size", CACHE_KIB).map_err(store.fault("opening"))?;
        Ok(Self { store, profiles: HashMap::new() })
    }
}
