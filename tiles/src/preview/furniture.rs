//! What every map carries: a scale bar and an arrow to the north.

use crate::canvas::{Canvas, text_width};
use crate::colour::Rgba;

/// Ground under letters that stand on the map.
const PAPER: Rgba = Rgba([255, 255, 255, 215]);

/// A bar of a round length, at most a quarter of the map wide, in the lower left corner.
pub(super) fn scale_bar(canvas: &mut Canvas, frame: [f64; 4], metres_per_px: f64) {
    let length_m = round_length((frame[2] - frame[0]) / 4.0 * metres_per_px);
    let (length_px, label) = (length_m / metres_per_px, length_text(length_m));
    let width = length_px.max(f64::from(text_width(&label, 2)));
    let (x, y) = (frame[0] + 16.0, frame[3] - 44.0);
    canvas.rectangle([x - 8.0, y - 6.0, width + 16.0, 42.0], PAPER.into());
    canvas.text(x as u32, y as u32, 2, Rgba::INK, &label);
    for (dx, dy, w, h) in [(0.0, 24.0, length_px, 3.0), (0.0, 18.0, 2.0, 9.0), (length_px - 2.0, 18.0, 2.0, 9.0)] {
        canvas.rectangle([x + dx, y + dy, w, h], Rgba::INK.into());
    }
}

/// An arrow and an N in the upper right corner; the map is in Web Mercator, so north is up everywhere.
pub(super) fn north_arrow(canvas: &mut Canvas, frame: [f64; 4]) {
    let (x, y) = (frame[2] - 32.0, frame[1] + 14.0);
    canvas.rectangle([x - 14.0, y - 6.0, 28.0, 52.0], PAPER.into());
    let arrow = vec![[x, y], [x + 8.0, y + 22.0], [x, y + 16.0], [x - 8.0, y + 22.0]];
    canvas.fill(&[arrow], Rgba::INK.into(), frame);
    canvas.text((x - 5.0) as u32, (y + 27.0) as u32, 2, Rgba::INK, "N");
}

/// The largest of 1, 2, 5 times a power of ten that is not above a length.
fn round_length(most_m: f64) -> f64 {
    if !(most_m.is_finite() && most_m > 0.0) {
        return 1.0;
    }
    let power = 10_f64.powf(most_m.log10().floor());
    power * [5.0, 2.0].into_iter().find(|step| step * power <= most_m).unwrap_or(1.0)
}

/// Metres below a kilometre, kilometres from there on.
fn length_text(metres: f64) -> String {
    if metres < 1000.0 {
        format!("{} m", crate::breaks::number_text(metres))
    } else {
        format!("{} km", crate::breaks::number_text(metres / 1000.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_have_round_lengths() {
        let texts = [0.7, 1.0, 4_999.0, 5_000.0, 1.9e6, f64::NAN].map(|m| length_text(round_length(m)));
        assert_eq!(texts, ["0.5 m", "1 m", "2 km", "5 km", "1,000 km", "1 m"]);
    }
}
