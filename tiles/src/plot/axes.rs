//! Axes: labels that do not meet, the grid, the frame, and the words around the plot.

use super::Axis;
use super::layout::{HEADING_PX, Layout, MARGIN_PX, WIDTH_PX};
use super::scale::Scale;
use super::sheet::{Anchor, LETTER_HEIGHT_PX, LINE_PX, Metrics, Sheet, Stroke};
use super::style::{FRAME, GRID, QUIET};
use crate::breaks::number_text;
use crate::colour::Rgba;

/// Least space between two labels side by side.
const GAP_PX: f64 = 12.0;
/// Lines of a label below the plot.
const LABEL_LINES: usize = 3;

/// A label of an axis.
pub(super) struct Tick {
    /// Where on the axis it belongs.
    pub(super) at_px: f64,
    /// The middle of its text: moved where it would leave the sheet.
    pub(super) middle_px: f64,
    pub(super) lines: Vec<String>,
}

/// Whether names can stand below their bars, each whole and in a few lines.
pub(super) fn names_fit(names: &[String], width_px: f64, metrics: &dyn Metrics) -> bool {
    // The labels of the other axis take some of the width.
    let band = (width_px - 90.0) / names.len().max(1) as f64 - GAP_PX;
    names.iter().all(|name| {
        let lines = metrics.wrapped(name, band, LABEL_LINES);
        lines.iter().all(|line| !line.ends_with('…')) && metrics.letter_px() < band
    })
}

/// Labels along the lower side.
pub(super) fn across(axis: &Axis, scale: Scale, most: usize, metrics: &dyn Metrics) -> Vec<Tick> {
    let tick = |at_px: f64, lines: Vec<String>| {
        let half = lines.iter().map(|line| metrics.width_px(line)).fold(0.0, f64::max) / 2.0;
        let middle_px = at_px.clamp(half + 4.0, (WIDTH_PX - half - 4.0).max(half + 4.0));
        Tick { at_px, middle_px, lines }
    };
    if axis.ticks.is_empty() {
        let numbers = |most: usize| -> Vec<Tick> {
            let placed = scale.ticks(most).into_iter().filter_map(|v| Some((scale.place(v)?, number_text(v))));
            placed.map(|(at, text)| tick(at, vec![text])).collect()
        };
        return (2..=most).rev().map(numbers).find(|all| are_apart(all, metrics)).unwrap_or_else(|| numbers(1));
    }
    let (n, band) = (axis.ticks.len(), scale.band_px());
    let class = |i: usize, lines: Vec<String>| scale.place(i as f64).map(|at| tick(at, lines));
    if names_fit(&axis.ticks, band * n as f64 + 90.0, metrics) {
        let wrap = |name: &String| metrics.wrapped(name, band - GAP_PX, LABEL_LINES);
        return axis.ticks.iter().enumerate().filter_map(|(i, name)| class(i, wrap(name))).collect();
    }
    // Too narrow for all: every second, third ... in one line.
    let every = |k: usize| -> Vec<Tick> {
        let room = (band * k as f64 - GAP_PX).max(band * n as f64 / 4.0);
        let names = axis.ticks.iter().enumerate().step_by(k);
        names.filter_map(|(i, name)| class(i, vec![metrics.shortened(name, room)])).collect()
    };
    (1..=n).map(every).find(|all| are_apart(all, metrics)).unwrap_or_default()
}

/// Labels up the left side of a width at most, each in one line, or in two where classes are far enough apart.
pub(super) fn upward(axis: &Axis, scale: Scale, most: usize, width_px: f64, metrics: &dyn Metrics) -> Vec<Tick> {
    let most_lines = if axis.ticks.is_empty() { 1 } else { (scale.band_px() / LINE_PX).clamp(1.0, 2.0) as usize };
    let tick = |at_px: f64, text: &str| {
        let lines = metrics.wrapped(text, width_px, most_lines);
        Tick { at_px, middle_px: at_px, lines }
    };
    if axis.ticks.is_empty() {
        let placed = scale.ticks(most).into_iter().filter_map(|v| Some((scale.place(v)?, number_text(v))));
        return placed.map(|(at, text)| tick(at, &text)).collect();
    }
    axis.ticks.iter().enumerate().filter_map(|(i, name)| Some(tick(scale.place(i as f64)?, name))).collect()
}

fn are_apart(ticks: &[Tick], metrics: &dyn Metrics) -> bool {
    let half = |tick: &Tick| tick.lines.iter().map(|line| metrics.width_px(line)).fold(0.0, f64::max) / 2.0;
    ticks.windows(2).all(|pair| match pair {
        [a, b] => (b.middle_px - a.middle_px).abs() >= half(a) + half(b) + GAP_PX,
        _ => true,
    })
}

/// Title and words.
pub(super) fn heading(layout: &Layout, sheet: &mut dyn Sheet) {
    let mut top = MARGIN_PX;
    for line in &layout.title {
        sheet.heading([MARGIN_PX, top], line);
        top += HEADING_PX;
    }
    top += 4.0;
    for line in &layout.words {
        sheet.text([MARGIN_PX, top], Anchor::Start, QUIET, line);
        top += LINE_PX;
    }
}

/// Thin lines at the round numbers, and a stronger one at zero.
pub(super) fn grid(layout: &Layout, sheet: &mut dyn Sheet) {
    let [left, top, right, bottom] = layout.frame;
    if layout.y_has_numbers {
        for tick in &layout.y_ticks {
            sheet.line(&[[left, tick.at_px], [right, tick.at_px]], GRID, &[]);
        }
    }
    if layout.x_has_numbers {
        for tick in &layout.x_ticks {
            sheet.line(&[[tick.at_px, top], [tick.at_px, bottom]], GRID, &[]);
        }
    }
    let zero = Stroke { width_px: 1.5, ..FRAME };
    if layout.y.crosses_zero() && layout.y_has_numbers {
        let y = layout.y.base_px();
        sheet.line(&[[left, y], [right, y]], zero, &[]);
    }
    if layout.x.crosses_zero() && layout.x_has_numbers {
        let x = layout.x.base_px();
        sheet.line(&[[x, top], [x, bottom]], zero, &[]);
    }
}

/// The two axes with their ticks, numbers and names.
pub(super) fn frame(layout: &Layout, sheet: &mut dyn Sheet) {
    let [left, top, right, bottom] = layout.frame;
    sheet.line(&[[left, top], [left, bottom], [right, bottom]], FRAME, &[]);
    for tick in &layout.y_ticks {
        sheet.line(&[[left - 5.0, tick.at_px], [left, tick.at_px]], FRAME, &[]);
        let height = (tick.lines.len().saturating_sub(1)) as f64 * LINE_PX + LETTER_HEIGHT_PX;
        for (i, line) in tick.lines.iter().enumerate() {
            let y = tick.middle_px - height / 2.0 + i as f64 * LINE_PX;
            sheet.text([left - 8.0, y], Anchor::End, Rgba::INK, line);
        }
    }
    let mut lines = 0;
    for tick in &layout.x_ticks {
        sheet.line(&[[tick.at_px, bottom], [tick.at_px, bottom + 5.0]], FRAME, &[]);
        for (i, line) in tick.lines.iter().enumerate() {
            let y = bottom + 10.0 + i as f64 * LINE_PX;
            sheet.text([tick.middle_px, y], Anchor::Middle, Rgba::INK, line);
        }
        lines = lines.max(tick.lines.len());
    }
    if !layout.y_label.is_empty() {
        sheet.text([MARGIN_PX, top - LINE_PX - 12.0], Anchor::Start, QUIET, &layout.y_label);
    }
    if !layout.x_label.is_empty() {
        let y = bottom + 14.0 + lines as f64 * LINE_PX;
        sheet.text([right, y], Anchor::End, QUIET, &layout.x_label);
    }
}
