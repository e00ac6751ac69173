//! The one way to CPU work: bounded, with a deadline, stopped when the caller goes, never on the async threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use geodata::Cancel;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::problem::{Answer, Problem};

/// Runs work, a bounded number at once.
pub struct Work {
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    max_waiting: usize,
    deadline: Duration,
}

impl Work {
    /// `at_once` pieces of work at a time, `max_waiting` more in the queue, each done within `deadline` of its arrival.
    #[must_use]
    pub fn new(at_once: usize, max_waiting: usize, deadline: Duration) -> Self {
        Self { permits: Arc::new(Semaphore::new(at_once.max(1))), waiting: AtomicUsize::new(0), max_waiting, deadline }
    }

    /// Pieces of work that wait for a core.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Runs `job` on a thread for blocking work. If the future is dropped, the job's `Cancel` stops.
    ///
    /// # Errors
    /// What the job answers; 503 where too much waits already, 504 past the deadline, 500 if the job panics.
    pub async fn run<T, F>(&self, job: F) -> Answer<T>
    where
        T: Send + 'static,
        F: FnOnce(&Cancel) -> Answer<T> + Send + 'static,
    {
        let deadline = Instant::now() + self.deadline;
        let permit = match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => self.queue(deadline).await?,
        };
        on_thread(permit, Cancel::at(deadline), job).await
    }

    /// Runs `job` when its turn comes, however long that takes; its deadline counts from then on, and `begin` hears of it.
    /// If the future is dropped, the job's `Cancel` stops.
    ///
    /// # Errors
    /// What the job answers; 504 past the deadline, 500 if the job panics.
    pub async fn in_turn<T, F>(&self, begin: impl FnOnce(Cancel), job: F) -> Answer<T>
    where
        T: Send + 'static,
        F: FnOnce(&Cancel) -> Answer<T> + Send + 'static,
    {
        let waiting = Waiting::new(&self.waiting);
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| busy())?;
        drop(waiting);
        let cancel = Cancel::at(Instant::now() + self.deadline);
        begin(cancel.clone());
        on_thread(permit, cancel, job).await
    }

    async fn queue(&self, deadline: Instant) -> Answer<OwnedSemaphorePermit> {
        let _waiting = Waiting::new(&self.waiting);
        if self.waiting() > self.max_waiting {
            return Err(Box::new(busy()));
        }
        let turn = Arc::clone(&self.permits).acquire_owned();
        match tokio::time::timeout_at(deadline.into(), turn).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Box::new(busy())),
        }
    }
}

/// Runs work on a thread for it; a dropped future stops it.
async fn on_thread<T, F>(permit: OwnedSemaphorePermit, cancel: Cancel, job: F) -> Answer<T>
where
    T: Send + 'static,
    F: FnOnce(&Cancel) -> Answer<T> + Send + 'static,
{
    let stop = StopOnDrop(cancel.clone());
    let done = tokio::task::spawn_blocking(move || {
        let answer = job(&cancel);
        // Held until the work has really ended, also where nobody waits for it any more.
        drop(permit);
        answer
    })
    .await;
    drop(stop);
    done.unwrap_or_else(|_| {
        tracing::error!("work panicked; the panic's own message is above");
        Err(Box::new(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the answer could not be worked out")))
    })
}

fn busy() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many answers are being worked out")
        .hint("try again in a few seconds")
}

/// Stops the work when its caller goes away: dropping a finished one stops nothing.
struct StopOnDrop(Cancel);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Counts one that waits.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
#[path = "work_tests.rs"]
mod tests;
