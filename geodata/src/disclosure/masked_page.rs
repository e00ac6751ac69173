//! Pages of masked points: filtered, boxed, counted and paged by what is told alone.

use super::answers::{Ask, Page, Part};
use super::masked::{MaskedPoints, Row, at_level};
use super::overview::to_months;
use super::ring::Basis;
use crate::error::{Error, Result};
use crate::index::{Order, Place, Query};
use crate::limits::MAX_PAGE;
use crate::model::{Code, LonLatBox};
use crate::policy::Policy;
use crate::release::dims::{Month, month_of};
use crate::table::{Analysis, Column, Shapes, State, Table, Values};

/// A page of masked records in the order of their ids. The box selects on masked positions, and `matched` counts those.
///
/// # Errors
/// Forbidden for what could single a record out: shapes, hours, context, precision and sensitive categories, with a reason
/// that holds no count; a stopped request.
pub fn masked(ask: &Ask<'_>, points: &MaskedPoints, query: &Query, within: LonLatBox, part: Part<'_>) -> Result<Page> {
    ask.opened()?;
    let asked = Asked::new(query, within, &points.policy)?;
    let (mut leave_out, limit) = (part.offset, part.limit.min(MAX_PAGE));
    let after = Order::default().standing(part.after)?.map_or(0, |at| Order::default().fid(at).max(0).cast_unsigned());
    let (mut rows, mut matched, mut has_more) = (vec![], 0u64, false);
    for (n, row) in points.rows.iter().enumerate() {
        if n % 4096 == 0 {
            ask.cancel.check()?;
        }
        if !asked.has(points, row) {
            continue;
        }
        matched += 1;
        if row.id > after || after == 0 {
            if leave_out > 0 {
                leave_out -= 1;
            } else if rows.len() < limit {
                rows.push(row);
            } else {
                has_more = true;
            }
        }
    }
    let next = rows.last().filter(|_| has_more).map(|row| row.id.to_string());
    let table = table(ask, points, &rows, asked.notes, matched);
    Ok(Page { table: ask.let_out(table), matched, next, cursors: vec![] })
}

/// A question as partners may ask it.
struct Asked {
    within: [LonLatBox; 2],
    /// First month, and the month after the last.
    months: Option<(Month, Month)>,
    categories: Vec<Code>,
    leave_out_police_initiated: bool,
    notes: Vec<String>,
}

impl Asked {
    fn new(query: &Query, within: LonLatBox, policy: &Policy) -> Result<Self> {
        let refused = |what: &str, instead: &str| {
            Err(Error::forbidden(
                format!("masked points are not chosen by {what}"),
                format!("{instead}, or use a key of analyst tier with a Purpose"),
            ))
        };
        // Every part of a question is named here, so that a new one is heeded or refused and never passed over.
        let Query {
            place,
            period: asked_period,
            hours,
            weekdays,
            categories: asked_categories,
            context,
            victims,
            precision,
            leave_out_police_initiated,
            predicate,
        } = query;
        let of_query = match place {
            Place::Everywhere => LonLatBox::WORLD,
            Place::Box(b) => *b,
            Place::Polygon(_) | Place::Radius { .. } => return refused("shapes", "ask with a bbox"),
        };
        if hours.is_some() || weekdays.is_some() {
            return refused("hours and days of the week", "leave hours and weekdays out");
        }
        if context.is_some() {
            return refused("context", "leave context and definition out");
        }
        if !victims.is_empty() {
            return refused("victims", "leave sex and age out");
        }
        if precision.is_some() {
            return refused("the precision of places", "leave precision out");
        }
        if predicate.is_some() {
            return refused("more of a filter than bbox, datetime and category", "use those alone, joined by AND");
        }
        if asked_categories.iter().any(|code| policy.is_sensitive_point(*code)) {
            return refused("a sensitive category: such records have none", "ask for another category");
        }
        let mut notes = vec![
            "every point is moved at random by a ring of addresses around its place: a place keeps its mask, and \
             distances below the radius say nothing"
                .to_owned(),
            "sensitive records, records of minors and those without a code or a usable place are left out".to_owned(),
        ];
        let level = policy.partner.category_level;
        let mut categories: Vec<Code> = asked_categories.iter().map(|code| at_level(*code, level)).collect();
        if categories != *asked_categories {
            notes.push(format!("categories are told apart down to ICCS level {level}"));
        }
        categories.sort_unstable();
        let period = asked_period.map(to_months);
        if period != *asked_period {
            notes.push("the period was widened to whole months".to_owned());
        }
        let months = period.and_then(|p| month_of(p.from).zip(month_of(p.to)));
        let leave_out_police_initiated = *leave_out_police_initiated;
        Ok(Self { within: [within, of_query], months, categories, leave_out_police_initiated, notes })
    }

    fn has(&self, points: &MaskedPoints, row: &Row) -> bool {
        let (kind, at) = (&points.kinds[row.kind as usize], points.masks[row.mask as usize].at);
        let is_asked =
            |codes: &Vec<Code>| codes.iter().all(|c| self.categories.iter().any(|asked| c.is_within(*asked)));
        self.months.is_none_or(|(from, to)| row.months.0 < to && row.months.1 >= from)
            && !(self.leave_out_police_initiated && kind.is_police_initiated)
            && (self.categories.is_empty() || kind.offences.iter().any(is_asked))
            && self.within.iter().all(|b| b.contains(at))
    }
}

fn table(ask: &Ask<'_>, points: &MaskedPoints, rows: &[&Row], notes: Vec<String>, matched: u64) -> Table {
    let text = |name, of: &dyn Fn(&Row) -> String| Column {
        name,
        unit: "",
        values: Values::Text(rows.iter().map(|row| of(row)).collect()),
    };
    let masks = || rows.iter().map(|row| &points.masks[row.mask as usize]);
    let codes = |row: &Row| {
        let mut all: Vec<&str> = points.kinds[row.kind as usize].offences.iter().flatten().map(|c| c.text()).collect();
        all.sort_unstable();
        all.dedup();
        all.join(", ")
    };
    let columns = vec![
        text("category", &codes),
        text("month", &|row| month(row.months.0)),
        text("month_to", &|row| if row.months.0 == row.months.1 { String::new() } else { month(row.months.1) }),
        Column {
            name: "k",
            unit: "addresses",
            values: Values::Number(masks().map(|mask| mask.told_addresses()).collect()),
        },
        Column {
            name: "radius_m",
            unit: "m",
            values: Values::Number(masks().map(|mask| mask.told_radius_m).collect()),
        },
        Column {
            name: "k_basis",
            unit: "",
            values: Values::Class(Basis::NAMES, masks().map(|mask| mask.basis() as u8).collect()),
        },
    ];
    let complete = complete_before(ask.snapshot.today(), points.policy.partner.lag_days);
    let state = |row: &&Row| if row.months.1 < complete { State::Value } else { State::NotYetComplete };
    let rules = &points.policy.masked_points;
    let mut parameters = serde_json::Map::new();
    parameters.insert("addresses".into(), rules.addresses.into());
    parameters.insert("ring_m".into(), vec![rules.least_radius_m, rules.largest_radius_m].into());
    parameters.insert("decimals".into(), rules.decimals.into());
    parameters.insert("policy".into(), points.policy.hash().into());
    let analysis = Analysis {
        method: "masked_points".into(),
        parameters,
        snapshot: ask.snapshot.name(),
        included: matched,
        warnings: notes,
        basis: "masked".into(),
        ..Analysis::default()
    };
    Table {
        shapes: Shapes::Points(masks().map(|mask| Some(mask.at)).collect()),
        ids: Some(rows.iter().map(|row| row.id.to_string()).collect()),
        columns,
        states: rows.iter().map(state).collect(),
        analysis,
    }
}

/// `2018-06`.
fn month(month: Month) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}

/// First month that is not complete on a day (YYYY-MM-DD): it ended less than the lag ago, or has not ended.
fn complete_before(today: &str, lag_days: u32) -> Month {
    let Ok(day) = today.parse::<jiff::civil::Date>() else { return Month::MIN };
    let settled = day.checked_sub(jiff::Span::new().days(i64::from(lag_days))).unwrap_or(day);
    // The month that the settled day lies in was not over on that day; all before it were.
    i32::from(settled.year()) * 12 + i32::from(settled.month()) - 1
}

#[cfg(test)]
#[path = "masked_tests.rs"]
mod tests;
