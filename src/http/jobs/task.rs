//! The work of an execution; it owns what it needs, so that it can go to another thread.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use geodata::Cancel;
use geodata::disclosure::{self, Request, Tier};

use super::execution::Execution;
use super::job::Job;
use crate::http::app::App;
use crate::http::ask::Ask;
use crate::http::problem::{Answer, Problem};
use crate::http::results::Computed;
use crate::http::view::View;

/// What is to be worked out, of which data, for which tier.
pub struct Task {
    app: Arc<App>,
    view: Arc<View>,
    tier: Tier,
    request: Request,
    key: u128,
}

impl Task {
    /// Of a request, whose caller's tier is already that for the method.
    #[must_use]
    pub fn new(ask: &Ask, execution: &Execution) -> Self {
        Self {
            app: Arc::clone(&ask.app),
            view: Arc::clone(&ask.view),
            tier: ask.caller.tier,
            request: execution.request(),
            key: execution.key(ask),
        }
    }

    /// The result, for a caller who waits for it.
    ///
    /// # Errors
    /// What the question answers.
    pub fn at_once(&self, cancel: &Cancel) -> Answer<Arc<Computed>> {
        self.app.results.get(self.key, cancel, || self.compute(cancel))
    }

    /// The result of a job. It is not waited for by others who ask the same: they have less time than a job has.
    ///
    /// # Errors
    /// What the question answers.
    fn as_job(&self, cancel: &Cancel) -> Answer<Arc<Computed>> {
        if let Some(held) = self.app.results.held(self.key) {
            return Ok(held);
        }
        let result = Arc::new(self.compute(cancel)?);
        // What was worked out from data that have changed meanwhile is the job's alone.
        if Arc::ptr_eq(&self.view, &self.app.view()) {
            self.app.results.keep(self.key, &result);
        }
        Ok(result)
    }

    fn compute(&self, cancel: &Cancel) -> geodata::Result<Computed> {
        let (snapshot, release) = (&self.view.snapshot, self.view.release.as_deref());
        let ask = disclosure::Ask { snapshot, release, tier: self.tier, cancel };
        Ok(Computed::new(disclosure::analyse(&ask, &self.request)?, true))
    }

    /// Works on a job when its turn comes.
    pub fn start(self, job: &Arc<Job>) {
        let app = Arc::clone(&self.app);
        let own = Arc::clone(job);
        let worker = tokio::spawn(async move {
            let begin = |cancel| own.begin(cancel);
            let outcome = app.jobs.work.in_turn(begin, move |cancel| self.as_job(cancel)).await;
            let outcome = outcome.map_err(|problem| match problem.status() {
                StatusCode::GATEWAY_TIMEOUT => Box::new(too_slow(app.options.job_deadline)),
                _ => problem,
            });
            let word = if outcome.is_ok() { "successful" } else { "failed" };
            if own.end(outcome) {
                app.metrics.job_ended(own.method.id, word);
            }
            app.jobs.sweep();
        });
        job.worked_on_by(worker.abort_handle());
    }
}

fn too_slow(deadline: Duration) -> Problem {
    let detail = format!("the job was not done within {} s", deadline.as_secs());
    Problem::new(StatusCode::GATEWAY_TIMEOUT, detail)
        .hint("ask for a smaller area or period, larger cells or fewer draws")
}
