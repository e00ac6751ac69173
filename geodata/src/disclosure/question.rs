//! A question as a tier below analyst may ask it: made coarser where it must be, with a note, or refused.

use super::place::Within;
use crate::error::{Error, Result};
use crate::index::Query;
use crate::model::{Code, ContextKind, ContextValue, Interval};
use crate::policy::{Attribute, PeriodKind, Policy};
use crate::release::Cube;
use crate::release::dims::{Category, Cross, Month, Slice, month_of, start_of};

/// Whether the release has the asked period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coverage {
    /// All of it.
    Whole,
    /// Some months of it are not yet complete; what is told is so far.
    SoFar,
    /// None of it: it is not yet complete.
    NotYet,
    /// None of it: the records begin later, or end earlier.
    Never,
}

/// A question to a protected cube.
pub(super) struct Question<'a> {
    pub cube: &'a Cube,
    /// What is summed.
    pub slices: Vec<Slice>,
    pub coverage: Coverage,
    /// Cells whose centre lies in it are shown.
    pub within: Within,
    /// The period really answered.
    pub period: Option<Interval>,
    /// What was made coarser, in sentences.
    pub notes: Vec<String>,
}

impl<'a> Question<'a> {
    /// Degrades a question to what the cube holds, or refuses it.
    ///
    /// # Errors
    /// Forbidden, with a reason that holds no count; a place that is none.
    pub fn new(cube: &'a Cube, policy: &Policy, asked: &Query) -> Result<Self> {
        if asked.weekdays.is_some() {
            return Err(refused("days of the week", "leave weekdays out, or"));
        }
        if asked.precision.is_some() {
            return Err(refused("the precision of places", "leave precision out, or"));
        }
        if asked.predicate.is_some() {
            return Err(refused(
                "what a filter asks beyond bbox, datetime, category, context, hours, sex and age, each once and joined by AND",
                "use those alone, or",
            ));
        }
        let mut notes = vec![];
        let categories = categories(cube, asked, &mut notes);
        let crosses = crosses(cube, asked)?;
        let mut kinds = cube.rules.periods.clone();
        let mut only = |allowed: &[PeriodKind]| kinds.retain(|k| allowed.contains(k));
        if crosses.iter().any(|c| c.hour.is_some()) {
            only(&policy.hours.periods);
        }
        let is_touchy = |kind: ContextKind| policy.sensitive.contexts.iter().any(|c| c == kind.name());
        let contexts = || crosses.iter().filter_map(|c| c.context.as_ref());
        let sensitive =
            |c: &Category| matches!(c, Category::Code(t) if Code::parse(t).is_ok_and(|c| policy.is_sensitive(c)));
        let is_minor = policy.sensitive.minor_victims && asked.victims.age == Some(0);
        if is_minor || categories.iter().any(sensitive) || contexts().any(|c| is_touchy(c.0)) {
            only(&cube.rules.periods_sensitive);
        }
        if contexts().any(|c| matches!(c.0, ContextKind::Gang | ContextKind::OrganisedCrime)) {
            only(&policy.context.periods);
        }
        let (months, coverage) = months(cube, asked.period, &kinds, &mut notes);
        let periods = months.map(|m| cube.periods_of(m, &kinds).unwrap_or_default()).unwrap_or_default();
        if periods.len() > 1 {
            notes.push(format!("the sum of {} published periods, each protected by itself", periods.len()));
        }
        let mut slices = vec![];
        for &period in &periods {
            for category in categories.iter().filter_map(|c| cube.dims.category(c)) {
                for cross in crosses.iter().filter_map(|c| cube.dims.cross(c)) {
                    slices.push(Slice { period, category, cross });
                }
            }
        }
        let period = months.map(|(first, end)| Interval { from: start_of(first), to: start_of(end) });
        Ok(Self { cube, slices, coverage, within: Within::new(&asked.place)?, period, notes })
    }
}

/// The categories of the cube that answer the question: each code as it is, or what holds it.
fn categories(cube: &Cube, asked: &Query, notes: &mut Vec<String>) -> Vec<Category> {
    if asked.categories.is_empty() {
        return vec![if asked.leave_out_police_initiated { Category::NotPoliceInitiated } else { Category::All }];
    }
    if asked.leave_out_police_initiated {
        notes.push("records that the police's own activity found are told apart for all categories together only: they are in these numbers".into());
    }
    let mut codes: Vec<Code> = vec![];
    for &code in &asked.categories {
        let mut told = code;
        while let Some(parent) = told.parent().filter(|_| told.level() > cube.rules.category_level) {
            told = parent;
        }
        if told != code {
            notes.push(format!(
                "{} {} instead of {}: categories are told down to level {}",
                told.text(),
                told.title(),
                code.text(),
                cube.rules.category_level
            ));
        }
        if !codes.contains(&told) {
            codes.push(told);
        }
    }
    let all = codes.clone();
    codes.retain(|c| !all.iter().any(|other| other != c && c.is_within(*other)));
    codes.into_iter().map(|c| Category::Code(c.text().to_owned())).collect()
}

/// What the question is crossed with. Only sets of attributes that the release crosses can be asked for.
fn crosses(cube: &Cube, asked: &Query) -> Result<Vec<Cross>> {
    let victims = asked.victims;
    let mut set = vec![];
    set.extend(victims.sex.map(|_| Attribute::Sex));
    set.extend(victims.age.map(|_| Attribute::Age));
    set.extend(asked.hours.map(|_| Attribute::Hour));
    let is_crossed = |known: &Vec<Attribute>| known.len() == set.len() && set.iter().all(|a| known.contains(a));
    if !set.is_empty() && asked.context.is_none() && !cube.rules.crossed.iter().any(is_crossed) {
        let names = set.iter().map(|a| a.name()).collect::<Vec<_>>().join(" and ");
        return Err(refused(&format!("incidents by {names} at once"), "ask for fewer of them, or"));
    }
    match (&asked.context, asked.hours) {
        (Some(_), _) if !set.is_empty() => {
            Err(refused("the context of incidents by hour, sex or age", "leave one of them out, or"))
        }
        (None, hours) => {
            let cross = |hour| Cross { sex: victims.sex, age: victims.age, hour, context: None };
            Ok(hours.map_or_else(
                || vec![cross(None)],
                |bits| (0..24u8).filter(|h| bits >> h & 1 != 0).map(|h| cross(Some(h))).collect(),
            ))
        }
        (Some(context), _) => {
            if context.value != ContextValue::Yes {
                return Err(refused("where a context was looked for and not found", "ask for the value yes, or"));
            }
            if !asked.categories.is_empty() {
                return Err(refused("the context of incidents by category", "leave category out, or"));
            }
            Ok(vec![Cross { context: Some((context.kind, context.definition.clone())), ..Cross::default() }])
        }
    }
}

/// The months to answer for, widened to what the kinds of periods can make up, and what is missing of what was asked.
fn months(
    cube: &Cube,
    asked: Option<Interval>,
    kinds: &[PeriodKind],
    notes: &mut Vec<String>,
) -> (Option<(Month, Month)>, Coverage) {
    let Some((first, end)) = cube.dims.months() else { return (None, Coverage::NotYet) };
    let Some(asked) = asked else { return (Some((first, end)), Coverage::Whole) };
    let last_second = crate::model::LocalTime(asked.to.0.saturating_sub(1));
    // Times beyond the calendar are open ends.
    let from = month_of(asked.from).unwrap_or(Month::MIN);
    let to = month_of(last_second).map_or(Month::MAX, |m| m.saturating_add(1));
    let is_open_start = from <= 0;
    let is_open_end = to >= 9999 * 12;
    if from >= end {
        return (None, Coverage::NotYet);
    }
    if to <= first {
        return (None, Coverage::Never);
    }
    if from < first && !is_open_start {
        notes.push(format!("records begin in {}", super::question::month_name(first)));
    }
    let coverage = if to > end && !is_open_end { Coverage::SoFar } else { Coverage::Whole };
    let wanted = (from.max(first), to.min(end));
    let is_whole_months =
        (start_of(wanted.0) == asked.from || wanted.0 != from) && (start_of(wanted.1) == asked.to || wanted.1 != to);
    let found = [1, 3, 12].into_iter().map(|unit| {
        let low = wanted.0.div_euclid(unit) * unit;
        let high = (wanted.1 + unit - 1).div_euclid(unit) * unit;
        (low, high)
    });
    let found = found.into_iter().find(|m| cube.periods_of(*m, kinds).is_some()).unwrap_or((first, end));
    if found != wanted || !is_whole_months {
        notes.push(format!("the period was widened to {}/{}", month_name(found.0), month_name(found.1 - 1)));
    }
    (Some(found), coverage)
}

pub(super) fn month_name(month: Month) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}

fn refused(what: &str, instead: &str) -> Error {
    Error::forbidden(
        format!("this tier is not shown {what}"),
        format!("{instead} use a key of analyst tier with a Purpose"),
    )
}
