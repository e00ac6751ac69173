//! TileJSON 3.0.0 from the layer's definition.

use geodata::disclosure::Overview;
use serde_json::{Map, Value, json};

use super::{Layer, sources};

/// Address of a layer's tiles, with `{z}`, `{x}` and `{y}` to fill in and the filters kept.
#[must_use]
pub fn template(layer: &Layer, base: &str, format: &str, query: &str) -> String {
    format!("{base}/tiles/{}/{{z}}/{{x}}/{{y}}.{format}{query}", layer.id)
}

/// The TileJSON of a layer: vector tiles where it has them, else pictures.
#[must_use]
pub fn of(layer: &'static Layer, base: &str, query: &str, overview: &Overview) -> Value {
    let format = if layer.has_format("mvt") { "mvt" } else { "png" };
    let fields: Map<String, Value> = layer
        .properties
        .iter()
        .map(|p| {
            (
                p.name.clone(),
                json!(if p.unit.is_empty() { p.title.clone() } else { format!("{} ({})", p.title, p.unit) }),
            )
        })
        .collect();
    let mut document = json!({
        "tilejson": "3.0.0",
        "name": layer.title,
        "description": layer.description,
        "version": "1.0.0",
        "scheme": "xyz",
        "format": format,
        "tiles": [template(layer, base, format, query)],
        "minzoom": layer.min_zoom,
        "maxzoom": layer.max_zoom,
        "legend": format!("{base}/legends/{}.json{query}", layer.id),
        "generation": overview.generation,
        "vector_layers": [],
    });
    if let Some(object) = document.as_object_mut() {
        if format == "mvt" {
            let one = json!({ "id": layer.id, "description": layer.description, "fields": fields, "minzoom": layer.min_zoom, "maxzoom": layer.max_zoom });
            object.insert("vector_layers".to_owned(), json!([one]));
        }
        if let Some(words) = sources::attribution(layer, &overview.sources) {
            object.insert("attribution".to_owned(), json!(words));
        }
        // A box across the antimeridian has no form in TileJSON: without bounds, clients ask everywhere.
        if let Some(b) = overview.extent.filter(|b| b.west <= b.east) {
            object.insert("bounds".to_owned(), json!([b.west, b.south, b.east, b.north]));
            let middle = [(b.west + b.east) / 2.0, (b.south + b.north) / 2.0];
            object.insert("center".to_owned(), json!([middle[0], middle[1], layer.min_zoom.max(10)]));
        }
    }
    document
}
