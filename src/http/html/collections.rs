//! Pages of the layers: the list, and one with its picture, its files and what it can be asked by.

use maud::{Markup, html};
use serde_json::Value;

use super::frame::{Frame, Page};
use super::value::{inline, links};

/// Layers that begin at this zoom or later have too many rows for one picture of the whole city.
const FAR_ZOOM: u64 = 10;

/// The page of `/collections`.
pub fn list(_: &Frame, document: &Value) -> Page {
    let text = |of: &Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
    let body = html! {
        @if let Some(words) = document["note"].as_str() { p.notice { (words) } }
        @for one in document["collections"].as_array().into_iter().flatten() {
            section {
                h2 {
                    @match href(one, "self") {
                        Some(here) => a href={ (here) "?f=html" } { (text(one, "title")) },
                        None => (text(one, "title")),
                    }
                }
                p { (text(one, "description")) }
                ul.paging {
                    @for (href, media_type) in items(one) { li { a href=(href) type=(media_type) { (short(media_type)) } } }
                }
            }
        }
    };
    Page::new("Layers", body).below([("/?f=html", "Data and API")])
}

/// The page of `/collections/{id}`.
pub fn one(frame: &Frame, document: &Value) -> Page {
    let text = |name: &str| document[name].as_str().unwrap_or_default();
    let (base, id) = (&frame.base, text("id"));
    let layer = &document["layer"];
    let example = layer["example"].as_str().unwrap_or_default();
    let query = if example.is_empty() { String::new() } else { format!("?{example}") };
    let extent = &document["extent"];
    // What is shown from afar fits into one picture.
    let is_drawn = !frame.is_closed() && layer["minzoom"].as_u64().is_some_and(|z| z < FAR_ZOOM);
    let body = html! {
        p { (text("description")) }
        dl {
            dt { "Id" } dd { code { (id) } }
            @if let Some(tier) = layer["min_tier"].as_str() { dt { "From tier" } dd { (tier) } }
            dt { "Extent (west, south, east, north in degrees)" } dd { (inline(&extent["spatial"]["bbox"][0])) }
            @if extent["temporal"].is_object() {
                dt { "From, to" } dd { (inline(&extent["temporal"]["interval"][0])) }
            }
            @for (name, words) in [("attribution", "Sources"), ("license", "Licences and terms of use")] {
                @if let Some(found) = document[name].as_str() { dt { (words) } dd { (found) } }
            }
            @if layer["filters"].is_array() { dt { "Filters" } dd { (inline(&layer["filters"])) } }
        }
        section {
            h2 { "Rows" }
            ul { @for (href, media_type) in items(document) { li { a href=(href) type=(media_type) { (short(media_type)) } } } }
        }
        @if is_drawn { (picture(base, id, &query, text("title"))) }
        section { h2 { "All links" } (links(&document["links"])) }
    };
    Page::new(text("title"), body).below([("/?f=html", "Data and API"), ("/collections?f=html", "Layers")])
}

/// A layer's picture, with the way to the map where it can be moved. `query` is empty or begins with a question mark.
pub(super) fn picture(base: &str, id: &str, query: &str, title: &str) -> Markup {
    html! {
        figure {
            img src={ (base) "/collections/" (id) "/map" (query) } width="1200" height="800" loading="lazy"
                alt={ "Map: " (title) ", with a legend and a scale" };
            figcaption { (title) ". The rows are the same in words." }
        }
    }
}

fn href<'a>(of: &'a Value, rel: &str) -> Option<&'a str> {
    of["links"].as_array()?.iter().find(|l| l["rel"] == rel)?["href"].as_str()
}

/// Addresses and media types of the rows.
fn items(of: &Value) -> Vec<(&str, &str)> {
    let all = of["links"].as_array().into_iter().flatten().filter(|l| l["rel"] == "items");
    all.filter_map(|l| Some((l["href"].as_str()?, l["type"].as_str()?))).collect()
}

/// A media type as people call it.
pub(super) fn short(media_type: &str) -> &str {
    let found = crate::formats::FORMATS.iter().find(|f| f.media_type.split(';').next() == Some(media_type));
    match media_type {
        "text/html" => "A page with a table",
        other => found.map_or(other, |f| f.title),
    }
}
