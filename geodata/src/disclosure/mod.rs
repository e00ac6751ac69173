//! Disclosure control: the only door through which results leave the library.

mod answers;
mod policy;
mod released;

pub use answers::{
    Ask, Overview, Page, Raster, Request, analyse, analyse_areas_file, areas, cell_tile, density_tile, incidents,
    interventions, overview, resources,
};
pub use policy::{MINIMUM_COUNT, POLICY_VERSION, PUBLIC_LEVEL};
pub use released::Released;

pub use crate::model::Tier;
