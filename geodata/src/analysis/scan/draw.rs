//! Incidents as chance alone would have them: steps dealt out anew, or incidents by where they are expected.

use super::counts::Incidents;
use crate::analysis::permutation::random::Stream;

/// How a set of incidents is drawn.
pub(super) enum Draw {
    /// Every incident keeps its place and gets the step of another.
    Permute(Incidents),
    /// Every incident falls at a location by its share (running sums up to the whole), and at any step alike.
    Poisson { incidents: usize, running: Vec<f64>, steps: u32 },
}

impl Draw {
    pub(super) fn poisson(incidents: usize, loads: &[f64], steps: u32) -> Self {
        let sums = loads.iter().scan(0.0, |sum, load| {
            *sum += load;
            Some(*sum)
        });
        Self::Poisson { incidents, running: sums.collect(), steps }
    }

    /// The set of a replicate, which depends on the seed and its number alone.
    pub(super) fn fill(&self, seed: u64, replicate: u64, into: &mut Incidents) {
        let mut stream = Stream::new(seed, replicate);
        match self {
            Self::Permute(seen) => {
                into.clone_from(seen);
                let steps = &mut into.steps;
                for i in (1..steps.len()).rev() {
                    steps.swap(i, stream.below(i as u32 + 1) as usize);
                }
            }
            Self::Poisson { incidents, running, steps } => {
                let total = running.last().copied().unwrap_or(0.0);
                into.starts.clear();
                into.starts.resize(running.len() + 1, 0);
                for _ in 0..*incidents {
                    let share = stream.unit() * total;
                    let at = running.partition_point(|r| *r <= share).min(running.len() - 1);
                    into.starts[at + 1] += 1;
                }
                let mut sum = 0;
                for start in &mut into.starts {
                    sum += *start;
                    *start = sum;
                }
                // Which incident is whose does not matter for steps that are all alike.
                into.steps.clear();
                into.steps.extend((0..*incidents).map(|_| stream.below(*steps) as u16));
            }
        }
    }
}
