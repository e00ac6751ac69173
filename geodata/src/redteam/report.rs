//! What the attacks recovered, as a record that the data file keeps.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{ATTACKS, Ground};
use crate::cancel::Cancel;
use crate::disclosure::no_release;
use crate::error::{Error, Result};
use crate::index::Snapshot;
use crate::release::Release;
use crate::store::Store;

/// What one attack recovered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The attack.
    pub attack: String,
    /// What it tried.
    pub tried: String,
    /// How often.
    pub tries: u64,
    /// How often it was right, beyond what guessing gives. Expected: 0.
    pub recovered: u64,
    /// What was seen.
    pub seen: String,
}

/// What all attacks recovered of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// When, UTC.
    pub at: String,
    /// Number of the release.
    pub release: u32,
    /// Sum over the attacks.
    pub recovered: u64,
    /// By attack.
    pub findings: Vec<Finding>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "release {}, {}", self.release, self.at)?;
        writeln!(f, "{:<18}  {:>8}  {:>9}  seen", "attack", "tries", "recovered")?;
        for finding in &self.findings {
            writeln!(f, "{:<18}  {:>8}  {:>9}  {}", finding.attack, finding.tries, finding.recovered, finding.seen)?;
        }
        write!(f, "{} recovered in all (expected 0)", self.recovered)
    }
}

/// Tries every attack on the newest release of a data file. `said` is told which.
///
/// # Errors
/// The file cannot be read, or has no release.
pub fn run(path: &Path, tries: u64, seed: u64, said: &dyn Fn(&str), cancel: &Cancel) -> Result<Report> {
    let store = Store::open_read(path)?;
    let release = Release::newest(&store)?.ok_or_else(no_release)?;
    let snapshot = Arc::new(Snapshot::build(&store)?);
    let ground = Ground { path, snapshot, release, tries, seed, cancel: cancel.clone() };
    let mut findings = vec![];
    for attack in &ATTACKS {
        said(attack.id);
        cancel.check()?;
        let outcome = (attack.run)(&ground)?;
        findings.push(Finding {
            attack: attack.id.to_owned(),
            tried: attack.tries.to_owned(),
            tries: outcome.tries,
            recovered: outcome.recovered,
            seen: outcome.words,
        });
    }
    Ok(Report {
        at: jiff::Timestamp::from_second(jiff::Timestamp::now().as_second()).unwrap_or_default().to_string(),
        release: ground.release.document().number,
        recovered: findings.iter().map(|f| f.recovered).sum(),
        findings,
    })
}

/// The newest report that the data file keeps.
///
/// # Errors
/// The file cannot be read.
pub fn last(store: &Store) -> Result<Option<Report>> {
    let read = |text: String| {
        serde_json::from_str(&text).map_err(|e| {
            Error::storage(format!("a red-team report cannot be read: {e}"), "run `urbansafety redteam` again")
        })
    };
    store.last_redteam()?.map(read).transpose()
}

impl Report {
    /// Keeps the report in the data file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep(&self, store: &mut Store) -> Result<()> {
        let text = serde_json::to_string(self)
            .map_err(|e| Error::storage(format!("the report cannot be written: {e}"), "report this"))?;
        store.keep_redteam(&self.at, self.release, self.recovered, &text)
    }
}
