//! Layers of one colour as pictures: outlines over a light fill, and dots.

use geodata::disclosure::Released;
use geodata::table::Table;
use tiles::{Palette, Result, Rgba, TileCoord, png};

use super::cut::{each_pixel, rings, to_pixel};
use super::places::{Place, place};

/// Palette indices.
const FILL: u8 = 1;
const RING: u8 = 2;
const INK: u8 = 3;
/// Opacity of fills, so that several areas over one another and the ground below stay readable.
const FILL_OPACITY: f32 = 0.12;
/// Opacity of lines and dots.
const INK_OPACITY: f32 = 0.9;
/// Half the width of an outline.
const HALF_LINE_PX: f64 = 1.0;
/// Width of the white ring around a dot, which keeps dots that touch apart.
const RING_PX: f64 = 1.0;

/// Some rows in one colour, in their order: fills first, then outlines, then dots.
///
/// # Errors
/// None but the encoder's.
pub(super) fn rows(
    table: &Released<Table>,
    rows: &[usize],
    tile: TileCoord,
    side_px: u32,
    colour: Rgba,
) -> Result<Vec<u8>> {
    let side = side_px as usize;
    let mut pixels = vec![0; side * side];
    let mut set = |x: usize, y: usize, index: u8| {
        if let Some(pixel) = pixels.get_mut(y * side + x) {
            *pixel = index;
        }
    };
    for &row in rows {
        each_pixel(table, row, tile, side, &mut |x, y| set(x, y, FILL));
    }
    outlines(table, rows, tile, side, &mut |x, y| set(x, y, INK));
    let at = to_pixel(tile, side);
    let radius = radius_px(tile.z());
    for &row in rows {
        if let Place::Point(p) = place(table, row) {
            let middle = at(p);
            disc(middle, radius + RING_PX, side, &mut |x, y| set(x, y, RING));
            disc(middle, radius, side, &mut |x, y| set(x, y, INK));
        }
    }
    let (fill, ink) = (colour.with_opacity(FILL_OPACITY), colour.with_opacity(INK_OPACITY));
    let palette = Palette::new(vec![Rgba::CLEAR, fill, Rgba::WHITE.with_opacity(INK_OPACITY), ink])?;
    png::indexed(side_px, side_px, &pixels, &palette)
}

/// Every pixel of the outlines and lines of some rows.
pub(super) fn outlines(
    table: &Released<Table>,
    rows: &[usize],
    tile: TileCoord,
    side: usize,
    each: &mut dyn FnMut(usize, usize),
) {
    let at = to_pixel(tile, side);
    for &row in rows {
        let paths = match place(table, row) {
            Place::Polygon(shape) => rings(&shape, &at),
            Place::Line(line) => vec![line.0.iter().map(|c| at(*c)).collect()],
            Place::Point(_) | Place::Nowhere => continue,
        };
        for edge in paths.iter().flat_map(|path| path.windows(2)) {
            line(edge[0], edge[1], HALF_LINE_PX, side, each);
        }
    }
}

/// Radius of a dot. With its ring it stays within the margin around a tile from which places are taken (8 pixels), so
/// that no dot is cut at a seam.
fn radius_px(z: u8) -> f64 {
    (2.5 + (f64::from(z) - 10.0) * 0.45).clamp(1.5, 6.0)
}

/// Every pixel whose centre lies in a disc.
fn disc([mx, my]: [f64; 2], radius: f64, side: usize, each: &mut dyn FnMut(usize, usize)) {
    for y in within(my - radius, my + radius, side) {
        let half = (radius * radius - (y as f64 + 0.5 - my).powi(2)).max(0.0).sqrt();
        within(mx - half, mx + half, side).for_each(|x| each(x, y));
    }
}

/// Every pixel whose centre lies within `half_px`, half a line's width, of an edge, measured across its steeper direction; the ends
/// reach half a pixel further, so that corners close.
pub(super) fn line(a: [f64; 2], b: [f64; 2], half_px: f64, side: usize, each: &mut dyn FnMut(usize, usize)) {
    let is_steep = (b[1] - a[1]).abs() > (b[0] - a[0]).abs();
    let turn = |[x, y]: [f64; 2]| if is_steep { [y, x] } else { [x, y] };
    let (mut from, mut to) = (turn(a), turn(b));
    if from[0] > to[0] {
        (from, to) = (to, from);
    }
    let length = to[0] - from[0];
    let slope = if length > 0.0 { (to[1] - from[1]) / length } else { 0.0 };
    let half = half_px * (1.0 + slope * slope).sqrt();
    for along in within(from[0] - 0.5, to[0] + 0.5, side) {
        let middle = from[1] + slope * (along as f64 + 0.5 - from[0]).clamp(0.0, length);
        for across in within(middle - half, middle + half, side) {
            let [x, y] = if is_steep { [across, along] } else { [along, across] };
            each(x, y);
        }
    }
}

/// Pixels of a line of `side` whose centres lie between two places; none where a place is not a number.
fn within(from: f64, to: f64, side: usize) -> std::ops::Range<usize> {
    // Half open, so that a line of two pixels is not three where it runs along their edges. `as` brings what is below
    // zero, and what is not a number, to zero.
    let end = |v: f64| (v - 0.5).ceil().clamp(0.0, side as f64) as usize;
    if from.is_nan() || to.is_nan() { 0..0 } else { end(from)..end(to) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(each: impl Fn(&mut dyn FnMut(usize, usize))) -> Vec<(usize, usize)> {
        let mut found = vec![];
        each(&mut |x, y| found.push((x, y)));
        found.sort_unstable();
        found.dedup();
        found
    }

    #[test]
    fn a_line_is_two_pixels_wide_wherever_it_runs() {
        for (a, b, n) in [
            ([2.0, 4.0], [6.0, 4.0], 10),
            ([4.0, 6.0], [4.0, 2.0], 10),
            ([2.3, 4.7], [6.3, 4.7], 10),
            ([-1e9, 4.0], [1e9, 4.0], 16),
            ([3.0, 3.0], [3.0, 3.0], 2),
        ] {
            assert_eq!(drawn(|each| line(a, b, HALF_LINE_PX, 8, each)).len(), n, "{a:?} {b:?}");
        }
        assert!(drawn(|each| line([f64::NAN, 1.0], [3.0, 3.0], HALF_LINE_PX, 8, each)).is_empty());
        assert!(drawn(|each| line([20.0, 1.0], [30.0, 3.0], HALF_LINE_PX, 8, each)).is_empty());
    }

    #[test]
    fn a_disc_is_round_and_cut_at_the_edge() {
        let whole = drawn(|each| disc([4.0, 4.0], 2.0, 8, each));
        assert_eq!(whole.len(), 12);
        assert!(whole.iter().all(|&(x, y)| whole.contains(&(7 - x, y)) && whole.contains(&(y, x))));
        assert_eq!(drawn(|each| disc([0.0, 4.0], 2.0, 8, each)).len(), 6);
        assert!(drawn(|each| disc([f64::INFINITY, 4.0], 2.0, 8, each)).is_empty());
    }

    #[test]
    fn a_dot_stays_within_the_margin_of_its_tile() {
        for z in 0..=24 {
            assert!(radius_px(z) + RING_PX <= super::super::cut::MARGIN * 256.0);
        }
    }
}
