//! Incidents as rows, for analysts and custodians alone.

use std::collections::HashMap;
use std::sync::Arc;

use super::answers::{Ask, Page, Part};
use super::released::Released;
use crate::error::{Error, Result};
use crate::index::{Order, Query, Record};
use crate::limits::MAX_PAGE;
use crate::model::{Incident, LocalTime, LonLat, Profile};
use crate::table::{Analysis, Column, Shapes, State, Table, Texts, Values};

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
    let next = found.last().filter(|_| has_more).map(|last| order.cursor(last.0));
    let mut rows = Rows::default();
    let page: Vec<_> = found.iter().skip(part.offset).map(|(standing, at)| (order.fid(*standing), *at)).collect();
    ask.snapshot.records(&page, &mut |record| rows.add(record));
    Ok(Page { table: rows.table(ask, matched), matched, next, cursors: vec![] })
}

/// Incidents of the file as rows, for exact tiers alone.
pub(crate) fn table(ask: &Ask<'_>, incidents: &[(i64, Incident)], matched: u64) -> Released<Table> {
    let mut rows = Rows::default();
    incidents.iter().for_each(|(fid, incident)| rows.add(&Record::of(*fid, incident)));
    rows.table(ask, matched)
}

/// Records as columns; what many rows share stands once.
#[derive(Default)]
struct Rows {
    ids: Texts,
    points: Vec<Option<LonLat>>,
    records: Texts,
    from: Texts,
    to: Texts,
    uncertainty_m: Vec<f64>,
    areas: Texts,
    victims: Vec<u32>,
    profiles: Vec<Arc<Profile>>,
    known: HashMap<*const Profile, u32>,
    of_row: Vec<u32>,
}

impl Rows {
    fn add(&mut self, record: &Record<'_>) {
        let profile = record.profile;
        let number = *self.known.entry(Arc::as_ptr(profile)).or_insert_with(|| {
            self.profiles.push(Arc::clone(profile));
            self.profiles.len() as u32 - 1
        });
        let usual = profile.location_precision.uncertainty_m();
        self.ids.push_written(record.fid);
        self.points.push(record.point);
        self.records.push(&[&profile.source, ":", record.key]);
        civil(record.time.from, &mut self.from);
        civil(record.time.to, &mut self.to);
        self.uncertainty_m.push(profile.uncertainty_m.map(f64::from).or(usual.map(f64::from)).unwrap_or(f64::NAN));
        self.areas.push(&[record.area.unwrap_or_default()]);
        self.victims.push(record.victims);
        self.of_row.push(number);
    }

    fn table(self, ask: &Ask<'_>, matched: u64) -> Released<Table> {
        let text = |name, values| Column { name, unit: "", values: Values::Text(values) };
        let shared = |name, of: &dyn Fn(&Profile) -> String| {
            let texts = self.profiles.iter().map(|p| of(p)).collect();
            Column { name, unit: "", values: Values::Shared(texts, self.of_row.clone()) }
        };
        let columns = vec![
            text("record", self.records),
            shared("category", &categories),
            shared("offence", &|p| p.offences.iter().map(|o| o.source_text.as_str()).collect::<Vec<_>>().join("; ")),
            text("time_from", self.from),
            text("time_to", self.to),
            shared("time_precision", &|p| p.time_precision.name().into()),
            shared("zone", &|p| p.zone.clone()),
            shared("location_precision", &|p| p.location_precision.name().into()),
            Column { name: "uncertainty_m", unit: "m", values: Values::Number(self.uncertainty_m) },
            shared("context", &contexts),
            text("recorded_area", self.areas),
            shared("status", &|p| p.status.clone().unwrap_or_default()),
            shared("weapon", &|p| p.weapon.clone().unwrap_or_default()),
            Column { name: "victims", unit: "victims", values: Values::Count(self.victims) },
        ];
        let analysis = Analysis {
            method: "none".into(),
            snapshot: ask.snapshot.name(),
            included: matched,
            basis: "exact".into(),
            ..Analysis::default()
        };
        let states = vec![State::Value; self.ids.len()];
        ask.let_out(Table { shapes: Shapes::Points(self.points), ids: Some(self.ids), columns, states, analysis })
    }
}

fn categories(profile: &Profile) -> String {
    let mut codes: Vec<_> = profile.offences.iter().flat_map(|o| &o.candidates).map(|c| c.code.text()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.join(", ")
}

fn contexts(profile: &Profile) -> String {
    let context = profile.context.iter().map(|c| format!("{} {} ({})", c.kind.name(), c.value.name(), c.definition));
    context.collect::<Vec<_>>().join(", ")
}

/// `2021-03-04T05:06:00`, put together by hand: thousands a page are.
fn civil(time: LocalTime, out: &mut Texts) {
    let Some(t) = time.civil() else { return out.push(&[]) };
    if !(0..=9999).contains(&t.year()) {
        return out.push_written(t);
    }
    // Years of four digits and all else of two.
    let mut text = *b"0000-00-00T00:00:00";
    let mut put = |at: usize, value: i32, digits: usize| {
        let mut left = value.unsigned_abs();
        for place in (at..at + digits).rev() {
            text[place] = b'0' + (left % 10) as u8;
            left /= 10;
        }
    };
    put(0, t.year().into(), 4);
    put(5, t.month().into(), 2);
    put(8, t.day().into(), 2);
    put(11, t.hour().into(), 2);
    put(14, t.minute().into(), 2);
    put(17, t.second().into(), 2);
    out.push(&[std::str::from_utf8(&text).unwrap_or_default()]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_the_calendar_has_them() {
        for seconds in [0, -1, 1_614_834_360, 253_402_300_799, 253_402_300_800, -62_167_219_201] {
            let time = LocalTime(seconds);
            let mut told = Texts::default();
            civil(time, &mut told);
            assert_eq!(told[0], time.civil().map(|t| t.to_string()).unwrap_or_default());
        }
    }
}
