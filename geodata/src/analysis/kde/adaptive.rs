//! Adaptive density (Abramson): narrow kernels where incidents are dense, wide ones where they are few.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::footprint::{Footprint, Shape, Source, add_row};
use super::{Edge, Kernel, density};
use crate::cancel::Cancel;
use crate::error::{Error, Kind, Result};
use crate::limits::MAX_ADAPTIVE_WORK;

/// Bandwidths are taken in steps of this factor, so that many incidents have one kernel.
const STEP: f64 = 1.02;
/// The same for Gaussians, of which the two around the bandwidth asked for are mixed: the top is within six in a thousand.
const GAUSSIAN_STEP: f64 = 1.08;
/// Narrowest and widest kernel over the bandwidth asked for.
pub const ADAPTIVE_FACTORS: (f64, f64) = (0.25, 4.0);
/// Rows a band of work has at least: what lies around a band is looked at once more for it.
const MIN_BAND: usize = 32;

/// A density with the bandwidths that it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Adaptive {
    /// Per km2; NaN outside of the study area.
    pub density: Vec<f64>,
    /// Narrowest and widest bandwidth used, metres.
    pub bandwidths_m: (f64, f64),
}

/// Density on a lattice with a bandwidth of each incident's own: `h sqrt(g / pilot)`, where the pilot is the density of
/// fixed bandwidth h at the incident and g its geometric mean over the incidents.
///
/// The factor stays within [`ADAPTIVE_FACTORS`] and is rounded to steps of two per cent; Gaussians of two steps are mixed.
/// With [`Edge::Diggle`] the sum of density times area is the number of incidents.
///
/// # Units
/// Incidents per square kilometre.
///
/// # Errors
/// [`Edge::Uniform`], which has no one kernel to divide by; what [`density`] refuses; more than
/// [`MAX_ADAPTIVE_WORK`] steps; a stopped request.
///
/// # References
/// Abramson (1982), doi:10.1214/aos/1176345986; Davies and Baddeley (2018), doi:10.1007/s11222-017-9772-4.
pub fn adaptive(
    counts: &[u32],
    inside: &[bool],
    (nx, side_m): (usize, f64),
    (kernel, bandwidth_m): (Kernel, f64),
    edge: Edge,
    cancel: &Cancel,
) -> Result<Adaptive> {
    if edge == Edge::Uniform {
        return Err(Error::invalid(
            "an adaptive density has no uniform edge correction: every incident has a kernel of its own",
            "use edge=diggle, which divides each incident by its own kernel's mass, or edge=none",
        ));
    }
    let pilot = density(counts, Some(inside), (nx, side_m), (kernel, bandwidth_m), edge)?;
    cancel.check()?;
    let occupied: Vec<usize> = (0..counts.len()).filter(|&i| counts[i] > 0 && inside[i]).collect();
    let n: f64 = occupied.iter().map(|&i| f64::from(counts[i])).sum();
    let ln_g = occupied.iter().map(|&i| f64::from(counts[i]) * pilot[i].ln()).sum::<f64>() / n;
    let factors: Vec<f64> = occupied
        .iter()
        .map(|&i| (0.5 * (ln_g - pilot[i].ln())).exp().clamp(ADAPTIVE_FACTORS.0, ADAPTIVE_FACTORS.1))
        .collect();
    let shares: Vec<[(i32, f64); 2]> = factors.iter().map(|&factor| classes(kernel, factor)).collect();
    let mut footprints: BTreeMap<i32, Footprint> = BTreeMap::new();
    for &(class, _) in shares.iter().flatten().filter(|(_, share)| *share > 0.0) {
        let width = step(kernel).powi(class);
        footprints.entry(class).or_insert_with(|| Footprint::new(kernel, bandwidth_m * width, side_m));
    }
    let parts = occupied.iter().zip(&shares).flat_map(|(&i, parts)| parts.iter().map(move |part| (i, part)));
    let mut sources: Vec<Source<'_>> = parts
        .filter(|(_, (_, share))| *share > 0.0)
        .filter_map(|(i, &(class, share))| {
            let weight = f64::from(counts[i]) * share;
            Some(Source { row: i / nx, class, column: i % nx, weight, footprint: footprints.get(&class)? })
        })
        .collect();
    sources.par_sort_by_key(|s| (s.row, s.class, s.column));
    refuse_above_limit(sources.chunk_by(Source::stands_with).map(|group| group[0].footprint.work(group, nx)).sum())?;
    if edge == Edge::Diggle {
        let shape = Shape::new(inside, nx);
        sources.par_chunks_mut(256).try_for_each(|some| {
            some.iter_mut().for_each(|s| s.weight /= shape.mass(s));
            cancel.check()
        })?;
    }
    let reach = footprints.values().map(Footprint::reach).max().unwrap_or(0);
    // Every square adds its kernels in the one order, whatever the bands are.
    let rows = counts.len().checked_div(nx).unwrap_or(0);
    let band = rows.div_ceil(2 * rayon::current_num_threads()).max(MIN_BAND);
    let around = |first: usize| {
        let low = sources.partition_point(|s| s.row + reach < first);
        &sources[low..sources.partition_point(|s| s.row < first + band + reach)]
    };
    cancel.begin((0..rows).step_by(band).map(|first| around(first).len() as u64).sum());
    let mut out = vec![0.0; counts.len()];
    out.par_chunks_mut((nx * band).max(1)).enumerate().try_for_each(|(k, out)| {
        for group in around(k * band).chunk_by(Source::stands_with) {
            cancel.check()?;
            add_row(group, out, nx, k * band);
            cancel.advance(group.len() as u64);
        }
        Ok(())
    })?;
    out.iter_mut().zip(inside).filter(|(_, i)| !**i).for_each(|(d, _)| *d = f64::NAN);
    let end = |pick: fn(f64, f64) -> f64| bandwidth_m * factors.iter().copied().reduce(pick).unwrap_or(1.0);
    Ok(Adaptive { density: out, bandwidths_m: (end(f64::min), end(f64::max)) })
}

/// Factor from one class of bandwidths to the next.
fn step(kernel: Kernel) -> f64 {
    if kernel == Kernel::Gaussian { GAUSSIAN_STEP } else { STEP }
}

/// The classes of an incident whose bandwidth is to be multiplied with `factor`, with its share in each: the nearest one,
/// or for a Gaussian the two around it in those shares that keep its variance.
fn classes(kernel: Kernel, factor: f64) -> [(i32, f64); 2] {
    let step = step(kernel);
    let place = factor.ln() / step.ln();
    if kernel != Kernel::Gaussian {
        return [(place.round() as i32, 1.0), (0, 0.0)];
    }
    let below = place.floor() as i32;
    let [low, high] = [below, below + 1].map(|class| step.powi(2 * class));
    let above = ((factor * factor - low) / (high - low)).clamp(0.0, 1.0);
    [(below, 1.0 - above), (below + 1, above)]
}

fn refuse_above_limit(work: usize) -> Result<()> {
    if work <= MAX_ADAPTIVE_WORK {
        return Ok(());
    }
    Err(Error::new(
        Kind::TooLarge,
        format!("adaptive kernels over these squares would take about {work} steps, more than {MAX_ADAPTIVE_WORK}"),
        "take larger cells, a smaller bandwidth, or adaptive=no",
    ))
}

#[cfg(test)]
#[path = "adaptive_tests.rs"]
mod tests;
