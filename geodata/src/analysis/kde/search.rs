//! Bandwidths that the incidents themselves choose: how well others foretell each one, for many bandwidths.

use super::Kernel;
use super::lattice::banded;
use super::stencil::Stencil;
use crate::cancel::Cancel;
use crate::error::{Error, Result};

/// Bandwidths that are tried.
pub const TRIED_BANDWIDTHS: usize = 30;
/// Squares that a standard deviation spans at least: less cannot be told from the squares' own size.
const LEAST_SQUARES: f64 = 2.0;
/// From twice this many squares a standard deviation on, squares of twice the side are as good and four times as fast.
const ENOUGH_SQUARES: f64 = 4.0;
/// Below this share of the kernel's top a difference is rounding.
const ROUNDING: f64 = 1e-9;

/// How one bandwidth does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tried {
    /// Standard deviation of the Gaussian kernel, metres.
    pub sd_m: f64,
    /// Sum over the incidents of the logarithm of the density (per km2) that all others give at their place.
    pub log_likelihood: f64,
    /// Sum over the incidents of one over the density at their place, less the ground, km2: zero for a good bandwidth.
    pub ground_gap_km2: f64,
}

/// Standard deviations to try on a lattice: even steps of their logarithm from two squares to half of its longer side.
#[must_use]
pub fn tried_sds(squares: usize, (nx, side_m): (usize, f64)) -> Vec<f64> {
    let longer = nx.max(squares.checked_div(nx).unwrap_or(0)) as f64;
    let (low, high) = (LEAST_SQUARES * side_m, (0.5 * longer).max(2.0 * LEAST_SQUARES) * side_m);
    let last = (TRIED_BANDWIDTHS - 1) as f64;
    (0..TRIED_BANDWIDTHS).map(|k| low * (high / low).powf(k as f64 / last)).collect()
}

/// Tries Gaussian kernels of the given standard deviations on counts by square of a lattice.
///
/// The likelihood leaves each incident out of the density at its own place and divides by the kernel's mass within the
/// study area; its largest is the choice of likelihood cross-validation. The gap of the ground takes all incidents
/// without edge correction; its smallest size is the choice of Cronie and van Lieshout. Compact kernels cannot be tried
/// so, since one lonely incident has the likelihood zero: the choice is a standard deviation, which every kernel has.
///
/// # Units
/// Metres; see [`Tried`].
///
/// # Assumptions
/// Incidents of one square share its place. Where a kernel spans eight squares or more, squares of twice the side
/// stand in. An incident without another within five standard deviations is foretold by its nearest alone.
///
/// # Errors
/// Fewer than two incidents; a stopped request.
///
/// # References
/// Loader (1999), doi:10.1007/b98858, section 5.3; Cronie and van Lieshout (2018), doi:10.1093/biomet/asy001.
pub fn search(
    counts: &[u32],
    inside: &[bool],
    (nx, side_m): (usize, f64),
    sds_m: &[f64],
    cancel: &Cancel,
) -> Result<Vec<Tried>> {
    let mut level = Level::new(counts, inside, (nx, side_m));
    let n: f64 = level.counts.iter().sum();
    if n < 2.0 {
        return Err(Error::invalid(
            format!("{n} incidents cannot choose a bandwidth: each is foretold by the others"),
            "give the bandwidth in metres, for example bandwidth_m=500, or ask for a longer period",
        ));
    }
    // From narrow to wide, so that the lattice only ever gets coarser.
    let mut order: Vec<usize> = (0..sds_m.len()).collect();
    order.sort_by(|&a, &b| sds_m[a].total_cmp(&sds_m[b]));
    let mut tried = vec![Tried { sd_m: f64::NAN, log_likelihood: f64::NAN, ground_gap_km2: f64::NAN }; sds_m.len()];
    cancel.begin(sds_m.len() as u64);
    for k in order {
        cancel.check()?;
        while sds_m[k] >= 2.0 * ENOUGH_SQUARES * level.side_m && level.nx.max(level.ny) > 1 {
            level = level.halved();
        }
        tried[k] = level.tried(sds_m[k])?;
        cancel.advance(1);
    }
    Ok(tried)
}

/// Counts on a lattice, and the share of each square that is in the study area.
struct Level {
    counts: Vec<f64>,
    ground: Vec<f64>,
    nx: usize,
    ny: usize,
    side_m: f64,
    /// Squares with one incident, with the squared distance in squares to the nearest other one.
    lonely: Vec<(usize, f64)>,
}

impl Level {
    fn new(counts: &[u32], inside: &[bool], (nx, side_m): (usize, f64)) -> Self {
        let counts = counts.iter().zip(inside).map(|(&c, &i)| if i { f64::from(c) } else { 0.0 }).collect();
        let ground = inside.iter().map(|&i| f64::from(u8::from(i))).collect();
        Self::with(counts, ground, nx, side_m)
    }

    fn with(counts: Vec<f64>, ground: Vec<f64>, nx: usize, side_m: f64) -> Self {
        let ny = counts.len().checked_div(nx).unwrap_or(0);
        let mut level = Self { counts, ground, nx, ny, side_m, lonely: vec![] };
        let single = (0..level.counts.len()).filter(|&i| level.counts[i] == 1.0);
        level.lonely = single.map(|i| (i, level.nearest(i))).collect();
        level
    }

    /// The same on squares of twice the side.
    fn halved(&self) -> Self {
        let (nx, ny) = (self.nx.div_ceil(2), self.ny.div_ceil(2));
        let sums = |from: &[f64]| {
            let mut to = vec![0.0; nx * ny];
            for (i, &v) in from.iter().enumerate() {
                to[i / self.nx / 2 * nx + i % self.nx / 2] += v;
            }
            to
        };
        let ground = sums(&self.ground).into_iter().map(|g| 0.25 * g).collect();
        Self::with(sums(&self.counts), ground, nx, 2.0 * self.side_m)
    }

    /// Squared distance in squares to the nearest other occupied square; infinite where there is none. Looks at rings
    /// of growing size, so that a crowded lattice takes few steps.
    fn nearest(&self, at: usize) -> f64 {
        let (column, row) = ((at % self.nx) as i64, (at / self.nx) as i64);
        let (nx, ny) = (self.nx as i64, self.ny as i64);
        let occupied =
            |c: i64, r: i64| c >= 0 && r >= 0 && c < nx && r < ny && self.counts[(r * nx + c) as usize] > 0.0;
        let mut best = f64::INFINITY;
        for ring in 1..nx.max(ny) {
            if (ring * ring) as f64 >= best {
                break;
            }
            for k in -ring..=ring {
                let sides = [(k, -ring), (k, ring), (-ring, k), (ring, k)];
                if sides.iter().any(|&(c, r)| occupied(column + c, row + r)) {
                    best = best.min((ring * ring + k * k) as f64);
                }
            }
        }
        best
    }

    fn tried(&self, sd_m: f64) -> Result<Tried> {
        let stencil = Stencil::<f64>::new(Kernel::Gaussian, sd_m, self.side_m).ok_or_else(|| {
            Error::invalid(
                format!("a bandwidth of {sd_m} m on squares of {} m cannot be tried", self.side_m),
                "both must be positive numbers of metres",
            )
        })?;
        let km2 = self.side_m * self.side_m / super::M2_PER_KM2;
        let (density, mass) = (banded(&stencil, &self.counts, self.nx), banded(&stencil, &self.ground, self.nx));
        let top = stencil.top();
        let (mut log_likelihood, mut one_over) = (0.0, 0.0);
        let mut lonely = self.lonely.iter().peekable();
        for (i, &count) in self.counts.iter().enumerate().filter(|(_, c)| **c > 0.0) {
            let nearest = lonely.next_if(|l| l.0 == i).map(|l| l.1);
            let others = density[i] - top;
            let log = match nearest {
                Some(d2) if others <= ROUNDING * top => top.ln() - 0.5 * d2 * (self.side_m / sd_m).powi(2),
                _ => others.ln(),
            };
            log_likelihood += count * (log - (mass[i] * km2).min(1.0).ln());
            one_over += count / density[i];
        }
        let ground: f64 = self.ground.iter().sum();
        Ok(Tried { sd_m, log_likelihood, ground_gap_km2: one_over - ground * km2 })
    }
}

/// The bandwidth that likelihood cross-validation chooses; `None` where none has a likelihood.
#[must_use]
pub fn most_likely(tried: &[Tried]) -> Option<usize> {
    let finite = (0..tried.len()).filter(|&k| tried[k].log_likelihood.is_finite());
    finite.max_by(|&a, &b| tried[a].log_likelihood.total_cmp(&tried[b].log_likelihood).then(b.cmp(&a)))
}

/// The bandwidth whose densities fit the ground best (Cronie and van Lieshout); `None` where none is defined.
#[must_use]
pub fn fits_ground(tried: &[Tried]) -> Option<usize> {
    let gap = |k: usize| tried[k].ground_gap_km2.abs();
    (0..tried.len()).filter(|&k| gap(k).is_finite()).min_by(|&a, &b| gap(a).total_cmp(&gap(b)).then(a.cmp(&b)))
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
