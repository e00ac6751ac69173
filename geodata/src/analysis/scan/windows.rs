//! Runs of time steps, laid out so that the counts of many are found by one subtraction each.

use std::ops::Range;

/// Which windows are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Any window of the period.
    Retrospective,
    /// Windows that last until the end of the period: what is going on now.
    Prospective,
}

/// Slots come in groups of so many, so that a compiler can compare a group at once.
pub(super) const LANES: usize = 8;

/// Slots `from..from + len`, whose counts are `sums[high + k] - sums[low + k]`.
pub(super) struct Run {
    pub high: usize,
    pub low: usize,
    pub from: usize,
    pub len: usize,
}

/// All windows. A window is a slot; slots that only fill up a group have no steps.
pub(super) struct Windows {
    look: Look,
    steps: usize,
    shortest: usize,
    zeros: usize,
    pub runs: Vec<Run>,
    spans: Vec<Range<u32>>,
}

impl Windows {
    /// Windows of `shortest..=longest` steps out of `steps`, at least of one length.
    pub(super) fn new(look: Look, steps: usize, shortest: usize, longest: usize) -> Self {
        let shortest = shortest.clamp(1, steps);
        let longest = longest.clamp(shortest, steps);
        let mut all = Self { look, steps, shortest, zeros: 0, runs: vec![], spans: vec![] };
        let steps = steps as u32;
        match look {
            Look::Retrospective => {
                for long in shortest..=longest {
                    let long = long as u32;
                    all.push((long as usize, 0), (0..=steps - long).map(|from| from..from + long));
                }
            }
            Look::Prospective => {
                // The lower sums are all zero: as many zeros as there are slots stand before the sums.
                all.zeros = (longest + 1 - shortest).next_multiple_of(LANES);
                all.push((all.zeros, 0), (shortest..=longest).map(|long| steps - long as u32..steps));
            }
        }
        all
    }

    fn push(&mut self, (high, low): (usize, usize), spans: impl Iterator<Item = Range<u32>>) {
        let from = self.spans.len();
        self.spans.extend(spans);
        self.spans.resize(self.spans.len().next_multiple_of(LANES), 0..0);
        self.runs.push(Run { high, low, from, len: self.spans.len() - from });
    }

    /// Number of slots.
    pub(super) fn slots(&self) -> usize {
        self.spans.len()
    }

    /// Steps of a slot's window.
    pub(super) fn span(&self, slot: usize) -> Range<u32> {
        self.spans[slot].clone()
    }

    /// Share of the whole that each window has of the steps' weights; NaN for a slot without a window.
    pub(super) fn shares(&self, weights: &[f64]) -> Vec<f64> {
        let total: f64 = weights.iter().sum();
        let share = |span: &Range<u32>| match weights.get(span.start as usize..span.end as usize) {
            Some(part) if !part.is_empty() => part.iter().sum::<f64>() / total,
            _ => f64::NAN,
        };
        self.spans.iter().map(share).collect()
    }

    /// Sums a location has: a multiple of [`LANES`].
    pub(super) fn width(&self) -> usize {
        match self.look {
            // No step, the first step, the first two ...
            Look::Retrospective => (self.steps + 1).next_multiple_of(LANES),
            // The last `shortest` steps, one more, and so on.
            Look::Prospective => self.zeros,
        }
    }

    /// The first of a location's sums that contains a step; all later ones do.
    pub(super) fn first_sum(&self, step: u16) -> usize {
        match self.look {
            Look::Retrospective => usize::from(step) + 1,
            Look::Prospective => (self.steps - usize::from(step)).saturating_sub(self.shortest).min(self.zeros),
        }
    }

    /// Where the sums start in the [`Self::room`] from which runs take their differences.
    pub(super) fn sums_from(&self) -> usize {
        self.zeros
    }

    /// Length of that room; what stands outside the sums is zero.
    pub(super) fn room(&self) -> usize {
        self.zeros + self.width() + LANES
    }
}
