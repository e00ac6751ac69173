//! Whether one kind of value lies near another over the whole study area: global bivariate Moran's I by permutation.

use rayon::prelude::*;

use super::{Deviations, sum_sorted};
use crate::analysis::permutation::random::Stream;
use crate::analysis::weights::Weights;
use crate::cancel::Cancel;
use crate::error::Result;

/// Arrangements that methods take.
pub const DRAWS: u32 = 999;

/// How far the first value of places goes with the second value of their neighbours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// `I = sum_ij w_ij z1_i z2_j / S0`, both as standard scores; NaN where it is undefined.
    pub i: f64,
    /// Two-sided p: how often second values dealt to places at random give as much.
    pub p: f64,
}

/// The link, and its p from `draws` arrangements of the second values over the places: `min(1, 2 (M + 1) / (R + 1))`, with
/// M the smaller number of arrangements that give as much, or as little.
///
/// # Assumptions
/// Chance puts the second values anywhere in the study area. Both kinds gather where people are, so a link says that they
/// share places, not that one makes the other. The answer depends on the seed and the keys, not on threads or rows.
///
/// # Errors
/// A stopped request.
///
/// # References
/// Anselin, Syabri and Kho (2006), doi:10.1111/j.0016-7363.2005.00671.x; Phipson and Smyth (2010), doi:10.2202/1544-6115.1585.
pub fn link(
    (first, second): (&[f64], &[f64]),
    weights: &Weights,
    keys: &[u64],
    (draws, seed): (u32, u64),
    cancel: &Cancel,
) -> Result<Link> {
    let (x, y) = (Deviations::new(first), Deviations::new(second));
    let n = first.len().min(second.len()).min(weights.len());
    // What each second value is multiplied with: the first values of those whose neighbour it is.
    let mut shares: Vec<Vec<f64>> = vec![Vec::new(); n];
    let mut all = Vec::new();
    for i in 0..n {
        for (j, w) in weights.entries(i) {
            shares[j].push(w * x.z[i]);
            all.push(w);
        }
    }
    let scale = sum_sorted(all) * (x.m2 * y.m2).sqrt();
    if !(scale > 0.0) || n < 3 {
        return Ok(Link { i: f64::NAN, p: f64::NAN });
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_unstable_by_key(|&i| (keys.get(i).copied().unwrap_or(i as u64), i));
    let shares: Vec<f64> = order.iter().map(|&i| sum_sorted(std::mem::take(&mut shares[i]))).collect();
    let values: Vec<f64> = order.iter().map(|&i| y.z[i]).collect();
    let sum = |values: &[f64]| shares.iter().zip(values).map(|(a, b)| a * b).sum::<f64>();
    let seen = sum(&values);
    // Sums in another order differ by rounding only; they tie.
    let slack = 1e-12 * shares.iter().zip(&values).map(|(a, b)| (a * b).abs()).sum::<f64>();
    cancel.begin(u64::from(draws));
    let dealt = (0..draws).into_par_iter().map(|draw| -> Result<(u32, u32)> {
        cancel.check()?;
        let mut stream = Stream::new(seed, u64::from(draw));
        let mut values = values.clone();
        for left in (1..values.len()).rev() {
            values.swap(left, stream.below(left as u32 + 1) as usize);
        }
        cancel.advance(1);
        let sum = sum(&values);
        Ok((u32::from(sum >= seen - slack), u32::from(sum <= seen + slack)))
    });
    let (greater, less) = dealt.try_reduce(|| (0, 0), |a, b| Ok((a.0 + b.0, a.1 + b.1)))?;
    let p = 2.0 * (f64::from(greater.min(less)) + 1.0) / (f64::from(draws) + 1.0);
    Ok(Link { i: seen / scale, p: p.min(1.0) })
}
