//! The jobs that are kept: few enough, for long enough, each for its owner alone.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use jiff::Timestamp;

use super::job::{Job, Owner, Phase};
use crate::http::options::Options;
use crate::http::problem::{Answer, Problem};
use crate::http::work::Work;

/// Jobs remembered, those of which only the name is left among them.
const MAX_REMEMBERED: usize = 1000;
/// Why nothing is kept of a job.
pub const DISMISSED: &str = "this job was dismissed";
const EXPIRED: &str = "the result of this job was kept for its time and is gone";
const NO_ROOM: &str = "the result of this job made room for newer ones";
const OTHER_POLICY: &str = "the policy has changed since this job was made";
const RECORDS_REMOVED: &str = "records were removed from the data since this job was made";

/// All jobs of a service.
pub struct Jobs {
    /// Works on them, a few at once.
    pub work: Work,
    /// In the order in which they came.
    all: Mutex<Vec<Arc<Job>>>,
    max_open: usize,
    max_open_each: usize,
    max_bytes: u64,
    keep: Duration,
}

impl Jobs {
    /// None yet.
    #[must_use]
    pub fn new(options: &Options) -> Self {
        Self {
            work: Work::new(options.jobs_at_once, options.max_jobs, options.job_deadline),
            all: Mutex::default(),
            max_open: options.max_jobs,
            max_open_each: options.max_jobs_each,
            max_bytes: options.job_bytes,
            keep: options.job_keep,
        }
    }

    /// How long results are kept.
    #[must_use]
    pub fn keep(&self) -> Duration {
        self.keep
    }

    /// Takes a job in.
    ///
    /// # Errors
    /// 429 where its owner, or all together, have too many that are not done.
    pub fn add(&self, job: Job) -> Answer<Arc<Job>> {
        self.sweep();
        let mut all = self.lock();
        let open: Vec<&Arc<Job>> = all.iter().filter(|j| j.is_open()).collect();
        let own = open.iter().filter(|j| j.owner.key == job.owner.key).count();
        let (n, bound, whose) = match own >= self.max_open_each {
            true => (own, self.max_open_each, if job.owner.key.is_some() { "of this key" } else { "without a key" }),
            false => (open.len(), self.max_open, "of all callers"),
        };
        if n >= bound {
            let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, format!("{n} jobs {whose} are not done yet"));
            let problem = problem.bound(format!("at most {bound} jobs {whose} that are not done"));
            return Err(Box::new(problem.hint("wait for one to end, or dismiss one with DELETE /jobs/{id}")));
        }
        if all.len() >= MAX_REMEMBERED {
            let gone = all.iter().position(|j| matches!(j.state().phase, Phase::Gone(_)));
            if let Some(at) = gone.or_else(|| all.iter().position(|j| !j.is_open())) {
                all.remove(at);
            }
        }
        let job = Arc::new(job);
        all.push(Arc::clone(&job));
        Ok(job)
    }

    /// The job of that name.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<Arc<Job>> {
        self.sweep();
        self.lock().iter().find(|j| j.id == id).cloned()
    }

    /// Those of a key of which something is kept, the newest first. Whoever asks without a key has the names of their jobs
    /// alone.
    #[must_use]
    pub fn of(&self, owner: &Owner) -> Vec<Arc<Job>> {
        self.sweep();
        let all = self.lock();
        let own = |j: &&Arc<Job>| {
            owner.key.is_some() && j.owner.key == owner.key && !matches!(j.state().phase, Phase::Gone(_))
        };
        all.iter().rev().filter(own).cloned().collect()
    }

    /// Jobs that wait or are worked on.
    #[must_use]
    pub fn open(&self) -> usize {
        self.lock().iter().filter(|j| j.is_open()).count()
    }

    /// Forgets results whose time is over, then the oldest until the rest has room.
    pub fn sweep(&self) {
        let now = Timestamp::now();
        let mut all = self.lock();
        let age = |j: &Job| j.state().finished.map(|t| Duration::try_from(now.duration_since(t)).unwrap_or_default());
        for job in all.iter() {
            if age(job).is_some_and(|age| age >= self.keep) && !matches!(job.state().phase, Phase::Gone(_)) {
                job.forget(EXPIRED);
            }
        }
        // The name is remembered for as long again, to say what became of it.
        all.retain(|job| age(job).is_none_or(|age| age < self.keep * 2));
        let mut bytes: u64 = all.iter().map(|j| j.bytes()).sum();
        let mut done: Vec<_> = all.iter().filter(|j| j.bytes() > 0).collect();
        done.sort_by_key(|j| j.state().finished);
        for job in done {
            if bytes <= self.max_bytes {
                break;
            }
            bytes -= job.bytes();
            job.forget(NO_ROOM);
        }
    }

    /// Forgets, and stops, what stands on records that are no longer there or was made under another policy.
    pub fn keep_only(&self, records: &str, policy: &str) {
        for job in self.lock().iter() {
            let why = match (job.records == records, job.owner.policy == policy) {
                (false, _) => RECORDS_REMOVED,
                (_, false) => OTHER_POLICY,
                _ => continue,
            };
            if !matches!(job.state().phase, Phase::Gone(_)) {
                job.forget(why);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Job>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[path = "book_tests.rs"]
mod tests;
