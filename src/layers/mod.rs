//! The layers as data: one file says what each shows, and every document about them is made from it.

mod colours;
mod definition;
pub mod legend;
pub mod sources;
pub mod states;
pub mod style;
pub mod tilejson;

use std::sync::LazyLock;

pub use colours::Colours;
pub use definition::{Class, Engine, Geometry, Kind, Layer, Parameter, Property};

/// All layers, in the order of the map's list.
#[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
pub static LAYERS: LazyLock<Vec<Layer>> =
    LazyLock::new(|| definition::read(include_str!("layers.toml")).expect("layers.toml is well-formed"));

/// Finds a layer by its id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Layer> {
    LAYERS.iter().find(|l| l.id == id)
}
