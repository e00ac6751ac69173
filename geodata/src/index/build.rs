//! A snapshot from a store: two readers scan halves of the row ids at the same time.

use std::thread;

use super::details::Detail;
use super::load::{self, Loader, Row, Shared, StandIns};
use super::places::Places;
use super::snapshot::{Contents, Snapshot};
use crate::error::{Error, Result};
use crate::model::{Interval, LocalTime};
use crate::store::{RowRef, Store, Written};

/// Readers at a time.
const READERS: usize = 2;

impl Snapshot {
    /// Reads the whole file into a snapshot of one generation, whatever is written meanwhile.
    ///
    /// # Errors
    /// The file cannot be read; it has more distinct categories or rows than the index can number.
    pub fn build(store: &Store) -> Result<Self> {
        let readers = store.readers(READERS)?;
        let Some(first) = readers.first() else { return Ok(Self::empty()) };
        let stand_ins = first.default_points()?.into_iter().map(|d| (d.source, d.point));
        let bounds = first.fid_bounds()?;
        let contents = Contents {
            generation: first.generation()?,
            file_id: first.file_id()?,
            removals: first.removals()?,
            sources: first.sources()?,
            profiles: first.profiles()?.into_iter().collect(),
            stand_ins: StandIns::new(stand_ins),
            places: Places::new(first.areas()?, first.resources()?, first.interventions()?)?
                .with_streets(first.streets()?),
            fid_base: bounds.map_or(0, |b| b.0),
            source: Some(store.path().to_owned()),
        };
        Self::load(contents, load::SEGMENT_ROWS, |shared| match bounds {
            None => Ok(vec![]),
            Some(bounds) => scan(readers, bounds, shared),
        })
    }

    /// The snapshot after a write of resources or interventions, if nothing else has changed since this one; the incidents
    /// are not read again.
    pub(crate) fn followed_by(&self, store: &Store, written: &Written) -> Result<Option<Self>> {
        let readers = store.readers(1)?;
        let Some(reader) = readers.first() else { return Ok(None) };
        let is_next = written.before == self.generation()
            && reader.generation()? == written.after
            && reader.file_id()? == self.file_id();
        if !is_next {
            return Ok(None);
        }
        self.with_help(written.after, (reader.resources()?, reader.interventions()?)).map(Some)
    }
}

/// One loader a reader, in the order of their ranges.
fn scan<'a>(readers: Vec<Store>, (first, last): (i64, i64), shared: &'a Shared<'a>) -> Result<Vec<Loader<'a>>> {
    let n = readers.len() as i64;
    let length = last.saturating_sub(first) / n + 1;
    thread::scope(|scope| {
        let handles: Vec<_> = readers
            .into_iter()
            .enumerate()
            .map(|(k, reader)| {
                let start = first.saturating_add(length.saturating_mul(k as i64));
                let end = start.saturating_add(length);
                scope.spawn(move || read(&reader, start..end, shared))
            })
            .collect();
        handles.into_iter().map(|h| h.join().unwrap_or_else(|_| Err(stopped()))).collect()
    })
}

fn stopped() -> Error {
    Error::storage("a reader of the data file stopped unexpectedly", "run `urbansafety check` on the file")
}

fn read<'a>(reader: &Store, fids: std::ops::Range<i64>, shared: &'a Shared<'a>) -> Result<Loader<'a>> {
    let mut loader = Loader::new(shared);
    let mut outcome = Ok(());
    reader.scan_incidents(fids, &mut |r| {
        if outcome.is_ok() {
            let time = Interval { from: LocalTime(r.from), to: LocalTime(r.to) };
            outcome = loader.push(&Row { fid: r.fid, profile: r.profile, time, point: r.point });
            let RowRef { key, profile, area, victims, .. } = r;
            loader.describe(r.fid, time, Detail { key, profile, area, victims, time: None });
        }
    })?;
    outcome.map(|()| loader)
}
