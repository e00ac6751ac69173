//! Neighbourhoods in space and time: a place and its neighbours, at a step and some before.

use crate::analysis::gi_star::{moments, score};
use crate::analysis::permutation::{Hand, Null, Tails, cold_is_reachable_by, exact_of_hands, exact_work_of_draws};
use crate::analysis::special::normal_upper;
use crate::analysis::weights::Weights;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::limits::MAX_EXACT_WORK;

/// The sum of the counts around each place at each step, itself included.
pub(super) struct SpaceTime {
    sums: Vec<u64>,
    /// Places in the neighbourhood of a place at one step, itself included.
    size: Vec<u32>,
    lags: usize,
}

impl SpaceTime {
    pub(super) fn new(counts: &[u32], weights: &Weights, lags: usize, cancel: &Cancel) -> Result<Self> {
        let n = weights.len();
        let size = (0..n).map(|i| weights.row(i).len() as u32).collect();
        let mut sums = vec![0_u64; counts.len()];
        if n == 0 {
            return Ok(Self { sums, size, lags });
        }
        // The window slides: the newest step comes in, the one that is too old goes out.
        let mut window = vec![0_u64; n];
        let mut steps: Vec<Vec<u32>> = Vec::with_capacity(counts.len() / n);
        for (t, step) in counts.chunks_exact(n).enumerate() {
            cancel.check()?;
            let around = (0..n).map(|i| weights.row(i).iter().map(|&j| step[j as usize]).sum()).collect();
            steps.push(around);
            for (i, w) in window.iter_mut().enumerate() {
                *w += u64::from(steps[t][i]);
                if t > lags {
                    *w -= u64::from(steps[t - lags - 1][i]);
                }
            }
            if t > lags {
                steps[t - lags - 1] = vec![];
            }
            sums[t * n..(t + 1) * n].copy_from_slice(&window);
        }
        Ok(Self { sums, size, lags })
    }

    /// Place-steps in the neighbourhood of a place at a step, itself included.
    fn members(&self, t: usize, i: usize) -> usize {
        self.size[i] as usize * (t.min(self.lags) + 1)
    }

    fn most(&self) -> usize {
        self.size.iter().max().map_or(0, |&k| k as usize * (self.lags + 1)).min(self.sums.len())
    }

    /// Gi* of each place at each step.
    pub(super) fn z(&self, counts: &[u32]) -> Vec<f64> {
        let (mean, sd) = moments(counts);
        let (n, all) = (self.size.len().max(1), counts.len() as f64);
        let z = |(at, &sum): (usize, &u64)| {
            let k = self.members(at / n, at % n);
            score(sum as f64 - k as f64 * mean, k as f64, k as f64, all, sd, k - 1)
        };
        self.sums.iter().enumerate().map(z).collect()
    }

    pub(super) fn is_exact_affordable(&self, counts: &[u32]) -> bool {
        exact_work_of_draws(counts, self.most().saturating_sub(1), Null::Conditional) <= MAX_EXACT_WORK
    }

    pub(super) fn cold_is_reachable(&self, counts: &[u32], null: Null, alpha: f64) -> bool {
        cold_is_reachable_by(counts, self.most(), null, alpha)
    }

    /// Tails of each place at each step, exact or normal.
    pub(super) fn tails(&self, counts: &[u32], z: &[f64], is_exact: bool, cancel: &Cancel) -> Result<Vec<Tails>> {
        if !is_exact {
            return Ok(z.iter().map(|z| Tails { greater: normal_upper(*z), less: normal_upper(-z) }).collect());
        }
        let n = self.size.len().max(1);
        let hand = |(at, (&sum, &own)): (usize, (&u64, &u32))| Hand {
            place: at,
            own,
            others: self.members(at / n, at % n) - 1,
            sum: sum - u64::from(own),
        };
        exact_of_hands(counts, self.sums.iter().zip(counts).enumerate().map(hand), Null::Conditional, cancel)
    }
}
