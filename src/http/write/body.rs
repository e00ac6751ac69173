//! The body of a write: a GeoJSON feature, or a change of a part of one.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value};

use super::super::ask::Ask;
use super::super::problem::{Answer, Problem};
use super::reference::Reference;

/// Members of a feature that are read.
const READ: [&str; 4] = ["type", "id", "geometry", "properties"];
/// Members that the service writes beside them, so that what was got can be sent back.
const LEFT: [&str; 3] = ["links", "analysis", "bbox"];

/// A feature, as far as it is written.
pub(super) struct Feature {
    /// Its id, where it says one.
    pub id: Option<String>,
    /// Its geometry; `Null` for none.
    pub geometry: Value,
    /// Its properties.
    pub properties: Map<String, Value>,
}

/// The JSON object in a body of a media type, with its geometry in CRS84.
///
/// # Errors
/// 400 without a type or for what is no JSON object, 413 for too much, 415 for another type.
pub(super) fn object(ask: &Ask, body: Result<Bytes, BytesRejection>, media: &str) -> Answer<Map<String, Value>> {
    is_of(&ask.headers, media)?;
    let reference = Reference::of(&ask.headers)?;
    let body = body.map_err(|_| {
        let bound = format!("{} bytes", ask.app.options.max_body_bytes);
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "the body cannot be read or is too large").bound(bound)
    })?;
    let bad = |what: String| Problem::new(StatusCode::BAD_REQUEST, what).hint("send one GeoJSON feature");
    let value: Value =
        serde_json::from_slice(&body).map_err(|e| bad(format!("the body is not readable as JSON: {e}")))?;
    match value {
        Value::Object(mut object) => {
            if let Some(geometry) = object.get_mut("geometry") {
                *geometry = reference.to_crs84(geometry.take())?;
            }
            Ok(object)
        }
        _ => Err(Box::new(bad("the body is no JSON object".to_owned()))),
    }
}

impl Feature {
    /// Of a whole GeoJSON feature.
    ///
    /// # Errors
    /// 422 for a member that is missing, of another type or unknown.
    pub(super) fn read(mut object: Map<String, Value>) -> Answer<Self> {
        known(&object)?;
        if object.get("type").and_then(Value::as_str) != Some("Feature") {
            return Err(wrong("/type", object.get("type"), "this is no GeoJSON feature", "Feature"));
        }
        let Some(geometry) = object.remove("geometry") else {
            return Err(wrong("/geometry", None, "a feature has a geometry", "a geometry, or null"));
        };
        let properties = match object.remove("properties") {
            Some(Value::Object(properties)) => properties,
            Some(Value::Null) => Map::new(),
            other => return Err(wrong("/properties", other.as_ref(), "a feature has properties", "an object")),
        };
        Ok(Self { id: id(&object)?, geometry, properties })
    }

    /// What is told, changed by a patch.
    ///
    /// # Errors
    /// As [`Feature::read`].
    pub(super) fn patched(told: Value, patch: Map<String, Value>) -> Answer<Self> {
        known(&patch)?;
        let mut merged = told;
        merge(&mut merged, Value::Object(patch));
        let Value::Object(mut object) = merged else { return Self::read(Map::new()) };
        // Removed by null.
        object.entry("geometry").or_insert(Value::Null);
        object.entry("properties").or_insert(Value::Null);
        Self::read(object)
    }
}

/// JSON Merge Patch (RFC 7396); nesting is bounded by that of what was parsed.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(object) = target.as_object_mut() else { return };
    for (name, value) in patch {
        if value.is_null() {
            object.remove(&name);
        } else {
            merge(object.entry(name).or_insert(Value::Null), value);
        }
    }
}

/// A feature of another service's make could carry what would be lost in silence.
fn known(object: &Map<String, Value>) -> Answer<()> {
    match object.iter().find(|(name, _)| !READ.contains(&name.as_str()) && !LEFT.contains(&name.as_str())) {
        Some((name, value)) if name == "crs" => {
            let bound = "no crs member: CRS84, or what the header Content-Crs names";
            Err(wrong("/crs", Some(value), "a feature does not name its CRS itself", bound))
        }
        Some((name, value)) => {
            let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            Err(wrong(&pointer, Some(value), "unknown member of a feature", READ.join(", ")))
        }
        None => Ok(()),
    }
}

fn id(object: &Map<String, Value>) -> Answer<Option<String>> {
    match object.get("id") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) => Ok(Some(id.clone())),
        Some(Value::Number(id)) => Ok(Some(id.to_string())),
        other => Err(wrong("/id", other, "this is no id", "a text or a number")),
    }
}

/// The refusal of a member.
pub(super) fn wrong(
    pointer: &str,
    value: Option<&Value>,
    what: impl Into<String>,
    bound: impl Into<String>,
) -> Box<Problem> {
    let value = value.unwrap_or(&Value::Null).to_string();
    Box::new(Problem::member(pointer, &value, what, bound))
}

fn is_of(headers: &HeaderMap, media: &str) -> Answer<()> {
    let text = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let name = text.split(';').next().unwrap_or_default().trim();
    if name.eq_ignore_ascii_case(media) {
        return Ok(());
    }
    let (status, detail) = if name.is_empty() {
        (StatusCode::BAD_REQUEST, "the body has no Content-Type".to_owned())
    } else {
        (StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("the body is not {media}"))
    };
    let problem = Problem::new(status, detail).about("Content-Type", name).bound(media);
    Err(Box::new(problem.hint(format!("send Content-Type: {media}"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_patch_changes_what_it_names_and_null_takes_away() {
        // The examples of RFC 7396, appendix A.
        for (target, patch, result) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": "foo"}), json!("bar"), json!("bar")),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!([1, 2]), json!({"a": "b", "c": null}), json!({"a": "b"})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            let mut merged = target.clone();
            merge(&mut merged, patch.clone());
            assert_eq!(merged, result, "{target} {patch}");
        }
    }
}
