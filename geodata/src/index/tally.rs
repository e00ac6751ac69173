//! How many incidents a query has, and how many it leaves out for which reason.

use rayon::prelude::*;

use super::filter::class;
use super::query::{Place, Query};
use super::scan::{Rows, Scan};
use super::snapshot::Snapshot;
use crate::cancel::Cancel;
use crate::error::Result;

/// Numbers that accompany every answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Incidents that match and have a place.
    pub matched: u64,
    /// Matching incidents without a place; counted where the query has no place, since elsewhere nobody can tell.
    pub without_place: u64,
    /// Incidents without any ICCS code for which everything but the category matches.
    pub unmapped: u64,
    /// Incidents of which only some candidate categories match; not in `matched`.
    pub ambiguous: u64,
    /// Matching incidents at a stand-in for an unknown place, in `matched` only if the query's precisions allow them.
    pub default_point: u64,
    /// Incidents that match but for their precision; not in `matched`. Stand-ins are among them.
    pub imprecise: u64,
    /// Incidents left out because the police's own activity found them.
    pub police_initiated: u64,
}

impl Tally {
    /// Adds one row's class bits.
    pub(crate) fn add_class(&mut self, bits: u8) {
        let one = |bit: u8| u64::from(bits & bit != 0);
        self.matched += one(class::MATCH);
        self.unmapped += one(class::UNMAPPED);
        self.ambiguous += one(class::AMBIGUOUS);
        self.default_point += one(class::DEFAULT_POINT);
        self.imprecise += one(class::IMPRECISE);
        self.police_initiated += one(class::POLICE_INITIATED);
    }

    /// The sum of two.
    #[must_use]
    pub(crate) fn plus(mut self, o: Self) -> Self {
        self.matched += o.matched;
        self.without_place += o.without_place;
        self.unmapped += o.unmapped;
        self.ambiguous += o.ambiguous;
        self.default_point += o.default_point;
        self.imprecise += o.imprecise;
        self.police_initiated += o.police_initiated;
        self
    }
}

impl Snapshot {
    /// Counts what matches and what is left out.
    ///
    /// # Errors
    /// A wrong place; a stopped request.
    pub(crate) fn tally(&self, query: &Query, cancel: &Cancel) -> Result<Tally> {
        let scan = Scan::new(self, query, u8::MAX, cancel)?;
        let placed = scan
            .runs
            .par_chunks(256)
            .map(|runs| {
                cancel.check()?;
                let mut tally = Tally::default();
                for run in runs {
                    if run.all {
                        tally.matched += scan.len(run) as u64;
                    } else {
                        scan.groups(run, |_, _, rows| match rows {
                            Rows::All(rows) => tally.matched += rows.len() as u64,
                            Rows::Some(rows) => rows.iter().for_each(|row| tally.add_class(row.bits)),
                        });
                    }
                }
                Ok(tally)
            })
            .try_reduce(Tally::default, |a, b| Ok(a.plus(b)))?;
        Ok(placed.plus(self.tally_unplaced(query, &scan.filter)))
    }

    /// The part of a tally that rows without a place make.
    pub(crate) fn tally_unplaced(&self, query: &Query, filter: &super::filter::Filter) -> Tally {
        let mut tally = Tally::default();
        if query.place != Place::Everywhere {
            return tally;
        }
        for row in 0..self.unplaced.from.len() {
            tally.add_class(filter.class_of(&self.unplaced, &[], row));
        }
        Tally { matched: 0, without_place: tally.matched, ..tally }
    }
}
