//! The page of the API document, made from the document itself: every operation with its parameters, bounds, answers, and an
//! address or a command to try it with.

use maud::{Markup, html};
use serde_json::{Map, Value};

use super::frame::{Frame, Page};
use super::value::inline;
use crate::http::landing::OPENAPI;

/// The page.
pub fn page(frame: &Frame, document: &Value) -> Page {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let tags: Vec<&Value> = document["tags"].as_array().into_iter().flatten().collect();
    let body = html! {
        p { (text(&document["info"]["description"])) }
        p {
            a href={ (frame.base) "/api?f=json" } type=(OPENAPI) { "The same as an OpenAPI " (text(&document["openapi"])) " document" }
            ", whole in itself: for client generators and for requests by hand."
        }
        section { h2 { "Who asks" } (schemes(document)) }
        nav aria-label="Groups of operations" {
            ul.paging { @for tag in &tags { li { a href={ "#" (text(&tag["name"])) } { (text(&tag["name"])) } } } }
        }
        @for tag in &tags {
            section {
                h2 id=(text(&tag["name"])) { (text(&tag["name"])) }
                p { (text(&tag["description"])) "." }
                @for (path, verb, operation) in operations(document).filter(|(_, _, o)| o["tags"][0] == tag["name"]) {
                    (one(document, &frame.base, path, verb, operation))
                }
            }
        }
        section {
            h2 { "Schemas" }
            @for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
                details id={ "schema-" (name) } { summary { code { (name) } } pre { (pretty(schema)) } }
            }
        }
    };
    Page::new("The programming interface", body).of_data("json", OPENAPI).below([("/?f=html", "Data and API")])
}

fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, verbs)| {
        verbs.as_object().into_iter().flatten().map(move |(verb, operation)| (path, verb, operation))
    })
}

fn schemes(document: &Value) -> Markup {
    html! {
        p { "Anyone may ask without a key, and is answered from the newest release. A key shows what its tier may see." }
        dl {
            @for (name, scheme) in document["components"]["securitySchemes"].as_object().into_iter().flatten() {
                dt { (name) }
                dd { (scheme["description"].as_str().unwrap_or_default()) " "
                    @if let Some(address) = scheme["openIdConnectUrl"].as_str() { (super::value::address(address, address)) } }
            }
        }
    }
}

fn one(document: &Value, base: &str, path: &str, verb: &str, operation: &Value) -> Markup {
    let text = |name: &str| operation[name].as_str().unwrap_or_default();
    let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
    html! {
        section {
            h3 id=(text("operationId")) { (verb.to_uppercase()) " " code { (path) } }
            p { (text("summary")) "." }
            (example(base, path, verb, parameters))
            @if !parameters.is_empty() {
                details { summary { "Parameters of " (text("operationId")) ": " (parameters.len()) } (table(parameters)) }
            }
            @if let Some(content) = operation["requestBody"]["content"].as_object() { p { "Body: " (bodies(content)) } }
            details {
                summary { "Answers of " (text("operationId")) }
                dl {
                    @for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
                        @let answer = resolved(document, answer);
                        dt { (status) }
                        dd {
                            (answer["description"].as_str().unwrap_or_default()) ". "
                            @if let Some(content) = answer["content"].as_object() { (bodies(content)) }
                        }
                    }
                }
            }
        }
    }
}

/// Something to try an operation with: an address that can be followed where it is read, a command where it is sent.
fn example(base: &str, path: &str, verb: &str, parameters: &[Value]) -> Markup {
    let Some(filled) = filled(path, parameters) else { return html! {} };
    let address = format!("{base}{filled}");
    html! {
        p {
            "Try: "
            @match verb {
                "get" => a href=(address) { (address) },
                "post" => code { "curl -X POST " (address) " -H \"Content-Type: application/json\" -d '{\"inputs\": {}}'" },
                other => code { "curl -X " (other.to_uppercase()) " " (address) },
            }
        }
    }
}

/// A path with a value for each of its parameters; none where a value would have to be made up.
fn filled(path: &str, parameters: &[Value]) -> Option<String> {
    let mut out = path.to_owned();
    for parameter in parameters.iter().filter(|p| p["in"] == "path") {
        let (name, schema) = (parameter["name"].as_str()?, &parameter["schema"]);
        let value = match schema["enum"][0].as_str() {
            Some(first) => first.to_owned(),
            None => schema["minimum"].as_u64()?.to_string(),
        };
        out = out.replace(&format!("{{{name}}}"), &value);
    }
    Some(out)
}

fn table(parameters: &[Value]) -> Markup {
    html! {
        div.wide tabindex="0" role="group" aria-label="Parameters" {
            table {
                caption { "Parameters" }
                thead { tr { @for head in ["Name", "In", "Kind and bounds", "In words"] { th scope="col" { (head) } } } }
                tbody {
                    @for p in parameters {
                        tr {
                            th scope="row" { code { (inline(&p["name"])) } }
                            td { (inline(&p["in"])) @if p["required"] == true { ", needed" } }
                            td { (kind(&p["schema"])) }
                            td { (p["description"].as_str().unwrap_or_default()) }
                        }
                    }
                }
            }
        }
    }
}

/// A schema's kind and bounds in words.
fn kind(schema: &Value) -> Markup {
    let choices = schema["enum"].as_array().map_or(&[][..], Vec::as_slice);
    html! {
        (schema["type"].as_str().unwrap_or("any"))
        @if let Some(inner) = schema["items"]["type"].as_str() { " of " (inner) "s" }
        @for (name, words) in [
            ("minimum", "from"), ("maximum", "to"), ("minItems", "at least"), ("maxItems", "at most"), ("default", "without it"),
        ] {
            @if let Some(bound) = schema.get(name) { ", " (words) " " (inline(bound)) }
        }
        @if !choices.is_empty() { ": " @for (n, choice) in choices.iter().enumerate() { @if n > 0 { ", " } (inline(choice)) } }
    }
}

/// Media types, each with its schema where that has a name.
fn bodies(content: &Map<String, Value>) -> Markup {
    html! {
        @for (n, (media_type, of)) in content.iter().enumerate() {
            @if n > 0 { ", " }
            code { (media_type) }
            @if let Some(name) = of["schema"]["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
                " (" a href={ "#schema-" (name) } { (name) } ")"
            }
        }
    }
}

fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let path = value["$ref"].as_str().and_then(|r| r.strip_prefix('#'));
    path.and_then(|path| document.pointer(path)).unwrap_or(value)
}

fn pretty(schema: &Value) -> String {
    serde_json::to_string_pretty(schema).unwrap_or_default()
}
