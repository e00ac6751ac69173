//! Where everything on a plot stands: measured before anything is drawn, so that no text meets another or leaves the sheet.

use super::axes::{self, Tick};
use super::keys::{self, Key};
use super::scale::Scale;
use super::sheet::{LINE_PX, Metrics};
use super::{Axis, Chart, Marks};

/// Width of the sheet, and its height where the parts leave enough for the plot itself.
pub(super) const WIDTH_PX: f64 = 900.0;
const HEIGHT_PX: f64 = 560.0;
/// Space around everything.
pub(super) const MARGIN_PX: f64 = 20.0;
/// Least height of the plot itself, and of a row of a table or of lying bars.
const LEAST_PLOT_PX: f64 = 280.0;
const ROW_PX: f64 = 26.0;
/// The same where a name takes two lines, and how many bars can lie on one sheet.
const TWO_LINES_PX: f64 = 46.0;
const MAX_LYING: usize = 36;
/// Widest label to the left of the plot.
const LABEL_PX: f64 = 290.0;
/// Height of a line of the title.
pub(super) const HEADING_PX: f64 = 30.0;
/// Lines of the title and of the words.
const HEADING_LINES: usize = 2;
const WORDS_LINES: usize = 5;
/// Round numbers beside the upward axis and along the other.
const Y_TICKS: usize = 6;
const X_TICKS: usize = 9;

/// The parts of a plot with their places.
pub(super) struct Layout {
    pub(super) size_px: (u32, u32),
    pub(super) title: Vec<String>,
    pub(super) words: Vec<String>,
    pub(super) keys: Vec<Key>,
    /// Left, top, right and bottom of the plot itself.
    pub(super) frame: [f64; 4],
    pub(super) x: Scale,
    pub(super) y: Scale,
    pub(super) x_ticks: Vec<Tick>,
    pub(super) y_ticks: Vec<Tick>,
    pub(super) x_label: String,
    pub(super) y_label: String,
    /// Whether an axis has numbers, so that a grid of lines helps.
    pub(super) x_has_numbers: bool,
    pub(super) y_has_numbers: bool,
    /// Whether bars lie: their names are too long to stand below them.
    pub(super) is_lying: bool,
    /// Width of a letter, for what is written within the plot.
    pub(super) letter_px: f64,
}

impl Layout {
    pub(super) fn new(chart: &Chart, metrics: &dyn Metrics) -> Self {
        let inner = WIDTH_PX - 2.0 * MARGIN_PX;
        let title_letters = metrics.letter_px() * HEADING_PX / LINE_PX;
        let title = metrics.wrapped(&chart.title, inner * metrics.letter_px() / title_letters, HEADING_LINES);
        let words = metrics.wrapped(&chart.words, inner, WORDS_LINES);
        let heading = MARGIN_PX + title.len() as f64 * HEADING_PX + 4.0 + words.len() as f64 * LINE_PX + 8.0;
        let (keys, keys_px) = keys::place(keys::of(&chart.marks), heading, inner, metrics);

        let is_lying = matches!(&chart.marks, Marks::Bars(all) if all.len() <= MAX_LYING)
            && !axes::names_fit(&chart.x.ticks, inner, metrics);
        let (x_axis, y_axis) = if is_lying { (&chart.y, &chart.x) } else { (&chart.x, &chart.y) };
        let (x, y) = scales(chart, is_lying);
        let y_label = metrics.shortened(&y_axis.label, inner);
        let label_px = if y_label.is_empty() { 0.0 } else { LINE_PX + 6.0 };
        let top = heading + keys_px + label_px + 8.0;

        // Labels to the left need no places yet to tell their width.
        let y_names = |scale: Scale| axes::upward(y_axis, scale, Y_TICKS, LABEL_PX, metrics);
        let widest = y_names(y).iter().flat_map(|t| &t.lines).map(|l| metrics.width_px(l)).fold(0.0, f64::max);
        let (left, right) = (MARGIN_PX + widest + 10.0, WIDTH_PX - MARGIN_PX - 10.0);
        let x = x.between([left, right]);
        let x_ticks = axes::across(x_axis, x, X_TICKS, metrics);
        let x_label = metrics.shortened(&x_axis.label, inner);
        let x_lines = x_ticks.iter().map(|t| t.lines.len()).max().unwrap_or(0);
        let below = 10.0 + x_lines as f64 * LINE_PX + if x_label.is_empty() { 0.0 } else { LINE_PX + 4.0 } + 14.0;

        let is_long = y_axis.ticks.iter().any(|name| metrics.width_px(name) > LABEL_PX);
        let row = if is_lying && is_long { TWO_LINES_PX } else { ROW_PX };
        let rows = match &chart.marks {
            Marks::Heat { rows, .. } => rows.len(),
            Marks::Bars(all) if is_lying => all.len(),
            Marks::Bars(_) | Marks::Lines(_) => 0,
        };
        let height = (HEIGHT_PX - top - below).max(LEAST_PLOT_PX).max(rows as f64 * row).ceil();
        let frame = [left, top, right, top + height];
        // What lies is read from the top, what stands from the bottom.
        let y = y.between(if is_lying { [frame[1], frame[3]] } else { [frame[3], frame[1]] });
        Self {
            size_px: (WIDTH_PX as u32, (frame[3] + below).ceil() as u32),
            title,
            words,
            keys,
            frame,
            x,
            y,
            x_ticks,
            y_ticks: y_names(y),
            x_label,
            y_label,
            x_has_numbers: has_numbers(x_axis, &chart.marks),
            y_has_numbers: has_numbers(y_axis, &chart.marks),
            is_lying,
            letter_px: metrics.letter_px(),
        }
    }
}

fn has_numbers(axis: &Axis, marks: &Marks) -> bool {
    axis.ticks.is_empty() && !matches!(marks, Marks::Heat { .. })
}

/// The scales of both axes, without places.
fn scales(chart: &Chart, is_lying: bool) -> (Scale, Scale) {
    match &chart.marks {
        Marks::Lines(all) => {
            let points = || all.iter().flat_map(|line| &line.points);
            let x = Scale::new(&chart.x, points().map(|p| p.0), false);
            let ys = || points().map(|p| p.1).filter(|v| v.is_finite());
            let (least, most) = ys().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
            // Numbers near zero are seen against it; far from it they would be flattened.
            let from_zero = least >= 0.0 && least <= most / 2.0;
            (x, Scale::new(&chart.y, ys(), from_zero).rounded(Y_TICKS))
        }
        Marks::Heat { rows, .. } => {
            let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
            (
                Scale::of_classes(columns.max(chart.x.ticks.len())),
                Scale::of_classes(rows.len().max(chart.y.ticks.len())),
            )
        }
        Marks::Bars(all) => {
            let ends = |bar: &super::Bar| {
                [bar.value, bar.interval.map_or(bar.value, |i| i.0), bar.interval.map_or(bar.value, |i| i.1)]
            };
            let numbers = Scale::new(&chart.y, all.iter().flat_map(ends), true).rounded(Y_TICKS);
            let classes = Scale::of_classes(all.len().max(chart.x.ticks.len()));
            if is_lying { (numbers, classes) } else { (classes, numbers) }
        }
    }
}
