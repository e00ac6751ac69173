//! The paper that plots are drawn on, whatever becomes of it: rectangles, lines, shapes and text.

pub(super) use crate::canvas::{Paint, Place, Stroke};
use crate::colour::Rgba;

/// Height of a line of text, in pixels.
pub(super) const LINE_PX: f64 = 20.0;
/// Height of the letters themselves, descenders included.
pub(super) const LETTER_HEIGHT_PX: f64 = 18.0;

/// Which end of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// How wide text is.
pub(super) trait Metrics {
    /// Pixels from one letter to the next, at most.
    fn letter_px(&self) -> f64;

    /// Width of a text in pixels, at most.
    fn width_px(&self, text: &str) -> f64 {
        text.chars().count() as f64 * self.letter_px()
    }

    /// A text that is at most so wide: where it is longer, its beginning and an ellipsis.
    fn shortened(&self, text: &str, width_px: f64) -> String {
        let room = (width_px / self.letter_px()).floor().max(0.0) as usize;
        if text.chars().count() <= room {
            return text.to_owned();
        }
        let kept: String = text.chars().take(room.saturating_sub(1)).collect();
        if room == 0 { String::new() } else { format!("{}…", kept.trim_end()) }
    }

    /// A text in at most `most` lines of a width, the last one shortened.
    fn wrapped(&self, text: &str, width_px: f64, most: usize) -> Vec<String> {
        let room = (width_px / self.letter_px()).floor().max(1.0) as usize;
        let mut lines = crate::legend::wrap(text, room);
        if lines.len() > most {
            let rest = lines.split_off(most).join(" ");
            if let Some(last) = lines.last_mut() {
                *last = format!("{last} {rest}");
            }
        }
        lines.iter().map(|line| self.shortened(line, width_px)).collect()
    }
}

/// Where a plot is drawn. Places are pixels from the left and from the top.
pub(super) trait Sheet: Metrics {
    /// A filled rectangle: left, top, width and height.
    fn rectangle(&mut self, frame: [f64; 4], paint: Paint);
    /// A line through places, with lengths of ink and gaps in turn; none for a whole line.
    fn line(&mut self, places: &[Place], stroke: Stroke, dashes: &[f64]);
    /// A filled shape.
    fn shape(&mut self, ring: &[Place], colour: Rgba);
    /// A line of text; `place` is at its anchor and at the top of its letters.
    fn text(&mut self, place: Place, anchor: Anchor, colour: Rgba, text: &str);
    /// A line of text that stands out.
    fn heading(&mut self, place: Place, text: &str);
}
