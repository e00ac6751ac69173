//! `/collections/{id}/items`: features with filters, order, paging and links, in every format that holds rows.

mod find;
mod page;
mod sortables;

use axum::http::{HeaderValue, header};
use axum::response::Response;
use geodata::disclosure::Tier;
use geodata::limits::MAX_OFFSET;

use super::ask::Ask;
use super::engine::Job;
use super::html;
use super::params::{Paging, Params, crs};
use super::problem::{Answer, Problem};
use super::wanted::Wanted;
use super::write;
use crate::formats::{self, Format, Frame, Link};
use crate::layers::{Engine, Layer};
pub(super) use find::{Found, Sorting, find as rows, one as row};
use page::Page;

pub use sortables::sortables;

/// Formats of lists: id, and media type.
#[must_use]
pub fn offered() -> Vec<(&'static str, &'static str)> {
    formats::of_rows().map(|f| (f.id, f.plain_type())).collect()
}

/// A page for people, besides the formats.
const PAGE: (&str, &str) = ("html", "text/html");

/// Formats of single features.
fn offered_alone() -> Vec<(&'static str, &'static str)> {
    formats::of_rows().filter(|f| f.one.is_some()).map(|f| (f.id, f.plain_type())).collect()
}

/// A page of features.
pub async fn list(ask: Ask) -> Answer<Response> {
    let wanted = Wanted::read(&ask)?;
    let paging = Paging::read(&ask.params)?;
    let frame = crs::frame(&ask.params, ask.known())?;
    let sorting = Sorting::read(&ask, wanted.layer)?;
    is_pageable(wanted.layer, &paging, &sorting)?;
    let offered: Vec<_> = offered().into_iter().chain([PAGE]).collect();
    let format = ask.format(&offered)?;
    if format == PAGE.0 {
        return html::items(&ask, wanted, paging, sorting).await;
    }
    let format = the_format(format)?;
    let asked = format!("{}|{paging:?}|{sorting:?}|{}", wanted.canonical(), frame.uri());
    let tag = ask.tag(format.id, &asked);
    let content_crs = content_crs(&frame);
    if let Some(held) = ask.held(&tag) {
        return Ok(in_crs(held, content_crs));
    }
    let layer = wanted.layer;
    let mut job = Job::new(&ask, wanted);
    job.order = sorting.order;
    let (here, params) = (ask.here(), ask.params.clone());
    let (page, first) = ask
        .app
        .work
        .run(move |cancel| {
            let found = find::find(&job, &sorting, &paging, cancel)?;
            job.trail.rows(found.rows.rows().len());
            let mut links = of_formats(&offered, format, &here, &params);
            if let Some((name, value)) = &found.next {
                let href = format!("{here}{}", params.link(&["offset", "after"], &[(name, value)]));
                let title = "Next page".to_owned();
                links.push(Link { rel: "next", media_type: format.plain_type(), href, title });
            }
            let page = Page { rows: found.rows, matched: found.matched, links, frame, format, name: &layer.id };
            let first = page.first(cancel)?;
            Ok((page, first))
        })
        .await?;
    let next = page.links.iter().find(|l| l.rel == "next").map(|l| format!("<{}>; rel=\"next\"", l.href));
    let mut response = ask.answer(&tag, format.media_type, page.body(first, &ask.app));
    let headers = response.headers_mut();
    if let Some(link) = next.and_then(|link| HeaderValue::from_str(&link).ok()) {
        headers.insert(header::LINK, link);
    }
    // What a browser would not show is saved under a name that says what it is.
    if format.one.is_none()
        && let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{}.{}\"", layer.id, format.id))
    {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(in_crs(response, content_crs))
}

/// One feature by its id.
pub async fn one(ask: Ask) -> Answer<Response> {
    let wanted = Wanted::read(&ask)?;
    let frame = crs::frame(&ask.params, ask.known())?;
    let id = ask.path("fid").to_owned();
    let offered: Vec<_> = offered_alone().into_iter().chain([PAGE]).collect();
    let format = ask.format(&offered)?;
    if format == PAGE.0 {
        return html::item(&ask, wanted, &id).await;
    }
    let format = the_format(format)?;
    let tag = ask.tag(format.id, &format!("{}|{}", wanted.canonical(), frame.uri()));
    let content_crs = content_crs(&frame);
    // Where records are written, the tag has a part of the record, which is not known before it is read.
    let is_written = write::is_written(&wanted.layer.id);
    if let Some(held) = ask.held(&tag).filter(|_| !is_written) {
        return Ok(in_crs(held, content_crs));
    }
    let job = Job::new(&ask, wanted);
    let (here, base, params) = (ask.here(), ask.base(), ask.params.clone());
    let layer = job.wanted.layer;
    let (bytes, content) = ask
        .app
        .work
        .run(move |cancel| {
            let (rows, row) = find::one(&job, &id, cancel)?.ok_or_else(|| no_such(layer, &id))?;
            job.trail.rows(1);
            let mut links = of_formats(&offered, format, &here, &params);
            let href = format!("{base}/collections/{}", layer.id);
            links.push(Link { rel: "collection", media_type: "application/json", href, title: String::new() });
            let content = write::content(rows.table(), row)?;
            let page = Page { rows, matched: 1, links, frame, format, name: &layer.id };
            Ok((page.alone(row)?, content))
        })
        .await?;
    let tag = if is_written { tag.of_record(content) } else { tag };
    if let Some(held) = ask.held(&tag) {
        return Ok(in_crs(held, content_crs));
    }
    Ok(in_crs(ask.answer(&tag, format.media_type, bytes), content_crs))
}

/// There is no such row; whether it is hidden or nowhere is not told.
pub(super) fn no_such(layer: &Layer, id: &str) -> Problem {
    Problem::not_found(format!("{} has no feature {:?}", layer.id, super::problem::shortened(id)))
}

/// Refuses a beginning that the rows cannot have.
fn is_pageable(layer: &Layer, paging: &Paging, sorting: &Sorting) -> Answer<()> {
    let has_cursor = layer.has_cursor() && (sorting.keys.is_empty() || layer.engine == Engine::Incidents);
    if !has_cursor && !paging.after.is_empty() {
        let problem = Problem::parameter("after", &paging.after, "these rows are paged by offset", "offset");
        return Err(Box::new(problem.hint("follow the next links")));
    }
    if layer.engine == Engine::Incidents && !sorting.order.takes(&paging.after) {
        let why = "after is not where a page of this order begins";
        let problem = Problem::parameter("after", &paging.after, why, "what a next link holds");
        return Err(Box::new(problem.hint("follow the next links, or leave after out")));
    }
    if layer.engine == Engine::Incidents && paging.offset > MAX_OFFSET {
        let (given, why) = (paging.offset.to_string(), "offset reaches too far into this collection");
        let problem = Problem::parameter("offset", &given, why, format!("at most {MAX_OFFSET}"));
        return Err(Box::new(problem.hint("follow the next links: they begin where the last page ended")));
    }
    Ok(())
}

/// Links to the document itself and to its other formats.
fn of_formats(offered: &[(&'static str, &'static str)], own: &Format, here: &str, params: &Params) -> Vec<Link> {
    let link = |rel, media_type, query| Link { rel, media_type, href: format!("{here}{query}"), title: String::new() };
    let others = offered.iter().filter(|(id, _)| *id != own.id);
    let others = others.map(|(id, media_type)| link("alternate", media_type, params.link(&["f"], &[("f", id)])));
    std::iter::once(link("self", own.plain_type(), params.link(&[], &[]))).chain(others).collect()
}

fn the_format(id: &str) -> Answer<&'static Format> {
    formats::find(id).ok_or_else(|| Box::new(Problem::not_found(format!("{id} has no rows"))))
}

/// Whether a tier may order the rows of a layer: what is counted is told to tiers below analyst as it lies, so that nobody
/// makes a league table of places of it.
fn is_sortable(layer: &Layer, tier: Tier) -> bool {
    tier.is_exact() || layer.engine.is_of_places()
}

fn content_crs(frame: &Frame) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("<{}>", frame.uri())).ok()
}

fn in_crs(mut response: Response, content_crs: Option<HeaderValue>) -> Response {
    if let Some(value) = content_crs {
        response.headers_mut().insert("content-crs", value);
    }
    response
}
