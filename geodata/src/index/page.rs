//! A page of matching rows in the order of their ids.

use super::filter::class;
use super::query::Query;
use super::scan::Scan;
use super::snapshot::Snapshot;
use crate::cancel::Cancel;
use crate::error::Result;

impl Snapshot {
    /// The `limit` matching rows with the smallest ids above `after`, and how many match in all. Rows without a place
    /// are among them where the query has no place.
    ///
    /// # Errors
    /// A wrong place; a stopped request.
    pub(crate) fn rows(&self, query: &Query, after: u64, limit: usize, cancel: &Cancel) -> Result<(Vec<i64>, u64)> {
        let scan = Scan::new(self, query, class::MATCH, cancel)?;
        let mut page = Smallest::new(limit);
        let mut matched = 0u64;
        for (n, run) in scan.runs.iter().enumerate() {
            if n % 64 == 0 {
                cancel.check()?;
            }
            scan.rows(run, |segment, row, _| {
                matched += 1;
                page.offer(self.fid(segment.times.fid[row]), after);
            });
        }
        if query.place == super::Place::Everywhere {
            for row in 0..self.unplaced.from.len() {
                if scan.filter.class_of(&self.unplaced, &[], row) & class::MATCH != 0 {
                    matched += 1;
                    page.offer(self.fid(self.unplaced.fid[row]), after);
                }
            }
        }
        Ok((page.into_sorted(), matched))
    }
}

/// The smallest few of many, in memory for twice as many.
struct Smallest {
    limit: usize,
    /// Nothing above this can be among them any more.
    bound: i64,
    kept: Vec<i64>,
}

impl Smallest {
    fn new(limit: usize) -> Self {
        Self { limit, bound: i64::MAX, kept: Vec::new() }
    }

    fn offer(&mut self, fid: i64, after: u64) {
        if self.limit == 0 || fid > self.bound || u64::try_from(fid).is_ok_and(|f| f <= after && after > 0) {
            return;
        }
        self.kept.push(fid);
        if self.kept.len() >= 2 * self.limit.max(512) {
            let (_, &mut last, _) = self.kept.select_nth_unstable(self.limit - 1);
            self.bound = last;
            self.kept.truncate(self.limit);
        }
    }

    fn into_sorted(mut self) -> Vec<i64> {
        self.kept.sort_unstable();
        self.kept.truncate(self.limit);
        self.kept
    }
}
