//! Single records written over HTTP (OGC API - Features part 4): added, replaced, changed in part, removed, with `If-Match`.

mod body;
mod difference;
mod document;
mod precondition;
mod reference;
mod routes;

use geodata::edit;

pub use document::{answer, if_match, schemas};
pub use precondition::content;
pub use routes::{create, remove, replace, update};

use super::problem::Problem;
use crate::layers::{self, Engine};

/// Media type of a feature.
pub const FEATURE: &str = "application/geo+json";
/// Media type of a change of a part (RFC 7396).
pub const PATCH: &str = "application/merge-patch+json";

/// What is written of a layer, if anything.
fn written(id: &str) -> Option<edit::Layer> {
    match layers::find(id)?.engine {
        Engine::Resources => Some(edit::Layer::Resources),
        Engine::Interventions => Some(edit::Layer::Interventions),
        Engine::Incidents => Some(edit::Layer::Incidents),
        _ => None,
    }
}

/// Whether records of a layer are written over HTTP.
#[must_use]
pub fn is_written(id: &str) -> bool {
    written(id).is_some()
}

impl From<edit::Wrong> for Box<Problem> {
    fn from(wrong: edit::Wrong) -> Self {
        Self::new(Problem::member(&wrong.pointer, &wrong.value, wrong.what, wrong.bound))
    }
}
