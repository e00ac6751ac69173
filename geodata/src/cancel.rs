//! Stops work whose caller has gone or whose deadline has passed, and tells how far it has come.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use crate::error::{Error, Result};

/// A flag that long loops ask once per block of work, and their progress. Cloning shares both.
#[derive(Clone, Default)]
pub struct Cancel {
    stopped: Arc<AtomicBool>,
    progress: Arc<Progress>,
    deadline: Option<Instant>,
}

#[derive(Default)]
struct Progress {
    done: AtomicU64,
    total: AtomicU64,
}

impl Cancel {
    /// Stops by itself at `deadline`.
    #[must_use]
    pub fn at(deadline: Instant) -> Self {
        Self { deadline: Some(deadline), ..Self::default() }
    }

    /// Stops the work at its next check.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether the work should go on.
    ///
    /// # Errors
    /// [`crate::Kind::Cancelled`] once stopped or past the deadline.
    pub fn check(&self) -> Result<()> {
        let late = self.deadline.is_some_and(|d| Instant::now() >= d);
        if late || self.stopped.load(Ordering::Relaxed) { Err(Error::cancelled()) } else { Ok(()) }
    }

    /// Begins a part of the work that has `total` steps, however long each takes.
    pub fn begin(&self, total: u64) {
        self.progress.done.store(0, Ordering::Relaxed);
        self.progress.total.store(total, Ordering::Relaxed);
    }

    /// So many more steps are done.
    pub fn advance(&self, steps: u64) {
        self.progress.done.fetch_add(steps, Ordering::Relaxed);
    }

    /// Steps done and steps in all; `None` where the work has not said how long it is.
    #[must_use]
    pub fn progress(&self) -> Option<(u64, u64)> {
        let total = self.progress.total.load(Ordering::Relaxed);
        (total > 0).then(|| (self.progress.done.load(Ordering::Relaxed).min(total), total))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_the_flag_and_the_progress() {
        let cancel = Cancel::default();
        let other = cancel.clone();
        assert_eq!((cancel.progress(), cancel.check()), (None, Ok(())));
        other.begin(10);
        other.advance(4);
        assert_eq!(cancel.progress(), Some((4, 10)));
        cancel.advance(40);
        assert_eq!(other.progress(), Some((10, 10)));
        cancel.stop();
        assert!(other.check().is_err());
        assert!(Cancel::at(Instant::now()).check().is_err());
    }
}
