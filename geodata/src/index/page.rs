//! A page of matching rows, in the order of their ids or of when they began.

use super::block::Group;
use super::clock;
use super::filter::class;
use super::query::Query;
use super::scan::{Rows, Scan};
use super::segment::Times;
use super::shape::Shape;
use super::snapshot::Snapshot;
use crate::cancel::Cancel;
use crate::error::{Error, Result};

/// The order of rows. No two rows stand at the same place in it, so that a page can begin after any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Order {
    /// By when they began; `true` is the latest first.
    pub by_time: Option<bool>,
    /// Among those that began together, or all: the largest id first.
    pub largest_id_first: bool,
}

/// Where a row is in its snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At {
    /// Number of the segment, or [`At::UNPLACED`].
    pub segment: u32,
    /// Row of the segment.
    pub row: u32,
}

impl At {
    /// Stands for the rows without a place.
    pub(crate) const UNPLACED: u32 = u32::MAX;
}

/// Where a row stands in an order; the next row has a larger one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Standing(i64, i64);

impl Order {
    /// Whether a page of this order may begin there.
    #[must_use]
    pub fn takes(self, after: &str) -> bool {
        self.standing(after).is_ok()
    }

    /// Reads where a page begins, as [`Order::cursor`] wrote it; nothing is the beginning.
    ///
    /// # Errors
    /// What no page of this order gave.
    pub(crate) fn standing(self, after: &str) -> Result<Option<Standing>> {
        if after.is_empty() {
            return Ok(None);
        }
        let read = match (self.by_time, after.split_once('.')) {
            (Some(_), Some((seconds, id))) => seconds.parse().ok().zip(id.parse().ok()),
            (None, None) => after.parse().ok().map(|id| (0, id)),
            _ => None,
        };
        let unreadable = || {
            Error::invalid(format!("after {after:?} is where no page of this order begins"), "follow the next links")
        };
        let (seconds, id): (i64, i64) = read.ok_or_else(unreadable)?;
        Ok(Some(self.at(seconds, id)))
    }

    /// Where the page after a row begins.
    pub(crate) fn cursor(self, last: Standing) -> String {
        let (seconds, id) = self.told(last);
        self.by_time.map_or_else(|| id.to_string(), |_| format!("{seconds}.{id}"))
    }

    /// The row that stands there.
    pub(crate) fn fid(self, at: Standing) -> i64 {
        self.told(at).1
    }

    fn of(self, times: &Times, row: usize, fid: i64) -> Standing {
        self.at(if self.by_time.is_some() { clock::civil(times.from[row]).0 } else { 0 }, fid)
    }

    fn at(self, seconds: i64, fid: i64) -> Standing {
        let turned = |value: i64, is_turned| if is_turned { value.saturating_neg() } else { value };
        Standing(turned(seconds, self.by_time == Some(true)), turned(fid, self.largest_id_first))
    }

    fn told(self, Standing(seconds, fid): Standing) -> (i64, i64) {
        let Standing(seconds, fid) = self.at(seconds, fid);
        (seconds, fid)
    }
}

impl Snapshot {
    /// The first `limit` matching rows behind `after`, and how many match in all. Rows without a place are among them
    /// where the query has no place.
    ///
    /// # Errors
    /// A wrong place; a stopped request.
    pub(crate) fn rows(
        &self,
        query: &Query,
        order: Order,
        after: Option<Standing>,
        limit: usize,
        cancel: &Cancel,
    ) -> Result<(Vec<(Standing, At)>, u64)> {
        let scan = Scan::new(self, query, class::MATCH, cancel)?;
        if order == Order::default() {
            // Rows by their ids, which is the usual order: their numbers alone tell them apart.
            let behind = after.map_or(0, |after| self.offset_behind(order.fid(after)));
            let number = |times: &Times, row: usize| Some(times.fid[row]).filter(|number| *number >= behind);
            let page = First::new(limit, bound(&scan, limit, behind));
            let (numbers, matched) = first(&scan, page, number, |group| group.first_fid, cancel)?;
            return Ok((numbers.into_iter().map(|(n, at)| (order.at(0, self.fid(n)), at)).collect(), matched));
        }
        let standing = |times: &Times, row: usize| {
            Some(order.of(times, row, self.fid(times.fid[row]))).filter(|at| after.is_none_or(|after| *at > after))
        };
        let any = Standing(i64::MIN, i64::MIN);
        first(&scan, First::new(limit, None), standing, |_| any, cancel)
    }
}

/// What `limit` rows from `behind` on are not larger than, told from the smallest ids of groups that match wholly: so few of
/// the groups need to be looked into.
fn bound(scan: &Scan<'_>, limit: usize, behind: u32) -> Option<u32> {
    let wholes = scan.runs.iter().filter(|run| run.all).flat_map(|run| scan.headers(run));
    let mut least: Vec<u32> = wholes.map(|group| group.first_fid).filter(|fid| *fid >= behind).collect();
    let last = limit.checked_sub(1).filter(|last| *last < least.len())?;
    Some(*least.select_nth_unstable(last).1)
}

/// The rows that `standing` puts first among those that match, in order, and how many match in all; none of a group stands
/// before what `least` says.
fn first<T: Ord + Copy>(
    scan: &Scan<'_>,
    mut page: First<T>,
    standing: impl Fn(&Times, usize) -> Option<T>,
    least: impl Fn(&Group) -> T,
    cancel: &Cancel,
) -> Result<(Vec<(T, At)>, u64)> {
    let mut matched = 0u64;
    for (n, run) in scan.runs.iter().enumerate() {
        if n % 64 == 0 {
            cancel.check()?;
        }
        // Of what is behind the page only the number counts, which of many is known.
        let is_behind = page.is_behind(least(&scan.header(run).all));
        if run.all && is_behind {
            matched += scan.len(run) as u64;
            continue;
        }
        scan.groups(run, |segment, group, rows| {
            matched += rows.len() as u64;
            if is_behind || page.is_behind(least(group)) {
                return;
            }
            let mut offer = |row| page.offer(standing(&segment.times, row), run.segment, row);
            match rows {
                Rows::All(rows) => rows.for_each(offer),
                Rows::Some(rows) => rows.iter().for_each(|row| offer(row.row as usize)),
            }
        });
    }
    if matches!(scan.shape, Shape::Everywhere) {
        let unplaced = &scan.snapshot.unplaced;
        for row in 0..unplaced.from.len() {
            if scan.filter.class_of(unplaced, &[], row) & class::MATCH != 0 {
                matched += 1;
                page.offer(standing(unplaced, row), At::UNPLACED, row);
            }
        }
    }
    Ok((page.into_sorted(), matched))
}

/// The first few of many, in memory for twice as many.
struct First<T> {
    limit: usize,
    /// Nothing behind this can be among them any more.
    bound: Option<T>,
    kept: Vec<(T, At)>,
}

impl<T: Ord + Copy> First<T> {
    fn new(limit: usize, bound: Option<T>) -> Self {
        Self { limit, bound, kept: Vec::new() }
    }

    /// Whether it cannot be among them any more.
    #[inline]
    fn is_behind(&self, standing: T) -> bool {
        self.limit == 0 || self.bound.is_some_and(|bound| standing > bound)
    }

    #[inline]
    fn offer(&mut self, standing: Option<T>, segment: u32, row: usize) {
        let Some(standing) = standing.filter(|standing| !self.is_behind(*standing)) else { return };
        // No two stand at one place, so where they are decides nothing.
        self.kept.push((standing, At { segment, row: row as u32 }));
        if self.kept.len() >= 2 * self.limit.max(512) {
            let (_, &mut last, _) = self.kept.select_nth_unstable(self.limit - 1);
            self.bound = Some(last.0);
            self.kept.truncate(self.limit);
        }
    }

    fn into_sorted(mut self) -> Vec<(T, At)> {
        self.kept.sort_unstable();
        self.kept.truncate(self.limit);
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_begins_where_the_last_one_ended() {
        let orders = [(None, false), (None, true), (Some(false), false), (Some(true), false), (Some(true), true)];
        for (by_time, largest_id_first) in orders {
            let order = Order { by_time, largest_id_first };
            let at = order.at(if by_time.is_some() { -3_600 } else { 0 }, 17);
            assert_eq!(order.standing(&order.cursor(at)), Ok(Some(at)), "{order:?}");
            assert_eq!(order.fid(at), 17);
            assert!(order.standing("x").is_err() && order.standing("1.2.3").is_err());
        }
        assert!(Order::default().standing("1.2").is_err() && Order::default().standing("") == Ok(None));
    }
}
