//! Reads one file: binds the source to its header, maps row after row, hands over batches, and counts.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::batch::{Batch, ReadSummary};
use super::super::read::{self, Event, Row};
use super::super::source::{Source, SourceKind, names_people};
use super::area::Areas;
use super::columns::Columns;
use super::guess::complete;
use super::incident::Incidents;
use super::intervention::Interventions;
use super::plain::Plain;
use super::reject::Reject;
use super::resource::Resources;
use super::street::Streets;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::limits::{IMPORT_BATCH_ROWS, MAX_KEPT_KEYS};

/// Turns rows of one kind into the model.
enum Mapper {
    Incidents(Box<Incidents>),
    Areas(Box<Areas>),
    Resources(Box<Resources>),
    Interventions(Box<Interventions>),
    Streets(Box<Streets>),
}

impl Mapper {
    fn bind(source: &Source, columns: &mut Columns<'_>, geometry: Option<Option<u16>>, path: &Path) -> Result<Self> {
        Ok(match source.kind {
            SourceKind::Incidents => Self::Incidents(Box::new(Incidents::bind(source, columns, geometry)?)),
            SourceKind::Areas => Self::Areas(Box::new(Areas::bind(source, columns, geometry, path)?)),
            SourceKind::Resources => Self::Resources(Box::new(Resources::bind(source, columns, geometry)?)),
            SourceKind::Interventions => Self::Interventions(Box::new(Interventions::bind(source, columns, geometry)?)),
            SourceKind::Streets => Self::Streets(Box::new(Streets::bind(source, columns, geometry)?)),
        })
    }

    fn row(&mut self, row: &dyn Row, batch: &mut Batch, sum: &mut ReadSummary) -> std::result::Result<(), Reject> {
        match self {
            Self::Incidents(m) => m.row(row, batch, sum),
            Self::Areas(m) => m.row(row, batch, sum),
            Self::Resources(m) => m.row(row, batch, sum),
            Self::Interventions(m) => m.row(row, batch),
            Self::Streets(m) => m.row(row, sum),
        }
    }

    /// The source's own key of an incident's row.
    fn key(&self, row: &dyn Row) -> Option<String> {
        match self {
            Self::Incidents(m) => m.key(row),
            _ => None,
        }
    }

    fn finish(self, batch: &mut Batch, sum: &mut ReadSummary) {
        match self {
            Self::Incidents(m) => m.finish(batch, sum),
            Self::Areas(m) => m.finish(sum),
            Self::Resources(m) => m.finish(sum),
            Self::Interventions(_) => {}
            Self::Streets(m) => m.finish(batch, sum),
        }
    }
}

/// Whether a source finds what it needs in a header, and which columns it would read.
pub(crate) fn fits(
    source: &Source,
    names: &[String],
    geometry: Option<Option<u16>>,
    path: &Path,
) -> (Result<()>, Vec<bool>) {
    let mut columns = Columns::new(names, path);
    let bound = Mapper::bind(source, &mut columns, geometry, path).map(|_| ());
    (bound, columns.wanted().to_vec())
}

/// Rows between two looks at the cancel flag.
const BLOCK: u64 = 4096;

/// Reads a file as the source says; see [`super::super::read`].
pub(crate) fn run(
    source: &Source,
    path: &Path,
    cancel: &Cancel,
    sink: &mut dyn FnMut(Batch) -> Result<()>,
) -> Result<ReadSummary> {
    let done: Arc<AtomicU64> = Arc::default();
    let table = read::open_counted(path, &source.format, &done)?;
    let names = table.columns().to_vec();
    let mut sum = ReadSummary { notes: table.notes(), ..ReadSummary::default() };
    let guessed;
    let source = if source.guess {
        guessed = complete(source, path, &names, table.has_geometry(), &mut sum.notes)?;
        &guessed
    } else {
        source
    };
    sum.dropped_columns = dropped(source, &names);
    let mut columns = Columns::new(&names, path);
    let geometry = table.has_geometry().then(|| table.epsg());
    let mut mapper = Mapper::bind(source, &mut columns, geometry, path)?;
    let wanted = columns.wanted().to_vec();
    let mut batch = Batch::default();
    let set_aside = |batch: &mut Batch, sum: &mut ReadSummary, q: crate::report::Quarantined| {
        let reason = if q.column.is_empty() { q.reason.clone() } else { format!("{}: {}", q.column, q.reason) };
        // Reasons are few by construction; values never are part of one.
        *sum.reasons.entry(reason).or_insert(0) += 1;
        sum.quarantined += 1;
        batch.quarantine.push(q);
    };
    table.rows(&wanted, &mut |event| {
        sum.read += 1;
        if sum.read.is_multiple_of(BLOCK) {
            cancel.check()?;
        }
        match event {
            Event::Row(row) => {
                let plain = Plain { row, nothing: &source.format.nothing };
                let row: &dyn Row = if plain.nothing.is_empty() { row } else { &plain };
                if let Err(reject) = mapper.row(row, &mut batch, &mut sum) {
                    match mapper.key(row) {
                        Some(key) if sum.kept_keys.len() < MAX_KEPT_KEYS => sum.kept_keys.push(key),
                        _ => sum.without_key += 1,
                    }
                    set_aside(&mut batch, &mut sum, reject.at(row.line(), &names));
                }
            }
            Event::Bad(q) => {
                sum.without_key += 1;
                set_aside(&mut batch, &mut sum, q);
            }
        }
        if batch.len() >= IMPORT_BATCH_ROWS {
            batch.bytes_read = done.load(Ordering::Relaxed);
            return sink(std::mem::take(&mut batch));
        }
        Ok(())
    })?;
    mapper.finish(&mut batch, &mut sum);
    batch.bytes_read = std::fs::metadata(path).map_or(0, |m| m.len());
    sink(batch)?;
    Ok(sum)
}

/// Columns that the source drops or whose names say that they are about people, as the file names them.
fn dropped(source: &Source, names: &[String]) -> Vec<String> {
    let listed = |name: &String| {
        let folded = super::super::source::fold::fold(name);
        source.drop.iter().flat_map(|d| d.split('|')).any(|d| super::super::source::fold::fold(d) == folded)
    };
    let personal = |name: &String| source.kind == SourceKind::Incidents && names_people(name);
    names.iter().filter(|n| listed(n) || personal(n)).cloned().collect()
}
