//! The masked points of the current state of the data: made when a partner first asks, and kept until it changes.

use std::sync::{Arc, Mutex, PoisonError};

use geodata::Cancel;
use geodata::disclosure::MaskedPoints;
use geodata::index::Snapshot;
use geodata::policy::Policy;

/// The newest ones, and of which data and policy they are.
#[derive(Default)]
pub struct Masked(Mutex<Option<(String, Arc<MaskedPoints>)>>);

impl Masked {
    /// Those of a snapshot under a policy. Whoever asks while they are made waits for them: call it in work.
    ///
    /// # Errors
    /// The data file cannot be read; a stopped request.
    pub fn get(&self, snapshot: &Snapshot, policy: &Policy, cancel: &Cancel) -> geodata::Result<Arc<MaskedPoints>> {
        let name = format!("{}|{}", snapshot.name(), policy.full_hash());
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, points)) = kept.as_ref().filter(|(of, _)| *of == name) {
            return Ok(Arc::clone(points));
        }
        let points = Arc::new(MaskedPoints::of(snapshot, policy, cancel)?);
        *kept = Some((name, Arc::clone(&points)));
        Ok(points)
    }
}
