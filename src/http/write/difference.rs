//! What a feature says other than what is told: only that is written, so that what came back unchanged stays to the digit.

use geodata::edit::{Changes, Layer};
use serde_json::{Map, Value};

use super::body::Feature;

/// The difference of a feature to what is told of the record now. A property that is not there is taken away, unless it is
/// one that the service makes.
pub(super) fn between(layer: Layer, told: &Value, given: Feature) -> Changes {
    let empty = Map::new();
    let told_properties = told["properties"].as_object().unwrap_or(&empty);
    let gone = told_properties.iter().filter(|(name, value)| {
        !value.is_null() && !given.properties.contains_key(*name) && layer.settable().contains(&name.as_str())
    });
    let mut properties: Map<String, Value> = gone.map(|(name, _)| (name.clone(), Value::Null)).collect();
    for (name, value) in given.properties {
        let before = told_properties.get(&name);
        // A property that nobody knows is refused by its name, whatever its value.
        if before.is_none_or(|before| !is_same(before, &value)) {
            properties.insert(name, value);
        }
    }
    let geometry = (!is_same(&told["geometry"], &given.geometry)).then_some(given.geometry);
    Changes { properties, geometry }
}

/// Equal, however numbers are written.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| is_same(a, b)))
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn differs(told: &Value, given: Value) -> Changes {
        let Value::Object(given) = given else { panic!("no object") };
        between(Layer::Incidents, told, Feature::read(given).expect("a feature"))
    }

    #[test]
    fn only_what_differs_is_written() {
        let told = json!({ "type": "Feature", "id": "7", "geometry": { "type": "Point", "coordinates": [1.0, 2.5] },
            "properties": { "status": "open", "weapon": null, "uncertainty_m": 100.0, "victims": 2, "state": "value" } });
        assert_eq!(differs(&told, told.clone()), Changes::default());
        let mut given = told.clone();
        given["geometry"]["coordinates"] = json!([1, 2.5]);
        given["properties"] = json!({ "uncertainty_m": 100, "weapon": null });
        let changes = differs(&told, given);
        assert_eq!((changes.geometry, Value::Object(changes.properties)), (None, json!({ "status": null })));
        let mut given = told.clone();
        given["geometry"] = Value::Null;
        given["properties"]["victims"] = json!(3);
        given["properties"]["colour"] = Value::Null;
        let changes = differs(&told, given);
        assert_eq!(changes.geometry, Some(Value::Null));
        assert_eq!(Value::Object(changes.properties), json!({ "victims": 3, "colour": null }));
    }
}
