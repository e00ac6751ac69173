//! Monte Carlo permutation probabilities, for values that are not counts or too many for an exact table.

use rayon::prelude::*;

use super::deal::{Deck, Hand};
use super::{Null, Tails};
use crate::analysis::weights::Weights;
use crate::cancel::Cancel;
use crate::error::Result;

/// Places per block of work; also how often a stopped request is noticed.
const BLOCK: usize = 64;

/// Values dealt in all, to compare with a limit.
#[must_use]
pub fn monte_carlo_work(weights: &Weights, draws: u32) -> usize {
    (0..weights.len()).map(|i| weights.others(i) + 1).sum::<usize>().saturating_mul(draws as usize)
}

/// Tails of every place from `draws` arrangements, drawn anew for each place: `p = (M + 1) / (R + 1)`.
///
/// The draws of a place depend on the seed, on its key and on the values without their order; so the answer is the same
/// for any number of threads and any order of the rows. Undefined for a place without neighbours.
///
/// # Errors
/// A stopped request.
///
/// # References
/// Phipson and Smyth (2010), doi:10.2202/1544-6115.1585.
pub fn monte_carlo(
    values: &[f64],
    weights: &Weights,
    null: Null,
    (draws, seed): (u32, u64),
    keys: &[u64],
    cancel: &Cancel,
) -> Result<Vec<Tails>> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let largest = sorted.iter().fold(0.0_f64, |a, x| a.max(x.abs()));
    let mut tails = vec![Tails::UNDEFINED; values.len()];
    cancel.begin(values.len() as u64);
    tails.par_chunks_mut(BLOCK).enumerate().try_for_each_init(Deck::default, |deck, (block, out)| -> Result<()> {
        for (offset, tail) in out.iter_mut().enumerate() {
            let place = block * BLOCK + offset;
            if place >= weights.len() || weights.others(place) == 0 {
                continue;
            }
            let seen = Seen::new(values, weights, null, place);
            // Sums of the same values in another order differ by rounding only; they tie.
            let slack = 8.0 * f64::EPSILON * largest * seen.total_weight * seen.weights.len() as f64;
            let kept = sorted.partition_point(|x| x.total_cmp(&values[place]).is_lt()) as u32;
            let hand = Hand {
                values: &sorted,
                kept: (null == Null::Conditional).then_some(kept),
                weights: &seen.weights,
                stream: (seed, keys.get(place).copied().unwrap_or(place as u64)),
            };
            let (mut greater, mut less) = (0_u32, 0_u32);
            let (high, low) = (seen.sum - slack, seen.sum + slack);
            hand.deal(
                draws,
                deck,
                || cancel.check(),
                |sums| {
                    greater += sums.iter().map(|sum| u32::from(*sum >= high)).sum::<u32>();
                    less += sums.iter().map(|sum| u32::from(*sum <= low)).sum::<u32>();
                },
            )?;
            let p = |m: u32| (f64::from(m) + 1.0) / (f64::from(draws) + 1.0);
            *tail = Tails { greater: p(greater), less: p(less) };
        }
        cancel.advance(out.len() as u64);
        Ok(())
    })?;
    Ok(tails)
}

/// The weights of a neighbourhood's values and the sum seen.
struct Seen {
    weights: Vec<f64>,
    total_weight: f64,
    sum: f64,
}

impl Seen {
    fn new(values: &[f64], weights: &Weights, null: Null, place: usize) -> Self {
        let row = weights.row(place);
        let weight = |k: usize| weights.row_values(place).map_or(1.0, |w| w[k]);
        let mut own = (null == Null::Total).then_some(1.0);
        let mut terms: Vec<(f64, f64)> = Vec::with_capacity(row.len() + 1);
        for (k, &j) in row.iter().enumerate() {
            if j as usize != place {
                terms.push((weight(k), values[j as usize]));
            } else if null == Null::Total {
                own = Some(weight(k));
            }
        }
        terms.extend(own.map(|w| (w, values[place])));
        terms.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.0.total_cmp(&b.0)));
        let sum = terms.iter().map(|(w, x)| w * x).sum();
        let mut weights: Vec<f64> = terms.iter().map(|t| t.0).collect();
        weights.sort_unstable_by(f64::total_cmp);
        Self { total_weight: weights.iter().map(|w| w.abs()).sum(), weights, sum }
    }
}
