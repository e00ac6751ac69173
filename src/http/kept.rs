//! Finished answers: made once for all who ask at the same time, and kept under their tag, which names data, policy, tier
//! and question, so that no two callers who may see different things share one.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::http::StatusCode;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use moka::sync::Cache;

use super::coding::Coding;
use super::etag::Tag;
use super::metrics::Metrics;
use super::problem::{Answer, Problem};

/// Documents beyond this many bytes are not kept: they would drive out many tiles.
const MAX_DOCUMENT_BYTES: usize = 1 << 20;
/// What an entry takes in memory besides its bytes.
const BYTES_AN_ENTRY: usize = 160;

/// Bytes that are ready to be sent.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The bytes.
    pub bytes: Bytes,
    /// How they are coded.
    pub coding: Option<Coding>,
    /// Rows in the answer, for the access log.
    pub rows: u64,
}

impl Finished {
    /// As they are.
    #[must_use]
    pub fn plain(bytes: Vec<u8>, rows: u64) -> Self {
        // Without the room that a growing list has to spare.
        Self { bytes: bytes.into_boxed_slice().into(), coding: None, rows }
    }

    /// In a coding, where that makes them fewer.
    fn coded(self, coding: Option<Coding>) -> Self {
        match coding.and_then(|c| Some((c, c.of(&self.bytes)?))) {
            Some((coding, bytes)) => Self { coding: Some(coding), ..Self::plain(bytes, self.rows) },
            None => self,
        }
    }
}

type Key = (u128, Option<Coding>);
type Making = Shared<BoxFuture<'static, Answer<Finished>>>;
type WeakMaking = WeakShared<BoxFuture<'static, Answer<Finished>>>;

/// What is kept, and what is being made.
pub struct Kept {
    cache: Cache<Key, Finished>,
    making: Mutex<HashMap<Key, WeakMaking>>,
    /// How often everything was forgotten.
    epoch: AtomicU64,
    metrics: Arc<Metrics>,
}

impl Kept {
    /// At most about `max_bytes`.
    #[must_use]
    pub fn new(max_bytes: u64, metrics: Arc<Metrics>) -> Self {
        let weigh = |_: &Key, one: &Finished| u32::try_from(one.bytes.len() + BYTES_AN_ENTRY).unwrap_or(u32::MAX);
        let cache = Cache::builder().max_capacity(max_bytes).weigher(weigh).build();
        Self { cache, making: Mutex::default(), epoch: AtomicU64::new(0), metrics }
    }

    /// An answer that is kept.
    #[must_use]
    pub fn held(&self, tag: &Tag, coding: Option<Coding>) -> Option<Finished> {
        let found = self.cache.get(&(tag.key(), coding))?;
        self.metrics.kept("hit");
        Some(found)
    }

    /// The answer of a tag in a coding: as it is kept, or as someone else is making it now, or from `make`. It goes on as
    /// long as anyone waits for it.
    ///
    /// # Errors
    /// What `make` answers; errors are not kept.
    pub async fn get(
        self: &Arc<Self>,
        tag: &Tag,
        coding: Option<Coding>,
        make: impl Future<Output = Answer<Finished>> + Send + 'static,
    ) -> Answer<Finished> {
        if let Some(found) = self.held(tag, coding) {
            return Ok(found);
        }
        let plain = (tag.key(), None);
        let is_made = self.lock().get(&(tag.key(), coding)).is_some_and(|making| making.upgrade().is_some());
        self.metrics.kept(if is_made { "shared" } else { "miss" });
        if coding.is_none() {
            return self.once(plain, make).await;
        }
        let kept = Arc::clone(self);
        let coded = async move {
            let made = kept.once(plain, make).await?;
            // Short, but no work for the threads that listen.
            tokio::task::spawn_blocking(move || made.coded(coding)).await.map_err(|_| {
                Box::new(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the answer could not be compressed"))
            })
        };
        self.once((tag.key(), coding), coded).await
    }

    /// Keeps a small document in a coding.
    pub fn document(&self, tag: &Tag, coding: Option<Coding>, bytes: Vec<u8>) -> Finished {
        self.metrics.kept("miss");
        let finished = Finished::plain(bytes, 0).coded(coding);
        if finished.bytes.len() <= MAX_DOCUMENT_BYTES {
            self.cache.insert((tag.key(), coding), finished.clone());
        }
        finished
    }

    /// Forgets everything, also what is being made: it is answered to those who wait, and not kept.
    pub fn forget(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
        self.cache.invalidate_all();
    }

    async fn once(
        self: &Arc<Self>,
        key: Key,
        make: impl Future<Output = Answer<Finished>> + Send + 'static,
    ) -> Answer<Finished> {
        let making = self.join(key, make);
        making.await
    }

    fn join(self: &Arc<Self>, key: Key, make: impl Future<Output = Answer<Finished>> + Send + 'static) -> Making {
        let mut all = self.lock();
        if let Some(making) = all.get(&key).and_then(WeakShared::upgrade) {
            return making;
        }
        // What nobody waits for any more has stopped.
        all.retain(|_, making| making.upgrade().is_some());
        let (kept, epoch) = (Arc::clone(self), self.epoch.load(Ordering::SeqCst));
        let making = async move {
            // It may have been finished between the look at the cache and this one.
            if let Some(found) = kept.cache.get(&key) {
                return Ok(found);
            }
            let made = make.await?;
            kept.keep(key, &made, epoch);
            Ok(made)
        };
        let making = making.boxed().shared();
        if let Some(weak) = making.downgrade() {
            all.insert(key, weak);
        }
        making
    }

    /// Keeps what was made, unless everything was forgotten since it was begun: it may stand on what is gone.
    fn keep(&self, key: Key, made: &Finished, epoch: u64) {
        if self.epoch.load(Ordering::SeqCst) != epoch {
            return;
        }
        self.cache.insert(key, made.clone());
        if self.epoch.load(Ordering::SeqCst) != epoch {
            self.cache.invalidate(&key);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, WeakMaking>> {
        self.making.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[path = "kept_tests.rs"]
mod tests;
