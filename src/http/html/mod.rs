//! Pages for people: every document of the service as HTML, made from the same value as its JSON. No script, no style within,
//! nothing from elsewhere; what is not markup is escaped by the type that holds it.

mod api;
mod collections;
mod frame;
mod items;
mod landing;
mod processes;
mod queryables;
mod releases;
mod value;

pub use api::page as api;
pub use collections::{list as collections, one as collection};
pub use frame::{Frame, Page};
pub use items::{list as items, one as item};
pub use landing::page as landing;
pub use processes::{list as processes, one as process};
pub use queryables::page as queryables;
pub use releases::{list as releases, one as release};

use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde_json::Value;

use super::ask::Ask;
use super::problem::Answer;

/// The media type of pages.
pub const MEDIA: &str = "text/html; charset=utf-8";
const STYLE: &str = include_str!("pages.css");

/// A document: JSON for programs, and for people the page made from it.
///
/// # Errors
/// 400 for another format; what `make` answers.
pub fn document(
    ask: &Ask,
    media_type: &'static str,
    canonical: &str,
    page: impl FnOnce(&Frame, &Value) -> Page,
    make: impl FnOnce() -> Answer<Value>,
) -> Answer<Response> {
    // What is GeoJSON goes by that name; `json` means it too.
    let data = if media_type == "application/geo+json" { "geojson" } else { "json" };
    if ask.format(&[(data, media_type), ("html", "text/html")])? == data {
        return ask.json(media_type, canonical, make);
    }
    let frame = Frame::of(ask);
    let tag = ask.tag(MEDIA, &format!("{canonical}|{}", frame.as_data("json")));
    if let Some(held) = ask.held(&tag) {
        return Ok(held);
    }
    let page = page(&frame, &make()?);
    Ok(ask.answer(&tag, MEDIA, frame.whole(&page)))
}

/// A page that shows a value as it is, for documents that need no words of their own.
pub fn plain(title: impl Into<String>) -> impl FnOnce(&Frame, &Value) -> Page {
    let title = title.into();
    move |_, document| Page::new(title, value::body(document))
}

/// The pages' style.
pub async fn stylesheet(ask: Ask) -> Answer<Response> {
    let tag = super::etag::Tag::new(&["pages.css", STYLE]);
    let mut response = ask.held(&tag).unwrap_or_else(|| ask.answer(&tag, "text/css; charset=utf-8", STYLE));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    Ok(response)
}
