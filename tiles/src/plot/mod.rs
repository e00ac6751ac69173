//! Plots: lines, tables of numbers and bars, drawn alike as SVG and as PNG, and readable without colour.
//!
//! Lines are told apart by dashes and markers, squares carry their number, and every axis has words with the unit.
//!
//! # Example
//! ```
//! use tiles::plot::{Axis, Chart, Line, Marks};
//! let points = vec![(0.0, 0.0), (0.1, 0.5), (1.0, 1.0)];
//! let line = Line { name: "Incidents".to_owned(), points, is_reference: false };
//! let chart = Chart {
//!     title: "Concentration".to_owned(),
//!     words: "A tenth of the places holds half of the incidents.".to_owned(),
//!     x: Axis::numbers("Share of places"),
//!     y: Axis::numbers("Share of incidents"),
//!     marks: Marks::Lines(vec![line]),
//! };
//! assert!(chart.svg()?.starts_with("<svg"));
//! assert!(chart.png()?.starts_with(b"\x89PNG"));
//! # Ok::<(), tiles::Error>(())
//! ```

mod axes;
mod bars;
mod describe;
mod heat;
mod keys;
mod layout;
mod lines;
mod picture;
mod scale;
mod sheet;
mod style;
mod svg;

use crate::error::{Error, Result};
use crate::limits::{MAX_PLOT_BARS, MAX_PLOT_LINES, MAX_PLOT_POINTS, MAX_PLOT_SQUARES_A_SIDE};
use layout::Layout;
use sheet::Sheet;

/// A plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Title.
    pub title: String,
    /// What a reader is to see in it, in plain words.
    pub words: String,
    /// The axis across.
    pub x: Axis,
    /// The axis upwards.
    pub y: Axis,
    /// What is drawn.
    pub marks: Marks,
}

/// An axis.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Axis {
    /// What it measures, with the unit.
    pub label: String,
    /// Names of its classes in order; empty for an axis of numbers.
    pub ticks: Vec<String>,
    /// Whether it is logarithmic; what is not above zero is then not drawn.
    pub is_log: bool,
}

impl Axis {
    /// An axis of numbers.
    #[must_use]
    pub fn numbers(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum Marks {
    /// Lines over an axis of numbers, or over classes at 0, 1, 2 ...
    Lines(Vec<Line>),
    /// A number a square, `rows[y][x]`, the first row at the bottom.
    Heat {
        /// The numbers; `None` where there is none.
        rows: Vec<Vec<Option<f64>>>,
        /// Unit of the numbers.
        unit: String,
        /// What stands in the squares; empty for the numbers themselves.
        notes: Vec<Vec<String>>,
    },
    /// A bar a class of the axis across.
    Bars(Vec<Bar>),
}

/// A line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Name.
    pub name: String,
    /// Its points from left to right; one that is not finite leaves a gap.
    pub points: Vec<(f64, f64)>,
    /// Whether it is a reference to compare with, not a result.
    pub is_reference: bool,
}

/// A bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// Height.
    pub value: f64,
    /// Ends of its interval, where it has one.
    pub interval: Option<(f64, f64)>,
}

impl Chart {
    /// The plot as SVG with real text, a title and a description for screen readers.
    ///
    /// # Errors
    /// More lines, points, bars or squares than one plot holds.
    pub fn svg(&self) -> Result<String> {
        self.check()?;
        let mut sheet = svg::Svg::new();
        let layout = Layout::new(self, &sheet);
        self.draw(&layout, &mut sheet);
        Ok(sheet.finish(layout.size_px, &self.title, &describe::describe(self)))
    }

    /// The plot as a PNG picture.
    ///
    /// # Errors
    /// More lines, points, bars or squares than one plot holds.
    pub fn png(&self) -> Result<Vec<u8>> {
        self.check()?;
        let layout = Layout::new(self, &picture::METRICS);
        let mut sheet = picture::Picture::new(layout.size_px)?;
        self.draw(&layout, &mut sheet);
        sheet.png()
    }

    fn draw(&self, layout: &Layout, sheet: &mut dyn Sheet) {
        axes::heading(layout, sheet);
        keys::draw(layout, sheet);
        match &self.marks {
            Marks::Lines(all) => {
                axes::grid(layout, sheet);
                lines::draw(all, layout, sheet);
            }
            Marks::Heat { rows, notes, .. } => heat::draw(rows, notes, layout, sheet),
            Marks::Bars(all) => {
                axes::grid(layout, sheet);
                bars::draw(all, layout, sheet);
            }
        }
        axes::frame(layout, sheet);
    }

    fn check(&self) -> Result<()> {
        let refused = |what: &'static str, n: usize, most: usize| {
            let bound = format!("a plot has at most {most} {what}");
            Err(Error::new(what, n, bound, "draw fewer, or gather them first"))
        };
        match &self.marks {
            Marks::Lines(all) if all.len() > MAX_PLOT_LINES => refused("lines", all.len(), MAX_PLOT_LINES),
            Marks::Lines(all) => {
                let points = all.iter().map(|line| line.points.len()).sum();
                if points > MAX_PLOT_POINTS { refused("points", points, MAX_PLOT_POINTS) } else { Ok(()) }
            }
            Marks::Heat { rows, .. } => {
                let side = rows.iter().map(Vec::len).max().unwrap_or(0).max(rows.len());
                let most = MAX_PLOT_SQUARES_A_SIDE;
                if side > most { refused("squares a side", side, most) } else { Ok(()) }
            }
            Marks::Bars(all) if all.len() > MAX_PLOT_BARS => refused("bars", all.len(), MAX_PLOT_BARS),
            Marks::Bars(_) => Ok(()),
        }
    }
}

#[cfg(test)]
#[path = "plot_tests.rs"]
mod tests;
