//! Keys, remembered for a few seconds by the SHA-256 of their token so that a map's tiles do not each ask the file.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use geodata::disclosure::Tier;
use geodata::store::Store;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use crate::http::problem::{Answer, Problem};

/// How long a revoked key may still work, and how often an unknown one is looked up.
const REMEMBERED: Duration = Duration::from_secs(5);
/// Keys remembered at once.
const MAX_REMEMBERED: u64 = 10_000;

/// A valid key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id, which is no secret.
    pub id: Arc<str>,
    /// What it may see.
    pub tier: Tier,
}

/// Where keys are kept.
pub trait KeyBook: Send + Sync + 'static {
    /// The valid key (neither expired nor revoked) of a token.
    ///
    /// # Errors
    /// The book cannot be read now.
    fn find(&self, token: &str) -> geodata::Result<Option<Entry>>;
}

/// No key is valid: a service that is public only.
pub struct NoKeys;

impl KeyBook for NoKeys {
    fn find(&self, _token: &str) -> geodata::Result<Option<Entry>> {
        Ok(None)
    }
}

/// The keys in a city's own file. Each look-up opens the file anew: they are rare, and a file may be replaced.
pub struct FileKeys(pub PathBuf);

impl KeyBook for FileKeys {
    fn find(&self, token: &str) -> geodata::Result<Option<Entry>> {
        let store = Store::open_read(&self.0)?;
        let key = geodata::store::keys::find(&store, token)?;
        Ok(key.map(|k| Entry { id: Arc::from(k.id), tier: k.tier }))
    }
}

/// A book with its answers remembered.
pub(super) struct Cached {
    book: Arc<dyn KeyBook>,
    known: Cache<[u8; 32], Option<Entry>>,
}

impl Cached {
    pub(super) fn new(book: Arc<dyn KeyBook>) -> Self {
        Self { book, known: Cache::builder().max_capacity(MAX_REMEMBERED).time_to_live(REMEMBERED).build() }
    }

    /// The key of a token, if it was valid a moment ago.
    pub(super) fn known(&self, token: &str) -> Option<Entry> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        self.known.get(&hash).flatten()
    }

    /// The key of a token.
    pub(super) async fn find(&self, token: &str) -> Answer<Option<Entry>> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        if let Some(known) = self.known.get(&hash) {
            return Ok(known);
        }
        let (book, token) = (Arc::clone(&self.book), token.to_owned());
        let found = tokio::task::spawn_blocking(move || book.find(&token))
            .await
            .map_err(|_| Problem::new(axum::http::StatusCode::INTERNAL_SERVER_ERROR, "the keys could not be read"))??;
        self.known.insert(hash, found.clone());
        Ok(found)
    }
}
