//! Stops work whose caller has gone or whose deadline has passed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::error::{Error, Result};

/// A flag that long loops ask once per block of work. Cloning shares the flag.
#[derive(Clone, Default)]
pub struct Cancel {
    stopped: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

impl Cancel {
    /// Stops by itself at `deadline`.
    #[must_use]
    pub fn at(deadline: Instant) -> Self {
        Self { stopped: Arc::default(), deadline: Some(deadline) }
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
}
