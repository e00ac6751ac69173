//! Legends: what the colours of a layer mean, with the unit and every state, as data, SVG and PNG.

pub(crate) mod picture;
pub(crate) mod svg;

use serde::Serialize;

use crate::breaks::{Breaks, number_text};
use crate::classes::Class;
use crate::colour::Rgba;
use crate::error::{Error, Result};
use crate::limits::MAX_LEGEND_ENTRIES;
use crate::pattern::Pattern;
use crate::ramp::pattern_ink;

/// One line of a legend: a class of numbers, or a state.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// The words beside the colour.
    pub label: String,
    /// Its colour.
    pub colour: Rgba,
    /// Least value of the class, in the unit of the legend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    /// Where the next class begins; none for the last class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
    /// The state that it stands for, by its name in the data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Pattern over the colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Pattern>,
    /// Ink of the pattern, where it is not that of states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ink: Option<Rgba>,
    /// Whether its shapes have a dark outline on the map.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_outlined: bool,
}

impl Entry {
    fn new(label: impl Into<String>, colour: Rgba) -> Self {
        let (from, to, state, pattern, ink) = (None, None, None, None, None);
        Self { label: label.into(), colour, from, to, state, pattern, ink, is_outlined: false }
    }

    /// The pattern and its ink.
    fn inked(&self) -> Option<(Pattern, Rgba)> {
        Some((self.pattern?, self.ink.unwrap_or_else(pattern_ink)))
    }
}

/// The legend of a layer.
///
/// # Example
/// ```
/// use tiles::{Breaks, Legend, Ramp};
/// let breaks = Breaks::fixed(&[1.0, 5.0, 20.0])?;
/// let colours = Ramp::find("ember")?.colours(breaks.classes())?;
/// let legend = Legend::new("Recorded incidents", "incidents").classes(&breaks, &colours, true);
/// assert_eq!(legend.entries[0].label, "1 to 4");
/// assert!(legend.svg().starts_with("<svg"));
/// # Ok::<(), tiles::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Legend {
    /// What is shown.
    pub title: String,
    /// Unit of the numbers, in words; empty for pure numbers.
    pub unit: String,
    /// Classes and states, in the order in which they are drawn.
    pub entries: Vec<Entry>,
    /// What the numbers are, in plain words.
    pub words: String,
    /// What a reader must know.
    pub warnings: Vec<String>,
}

impl Legend {
    /// A legend without entries.
    #[must_use]
    pub fn new(title: impl Into<String>, unit: impl Into<String>) -> Self {
        Self { title: title.into(), unit: unit.into(), entries: Vec::new(), words: String::new(), warnings: Vec::new() }
    }

    /// Plain words about the numbers.
    #[must_use]
    pub fn words(mut self, words: impl Into<String>) -> Self {
        self.words = words.into();
        self
    }

    /// Adds the classes of numbers from little to much. `whole` numbers get labels like `5 to 19`.
    #[must_use]
    pub fn classes(mut self, breaks: &Breaks, colours: &[Rgba], whole: bool) -> Self {
        let bounds = breaks.bounds();
        for (i, (&from, &colour)) in bounds.iter().zip(colours).enumerate() {
            let to = bounds.get(i + 1).copied();
            let label = match to {
                None => format!("{} and more", number_text(from)),
                Some(to) if whole && to - from <= 1.0 => number_text(from),
                Some(to) if whole => format!("{} to {}", number_text(from), number_text(to - 1.0)),
                Some(to) => format!("{} to under {}", number_text(from), number_text(to)),
            };
            self.entries.push(Entry { from: Some(from), to, ..Entry::new(label, colour) });
        }
        self
    }

    /// Leaves out the classes in which no number from `least` on lies; what is left says where it begins.
    #[must_use]
    pub fn from(mut self, least: f64) -> Self {
        self.entries.retain(|e| e.to.is_none_or(|to| to > least));
        self
    }

    /// Adds a class that has a name instead of bounds.
    #[must_use]
    pub fn class(mut self, label: impl Into<String>, colour: Rgba) -> Self {
        self.entries.push(Entry::new(label, colour));
        self
    }

    /// Adds a named class of a set as it is drawn: colour, pattern, outline. One that is left clear says so.
    #[must_use]
    pub fn named(mut self, label: &str, class: &Class, is_outlined: bool) -> Self {
        let is_bare = class.is_clear && !is_outlined;
        let label = if is_bare { format!("{label} (left clear)") } else { label.to_owned() };
        let (pattern, ink) = (class.pattern, class.pattern.map(|_| class.ink()));
        self.entries.push(Entry { pattern, ink, is_outlined, ..Entry::new(label, class.drawn()) });
        self
    }

    /// Adds a state, by its name in the data.
    #[must_use]
    pub fn state(
        mut self,
        label: impl Into<String>,
        state: impl Into<String>,
        colour: Rgba,
        pattern: Option<Pattern>,
    ) -> Self {
        self.entries.push(Entry { state: Some(state.into()), pattern, ..Entry::new(label, colour) });
        self
    }

    /// The legend as SVG with real text, a title and a description for screen readers.
    #[must_use]
    pub fn svg(&self) -> String {
        svg::svg(self)
    }

    /// The legend as a PNG picture.
    ///
    /// # Errors
    /// More than [`MAX_LEGEND_ENTRIES`] entries.
    pub fn png(&self) -> Result<Vec<u8>> {
        if self.entries.len() > MAX_LEGEND_ENTRIES {
            let bound = format!("a legend has at most {MAX_LEGEND_ENTRIES} entries");
            return Err(Error::new("entries", self.entries.len(), bound, "take fewer classes"));
        }
        picture::png(self)
    }
}

/// Breaks a text into lines of at most `letters`, at blanks; a longer word has a line of its own.
pub(crate) fn wrap(text: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= letters => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Letters of the widest line, where words wrap at `letters`.
fn widest(legend: &Legend, letters: usize) -> usize {
    // A label stands behind its colour, which is as wide as five letters.
    let labels = legend.entries.iter().map(|entry| entry.label.chars().count() + 5);
    let heads = [&legend.title, &legend.unit].map(|text| text.chars().count());
    let more = std::iter::once(&legend.words).chain(&legend.warnings).map(|text| text.chars().count().min(letters));
    labels.chain(heads).chain(more).max().unwrap_or(0)
}

#[cfg(test)]
#[path = "legend_tests.rs"]
mod tests;
