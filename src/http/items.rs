//! `/collections/{id}/items`: features with filters, paging and links, as GeoJSON or CSV.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use geodata::Cancel;
use geodata::limits::MAX_PAGE;

use super::ask::Ask;
use super::engine::{Job, Rows};
use super::html;
use super::params::Paging;
use super::problem::{Answer, Problem};
use super::wanted::Wanted;
use crate::formats::{self, Document, Encoder, Link};
use crate::layers::Layer;

/// Formats of items.
pub(super) const OFFERED: [(&str, &str); 3] =
    [("geojson", "application/geo+json"), ("csv", "text/csv"), ("html", "text/html")];

/// A page, and what its links need.
pub(super) struct Found {
    pub(super) rows: Rows,
    pub(super) matched: u64,
    /// Parameter and value of the next page.
    pub(super) next: Option<(&'static str, String)>,
}

/// A page of features.
pub async fn list(ask: Ask) -> Answer<Response> {
    let wanted = Wanted::read(&ask)?;
    let paging = Paging::read(&ask.params)?;
    if wanted.layer.has_cursor() && paging.offset.saturating_add(paging.limit) > MAX_PAGE && paging.offset > 0 {
        let problem = Problem::parameter(
            "offset",
            &paging.offset.to_string(),
            "offset reaches too far into this collection",
            format!("offset + limit at most {MAX_PAGE}"),
        );
        return Err(Box::new(problem.hint("follow the next links: they begin where the last page ended")));
    }
    if !wanted.layer.has_cursor() && paging.after > 0 {
        return Err(Box::new(Problem::parameter(
            "after",
            &paging.after.to_string(),
            "this collection is paged by offset",
            "offset",
        )));
    }
    let format = ask.format(&OFFERED)?;
    if format == "html" {
        return html::items(&ask, wanted, paging).await;
    }
    let tag = ask.tag(format, &format!("{}|{paging:?}", wanted.canonical()));
    if let Some(held) = ask.held(&tag) {
        return Ok(held);
    }
    let job = Job::new(&ask, wanted);
    let (here, params) = (ask.here(), ask.params.clone());
    let layer = job.wanted.layer;
    let body = ask
        .app
        .work
        .run(move |cancel| {
            let found = find(&job, paging, cancel)?;
            job.trail.rows(found.rows.rows().len());
            let mut links = vec![Link {
                rel: "self",
                media_type: media(format),
                href: format!("{here}{}", params.link(&[], &[])),
                title: String::new(),
            }];
            for (other, media_type) in OFFERED.iter().filter(|(id, _)| *id != format) {
                links.push(Link {
                    rel: "alternate",
                    media_type,
                    href: format!("{here}{}", params.link(&["f"], &[("f", other)])),
                    title: String::new(),
                });
            }
            if let Some((name, value)) = &found.next {
                let href = format!("{here}{}", params.link(&["offset", "after"], &[(name, value)]));
                links.push(Link { rel: "next", media_type: media(format), href, title: "Next page".to_owned() });
            }
            let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            let document = Document {
                table: found.rows.table(),
                rows: found.rows.rows(),
                matched: Some(found.matched),
                links: &links,
                time_stamp: &now,
            };
            let next = links.iter().find(|l| l.rel == "next").map(|l| l.href.clone());
            write(format, &document, cancel).map(|bytes| (bytes, next))
        })
        .await?;
    let (bytes, next) = body;
    let mut response = ask.answer(&tag, media(format), bytes);
    let headers = response.headers_mut();
    if let Some(link) = next.and_then(|href| HeaderValue::from_str(&format!("<{href}>; rel=\"next\"")).ok()) {
        headers.insert(header::LINK, link);
    }
    if format == "csv" {
        if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{}.csv\"", layer.id)) {
            headers.insert(header::CONTENT_DISPOSITION, name);
        }
    } else {
        headers.insert("content-crs", HeaderValue::from_static("<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"));
    }
    Ok(response)
}

/// One feature by its id.
pub async fn one(ask: Ask) -> Answer<Response> {
    let wanted = Wanted::read(&ask)?;
    let id = ask.path("fid").to_owned();
    if ask.format(&[OFFERED[0], OFFERED[2]])? == "html" {
        return html::item(&ask, wanted, &id).await;
    }
    let tag = ask.tag("geojson", &wanted.canonical());
    if let Some(held) = ask.held(&tag) {
        return Ok(held);
    }
    let job = Job::new(&ask, wanted);
    let (here, base) = (format!("{}{}", ask.here(), ask.params.link(&[], &[])), ask.base());
    let page = format!("{}{}", ask.here(), ask.params.link(&["f"], &[("f", "html")]));
    let layer = job.wanted.layer;
    let bytes = ask
        .app
        .work
        .run(move |cancel| {
            let (rows, row) = find_one(&job, &id, cancel)?.ok_or_else(|| no_such(layer, &id))?;
            job.trail.rows(1);
            let link = |rel, media_type, href| Link { rel, media_type, href, title: String::new() };
            let links = [
                link("self", "application/geo+json", here),
                link("alternate", "text/html", page),
                link("collection", "application/json", format!("{base}/collections/{}", layer.id)),
            ];
            let document = Document { table: rows.table(), rows: &[row], matched: None, links: &links, time_stamp: "" };
            let mut out = vec![];
            formats::write_feature(&document, row, &mut out).map_err(unwritten)?;
            Ok(out)
        })
        .await?;
    let mut response = ask.answer(&tag, "application/geo+json", bytes);
    let crs = HeaderValue::from_static("<http://www.opengis.net/def/crs/OGC/1.3/CRS84>");
    response.headers_mut().insert("content-crs", crs);
    Ok(response)
}

/// There is no such row; whether it is hidden or nowhere is not told.
pub(super) fn no_such(layer: &Layer, id: &str) -> Problem {
    Problem::not_found(format!("{} has no feature {:?}", layer.id, super::problem::shortened(id)))
}

/// A page of rows.
pub(super) fn find(job: &Job, paging: Paging, cancel: &Cancel) -> Answer<Found> {
    let Paging { limit, offset, after } = paging;
    if job.wanted.layer.has_cursor() {
        let page = job.page(job.wanted.filters.within(), after, offset + limit, cancel)?;
        let rows = (offset.min(page.table.len())..page.table.len()).collect();
        let next = page.next.map(|n| ("after", n.to_string()));
        return Ok(Found { rows: Rows::Page(Box::new(page.table), rows), matched: page.matched, next });
    }
    let computed = job.whole(cancel)?;
    let all = match job.wanted.filters.bbox {
        Some(within) => computed.cut.within(&computed.table, within),
        None => (0..computed.table.len()).collect(),
    };
    let end = offset.saturating_add(limit).min(all.len());
    let rows = all.get(offset.min(end)..end).unwrap_or_default().to_vec();
    let next = (end < all.len()).then(|| ("offset", end.to_string()));
    Ok(Found { rows: Rows::Of(computed, rows), matched: all.len() as u64, next })
}

/// One row by its id.
pub(super) fn find_one(job: &Job, id: &str, cancel: &Cancel) -> Answer<Option<(Rows, usize)>> {
    if !job.wanted.layer.has_cursor() {
        let computed = job.whole(cancel)?;
        let row = (0..computed.table.len()).find(|&row| formats::row_id(&computed.table, row) == id);
        return Ok(row.map(|row| (Rows::Of(computed, vec![row]), row)));
    }
    // Rows follow one another by number, so the one before leads to a row whose id is a number.
    if let Some(before) = id.parse::<u64>().ok().and_then(|n| n.checked_sub(1)) {
        let page = job.page(job.wanted.filters.within(), before, 1, cancel)?;
        if !page.table.is_empty() && formats::row_id(&page.table, 0) == id {
            return Ok(Some((Rows::Page(Box::new(page.table), vec![0]), 0)));
        }
    }
    if job.wanted.layer.engine == crate::layers::Engine::Incidents {
        return Ok(None);
    }
    let mut after = 0;
    loop {
        cancel.check()?;
        let page = job.page(job.wanted.filters.within(), after, MAX_PAGE, cancel)?;
        if let Some(row) = (0..page.table.len()).find(|&row| formats::row_id(&page.table, row) == id) {
            return Ok(Some((Rows::Page(Box::new(page.table), vec![row]), row)));
        }
        match page.next {
            Some(next) if next > after => after = next,
            _ => return Ok(None),
        }
    }
}

fn write(format: &str, document: &Document<'_>, cancel: &Cancel) -> Answer<Vec<u8>> {
    cancel.check()?;
    let mut out = Vec::with_capacity(256 * (1 + document.rows.len()));
    match formats::find(format).map(|f| &f.encoder) {
        Some(Encoder::Rows(write)) => write(document, &mut out).map_err(unwritten)?,
        _ => return Err(Box::new(Problem::not_found(format!("{format} has no rows")))),
    }
    Ok(out)
}

fn unwritten(_: std::io::Error) -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the answer could not be written")
}

fn media(format: &str) -> &'static str {
    formats::find(format).map_or("application/json", |f| f.media_type)
}
