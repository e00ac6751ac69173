//! The sheet as a PNG picture, through the canvas and its font.

use super::sheet::{Anchor, Metrics, Paint, Place, Sheet, Stroke};
use crate::canvas::{Canvas, text_width};
use crate::colour::Rgba;
use crate::error::Result;

/// Pixels a dot of the font, for text and for the title.
const TEXT: u32 = 2;
const HEADING: u32 = 3;

/// How wide text is on pictures.
pub(super) struct PictureMetrics;

pub(super) const METRICS: PictureMetrics = PictureMetrics;

impl Metrics for PictureMetrics {
    fn letter_px(&self) -> f64 {
        f64::from(text_width("x", TEXT))
    }
}

pub(super) struct Picture(Canvas);

impl Picture {
    pub(super) fn new((width, height): (u32, u32)) -> Result<Self> {
        Ok(Self(Canvas::new(width, height, Rgba::WHITE)?))
    }

    pub(super) fn png(self) -> Result<Vec<u8>> {
        self.0.png()
    }
}

impl Metrics for Picture {
    fn letter_px(&self) -> f64 {
        METRICS.letter_px()
    }
}

impl Sheet for Picture {
    fn rectangle(&mut self, frame: [f64; 4], paint: Paint) {
        self.0.rectangle(frame, paint);
    }

    fn line(&mut self, places: &[Place], stroke: Stroke, dashes: &[f64]) {
        for piece in dashed(places, dashes) {
            self.0.line(&piece, stroke, self.0.everything());
        }
    }

    fn shape(&mut self, ring: &[Place], colour: Rgba) {
        self.0.fill(&[ring.to_vec()], colour.into(), self.0.everything());
    }

    fn text(&mut self, [x, y]: Place, anchor: Anchor, colour: Rgba, text: &str) {
        let width = f64::from(text_width(text, TEXT));
        let left = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - width / 2.0,
            Anchor::End => x - width,
        };
        self.0.text(left.max(0.0).round() as u32, y.max(0.0).round() as u32, TEXT, colour, text);
    }

    fn heading(&mut self, [x, y]: Place, text: &str) {
        self.0.text(x.max(0.0) as u32, y.max(0.0) as u32, HEADING, Rgba::INK, text);
    }
}

/// The inked pieces of a line; the whole line where there are no dashes.
fn dashed(places: &[Place], dashes: &[f64]) -> Vec<Vec<Place>> {
    if dashes.iter().all(|length| *length <= 0.0) {
        return vec![places.to_vec()];
    }
    let mut pieces: Vec<Vec<Place>> = places.first().map(|first| vec![*first]).into_iter().collect();
    let mut lengths = dashes.iter().copied().cycle();
    let (mut left, mut is_ink) = (lengths.next().unwrap_or(1.0), true);
    for edge in places.windows(2) {
        let &[a, b] = edge else { continue };
        let length = (b[0] - a[0]).hypot(b[1] - a[1]);
        if !length.is_finite() {
            continue;
        }
        let at = |along: f64| [0, 1].map(|i| a[i] + along / length * (b[i] - a[i]));
        let mut along = 0.0;
        while along + left < length {
            along += left;
            if is_ink {
                pieces.last_mut().into_iter().for_each(|piece| piece.push(at(along)));
            } else {
                pieces.push(vec![at(along)]);
            }
            (left, is_ink) = (lengths.next().unwrap_or(1.0).max(0.5), !is_ink);
        }
        left -= length - along;
        if is_ink {
            pieces.last_mut().into_iter().for_each(|piece| piece.push(b));
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_go_on_around_corners() {
        let corner = [[0.0, 0.0], [5.0, 0.0], [5.0, 5.0]];
        let pieces = dashed(&corner, &[4.0, 3.0]);
        assert_eq!(pieces, [vec![[0.0, 0.0], [4.0, 0.0]], vec![[5.0, 2.0], [5.0, 5.0]]]);
        assert_eq!(dashed(&corner, &[]), [corner.to_vec()]);
        assert!(dashed(&[], &[4.0, 3.0]).is_empty());
    }
}
