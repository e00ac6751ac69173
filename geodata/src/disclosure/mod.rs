//! Disclosure control: the only door through which results leave the library.
//!
//! Exact tiers are answered from the rows. Everyone else is answered from the protected cube of the newest release; what is
//! computed from it needs no further blanking. Before the first release they are told nothing.

mod addresses;
mod aggregates;
mod analyse;
mod answers;
mod choice;
mod masked;
mod masked_page;
mod on_told;
mod overview;
mod place;
mod places;
mod question;
mod released;
mod resources;
mod ring;
mod rows;
mod smooth;
mod tile;
mod told;
mod window;

pub use aggregates::{Group, aggregates};
pub use analyse::{Request, StudyArea, analyse, analyse_areas_file};
pub use answers::{Ask, Page, Part, Raster, no_release};
pub use choice::{Choice, PropertyKind, PropertyType};
pub use masked::MaskedPoints;
pub use masked_page::masked;
pub use overview::{Overview, overview, overview_of};
pub(crate) use places::interventions_table;
pub use places::{areas, interventions, streets};
pub use released::Released;
pub use resources::{Help, resources};
pub(crate) use resources::{table as resources_table, told_alone, told_id};
pub use rows::incidents;
pub(crate) use rows::table as incidents_table;
pub use smooth::density_tile;
pub use tile::cell_tile;

pub use crate::model::Tier;
