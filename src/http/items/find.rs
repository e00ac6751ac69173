//! From a question to the rows of one page, in their order, or to one row by its id.

use std::cmp::Ordering;
use std::sync::Arc;

use geodata::Cancel;
use geodata::disclosure::{Part, Released};
use geodata::index::Order;
use geodata::limits::{MAX_PAGE, MAX_TILE_RECORDS};
use geodata::table::{Cell, Column, Table};

use super::sortables::sortables_of;
use crate::formats;
use crate::http::ask::Ask;
use crate::http::engine::{Job, Rows};
use crate::http::params::{Paging, SortKey, sort_keys};
use crate::http::problem::{Answer, Problem};
use crate::http::results::Computed;
use crate::layers::{Engine, Layer};

/// A page, and what its links need.
pub(in crate::http) struct Found {
    pub rows: Rows,
    pub matched: u64,
    /// Parameter and value of the next page.
    pub next: Option<(&'static str, String)>,
}

/// The order that is asked for.
#[derive(Debug, Default)]
pub(in crate::http) struct Sorting {
    /// The properties; none for the order that the rows have.
    pub keys: Vec<SortKey>,
    /// The same for single records.
    pub order: Order,
}

impl Sorting {
    /// Reads `sortby`.
    ///
    /// # Errors
    /// 400 for what the layer cannot be sorted by, and for any order of counts below analyst tier.
    pub fn read(ask: &Ask, layer: &Layer) -> Answer<Self> {
        let sortables = sortables_of(ask, layer);
        if let (Some(text), true) = (ask.params.get("sortby"), sortables.is_empty()) {
            let why = format!("{} tells where incidents were recorded, and places are not ranked by that", layer.id);
            let problem =
                Problem::parameter("sortby", text, why, "places alone: areas, resources, interventions, streets");
            return Err(Box::new(problem.hint("leave sortby out, or use a key of analyst tier with a Purpose")));
        }
        let names: Vec<&str> = sortables.iter().map(|p| p.name.as_str()).collect();
        let keys = sort_keys(&ask.params, &names)?;
        let order = match &keys[..] {
            _ if layer.engine != Engine::Incidents => Order::default(),
            [] => Order::default(),
            [id] if id.name == "id" => Order { by_time: None, largest_id_first: id.is_falling },
            [time] => Order { by_time: Some(time.is_falling), largest_id_first: false },
            [time, id] if id.name == "id" => Order { by_time: Some(time.is_falling), largest_id_first: id.is_falling },
            _ => {
                let text = ask.params.get("sortby").unwrap_or_default();
                let why = "no two records have the same id: nothing can be sorted behind it";
                return Err(Box::new(Problem::parameter("sortby", text, why, "time_from, id, or time_from,id")));
            }
        };
        Ok(Self { keys, order })
    }
}

/// The rows of a page.
pub(in crate::http) fn find(job: &Job, sorting: &Sorting, paging: &Paging, cancel: &Cancel) -> Answer<Found> {
    let within = job.wanted.filters.within();
    if job.wanted.layer.has_cursor() && (sorting.keys.is_empty() || job.wanted.layer.engine == Engine::Incidents) {
        let page = job.page(within, paging.part(), cancel)?;
        let rows = (0..page.table.len()).collect();
        let next = page.next.map(|n| ("after", n));
        return Ok(Found { rows: Rows::Page(Box::new(page.table), rows), matched: page.matched, next });
    }
    let (computed, mut all) = if job.wanted.layer.has_cursor() {
        let table = all_places(job, cancel)?;
        let rows = (0..table.len()).collect();
        (Arc::new(Computed::new(table, true)), rows)
    } else {
        let computed = job.whole(cancel)?;
        let all: Vec<usize> = match job.wanted.filters.bbox {
            Some(within) => computed.cut.within(&computed.table, within),
            None => (0..computed.table.len()).collect(),
        };
        (computed, all)
    };
    sort(&computed.table, &sorting.keys, &mut all)?;
    let end = paging.offset.saturating_add(paging.limit).min(all.len());
    let rows = all.get(paging.offset.min(end)..end).unwrap_or_default().to_vec();
    let next = (end < all.len()).then(|| ("offset", end.to_string()));
    Ok(Found { rows: Rows::Of(computed, rows), matched: all.len() as u64, next })
}

/// All places of a layer, to be sorted.
fn all_places(job: &Job, cancel: &Cancel) -> Answer<Released<Table>> {
    let within = job.wanted.filters.within();
    let matched = job.page(within, Part::after("", 1), cancel)?.matched;
    if matched > MAX_TILE_RECORDS as u64 {
        let why = "there are too many rows to be sorted";
        let problem = Problem::parameter("sortby", "", why, format!("at most {MAX_TILE_RECORDS} rows"));
        return Err(Box::new(problem.hint("ask for a smaller bbox, or leave sortby out and follow the next links")));
    }
    job.gather(within, cancel)
}

/// Puts rows in order; those without a value come last, and what is equal stays as it was.
fn sort(table: &Released<Table>, keys: &[SortKey], rows: &mut [usize]) -> Answer<()> {
    let mut columns = vec![];
    for key in keys {
        let column = table.columns().iter().find(|c| c.name == key.name).ok_or_else(|| {
            let told: Vec<&str> = table.columns().iter().map(|c| c.name).collect();
            Problem::parameter("sortby", &key.name, "this answer has no such property", told.join(", "))
        })?;
        columns.push((column, key.is_falling));
    }
    let by = |a: &usize, b: &usize| {
        let of = |(column, is_falling): &(&Column, bool)| {
            compare(table.cell(column, *a), table.cell(column, *b), *is_falling)
        };
        columns.iter().map(of).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
    };
    if !columns.is_empty() {
        rows.sort_by(by);
    }
    Ok(())
}

fn compare(a: Cell<'_>, b: Cell<'_>, is_falling: bool) -> Ordering {
    let rising = match (a, b) {
        (Cell::Nothing, Cell::Nothing) => return Ordering::Equal,
        (Cell::Nothing, _) => return Ordering::Greater,
        (_, Cell::Nothing) => return Ordering::Less,
        (Cell::Count(a), Cell::Count(b)) => a.cmp(&b),
        (Cell::Number(a), Cell::Number(b)) => a.total_cmp(&b),
        (Cell::Word(a), Cell::Word(b)) => a.cmp(b),
        // A column has values of one kind.
        _ => Ordering::Equal,
    };
    if is_falling { rising.reverse() } else { rising }
}

/// A row by its id.
pub(in crate::http) fn one(job: &Job, id: &str, cancel: &Cancel) -> Answer<Option<(Rows, usize)>> {
    if !job.wanted.layer.has_cursor() {
        let computed = job.whole(cancel)?;
        let row = (0..computed.table.len()).find(|&row| formats::row_id(&computed.table, row) == id);
        return Ok(row.map(|row| (Rows::Of(computed, vec![row]), row)));
    }
    let within = job.wanted.filters.within();
    if job.wanted.layer.engine == Engine::Incidents {
        // Rows follow one another by number, so the one before leads to a row whose id is a number.
        let Some(before) = id.parse::<u64>().ok().and_then(|n| n.checked_sub(1)) else { return Ok(None) };
        let page = job.page(within, Part::after(&before.to_string(), 1), cancel)?;
        let is_it = !page.table.is_empty() && formats::row_id(&page.table, 0) == id;
        return Ok(is_it.then(|| (Rows::Page(Box::new(page.table), vec![0]), 0)));
    }
    let mut after = String::new();
    loop {
        cancel.check()?;
        let page = job.page(within, Part::after(&after, MAX_PAGE), cancel)?;
        if let Some(row) = (0..page.table.len()).find(|&row| formats::row_id(&page.table, row) == id) {
            return Ok(Some((Rows::Page(Box::new(page.table), vec![row]), row)));
        }
        match page.next {
            Some(next) => after = next,
            None => return Ok(None),
        }
    }
}
