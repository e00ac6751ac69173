//! What is wanted of a layer: the filters and the layer's own parameters, checked, as questions to `geodata`.

use std::collections::BTreeMap;
use std::fmt::Write;

use geodata::disclosure::{Help, Request, StudyArea};
use geodata::index::{Grid, Query};

use super::ask::Ask;
use super::params::{Filters, Params};
use super::problem::{Answer, Problem};
use crate::layers::{Engine, Kind, Layer, Parameter};

/// Longest name that a parameter may hold, in bytes.
const MAX_TEXT: usize = 200;
/// Parameters that are no parameters of the method.
const NOT_OF_METHOD: &[&str] = &["grid", "mask", "collection", "type", "service_area"];

/// A layer with filters and parameters.
#[derive(Clone)]
pub struct Wanted {
    /// The layer.
    pub layer: &'static Layer,
    /// Which incidents.
    pub filters: Filters,
    values: BTreeMap<&'static str, String>,
}

impl Wanted {
    /// Reads a request.
    ///
    /// # Errors
    /// 400 for what cannot be read.
    pub fn read(ask: &Ask) -> Answer<Self> {
        Self::of(ask.the_layer()?, ask.filters()?, &ask.params)
    }

    /// A layer with filters, and its own parameters from those given.
    ///
    /// # Errors
    /// 400 for what cannot be read.
    pub fn of(layer: &'static Layer, filters: Filters, params: &Params) -> Answer<Self> {
        let mut values = BTreeMap::new();
        for p in &layer.parameters {
            let given = if p.kind == Kind::List {
                let all: Vec<_> = params.all(&p.name).collect();
                (!all.is_empty()).then(|| all.join(","))
            } else {
                params.get(&p.name).map(str::to_owned)
            };
            if let Some(text) = given.as_deref().or(p.default.as_deref()) {
                values.insert(p.name.as_str(), checked(p, text)?);
            }
        }
        let wanted = Self { layer, filters, values };
        match wanted.filters.refused_place(wanted.is_bounded()) {
            Some(problem) => Err(problem),
            None => Ok(wanted),
        }
    }

    /// The same with a parameter of the method set, whatever was asked.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.values.insert(name, value.to_owned());
        self
    }

    /// A parameter's value.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// A number's value; its default has been filled in.
    #[must_use]
    pub fn number(&self, name: &str) -> f64 {
        self.value(name).and_then(|v| v.parse().ok()).unwrap_or(0.0)
    }

    /// The names of a list.
    #[must_use]
    pub fn list(&self, name: &str) -> Vec<String> {
        self.value(name).map(|v| v.split(',').map(str::to_owned).collect()).unwrap_or_default()
    }

    /// Whether the box bounds the incidents, or only what is shown: a test or a surface over a part of the study area
    /// would be another one than that of the whole.
    fn is_bounded(&self) -> bool {
        matches!(self.layer.engine, Engine::Cells | Engine::Incidents)
    }

    /// Which incidents.
    #[must_use]
    pub fn query(&self) -> Query {
        let mut query = self.filters.query(self.is_bounded());
        // A method narrows its question in `analyse`; a tile that is made without one is to stand on the same records.
        if self.layer.parameter("police_initiated").is_some() {
            query.leave_out_police_initiated = self.value("police_initiated") != Some("include");
        }
        query
    }

    /// The analysis that makes the layer's items.
    #[must_use]
    pub fn request(&self) -> Request {
        Request {
            method: self.layer.method.clone().unwrap_or_default(),
            query: self.query(),
            // It was checked when it was read.
            grid: self.value("grid").and_then(|g| g.parse::<Grid>().ok()),
            mask: self.value("mask").map(|name| StudyArea::Collection(name.to_owned())),
            params: self.own(),
        }
    }

    /// Which resources.
    #[must_use]
    pub fn help(&self) -> Help {
        Help { types: self.list("type"), service_area: self.value("service_area").map(str::to_owned) }
    }

    /// The parameters of the method.
    fn own(&self) -> BTreeMap<String, String> {
        let own = self.values.iter().filter(|(name, _)| !NOT_OF_METHOD.contains(name));
        own.map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    /// One text for all ways of asking the same.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut text = String::new();
        self.filters.canonical(&mut text);
        self.canonical_parameters(&mut text);
        text
    }

    fn canonical_parameters(&self, text: &mut String) {
        for (name, value) in &self.values {
            let _ = write!(text, "|{name}={value:?}");
        }
    }

    /// Key of the city-wide result from which pages and tiles are cut.
    #[must_use]
    pub fn result_key(&self, ask: &Ask) -> u128 {
        let mut text = String::new();
        if self.is_bounded() {
            self.filters.canonical(&mut text);
        } else {
            self.filters.canonical_without_box(&mut text);
        }
        self.canonical_parameters(&mut text);
        ask.tag_of(&["result", &self.layer.id, &text]).key()
    }
}

/// A value in its bound, in its one form.
pub(super) fn checked(p: &Parameter, text: &str) -> Answer<String> {
    let bad = |why: &str, bound: String| {
        Err(Box::new(Problem::parameter(&p.name, text, format!("{}: {why}", p.name), bound)))
    };
    match p.kind {
        Kind::Number => {
            let (min, max) = (p.min.unwrap_or(f64::MIN), p.max.unwrap_or(f64::MAX));
            match text.trim().parse::<f64>() {
                Ok(v) if (min..=max).contains(&v) => Ok(v.to_string()),
                Ok(_) => bad("the number is out of its bound", format!("{min} to {max} {}", p.unit)),
                Err(_) => bad("this is not a number", format!("{min} to {max} {}", p.unit)),
            }
        }
        Kind::Whole => match text.trim().parse::<u64>() {
            Ok(v) if (p.min.unwrap_or(0.0)..=p.max.unwrap_or(f64::MAX)).contains(&(v as f64)) => Ok(v.to_string()),
            _ => {
                let bound = format!("{} to {}", p.min.unwrap_or(0.0), p.max.unwrap_or(f64::MAX));
                bad("this is not a whole number in its bound", bound)
            }
        },
        Kind::Grid => match text.parse::<Grid>() {
            Ok(grid) => Ok(grid.to_string()),
            Err(e) => bad("the grid cannot be read", e.hint),
        },
        Kind::Choice if p.choices.iter().any(|c| c == text) => Ok(text.to_owned()),
        Kind::Choice => bad("this is not one of the choices", p.choices.join(", ")),
        Kind::Text | Kind::List => {
            let parts: Vec<&str> =
                if p.kind == Kind::List { text.split(',').map(str::trim).collect() } else { vec![text.trim()] };
            if parts.iter().any(|t| t.is_empty() || t.len() > MAX_TEXT || t.chars().any(char::is_control)) {
                return bad("a name is empty, too long or not readable", format!("names of 1 to {MAX_TEXT} bytes"));
            }
            Ok(parts.join(","))
        }
    }
}
