//! Runs of time steps, laid out so that the counts of many are found by one subtraction each.

use std::ops::Range;

use super::counts::Count;

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

/// Slots `from..from + len`, whose counts are `sums[high + k] - sums[k]`, or `sums[k]` alone where the windows are of
/// one end.
pub(super) struct Run {
    pub high: Option<usize>,
    pub from: usize,
    pub len: usize,
}

/// Periods of more steps than this have covers: in shorter ones they would seldom spare a look.
const STEPS_WITHOUT_COVERS: usize = 64;

/// Runs of similar lengths. A window of the longest covers each window that starts with it: where not even the cover has
/// what the least of them needs, none has.
pub(super) struct Group {
    pub cover: Option<Run>,
    pub runs: Range<usize>,
}

/// All windows. A window is a slot; slots that only fill up a group have no steps.
pub(super) struct Windows {
    look: Look,
    steps: usize,
    shortest: usize,
    width: usize,
    pub runs: Vec<Run>,
    pub groups: Vec<Group>,
    spans: Vec<Range<u32>>,
}

impl Windows {
    /// Windows of `shortest..=longest` steps out of `steps`, at least of one length.
    pub(super) fn new(look: Look, steps: usize, shortest: usize, longest: usize) -> Self {
        let shortest = shortest.clamp(1, steps);
        let longest = longest.clamp(shortest, steps);
        let mut all = Self { look, steps, shortest, width: 0, runs: vec![], groups: vec![], spans: vec![] };
        let steps = steps as u32;
        match look {
            Look::Retrospective => {
                // No step, the first step, the first two ...
                all.width = (all.steps + 1).next_multiple_of(LANES);
                for long in shortest..=longest {
                    let long = long as u32;
                    let run = all.push(Some(long as usize), (0..=steps - long).map(|from| from..from + long));
                    all.runs.push(run);
                }
                all.cover(shortest, longest);
            }
            Look::Prospective => {
                // The last `shortest` steps, one more, and so on.
                all.width = (longest + 1 - shortest).next_multiple_of(LANES);
                let run = all.push(None, (shortest..=longest).map(|long| steps - long as u32..steps));
                all.runs.push(run);
                all.groups.push(Group { cover: None, runs: 0..1 });
            }
        }
        all
    }

    fn push(&mut self, high: Option<usize>, spans: impl Iterator<Item = Range<u32>>) -> Run {
        let from = self.spans.len();
        self.spans.extend(spans);
        self.spans.resize(self.spans.len().next_multiple_of(LANES), 0..0);
        Run { high, from, len: self.spans.len() - from }
    }

    /// Groups runs whose lengths differ by half at most.
    fn cover(&mut self, shortest: usize, longest: usize) {
        let mut short = shortest;
        while short <= longest {
            let long = (short + short / 2).min(longest);
            let is_covered = self.steps > STEPS_WITHOUT_COVERS && long > short;
            // A cover is no window of its own: it is only held against what others need.
            let cover = is_covered.then(|| self.push(Some(long), (long..=self.steps).map(|_| 0..0)));
            self.groups.push(Group { cover, runs: short - shortest..long + 1 - shortest });
            short = long + 1;
        }
    }

    /// Sets what covers need to the least that one of their windows needs.
    pub(super) fn need_of_covers<C: Count>(&self, needed: &mut [C]) {
        for group in &self.groups {
            let Some(cover) = &group.cover else { continue };
            let starts = |run: &Run| self.steps - run.high.unwrap_or(self.steps);
            let last = starts(cover);
            for run in &self.runs[group.runs.clone()] {
                for k in 0..=starts(run) {
                    // A window near the end lies in the last cover.
                    let (of_cover, of_window) = (cover.from + k.min(last), needed[run.from + k]);
                    needed[of_cover] = needed[of_cover].min(of_window);
                }
            }
        }
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
        self.width
    }

    /// The first of a location's sums that contains a step; all later ones do.
    pub(super) fn first_sum(&self, step: u16) -> usize {
        match self.look {
            Look::Retrospective => usize::from(step) + 1,
            Look::Prospective => (self.steps - usize::from(step)).saturating_sub(self.shortest).min(self.width),
        }
    }
}
