//! What a reader hands to the store, and what it has counted at the end.

use std::collections::BTreeMap;

use crate::model::{Area, Incident, Intervention, LonLat, Resource, Street};
use crate::report::Quarantined;

/// Up to [`crate::limits::IMPORT_BATCH_ROWS`] rows, in the order of the file.
#[derive(Default)]
pub(crate) struct Batch {
    /// Recorded incidents.
    pub incidents: Vec<Incident>,
    /// Areas.
    pub areas: Vec<Area>,
    /// Resources.
    pub resources: Vec<Resource>,
    /// Interventions.
    pub interventions: Vec<Intervention>,
    /// Streets: those of the whole file, in its last batch.
    pub streets: Vec<Street>,
    /// Rows that could not be used.
    pub quarantine: Vec<Quarantined>,
    /// Bytes of the file on disk that have been read so far.
    pub bytes_read: u64,
}

impl Batch {
    /// Rows in it, those set aside included.
    pub(crate) fn len(&self) -> usize {
        self.incidents.len()
            + self.areas.len()
            + self.resources.len()
            + self.interventions.len()
            + self.streets.len()
            + self.quarantine.len()
    }
}

/// A coordinate that stands in for unknown places: it holds far more rows than one place can, under many addresses or with the
/// mix of categories of the whole city.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DefaultPoint {
    /// Where.
    pub point: LonLat,
    /// Rows on it.
    pub rows: u64,
    /// Different addresses seen on it, at most 64.
    pub addresses: u32,
    /// Different categories seen on it, at most 64.
    pub categories: u32,
    /// Why it was flagged.
    pub reason: String,
}

/// The counts of one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ReadSummary {
    /// Rows read, the header not counted.
    pub read: u64,
    /// Rows set aside.
    pub quarantined: u64,
    /// Rows kept without a usable place (rows at a sentinel point are among them).
    pub without_place: u64,
    /// Rows kept whose category has no ICCS code.
    pub unmapped_category: u64,
    /// Rows at a sentinel point of the source ((0,0), (-1,-1) and those it names).
    pub sentinel_points: u64,
    /// Rows whose time of day is the source's placeholder.
    pub placeholder_time: u64,
    /// Rows that repeat a key within the file.
    pub repeated_keys: u64,
    /// Rows left out because the source says so, by reason.
    pub left_out: BTreeMap<String, u64>,
    /// Why rows were set aside.
    pub reasons: BTreeMap<String, u64>,
    /// Categories without a code, the hundred most frequent.
    pub unmapped: BTreeMap<String, u64>,
    /// Rows kept at a place that the source itself calls a stand-in for theirs.
    pub placed_by_default: u64,
    /// Keys of incidents that were set aside: they are in the file all the same.
    pub kept_keys: Vec<String>,
    /// Rows that were set aside and whose keys nobody knows.
    pub without_key: u64,
    /// Columns dropped by name before anything was kept.
    pub dropped_columns: Vec<String>,
    /// Coordinates that look like stand-ins.
    pub default_points: Vec<DefaultPoint>,
    /// What was guessed or noticed, in sentences.
    pub notes: Vec<String>,
}
