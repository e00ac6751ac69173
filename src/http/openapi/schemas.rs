//! Schemas of answers: what they always hold, and what they may.

use serde_json::{Map, Value, json};

use crate::http::{jobs, write};

/// All schemas by name.
pub fn all() -> Map<String, Value> {
    let mut all = jobs::schemas::schemas();
    all.extend(write::schemas());
    let own = [
        ("object", json!({ "type": "object", "additionalProperties": true })),
        ("problem", problem()),
        ("link", link()),
        ("landing", object(&["title", "links"], json!({ "title": text(), "description": text(), "links": links() }))),
        ("conformance", object(&["conformsTo"], json!({ "conformsTo": list(text()) }))),
        (
            "collections",
            object(&["collections", "links"], json!({ "collections": list(named("collection")), "links": links() })),
        ),
        ("collection", collection()),
        ("featureCollection", features("feature")),
        ("feature", feature()),
        ("geometry", geometry()),
        ("recordCollection", features("record")),
        ("record", record()),
        ("release", release()),
        ("tileSets", object(&["tilesets", "links"], json!({ "tilesets": list(named("tileSet")), "links": links() }))),
        ("tileSet", tile_set()),
        (
            "processList",
            object(&["processes", "links"], json!({ "processes": list(named("process")), "links": links() })),
        ),
        ("process", process()),
    ];
    all.extend(own.map(|(name, schema)| (name.to_owned(), schema)));
    all
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn whole() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn list(of: Value) -> Value {
    json!({ "type": "array", "items": of })
}

fn named(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn links() -> Value {
    list(named("link"))
}

fn object(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties })
}

fn link() -> Value {
    let properties =
        json!({ "href": text(), "rel": text(), "type": text(), "title": text(), "templated": { "type": "boolean" } });
    object(&["href", "rel"], properties)
}

fn problem() -> Value {
    object(
        &["type", "title", "status", "detail"],
        json!({
            "type": text(), "title": text(), "status": { "type": "integer", "minimum": 400, "maximum": 599 }, "detail": text(),
            "pointer": text(), "parameter": text(), "value": text(), "bound": text(), "hint": text(),
        }),
    )
}

fn collection() -> Value {
    let number = json!({ "type": "number" });
    let bbox = json!({ "type": "array", "minItems": 4, "maxItems": 6, "items": number });
    let ends =
        json!({ "type": "array", "minItems": 2, "maxItems": 2, "items": { "type": "string", "nullable": true } });
    object(
        &["id", "links", "extent", "crs"],
        json!({
            "id": text(), "title": text(), "description": text(), "itemType": text(), "links": links(),
            "extent": object(&["spatial"], json!({
                "spatial": object(&["bbox"], json!({ "bbox": list(bbox), "crs": text() })),
                "temporal": object(&["interval"], json!({ "interval": list(ends), "trs": text() })),
            })),
            "crs": list(text()), "storageCrs": text(), "attribution": text(), "license": text(),
        }),
    )
}

fn features(of: &str) -> Value {
    object(
        &["type", "features"],
        json!({
            "type": { "type": "string", "enum": ["FeatureCollection"] },
            "timeStamp": { "type": "string", "format": "date-time" },
            "numberMatched": whole(), "numberReturned": whole(), "links": links(),
            "analysis": { "type": "object", "description": "How the numbers came about", "additionalProperties": true },
            "features": list(named(of)),
        }),
    )
}

fn feature() -> Value {
    let id = json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }] });
    object(
        &["type", "geometry", "properties"],
        json!({
            "type": { "type": "string", "enum": ["Feature"] }, "id": id, "geometry": named("geometry"), "links": links(),
            "properties": { "type": "object", "nullable": true, "additionalProperties": true },
        }),
    )
}

fn geometry() -> Value {
    let kinds = ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"];
    json!({
        "type": "object", "nullable": true, "required": ["type", "coordinates"],
        "properties": { "type": { "type": "string", "enum": kinds }, "coordinates": { "type": "array", "items": {} } },
    })
}

fn record() -> Value {
    let mut record = feature();
    record["required"] = json!(["id", "type", "geometry", "properties", "time"]);
    record["properties"]["conformsTo"] = list(text());
    record["properties"]["time"] = json!({
        "type": "object", "nullable": true, "properties": { "interval": list(text()), "resolution": text() },
    });
    record["properties"]["properties"] = json!({
        "type": "object", "required": ["type", "title", "number", "created"], "additionalProperties": true,
        "properties": {
            "type": text(), "title": text(), "description": text(), "created": text(), "updated": text(), "license": text(),
            "keywords": list(text()), "number": { "type": "integer", "minimum": 1 }, "changes": list(text()),
        },
    });
    record
}

fn release() -> Value {
    let mut release = object(
        &["number", "made", "policy", "public", "checksum"],
        json!({
            "number": { "type": "integer", "minimum": 1 }, "made": text(), "program": text(), "checksum": text(),
            "policy": { "type": "object", "additionalProperties": true },
            "public": { "type": "object", "additionalProperties": true },
        }),
    );
    release["additionalProperties"] = json!(true);
    release
}

fn tile_set() -> Value {
    object(
        &["dataType", "crs", "tileMatrixSetURI", "tileMatrixSetId", "links"],
        json!({
            "title": text(), "dataType": { "type": "string", "enum": ["map", "vector", "coverage"] }, "crs": text(),
            "tileMatrixSetURI": text(), "tileMatrixSetId": text(), "links": links(),
            "tileMatrixSetLimits": list(object(
                &["tileMatrix", "minTileRow", "maxTileRow", "minTileCol", "maxTileCol"],
                json!({ "tileMatrix": text(), "minTileRow": whole(), "maxTileRow": whole(), "minTileCol": whole(), "maxTileCol": whole() }),
            )),
        }),
    )
}

fn process() -> Value {
    object(
        &["id", "version", "jobControlOptions", "outputTransmission"],
        json!({
            "id": text(), "version": text(), "title": text(), "description": text(), "links": links(),
            "jobControlOptions": list(text()), "outputTransmission": list(text()),
            "inputs": { "type": "object", "additionalProperties": true }, "outputs": { "type": "object", "additionalProperties": true },
        }),
    )
}
