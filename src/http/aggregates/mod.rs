//! `/aggregates`: counts by area, time, category, sex, age band, hour or day of the week: what dashboards ask for.

mod dimensions;

use axum::http::StatusCode;
use axum::response::Response;
use geodata::disclosure::{self, Group, Released};
use geodata::limits::MAX_AGGREGATE_GROUPS;
use geodata::table::{Cell, Table};
use serde_json::{Map, Value, json};

use super::ask::Ask;
use super::problem::{Answer, Problem};
use crate::formats::{self, Document, row_id};
pub use dimensions::DIMENSIONS;
use dimensions::Dimension;

/// Formats, the first being the one of those who ask for none.
const OFFERED: [(&str, &str); 3] =
    [("json", "application/json"), ("geojson", "application/geo+json"), ("csv", "text/csv")];
/// The dimension of place.
const AREA: &str = "area";

/// Counts of the groups that were asked for.
pub async fn list(ask: Ask) -> Answer<Response> {
    let format = ask.format(&OFFERED)?;
    let filters = ask.filters()?;
    let by = Asked::read(&ask)?;
    let mut canonical = format!("{by:?}");
    filters.canonical(&mut canonical);
    let tag = ask.tag(format, &canonical);
    if let Some(held) = ask.held(&tag) {
        return Ok(held);
    }
    let groups = by.groups(&ask, &filters.query(true))?;
    let names: Vec<&'static str> = by.dimensions.iter().map(|d| d.name).collect();
    let media_type = OFFERED.iter().find(|(id, _)| *id == format).map_or("application/json", |o| o.1);
    let (view, tier, trail) = (ask.view.clone(), ask.caller.tier, ask.trail.clone());
    let bytes = ask
        .app
        .work
        .run(move |cancel| {
            let release = view.release.as_deref();
            let question = disclosure::Ask { snapshot: &view.snapshot, release, tier, cancel };
            let table = disclosure::aggregates(&question, &names, &groups, by.collection.as_deref())?;
            trail.rows(table.len());
            write(format, &table)
        })
        .await?;
    Ok(ask.answer(&tag, media_type, bytes))
}

/// What is counted by what.
#[derive(Debug)]
struct Asked {
    dimensions: Vec<&'static Dimension>,
    collection: Option<String>,
}

impl Asked {
    fn read(ask: &Ask) -> Answer<Self> {
        let text = ask.params.get("by").unwrap_or(AREA);
        let bound = || {
            let names: Vec<_> = std::iter::once(AREA).chain(DIMENSIONS.iter().map(|d| d.name)).collect();
            format!("{}, several with commas; month, quarter and year exclude each other", names.join(", "))
        };
        let bad = |why: &str| Box::new(Problem::parameter("by", text, why, bound()));
        let mut by_area = false;
        let mut dimensions: Vec<&'static Dimension> = vec![];
        for name in text.split(',').map(str::trim) {
            if name == AREA && !by_area {
                by_area = true;
                continue;
            }
            let found = DIMENSIONS.iter().find(|d| d.name == name).ok_or_else(|| bad("this is no dimension"))?;
            if dimensions.iter().any(|d| d.name == name || (d.is_period && found.is_period)) {
                return Err(bad("a dimension is named twice"));
            }
            dimensions.push(found);
        }
        let collection = match (ask.params.get("collection"), by_area) {
            (None, false) => None,
            (Some(name), false) => {
                let problem = Problem::parameter("collection", name, "the counts are not by area", "by=area");
                return Err(Box::new(problem.hint("add area to by, or leave collection out")));
            }
            (asked, true) => Some(collection(ask, asked)?),
        };
        Ok(Self { dimensions, collection })
    }

    /// Every combination of the values of the dimensions.
    fn groups(&self, ask: &Ask, query: &geodata::index::Query) -> Answer<Vec<Group>> {
        let mut groups = vec![Group { labels: vec![], query: query.clone() }];
        for dimension in &self.dimensions {
            let mut split = vec![];
            for group in &groups {
                for (label, query) in (dimension.split)(&group.query, ask.overview()) {
                    let labels = group.labels.iter().cloned().chain([label]).collect();
                    split.push(Group { labels, query });
                }
                if split.len() > MAX_AGGREGATE_GROUPS {
                    let problem = Problem::parameter(
                        "by",
                        ask.params.get("by").unwrap_or_default(),
                        "these dimensions have too many groups",
                        format!("at most {MAX_AGGREGATE_GROUPS} groups"),
                    );
                    return Err(Box::new(problem.hint("ask for a shorter period, years, or fewer dimensions")));
                }
            }
            groups = split;
        }
        Ok(groups)
    }
}

/// The collection of areas: the one that is named, or the one that covers the city with the fewest areas.
fn collection(ask: &Ask, name: Option<&str>) -> Answer<String> {
    let areas = &ask.overview().areas;
    let names = || areas.iter().map(|(id, _, _)| id.as_str()).collect::<Vec<_>>().join(", ");
    match name {
        Some(name) if areas.iter().any(|(id, _, _)| id == name) => Ok(name.to_owned()),
        Some(name) => {
            Err(Box::new(Problem::parameter("collection", name, "there is no such collection of areas", names())))
        }
        None => areas.iter().min_by_key(|(_, level, n)| (*level, *n)).map(|(id, _, _)| id.clone()).ok_or_else(|| {
            let problem = Problem::not_found("there are no areas to count by");
            Box::new(problem.hint("import areas first, or count by month, category, sex, age or hour alone"))
        }),
    }
}

fn write(format: &str, table: &Released<Table>) -> Answer<Vec<u8>> {
    let unwritten = || Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the answer could not be written");
    if format == "json" {
        return serde_json::to_vec(&plain(table)).map_err(|_| Box::new(unwritten()));
    }
    let rows: Vec<usize> = (0..table.len()).collect();
    let document = Document { matched: Some(rows.len() as u64), ..Document::whole(table, &rows) };
    let mut out = Vec::with_capacity(128 * (1 + rows.len()));
    let format = formats::find(format).ok_or_else(unwritten)?;
    format.write(&document, &mut out).map_err(|_| unwritten())?;
    Ok(out)
}

/// The rows as plain objects, for those who draw charts and no map.
fn plain(table: &Released<Table>) -> Value {
    let row = |row: usize| {
        let mut object = Map::new();
        object.insert("id".to_owned(), json!(row_id(table, row)));
        for (name, text) in formats::row_names(table, row) {
            object.insert(name.to_owned(), json!(text));
        }
        for column in table.columns() {
            let value = match table.cell(column, row) {
                Cell::Count(n) => json!(n),
                // A count is whole, whatever it is held in.
                Cell::Number(x) if x.fract() == 0.0 && x.abs() < 9e15 => json!(x as i64),
                Cell::Number(x) => json!(x),
                Cell::Word(word) => json!(word),
                Cell::Nothing => Value::Null,
            };
            object.insert(column.name.to_owned(), value);
        }
        object.insert("state".to_owned(), json!(table.states().get(row).map(|s| s.name())));
        Value::Object(object)
    };
    let units: Map<String, Value> =
        table.columns().iter().filter(|c| !c.unit.is_empty()).map(|c| (c.name.to_owned(), json!(c.unit))).collect();
    json!({ "rows": (0..table.len()).map(row).collect::<Vec<_>>(), "units": units, "analysis": table.analysis() })
}
