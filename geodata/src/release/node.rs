//! A cell of the pyramid as one number, ordered along the Morton curve, larger cells before those inside them.

use crate::index::morton;
use crate::model::{EARTH_RADIUS_M, LonLat, MercatorPoint};

/// Level of the finest position that is told apart: about 2.4 m at the equator, the place of a record.
pub(crate) const DEPTH: u8 = 24;
/// Bits of the number below the position, which hold the level.
const LEVEL_BITS: u32 = 5;

/// A cell of the pyramid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Node(u64);

impl Node {
    /// The whole Earth.
    pub const ROOT: Self = Self(0);

    /// From its number.
    pub fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    pub fn number(self) -> u64 {
        self.0
    }

    /// The cell of `level` that begins at, or holds, a position.
    pub fn holding(level: u8, position: u64) -> Self {
        let shift = 2 * u32::from(DEPTH - level);
        Self((position >> shift << shift) << LEVEL_BITS | u64::from(level))
    }

    /// The cell at a column and row of a level.
    pub fn at(level: u8, column: u32, row: u32) -> Self {
        // Without bits below the level: a level of 0 has the one cell.
        let up = |v: u32| v.checked_shl(32 - u32::from(level)).unwrap_or(0);
        Self::holding(level, position_of_point(MercatorPoint { x: up(column), y: up(row) }))
    }

    /// Its level, 0 to [`DEPTH`].
    pub fn level(self) -> u8 {
        (self.0 & ((1 << LEVEL_BITS) - 1)) as u8
    }

    /// First position inside.
    pub fn start(self) -> u64 {
        self.0 >> LEVEL_BITS
    }

    /// First position after it.
    pub fn end(self) -> u64 {
        self.start() + self.positions()
    }

    /// How many positions it holds.
    pub fn positions(self) -> u64 {
        1 << (2 * u32::from(DEPTH - self.level()))
    }

    /// Column and row at its level, from the north-west.
    pub fn column_row(self) -> (u32, u32) {
        let p = morton::point(self.start() << 16);
        let shift = 32 - u32::from(self.level());
        (p.x.checked_shr(shift).unwrap_or(0), p.y.checked_shr(shift).unwrap_or(0))
    }

    /// The four cells inside, in order.
    pub fn children(self) -> [Self; 4] {
        let (level, step) = (self.level() + 1, self.positions() / 4);
        std::array::from_fn(|k| Self((self.start() + k as u64 * step) << LEVEL_BITS | u64::from(level)))
    }

    /// The cell of a level that holds it; itself where it is no finer.
    pub fn up_to(self, level: u8) -> Self {
        if level >= self.level() { self } else { Self::holding(level, self.start()) }
    }

    /// Whether the other cell lies in it, or is it.
    pub fn holds(self, other: Self) -> bool {
        self.start() <= other.start() && other.end() <= self.end()
    }

    /// The smallest cell that holds both.
    pub fn common(self, other: Self) -> Self {
        let mut level = self.level().min(other.level());
        while Self::holding(level, self.start()) != Self::holding(level, other.start()) {
            level -= 1;
        }
        Self::holding(level, self.start())
    }

    /// North-western and south-eastern corner, degrees.
    pub fn corners(self) -> [(f64, f64); 2] {
        let shift = 32 - u32::from(self.level());
        let (x, y) = self.column_row();
        let low = |v: u32| v.checked_shl(shift).unwrap_or(0);
        let high = |v: u32| low(v) | 1u32.checked_shl(shift).map_or(u32::MAX, |one| one - 1);
        let at = |x, y| MercatorPoint { x, y }.lon_lat();
        let (nw, se) = (at(low(x), low(y)), at(high(x), high(y)));
        [(nw.lon(), nw.lat()), (se.lon(), se.lat())]
    }

    /// Area on the ground, in km2 on the sphere.
    pub fn area_km2(self) -> f64 {
        let side = f64::from(self.level()).exp2();
        let row = f64::from(self.column_row().1);
        // The sine of a latitude is the hyperbolic tangent of its northing in Web Mercator.
        let sine = |row: f64| (std::f64::consts::PI * (1.0 - 2.0 * row / side)).tanh();
        (EARTH_RADIUS_M / 1000.0).powi(2) * std::f64::consts::TAU / side * (sine(row) - sine(row + 1.0))
    }

    /// Its middle, degrees.
    pub fn centre(self) -> LonLat {
        morton::point((self.start() + self.positions() / 4 * 3) << 16).lon_lat()
    }
}

/// Position of a place on the curve.
pub(crate) fn position(place: LonLat) -> u64 {
    position_of_point(MercatorPoint::from(place))
}

fn position_of_point(p: MercatorPoint) -> u64 {
    morton::key(p) >> (64 - 2 * u32::from(DEPTH))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cells_nest_and_know_their_place(lon in -179.9f64..179.9, lat in -84.0f64..84.0, level in 1u8..=24) {
            let place = LonLat::new(lon, lat).expect("on the Earth");
            let at = position(place);
            let node = Node::holding(level, at);
            prop_assert!(node.start() <= at && at < node.end());
            let (column, row) = node.column_row();
            prop_assert_eq!(Node::at(level, column, row), node);
            let parent = node.up_to(level - 1);
            prop_assert!(parent.holds(node) && parent.children().contains(&node) && parent < node);
            prop_assert_eq!(node.common(parent.children()[0]), if node == parent.children()[0] { node } else { parent });
            prop_assert_eq!(Node::from_number(node.number()), node);
            let p = MercatorPoint::from(place);
            prop_assert_eq!(u64::from(column), u64::from(p.x) >> (32 - level));
            prop_assert_eq!(Node::holding(level, position(node.centre())), node);
        }
    }

    #[test]
    fn the_root_holds_everything() {
        assert_eq!((Node::ROOT.level(), Node::ROOT.column_row(), Node::at(0, 0, 0)), (0, (0, 0), Node::ROOT));
        assert!(Node::ROOT.children().iter().all(|c| Node::ROOT.holds(*c) && c.level() == 1));
    }
}
