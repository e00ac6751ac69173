//! Keys, remembered by the SHA-256 of their token, so that a map's tiles do not each ask for them, and forgotten the moment
//! the data file changes, so that a revoked key ends with the next request.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use geodata::disclosure::Tier;
use geodata::store::agreements::{self, Agreement};
use geodata::store::{Store, change, keys};
use jiff::civil::Date;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use crate::http::problem::{Answer, Problem};

/// Keys remembered at once.
const MAX_REMEMBERED: u64 = 10_000;

/// A valid key, or a token of an issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id, which is no secret; issuer and subject of a token.
    pub id: Arc<str>,
    /// Whose it is, as the access log has it: id and name.
    pub who: Arc<str>,
    /// What it may see.
    pub tier: Tier,
    /// Last day on which it holds (UTC).
    pub expires: Option<Date>,
    /// What it is bound to.
    pub agreement: Option<Arc<Agreement>>,
}

impl Entry {
    /// A key that holds for ever and is bound to nothing.
    #[must_use]
    pub fn new(id: &str, tier: Tier) -> Self {
        Self { id: Arc::from(id), who: Arc::from(id), tier, expires: None, agreement: None }
    }

    fn holds(&self) -> bool {
        self.expires.is_none_or(|last| last >= keys::today())
    }
}

/// Where keys are kept.
pub trait KeyBook: Send + Sync + 'static {
    /// The valid key (neither expired nor revoked) of a token.
    ///
    /// # Errors
    /// The book cannot be read now.
    fn find(&self, token: &str) -> geodata::Result<Option<Entry>>;

    /// A number that changes whenever a key or an agreement may have changed; `None` where that is not known now. It is
    /// asked with every request and takes microseconds.
    fn mark(&self) -> Option<u64>;

    /// The data file whose log has an entry for every answer to a key. `None` only where no key opens anything.
    fn log(&self) -> Option<&Path>;
}

/// No key is valid: a service that is public only.
pub struct NoKeys;

impl KeyBook for NoKeys {
    fn find(&self, _token: &str) -> geodata::Result<Option<Entry>> {
        Ok(None)
    }

    fn mark(&self) -> Option<u64> {
        Some(0)
    }

    fn log(&self) -> Option<&Path> {
        None
    }
}

/// The keys in a city's own file. Each look-up opens the file anew: they are rare, and a file may be replaced.
pub struct FileKeys(pub PathBuf);

impl KeyBook for FileKeys {
    fn find(&self, token: &str) -> geodata::Result<Option<Entry>> {
        let store = Store::open_read(&self.0)?;
        let Some(key) = keys::find(&store, token)? else { return Ok(None) };
        let agreement = match &key.agreement {
            // A key whose agreement is not there holds as little as one that is not there itself.
            Some(id) => match agreements::find(&store, id)? {
                Some(agreement) => Some(Arc::new(agreement)),
                None => return Ok(None),
            },
            None => None,
        };
        let expires = key.expires.and_then(|day| day.parse().ok());
        let who = format!("{} {}", key.id, key.name);
        Ok(Some(Entry { id: Arc::from(key.id), who: Arc::from(who), tier: key.tier, expires, agreement }))
    }

    fn mark(&self) -> Option<u64> {
        change::mark(&self.0)
    }

    fn log(&self) -> Option<&Path> {
        Some(&self.0)
    }
}

/// A book with its answers remembered, each with the mark of the book that it was read at or after.
pub(super) struct Cached {
    book: Arc<dyn KeyBook>,
    known: Cache<[u8; 32], (u64, Option<Entry>)>,
}

impl Cached {
    pub(super) fn new(book: Arc<dyn KeyBook>) -> Self {
        Self { book, known: Cache::builder().max_capacity(MAX_REMEMBERED).build() }
    }

    /// The key of a token, if it was looked up before and nothing has changed since.
    pub(super) fn known(&self, token: &str) -> Option<Entry> {
        self.remembered(&Sha256::digest(token).into()).flatten()
    }

    fn remembered(&self, hash: &[u8; 32]) -> Option<Option<Entry>> {
        let (mark, entry) = self.known.get(hash)?;
        // A key that has expired is looked up anew, and not found.
        (self.book.mark() == Some(mark) && entry.as_ref().is_none_or(Entry::holds)).then_some(entry)
    }

    /// The key of a token.
    pub(super) async fn find(&self, token: &str) -> Answer<Option<Entry>> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        if let Some(known) = self.remembered(&hash) {
            return Ok(known);
        }
        let (book, token) = (Arc::clone(&self.book), token.to_owned());
        // The mark is taken first: a change between the two makes what was read count as old, never as new.
        let (mark, found) = tokio::task::spawn_blocking(move || (book.mark(), book.find(&token)))
            .await
            .map_err(|_| Problem::new(axum::http::StatusCode::INTERNAL_SERVER_ERROR, "the keys could not be read"))?;
        let found = found?;
        if let Some(mark) = mark {
            self.known.insert(hash, (mark, found.clone()));
        }
        Ok(found)
    }
}
