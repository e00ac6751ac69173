//! Vector tiles (MVT 2.1): features with declared columns become the bytes of a layer, and layers a tile.
//!
//! # References
//! Mapbox Vector Tile Specification 2.1.
//!
//! # Example
//! ```
//! use tiles::mvt::{Column, Features, Lattice, encode};
//! let tile = tiles::TileCoord::new(12, 1050, 1522)?;
//! let layer = Features::new("cells")
//!     .ids(&[7, 8])
//!     .column("count", Column::Count(&[12, 5]))
//!     .column("state", Column::Class(&["value", "zero"], &[0, 0]))
//!     .cells(Lattice::new(tile, 18)?, &[0, 4095])?;
//! assert!(!encode(&[layer]).is_empty());
//! # Ok::<(), tiles::Error>(())
//! ```

mod cells;
mod clip;
mod column;
mod outline;
mod shapes;
mod values;
mod writer;

pub use cells::{Lattice, Square};
pub use column::{Column, Features};
pub use outline::Outline;

/// Units along the side of a tile.
pub const EXTENT: i32 = 4096;

/// Units beyond the tile that polygons and lines keep, so that their outlines do not show at the seams.
pub const BUFFER: i32 = 64;

/// An encoded layer.
#[derive(Debug, Clone)]
pub struct Layer {
    bytes: Vec<u8>,
    features: usize,
}

impl Layer {
    /// Number of features that are in the tile.
    #[must_use]
    pub fn features(&self) -> usize {
        self.features
    }

    /// Whether nothing of the layer is in the tile; then it is left out of the tile.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.features == 0
    }
}

/// The bytes of a tile: its layers one behind the other, those without features left out. No layers make no bytes,
/// which is a valid tile (an HTTP server answers it with 204).
#[must_use]
pub fn encode(layers: &[Layer]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(layers.iter().map(|layer| layer.bytes.len()).sum());
    for layer in layers.iter().filter(|layer| !layer.is_empty()) {
        bytes.extend_from_slice(&layer.bytes);
    }
    bytes
}

#[cfg(test)]
#[path = "mvt_tests.rs"]
mod tests;
