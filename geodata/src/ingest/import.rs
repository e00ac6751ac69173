//! A file into the store: parsing on one thread, writing on the caller's, a bounded channel between.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};

use xxhash_rust::xxh3::Xxh3;

use super::batch::{Batch, ReadSummary};
use super::source::{Source, SourceKind};
use crate::cancel::Cancel;
use crate::error::{Error, Kind, Result};
use crate::model::LonLat;
use crate::report::ImportReport;
use crate::store::{Import, Outcome, SourceTerms, Store};

/// Batches that may wait for the store: two, so that memory stays bounded whatever the file's size.
const WAITING: usize = 2;

/// Why a row is not kept whose record was erased; the report counts it, so that its numbers add up.
const ERASED: &str = "erased before";

/// Imports a file. `progress` is told bytes of the file read so far, and of the whole file.
///
/// Every batch is durable when it is acknowledged. Importing the same file again changes nothing; another file of the source
/// updates by key. What cannot be used is in the quarantine, never lost.
///
/// # Errors
/// A file that cannot be read at all, a store that cannot be written, [`Kind::Cancelled`]. What was written stays.
pub fn import(
    store: &mut Store,
    source: &Source,
    path: &Path,
    cancel: &Cancel,
    progress: &dyn Fn(u64, u64),
) -> Result<ImportReport> {
    bring_in(store, source, path, cancel, progress, false)
}

/// Imports a file that holds everything its source has: as [`import`], and the source's records that the file has no more are
/// removed, as portals do with what a court sealed. Nothing is removed where a row could not be told, or none was kept.
///
/// # Errors
/// As [`import`]; a source of something else than incidents.
pub fn import_complete(
    store: &mut Store,
    source: &Source,
    path: &Path,
    cancel: &Cancel,
    progress: &dyn Fn(u64, u64),
) -> Result<ImportReport> {
    if source.kind != SourceKind::Incidents {
        return Err(Error::invalid(
            format!("source {} is of {}, and only incidents are imported as a whole", source.id, source.kind.name()),
            "import it without --complete",
        ));
    }
    let mut report = bring_in(store, source, path, cancel, progress, true)?;
    if report.removed > 0
        && let Err(e) = store.write_anew()
    {
        report.notes.push(format!("{e}"));
    }
    Ok(report)
}

fn bring_in(
    store: &mut Store,
    source: &Source,
    path: &Path,
    cancel: &Cancel,
    progress: &dyn Fn(u64, u64),
    is_complete: bool,
) -> Result<ImportReport> {
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let total = std::fs::metadata(path).map_or(0, |m| m.len());
    let mut report = ImportReport { source: source.id.clone(), file, ..ImportReport::default() };
    let hash = hash(path, cancel)?;
    let earlier: Vec<(LonLat, u64, String)> = store
        .default_points()?
        .into_iter()
        .filter(|d| d.source == source.id)
        .map(|d| (d.point, d.incidents, d.reason))
        .collect();
    // A file that is no table at all should not leave an import behind.
    super::read::open(path, &source.format)?;
    let terms =
        SourceTerms { kind: source.kind.name().into(), title: source.title.clone(), licence: source.licence.clone() };
    store.describe_source(&source.id, &terms)?;
    let mut import = store.begin_import(&source.id, source.mapping_version, &report.file, hash)?;
    if is_complete {
        import.remember();
    }
    let stop = cancel.clone();
    let summary = std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Batch>(WAITING);
        let parser = scope.spawn(move || {
            let mut sink = |batch| sender.send(batch).map_err(|_| Error::cancelled());
            super::read(source, path, &stop, &mut sink)
        });
        let written = write(&mut import, &receiver, &mut report, total, progress);
        // Dropping the receiver stops a parser that the store no longer listens to.
        drop(receiver);
        let parsed = parser.join().unwrap_or_else(|_| {
            Err(Error::new(Kind::Invalid, format!("{}: the reader broke off", path.display()), "report the file"))
        });
        written.and(parsed)
    })?;
    let default_points = merge(&summary, earlier);
    import.default_points(&default_points)?;
    if is_complete {
        remove_unseen(&mut import, &mut report, &summary)?;
    }
    fill(&mut report, summary);
    if import.is_of_a_known_file() {
        report.notes.push(format!(
            "this very file came in before under mapping version {}: its rows stay as they are; where the source was changed since, raise its mapping_version and import again",
            source.mapping_version
        ));
    }
    import.finish(&report)?;
    progress(total, total);
    Ok(report)
}

/// Reads a file as an import would, and writes nothing: what would come in, what would be set aside and why.
///
/// # Errors
/// As [`import`], less the store's.
pub fn dry_run(source: &Source, path: &Path, cancel: &Cancel) -> Result<ImportReport> {
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut report = ImportReport { source: source.id.clone(), file, ..ImportReport::default() };
    let summary = super::read(source, path, cancel, &mut |_| Ok(()))?;
    fill(&mut report, summary);
    Ok(report)
}

fn write(
    import: &mut Import<'_>,
    batches: &Receiver<Batch>,
    report: &mut ImportReport,
    total: u64,
    progress: &dyn Fn(u64, u64),
) -> Result<()> {
    for batch in batches {
        let outcomes = [
            import.incidents(&batch.incidents)?,
            import.areas(&batch.areas)?,
            import.resources(&batch.resources)?,
            import.interventions(&batch.interventions)?,
            if batch.streets.is_empty() { Outcome::default() } else { import.streets(&batch.streets)? },
        ];
        for outcome in outcomes {
            report.stored += outcome.stored;
            report.updated += outcome.updated;
            report.unchanged += outcome.unchanged;
            if outcome.erased > 0 {
                *report.left_out.entry(ERASED.to_owned()).or_insert(0) += outcome.erased;
            }
            if outcome.removed > 0 {
                report.notes.push(format!("{} streets of an earlier file of the source are gone", outcome.removed));
            }
        }
        import.quarantine(&batch.quarantine)?;
        progress(batch.bytes_read.min(total), total);
    }
    Ok(())
}

/// Removes what the file has no more, unless it may be there all the same.
fn remove_unseen(import: &mut Import<'_>, report: &mut ImportReport, sum: &ReadSummary) -> Result<()> {
    let known = report.stored + report.updated + report.unchanged;
    if sum.without_key > 0 {
        let n = sum.without_key;
        report.notes.push(format!(
            "nothing was removed: nobody knows which records {n} of the rows set aside are; mend them and import again"
        ));
    } else if known == 0 {
        report
            .notes
            .push("nothing was removed: no row of the file was kept, so it cannot be all that the source has".into());
    } else {
        report.removed = import.remove_unseen(&sum.kept_keys)?;
    }
    Ok(())
}

/// Stand-ins of this file, and those that earlier files of the source gave away.
fn merge(summary: &ReadSummary, earlier: Vec<(LonLat, u64, String)>) -> Vec<(LonLat, u64, String)> {
    let mut all: Vec<_> = summary.default_points.iter().map(|d| (d.point, d.rows, d.reason.clone())).collect();
    let old = earlier.into_iter().filter(|(p, ..)| summary.default_points.iter().all(|d| d.point != *p));
    all.extend(old.collect::<Vec<_>>());
    all
}

fn fill(report: &mut ImportReport, sum: ReadSummary) {
    report.read = sum.read;
    report.quarantined = sum.quarantined;
    report.without_place = sum.without_place;
    report.unmapped_category = sum.unmapped_category;
    report.default_point =
        sum.sentinel_points + sum.placed_by_default + sum.default_points.iter().map(|d| d.rows).sum::<u64>();
    report.left_out.extend(sum.left_out);
    report.placeholder_time = sum.placeholder_time;
    report.repeated_keys = sum.repeated_keys;
    report.dropped_columns = sum.dropped_columns;
    report.reasons = sum.reasons;
    report.unmapped = sum.unmapped;
    report.notes.extend(sum.notes);
    for d in &sum.default_points {
        let (lon, lat) = (d.point.lon(), d.point.lat());
        report.notes.push(format!("{lon}, {lat} looks like a stand-in for unknown places: {}", d.reason));
    }
}

/// Hash of the file's bytes, by which the same file is known again.
fn hash(path: &Path, cancel: &Cancel) -> Result<u64> {
    let trouble = |e: std::io::Error| {
        let kind = if e.kind() == std::io::ErrorKind::NotFound { Kind::NotFound } else { Kind::Storage };
        Error::new(kind, format!("cannot read {}: {e}", path.display()), "check the path and its permissions")
    };
    let mut file = File::open(path).map_err(trouble)?;
    let mut hasher = Xxh3::new();
    let mut block = vec![0u8; 1 << 20];
    loop {
        cancel.check()?;
        match file.read(&mut block).map_err(trouble)? {
            0 => return Ok(hasher.digest()),
            n => hasher.update(&block[..n]),
        }
    }
}
