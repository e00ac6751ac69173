//! `/collections/releases`: the catalogue of releases as records (OGC API - Records), one for each that public numbers are or
//! were from. It is the same at every tier: releases are public, and so is all that it says.

use axum::http::HeaderValue;
use axum::response::Response;
use geodata::disclosure::{Overview, Tier};
use geodata::model::{Interval, LocalTime, LonLatBox};
use geodata::release::Document;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::ask::Ask;
use super::extent::extent;
use super::html;
use super::params::{Paging, crs};
use super::problem::{Answer, Problem};
use super::releases::find;
use crate::formats::{CRS84, touches};
use crate::layers::{self, sources};

/// Parameters of the list.
pub const PARAMS: &[&str] = &["f", "bbox", "bbox-crs", "crs", "datetime", "limit", "offset"];
/// What each record follows.
const RECORD: &str = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core";
const GEOJSON: &str = "application/geo+json";

/// The collection, as a member of `/collections` too.
#[must_use]
pub fn collection(ask: &Ask) -> Value {
    let here = format!("{}/collections/releases", ask.base());
    let link = |rel: &str, media: &str, href: String, title: &str| json!({ "rel": rel, "type": media, "href": href, "title": title });
    let seen = ask.view.seen(Tier::Public);
    let bbox = seen.overview.extent.map_or([-180.0, -90.0, 180.0, 90.0], edges);
    let months = || ask.view.releases.iter().filter_map(days);
    let days = months().map(|d| d.0).min().zip(months().map(|d| d.1).max());
    let interval = days.map(|(first, last)| [json!(format!("{first}T00:00:00Z")), json!(format!("{last}T23:59:59Z"))]);
    json!({
        "id": "releases",
        "title": "Releases",
        "description": "The numbered, unchangeable sets of protected counts that everything public is answered from: when each was made, under which rules, what it covers and what is new in it.",
        "itemType": "record",
        "extent": extent(bbox, interval),
        "crs": [CRS84.uri()],
        "storageCrs": CRS84.uri(),
        "links": [
            link("self", "application/json", here.clone(), "This document"),
            link("alternate", "text/html", format!("{here}?f=html"), "This document as a page"),
            link("items", GEOJSON, format!("{here}/items?f=geojson"), "The releases as GeoJSON records"),
            link("items", "text/html", format!("{here}/items?f=html"), "The releases as a page"),
            link("describedby", "application/json", format!("{}/release", ask.base()), "The newest release"),
        ],
    })
}

/// `/collections/releases`.
pub async fn one(ask: Ask) -> Answer<Response> {
    html::document(&ask, "application/json", &name(&ask), html::collection, || Ok(collection(&ask)))
}

/// `/collections/releases/items`: the newest first.
pub async fn items(ask: Ask) -> Answer<Response> {
    let (filters, paging) = (ask.filters()?, Paging::read(&ask.params)?);
    is_in_degrees(&ask)?;
    let extent = public(&ask).extent;
    let is_found = |d: &&Document| {
        let of_time = filters.period.is_none_or(|asked| days(d).is_none_or(|days| shares(days, asked)));
        let of_place = filters.bbox.is_none_or(|within| extent.is_none_or(|own| touches(&edges(own), within)));
        of_time && of_place
    };
    let canonical = format!("{}|{paging:?}|{}", name(&ask), ask.params.link(&[], &[]));
    let page = |frame: &html::Frame, value: &Value| html::releases(frame, value);
    let response = html::document(&ask, GEOJSON, &canonical, page, || {
        let all: Vec<&Document> = ask.view.releases.iter().rev().filter(is_found).collect();
        let shown: Vec<Value> =
            all.iter().skip(paging.offset).take(paging.limit).map(|d| record(&ask, d, false)).collect();
        let end = paging.offset.saturating_add(shown.len());
        let here = |drop: &[&str], add: &[(&str, &str)]| format!("{}{}", ask.here(), ask.params.link(drop, add));
        let mut links = vec![
            json!({ "rel": "self", "type": GEOJSON, "href": here(&[], &[]) }),
            json!({ "rel": "alternate", "type": "text/html", "href": here(&["f"], &[("f", "html")]) }),
            json!({ "rel": "collection", "type": "application/json", "href": format!("{}/collections/releases", ask.base()) }),
        ];
        if end < all.len() {
            let next = here(&["offset"], &[("offset", &end.to_string())]);
            links.push(json!({ "rel": "next", "type": GEOJSON, "href": next, "title": "Next page" }));
        }
        Ok(json!({
            "type": "FeatureCollection",
            "timeStamp": jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "numberMatched": all.len(),
            "numberReturned": shown.len(),
            "links": links,
            "features": shown,
        }))
    });
    response.map(in_degrees)
}

/// `/collections/releases/items/{number}`.
pub async fn item(ask: Ask) -> Answer<Response> {
    let document = find(&ask, ask.path("number"))?;
    is_in_degrees(&ask)?;
    let response = html::document(&ask, GEOJSON, &name(&ask), html::release, || Ok(record(&ask, document, true)));
    response.map(in_degrees)
}

/// Refuses another system than that of the extent.
fn is_in_degrees(ask: &Ask) -> Answer<()> {
    let frame = crs::frame(&ask.params, ask.known())?;
    if frame.uri() == CRS84.uri() {
        return Ok(());
    }
    let asked = ask.params.get("crs").unwrap_or_default();
    Err(Box::new(Problem::parameter("crs", asked, "records of releases are told in degrees", CRS84.uri())))
}

/// Says in which system the extents are.
fn in_degrees(mut response: Response) -> Response {
    if let Ok(crs) = HeaderValue::from_str(&format!("<{}>", CRS84.uri())) {
        response.headers_mut().insert("content-crs", crs);
    }
    response
}

/// What the catalogue depends on, for tags.
fn name(ask: &Ask) -> String {
    ask.view.release.as_ref().map(|r| r.name()).unwrap_or_default()
}

fn public(ask: &Ask) -> &Overview {
    &ask.view.seen(Tier::Public).overview
}

/// A release as a record.
fn record(ask: &Ask, document: &Document, is_alone: bool) -> Value {
    let (base, number) = (ask.base(), document.number);
    let here = format!("{base}/collections/releases/items/{number}");
    let link = |rel: &str, media: &str, href: String, title: &str| json!({ "rel": rel, "type": media, "href": href, "title": title });
    let mut links = vec![
        link("self", GEOJSON, here.clone(), "This record"),
        link("alternate", "text/html", format!("{here}?f=html"), "This record as a page"),
        link("describedby", "application/json", format!("{base}/releases/{number}"), "All that it says of itself"),
    ];
    if is_alone {
        links.push(link("collection", "application/json", format!("{base}/collections/releases"), "Releases"));
    }
    let is_newest = ask.view.releases.last().is_some_and(|d| d.number == number);
    if is_newest {
        links.push(link("item", GEOJSON, format!("{base}/collections/cells/items?f=geojson"), "Its numbers by cell"));
    }
    let earlier = document.follows.and_then(|n| ask.view.releases.iter().find(|d| d.number == n));
    if let Some(earlier) = earlier {
        let href = format!("{base}/collections/releases/items/{}", earlier.number);
        links.push(link("predecessor-version", GEOJSON, href, "The release that it carries on"));
    }
    let covered = days(document);
    let period =
        document.period.as_ref().map_or_else(|| "no complete month".to_owned(), |(a, b)| format!("{a} to {b}"));
    let public = public(ask);
    let licence = layers::find("cells").and_then(|layer| sources::licences(layer, &public.sources));
    let mut properties = json!({
        "type": "dataset",
        "title": format!("Release {number}: recorded incidents, {period}"),
        "description": format!("Protected counts of recorded incidents by cell, {period}, made under the policy {:?}.", document.policy.title),
        "created": document.made,
        "updated": document.made,
        "language": { "code": "en" },
        "keywords": ["recorded incidents", "protected counts", "crime prevention"],
        "number": number,
        "is_newest": is_newest,
        "policy": document.policy.hash,
        "policy_title": document.policy.title,
        "checksum": format!("sha256:{}", document.checksum),
        "program": document.program,
        "told_cells": document.public.cells,
        "withheld_cells": document.public.suppressed_cells,
        "changes": earlier.map(|e| document.since(e)).unwrap_or_default(),
    });
    if let Some(words) = licence {
        properties["license"] = json!(words);
    }
    json!({
        "id": number.to_string(),
        "type": "Feature",
        "conformsTo": [RECORD],
        "geometry": public.extent.map(|b| {
            let [w, s, e, n] = edges(b);
            json!({ "type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]] })
        }),
        "time": covered.map(|(a, b)| json!({ "interval": [a.to_string(), b.to_string()], "resolution": "P1M" })),
        "properties": properties,
        "links": links,
    })
}

fn edges(b: LonLatBox) -> [f64; 4] {
    [b.west, b.south, b.east, b.north]
}

/// First and last day of the months that a release covers.
fn days(document: &Document) -> Option<(Date, Date)> {
    let (first, last) = document.period.as_ref()?;
    let day = |month: &str| format!("{month}-01").parse::<Date>().ok();
    Some((day(first)?, day(last)?.last_of_month()))
}

fn shares((first, last): (Date, Date), asked: Interval) -> bool {
    let from = LocalTime::from_civil(first.into());
    let to = last.tomorrow().map_or(LocalTime(i64::MAX), |d| LocalTime::from_civil(d.into()));
    from < asked.to && asked.from < to
}
