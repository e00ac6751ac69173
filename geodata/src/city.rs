//! A city: its data file and the current snapshot of it, swapped when the file has changed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::{ArcSwap, ArcSwapOption};

use crate::error::Result;
use crate::index::Snapshot;
use crate::release::{Document, Release};
use crate::store::{Store, Written, change};

/// A data file and its newest snapshot. Readers never wait: they keep the snapshot that they took.
pub struct City {
    path: PathBuf,
    current: ArcSwap<Snapshot>,
    release: ArcSwapOption<Release>,
    releases: ArcSwap<Vec<Document>>,
    /// The mark of the file at the last look that left nothing open. Held while the next snapshot is built, so that it is
    /// built once.
    looked: Mutex<Option<u64>>,
}

impl City {
    /// Opens a data file and indexes it.
    ///
    /// # Errors
    /// The file cannot be read, or holds more than the index can number.
    pub fn open(path: &Path) -> Result<Self> {
        let store = Store::open_read(path)?;
        let current = ArcSwap::from_pointee(Snapshot::build(&store)?);
        let release = ArcSwapOption::new(Release::newest(&store)?);
        let releases = ArcSwap::from_pointee(Release::told(&store)?);
        Ok(Self { path: path.to_owned(), current, release, releases, looked: Mutex::new(None) })
    }

    /// The data file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The current snapshot.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// The newest release; `None` before the first.
    #[must_use]
    pub fn release(&self) -> Option<Arc<Release>> {
        self.release.load_full()
    }

    /// Records of the releases that a catalogue lists, the oldest first.
    #[must_use]
    pub fn releases(&self) -> Arc<Vec<Document>> {
        self.releases.load_full()
    }

    /// The data file, open for writing.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn store(&self) -> Result<Store> {
        Store::open(&self.path)
    }

    /// As [`City::refresh`], after a write of this process. Where only resources or interventions were changed, since the
    /// current snapshot, the incidents are not read again.
    ///
    /// # Errors
    /// As [`City::refresh`].
    pub fn refresh_after(&self, written: &Written) -> Result<bool> {
        if !written.has_changed() {
            return Ok(false);
        }
        if written.is_of_help {
            let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
            // Whether an import or a release came in at the same time is for the next look.
            *looked = None;
            let current = self.current.load_full();
            if let Some(next) = current.followed_by(&Store::open_read(&self.path)?, written)? {
                self.current.store(Arc::new(next));
                return Ok(true);
            }
        }
        self.refresh()
    }

    /// Builds the next snapshot if the file has changed and no import is under way, and takes over a newer release;
    /// whether it did either.
    ///
    /// While an import runs its batches become visible one by one; the snapshot waits for its end, so that a map never
    /// shows half a file. A look at a file that has not changed costs microseconds.
    ///
    /// # Errors
    /// The file cannot be read now; the current snapshot stays.
    pub fn refresh(&self) -> Result<bool> {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        // Taken first: what changes while the file is read is found by the next look.
        let mark = change::mark(&self.path);
        if mark.is_some() && *looked == mark {
            return Ok(false);
        }
        *looked = None;
        let store = Store::open_read(&self.path)?;
        let current = self.current.load();
        let is_same = store.generation()? == current.generation() && store.file_id()? == current.file_id();
        let number = self.release.load().as_ref().map(|r| r.document().number);
        let is_released = store.newest_release()? != number || store.file_id()? != current.file_id();
        if is_released {
            self.releases.store(Arc::new(Release::told(&store)?));
            self.release.store(Release::newest(&store)?);
        }
        if is_same {
            *looked = mark;
            return Ok(is_released);
        }
        // An import that has stalled is one no longer, and no mark tells when.
        if store.is_importing()? {
            return Ok(is_released);
        }
        self.current.store(Arc::new(Snapshot::build(&store)?));
        *looked = mark;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::ImportReport;
    use crate::store::synthetic;

    #[test]
    fn a_snapshot_is_replaced_after_an_import_and_not_during_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("city.gpkg");
        assert!(City::open(&path).is_err());
        let mut store = Store::open(&path).expect("a new file");
        let city = City::open(&path).expect("an empty city");
        assert_eq!((city.snapshot().extent(), city.refresh()), (None, Ok(false)));
        let mut import = store.begin_import("test", 1, "file.csv", 1).expect("begun");
        import.incidents(&[synthetic::incident(1, 10, 1, &synthetic::profiles())]).expect("written");
        assert_eq!(city.refresh(), Ok(false), "the import goes on");
        import.finish(&ImportReport::default()).expect("finished");
        let before = city.snapshot();
        assert_eq!(city.refresh(), Ok(true));
        assert!(before.extent().is_none() && city.snapshot().extent().is_some());
        assert_eq!(Ok(city.snapshot().generation()), store.generation());
        assert_eq!(city.refresh(), Ok(false));
    }

    #[test]
    fn another_file_of_the_same_generation_is_another_snapshot() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, other) = (folder.path().join("city.gpkg"), folder.path().join("other.gpkg"));
        for path in [&path, &other] {
            drop(Store::open(path).expect("a new file"));
        }
        let city = City::open(&path).expect("an empty city");
        let (before, beside) = (city.snapshot(), City::open(&other).expect("another").snapshot());
        assert_eq!(before.generation(), beside.generation());
        assert_ne!(before.name(), beside.name());
        std::fs::rename(&other, &path).expect("replaced");
        assert_eq!(city.refresh(), Ok(true));
        assert_eq!(city.snapshot().name(), beside.name());
        assert_eq!(city.refresh(), Ok(false));
    }
}
