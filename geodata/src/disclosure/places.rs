//! Areas, interventions and streets: public places.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::answers::{Ask, Page, Part};
use super::released::Released;
use crate::error::Result;
use crate::index::in_order;
use crate::model::{Area, Interval, Intervention, LocalTime, LonLatBox, Street};
use crate::table::{Analysis, Column, Shapes, State, Table, Texts, Values};

/// Areas that touch the box, of one collection or of all, in the order of their ids.
///
/// # Errors
/// An unknown collection.
pub fn areas(ask: &Ask<'_>, collection: Option<&str>, within: LonLatBox, part: Part<'_>) -> Result<Page> {
    ask.opened()?;
    let places = ask.snapshot.places();
    let mut found: Vec<Arc<Area>> = match collection {
        Some(name) => places.collection(name)?.within(within),
        None => places.collections().flat_map(|c| c.within(within)).collect(),
    };
    let by_id = |a: &Arc<Area>, b: &Arc<Area>| in_order([&a.collection, &a.id], [&b.collection, &b.id]);
    // Collections follow one another by name; a name that is the beginning of another may still mix their areas.
    if !found.is_sorted_by(|a, b| by_id(a, b).is_le()) {
        found.sort_by(by_id);
    }
    let (rows, matched, next, cursors) = page(&found, area_id, part);
    let text = |of: fn(&Area) -> String| Values::Text(rows.iter().map(|a| of(a)).collect());
    let residents = rows.iter().map(|a| a.denominator("residents").map_or(f64::NAN, |d| d.value)).collect();
    let columns = vec![
        Column { name: "name", unit: "", values: text(|a| a.name.clone()) },
        Column { name: "collection", unit: "", values: text(|a| a.collection.clone()) },
        Column { name: "parent", unit: "", values: text(|a| a.parent.clone().unwrap_or_default()) },
        Column { name: "residents", unit: "residents", values: Values::Number(residents) },
        Column { name: "recorded", unit: "", values: text(recorded) },
    ];
    let ids = rows.iter().map(area_id).collect();
    let table = released(ask, Shapes::Areas(rows), ids, columns);
    Ok(Page { table, matched, next, cursors })
}

/// What sources have published for the area as a whole: `Homicides (0101) 2018: 34; ...`.
fn recorded(area: &Area) -> String {
    let told = area.recorded().map(|(code, d)| {
        let year = d.year.map_or_else(String::new, |y| format!(" {y}"));
        format!("{} ({code}){year}: {}", d.source, d.value)
    });
    told.collect::<Vec<_>>().join("; ")
}

/// Interventions whose place touches the box and that run in the period.
///
/// # Errors
/// None but those of a stopped request.
pub fn interventions(ask: &Ask<'_>, within: LonLatBox, period: Option<Interval>, part: Part<'_>) -> Result<Page> {
    ask.opened()?;
    let places = ask.snapshot.places();
    let found: Vec<_> = places
        .interventions_in(within)
        .into_iter()
        .filter_map(|i| places.interventions.get(i).map(Arc::clone))
        .filter(|i| period.is_none_or(|period| runs_in(i, period)))
        .collect();
    let (rows, matched, next, cursors) = page(&found, |i| i.id.clone(), part);
    Ok(Page { table: interventions_table(ask, &rows), matched, next, cursors })
}

/// Interventions as rows.
pub(crate) fn interventions_table(ask: &Ask<'_>, rows: &[Arc<Intervention>]) -> Released<Table> {
    let text = |name, values: Texts| Column { name, unit: "", values: Values::Text(values) };
    let columns = vec![
        text("name", rows.iter().map(|i| i.name.clone()).collect()),
        text("aims", rows.iter().map(|i| i.aims.join("; ")).collect()),
        text("approach", rows.iter().map(|i| i.approach.clone().unwrap_or_default()).collect()),
        text("start", rows.iter().map(|i| i.start.clone()).collect()),
        text("end", rows.iter().map(|i| i.end.clone().unwrap_or_default()).collect()),
        text("partners", rows.iter().map(|i| i.partners.join("; ")).collect()),
        text("design", rows.iter().map(|i| i.design.clone().unwrap_or_default()).collect()),
    ];
    let ids = rows.iter().map(|i| i.id.clone()).collect();
    // A programme's places are shown like areas; they carry no denominators.
    let shapes = rows
        .iter()
        .map(|i| {
            Arc::new(Area {
                collection: "interventions".into(),
                id: i.id.clone(),
                name: i.name.clone(),
                level: 0,
                parent: None,
                valid_from: Some(i.start.clone()),
                shape: i.place.clone().unwrap_or_else(|| geo_types::MultiPolygon(vec![])),
                denominators: vec![],
            })
        })
        .collect();
    released(ask, Shapes::Areas(shapes), ids, columns)
}

/// Streets whose bounds touch the box.
///
/// # Errors
/// None but those of a stopped request.
pub fn streets(ask: &Ask<'_>, within: LonLatBox, part: Part<'_>) -> Result<Page> {
    ask.opened()?;
    let places = ask.snapshot.places();
    // Two sources may have the same id.
    let id = |n: &usize| places.streets.get(*n).map(|s| format!("{}.{}", s.source, s.id)).unwrap_or_default();
    let (rows, matched, next, cursors) = page(&places.streets_in(within), id, part);
    let rows: Vec<_> = rows.into_iter().filter_map(|n| places.streets.get(n).map(Arc::clone)).collect();
    let columns = vec![
        street_text("name", &rows, |s| s.name.as_deref()),
        street_text("class", &rows, |s| s.class.as_deref()),
        Column {
            name: "length_m",
            unit: "m",
            values: Values::Number(rows.iter().map(|s| (s.length_m() * 10.0).round() / 10.0).collect()),
        },
    ];
    let ids = rows.iter().map(|s| s.id.clone()).collect();
    Ok(Page { table: released(ask, Shapes::Lines(rows), ids, columns), matched, next, cursors })
}

fn street_text(name: &'static str, rows: &[Arc<Street>], of: fn(&Street) -> Option<&str>) -> Column {
    let values = rows.iter().map(|s| of(s).unwrap_or_default().to_owned()).collect();
    Column { name, unit: "", values: Values::Text(values) }
}

/// Whether any of its days lies in the period. An end that is missing or no date is open; so is such a start.
fn runs_in(i: &Intervention, period: Interval) -> bool {
    let day = |text: &str| text.parse::<Date>().ok();
    let from = day(&i.start).map(|d| LocalTime::from_civil(d.into()));
    // It runs to the end of its last day.
    let to = i.end.as_deref().and_then(day).and_then(|d| d.tomorrow().ok()).map(|d| LocalTime::from_civil(d.into()));
    from.is_none_or(|from| from < period.to) && to.is_none_or(|to| period.from < to)
}

fn area_id(area: &Arc<Area>) -> String {
    format!("{}.{}", area.collection, area.id)
}

/// A part of a list that is in the order of its ids, how many rows the list has, where the next page begins (behind an id,
/// whether or not its row is still there), and where one behind each row would.
pub(super) fn page<T: Clone>(
    found: &[T],
    id: impl Fn(&T) -> String,
    part: Part<'_>,
) -> (Vec<T>, u64, Option<String>, Vec<String>) {
    let from = if part.after.is_empty() { 0 } else { found.partition_point(|row| id(row).as_str() <= part.after) };
    let from = from.saturating_add(part.offset).min(found.len());
    let to = from.saturating_add(part.limit).min(found.len());
    let rows = found.get(from..to).unwrap_or_default();
    let cursors: Vec<String> = rows.iter().map(id).collect();
    let next = cursors.last().filter(|_| to < found.len()).cloned();
    (rows.to_vec(), found.len() as u64, next, cursors)
}

/// A table of places with stable, distinct ids.
pub(super) fn released(ask: &Ask<'_>, shapes: Shapes, ids: Vec<String>, columns: Vec<Column>) -> Released<Table> {
    // The same id twice would make two features one for a client; the second gets its number.
    let mut seen: HashMap<String, u32> = HashMap::new();
    let ids = ids
        .into_iter()
        .map(|id| {
            let n = seen.entry(id.clone()).and_modify(|n| *n += 1).or_insert(1);
            if *n == 1 { id } else { format!("{id}-{n}") }
        })
        .collect();
    let analysis =
        Analysis { method: "none".into(), snapshot: ask.snapshot.name(), basis: "exact".into(), ..Analysis::default() };
    let states = vec![State::Value; shapes.len()];
    ask.let_out(Table { shapes, ids: Some(ids), columns, states, analysis })
}
