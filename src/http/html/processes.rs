//! Pages of the analyses: what each answers, when not to use it, what it takes, and how it is run.

use maud::html;
use serde_json::Value;

use super::frame::{Frame, Page};
use super::value::{inline, links};

/// The page of `/processes`.
pub fn list(frame: &Frame, document: &Value) -> Page {
    let body = html! {
        p { "What can be worked out, in plain words. The map runs them under “Analyses”; programs run them with POST." }
        div.wide tabindex="0" role="group" aria-label="Analyses" {
            table {
                caption { "Analyses" }
                thead { tr { @for head in ["Analysis", "What it answers", "When not", "From tier"] { th scope="col" { (head) } } } }
                tbody {
                    @for one in document["processes"].as_array().into_iter().flatten() {
                        @let text = |name: &str| one[name].as_str().unwrap_or_default();
                        tr {
                            th scope="row" { a href={ (frame.base) "/processes/" (text("id")) "?f=html" } { (text("title")) } }
                            td { (text("description")) }
                            td { (text("when_not")) }
                            td { (text("least_tier")) }
                        }
                    }
                }
            }
        }
    };
    Page::new("Analyses", body).below([("/?f=html", "Data and API")])
}

/// The page of `/processes/{id}`.
pub fn one(frame: &Frame, document: &Value) -> Page {
    let text = |name: &str| document[name].as_str().unwrap_or_default();
    let mut inputs: Vec<(&String, &Value)> = document["inputs"].as_object().into_iter().flatten().collect();
    inputs.sort_by_key(|(_, input)| input["position"].as_u64());
    let (base, id) = (&frame.base, text("id"));
    let body = html! {
        p { (text("description")) }
        dl {
            @for (name, words) in [
                ("when_not", "When not"), ("numbers", "What its numbers are"), ("needs", "What it reads"), ("who", "Who may run it"),
            ] { dt { (words) } dd { (text(name)) } }
            dt { "Limits" } dd { (document["limits"]["words"].as_str().unwrap_or_default()) }
            dt { "Defined in" } dd { (inline(&document["metadata"][0]["href"])) }
            @if let Some(layer) = document["layer"].as_str() {
                dt { "Shown as the layer" } dd { a href={ (base) "/collections/" (layer) "?f=html" } { (layer) } }
            }
        }
        section {
            h2 { "What it takes" }
            div.wide tabindex="0" role="group" aria-label="Inputs" {
                table {
                    caption { "Inputs" }
                    thead { tr { @for head in ["Name", "In words", "What it may be", "Without it"] { th scope="col" { (head) } } } }
                    tbody {
                        @for (name, input) in inputs {
                            tr {
                                th scope="row" { code { (name) } }
                                td { (input["description"].as_str().unwrap_or_default()) }
                                td { (input["bound"].as_str().unwrap_or_default()) " " (input["unit"].as_str().unwrap_or_default()) }
                                td { (inline(&input["schema"]["default"])) }
                            }
                        }
                    }
                }
            }
        }
        section {
            h2 { "How it is run" }
            pre { "curl " (base) "/processes/" (id) "/execution -H \"Content-Type: application/json\" -d '{\"inputs\": {}}'" }
            p { "With the header " code { "Prefer: respond-async" } " it becomes a job, whose address tells how far it has come." }
        }
        section { h2 { "All links" } (links(&document["links"])) }
    };
    Page::new(text("title"), body).below([("/?f=html", "Data and API"), ("/processes?f=html", "Analyses")])
}
