//! What events tell of jobs: to the key that made them alone.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::job::Owner;
use super::routes::still_theirs;
use super::status::{progress, word};
use crate::access::Caller;
use crate::http::app::App;

/// The state of every job of a caller, by its name; none without a key.
#[must_use]
pub fn news(app: &App, caller: &Caller) -> BTreeMap<String, Value> {
    if caller.key.is_none() {
        return BTreeMap::new();
    }
    let view = app.view();
    let own = app.jobs.of(&Owner::of(caller, &view));
    own.iter()
        .filter(|job| still_theirs(caller, &view, job))
        .map(|job| {
            let phase = job.state().phase;
            let news = json!({
                "jobID": job.id,
                "processID": job.method.id,
                "status": word(&phase),
                "progress": progress(&phase),
            });
            (job.id.clone(), news)
        })
        .collect()
}
