//! The inputs of an execution: JSON values as the texts that the query of a layer has, so that both mean the same.

use geodata::analysis::Method;
use geodata::ingest::nearest;
use serde_json::{Map, Value};

use crate::explain;
use crate::http::problem::{Answer, Problem, shortened};

/// Another name of `datetime`, as the command line has it.
const PERIOD: &str = "period";

/// Inputs by name, each as text, with the names checked.
///
/// # Errors
/// 400 for a name that the method does not know, with the nearest it does, and for a value that is no text, number or list.
pub fn read(method: &Method, given: &Map<String, Value>) -> Answer<Vec<(String, String)>> {
    let known: Vec<&str> = explain::inputs_over_http(method).iter().map(|i| i.name).collect();
    let mut pairs = vec![];
    for (name, value) in given {
        let plain = if name == PERIOD { "datetime" } else { name };
        if !known.contains(&plain) {
            return Err(Box::new(unknown(method, name, value, &known)));
        }
        if name == "filter" && value.is_object() {
            // CQL2 in JSON stands as it is; its language need not be said.
            pairs.push((name.clone(), value.to_string()));
            if !given.contains_key("filter-lang") {
                pairs.push(("filter-lang".to_owned(), "cql2-json".to_owned()));
            }
            continue;
        }
        let Some(text) = text(name, value)? else { continue };
        if pairs.iter().any(|(other, _)| other == plain) {
            return Err(Box::new(Problem::parameter(name, &text, "datetime and period are both given", "one of them")));
        }
        pairs.push((plain.to_owned(), text));
    }
    Ok(pairs)
}

fn unknown(method: &Method, name: &str, value: &Value, known: &[&str]) -> Problem {
    let short = shortened(name);
    if method.parameters.iter().any(|p| p.name == name && p.is_file()) {
        let detail = format!("{short} is the content of a file, which the command line takes alone");
        let problem = Problem::parameter(name, &value.to_string(), detail, known.join(", "));
        return problem.hint(format!("urbansafety analyse {} --param {short}=FILE", method.id));
    }
    let detail = format!("{} has no input {short}", method.id);
    let problem = Problem::parameter(name, &value.to_string(), detail, known.join(", "));
    match nearest(name, known.iter().copied().chain([PERIOD])) {
        Some(near) => problem.hint(format!("did you mean {near}? /processes/{} describes every input", method.id)),
        None => problem.hint(format!("/processes/{} describes every input", method.id)),
    }
}

/// A value as text; `None` for null, which says nothing.
fn text(name: &str, value: &Value) -> Answer<Option<String>> {
    Ok(Some(match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.clone(),
        Value::Number(number) => plain(number),
        Value::Bool(yes) => yes.to_string(),
        Value::Array(all) => {
            let parts: Vec<String> = all.iter().map(|v| single(name, v)).collect::<Answer<_>>()?;
            parts.join(",")
        }
        // The forms of the standard: a value with its type, and a box with its reference system.
        Value::Object(map) => match (map.get("value"), map.get("bbox")) {
            (Some(inner), None) if !inner.is_object() => return text(name, inner),
            (None, Some(inner)) if inner.is_array() && is_lonlat(map) => return text(name, inner),
            _ => return Err(Box::new(unreadable(name, value))),
        },
    }))
}

fn single(name: &str, value: &Value) -> Answer<String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(plain(number)),
        _ => Err(Box::new(unreadable(name, value))),
    }
}

/// A number as people write it: 500 also where it came as 500.0.
fn plain(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(x) if number.is_f64() => x.to_string(),
        _ => number.to_string(),
    }
}

fn is_lonlat(map: &Map<String, Value>) -> bool {
    map.get("crs").is_none_or(|crs| crs.as_str().is_some_and(|crs| crs.ends_with("/OGC/1.3/CRS84")))
}

fn unreadable(name: &str, value: &Value) -> Problem {
    let detail = format!("the input {} is not readable", shortened(name));
    Problem::parameter(name, &value.to_string(), detail, "a text, a number, or a list of them; a bbox in CRS84")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_of(inputs: &Value) -> Answer<Vec<(String, String)>> {
        let method = Method::find("gi_star").expect("a method");
        read(method, inputs.as_object().expect("an object"))
    }

    #[test]
    fn values_become_the_texts_of_a_query() {
        let inputs = json!({
            "bbox": [-87.5, 41, -87, 42.25], "category": ["01", "0401"], "draws": 999, "seed": 7.0,
            "period": "2018", "hours": null, "null": {"value": "total"},
        });
        let mut pairs = read_of(&inputs).expect("readable");
        pairs.sort();
        let expected = [
            ("bbox", "-87.5,41,-87,42.25"),
            ("category", "01,0401"),
            ("datetime", "2018"),
            ("draws", "999"),
            ("null", "total"),
            ("seed", "7"),
        ];
        assert_eq!(pairs, expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
        let json = json!({ "filter": { "op": "=", "args": [{ "property": "hour" }, 5] } });
        let read = read_of(&json).expect("a filter");
        assert!(read[0].1.starts_with("{\"") && read[1] == ("filter-lang".to_owned(), "cql2-json".to_owned()));
        let of = json!({ "bbox": { "bbox": [1, 2, 3, 4], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84" } });
        assert_eq!(read_of(&of).expect("a box")[0].1, "1,2,3,4");
    }

    #[test]
    fn what_is_not_known_or_not_readable_is_named() {
        let said = |inputs: Value| serde_json::to_string(&*read_of(&inputs).expect_err("refused")).expect("a problem");
        assert!(said(json!({ "drws": 9 })).contains("did you mean draws?"));
        assert!(said(json!({ "filter-langs": "cql2-text" })).contains("did you mean filter-lang?"));
        assert!(said(json!({ "draws": { "href": "http://x" } })).contains("not readable"));
        assert!(said(json!({ "bbox": { "bbox": [1, 2, 3, 4], "crs": "EPSG:3857" } })).contains("not readable"));
        assert!(said(json!({ "period": "2018", "datetime": "2019" })).contains("both given"));
    }
}
