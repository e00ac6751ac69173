//! The access log as a process that serves writes it: into a journal at once, into the table when there is time.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::entry::Entry;
use super::fold;
use super::journal::Journal;
use crate::error::{Error, Result};

/// How often the journal is carried over into the table.
const EVERY: Duration = Duration::from_secs(1);

/// Writes entries. They outlive the process from the moment that [`Log::write`] returns.
pub struct Log {
    shared: Arc<Shared>,
    /// Dropping the sender ends the thread.
    thread: Mutex<Option<(Sender<()>, JoinHandle<()>)>>,
}

struct Shared {
    data: PathBuf,
    journals: Mutex<Journals>,
    /// Held while a journal is carried over, so that one is at a time.
    folding: Mutex<()>,
    /// Hears of trouble that no caller waits for.
    trouble: Box<dyn Fn(&Error) + Send + Sync>,
}

#[derive(Default)]
struct Journals {
    /// Takes entries.
    current: Option<Journal>,
    /// Takes none any more, and is being carried over.
    sealed: Option<Journal>,
}

impl Log {
    /// Of a data file. Nothing is written until the first entry. `trouble` hears why entries cannot be carried over
    /// into the table; they stay in the journal then.
    pub fn new(data: &Path, trouble: impl Fn(&Error) + Send + Sync + 'static) -> Self {
        let (journals, folding) = (Mutex::default(), Mutex::default());
        let shared = Shared { data: data.to_owned(), journals, folding, trouble: Box::new(trouble) };
        Self { shared: Arc::new(shared), thread: Mutex::new(None) }
    }

    /// Writes an entry: some microseconds, and never waits for an import.
    ///
    /// # Errors
    /// The journal cannot be written: no space, no right. Then nothing may be answered to whoever asked.
    pub fn write(&self, entry: Entry) -> Result<()> {
        let mut journals = self.shared.journals();
        let bad = |e: std::io::Error| {
            Error::storage(
                format!("writing the access log beside {}: {e}", self.shared.data.display()),
                "make room, or give this user the right to write in the folder of the data file",
            )
        };
        let journal = match &mut journals.current {
            Some(journal) => journal,
            none => none.insert(Journal::create(&self.shared.data).map_err(bad)?),
        };
        let is_first = journal.count == 0;
        journal.append(entry).map_err(bad)?;
        drop(journals);
        if is_first {
            self.start();
        }
        Ok(())
    }

    /// Carries over what is in the journal now; whether it is all in the table.
    ///
    /// # Errors
    /// The data file cannot be written now.
    pub fn fold(&self) -> Result<bool> {
        self.shared.fold()
    }

    /// Starts the thread that carries entries over, once. Without one, they stay in the journal until the log is closed.
    fn start(&self) {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.is_some() {
            return;
        }
        let (stop, stopped) = channel();
        let shared = Arc::clone(&self.shared);
        let work = move || {
            let mut failing = false;
            while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                let done = shared.fold();
                // Once, not every second.
                if let (Err(error), false) = (&done, failing) {
                    (shared.trouble)(error);
                }
                failing = done.is_err();
            }
        };
        if let Ok(handle) = std::thread::Builder::new().name("access log".into()).spawn(work) {
            *thread = Some((stop, handle));
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((stop, handle)) = thread {
            drop(stop);
            let _ = handle.join();
        }
        // What cannot be carried over now stays in the journal for the next process.
        match self.shared.fold() {
            Err(error) => (self.shared.trouble)(&error),
            Ok(_) => self.shared.journals().remove_empty(),
        }
    }
}

impl Journals {
    /// Whether the next journal to carry over has been sealed before; `None` where there is nothing to carry over.
    fn waiting(&self) -> Option<bool> {
        match (&self.sealed, &self.current) {
            (Some(_), _) => Some(true),
            (None, Some(current)) if current.count > 0 => Some(false),
            _ => None,
        }
    }

    /// The next journal to carry over. It takes no entries any more.
    fn seal(&mut self) -> Option<Journal> {
        self.sealed.take().or_else(|| self.current.take())
    }

    /// Removes a journal without entries.
    fn remove_empty(&mut self) {
        if let Some(journal) = self.current.take_if(|j| j.count == 0) {
            let _ = std::fs::remove_file(&journal.path);
        }
    }
}

impl Shared {
    fn journals(&self) -> MutexGuard<'_, Journals> {
        self.journals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seals the journal, carries it over, removes it. Whoever writes meanwhile writes into the next one.
    fn fold(&self) -> Result<bool> {
        let _one = self.folding.lock().unwrap_or_else(PoisonError::into_inner);
        // One that could not be carried over earlier goes first, then the current one.
        loop {
            let waiting = self.journals().waiting();
            let Some(is_sealed) = waiting else { return Ok(true) };
            let mut store = fold::open(&self.data)?;
            let Some(tx) = fold::begin(&mut store.conn).map_err(fold::fault(&self.data))? else { return Ok(false) };
            let sealed = self.journals().seal();
            let Some(journal) = sealed else { return Ok(true) };
            let carried = journal
                .entries()
                .map_err(|e| unreadable(&journal.path, &e))
                .and_then(|entries| fold::carry(tx, &journal.path, entries).map_err(fold::fault(&self.data)));
            if let Err(error) = carried {
                self.journals().sealed = Some(journal);
                return Err(error);
            }
            // If it stays, the table knows its name.
            let _ = std::fs::remove_file(&journal.path);
            if !is_sealed {
                return Ok(true);
            }
        }
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::storage(
        format!("carrying over {}: {error}", path.display()),
        "keep the journal as evidence; `urbansafety audit verify` says where it breaks",
    )
}
