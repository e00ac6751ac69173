//! MapLibre styles from the layer's definition: one source, and the layers that draw it.

use geodata::table::State;
use serde_json::{Value, json};
use tiles::Rgba;
use tiles::ramp::no_value;

use super::colours::Colours;
use super::{Geometry, Layer, states};

/// Nothing is drawn.
const CLEAR: &str = "rgba(0,0,0,0)";

/// The style of a layer; `query` (with its `?`) holds the filters, `base` is the address of the service.
#[must_use]
pub fn of(layer: &'static Layer, base: &str, query: &str) -> Value {
    let url = format!("{base}/tiles/{}.json{query}", layer.id);
    let (source, layers) = if layer.has_format("mvt") {
        (json!({ "type": "vector", "url": url }), drawn(layer))
    } else {
        let tiles = [super::tilejson::template(layer, base, "png", query)];
        let source = json!({ "type": "raster", "tiles": tiles, "tileSize": 256, "minzoom": layer.min_zoom, "maxzoom": layer.max_zoom });
        (
            source,
            vec![
                json!({ "id": layer.id, "type": "raster", "source": layer.id, "paint": { "raster-opacity": 0.8, "raster-resampling": "linear" } }),
            ],
        )
    };
    json!({
        "version": 8,
        "name": layer.title,
        "metadata": { "urbansafety:layer": layer.id, "urbansafety:words": layer.words },
        "sources": { &layer.id: source },
        "layers": layers,
    })
}

fn drawn(layer: &'static Layer) -> Vec<Value> {
    let colours = Colours::of(layer);
    let own = |suffix: &str, kind: &str, extra: Value| {
        let mut spec = json!({
            "id": format!("{}{suffix}", layer.id), "type": kind, "source": layer.id, "source-layer": layer.id,
        });
        if let (Some(spec), Value::Object(extra)) = (spec.as_object_mut(), extra) {
            spec.extend(extra);
        }
        spec
    };
    if layer.geometry == Geometry::Point {
        let radius = json!(["interpolate", ["linear"], ["zoom"], 10, 2.5, 14, 5, 18, 8]);
        let paint = json!({ "circle-color": colour(&colours, &layer.value), "circle-radius": radius, "circle-stroke-color": "#ffffff", "circle-stroke-width": 1 });
        return vec![own("", "circle", json!({ "paint": paint }))];
    }
    if layer.geometry == Geometry::Line {
        let (colour, width) = (colour(&colours, &layer.value), width(&colours, &layer.value));
        let paint = json!({ "line-color": colour, "line-width": width, "line-opacity": 0.9 });
        // Higher classes over lower ones, where streets cross.
        let layout = json!({ "line-cap": "round", "line-sort-key": by_class(&colours, &layer.value, &|class| class) });
        return vec![own("", "line", json!({ "paint": paint, "layout": layout }))];
    }
    if layer.value.is_empty() {
        let fill = colour(&colours, &layer.value);
        return vec![
            own("", "fill", json!({ "paint": { "fill-color": fill, "fill-opacity": 0.08 } })),
            own("-line", "line", json!({ "paint": { "line-color": fill, "line-width": 1.2 } })),
        ];
    }
    let is = |state: State| json!(["==", ["get", "state"], state.name()]);
    let shown = json!(["has", &layer.value]);
    let silent = json!(["any", is(State::Suppressed), is(State::NotCovered)]);
    let empty = json!(["all", is(State::NotYetComplete), ["!", &shown]]);
    let fill = json!({ "fill-color": colour(&colours, &layer.value), "fill-opacity": 0.75, "fill-antialias": false });
    let blank = json!({ "fill-color": no_value().hex(), "fill-opacity": 0.6, "fill-antialias": false });
    let mut layers = vec![
        own("", "fill", json!({ "filter": ["all", shown, ["!", &silent]], "paint": fill })),
        own("-without-number", "fill", json!({ "filter": ["any", &silent, empty], "paint": blank })),
    ];
    if let Colours::Classes(set, classes) = &colours {
        // Shape and ink of a class; clients that do not draw the picture have the plain colour below.
        layers.extend(classes.iter().filter_map(|(class, _)| {
            let paint = json!({ "fill-pattern": class.picture()? });
            let filter = json!(["all", ["==", ["get", &layer.value], class.name], ["!", &silent]]);
            Some(own(&format!("-{}", class.name), "fill", json!({ "filter": filter, "paint": paint })))
        }));
        if set.is_outlined {
            layers.push(own("-line", "line", json!({ "paint": { "line-color": Rgba::INK.hex(), "line-width": 1.4 } })));
        }
    }
    // A pattern is named like its state; clients without it draw the plain colour below.
    layers.extend(State::ALL.into_iter().filter(|state| states::pattern(*state).is_some()).map(|state| {
        let paint = json!({ "fill-pattern": state.name() });
        own(&format!("-{}", state.name()), "fill", json!({ "filter": is(state), "paint": paint }))
    }));
    layers
}

/// The width of a line as an expression: it grows with the class, so that classes are apart without colour.
fn width(colours: &Colours, value: &str) -> Value {
    let of =
        |zoomed: f64| by_class(colours, value, &|class| if class > 0.0 { (1.0 + 0.8 * class) * zoomed } else { 0.0 });
    json!(["interpolate", ["linear"], ["zoom"], 11, of(0.5), 14, of(1.0), 18, of(2.5)])
}

/// A number by class as an expression; the lowest class is 1, and 0 is what has none or is clear.
fn by_class(colours: &Colours, value: &str, of: &dyn Fn(f64) -> f64) -> Value {
    let mut expression = match colours {
        Colours::Plain(_) => return json!(of(0.3)),
        Colours::Steps(..) => vec![json!("step"), json!(["to-number", ["get", value]]), json!(of(0.0))],
        Colours::Classes(..) => vec![json!("match"), json!(["get", value])],
    };
    match colours {
        Colours::Plain(_) => {}
        Colours::Steps(breaks, _) => {
            for (class, bound) in breaks.bounds().iter().enumerate() {
                expression.extend([json!(bound), json!(of(class as f64 + 1.0))]);
            }
        }
        Colours::Classes(_, classes) => {
            for (class, rank) in classes.iter().map(|(class, _)| class).zip((1..=classes.len()).rev()) {
                expression.extend([json!(class.name), json!(of(if class.is_clear { 0.0 } else { rank as f64 }))]);
            }
            expression.push(json!(of(0.0)));
        }
    }
    json!(expression)
}

/// The colour of a value as an expression.
fn colour(colours: &Colours, value: &str) -> Value {
    match colours {
        Colours::Plain(colour) => json!(colour.hex()),
        Colours::Steps(breaks, colours) => {
            // Below the first class nothing is drawn.
            let mut step = vec![json!("step"), json!(["to-number", ["get", value]]), json!(CLEAR)];
            for (bound, colour) in breaks.bounds().iter().zip(colours) {
                step.push(json!(bound));
                step.push(json!(colour.hex()));
            }
            json!(step)
        }
        Colours::Classes(_, classes) => {
            let mut matched = vec![json!("match"), json!(["get", value])];
            for (class, _) in classes {
                matched.push(json!(class.name));
                matched.push(if class.is_clear { json!(CLEAR) } else { json!(class.colour().hex()) });
            }
            matched.push(json!(no_value().hex()));
            json!(matched)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_street_is_the_wider_the_higher_its_class() {
        let layer = super::super::find("street_density").expect("a layer");
        let drawn = drawn(layer);
        let [line] = &drawn[..] else { panic!("{drawn:?}") };
        assert_eq!(line["type"], "line");
        let step = line["paint"]["line-width"][6].as_array().expect("widths at zoom 14");
        assert_eq!(line["paint"]["line-width"][5], 14);
        let widths: Vec<f64> = step[2..].iter().step_by(2).filter_map(Value::as_f64).collect();
        assert_eq!(widths.len(), layer.breaks.len() + 1);
        assert!(widths[0] == 0.0 && widths.windows(2).all(|w| w[0] < w[1]), "{widths:?}");
    }
}
