//! The bandwidth with the least mean square error where the intensity is itself a random field.

use std::f64::consts::PI;

use rayon::prelude::*;

use crate::cancel::Cancel;
use crate::error::Result;

/// Farthest pairs that are counted, in squares.
const REACH: usize = 64;
/// Narrowest standard deviation, in squares: less cannot be told from the squares' own size.
const LEAST_SQUARES: f64 = 2.0;

/// The mean square error that a bandwidth is expected to have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// Standard deviation of the Gaussian kernel, metres.
    pub sd_m: f64,
    /// Mean square error over the square of the intensity, less what all bandwidths share.
    pub mean_square: f64,
}

/// Expected errors of Gaussian kernels of two squares, two and a half and so on, for counts by square of a lattice.
///
/// Pairs of incidents are counted by distance with the translation correction for the study area; the error is that of
/// a disc of twice the standard deviation, for a stationary Cox process. Incidents that repeat at one address make the
/// choice narrow. Empty where the area is fewer than sixteen squares wide or high.
///
/// # Units
/// Metres; the error has none.
///
/// # Errors
/// A stopped request.
///
/// # References
/// Diggle (1985), doi:10.2307/2347366; Berman and Diggle (1989), doi:10.1111/j.2517-6161.1989.tb01750.x.
pub fn berman_diggle(
    counts: &[u32],
    inside: &[bool],
    (nx, side_m): (usize, f64),
    cancel: &Cancel,
) -> Result<Vec<Expected>> {
    let ny = counts.len().checked_div(nx).unwrap_or(0);
    let reach = (nx.min(ny) / 2).min(REACH);
    let of = |value: &dyn Fn(usize) -> f64| (0..nx * ny).map(value).collect::<Vec<_>>();
    let seen = of(&|i| if inside[i] { f64::from(counts[i]) } else { 0.0 });
    let ground = of(&|i| f64::from(u8::from(inside[i])));
    let (n, squares) = (seen.iter().sum::<f64>(), ground.iter().sum::<f64>());
    if n < 2.0 {
        return Ok(vec![]);
    }
    let overlaps = lags(&ground, nx, reach, cancel)?;
    let together = lags(&seen, nx, reach, cancel)?;
    let per_pair = squares * squares * side_m * side_m / (n * (n - 1.0));
    let mut pairs = Vec::new();
    for (k, (&found, &overlap)) in together.iter().zip(&overlaps).enumerate() {
        let (dy, dx) = (k / (2 * reach + 1), (k % (2 * reach + 1)).abs_diff(reach));
        // Of the middle row both sides are there, of the others one of two; an incident is no pair with itself.
        let found = if (dy, dx) == (0, 0) { found - n } else { found * if dy == 0 { 1.0 } else { 2.0 } };
        if found > 0.0 {
            pairs.push((((dx * dx + dy * dy) as f64).sqrt() * side_m, found / overlap * per_pair));
        }
    }
    let area_an_incident = squares * side_m * side_m / n;
    let radii = (1..).map(|k| k as f64 * side_m).take_while(|r| 2.0 * r <= reach as f64 * side_m);
    let wide = radii.filter(|r| *r >= 2.0 * LEAST_SQUARES * side_m);
    Ok(wide.map(|r| Expected { sd_m: 0.5 * r, mean_square: mean_square(&pairs, area_an_incident, r) }).collect())
}

/// The error for discs of radius `r`, from the distances of pairs and what each adds to Ripley's K.
fn mean_square(pairs: &[(f64, f64)], area_an_incident: f64, r: f64) -> f64 {
    let disc = PI * r * r;
    let (mut within, mut shared) = (0.0, 0.0);
    for &(d, k) in pairs {
        if d <= r {
            within += k;
        }
        let s = d / (2.0 * r);
        if s < 1.0 {
            // The area that two discs so far apart share.
            shared += 2.0 * r * r * (s.acos() - s * (1.0 - s * s).sqrt()) * k;
        }
    }
    (area_an_incident - 2.0 * within) / disc + shared / (disc * disc)
}

/// Sums of the products of values `dy` rows and `dx` columns apart, rows `0..=reach` by columns `-reach..=reach`.
fn lags(values: &[f64], nx: usize, reach: usize, cancel: &Cancel) -> Result<Vec<f64>> {
    let wide = 2 * reach + 1;
    let ny = values.len() / nx;
    let of_row = |y: usize| {
        cancel.check()?;
        let mut sums = vec![0.0; (reach + 1) * wide];
        for (x, &here) in values[y * nx..(y + 1) * nx].iter().enumerate().filter(|(_, v)| **v != 0.0) {
            let (from, skip) = (x.saturating_sub(reach), reach.saturating_sub(x));
            let to = (x + reach + 1).min(nx);
            for (other, sums) in (y..ny).zip(sums.chunks_exact_mut(wide)) {
                let there = &values[other * nx + from..other * nx + to];
                sums[skip..].iter_mut().zip(there).for_each(|(sum, v)| *sum += here * v);
            }
        }
        Ok(sums)
    };
    let add = |mut a: Vec<f64>, b: Vec<f64>| {
        a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
        Ok(a)
    };
    // Whole numbers: their sums are the same in any order.
    (0..ny).into_par_iter().map(of_row).try_reduce(|| vec![0.0; (reach + 1) * wide], add)
}

#[cfg(test)]
#[path = "berman_diggle_tests.rs"]
mod tests;
