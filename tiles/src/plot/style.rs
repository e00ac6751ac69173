//! How lines and squares look: dashes, markers and lightness first, colour after that.

use super::sheet::{Place, Stroke};
use crate::breaks::Breaks;
use crate::colour::Rgba;
use crate::ramp::Ramp;

/// Ink of words beside the plot.
pub(super) const QUIET: Rgba = Rgba::opaque(0x4c, 0x52, 0x59);
/// Lines of the grid, and of the frame.
pub(super) const GRID: Stroke = Stroke { colour: Rgba::opaque(0xe1, 0xe3, 0xe5), width_px: 1.0 };
pub(super) const FRAME: Stroke = Stroke { colour: Rgba::opaque(0x84, 0x8a, 0x91), width_px: 1.0 };

/// Lengths of ink and gaps, in pixels, one set a line.
const DASHES: [&[f64]; 6] =
    [&[], &[12.0, 6.0], &[3.0, 4.0], &[14.0, 4.0, 3.0, 4.0], &[7.0, 7.0], &[18.0, 4.0, 3.0, 4.0, 3.0, 4.0]];

/// A line's look.
pub(super) struct Look {
    pub(super) stroke: Stroke,
    pub(super) dashes: &'static [f64],
    /// Corners of its marker around its middle, in pixels; none for a reference.
    pub(super) marker: Vec<Place>,
}

/// The look of a line: `nth` among the results, or among the references.
pub(super) fn look(nth: usize, is_reference: bool) -> Look {
    if is_reference {
        // Dashes of references are those of later lines, without their weight and without a marker.
        let dashes = DASHES.get((nth + 4) % DASHES.len()).copied().unwrap_or_default();
        return Look { stroke: Stroke { colour: FRAME.colour, width_px: 1.5 }, dashes, marker: vec![] };
    }
    let dashes = DASHES.get(nth % DASHES.len()).copied().unwrap_or_default();
    Look { stroke: Stroke { colour: colour(nth), width_px: 2.25 }, dashes, marker: marker(nth) }
}

/// Colours whose lightness differs from that of their neighbours in the list.
fn colour(nth: usize) -> Rgba {
    match nth % 6 {
        0 => Rgba::of_oklch(0.320, 0.110, 260.0),
        1 => Rgba::of_oklch(0.560, 0.180, 35.0),
        2 => Rgba::of_oklch(0.420, 0.090, 155.0),
        3 => Rgba::of_oklch(0.620, 0.130, 65.0),
        4 => Rgba::of_oklch(0.460, 0.150, 325.0),
        _ => Rgba::of_oklch(0.600, 0.090, 215.0),
    }
}

/// A circle, square, triangle, diamond, triangle upside down or plus; lines beyond six take the next shape at a time,
/// so that dashes and marker together stay their own.
fn marker(nth: usize) -> Vec<Place> {
    let around = |n: u32, turn: f64, radius: f64| -> Vec<Place> {
        let corner = |k: u32| (f64::from(k) / f64::from(n) + turn) * std::f64::consts::TAU;
        (0..n).map(|k| corner(k).sin_cos()).map(|(sin, cos)| [radius * sin, -radius * cos]).collect()
    };
    match (nth + nth / 6) % 6 {
        0 => around(16, 0.0, 4.5),
        1 => around(4, 0.125, 5.8),
        2 => around(3, 0.0, 6.2),
        3 => around(4, 0.0, 6.0),
        4 => around(3, 0.5, 6.2),
        _ => {
            let corners = [[-1.5, -5.5], [1.5, -5.5], [1.5, -1.5], [5.5, -1.5], [5.5, 1.5], [1.5, 1.5]];
            corners.into_iter().chain(corners.map(|[x, y]| [-x, -y])).collect()
        }
    }
}

/// Classes of a table's numbers and their colours, from light to dark.
pub(super) fn squares(numbers: &[f64]) -> (Breaks, Vec<Rgba>) {
    const STEPS: usize = 5;
    let mut sorted: Vec<f64> = numbers.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    // About as many squares each, at numbers of two digits; the first class begins at the least.
    let at = |i: usize| sorted.get(i * sorted.len() / STEPS).copied().unwrap_or(0.0);
    let mut bounds = vec![two_digits(at(0)).min(at(0))];
    for bound in (1..STEPS).map(|i| two_digits(at(i))) {
        if bounds.last().is_none_or(|last| bound > *last) {
            bounds.push(bound);
        }
    }
    let breaks = Breaks::fixed(&bounds).unwrap_or_else(|_| Breaks::quantile(&[], 1));
    let ramp = Ramp::find("ember").and_then(|ramp| ramp.colours(STEPS)).unwrap_or_default();
    let colours = (0..breaks.classes()).map(|i| {
        // Few classes are spread over the whole ramp.
        let at = if breaks.classes() > 1 { i * (STEPS - 1) / (breaks.classes() - 1) } else { 0 };
        ramp.get(at).copied().unwrap_or(Rgba::WHITE)
    });
    let colours = colours.collect();
    (breaks, colours)
}

/// A number rounded to two digits.
fn two_digits(value: f64) -> f64 {
    if value == 0.0 {
        return 0.0;
    }
    let power = 10_f64.powi(1 - value.abs().log10().floor() as i32);
    let rounded = (value * power).round() / power;
    if rounded.is_finite() { rounded } else { value }
}

/// The ink that is read on a colour: white on the darker half.
pub(super) fn ink_on(Rgba([red, green, blue, _]): Rgba) -> Rgba {
    let luma = 0.299 * f64::from(red) + 0.587 * f64::from(green) + 0.114 * f64::from(blue);
    if luma < 128.0 { Rgba::WHITE } else { Rgba::INK }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vision::in_grey;

    #[test]
    fn no_two_lines_share_dashes_and_marker_and_neighbours_differ_in_grey() {
        for a in 0..12 {
            for b in 0..a {
                let (left, right) = (look(a, false), look(b, false));
                assert!(left.dashes != right.dashes || left.marker != right.marker, "{a} {b}");
            }
            assert!(in_grey(colour(a), colour(a + 1)) >= 10.0, "{a}");
            assert!(in_grey(colour(a), Rgba::WHITE) >= 35.0, "{a} on paper");
        }
    }

    #[test]
    fn squares_darken_by_steps_that_greyscale_keeps() {
        let (breaks, colours) = squares(&(1..=100).map(f64::from).collect::<Vec<_>>());
        assert_eq!((breaks.classes(), colours.len()), (5, 5));
        for pair in colours.windows(2) {
            assert!(pair[0].oklab()[0] - pair[1].oklab()[0] >= 0.09, "{pair:?}");
        }
        for colour in colours {
            assert!(in_grey(colour, ink_on(colour)) >= 40.0, "{colour}");
        }
        for numbers in [vec![], vec![0.0], vec![-3.0, 0.0, 4.0], vec![f64::NAN], vec![2.0; 9]] {
            let (breaks, colours) = squares(&numbers);
            assert_eq!(breaks.classes(), colours.len());
            assert!(numbers.iter().filter(|v| v.is_finite()).all(|v| breaks.class_of(*v).is_some()), "{numbers:?}");
        }
    }
}
