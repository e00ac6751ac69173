//! Counts by place and by what else is asked: many small questions, each answered as its tier is answered.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::analyse::{Request, answer};
use super::answers::Ask;
use super::released::Released;
use crate::analysis::of_city;
use crate::error::{Error, Kind, Result};
use crate::index::{Grid, Order, Query};
use crate::limits::MAX_AGGREGATE_ROWS;
use crate::model::Area;
use crate::table::{Analysis, Column, Shapes, State, Table, Texts, Values};

/// One group: its labels, one a dimension, and the incidents in it.
pub struct Group {
    /// Its value in each dimension.
    pub labels: Vec<String>,
    /// Which incidents.
    pub query: Query,
}

/// What has been counted so far.
#[derive(Default)]
struct Rows {
    areas: Vec<Arc<Area>>,
    ids: Texts,
    labels: Vec<Vec<String>>,
    counts: Vec<f64>,
    states: Vec<State>,
    records: Vec<Analysis>,
}

/// Counts of every group, in every area of `collection` where one is named; otherwise of the whole city.
///
/// Groups need not add up: an incident with victims of two age bands is in both, and below analyst tier each number is
/// protected by itself.
///
/// # Errors
/// An unknown collection; more rows than [`MAX_AGGREGATE_ROWS`]; what a tier may not ask; a stopped request.
pub fn aggregates(
    ask: &Ask<'_>,
    dimensions: &[&'static str],
    groups: &[Group],
    collection: Option<&str>,
) -> Result<Released<Table>> {
    let mut rows = Rows::default();
    for group in groups {
        ask.cancel.check()?;
        match collection {
            Some(name) => by_area(ask, group, name, &mut rows)?,
            None => whole(ask, group, &mut rows)?,
        }
        if rows.ids.len() > MAX_AGGREGATE_ROWS {
            return Err(Error::new(
                Kind::TooLarge,
                format!(
                    "{} groups of {} would be more than {MAX_AGGREGATE_ROWS} rows",
                    groups.len(),
                    dimensions.join(" x ")
                ),
                "ask for fewer dimensions, a shorter period, one category or larger areas",
            ));
        }
    }
    let shapes = match collection {
        Some(_) => Shapes::Areas(rows.areas),
        None => Shapes::Points(vec![None; rows.ids.len()]),
    };
    let label = |(k, name): (usize, &&'static str)| Column {
        name,
        unit: "",
        values: Values::Text(rows.labels.iter().map(|l| l.get(k).cloned().unwrap_or_default()).collect()),
    };
    let mut columns: Vec<Column> = dimensions.iter().enumerate().map(label).collect();
    // Counts are whole; where a row that tells numbers has none yet, the column must be able to say so.
    let is_whole = rows.counts.iter().zip(&rows.states).all(|(n, s)| !n.is_nan() || !s.tells_numbers());
    let counts = if is_whole {
        Values::Count(rows.counts.iter().map(|&n| if n.is_nan() { 0 } else { n as u32 }).collect())
    } else {
        Values::Number(rows.counts)
    };
    columns.push(Column { name: "count", unit: "incidents", values: counts });
    let analysis = record(ask, rows.records, dimensions, collection);
    Ok(ask.let_out(Table { shapes, ids: Some(rows.ids), columns, states: rows.states, analysis }))
}

fn by_area(ask: &Ask<'_>, group: &Group, collection: &str, rows: &mut Rows) -> Result<()> {
    let table = count(ask, group, Some(Grid::Areas { collection: collection.to_owned() }))?;
    let numbers = numbers(&table);
    let areas: Vec<Arc<Area>> = match table.shapes {
        Shapes::Areas(areas) => areas,
        Shapes::Cells(frame, ids) => ids.iter().filter_map(|&id| frame.area(id).cloned()).collect(),
        Shapes::Points(_) | Shapes::Lines(_) => vec![],
    };
    for ((area, count), state) in areas.into_iter().zip(numbers).zip(table.states) {
        rows.ids.push(&[&id(Some(&area.id), &group.labels)]);
        rows.labels.push(group.labels.clone());
        rows.areas.push(area);
        rows.counts.push(if state.tells_numbers() { count } else { f64::NAN });
        rows.states.push(state);
    }
    rows.records.push(table.analysis);
    Ok(())
}

/// The number of a group in the whole city, places or not.
fn whole(ask: &Ask<'_>, group: &Group, rows: &mut Rows) -> Result<()> {
    let table = count(ask, group, None)?;
    let (count, state) = if ask.tier.is_exact() {
        let (_, matched) = ask.snapshot.rows(&group.query, Order::default(), None, 0, ask.cancel)?;
        (matched as f64, if matched == 0 { State::Zero } else { State::Value })
    } else {
        told(&table)
    };
    rows.ids.push(&[&id(None, &group.labels)]);
    rows.labels.push(group.labels.clone());
    rows.counts.push(count);
    rows.states.push(state);
    rows.records.push(table.analysis);
    Ok(())
}

/// The sum of told cells. Where something is withheld and nothing told, there is no number.
fn told(table: &Table) -> (f64, State) {
    let sum: f64 =
        numbers(table).into_iter().zip(&table.states).filter(|(_, s)| s.tells_numbers()).map(|(n, _)| n).sum();
    let has = |state: State| table.states.contains(&state);
    match sum {
        _ if table.states.is_empty() => (f64::NAN, State::NotCovered),
        s if s.is_nan() => (f64::NAN, State::NotYetComplete),
        s if has(State::NotYetComplete) => (s, State::NotYetComplete),
        s if s > 0.0 => (s, State::Value),
        _ if has(State::Suppressed) => (f64::NAN, State::Suppressed),
        _ if has(State::NotCovered) => (f64::NAN, State::NotCovered),
        s => (s, State::Zero),
    }
}

fn count(ask: &Ask<'_>, group: &Group, grid: Option<Grid>) -> Result<Table> {
    let request = Request {
        method: "count".to_owned(),
        query: group.query.clone(),
        grid,
        mask: None,
        params: std::collections::BTreeMap::new(),
    };
    let table = answer(ask, &request)?;
    let asked = group.query.period.map(of_city::period);
    if asked.is_some_and(|asked| asked != table.analysis.period && table.analysis.period != "none") {
        // A longer period under the label of a shorter one would be a wrong answer.
        return Err(Error::forbidden(
            format!("the release tells {} and nothing shorter for this question", table.analysis.period),
            "group by quarter or year, or use a key of analyst tier with a Purpose",
        ));
    }
    Ok(table)
}

fn numbers(table: &Table) -> Vec<f64> {
    let column = table.columns.iter().find(|c| c.name == "count").map(|c| &c.values);
    match column {
        Some(Values::Count(counts)) => counts.iter().map(|&c| f64::from(c)).collect(),
        Some(Values::Number(numbers)) => numbers.clone(),
        _ => vec![f64::NAN; table.len()],
    }
}

fn id(area: Option<&str>, labels: &[String]) -> String {
    let parts: Vec<&str> = area.into_iter().chain(labels.iter().map(String::as_str)).collect();
    if parts.is_empty() { "all".to_owned() } else { parts.join(":") }
}

/// How the counts came about: what the groups' records share, and each thing to know once.
fn record(ask: &Ask<'_>, records: Vec<Analysis>, dimensions: &[&'static str], collection: Option<&str>) -> Analysis {
    let mut seen = BTreeSet::new();
    let warnings: Vec<String> =
        records.iter().flat_map(|r| &r.warnings).filter(|w| seen.insert((*w).clone())).cloned().collect();
    let included = records.iter().map(|r| r.included).sum();
    let ends: Vec<(&str, &str)> = records.iter().filter_map(|r| r.period.split_once('/')).collect();
    let period = match (ends.iter().map(|e| e.0).min(), ends.iter().map(|e| e.1).max()) {
        (Some(from), Some(to)) => format!("{from}/{to}"),
        _ => "all".to_owned(),
    };
    let first = records.into_iter().next().unwrap_or_default();
    let by: Vec<&str> = collection.map(|_| "area").into_iter().chain(dimensions.iter().copied()).collect();
    let mut parameters = serde_json::Map::new();
    parameters.insert("by".to_owned(), by.into());
    Analysis {
        method: "count".to_owned(),
        parameters,
        grid: collection.map_or_else(|| "the whole city".to_owned(), |name| format!("areas:{name}")),
        mask_n: first.mask_n,
        mask: first.mask,
        period,
        included,
        snapshot: ask.snapshot.name(),
        basis: first.basis,
        warnings,
        ..Analysis::default()
    }
}
