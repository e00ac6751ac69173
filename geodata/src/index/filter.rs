//! A query compiled against a snapshot's facets: one table look-up and two comparisons a row.

use std::sync::Arc;

use crate::error::Result;
use crate::model::{Code, ContextValue, LocationPrecision, LonLat, VictimFilter};

use super::clock;
use super::facet::Facet;
use super::predicate::Rest;
use super::query::{ContextFilter, Query};
use super::segment::{TimeRange, Times};
use super::victims::Records;

/// Everything that a facet says about a row under a query, as bits.
pub(crate) mod class {
    /// The row matches.
    pub(crate) const MATCH: u8 = 1;
    /// No offence has an ICCS code; everything but the category matches.
    pub(crate) const UNMAPPED: u8 = 2;
    /// Only some candidate codes match; everything else does.
    pub(crate) const AMBIGUOUS: u8 = 4;
    /// Matches but for its precision, which the query may or may not allow, at a stand-in for an unknown place.
    pub(crate) const DEFAULT_POINT: u8 = 8;
    /// Matches, but its precision is not allowed.
    pub(crate) const IMPRECISE: u8 = 16;
    /// Matches, but the police's own activity found it and the query leaves such records out.
    pub(crate) const POLICE_INITIATED: u8 = 32;
}

/// How a segment or block lies to the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// No row can match.
    Outside,
    /// Every row is in the period.
    Inside,
    /// Rows must be asked.
    Partly,
}

/// A compiled query, without its place.
pub(crate) struct Filter {
    /// Class bits by facet.
    pub class: Vec<u8>,
    /// Earliest start that still reaches into the period, by facet, whatever its class.
    pub earliest: Vec<u32>,
    /// The same for facets that match, and [`u32::MAX`], which no row has, for all others.
    pub earliest_match: Vec<u32>,
    /// Latest start in the period.
    pub last_from: u32,
    /// Ends after this are in the period (`to > after`).
    pub after: u32,
    /// The records that may match, where victims are asked for.
    pub only: Option<Arc<Records>>,
    /// Allowed hours of the week, where hours or weekdays are asked for.
    pub week: Option<[bool; 168]>,
    /// What the query's predicate leaves to be asked of rows.
    pub rest: Option<Rest>,
}

/// Facets modulo 64, as they answer a question for some class bits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FacetBits {
    /// Facets with any of the bits.
    some: u64,
    /// Facets whose bits are not exactly [`class::MATCH`].
    other: u64,
}

impl FacetBits {
    /// Whether every row of a block that is inside the period matches, told from its facets.
    pub(crate) fn all_match(self, facets: u64) -> bool {
        facets & self.other == 0
    }

    /// Whether no row of a block has any of the bits.
    pub(crate) fn none(self, facets: u64) -> bool {
        facets & self.some == 0
    }
}

impl Filter {
    /// Compiles a query. `today` is YYYY-MM-DD: context links past their review date count as unknown; `records` finds those
    /// with a victim.
    ///
    /// # Errors
    /// Those of the predicate.
    pub(crate) fn new(
        query: &Query,
        facets: &[Facet],
        today: &str,
        records: &dyn Fn(VictimFilter) -> Result<Arc<Records>>,
    ) -> Result<Self> {
        let wanted = wanted_codes(&query.categories);
        // An empty period has no incident, whatever else is asked.
        let never = query.period.is_some_and(|p| p.from >= p.to);
        let mut class: Vec<u8> =
            facets.iter().map(|f| if never { 0 } else { classify(query, &wanted, f, today) }).collect();
        let rest = match &query.predicate {
            Some(predicate) => Some(Rest::new(predicate, facets, today, &mut class, records)?),
            None => None,
        };
        let after = query.period.map_or(0, |p| clock::tick(p.from));
        let last_from = query.period.map_or(clock::LAST, |p| match clock::tick(p.to) {
            // A bound beyond the clock's end must still find the rows that stand there.
            clock::LAST => clock::LAST,
            to => to.saturating_sub(1),
        });
        let earliest: Vec<u32> = facets
            .iter()
            .map(|f| match after {
                0 => 0,
                // from + span > after, so from >= after - span + 1.
                _ => (u64::from(after) + 1).saturating_sub(u64::from(f.span_s.unwrap_or(0))) as u32,
            })
            .collect();
        Ok(Self {
            earliest_match: earliest
                .iter()
                .zip(&class)
                .map(|(&t, &c)| if c & class::MATCH != 0 { t } else { u32::MAX })
                .collect(),
            class,
            earliest,
            last_from,
            after,
            only: if query.victims.is_empty() { None } else { Some(records(query.victims)?) },
            week: week(query),
            rest,
        })
    }

    /// The facets as blocks keep them, for the class bits of interest.
    pub(crate) fn facet_bits(&self, mask: u8) -> FacetBits {
        let asks_each = self.week.is_some() || self.only.is_some();
        let mut bits = FacetBits { some: 0, other: if asks_each { u64::MAX } else { 0 } };
        for (n, &c) in self.class.iter().enumerate() {
            let bit = 1 << (n % 64);
            bits.some |= if c & mask != 0 { bit } else { 0 };
            let asks_rows = self.rest.as_ref().is_some_and(|rest| rest.asks_rows(n));
            bits.other |= if asks_rows || c & mask != class::MATCH { bit } else { 0 };
        }
        bits
    }

    /// Whether rows must be asked one by one for more than their facet and time.
    pub(crate) fn asks_each(&self) -> bool {
        self.week.is_some() || self.only.is_some() || self.rest.as_ref().is_some_and(Rest::asks_any)
    }

    /// How rows of this time range lie to the period.
    pub(crate) fn reach(&self, t: &TimeRange) -> Reach {
        let before = self.after > 0 && t.max_to <= self.after;
        if before || t.min_from > self.last_from {
            Reach::Outside
        } else if t.max_from <= self.last_from && (self.after == 0 || t.min_to > self.after) {
            Reach::Inside
        } else {
            Reach::Partly
        }
    }

    /// Class bits of a row, 0 where its time is not asked for; `points` are the rows' places, none for rows without.
    pub(crate) fn class_of(&self, times: &Times, points: &[LonLat], row: usize) -> u8 {
        let (from, facet) = (times.from[row], usize::from(times.facet[row]));
        let starts = match &times.to {
            None => from >= self.earliest[facet],
            Some(to) => self.after == 0 || to[row] > self.after,
        };
        let hour = self.week.as_ref().is_none_or(|w| w[clock::hour_of_week(from)]);
        let is_among = self.only.as_ref().is_none_or(|only| only.has(times.fid[row]));
        if !(starts && from <= self.last_from && hour && is_among) {
            return 0;
        }
        match &self.rest {
            Some(rest) => rest.class_of(self.class[facet], times, points.get(row).copied(), row),
            None => self.class[facet],
        }
    }
}

/// By code: whether it is asked for.
fn wanted_codes(categories: &[Code]) -> Vec<bool> {
    let mut wanted = vec![categories.is_empty(); crate::model::CODES.len()];
    for &c in categories {
        wanted[c.subtree()].fill(true);
    }
    wanted
}

fn week(query: &Query) -> Option<[bool; 168]> {
    if query.hours.is_none() && query.weekdays.is_none() {
        return None;
    }
    let (hours, days) = (query.hours.unwrap_or(u32::MAX), query.weekdays.unwrap_or(u8::MAX));
    let mut week = [false; 168];
    for (h, allowed) in week.iter_mut().enumerate() {
        *allowed = hours >> (h % 24) & 1 != 0 && days >> (h / 24) & 1 != 0;
    }
    Some(week)
}

fn classify(query: &Query, wanted: &[bool], facet: &Facet, today: &str) -> u8 {
    let time_known = (query.hours.is_none() || facet.hour_known) && (query.weekdays.is_none() || facet.day_known);
    if !time_known || !query.context.as_ref().is_none_or(|c| has_context(facet, c, today)) {
        return 0;
    }
    let is_wanted = |c: &Code| wanted[c.index()];
    let police = query.leave_out_police_initiated && facet.discovery == crate::model::Discovery::PoliceInitiated;
    let stand_in = facet.precision == LocationPrecision::DefaultPoint;
    // A row without a place has no precision to ask for; it is counted apart.
    let unplaced = facet.precision == LocationPrecision::None;
    let allowed = unplaced || query.precision.is_none_or(|set| set.has(facet.precision));
    let mut bits = 0;
    let matches = query.categories.is_empty()
        || facet.offences.iter().any(|codes| !codes.is_empty() && codes.iter().all(is_wanted));
    if facet.is_unmapped() && !police {
        bits |= class::UNMAPPED;
    }
    if matches && police {
        bits |= class::POLICE_INITIATED;
    } else if matches {
        bits |= if allowed { class::MATCH } else { class::IMPRECISE };
        if stand_in {
            bits |= class::DEFAULT_POINT;
        }
    } else if facet.offences.iter().flatten().any(is_wanted) && !police {
        bits |= class::AMBIGUOUS;
    }
    bits
}

/// Whether the facet has the context. Where nobody looked there is no link, which is `NotAssessed`.
fn has_context(facet: &Facet, wanted: &ContextFilter, today: &str) -> bool {
    let mut links = facet.links(wanted.kind, &wanted.definition, today).peekable();
    if links.peek().is_none() {
        return wanted.value == ContextValue::NotAssessed;
    }
    links.any(|v| v == wanted.value)
}
