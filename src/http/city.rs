//! What the service needs of a city: the current snapshot, and a cheap look whether there is a newer one.

use std::sync::Arc;

use geodata::city::City;
use geodata::index::Snapshot;
use geodata::release::{Document, Release};
use geodata::store::{Store, Written};

/// Where snapshots come from.
pub trait Snapshots: Send + Sync + 'static {
    /// The current one; free of locks.
    fn snapshot(&self) -> Arc<Snapshot>;

    /// The newest release; `None` before the first.
    fn release(&self) -> Option<Arc<Release>>;

    /// Records of the releases that a catalogue lists, the oldest first.
    fn releases(&self) -> Arc<Vec<Document>>;

    /// Makes the next one if the data has changed; whether it did.
    ///
    /// # Errors
    /// The data cannot be read now.
    fn refresh(&self) -> geodata::Result<bool>;

    /// The data file, open for writing.
    ///
    /// # Errors
    /// It cannot be written now.
    fn store(&self) -> geodata::Result<Store>;

    /// As [`Snapshots::refresh`] after a write of this service, with less work where that is known to do.
    ///
    /// # Errors
    /// As [`Snapshots::refresh`].
    fn refresh_after(&self, written: &Written) -> geodata::Result<bool>;
}

impl Snapshots for City {
    fn snapshot(&self) -> Arc<Snapshot> {
        Self::snapshot(self)
    }

    fn release(&self) -> Option<Arc<Release>> {
        Self::release(self)
    }

    fn releases(&self) -> Arc<Vec<Document>> {
        Self::releases(self)
    }

    fn refresh(&self) -> geodata::Result<bool> {
        Self::refresh(self)
    }

    fn store(&self) -> geodata::Result<Store> {
        Self::store(self)
    }

    fn refresh_after(&self, written: &Written) -> geodata::Result<bool> {
        Self::refresh_after(self, written)
    }
}
