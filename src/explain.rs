//! Methods in plain words, the same on the command line and over HTTP: what goes in, what it reads, who may run it, its limits.

use geodata::analysis::{Domain, Method, Needs, Parameter};
use geodata::disclosure::Tier;
use geodata::limits::MAX_GRID_CELLS;
use serde_json::{Value, json};

use crate::http::params::{CQL, FILTERS, filter_schema};
use crate::layers::{self, Layer};

/// Where and what is asked about, besides the filters that every layer takes.
pub const PLACES: [&str; 2] = ["grid", "mask"];
/// The layer by whose rules a method is run that no layer shows.
const USUAL_LAYER: &str = "cells";

/// Something that can be said to a method.
pub struct Input {
    /// Name.
    pub name: &'static str,
    /// Unit in words, empty for none.
    pub unit: &'static str,
    /// What it does.
    pub words: String,
    /// What it may be, in words.
    pub bound: String,
    /// What holds where nothing is said; empty for "everything".
    pub default: &'static str,
    /// The same as a JSON schema.
    pub schema: Value,
    /// Whether it says which incidents, and not how they are looked at.
    pub of_question: bool,
    /// Whether it is the content of a file, which only the command line takes.
    pub is_file: bool,
}

/// Everything that can be said to a method: its own parameters, then the question.
#[must_use]
pub fn inputs(method: &Method) -> Vec<Input> {
    let own = method.parameters.iter().map(of_parameter);
    own.chain(FILTERS.iter().chain(CQL).map(|name| of_filter(name)))
        .chain(PLACES.iter().map(|name| of_place(name)))
        .collect()
}

/// What can be said to a method over HTTP: everything but files.
#[must_use]
pub fn inputs_over_http(method: &Method) -> Vec<Input> {
    inputs(method).into_iter().filter(|i| !i.is_file).collect()
}

fn of_parameter(p: &Parameter) -> Input {
    let schema = match p.domain {
        Domain::Whole(low, high) => {
            json!({ "type": "integer", "minimum": low, "maximum": high, "default": p.default.parse::<u64>().ok() })
        }
        Domain::NumberOr(low, high, words) => {
            let number = json!({ "type": "number", "minimum": low, "maximum": high });
            let default = p.default.parse::<f64>().map_or(json!(p.default), |v| json!(v));
            match words {
                [] => json!({ "type": "number", "minimum": low, "maximum": high, "default": default }),
                _ => json!({ "oneOf": [number, { "type": "string", "enum": words }], "default": default }),
            }
        }
        Domain::Word(words) => json!({ "type": "string", "enum": words, "default": p.default }),
        Domain::Text(what) | Domain::Document(what) => {
            json!({ "type": "string", "description": what, "default": p.default })
        }
    };
    Input {
        name: p.name,
        unit: p.unit,
        words: p.words.to_owned(),
        bound: p.bound(),
        default: p.default,
        schema,
        of_question: false,
        is_file: p.is_file(),
    }
}

fn of_filter(name: &'static str) -> Input {
    let (words, schema) = filter_schema(name);
    Input {
        name,
        unit: "",
        words: words.to_owned(),
        bound: bound(&schema),
        default: "",
        schema,
        of_question: true,
        is_file: false,
    }
}

fn of_place(name: &'static str) -> Input {
    let words = match name {
        "grid" => {
            "how places are gathered: square:METRES, square:METRES@EPSG:CODE, quadkey:LEVEL, h3:RES or areas:COLLECTION"
        }
        _ => "area collection that is the study area; the highest level imported if not given",
    };
    let schema = json!({ "type": "string" });
    Input {
        is_file: false,
        name,
        unit: "",
        words: words.to_owned(),
        bound: "a text".to_owned(),
        default: "",
        schema,
        of_question: true,
    }
}

/// A schema's bound in words.
fn bound(schema: &Value) -> String {
    match (schema["enum"].as_array(), schema["type"].as_str()) {
        (Some(all), _) => {
            let all: Vec<&str> = all.iter().filter_map(Value::as_str).collect();
            format!("one of {}", all.join(", "))
        }
        (None, Some("array")) => "a list".to_owned(),
        _ => "a text".to_owned(),
    }
}

/// The layer by whose rules a method is run: the one that shows it, or that of plain counts.
#[must_use]
pub fn layer_of(method: &Method) -> Option<&'static Layer> {
    let shown = layers::LAYERS.iter().find(|l| l.method.as_deref() == Some(method.id));
    shown.or_else(|| layers::find(USUAL_LAYER))
}

/// The least tier that may run a method.
#[must_use]
pub fn least_tier(method: &Method) -> Tier {
    let of_layer = layer_of(method).map_or(Tier::Custodian, |l| l.min_tier);
    if method.is_of_places() { of_layer } else { of_layer.max(Tier::Analyst) }
}

/// What a method reads, in plain words.
#[must_use]
pub fn needs(method: &Method) -> &'static str {
    match method.needs {
        Needs::Counts => "The number of incidents in each cell or area.",
        Needs::CountsAndPopulation => {
            "The number of incidents in each area, and its residents or another number to divide by."
        }
        Needs::FineCounts => "The number of incidents on squares finer than the cells.",
        Needs::Records => "The records themselves: their times, their exact places, or several questions at once.",
    }
}

/// Who may run it, in plain words.
#[must_use]
pub fn who(method: &Method) -> String {
    match least_tier(method) {
        Tier::Public => "Anyone: below analyst tier it runs on the protected numbers of the newest release, from analyst tier on the exact ones.".to_owned(),
        tier => format!("Keys of {} tier and above, since it reads exact records.", tier.name()),
    }
}

/// What is refused before it begins, in plain words.
#[must_use]
pub fn limits() -> String {
    format!("At most {MAX_GRID_CELLS} cells or areas; more is refused before the work begins, with what to change.")
}

/// How it is run on the command line.
#[must_use]
pub fn example(method: &Method) -> String {
    let grid = match method.needs {
        Needs::CountsAndPopulation => "areas:community_areas",
        _ => "square:500",
    };
    let own = method.parameters.iter().find(|p| !p.default.is_empty());
    let own = own.map(|p| format!(" --param {}={}", p.name, p.default)).unwrap_or_default();
    format!("urbansafety analyse {} --data city.gpkg --period 2018 --grid {grid}{own} -o {0}.geojson", method.id)
}

/// A method as JSON: the same words that the terminal prints.
#[must_use]
pub fn document(m: &Method) -> Value {
    let of =
        |i: Input| json!({ "name": i.name, "unit": i.unit, "default": i.default, "bounds": i.bound, "words": i.words });
    let (question, parameters): (Vec<_>, Vec<_>) = inputs(m).into_iter().partition(|i| i.of_question);
    json!({
        "id": m.id, "title": m.title, "answers": m.answers, "when_not": m.when_not, "numbers": m.numbers,
        "needs": needs(m), "who": who(m), "least_tier": least_tier(m).name(), "limits": limits(),
        "reference": m.reference, "example": example(m),
        "plots": m.plots.iter().map(|p| json!({ "id": p.id, "title": p.title })).collect::<Vec<_>>(),
        "parameters": parameters.into_iter().map(of).collect::<Vec<_>>(),
        "question": question.into_iter().map(of).collect::<Vec<_>>(),
    })
}

/// A method as text.
#[must_use]
pub fn text(m: &Method) -> String {
    let mut lines = vec![
        format!("{}: {}", m.id, m.title),
        String::new(),
        m.answers.to_owned(),
        String::new(),
        format!("When not:   {}", m.when_not),
        format!("Numbers:    {}", m.numbers),
        format!("Reads:      {}", needs(m)),
        format!("Who:        {}", who(m)),
        format!("Limits:     {}", limits()),
        format!("Reference:  {}", m.reference),
    ];
    if !m.plots.is_empty() {
        let plots: Vec<&str> = m.plots.iter().map(|p| p.title).collect();
        lines.push(format!("Plots:      {} (--plot FILE.svg)", plots.join(", ")));
    }
    if !m.parameters.is_empty() {
        lines.extend([String::new(), "Parameters (--param NAME=VALUE):".to_owned()]);
    }
    for p in inputs(m).iter().filter(|i| !i.of_question) {
        let unit = if p.unit.is_empty() { String::new() } else { format!(", in {}", p.unit) };
        let default = if p.default.is_empty() { "none".to_owned() } else { p.default.to_owned() };
        lines.push(format!("  {} = {default}   ({}{unit})", p.name, p.bound));
        lines.push(format!("      {}", p.words));
    }
    lines.extend([String::new(), "Example:".to_owned(), format!("  {}", example(m))]);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use geodata::analysis::METHODS;

    use super::*;

    #[test]
    fn every_method_is_told_whole() {
        for m in METHODS {
            let (text, document) = (text(m), document(m));
            for part in [m.answers, m.when_not, m.numbers, m.reference, needs(m)] {
                assert!(text.contains(part) && document.to_string().contains(m.id), "{}: {part}", m.id);
            }
            for p in m.parameters {
                assert!(text.contains(&format!("  {} = ", p.name)), "{} {}", m.id, p.name);
            }
            let all = inputs(m);
            for (i, input) in all.iter().enumerate() {
                assert!(!input.words.is_empty() && !input.bound.is_empty(), "{} {}", m.id, input.name);
                assert!(!all[..i].iter().any(|other| other.name == input.name), "{} {} twice", m.id, input.name);
            }
        }
    }
}
