//! Cells of the pyramid of several levels side by side, as a release tells them; a cell's number holds its level.

use super::quadkey;
use crate::index::morton;

/// Bits of the number below the position, which hold the level.
const LEVEL_BITS: u32 = 5;
/// Level of the finest position.
const DEPTH: u32 = 24;

/// Level of a cell, and its number in the frame of that level.
pub(super) fn cell_of(number: u64) -> (u8, u64) {
    let level = (number & ((1 << LEVEL_BITS) - 1)) as u8;
    let place = morton::point((number >> LEVEL_BITS) << (64 - 2 * DEPTH));
    let shift = 32 - u32::from(level);
    let at = |v: u32| u64::from(v.checked_shr(shift).unwrap_or(0));
    (level, at(place.y) << 32 | at(place.x))
}

pub(super) fn name(number: u64) -> String {
    let (level, cell) = cell_of(number);
    quadkey::name(level, cell)
}
