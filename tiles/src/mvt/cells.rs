//! Cells: squares that nest in the tile, or that the tile nests in, written straight as protobuf.
//!
//! All cells of a tile have the same outline but for the first corner, so the bytes of the rest are made once. That
//! takes a fifth of the time of a general encoder and leaves nothing to round: neighbours share their edges exactly.

use super::column::Features;
use super::values::{NONE, ValueTable, delimited, varint, zigzag};
use super::{BUFFER, EXTENT, Layer};
use crate::coord::TileCoord;
use crate::error::{Error, Result};
use crate::limits::MAX_ZOOM;

/// The cells of one level of the quadkey pyramid as one tile sees them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lattice {
    side: u32,
    /// Edges of the first cell: west, north, east, south, in units of the tile.
    first: [i32; 4],
}

impl Lattice {
    /// The cells of `level` (the zoom at which a cell is a whole tile) in a tile. Where the cells are larger than the
    /// tile there is one, and it reaches into the buffer on the sides where it goes on beyond the tile.
    ///
    /// # Errors
    /// Cells finer than one unit of the tile: more than 12 levels below its zoom, or beyond zoom 24.
    pub fn new(tile: TileCoord, level: u8) -> Result<Self> {
        let finest = (tile.z() + EXTENT.ilog2() as u8).min(MAX_ZOOM);
        if level > finest {
            let bound = format!("at zoom {} cells of level 0 to {finest} can be drawn", tile.z());
            return Err(Error::new("level", level, bound, "take larger cells or a deeper zoom"));
        }
        if level >= tile.z() {
            let side = 1_u32 << (level - tile.z());
            let edge = EXTENT >> (level - tile.z());
            return Ok(Self { side, first: [0, 0, edge, edge] });
        }
        let tiles = 1_u32 << (tile.z() - level);
        let reach = |index: u32| {
            let within = index % tiles;
            (if within == 0 { 0 } else { -BUFFER }, if within == tiles - 1 { EXTENT } else { EXTENT + BUFFER })
        };
        let ((west, east), (north, south)) = (reach(tile.x()), reach(tile.y()));
        Ok(Self { side: 1, first: [west, north, east, south] })
    }

    /// Cells along the side of the tile; cell numbers run row by row from the north-west, 0 to `side * side - 1`.
    #[must_use]
    pub fn side(self) -> u32 {
        self.side
    }
}

impl Features<'_> {
    /// Encodes the rows as cells: `places` has the number of each row's cell, row by row from the north-west.
    ///
    /// # Errors
    /// A place outside the lattice, or columns that do not fit the places.
    pub fn cells(&self, lattice: Lattice, places: &[u32]) -> Result<Layer> {
        self.check(places.len())?;
        let cells = lattice.side * lattice.side;
        if let Some(place) = places.iter().find(|&&place| place >= cells) {
            let bound = format!("the tile has the cells 0 to {}", cells - 1);
            return Err(Error::new("place", place, bound, "number cells row by row from the north-west"));
        }

        // Columns of few distinct values take the small indices, which are one byte shorter in every feature.
        let mut order: Vec<usize> = (0..self.columns.len()).collect();
        order.sort_by_key(|&i| self.columns.get(i).map_or(0, |(_, column)| distinctness(column)));
        let mut table = ValueTable::new();
        let mut indices = vec![Vec::new(); self.columns.len()];
        for i in order {
            if let (Some(slot), Some((_, column))) = (indices.get_mut(i), self.columns.get(i)) {
                *slot = table.indices(column);
            }
        }

        let [west, north, east, south] = lattice.first;
        let (width, height) = (east - west, south - north);
        let outline = outline_tail(width, height);
        let mut body = Vec::with_capacity(64 + places.len() * (40 + 3 * self.columns.len()) + table.bytes.len());
        delimited(&mut body, 1, self.name.as_bytes());
        let (mut feature, mut tags, mut geometry) = (Vec::new(), Vec::new(), Vec::new());
        for (row, &place) in places.iter().enumerate() {
            feature.clear();
            if let Some(&id) = self.ids.and_then(|ids| ids.get(row)) {
                feature.push(1 << 3);
                varint(&mut feature, id);
            }
            tags.clear();
            for (key, column) in indices.iter().enumerate() {
                if let Some(&value) = column.get(row).filter(|&&value| value != NONE) {
                    varint(&mut tags, key as u64);
                    varint(&mut tags, u64::from(value));
                }
            }
            if !tags.is_empty() {
                delimited(&mut feature, 2, &tags);
            }
            // Field 3, the type: 3, a polygon.
            feature.extend_from_slice(&[3 << 3, 3]);
            geometry.clear();
            // A MoveTo of one point (1 | 1 << 3) to the north-west corner.
            geometry.push(9);
            varint(&mut geometry, zigzag(west + (place % lattice.side) as i32 * width));
            varint(&mut geometry, zigzag(north + (place / lattice.side) as i32 * height));
            geometry.extend_from_slice(&outline);
            delimited(&mut feature, 4, &geometry);
            delimited(&mut body, 2, &feature);
        }
        for (key, _) in &self.columns {
            delimited(&mut body, 3, key.as_bytes());
        }
        body.extend_from_slice(&table.bytes);
        body.push(5 << 3);
        varint(&mut body, EXTENT as u64);
        body.extend_from_slice(&[15 << 3, 2]);

        let mut bytes = Vec::with_capacity(body.len() + 8);
        delimited(&mut bytes, 3, &body);
        Ok(Layer { bytes, features: places.len() })
    }
}

/// From the north-west corner east, south, west and back: clockwise on the screen, as exterior rings must be.
fn outline_tail(width: i32, height: i32) -> Vec<u8> {
    // A LineTo of three points (2 | 3 << 3), six offsets, and ClosePath (7 | 1 << 3).
    let mut tail = vec![26];
    for offset in [width, 0, 0, height, -width, 0] {
        varint(&mut tail, zigzag(offset));
    }
    tail.push(15);
    tail
}

/// Rank of a column by how many distinct values it is likely to have.
fn distinctness(column: &super::Column<'_>) -> u8 {
    match column {
        super::Column::Class(..) => 0,
        super::Column::Count(_) => 1,
        super::Column::Text(_) => 2,
        super::Column::Number(_) => 3,
    }
}
