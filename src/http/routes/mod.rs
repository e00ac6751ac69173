//! The table of routes: paths, parameters and media types. Router, checks of parameters and the API document follow from it.

mod table;

use std::sync::Arc;

use axum::http::Method;
use axum::routing::MethodRouter;

use super::app::App;

pub use table::ROUTES;

/// How a route is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Read; HEAD is answered alike.
    Get,
    /// Sent with a body.
    Post,
    /// Replaced by a body.
    Put,
    /// Changed in part by a body.
    Patch,
    /// Removed.
    Delete,
}

impl Verb {
    /// The method of HTTP.
    #[must_use]
    pub fn method(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Post => Method::POST,
            Self::Put => Method::PUT,
            Self::Patch => Method::PATCH,
            Self::Delete => Method::DELETE,
        }
    }
}

/// A route.
pub struct Route {
    /// How it is asked.
    pub verb: Verb,
    /// Pattern of the router.
    pub pattern: &'static str,
    /// Path in the API document, where it differs.
    pub documented: Option<&'static str>,
    /// Operation id.
    pub id: &'static str,
    /// What it answers.
    pub summary: &'static str,
    /// Whether it takes the filters of all layers and the layer's own parameters.
    pub filters: bool,
    /// Whether it is a tile or leads to tiles, which refuse what shapes items alone.
    pub of_tiles: bool,
    /// Further parameters.
    pub params: &'static [&'static str],
    /// Which path parameter names the layer.
    pub layer: Option<&'static str>,
    /// The layer whose access rules hold where the path names none.
    pub as_layer: Option<&'static str>,
    /// Media types of its answers.
    pub media: &'static [&'static str],
    /// Schema of its JSON answers.
    pub schema: &'static str,
    /// Status of a good answer.
    pub success: &'static str,
    /// Further statuses that it answers with.
    pub statuses: &'static [&'static str],
    /// Media type and schema of its body, where it has one.
    pub body: Option<(&'static str, &'static str)>,
    /// Whether it changes the data: only some collections take it.
    pub writes: bool,
    handler: fn() -> MethodRouter<Arc<App>>,
}

impl Route {
    /// The path as the API document has it.
    #[must_use]
    pub fn path(&self) -> &'static str {
        self.documented.unwrap_or(self.pattern)
    }

    /// Handlers of its methods.
    pub fn methods(&self) -> MethodRouter<Arc<App>> {
        (self.handler)()
    }
}

/// The route that the router matched.
#[must_use]
pub fn of(pattern: &str, method: &Method) -> Option<&'static Route> {
    let asked = if *method == Method::HEAD { Method::GET } else { method.clone() };
    ROUTES.iter().find(|r| r.pattern == pattern && r.verb.method() == asked)
}

/// The routes of a pattern that are taken at a path: only some collections are written.
fn taken<'a>(pattern: &'a str, path: &str) -> impl Iterator<Item = &'static Route> + 'a {
    // `/collections/ID/...`
    let is_written = path.split('/').nth(2).is_some_and(super::write::is_written);
    ROUTES.iter().filter(move |r| r.pattern == pattern && (!r.writes || is_written))
}

/// The methods that are taken at a path, for `Allow`.
#[must_use]
pub fn allowed(pattern: &str, path: &str) -> String {
    let mut names = vec![];
    for route in taken(pattern, path) {
        match route.verb {
            Verb::Get => names.extend(["GET", "HEAD"]),
            Verb::Post => names.push("POST"),
            Verb::Put => names.push("PUT"),
            Verb::Patch => names.push("PATCH"),
            Verb::Delete => names.push("DELETE"),
        }
    }
    names.push("OPTIONS");
    names.join(", ")
}

/// The media type that a method takes at a path, for `Accept-Post` and `Accept-Patch`.
#[must_use]
pub fn accepted(pattern: &str, path: &str, verb: Verb) -> Option<&'static str> {
    taken(pattern, path).find(|r| r.verb == verb).and_then(|r| r.body).map(|(media, _)| media)
}
