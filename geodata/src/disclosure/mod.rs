//! Disclosure control: the only door through which results leave the library.
//!
//! Exact tiers are answered from the rows. Everyone else is answered from published counts: fixed cells, whole months,
//! nothing below five; what is computed from those needs no further blanking.

mod addresses;
mod analyse;
mod answers;
mod masked;
mod masked_page;
mod overview;
mod places;
mod policy;
mod published;
mod released;
mod resources;
mod ring;
mod rows;
mod smooth;
mod tile;
mod window;

pub use analyse::{Request, StudyArea, analyse, analyse_areas_file};
pub use answers::{Ask, Page, Raster};
pub use masked::MaskedPoints;
pub use masked_page::masked;
pub use overview::{Overview, overview};
pub use places::{areas, interventions};
pub use policy::{MINIMUM_COUNT, POLICY_VERSION, PUBLIC_LEVEL};
pub use released::Released;
pub use resources::{Help, resources};
pub use rows::incidents;
pub use smooth::density_tile;
pub use tile::cell_tile;

pub use crate::model::Tier;
