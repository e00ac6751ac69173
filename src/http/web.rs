//! The web map, embedded in the program.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::ask::Ask;
use super::etag::Tag;
use super::problem::{Answer, Problem};

#[derive(RustEmbed)]
#[folder = "static/dist"]
#[allow_missing = true]
struct Files;

/// The page of the map, where it is built into the program.
pub fn page(ask: &Ask) -> Option<Response> {
    Files::get("index.html").map(|file| serve(ask, "index.html", file, "no-cache"))
}

/// Whether the map is built into the program.
pub fn has_map() -> bool {
    Files::get("index.html").is_some()
}

/// A file of the map. Names of built files hold a hash of their content, so they may be kept for ever.
pub async fn asset(ask: Ask) -> Answer<Response> {
    let name = format!("assets/{}", ask.path("file"));
    match Files::get(&name) {
        Some(file) => Ok(serve(&ask, &name, file, "public, max-age=31536000, immutable")),
        None => Err(Box::new(Problem::not_found("there is no such file of the web map"))),
    }
}

/// A file beside the page of the map: its icon.
pub async fn root_file(ask: Ask) -> Answer<Response> {
    let name = ask.path("file").to_owned();
    match Files::get(&name).filter(|_| name.contains('.')) {
        Some(file) => Ok(serve(&ask, &name, file, "no-cache")),
        None => Err(Box::new(Problem::not_found("there is nothing at this path").hint("begin at / or /collections"))),
    }
}

fn serve(ask: &Ask, name: &str, file: EmbeddedFile, keep: &'static str) -> Response {
    let hash: String = file.metadata.sha256_hash().iter().map(|b| format!("{b:02x}")).collect();
    let tag = Tag::new(&["file", name, &hash]);
    let mut response = ask.held(&tag).unwrap_or_else(|| ask.answer(&tag, media_type(name), Body::from(file.data)));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    response
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "geojson" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
