//! Adaptive density (Abramson): narrow kernels where incidents are dense, wide ones where they are few.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::stencil::GAUSSIAN_CUT;
use super::{Edge, Kernel, M2_PER_KM2, density};
use crate::cancel::Cancel;
use crate::error::{Error, Kind, Result};
use crate::limits::MAX_ADAPTIVE_WORK;

/// Bandwidths are taken in steps of this factor: every incident of a step has the same kernel.
const STEP: f64 = 1.02;
/// Narrowest and widest kernel over the bandwidth asked for.
pub const ADAPTIVE_FACTORS: (f64, f64) = (0.25, 4.0);
/// Rows a band of work.
const BAND: usize = 32;

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
/// The factor stays within [`ADAPTIVE_FACTORS`] and is rounded to steps of two per cent. With [`Edge::Diggle`] the sum
/// of density times area is the number of incidents.
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
    let class = |i: usize| {
        let factor = (0.5 * (ln_g - pilot[i].ln())).exp().clamp(ADAPTIVE_FACTORS.0, ADAPTIVE_FACTORS.1);
        (factor.ln() / STEP.ln()).round() as i32
    };
    let classes: Vec<i32> = occupied.iter().map(|&i| class(i)).collect();
    let mut footprints: BTreeMap<i32, Footprint> = BTreeMap::new();
    for &c in &classes {
        footprints.entry(c).or_insert_with(|| Footprint::new(kernel, bandwidth_m * STEP.powi(c), side_m));
    }
    let work: usize = classes.iter().filter_map(|c| footprints.get(c)).map(Footprint::squares).sum();
    refuse_above_limit(work)?;
    let shape = Shape::new(inside, nx);
    let sources: Vec<Source<'_>> = occupied
        .par_iter()
        .zip(&classes)
        .with_min_len(256)
        .filter_map(|(&i, c)| {
            let footprint = footprints.get(c)?;
            let mass = if edge == Edge::Diggle { shape.mass(footprint, i) } else { 1.0 };
            Some(Source { column: i % nx, row: i / nx, weight: f64::from(counts[i]) / mass, footprint })
        })
        .collect();
    let reach = footprints.values().map(|f| f.rows.len()).max().unwrap_or(1) - 1;
    cancel.begin(counts.len().checked_div(nx * BAND).unwrap_or(0) as u64 + 1);
    let mut out = vec![0.0; counts.len()];
    out.par_chunks_mut((nx * BAND).max(1)).enumerate().try_for_each(|(band, out)| {
        let first = band * BAND;
        let low = sources.partition_point(|s| s.row + reach < first);
        let high = sources.partition_point(|s| s.row < first + BAND + reach);
        for (k, source) in sources.get(low..high).unwrap_or_default().iter().enumerate() {
            if k % 1024 == 0 {
                cancel.check()?;
            }
            source.add_to(out, nx, first);
        }
        cancel.advance(1);
        Ok(())
    })?;
    out.iter_mut().zip(inside).filter(|(_, i)| !**i).for_each(|(d, _)| *d = f64::NAN);
    let used = |c: Option<&i32>| c.map_or(bandwidth_m, |&c| bandwidth_m * STEP.powi(c));
    Ok(Adaptive { density: out, bandwidths_m: (used(classes.iter().min()), used(classes.iter().max())) })
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

/// A kernel on the lattice: `rows[dy]` from its western to its eastern end, scaled to mass one, per km2.
struct Footprint {
    rows: Vec<Vec<f64>>,
    /// Mass of each row west of each of its squares, and last of the whole row, as a share of one.
    mass_before: Vec<Vec<f64>>,
    km2: f64,
}

impl Footprint {
    fn new(kernel: Kernel, bandwidth_m: f64, side_m: f64) -> Self {
        let reach_m = if kernel == Kernel::Gaussian { GAUSSIAN_CUT * bandwidth_m } else { bandwidth_m };
        let reach = (reach_m / side_m).floor() as usize;
        let height = |dy: usize, dx: usize| {
            let d2 = (dx * dx + dy * dy) as f64 * side_m * side_m;
            if d2 <= reach_m * reach_m { kernel.height(d2, bandwidth_m) } else { 0.0 }
        };
        let half = |dy: usize| (0..=reach).map(|dx| height(dy, dx)).take_while(|h| *h > 0.0).collect::<Vec<_>>();
        let quarter: Vec<Vec<f64>> = (0..=reach).map(half).take_while(|row| !row.is_empty()).collect();
        let mut rows: Vec<Vec<f64>> =
            quarter.iter().map(|half| half.iter().skip(1).rev().chain(half).copied().collect()).collect();
        let km2 = side_m * side_m / M2_PER_KM2;
        let sums: Vec<f64> = rows.iter().map(|row| row.iter().sum()).collect();
        let all: f64 = sums.iter().enumerate().map(|(dy, s)| if dy == 0 { *s } else { 2.0 * s }).sum();
        rows.iter_mut().flatten().for_each(|h| *h /= all * km2);
        let running = |row: &Vec<f64>| {
            let sums = row.iter().scan(0.0, |sum, h| {
                *sum += h * km2;
                Some(*sum)
            });
            std::iter::once(0.0).chain(sums).collect()
        };
        let mass_before = rows.iter().map(running).collect();
        Self { rows, mass_before, km2 }
    }

    fn squares(&self) -> usize {
        2 * self.rows.iter().map(Vec::len).sum::<usize>()
    }
}

/// Incidents of one square.
struct Source<'a> {
    column: usize,
    row: usize,
    weight: f64,
    footprint: &'a Footprint,
}

impl Source<'_> {
    /// Adds the kernel to the rows from `first` on.
    fn add_to(&self, out: &mut [f64], nx: usize, first: usize) {
        let reach = self.footprint.rows.len() - 1;
        let (low, high) =
            (self.row.saturating_sub(reach).max(first), (self.row + reach + 1).min(first + out.len() / nx));
        for y in low..high {
            let heights = &self.footprint.rows[y.abs_diff(self.row)];
            let (from, skip) = west_end(self.column, heights.len() / 2);
            let line = &mut out[(y - first) * nx + from..(y - first + 1) * nx];
            line.iter_mut().zip(&heights[skip..]).for_each(|(o, h)| *o += self.weight * h);
        }
    }
}

/// First column of a row of a kernel with `reach` squares to each side, and how many squares lie west of the lattice.
fn west_end(column: usize, reach: usize) -> (usize, usize) {
    (column.saturating_sub(reach), reach.saturating_sub(column))
}

/// The study area, with the number of its squares before each square of a row.
struct Shape<'a> {
    inside: &'a [bool],
    nx: usize,
    before: Vec<u32>,
}

impl<'a> Shape<'a> {
    fn new(inside: &'a [bool], nx: usize) -> Self {
        let mut before = Vec::with_capacity(inside.len() + inside.len().checked_div(nx).unwrap_or(0));
        for row in inside.chunks_exact(nx.max(1)) {
            let mut sum = 0;
            before.push(0);
            before.extend(row.iter().map(|&i| {
                sum += u32::from(i);
                sum
            }));
        }
        Self { inside, nx, before }
    }

    /// Share of a kernel around a square that lies within the area.
    fn mass(&self, footprint: &Footprint, at: usize) -> f64 {
        let (column, row) = (at % self.nx, at / self.nx);
        let ny = self.inside.len() / self.nx;
        let mut mass = 0.0;
        for (dy, heights) in footprint.rows.iter().enumerate() {
            let reach = heights.len() / 2;
            let (from, skip) = west_end(column, reach);
            let to = (column + reach + 1).min(self.nx);
            for y in [row.checked_sub(dy), Some(row + dy).filter(|&y| dy > 0 && y < ny)].into_iter().flatten() {
                let before = &self.before[y * (self.nx + 1)..];
                let there = (before[to] - before[from]) as usize;
                if there == to - from {
                    let before = &footprint.mass_before[dy];
                    mass += before[skip + there] - before[skip];
                } else if there > 0 {
                    let squares = &self.inside[y * self.nx + from..y * self.nx + to];
                    let part: f64 = squares.iter().zip(&heights[skip..]).map(|(&i, h)| if i { *h } else { 0.0 }).sum();
                    mass += part * footprint.km2;
                }
            }
        }
        mass.min(1.0)
    }
}

#[cfg(test)]
#[path = "adaptive_tests.rs"]
mod tests;
