//! Incidents as rows, for analysts and custodians alone.

use std::collections::HashMap;
use std::sync::Arc;

use super::answers::{Ask, Page, Part};
use super::released::Released;
use crate::error::{Error, Result};
use crate::index::{Order, Query};
use crate::limits::MAX_PAGE;
use crate::model::{Incident, LocalTime, Profile};
use crate::table::{Analysis, Column, Shapes, State, Table, Values};

/// A page of matching incidents in an order.
///
/// # Errors
/// Forbidden below analyst tier, with a reason that holds no count; a cursor of another order; trouble with the data file; a
/// stopped request.
pub fn incidents(ask: &Ask<'_>, query: &Query, order: Order, part: Part<'_>) -> Result<Page> {
    if !ask.tier.is_exact() {
        return Err(Error::forbidden(
            "single incidents are shown from analyst tier on",
            "ask for the layer cells, or use a key of analyst tier with a Purpose",
        ));
    }
    let after = order.standing(part.after)?;
    let wanted = part.offset.saturating_add(part.limit.min(MAX_PAGE));
    // One more than wanted tells whether there is a next page.
    let (mut found, matched) = ask.snapshot.rows(query, order, after, wanted.saturating_add(1), ask.cancel)?;
    let has_more = found.len() > wanted;
    found.truncate(wanted);
    let next = found.last().filter(|_| has_more).map(|last| order.cursor(*last));
    let fids: Vec<i64> = found.iter().skip(part.offset).map(|at| order.fid(*at)).collect();
    let rows = ask.snapshot.incidents_by_fid(&fids)?;
    let table = table(ask, &rows, matched);
    Ok(Page { table, matched, next, cursors: vec![] })
}

/// Incidents as rows, for exact tiers alone.
pub(crate) fn table(ask: &Ask<'_>, rows: &[(i64, Incident)], matched: u64) -> Released<Table> {
    let (profiles, of_row) = told_profiles(rows);
    let column = |name, values| Column { name, unit: "", values: Values::Text(values) };
    let text = |name, of: &dyn Fn(&Incident) -> String| column(name, rows.iter().map(|(_, i)| of(i)).collect());
    let shared = |name, of: fn(&ToldProfile) -> &String| {
        column(name, of_row.iter().map(|&n| profiles.get(n).map(of).cloned().unwrap_or_default()).collect())
    };
    let uncertainty = rows.iter().map(|(_, i)| {
        let usual = i.profile.location_precision.uncertainty_m();
        i.profile.uncertainty_m.map(f64::from).or(usual.map(f64::from)).unwrap_or(f64::NAN)
    });
    let columns = vec![
        text("record", &|i| [&i.profile.source, ":", &i.key].concat()),
        shared("category", |p| &p.category),
        shared("offence", |p| &p.offence),
        text("time_from", &|i| civil(i.time.from)),
        text("time_to", &|i| civil(i.time.to)),
        text("time_precision", &|i| i.profile.time_precision.name().into()),
        text("zone", &|i| i.profile.zone.clone()),
        text("location_precision", &|i| i.profile.location_precision.name().into()),
        Column { name: "uncertainty_m", unit: "m", values: Values::Number(uncertainty.collect()) },
        shared("context", |p| &p.context),
        text("recorded_area", &|i| i.recorded_area.clone().unwrap_or_default()),
        text("status", &|i| i.profile.status.clone().unwrap_or_default()),
        text("weapon", &|i| i.profile.weapon.clone().unwrap_or_default()),
        Column {
            name: "victims",
            unit: "victims",
            values: Values::Count(rows.iter().map(|(_, i)| i.victims.len() as u32).collect()),
        },
    ];
    let analysis = Analysis {
        method: "none".into(),
        snapshot: ask.snapshot.name(),
        included: matched,
        basis: "exact".into(),
        ..Analysis::default()
    };
    let shapes = Shapes::Points(rows.iter().map(|(_, i)| i.point).collect());
    let ids = rows.iter().map(|(fid, _)| fid.to_string()).collect();
    let states = vec![State::Value; rows.len()];
    ask.let_out(Table { shapes, ids: Some(ids), columns, states, analysis })
}

/// What a profile puts into the rows that have it.
struct ToldProfile {
    category: String,
    offence: String,
    context: String,
}

/// The profiles of some rows, and which each has: many rows share one, whose texts are put together once.
fn told_profiles(rows: &[(i64, Incident)]) -> (Vec<ToldProfile>, Vec<usize>) {
    let (mut profiles, mut known) = (vec![], HashMap::new());
    let of_row = rows.iter().map(|(_, incident)| {
        *known.entry(Arc::as_ptr(&incident.profile)).or_insert_with(|| {
            profiles.push(ToldProfile::new(&incident.profile));
            profiles.len() - 1
        })
    });
    let of_row = of_row.collect();
    (profiles, of_row)
}

impl ToldProfile {
    fn new(profile: &Profile) -> Self {
        let mut codes: Vec<_> = profile.offences.iter().flat_map(|o| &o.candidates).map(|c| c.code.text()).collect();
        codes.sort_unstable();
        codes.dedup();
        let context =
            profile.context.iter().map(|c| format!("{} {} ({})", c.kind.name(), c.value.name(), c.definition));
        Self {
            category: codes.join(", "),
            offence: profile.offences.iter().map(|o| o.source_text.as_str()).collect::<Vec<_>>().join("; "),
            context: context.collect::<Vec<_>>().join(", "),
        }
    }
}

/// `2021-03-04T05:06:00`, put together by hand: thousands a page are.
fn civil(time: LocalTime) -> String {
    let Some(t) = time.civil() else { return String::new() };
    if !(0..=9999).contains(&t.year()) {
        return t.to_string();
    }
    let mut out = String::with_capacity(19);
    let mut put = |before: Option<char>, value: i32, digits: u32| {
        out.extend(before);
        for place in (0..digits).rev() {
            out.extend(char::from_digit((value / 10_i32.pow(place) % 10).unsigned_abs(), 10));
        }
    };
    put(None, t.year().into(), 4);
    put(Some('-'), t.month().into(), 2);
    put(Some('-'), t.day().into(), 2);
    put(Some('T'), t.hour().into(), 2);
    put(Some(':'), t.minute().into(), 2);
    put(Some(':'), t.second().into(), 2);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_the_calendar_has_them() {
        for seconds in [0, -1, 1_614_834_360, 253_402_300_799, 253_402_300_800, -62_167_219_201] {
            let time = LocalTime(seconds);
            assert_eq!(civil(time), time.civil().map(|t| t.to_string()).unwrap_or_default());
        }
    }
}
