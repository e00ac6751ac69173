//! City-wide results that many tiles and pages are cut from: bounded, and worked out once for all who ask at the same time.

use std::sync::Arc;

use geodata::disclosure::Released;
use geodata::table::{Shapes, Table};
use geodata::{Cancel, Kind};
use moka::sync::Cache;

use super::problem::Answer;
use crate::formats::Cut;

/// Rough size in memory of a row of a result with its outline.
const BYTES_A_ROW: usize = 400;
/// Tries after another caller's work, which one waited for, was stopped because that caller went away.
const TRIES: usize = 3;

/// A result and where its rows lie, for cutting into tiles.
pub struct Computed {
    /// The rows.
    pub table: Released<Table>,
    /// The rows by place.
    pub cut: Cut,
    /// Whether these are all rows that there are.
    pub is_whole: bool,
}

impl Computed {
    /// A result; its rows are arranged by place when that is first needed.
    #[must_use]
    pub fn new(table: Released<Table>, is_whole: bool) -> Self {
        Self { table, cut: Cut::default(), is_whole }
    }

    /// Rough size in memory.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let vertices = match self.table.shapes() {
            Shapes::Areas(areas) => areas.iter().map(|a| geo_types_size(&a.shape)).sum(),
            Shapes::Lines(streets) => streets.iter().map(|s| 2 * s.line.0.len()).sum(),
            _ => 0,
        };
        (1024 + self.table.len() * BYTES_A_ROW + vertices * 16) as u64
    }
}

/// The cache.
pub struct Results(Cache<u128, Arc<Computed>>);

impl Results {
    /// At most about `max_bytes` of results.
    #[must_use]
    pub fn new(max_bytes: u64) -> Self {
        let weigh = |_: &u128, result: &Arc<Computed>| u32::try_from(result.bytes()).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(max_bytes).weigher(weigh).build())
    }

    /// The result of `key`, from the cache or worked out. Blocks: call it in work.
    ///
    /// # Errors
    /// What the work answers.
    pub fn get(
        &self,
        key: u128,
        cancel: &Cancel,
        make: impl Fn() -> geodata::Result<Computed>,
    ) -> Answer<Arc<Computed>> {
        for _ in 1..TRIES {
            match self.0.try_get_with(key, || make().map(Arc::new)) {
                Ok(found) => return Ok(found),
                // Someone else's work, stopped: ours is still wanted unless it is stopped too.
                Err(error) if Kind::Cancelled == geodata_kind(&error) => cancel.check()?,
                Err(error) => return Err(geodata::Error::clone(&error).into()),
            }
        }
        Ok(Arc::new(make()?))
    }

    /// The result of `key`, if it is held.
    #[must_use]
    pub fn held(&self, key: u128) -> Option<Arc<Computed>> {
        self.0.get(&key)
    }

    /// Keeps a result for others who ask the same.
    pub fn keep(&self, key: u128, result: &Arc<Computed>) {
        self.0.insert(key, Arc::clone(result));
    }

    /// Forgets every result.
    pub fn forget(&self) {
        self.0.invalidate_all();
    }

    /// Results held.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.0.entry_count()
    }

    /// Whether none is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn geodata_kind(error: &geodata::Error) -> Kind {
    error.kind
}

fn geo_types_size(shape: &geo_types::MultiPolygon<f64>) -> usize {
    shape.0.iter().map(|p| p.exterior().0.len() + p.interiors().iter().map(|r| r.0.len()).sum::<usize>()).sum()
}
