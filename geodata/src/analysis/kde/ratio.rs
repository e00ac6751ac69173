//! The ratio of two densities, and how often chance alone would make it as large or as small.

use rayon::prelude::*;

use super::lattice::Smoother;
use crate::analysis::permutation::Tails;
use crate::analysis::permutation::random::Stream;
use crate::cancel::Cancel;
use crate::error::{Error, Result};

/// What the incidents are set against, by square.
#[derive(Clone, Copy)]
pub enum Base<'a> {
    /// Other incidents. Chance deals out which of all are which (random labelling).
    Incidents(&'a [u32]),
    /// Any numbers, such as residents. Chance puts each incident in proportion to them (constant risk).
    Numbers(&'a [f64]),
}

/// The two densities and their ratio at some squares.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratio {
    /// Share of the incidents per km2 over the share of the base per km2: one where both lie alike. NaN where there is
    /// neither.
    pub ratio: Vec<f64>,
    /// Incidents per km2.
    pub density: Vec<f64>,
    /// The base per km2, before any floor.
    pub base: Vec<f64>,
    /// Whether the base was below the floor and was raised to it.
    pub is_floored: Vec<bool>,
    /// The floor, of the base per km2.
    pub floor_per_km2: f64,
    /// Sum over the squares of the base's share times the squared distance of the ratio from one.
    pub statistic: f64,
}

/// Incidents and a base on the squares of one study area.
pub struct Pair<'a> {
    smoother: &'a Smoother<'a>,
    incidents: &'a [u32],
    base: Base<'a>,
    /// Squares at which the ratio is asked for.
    at: &'a [u32],
    /// Sums within the study area.
    totals: (f64, f64),
    floor_per_km2: f64,
    /// Density of the base, or of base and incidents together for labelling, at the squares asked for.
    held: Vec<f64>,
}

impl<'a> Pair<'a> {
    /// Sums both and smooths what stays the same whatever chance deals out.
    ///
    /// `floor` is the least base density that is divided by, as a share of its mean over the study area of
    /// `ground_km2`.
    ///
    /// # Errors
    /// No incident or no base within the study area.
    pub fn new(
        smoother: &'a Smoother<'a>,
        incidents: &'a [u32],
        base: Base<'a>,
        at: &'a [u32],
        (floor, ground_km2): (f64, f64),
    ) -> Result<Self> {
        let inside = smoother.inside();
        let count = |of: &[u32]| of.iter().zip(inside).filter(|(_, i)| **i).map(|(&c, _)| f64::from(c)).sum::<f64>();
        let total = match base {
            Base::Incidents(others) => count(others),
            Base::Numbers(numbers) => numbers.iter().zip(inside).filter(|(_, i)| **i).map(|(n, _)| n).sum(),
        };
        let totals = (count(incidents), total);
        if !(totals.0 > 0.0 && totals.1 > 0.0) {
            return Err(Error::invalid(
                format!("a ratio needs both: there are {} incidents and {} to compare them with", totals.0, totals.1),
                "ask for another period or category, or compare with all other incidents (other_category=all)",
            ));
        }
        let held = smoother.density(match base {
            Base::Incidents(others) => {
                incidents.iter().zip(others).map(|(&a, &b)| f64::from(a) + f64::from(b)).collect()
            }
            Base::Numbers(numbers) => numbers.to_vec(),
        });
        let held = at.iter().map(|&i| held.get(i as usize).copied().unwrap_or(f64::NAN)).collect();
        Ok(Self { smoother, incidents, base, at, totals, floor_per_km2: floor * totals.1 / ground_km2, held })
    }

    /// Incidents, and what they are set against, within the study area.
    #[must_use]
    pub fn totals(&self) -> (f64, f64) {
        self.totals
    }

    /// The ratio as it is.
    #[must_use]
    pub fn ratio(&self) -> Ratio {
        self.of(self.incidents.iter().map(|&c| f64::from(c)).collect())
    }

    fn of(&self, field: Vec<f64>) -> Ratio {
        let all = self.smoother.density(field);
        let density: Vec<f64> = self.at.iter().map(|&i| all.get(i as usize).copied().unwrap_or(f64::NAN)).collect();
        let base: Vec<f64> = match self.base {
            // What is not one is the other. Differences of equal numbers are rounding, and never below zero.
            Base::Incidents(_) => density.iter().zip(&self.held).map(|(d, both)| (both - d).max(0.0)).collect(),
            Base::Numbers(_) => self.held.clone(),
        };
        let scale = self.totals.1 / self.totals.0;
        let mut statistic = 0.0;
        let ratio = density
            .iter()
            .zip(&base)
            .map(|(&d, &b)| {
                if !(d > 0.0 || b > 0.0) {
                    return f64::NAN;
                }
                let r = d / b.max(self.floor_per_km2) * scale;
                statistic += b.max(self.floor_per_km2) * (r - 1.0).powi(2);
                r
            })
            .collect();
        let is_floored = base.iter().map(|b| *b < self.floor_per_km2).collect();
        Ratio { ratio, density, base, is_floored, floor_per_km2: self.floor_per_km2, statistic }
    }

    /// Steps that so many draws take, about.
    #[must_use]
    pub fn work(&self, draws: u32) -> f64 {
        let dealt = match self.base {
            Base::Incidents(_) => self.totals.0.min(self.totals.1),
            Base::Numbers(_) => self.totals.0,
        };
        f64::from(draws) * (16.0 * dealt + self.smoother.work())
    }

    /// How often chance gives a ratio at least as large, and at least as small, at each square; and how often a
    /// distance of all ratios from one at least as large.
    ///
    /// # Errors
    /// A stopped request.
    ///
    /// # References
    /// Kelsall and Diggle (1995), doi:10.2307/3318678; Hazelton and Davies (2009), doi:10.1002/bimj.200810495.
    pub fn chance(&self, seen: &Ratio, (draws, seed): (u32, u64), cancel: &Cancel) -> Result<(Vec<Tails>, f64)> {
        let dealer = Dealer::new(self);
        let mut above = vec![(0_u32, 0_u32); self.at.len()];
        let mut as_far = 0_u32;
        cancel.begin(u64::from(draws));
        let block = rayon::current_num_threads() as u32 * 2;
        for first in (0..draws).step_by(block.max(1) as usize) {
            // A few at a time, so that memory stays in bounds; sums of whole numbers do not know the order.
            let dealt: Vec<Ratio> = (first..draws.min(first + block))
                .into_par_iter()
                .map(|draw| {
                    cancel.check()?;
                    let ratio = self.of(dealer.deal(&mut Stream::new(seed, u64::from(draw))));
                    cancel.advance(1);
                    Ok(ratio)
                })
                .collect::<Result<_>>()?;
            for ratio in dealt {
                as_far += u32::from(ratio.statistic >= seen.statistic);
                for (count, (r, s)) in above.iter_mut().zip(ratio.ratio.iter().zip(&seen.ratio)) {
                    count.0 += u32::from(r >= s);
                    count.1 += u32::from(r <= s);
                }
            }
        }
        let p = |m: u32| f64::from(m + 1) / f64::from(draws + 1);
        let tails = above
            .iter()
            .zip(&seen.ratio)
            .map(|(m, s)| if s.is_nan() { Tails::UNDEFINED } else { Tails { greater: p(m.0), less: p(m.1) } })
            .collect();
        Ok((tails, p(as_far)))
    }
}

/// Deals out incidents as chance alone would.
enum Dealer {
    /// The square of every incident of either kind, and how many of them are drawn; those drawn are the incidents, or
    /// the others where they are fewer.
    Labels { squares: Vec<u32>, drawn: u32, are_others: bool, all: Vec<f64> },
    /// Running sums of the base, and how many incidents are put.
    Risk { sums: Vec<f64>, n: u32 },
}

impl Dealer {
    fn new(pair: &Pair<'_>) -> Self {
        let inside = pair.smoother.inside();
        match pair.base {
            Base::Incidents(others) => {
                let both = |i: usize| if inside[i] { pair.incidents[i] + others[i] } else { 0 };
                let squares = (0..inside.len()).flat_map(|i| std::iter::repeat_n(i as u32, both(i) as usize)).collect();
                let are_others = pair.totals.1 < pair.totals.0;
                let drawn = if are_others { pair.totals.1 } else { pair.totals.0 } as u32;
                Self::Labels {
                    squares,
                    drawn,
                    are_others,
                    all: (0..inside.len()).map(|i| f64::from(both(i))).collect(),
                }
            }
            Base::Numbers(numbers) => {
                let mut sum = 0.0;
                let running = numbers.iter().zip(inside).map(|(n, i)| {
                    sum += if *i { *n } else { 0.0 };
                    sum
                });
                Self::Risk { sums: running.collect(), n: pair.totals.0 as u32 }
            }
        }
    }

    /// Incidents by square.
    fn deal(&self, stream: &mut Stream) -> Vec<f64> {
        match self {
            Self::Labels { squares, drawn, are_others, all } => {
                let n = squares.len() as u32;
                let mut field = if *are_others { all.clone() } else { vec![0.0; all.len()] };
                let step = if *are_others { -1.0 } else { 1.0 };
                // Floyd's selection of some of n, each set of them as likely as any other.
                let mut taken = vec![0_u64; squares.len().div_ceil(64)];
                for last in n - drawn..n {
                    let pick = stream.below(last + 1);
                    let is_taken = |k: u32| taken[k as usize / 64] >> (k % 64) & 1 == 1;
                    let k = if is_taken(pick) { last } else { pick };
                    taken[k as usize / 64] |= 1 << (k % 64);
                    field[squares[k as usize] as usize] += step;
                }
                field
            }
            Self::Risk { sums, n } => {
                let mut field = vec![0.0; sums.len()];
                let total = sums.last().copied().unwrap_or(0.0);
                for _ in 0..*n {
                    let at = stream.unit() * total;
                    let square = sums.partition_point(|&s| s <= at);
                    if let Some(f) = field.get_mut(square) {
                        *f += 1.0;
                    }
                }
                field
            }
        }
    }
}

#[cfg(test)]
#[path = "ratio_tests.rs"]
mod tests;
