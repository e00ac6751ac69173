//! A job: who may see it, what it is doing, and what came of it.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use geodata::Cancel;
use geodata::analysis::Method;
use geodata::model::LonLatBox;
use jiff::Timestamp;
use tokio::task::AbortHandle;

use crate::access::Caller;
use crate::http::problem::{Answer, Problem};
use crate::http::results::Computed;
use crate::http::view::View;

/// Whose it is, and under what it was made. A job is shown only where all of it still holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Id of the key; `None` for whoever asked without one.
    pub key: Option<Arc<str>>,
    /// Tier and precision, as they were for the method.
    pub scope: String,
    /// Hash of the policy.
    pub policy: String,
}

impl Owner {
    /// A caller, whose tier is already that for the method.
    #[must_use]
    pub fn of(caller: &Caller, view: &View) -> Self {
        Self { key: caller.key.clone(), scope: caller.scope(), policy: view.policy_hash().to_owned() }
    }
}

/// What a job is doing.
#[derive(Clone)]
pub enum Phase {
    /// It waits for its turn.
    Accepted,
    /// It is worked on.
    Running(Cancel),
    /// Its result is there.
    Successful(Arc<Computed>),
    /// It ended without one, and why.
    Failed(Problem),
    /// Nothing is kept of it any more, and why.
    Gone(&'static str),
}

/// A phase, and when what happened.
#[derive(Clone)]
pub struct State {
    /// What it is doing.
    pub phase: Phase,
    /// Since when it is worked on.
    pub started: Option<Timestamp>,
    /// When it ended, however it did.
    pub finished: Option<Timestamp>,
    /// When it last changed.
    pub updated: Timestamp,
}

/// A job.
pub struct Job {
    /// A name that nobody can guess.
    pub id: String,
    /// What is run.
    pub method: &'static Method,
    /// Whose it is.
    pub owner: Owner,
    /// The records that it reads: data file and number of removals from it.
    pub records: String,
    /// What is shown of the result.
    pub within: Option<LonLatBox>,
    /// Format of the result unless another is asked for.
    pub format: &'static str,
    /// When it was asked for.
    pub created: Timestamp,
    state: Mutex<State>,
    worker: OnceLock<AbortHandle>,
}

impl Job {
    /// A new one, which waits.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn new(method: &'static Method, owner: Owner, records: String) -> Answer<Self> {
        let mut random = [0u8; 16];
        getrandom::fill(&mut random).map_err(|_| {
            let status = axum::http::StatusCode::SERVICE_UNAVAILABLE;
            Problem::new(status, "no name can be drawn for the job now").hint("try again in a minute")
        })?;
        let now = Timestamp::now();
        let state = State { phase: Phase::Accepted, started: None, finished: None, updated: now };
        Ok(Self {
            id: random.iter().map(|b| format!("{b:02x}")).collect(),
            method,
            owner,
            records,
            within: None,
            format: "geojson",
            created: now,
            state: Mutex::new(state),
            worker: OnceLock::new(),
        })
    }

    /// What it is doing now.
    #[must_use]
    pub fn state(&self) -> State {
        self.lock().clone()
    }

    /// Whether it waits or is worked on.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.lock().phase, Phase::Accepted | Phase::Running(_))
    }

    /// Bytes of its result.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match &self.lock().phase {
            Phase::Successful(result) => result.bytes(),
            _ => 0,
        }
    }

    /// Remembers what works on it; a job that was dismissed meanwhile is stopped.
    pub fn worked_on_by(&self, worker: AbortHandle) {
        if let Phase::Gone(_) = self.lock().phase {
            worker.abort();
        }
        let _ = self.worker.set(worker);
    }

    /// Its turn has come.
    pub fn begin(&self, cancel: Cancel) {
        let mut state = self.lock();
        match state.phase {
            Phase::Accepted => {
                let now = Timestamp::now();
                (state.phase, state.started, state.updated) = (Phase::Running(cancel), Some(now), now);
            }
            _ => cancel.stop(),
        }
    }

    /// It has ended; whether that is news.
    pub fn end(&self, outcome: Answer<Arc<Computed>>) -> bool {
        let mut state = self.lock();
        if !matches!(state.phase, Phase::Accepted | Phase::Running(_)) {
            return false;
        }
        let now = Timestamp::now();
        state.phase = match outcome {
            Ok(result) => Phase::Successful(result),
            Err(problem) => Phase::Failed(*problem),
        };
        (state.finished, state.updated) = (Some(now), now);
        true
    }

    /// Stops it if it is open, and forgets what came of it; the phase before.
    pub fn forget(&self, why: &'static str) -> Phase {
        let before = {
            let mut state = self.lock();
            let now = Timestamp::now();
            state.finished.get_or_insert(now);
            state.updated = now;
            std::mem::replace(&mut state.phase, Phase::Gone(why))
        };
        if let Phase::Running(cancel) = &before {
            cancel.stop();
        }
        // Whatever still waits for its turn does not wait any longer.
        if let Some(worker) = self.worker.get() {
            worker.abort();
        }
        before
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
