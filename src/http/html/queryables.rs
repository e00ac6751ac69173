//! The page of `/collections/{id}/queryables`: each property with its kind, its bounds and its words.

use maud::html;
use serde_json::Value;

use super::frame::{Frame, Page};
use super::value::inline;

/// The page.
pub fn page(_: &Frame, document: &Value) -> Page {
    let title = document["title"].as_str().unwrap_or_default();
    let of = |schema: &Value| {
        let kind = schema["type"].as_str().or(schema["format"].as_str()).unwrap_or("any");
        let choices = ["enum", "oneOf"].iter().find_map(|name| schema[*name].as_array()).cloned().unwrap_or_default();
        let choices: Vec<Value> = choices.into_iter().map(|c| c.get("const").cloned().unwrap_or(c)).collect();
        (kind.to_owned(), choices)
    };
    let properties = document["properties"].as_object();
    let body = html! {
        p { "What the layer's items and tiles can be asked by. A parameter that is not listed is refused, never ignored." }
        div.wide tabindex="0" role="group" aria-label="Properties" {
            table {
                caption { "Properties" }
                thead { tr { @for head in ["Name", "In words", "Kind", "From", "To", "One of"] { th scope="col" { (head) } } } }
                tbody {
                    @for (name, schema) in properties.into_iter().flatten() {
                        @let (kind, choices) = of(schema);
                        tr {
                            th scope="row" { code { (name) } }
                            td {
                                (schema["title"].as_str().unwrap_or_default())
                                @if let Some(words) = schema["description"].as_str() { p.quiet { (words) } }
                            }
                            td { (kind) }
                            td { (inline(&schema["minimum"])) }
                            td { (inline(&schema["maximum"])) }
                            td { @if !choices.is_empty() { details { summary { (choices.len()) " values" } (inline(&Value::Array(choices))) } } }
                        }
                    }
                }
            }
        }
    };
    let id = document["$id"].as_str().and_then(|id| id.rsplit('/').nth(1)).unwrap_or_default();
    let here = format!("/collections/{id}?f=html");
    Page::new(format!("What {title} can be asked by"), body).of_data("json", "application/schema+json").below([
        ("/?f=html", "Data and API"),
        ("/collections?f=html", "Layers"),
        (here.as_str(), title),
    ])
}
