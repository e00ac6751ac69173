//! Pages of the releases: the list, and one with what it covers, its rules and what is new in it.

use maud::html;
use serde_json::Value;

use super::frame::{Frame, Page};
use super::value::{inline, links, words};

/// The page of `/collections/releases/items`.
pub fn list(frame: &Frame, document: &Value) -> Page {
    let features = document["features"].as_array();
    let next = document["links"].as_array().into_iter().flatten().any(|l| l["rel"] == "next");
    let shown = features.map_or(0, Vec::len);
    let offset = frame.params.get("offset").and_then(|o| o.parse::<usize>().ok()).unwrap_or(0);
    let body = html! {
        p { "A release is a numbered, unchangeable set of protected counts. Everything that anyone may see without a key comes from the newest." }
        @if shown == 0 { p.notice { "There is none here: none has been made yet, or none fits what was asked." } }
        div.wide tabindex="0" role="group" aria-label="Releases" {
            table {
                caption { "Releases, the newest first" }
                thead { tr { @for head in ["Release", "Made", "Covers", "Policy", "What is new"] { th scope="col" { (head) } } } }
                tbody {
                    @for one in features.into_iter().flatten() {
                        @let of = &one["properties"];
                        tr {
                            th scope="row" {
                                a href={ (frame.base) "/collections/releases/items/" (one["id"].as_str().unwrap_or_default()) "?f=html" } {
                                    "Release " (inline(&of["number"]))
                                }
                            }
                            td { (inline(&of["created"])) }
                            td { (inline(&one["time"]["interval"])) }
                            td { (inline(&of["policy_title"])) }
                            td { (changes(&of["changes"])) }
                        }
                    }
                }
            }
        }
        @if next { p { a rel="next" href=(frame.with(&["offset"], &[("offset", &(offset + shown).to_string())])) { "Next page" } } }
    };
    Page::new("Releases", body)
        .of_data("json", "application/geo+json")
        .below([("/?f=html", "Data and API"), ("/collections?f=html", "Layers")])
}

/// The page of one release.
pub fn one(_: &Frame, document: &Value) -> Page {
    let of = &document["properties"];
    let told = of
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| !["title", "description", "changes", "type"].contains(&name.as_str()));
    let body = html! {
        p { (of["description"].as_str().unwrap_or_default()) }
        section { h2 { "What is new" } (changes(&of["changes"])) }
        section {
            h2 { "What it is" }
            dl {
                dt { "Covers" } dd { (inline(&document["time"]["interval"])) }
                @for (name, value) in told { dt { (words(name)) } dd { (inline(value)) } }
            }
        }
        section { h2 { "All links" } (links(&document["links"])) }
    };
    Page::new(of["title"].as_str().unwrap_or_default(), body).of_data("json", "application/geo+json").below([
        ("/?f=html", "Data and API"),
        ("/collections?f=html", "Layers"),
        ("/collections/releases/items?f=html", "Releases"),
    ])
}

fn changes(all: &Value) -> maud::Markup {
    html! {
        @match all.as_array().map(Vec::as_slice) {
            Some([]) | None => span.quiet { "It carries no other on." },
            Some(all) => ul { @for one in all { li { (inline(one)) } } },
        }
    }
}
