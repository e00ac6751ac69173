//! Pages of a layer's rows: a table with units and states in words, a picture, and ways on; and one row by itself.

use axum::response::Response;
use geodata::disclosure::Released;
use geodata::limits::MAX_PAGE;
use geodata::table::{Cell, Column, State, Table};
use maud::{Markup, html};
use tiles::breaks::number_text;

use super::collections::{picture, short};
use super::frame::{Frame, Page};
use super::{MEDIA, value};
use crate::formats;
use crate::http::ask::Ask;
use crate::http::engine::Job;
use crate::http::items::{Found, Sorting, no_such, offered, row, rows as rows_of};
use crate::http::params::{Paging, Params, escape};
use crate::http::problem::Answer;
use crate::http::wanted::Wanted;
use crate::layers::{Layer, states};

/// Filters that the web map has in its address too.
const OF_VIEW: [&str; 4] = ["datetime", "category", "hours", "weekdays"];
/// Parameters of a list that its rows and its picture do not have.
const OF_LIST: [&str; 6] = ["f", "limit", "offset", "after", "sortby", "crs"];

/// The page of `/collections/{id}/items`.
///
/// # Errors
/// What the rows answer.
pub async fn list(ask: &Ask, wanted: Wanted, paging: Paging, sorting: Sorting) -> Answer<Response> {
    let frame = Frame::of(ask);
    let tag = ask.tag(MEDIA, &format!("{}|{}", wanted.canonical(), frame.as_data("html")));
    if let Some(held) = ask.held(&tag) {
        return Ok(held);
    }
    let mut job = Job::new(ask, wanted);
    job.order = sorting.order;
    let work = ask.app.work.run(move |cancel| {
        let found = rows_of(&job, &sorting, &paging, cancel)?;
        job.trail.rows(found.rows.rows().len());
        Ok(frame.whole(&rows(&frame, job.wanted.layer, &found, &paging)))
    });
    Ok(ask.answer(&tag, MEDIA, work.await?))
}

/// The page of `/collections/{id}/items/{fid}`.
///
/// # Errors
/// 404 for no such row; what the row answers.
pub async fn one(ask: &Ask, wanted: Wanted, id: &str) -> Answer<Response> {
    let (frame, id) = (Frame::of(ask), id.to_owned());
    let tag = ask.tag(MEDIA, &format!("{}|{}", wanted.canonical(), frame.as_data("html")));
    if let Some(held) = ask.held(&tag) {
        return Ok(held);
    }
    let job = Job::new(ask, wanted);
    let work = ask.app.work.run(move |cancel| {
        let layer = job.wanted.layer;
        let (rows, row) = row(&job, &id, cancel)?.ok_or_else(|| no_such(layer, &id))?;
        job.trail.rows(1);
        Ok(frame.whole(&row_page(&frame, layer, rows.table(), row)))
    });
    Ok(ask.answer(&tag, MEDIA, work.await?))
}

fn rows(frame: &Frame, layer: &Layer, found: &Found, paging: &Paging) -> Page {
    let (table, shown) = (found.rows.table(), found.rows.rows());
    let (matched, analysis) = (found.matched, table.analysis());
    let count = |n: u64| number_text(n as f64);
    let caption = match shown.len() as u64 {
        0 => "No rows".to_owned(),
        n if n == matched => format!("All {} rows", count(n)),
        n if paging.after.is_empty() => {
            format!("Rows {} to {} of {}", paging.offset + 1, paging.offset as u64 + n, count(matched))
        }
        n => format!("{} of {} rows", count(n), count(matched)),
    };
    let next = found.next.as_ref().map(|(name, value)| frame.with(&["offset", "after"], &[(name, value)]));
    let is_first = paging.offset == 0 && paging.after.is_empty();
    let paging = html! {
        ul.paging {
            @if !is_first { li { a href=(frame.with(&["offset", "after"], &[])) { "First page" } } }
            @if let Some(next) = &next { li { a rel="next" href=(next) { "Next page" } } }
            @for (format, media_type) in offered() {
                li { a href=(frame.as_data(format)) type=(media_type) { (short(media_type)) } }
            }
            li { a href={ (frame.base) (view(layer, &frame.params)) } { "On the map" } }
        }
    };
    let query = frame.params.link(&OF_LIST, &[]);
    let is_placed = shown.iter().any(|&row| formats::has_place(table, row));
    let body = html! {
        p { (layer.description) " " (layer.words) }
        @for warning in &analysis.warnings { p.notice { (warning) } }
        @if analysis.basis == "protected" && analysis.without_place > 0 {
            p { "On no map, because their record has no usable place: " (count(analysis.without_place)) " recorded incidents." }
        }
        @if is_placed && matched <= MAX_PAGE as u64 { (picture(&frame.base, &layer.id, &query, &layer.title)) }
        @else if is_placed { p.quiet { "More rows match than one picture holds; the map shows them." } }
        (paging)
        div.wide tabindex="0" role="group" aria-label="Rows" { (table_of(frame, layer, table, shown, &caption)) }
        (paging)
    };
    let here = format!("/collections/{}?f=html", layer.id);
    Page::new(layer.title.as_str(), body).of_data("geojson", "application/geo+json").below([
        ("/?f=html", "Data and API"),
        ("/collections?f=html", "Layers"),
        (here.as_str(), layer.title.as_str()),
    ])
}

fn table_of(frame: &Frame, layer: &Layer, table: &Released<Table>, rows: &[usize], caption: &str) -> Markup {
    let has_name = |name: &str| table.columns().iter().any(|c| c.name == name);
    let is_named = !has_name("name") && rows.iter().any(|&row| formats::row_name(table, row).is_some());
    html! {
        table {
            caption { (caption) }
            thead {
                tr {
                    th scope="col" { "Id" }
                    @if is_named { th scope="col" { "Name" } }
                    @for column in table.columns() { th.n[column.is_number()] scope="col" { (heading(layer, column)) } }
                    th scope="col" { "What the row says" }
                }
            }
            tbody {
                @for &row in rows {
                    tr {
                        @let id = formats::row_id(table, row);
                        th scope="row" { a href=(one_href(frame, layer, &id)) { (id) } }
                        @if is_named { td { (formats::row_name(table, row).unwrap_or_default()) } }
                        @for column in table.columns() { td.n[column.is_number()] { (cell(table.cell(column, row))) } }
                        td { (state(table.states().get(row).copied())) }
                    }
                }
            }
        }
    }
}

fn row_page(frame: &Frame, layer: &Layer, table: &Released<Table>, row: usize) -> Page {
    let id = formats::row_id(table, row);
    let name = formats::row_name(table, row);
    let list = format!("/collections/{}/items{}", layer.id, frame.params.link(&["f"], &[("f", "html")]));
    let here = format!("/collections/{}?f=html", layer.id);
    let body = html! {
        p { (layer.words) }
        dl {
            @if let Some(name) = name { dt { "Name" } dd { (name) } }
            @for column in table.columns() { dt { (heading(layer, column)) } dd { (cell(table.cell(column, row))) } }
            dt { "What the row says" } dd { (state(table.states().get(row).copied())) }
        }
        ul.paging {
            li { a href={ (frame.base) (list) } { "The rows around it" } }
            li { a href={ (frame.base) (view(layer, &frame.params)) } { "On the map" } }
        }
    };
    Page::new(format!("{}: {id}", layer.title), body).of_data("geojson", "application/geo+json").below([
        ("/?f=html", "Data and API"),
        ("/collections?f=html", "Layers"),
        (here.as_str(), layer.title.as_str()),
    ])
}

/// A column in the layer's words, with its unit.
fn heading(layer: &Layer, column: &Column) -> String {
    let known = layer.properties.iter().find(|p| p.name == column.name);
    let title = known.map_or_else(|| value::words(column.name), |p| p.title.clone());
    if column.unit.is_empty() { title } else { format!("{title} ({})", column.unit) }
}

fn cell(cell: Cell<'_>) -> Markup {
    html! {
        @match cell {
            Cell::Count(n) => (number_text(f64::from(n))),
            Cell::Number(x) => (number_text(x)),
            Cell::Word(word) if word.starts_with("http") => (value::address(word, word)),
            Cell::Word(word) => (word),
            // Why it is not told stands at the end of the row.
            Cell::Nothing => span.quiet { "–" },
        }
    }
}

fn state(state: Option<State>) -> &'static str {
    match state {
        Some(State::Zero) => "None recorded",
        Some(other) => states::words(other),
        None => "",
    }
}

fn one_href(frame: &Frame, layer: &Layer, id: &str) -> String {
    let mut path = String::new();
    escape(&mut path, id);
    let path = path.replace('/', "%2F");
    format!("{}/collections/{}/items/{path}{}", frame.base, layer.id, frame.params.link(&OF_LIST, &[("f", "html")]))
}

/// The web map with this layer and these filters, as a path: its view is in the part after `#`.
fn view(layer: &Layer, params: &Params) -> String {
    let mut hash = format!("/#layers={}:100", layer.id);
    let own = layer.parameters.iter().map(|p| (format!("{}.{}", layer.id, p.name), p.name.as_str()));
    for (key, name) in OF_VIEW.iter().map(|name| ((*name).to_owned(), *name)).chain(own) {
        if let Some(value) = params.get(name) {
            hash.push_str(&format!("&{key}="));
            escape(&mut hash, value);
        }
    }
    hash
}
