//! The legend as a PNG picture, and as a part of larger pictures.

use super::{Entry, Legend, wrap};
use crate::canvas::{Canvas, Paint, text_width};
use crate::colour::Rgba;
use crate::error::Result;

/// Pixels a dot of the font, for labels and for the words below.
const LABEL: u32 = 2;
/// Height of a line of labels and of its colour, in pixels.
const LINE_PX: u32 = 24;
const SWATCH_PX: u32 = 18;
/// From the left edge of a colour to its label.
const INDENT_PX: u32 = 44;
/// Letters after which lines break.
const WRAP: usize = 32;
/// Space around the legend.
const MARGIN_PX: u32 = 16;

pub(super) fn png(legend: &Legend) -> Result<Vec<u8>> {
    let (width, height) = size(legend);
    let mut canvas = Canvas::new(width + 2 * MARGIN_PX, height + 2 * MARGIN_PX, Rgba::WHITE)?;
    draw(legend, &mut canvas, MARGIN_PX, MARGIN_PX);
    canvas.png()
}

/// One line of the legend.
struct Line<'a> {
    entry: Option<&'a Entry>,
    indent_px: u32,
    height_px: u32,
    colour: Rgba,
    text: String,
}

fn lines(legend: &Legend) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let quiet = Rgba::opaque(0x55, 0x5b, 0x62);
    let mut add = |text: &str, colour: Rgba, after_px: u32| {
        let wrapped = wrap(text, WRAP);
        let n = wrapped.len();
        for (i, text) in wrapped.into_iter().enumerate() {
            let height_px = LINE_PX - 2 + if i + 1 == n { after_px } else { 0 };
            lines.push(Line { entry: None, indent_px: 0, height_px, colour, text });
        }
    };
    add(&legend.title, Rgba::INK, if legend.unit.is_empty() { 8 } else { 0 });
    add(&legend.unit, quiet, 8);
    for entry in &legend.entries {
        let wrapped = wrap(&entry.label, WRAP - (INDENT_PX / (6 * LABEL)) as usize);
        // A colour without a word still has its line.
        let wrapped = if wrapped.is_empty() { vec![String::new()] } else { wrapped };
        for (i, text) in wrapped.into_iter().enumerate() {
            let entry = (i == 0).then_some(entry);
            lines.push(Line { entry, indent_px: INDENT_PX, height_px: LINE_PX, colour: Rgba::INK, text });
        }
    }
    for text in std::iter::once(&legend.words).chain(&legend.warnings).filter(|text| !text.trim().is_empty()) {
        lines.push(Line { entry: None, indent_px: 0, height_px: 10, colour: quiet, text: String::new() });
        for text in wrap(text, WRAP) {
            lines.push(Line { entry: None, indent_px: 0, height_px: LINE_PX - 2, colour: quiet, text });
        }
    }
    lines
}

/// Width and height in pixels.
pub(crate) fn size(legend: &Legend) -> (u32, u32) {
    let lines = lines(legend);
    let width = lines.iter().map(|line| line.indent_px + text_width(&line.text, LABEL)).max().unwrap_or(0);
    (width.max(INDENT_PX), lines.iter().map(|line| line.height_px).sum::<u32>().max(LINE_PX))
}

/// Draws the legend with its upper left corner at a place.
pub(crate) fn draw(legend: &Legend, canvas: &mut Canvas, x: u32, y: u32) {
    let mut top = y;
    for line in lines(legend) {
        if let Some(entry) = line.entry {
            let frame = [f64::from(x), f64::from(top), 32.0, f64::from(SWATCH_PX)];
            let edge = if entry.is_outlined { 2.0 } else { 1.0 };
            let inner = [frame[0] + edge, frame[1] + edge, frame[2] - 2.0 * edge, frame[3] - 2.0 * edge];
            canvas.rectangle(frame, if entry.is_outlined { Rgba::INK } else { Rgba::opaque(0x6b, 0x71, 0x78) }.into());
            canvas.rectangle(inner, Rgba::WHITE.into());
            canvas.rectangle(inner, Paint { colour: entry.colour, pattern: entry.inked() });
        }
        canvas.text(x + line.indent_px, top + 2, LABEL, line.colour, &line.text);
        top += line.height_px;
    }
}
