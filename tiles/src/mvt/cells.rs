//! Cells: squares that nest in the tile, or that the tile nests in.
//!
//! All cells of a tile have the same outline but for the first corner, so the bytes of the rest are made once, and
//! nothing is rounded: neighbours share their edges exactly.

use super::column::Features;
use super::values::{varint, zigzag};
use super::writer::{CLOSE_PATH, Geometries, Kind, MOVE_TO_ONE};
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

/// A cell of the pyramid: its level, and its column and row there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Square {
    /// Level: the zoom at which the cell is a whole tile.
    pub level: u8,
    /// Column, from the west.
    pub column: u32,
    /// Row, from the north.
    pub row: u32,
}

impl Square {
    /// Where it lies among the `2^log2` cells a side of a tile: first column and row, and how many it spans; `None`
    /// where it does not touch the tile. A smaller cell spans the one that holds it.
    #[must_use]
    pub fn span(self, tile: TileCoord, log2: u8) -> Option<(u32, u32, u32)> {
        let side = 1u32 << log2;
        if self.level <= tile.z() {
            let shift = u32::from(tile.z() - self.level);
            let up = |v: u32| v.checked_shr(shift).unwrap_or(0);
            return (up(tile.x()) == self.column && up(tile.y()) == self.row).then_some((0, 0, side));
        }
        let depth = u32::from(self.level - tile.z());
        let within = |at: u32, tile: u32| at.checked_sub(tile.checked_shl(depth)?).filter(|v| v >> depth == 0);
        let (column, row) = (within(self.column, tile.x())?, within(self.row, tile.y())?);
        match u32::from(log2).checked_sub(depth) {
            Some(finer) => Some((column << finer, row << finer, 1 << finer)),
            None => Some((column >> (depth - u32::from(log2)), row >> (depth - u32::from(log2)), 1)),
        }
    }
}

impl Features<'_> {
    /// Encodes the rows as cells of several levels, each row a square that touches the tile.
    ///
    /// # Errors
    /// A square beside the tile or finer than one unit of it, or columns that do not fit the squares.
    pub fn squares(&self, tile: TileCoord, squares: &[Square]) -> Result<Layer> {
        self.check(squares.len())?;
        let mut geometries = Geometries::new(Kind::Polygon, squares.len(), 20);
        for (row, square) in squares.iter().enumerate() {
            let lattice = Lattice::new(tile, square.level)?;
            let [west, north, east, south] = lattice.first;
            let at = square.span(tile, square.level.saturating_sub(tile.z())).ok_or_else(|| {
                let bound = format!("cells that touch the tile {}/{}/{}", tile.z(), tile.x(), tile.y());
                Error::new("square", format!("{square:?}"), bound, "cut the rows to the tile first")
            })?;
            let (width, height) = (east - west, south - north);
            let (column, line) = if lattice.side == 1 { (0, 0) } else { (at.0 as i32, at.1 as i32) };
            let commands = &mut geometries.commands;
            commands.push(MOVE_TO_ONE);
            varint(commands, zigzag(west + column * width));
            varint(commands, zigzag(north + line * height));
            commands.extend_from_slice(&outline_tail(width, height));
            geometries.end(row);
        }
        Ok(self.layer(&geometries))
    }

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

        let [west, north, east, south] = lattice.first;
        let (width, height) = (east - west, south - north);
        let outline = outline_tail(width, height);
        let mut geometries = Geometries::new(Kind::Polygon, places.len(), outline.len() + 5);
        for (row, &place) in places.iter().enumerate() {
            let commands = &mut geometries.commands;
            commands.push(MOVE_TO_ONE);
            varint(commands, zigzag(west + (place % lattice.side) as i32 * width));
            varint(commands, zigzag(north + (place / lattice.side) as i32 * height));
            commands.extend_from_slice(&outline);
            geometries.end(row);
        }
        Ok(self.layer(&geometries))
    }
}

/// From the north-west corner east, south, west and back: clockwise on the screen, as exterior rings must be.
fn outline_tail(width: i32, height: i32) -> Vec<u8> {
    // A LineTo of three vertices.
    let mut tail = vec![2 | 3 << 3];
    for offset in [width, 0, 0, height, -width, 0] {
        varint(&mut tail, zigzag(offset));
    }
    tail.push(CLOSE_PATH);
    tail
}
