//! Is the access log whole? The first entry that is not, and what is wrong with it.

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;

use serde::Serialize;

use super::super::Store;
use super::table::{Kept, Link, hex};
use super::{fold, journal, table};
use crate::error::{Error, Result};

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// What it says, or its hash, was changed.
    Content,
    /// It does not follow the entry before it.
    Link,
    /// Entries before it are missing.
    Gap,
    /// Entries from it to the end are missing, or were added past the log.
    Tail,
}

/// The first place where the log is broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Break {
    /// Name of the journal, or `None` for the table of the data file.
    pub journal: Option<String>,
    /// Number of the entry.
    pub entry: i64,
    /// What is wrong with it.
    pub fault: Fault,
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.fault {
            Fault::Content => "its content or its hash was changed",
            Fault::Link => "it does not follow the entry before it",
            Fault::Gap => "entries before it are missing",
            Fault::Tail => "from it on, entries are missing or were added past the log",
        };
        match &self.journal {
            Some(journal) => write!(f, "entry {} of the journal {journal}: {what}", self.entry),
            None => write!(f, "entry {}: {what}", self.entry),
        }
    }
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Entries in the table.
    pub entries: u64,
    /// When the first of them was written.
    pub first: Option<String>,
    /// When the last of them was written.
    pub last: Option<String>,
    /// Number of the last entry that retention removed; 0 if it removed none.
    pub removed_to: i64,
    /// Number of the last entry.
    pub head: i64,
    /// Its hash. Noted elsewhere, it shows later that nothing up to it was rewritten.
    pub head_hash: String,
    /// Entries in journals that are not in the table yet.
    pub waiting: u64,
    /// The first break, or `None` for a log that is whole.
    pub broken: Option<Break>,
}

/// Verifies the table and the journals beside it. It takes some seconds a million entries and writes nothing.
///
/// # Errors
/// The file or a journal cannot be read. A broken log is no error: look at [`Verified::broken`].
pub fn verify(store: &Store) -> Result<Verified> {
    let fault = |e: rusqlite::Error| store.fault("reading the access log of")(e);
    let tx = store.conn.unchecked_transaction().map_err(fault)?;
    let (head, anchor) = (table::head(&tx).map_err(fault)?, table::anchor(&tx).map_err(fault)?);
    let mut found = Verified {
        entries: 0,
        first: None,
        last: None,
        removed_to: anchor.0,
        head: head.0,
        head_hash: hex(&head.1),
        waiting: 0,
        broken: None,
    };
    let mut at = anchor;
    table::each(&tx, |kept| {
        match follows(at, &kept) {
            Ok(link) => at = link,
            Err((entry, fault)) => {
                found.broken = Some(Break { journal: None, entry, fault });
                return ControlFlow::Break(());
            }
        }
        if let Ok(kept) = kept {
            found.entries += 1;
            found.first.get_or_insert_with(|| kept.entry.at.clone());
            found.last = Some(kept.entry.at);
        }
        ControlFlow::Continue(())
    })
    .map_err(fault)?;
    drop(tx);
    if found.broken.is_none() && at != head {
        // A hash that differs at the same number is the mark of a last entry that was written anew.
        let entry = if at.0 == head.0 { at.0 } else { at.0.min(head.0) + 1 };
        found.broken = Some(Break { journal: None, entry, fault: Fault::Tail });
    }
    journals(store, &mut found)?;
    Ok(found)
}

/// The link of an entry that follows another; else its number and what is wrong with it.
fn follows(before: Link, entry: &std::result::Result<Kept, i64>) -> std::result::Result<Link, (i64, Fault)> {
    let kept = entry.as_ref().map_err(|&seq| (seq, Fault::Content))?;
    if kept.seq != before.0 + 1 {
        return Err((kept.seq, Fault::Gap));
    }
    if kept.previous != before.1 {
        return Err((kept.seq, Fault::Link));
    }
    if kept.entry.hash(&kept.previous) != kept.hash {
        return Err((kept.seq, Fault::Content));
    }
    Ok((kept.seq, kept.hash))
}

fn journals(store: &Store, found: &mut Verified) -> Result<()> {
    let bad = |path: &Path, e: &std::io::Error| {
        Error::storage(format!("reading {}: {e}", path.display()), "read it as the user that serves, or as root")
    };
    for path in journal::beside(&store.path).map_err(|e| bad(&store.path, &e))? {
        let read = match journal::read(&path) {
            // It was carried over meanwhile.
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
            read => read.map_err(|e| bad(&path, &e))?,
        };
        if fold::is_in(&store.conn, &path).map_err(store.fault("reading the access log of"))? {
            continue;
        }
        found.waiting += read.entries.len() as u64;
        if let (Some((entry, fault)), None) = (read.broken, &found.broken) {
            found.broken = Some(Break { journal: Some(journal::name(&path)), entry: entry.cast_signed(), fault });
        }
    }
    Ok(())
}
