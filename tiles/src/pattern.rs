//! Patterns over a fill, so that what has no number is read without colour, on paper and by every eye.

use serde::Serialize;

/// Distance at which a pattern repeats, in pixels; it divides the side of a tile, so that tiles join.
pub const STEP_PX: usize = 8;

/// Width of a line, and side of a dot, in pixels.
const INK_PX: usize = 2;

/// A pattern: one for each state without a number and one for each class that colour alone would not tell, by the
/// shape of its ink alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// Diagonal lines from the lower left to the upper right: withheld.
    Hatch,
    /// Dots: not covered.
    Dots,
    /// Horizontal lines: not yet complete.
    Lines,
    /// Vertical lines: undefined.
    Bars,
    /// Diagonal lines from the upper left to the lower right; this and those below are for classes.
    BackHatch,
    /// Crossing thin lines.
    Grid,
    /// Plus signs.
    Plus,
    /// Small circles.
    Rings,
    /// Triangles that point up.
    Up,
    /// Triangles that point down.
    Down,
    /// Lines that go up and down.
    Zigzag,
}

impl Pattern {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Hatch,
        Self::Dots,
        Self::Lines,
        Self::Bars,
        Self::BackHatch,
        Self::Grid,
        Self::Plus,
        Self::Rings,
        Self::Up,
        Self::Down,
        Self::Zigzag,
    ];

    /// Its name in legends and in style sheets.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hatch => "hatch",
            Self::Dots => "dots",
            Self::Lines => "lines",
            Self::Bars => "bars",
            Self::BackHatch => "back_hatch",
            Self::Grid => "grid",
            Self::Plus => "plus",
            Self::Rings => "rings",
            Self::Up => "up",
            Self::Down => "down",
            Self::Zigzag => "zigzag",
        }
    }

    /// Whether a pixel has ink.
    #[must_use]
    pub fn inks(self, x: usize, y: usize) -> bool {
        let (column, row) = (x % STEP_PX, y % STEP_PX);
        // Distances from the middle column and row.
        let (across, down) = (column.abs_diff(3), row.abs_diff(3));
        match self {
            Self::Hatch => (column + row) % STEP_PX < INK_PX,
            // Two dots a step, one in the middle of the square of four others.
            Self::Dots => column % 4 < INK_PX && row % 4 < INK_PX && (column < 4) == (row < 4),
            Self::Lines => row < INK_PX,
            Self::Bars => column < INK_PX,
            Self::BackHatch => (column + STEP_PX - row) % STEP_PX < INK_PX,
            Self::Grid => column == 7 || row == 7,
            Self::Plus => (across == 0 && down <= 3) || (down == 0 && across <= 3),
            Self::Rings => across.max(down) == 2 && across + down < 4,
            Self::Up => (1..=4).contains(&row) && across < row,
            Self::Down => (1..=4).contains(&row) && across < 5 - row,
            Self::Zigzag => (row + STEP_PX - column.min(7 - column)) % STEP_PX < INK_PX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_differ_by_shape_and_leave_most_of_the_fill() {
        let square = |p: Pattern| (0..STEP_PX * STEP_PX).map(move |i| p.inks(i % STEP_PX, i / STEP_PX));
        for a in Pattern::ALL {
            let inked = square(a).filter(|ink| *ink).count();
            assert!((8..=18).contains(&inked), "{}: {inked} of 64", a.name());
            for b in Pattern::ALL.into_iter().filter(|b| *b != a) {
                let apart = square(a).zip(square(b)).filter(|(a, b)| a != b).count();
                assert!(apart >= 8, "{} and {} differ in {apart} of 64 pixels", a.name(), b.name());
            }
        }
    }

    #[test]
    fn patterns_go_on_across_the_edge_of_a_tile() {
        for p in Pattern::ALL {
            for i in 0..32 {
                assert_eq!(p.inks(i, 5), p.inks(i + 256, 5));
                assert_eq!(p.inks(5, i), p.inks(5, i + 512));
            }
        }
    }
}
