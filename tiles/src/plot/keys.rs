//! What the lines and the colours of squares mean, in rows above the plot.

use super::layout::{Layout, MARGIN_PX};
use super::sheet::{Anchor, LINE_PX, Metrics, Paint, Place, Sheet};
use super::style::{FRAME, Look, look, squares};
use super::{Line, Marks};
use crate::breaks::number_text;
use crate::colour::Rgba;
use crate::pattern::Pattern;
use crate::ramp::{no_value, pattern_ink};

/// Width of a sample, and from its left end to its words.
const SAMPLE_PX: f64 = 46.0;
const INDENT_PX: f64 = 54.0;
/// Space between two keys, and height of a row of them.
const GAP_PX: f64 = 22.0;
const ROW_PX: f64 = LINE_PX + 4.0;

/// What is shown beside the words.
enum Sample {
    Line(Look),
    Square(Paint),
    Nothing,
}

/// A key with its place.
pub(super) struct Key {
    at: Place,
    sample: Sample,
    words: String,
}

/// The look of each line: results and references are counted apart.
pub(super) fn looks(lines: &[Line]) -> Vec<Look> {
    let (mut results, mut references) = (0, 0);
    let next = |line: &Line| {
        let nth = if line.is_reference { &mut references } else { &mut results };
        *nth += 1;
        look(*nth - 1, line.is_reference)
    };
    lines.iter().map(next).collect()
}

/// The fill of a square without a number.
pub(super) fn blank() -> Paint {
    Paint { colour: no_value(), pattern: Some((Pattern::Bars, pattern_ink())) }
}

/// Keys without places.
pub(super) fn of(marks: &Marks) -> Vec<Key> {
    let key = |sample: Sample, words: String| Key { at: [0.0, 0.0], sample, words };
    match marks {
        Marks::Lines(all) if all.len() < 2 => vec![],
        Marks::Lines(all) => {
            all.iter().zip(looks(all)).map(|(line, look)| key(Sample::Line(look), line.name.clone())).collect()
        }
        Marks::Heat { rows, unit, .. } => {
            let numbers: Vec<f64> = rows.iter().flatten().filter_map(|n| *n).collect();
            let (breaks, colours) = squares(&numbers);
            let bounds = breaks.bounds();
            let mut keys = vec![];
            if !unit.is_empty() {
                keys.push(key(Sample::Nothing, format!("{unit}:")));
            }
            if !numbers.is_empty() {
                keys.extend(bounds.iter().zip(colours).enumerate().map(|(i, (from, colour))| {
                    let words = match bounds.get(i + 1) {
                        Some(to) => format!("{} to {}", number_text(*from), number_text(*to)),
                        None => format!("{} +", number_text(*from)),
                    };
                    key(Sample::Square(colour.into()), words)
                }));
            }
            let is_whole = rows.iter().flatten().all(|n| n.is_some_and(f64::is_finite));
            if !is_whole {
                keys.push(key(Sample::Square(blank()), "undefined".to_owned()));
            }
            keys
        }
        Marks::Bars(_) => vec![],
    }
}

/// Gives keys their places in rows of a width, from a height on; tells the height of all rows.
pub(super) fn place(mut keys: Vec<Key>, top: f64, width_px: f64, metrics: &dyn Metrics) -> (Vec<Key>, f64) {
    let (mut x, mut row) = (0.0, 0.0);
    for key in &mut keys {
        let indent = if matches!(key.sample, Sample::Nothing) { 0.0 } else { INDENT_PX };
        key.words = metrics.shortened(&key.words, width_px - indent);
        let width = indent + metrics.width_px(&key.words);
        if x > 0.0 && x + width > width_px {
            (x, row) = (0.0, row + 1.0);
        }
        key.at = [MARGIN_PX + x, top + row * ROW_PX];
        x += width + GAP_PX;
    }
    let height = if keys.is_empty() { 0.0 } else { (row + 1.0) * ROW_PX + 4.0 };
    (keys, height)
}

pub(super) fn draw(layout: &Layout, sheet: &mut dyn Sheet) {
    for key in &layout.keys {
        let [x, y] = key.at;
        let mut words_x = x + INDENT_PX;
        match &key.sample {
            Sample::Line(look) => {
                let middle = y + LINE_PX / 2.0 - 1.0;
                sheet.line(&[[x, middle], [x + SAMPLE_PX, middle]], look.stroke, look.dashes);
                let marker: Vec<Place> =
                    look.marker.iter().map(|[dx, dy]| [x + SAMPLE_PX / 2.0 + dx, middle + dy]).collect();
                sheet.shape(&marker, look.stroke.colour);
            }
            Sample::Square(paint) => {
                let [left, width] = [x + 20.0, 28.0];
                sheet.rectangle([left - 1.0, y, width + 2.0, 18.0], FRAME.colour.into());
                sheet.rectangle([left, y + 1.0, width, 16.0], *paint);
            }
            Sample::Nothing => words_x = x,
        }
        sheet.text([words_x, y], Anchor::Start, Rgba::INK, &key.words);
    }
}
