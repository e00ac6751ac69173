//! Which records have a victim of a sex and an age band: read from the file when it is first asked for.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Result;
use crate::model::VictimFilter;
use crate::store::Store;

/// A set of records, by their number in the snapshot.
#[derive(Debug, Default)]
pub(crate) struct Records(Vec<u64>);

impl Records {
    /// Whether the record is in the set.
    pub(crate) fn has(&self, fid: u32) -> bool {
        self.0.get(fid as usize / 64).is_some_and(|word| word >> (fid % 64) & 1 != 0)
    }

    fn add(&mut self, fid: u32) {
        let at = fid as usize / 64;
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        self.0[at] |= 1 << (fid % 64);
    }
}

/// The sets that were asked for; there are few of them.
#[derive(Default)]
pub(crate) struct Victims(Mutex<HashMap<VictimFilter, Arc<Records>>>);

impl Victims {
    /// The records with such a victim.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn with(&self, filter: VictimFilter, path: Option<&Path>, fid_base: i64) -> Result<Arc<Records>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(&filter) {
            return Ok(Arc::clone(found));
        }
        let mut records = Records::default();
        if let Some(path) = path {
            Store::open_read(path)?.scan_victims(&mut |fid, victims| {
                if let (Ok(fid), true) = (u32::try_from(fid - fid_base), filter.matches(&victims)) {
                    records.add(fid);
                }
            })?;
        }
        let records = Arc::new(records);
        known.insert(filter, Arc::clone(&records));
        Ok(records)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Query, Snapshot};
    use super::*;
    use crate::cancel::Cancel;
    use crate::model::Sex;

    #[test]
    fn records_are_found_by_sex_and_age_as_the_file_has_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("city.gpkg");
        let mut store = Store::open(&path).expect("a new file");
        crate::demo::generate(1, 5_000, &mut store, &|_, _| ()).expect("the demo city");
        let snapshot = Snapshot::build(&store).expect("an index");
        let filters = [
            VictimFilter { sex: Some(Sex::Female), age: None },
            VictimFilter { sex: None, age: Some(1) },
            VictimFilter { sex: Some(Sex::Male), age: Some(0) },
        ];
        for victims in filters {
            let mut expected = vec![];
            let each = &mut |fid, found: Vec<crate::model::Victim>| {
                if victims.matches(&found) {
                    expected.push(fid);
                }
            };
            store.scan_victims(each).expect("readable");
            let query = Query { victims, ..Query::default() };
            let order = crate::index::Order::default();
            let (found, matched) = snapshot.rows(&query, order, None, 10_000, &Cancel::default()).expect("rows");
            let found: Vec<i64> = found.into_iter().map(|found| order.fid(found.0)).collect();
            assert!(!expected.is_empty() && expected.len() < 5_000, "{victims:?} tells nothing apart");
            assert_eq!((found.len() as u64, matched), (expected.len() as u64, expected.len() as u64));
            assert_eq!(found, expected);
            let tally = snapshot.tally(&query, &Cancel::default()).expect("a tally");
            assert_eq!(tally.matched + tally.without_place, matched);
        }
    }
}
