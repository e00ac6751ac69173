//! A plot beside a result, as data: what is drawn, not how.

use serde::Serialize;

/// A plot.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plot {
    /// Name within its result: `knox`, `concentration` ...
    pub id: &'static str,
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
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Axis {
    /// What it measures, with the unit.
    pub label: String,
    /// Names of its classes in order; empty for an axis of numbers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<String>,
    /// Whether it is logarithmic.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_log: bool,
}

impl Axis {
    /// An axis of numbers.
    #[must_use]
    pub fn numbers(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// An axis of classes.
    #[must_use]
    pub fn classes(label: impl Into<String>, ticks: Vec<String>) -> Self {
        Self { label: label.into(), ticks, is_log: false }
    }
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
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
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Name.
    pub name: String,
    /// Its points from left to right.
    pub points: Vec<(f64, f64)>,
    /// Whether it is a reference to compare with, not a result.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_reference: bool,
}

/// A bar.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bar {
    /// Height.
    pub value: f64,
    /// Ends of its interval, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<(f64, f64)>,
}
