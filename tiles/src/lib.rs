//! Tiles: coordinates, vector tiles, indexed PNG, colour ramps and legends.
//!
//! A synchronous library over `geo_types`: numbers, shapes and states in, bytes of tiles and pictures out. It knows
//! neither where the numbers come from nor who may see them; whoever calls it has settled that.

pub mod breaks;
mod canvas;
pub mod classes;
pub mod colour;
pub mod coord;
pub mod error;
mod font;
pub mod legend;
pub mod limits;
pub mod mvt;
pub mod pattern;
pub mod plot;
pub mod pmtiles;
pub mod png;
pub mod preview;
pub mod ramp;
pub mod raster;
#[cfg(test)]
mod vision;

pub use breaks::Breaks;
pub use classes::{Class, ClassSet};
pub use colour::{Palette, Rgba};
pub use coord::TileCoord;
pub use error::{Error, Result};
pub use legend::Legend;
pub use pattern::Pattern;
pub use ramp::Ramp;
