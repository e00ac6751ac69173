//! Incidents as rows, for analysts and custodians alone.

use super::answers::{Ask, Page};
use super::released::Released;
use crate::error::{Error, Result};
use crate::index::Query;
use crate::limits::MAX_PAGE;
use crate::model::{Incident, LocalTime};
use crate::store::Store;
use crate::table::{Analysis, Column, Shapes, State, Table, Values};

/// A page of matching incidents in the order of their row ids.
///
/// # Errors
/// Forbidden below analyst tier, with a reason that holds no count; trouble with the data file; a stopped request.
pub fn incidents(ask: &Ask<'_>, query: &Query, after: u64, limit: usize) -> Result<Page> {
    if !ask.tier.is_exact() {
        return Err(Error::forbidden(
            "single incidents are shown from analyst tier on",
            "ask for the layer cells, or use a key of analyst tier with a Purpose",
        ));
    }
    let (fids, matched) = ask.snapshot.rows(query, after, limit.min(MAX_PAGE), ask.cancel)?;
    let next = fids.last().filter(|_| fids.len() == limit.min(MAX_PAGE)).and_then(|f| u64::try_from(*f).ok());
    let incidents = match ask.snapshot.source() {
        Some(path) if !fids.is_empty() => Store::open_read(path)?.incidents_by_fid(&fids)?,
        _ => vec![],
    };
    let table = table(ask, &fids, &incidents, matched);
    Ok(Page { table, matched, next })
}

/// Incidents as rows, for exact tiers alone.
pub(crate) fn table(ask: &Ask<'_>, fids: &[i64], rows: &[Incident], matched: u64) -> Released<Table> {
    let text = |name, of: &dyn Fn(&Incident) -> String| Column {
        name,
        unit: "",
        values: Values::Text(rows.iter().map(of).collect()),
    };
    let time = |t: LocalTime| t.civil().map(|c| c.to_string()).unwrap_or_default();
    let codes = |i: &Incident| {
        let all = i.profile.offences.iter().flat_map(|o| &o.candidates).map(|c| c.code.text());
        let mut all: Vec<_> = all.collect();
        all.sort_unstable();
        all.dedup();
        all.join(", ")
    };
    let context = |i: &Incident| {
        let links =
            i.profile.context.iter().map(|c| format!("{} {} ({})", c.kind.name(), c.value.name(), c.definition));
        links.collect::<Vec<_>>().join(", ")
    };
    let uncertainty = rows.iter().map(|i| {
        let usual = i.profile.location_precision.uncertainty_m();
        i.profile.uncertainty_m.map(f64::from).or(usual.map(f64::from)).unwrap_or(f64::NAN)
    });
    let columns = vec![
        text("record", &|i| format!("{}:{}", i.profile.source, i.key)),
        text("category", &codes),
        text("offence", &|i| i.profile.offences.iter().map(|o| o.source_text.as_str()).collect::<Vec<_>>().join("; ")),
        text("time_from", &|i| time(i.time.from)),
        text("time_to", &|i| time(i.time.to)),
        text("time_precision", &|i| i.profile.time_precision.name().into()),
        text("zone", &|i| i.profile.zone.clone()),
        text("location_precision", &|i| i.profile.location_precision.name().into()),
        Column { name: "uncertainty_m", unit: "m", values: Values::Number(uncertainty.collect()) },
        text("context", &context),
        text("recorded_area", &|i| i.recorded_area.clone().unwrap_or_default()),
        text("status", &|i| i.profile.status.clone().unwrap_or_default()),
        text("weapon", &|i| i.profile.weapon.clone().unwrap_or_default()),
        Column {
            name: "victims",
            unit: "victims",
            values: Values::Count(rows.iter().map(|i| i.victims.len() as u32).collect()),
        },
    ];
    let analysis = Analysis {
        method: "none".into(),
        snapshot: ask.snapshot.name(),
        included: matched,
        basis: "exact".into(),
        ..Analysis::default()
    };
    let shapes = Shapes::Points(rows.iter().map(|i| i.point).collect());
    let ids = fids.iter().map(i64::to_string).collect();
    let states = vec![State::Value; rows.len()];
    ask.let_out(Table { shapes, ids: Some(ids), columns, states, analysis })
}
