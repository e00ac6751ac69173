//! Facets: the distinct contents that a filter can ask of a row besides place and time, numbered within a snapshot.

use std::collections::HashMap;

use crate::error::{Error, Kind, Result};
use crate::limits::MAX_FACETS_WITH_WEAPONS;
use crate::model::{
    Code, ContextKind, ContextValue, Discovery, Interval, LocationPrecision, Profile, Quality, TimePrecision,
};

use super::clock::DAY;

/// A context link as filters see it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct FacetContext {
    pub kind: ContextKind,
    pub value: ContextValue,
    pub definition: String,
    pub review_by: Option<String>,
}

/// What a filter can ask of a row besides its place and time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Facet {
    /// Candidate codes of each offence, sorted; an offence without candidates has no ICCS code.
    pub offences: Vec<Vec<Code>>,
    pub context: Vec<FacetContext>,
    pub precision: LocationPrecision,
    /// Length of the interval in seconds; `None` where the row keeps its own end.
    pub span_s: Option<u32>,
    pub hour_known: bool,
    pub day_known: bool,
    pub discovery: Discovery,
    pub quality: Quality,
    /// Id of the source's description.
    pub source: String,
    pub weapon: Weapon,
}

/// The weapon in the source's words.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Weapon {
    /// As the source says, if it does.
    Told(Option<String>),
    /// Not told apart: the data have too many combinations.
    Untold,
}

impl Facet {
    /// Content of a row of `profile`; `stand_in` says that its coordinate is a known default point.
    pub(super) fn of(profile: &Profile, shape: TimeShape, stand_in: bool) -> Self {
        let mut offences: Vec<Vec<Code>> = profile
            .offences
            .iter()
            .map(|o| {
                let mut codes: Vec<Code> = o.candidates.iter().map(|c| c.code).collect();
                codes.sort_unstable();
                codes.dedup();
                codes
            })
            .collect();
        offences.sort_unstable();
        offences.dedup();
        let context = profile.context.iter().map(|c| FacetContext {
            kind: c.kind,
            value: c.value,
            definition: c.definition.clone(),
            review_by: c.review_by.clone(),
        });
        Self {
            offences,
            context: context.collect(),
            precision: if stand_in { LocationPrecision::DefaultPoint } else { profile.location_precision },
            span_s: shape.span_s,
            hour_known: shape.hour_known,
            day_known: shape.day_known,
            discovery: profile.discovery,
            quality: profile.quality,
            source: profile.source.clone(),
            weapon: Weapon::Told(profile.weapon.clone().filter(|w| !w.is_empty())),
        }
    }

    /// Whether no offence has an ICCS code.
    pub(crate) fn is_unmapped(&self) -> bool {
        self.offences.iter().all(Vec::is_empty)
    }

    /// The values of a context under a definition; a link past its review date is unknown. None where nobody looked.
    pub(crate) fn links(&self, kind: ContextKind, definition: &str, today: &str) -> impl Iterator<Item = ContextValue> {
        self.context.iter().filter(move |c| c.kind == kind && c.definition == definition).map(move |c| {
            if c.review_by.as_deref().is_some_and(|d| d < today) { ContextValue::Unknown } else { c.value }
        })
    }

    /// Whether the place is a stand-in for an unknown one.
    pub(crate) fn is_stand_in(&self) -> bool {
        self.precision == LocationPrecision::DefaultPoint || self.quality.has(Quality::SENTINEL_POINT)
    }
}

/// What the facet keeps of a row's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TimeShape {
    pub span_s: Option<u32>,
    pub hour_known: bool,
    pub day_known: bool,
}

impl TimeShape {
    /// Lengths of the usual precisions go to the facet; any other length would make a facet of its own, so the row keeps its end.
    pub(super) fn of(profile: &Profile, time: Interval) -> Self {
        let (from, last) = (time.from.0, time.to.0.saturating_sub(1));
        let usual =
            |s: i64| matches!(s, 1 | 60 | 3600 | DAY) || (s % DAY == 0 && matches!(s / DAY, 28..=31 | 365 | 366));
        let span = time.to.0.saturating_sub(from);
        let inside = |unit: i64| from.div_euclid(unit) == last.div_euclid(unit);
        let p = profile.time_precision;
        // A placeholder 00:00 is not an hour that anyone knows.
        let placeholder = profile.quality.has(Quality::PLACEHOLDER_TIME);
        let interval = p == TimePrecision::Interval;
        Self {
            span_s: if usual(span) { u32::try_from(span).ok() } else { None },
            hour_known: !placeholder && (p.has_hour() || (interval && inside(3600))),
            day_known: p.has_day() || (interval && inside(DAY)),
        }
    }
}

/// Numbers for facets, in order of appearance.
#[derive(Default)]
pub(super) struct Dictionary {
    numbers: HashMap<Facet, u16>,
    facets: Vec<Facet>,
}

impl Dictionary {
    /// Number of a facet, a new one where it is new.
    pub(super) fn number(&mut self, facet: Facet) -> Result<u16> {
        if let Some(&n) = self.numbers.get(&facet) {
            return Ok(n);
        }
        if self.facets.len() >= MAX_FACETS_WITH_WEAPONS && facet.weapon != Weapon::Untold {
            // Without weapons the rest is still told apart: an import never fails for the sake of a filter.
            return self.number(Facet { weapon: Weapon::Untold, ..facet });
        }
        let n = u16::try_from(self.facets.len()).map_err(|_| {
            Error::new(
                Kind::TooLarge,
                "the data has more than 65536 distinct combinations of categories, contexts and precisions",
                "map the source's categories to fewer ICCS candidates, or keep the cities in files of their own",
            )
        })?;
        self.facets.push(facet.clone());
        self.numbers.insert(facet, n);
        Ok(n)
    }

    /// The facets in order of their numbers.
    pub(super) fn into_facets(self) -> Vec<Facet> {
        self.facets
    }
}
