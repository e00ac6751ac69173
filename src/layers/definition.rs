//! What a layer's description holds, and the checks on it.

use std::collections::BTreeSet;

use geodata::analysis::{Domain, Method};
use geodata::disclosure::Tier;
use serde::Deserialize;

/// Which question to `geodata` makes the layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// Counts by cell; tiles by key range.
    Cells,
    /// A density surface.
    Density,
    /// A method over the whole study area, cut into tiles.
    Analysis,
    /// Areas.
    Areas,
    /// Resources.
    Resources,
    /// Interventions.
    Interventions,
    /// Streets.
    Streets,
    /// Single records.
    Incidents,
}

impl Engine {
    /// Whether it shows places and no incidents.
    #[must_use]
    pub fn is_of_places(self) -> bool {
        matches!(self, Self::Areas | Self::Resources | Self::Interventions | Self::Streets)
    }
}

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Geometry {
    /// Cells or areas.
    Polygon,
    /// Places.
    Point,
    /// Streets.
    Line,
    /// Pixels only; its items are cells.
    Raster,
}

/// Kind of a parameter's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A number between `min` and `max`.
    Number,
    /// A whole number between `min` and `max`.
    Whole,
    /// The name of a grid.
    Grid,
    /// One of `choices`.
    Choice,
    /// A name.
    Text,
    /// Names, repeated or with commas.
    List,
}

/// A parameter of one layer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Name in the query.
    pub name: String,
    /// Kind of value.
    pub kind: Kind,
    /// Value if not given.
    pub default: Option<String>,
    /// Least value.
    pub min: Option<f64>,
    /// Greatest value.
    pub max: Option<f64>,
    /// Unit in words.
    #[serde(default)]
    pub unit: String,
    /// What it may be.
    #[serde(default)]
    pub choices: Vec<String>,
    /// What it does.
    pub words: String,
    /// Whether it shapes the items alone: tiles have cells of their own, and refuse it.
    #[serde(default)]
    pub items_only: bool,
}

/// A property of the features.
#[derive(Default, Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Property {
    /// Name in every format.
    pub name: String,
    /// In words.
    pub title: String,
    /// JSON type: `integer`, `number` or `string`.
    #[serde(rename = "type")]
    pub json_type: String,
    /// JSON format: `date`, or empty.
    #[serde(default)]
    pub format: String,
    /// Unit in words, empty for pure numbers and texts.
    #[serde(default)]
    pub unit: String,
}

/// A class of a layer that is coloured by classes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Value of the property.
    pub value: String,
    /// In words.
    pub label: String,
}

/// A layer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Id, and name of the source layer in vector tiles.
    pub id: String,
    /// Title.
    pub title: String,
    /// What it shows.
    pub description: String,
    /// Neutral words beside the legend.
    pub words: String,
    /// How it is made.
    pub engine: Engine,
    /// Id in `METHODS`, where a method makes it.
    pub method: Option<String>,
    /// What is drawn.
    pub geometry: Geometry,
    /// Unit of the coloured value.
    pub unit: String,
    /// Property that is coloured; empty for plain shapes.
    pub value: String,
    /// Name of the colour ramp; `plain` for one colour.
    pub ramp: String,
    /// Lower bounds of the colour steps, rising.
    pub breaks: Vec<f64>,
    /// Classes, from high to low, where the value is a class.
    #[serde(default)]
    pub classes: Vec<Class>,
    /// Least tier that may see it.
    pub min_tier: Tier,
    /// First zoom with tiles.
    pub min_zoom: u8,
    /// Last zoom with tiles; clients magnify beyond.
    pub max_zoom: u8,
    /// Formats of its tiles, ids in `FORMATS`. Its rows are offered in every format that holds rows.
    pub formats: Vec<String>,
    /// Properties of the features.
    pub properties: Vec<Property>,
    /// Parameters of this layer alone.
    pub parameters: Vec<Parameter>,
    /// A query that the layer answers, where it cannot be asked without one: `context=gang&definition=eurogang-2006`.
    #[serde(default)]
    pub example: String,
    /// Parameters of the method that may be set; they are added to `parameters`.
    #[serde(default)]
    pub method_parameters: Vec<String>,
    /// What is coloured instead where numbers are protected: told cells differ in size, so that counts would mislead.
    #[serde(default)]
    protected: Option<Protected>,
    /// The layer with that.
    #[serde(skip)]
    as_protected: Option<Box<Layer>>,
}

/// The coloured value of a layer whose numbers are protected.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Protected {
    value: String,
    unit: String,
    words: String,
    ramp: String,
    breaks: Vec<f64>,
    property: Property,
}

impl Layer {
    /// What an address of the layer ends with, so that it is answered: the example after `&`, where there is one.
    #[must_use]
    pub fn asked(&self) -> String {
        if self.example.is_empty() { String::new() } else { format!("&{}", self.example) }
    }

    /// The layer as a tier sees it.
    #[must_use]
    pub fn seen_by(&self, tier: Tier) -> &Self {
        match &self.as_protected {
            Some(protected) if !tier.is_exact() => protected,
            _ => self,
        }
    }

    fn with_protected(mut self) -> Self {
        if let Some(other) = self.protected.clone() {
            let mut layer = Self {
                value: other.value,
                unit: other.unit,
                words: other.words,
                ramp: other.ramp,
                breaks: other.breaks,
                ..self.clone()
            };
            layer.properties.insert(1, other.property);
            self.as_protected = Some(Box::new(layer));
        }
        self
    }

    /// Whether it is offered in the format.
    #[must_use]
    pub fn has_format(&self, id: &str) -> bool {
        self.formats.iter().any(|f| f == id) || crate::formats::find(id).is_some_and(crate::formats::Format::has_rows)
    }

    /// `vector`, `raster` or `both`: what tiles there are.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match (self.has_format("mvt"), self.has_format("png")) {
            (true, true) => "both",
            (false, true) => "raster",
            _ => "vector",
        }
    }

    /// A parameter of its own.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|p| p.name == name)
    }

    /// Whether a filter changes what it shows. Places have a place and perhaps a time, but no category, hour or context;
    /// a period is taken by all, as OGC API - Features asks, and chooses among those that have one.
    #[must_use]
    pub fn takes_filter(&self, name: &str) -> bool {
        !self.engine.is_of_places() || matches!(name, "bbox" | "datetime")
    }

    /// Whether a page of it begins at a cursor (`after`) and not at a number of rows.
    #[must_use]
    pub fn has_cursor(&self) -> bool {
        !matches!(self.engine, Engine::Cells | Engine::Density | Engine::Analysis)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    layer: Vec<Layer>,
}

/// Reads and checks a layers file.
///
/// # Errors
/// A sentence that names the layer and what is wrong with it.
pub fn read(text: &str) -> Result<Vec<Layer>, String> {
    let mut file: File = toml::from_str(text).map_err(|e| e.to_string())?;
    for layer in &mut file.layer {
        add_method_parameters(layer)?;
    }
    let mut ids = BTreeSet::new();
    for layer in &file.layer {
        let bad = |why: &str| Err(format!("layer {:?}: {why}", layer.id));
        if layer.id.is_empty() || !layer.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
            return bad("the id is not of small letters");
        }
        if !ids.insert(layer.id.as_str()) {
            return bad("the id is taken");
        }
        if layer.breaks.windows(2).any(|w| w[0] >= w[1]) {
            return bad("the breaks do not rise");
        }
        if layer.min_zoom > layer.max_zoom || layer.max_zoom > 22 {
            return bad("the zooms are not in order or beyond 22");
        }
        if !layer.value.is_empty() && !layer.properties.iter().any(|p| p.name == layer.value) {
            return bad("the coloured value is not among the properties");
        }
        if layer.value.is_empty() != (layer.breaks.is_empty() && layer.classes.is_empty()) {
            return bad("a coloured value needs breaks or classes, and only it");
        }
        for p in &layer.parameters {
            if p.kind == Kind::Choice && p.choices.is_empty() {
                return bad("a choice has no choices");
            }
        }
    }
    Ok(file.layer.into_iter().map(Layer::with_protected).collect())
}

/// Takes over the parameters of the method, so that their bounds and words are written once.
fn add_method_parameters(layer: &mut Layer) -> Result<(), String> {
    let Some(id) = &layer.method else { return Ok(()) };
    let method = Method::find(id).map_err(|e| format!("layer {:?}: {e}", layer.id))?;
    for name in &layer.method_parameters {
        let Some(p) = method.parameters.iter().find(|p| p.name == name) else {
            return Err(format!("layer {:?}: the method {id} has no parameter {name:?}", layer.id));
        };
        let (kind, min, max, choices) = match p.domain {
            Domain::Whole(low, high) => (Kind::Whole, Some(low as f64), Some(high as f64), &[][..]),
            Domain::NumberOr(low, high, _) => (Kind::Number, Some(low), Some(high), &[][..]),
            Domain::Word(words) => (Kind::Choice, None, None, words),
            Domain::Text(_) => (Kind::Text, None, None, &[][..]),
            Domain::Document(_) => {
                return Err(format!("layer {:?}: {name:?} is a file, which no request may bring", layer.id));
            }
        };
        layer.parameters.push(Parameter {
            name: p.name.to_owned(),
            kind,
            // An empty text is nothing asked.
            default: Some(p.default.to_owned()).filter(|d| !d.is_empty()),
            min,
            max,
            unit: p.unit.to_owned(),
            choices: choices.iter().map(|c| (*c).to_owned()).collect(),
            words: p.words.to_owned(),
            items_only: false,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_projects_own_file_is_well_formed() {
        let layers = read(include_str!("layers.toml")).expect("well-formed");
        assert!(layers.len() >= 7);
        for format in layers.iter().flat_map(|l| &l.formats) {
            assert!(crate::formats::find(format).is_some(), "{format}");
        }
        let incidents = layers.iter().find(|l| l.id == "incidents").expect("there");
        assert!(incidents.min_tier >= Tier::Analyst);
    }

    #[test]
    fn a_layer_with_a_fault_is_named() {
        let good = include_str!("layers.toml");
        for (from, to) in [
            ("breaks = [1, 2, 5,", "breaks = [1, 2, 2,"),
            ("id = \"cells\"", "id = \"density\""),
            ("value = \"count\"", "value = \"sum\""),
            ("max_zoom = 18", "max_zoom = 30"),
            ("id = \"cells\"", "id = \"cells\"\ncolour = 3"),
        ] {
            assert!(read(&good.replacen(from, to, 1)).is_err(), "{to}");
        }
    }
}
