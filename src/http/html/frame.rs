//! What every page has around its own matter: the head, the way around and back, the same as data, who sees it.

use maud::{DOCTYPE, Markup, html};

use crate::http::ask::Ask;
use crate::http::params::Params;

/// What a page stands in. It owns its parts, so that it can go to another thread.
pub struct Frame {
    /// Address of the service.
    pub base: String,
    /// Parameters of the request.
    pub params: Params,
    site: String,
    here: String,
    tier: &'static str,
    notice: Option<String>,
}

/// What is on a page.
pub struct Page {
    title: String,
    above: Vec<(String, String)>,
    data: (&'static str, &'static str),
    body: Markup,
}

impl Page {
    /// A page with its heading.
    #[must_use]
    pub fn new(title: impl Into<String>, body: Markup) -> Self {
        Self { title: title.into(), above: vec![], data: ("json", "application/json"), body }
    }

    /// Names the pages above it: path within the service, and title.
    #[must_use]
    pub fn below<const N: usize>(mut self, above: [(&str, &str); N]) -> Self {
        self.above = above.map(|(path, title)| (path.to_owned(), title.to_owned())).to_vec();
        self
    }

    /// Names the form of the same for programs, where that is not plain JSON: what `f` is, and its media type.
    #[must_use]
    pub fn of_data(mut self, format: &'static str, media_type: &'static str) -> Self {
        self.data = (format, media_type);
        self
    }
}

impl Frame {
    /// The frame of a request's page.
    #[must_use]
    pub fn of(ask: &Ask) -> Self {
        let (base, here, params) = (ask.base(), ask.here(), ask.params.clone());
        let site = ask.app.options.title.clone();
        Self { base, params, site, here, tier: ask.caller.tier.name(), notice: ask.notice() }
    }

    /// Whether nothing is shown, since there is no release yet.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.notice.is_some()
    }

    /// Address of the same in another format.
    #[must_use]
    pub fn as_data(&self, format: &str) -> String {
        format!("{}{}", self.here, self.params.link(&["f"], &[("f", format)]))
    }

    /// The address without some parameters and with others.
    #[must_use]
    pub fn with(&self, drop: &[&str], add: &[(&str, &str)]) -> String {
        format!("{}{}", self.here, self.params.link(drop, add))
    }

    /// The whole page.
    #[must_use]
    pub fn whole(&self, page: &Page) -> String {
        let base = &self.base;
        let data = self.as_data(page.data.0);
        let ways = [
            ("/", "Map"),
            ("/?f=html", "Data and API"),
            ("/collections?f=html", "Layers"),
            ("/processes?f=html", "Analyses"),
            ("/collections/releases/items?f=html", "Releases"),
            ("/api?f=html", "API"),
        ];
        let markup = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (page.title) " – " (self.site) }
                    link rel="stylesheet" href={ (base) "/pages.css" };
                    link rel="icon" href="data:,";
                    link rel="alternate" type=(page.data.1) href=(data);
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    header {
                        p.site { (self.site) }
                        nav aria-label="Parts of the service" {
                            ul { @for (path, title) in ways { li { a href={ (base) (path) } { (title) } } } }
                        }
                    }
                    main #main tabindex="-1" {
                        @if !page.above.is_empty() {
                            nav.above aria-label="Where you are" {
                                ol { @for (path, title) in &page.above { li { a href={ (base) (path) } { (title) } } } }
                            }
                        }
                        h1 { (page.title) }
                        @if let Some(notice) = &self.notice { p.notice { (notice) } }
                        (page.body)
                    }
                    footer {
                        p { a href=(data) type=(page.data.1) { "The same as data" } " (" (page.data.1) ")" }
                        p { "Seen at " (self.tier) " tier. Recorded incidents are what was reported and written down; they say nothing about anyone who lives or works in a place." }
                    }
                }
            }
        };
        markup.into_string()
    }
}
