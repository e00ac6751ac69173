//! Disclosure control: the only door through which results leave the library.

mod answers;
mod released;

pub use answers::{
    Ask, Overview, Page, Raster, Request, analyse, areas, cell_tile, density_tile, incidents, interventions, overview,
    resources,
};
pub use released::Released;

pub use crate::model::Tier;
