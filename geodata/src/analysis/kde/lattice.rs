//! Density on a lattice: bin, convolve, and correct for the edge of the study area.

use rayon::prelude::*;

use super::{Kernel, Stencil};
use crate::error::{Error, Result};

/// Squares in a planar frame, row by row from `(x0_m, y0_m)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lattice {
    /// Western edge, metres.
    pub x0_m: f64,
    /// The edge of row 0, metres.
    pub y0_m: f64,
    /// Side of a square, metres.
    pub side_m: f64,
    /// Columns.
    pub nx: usize,
    /// Rows.
    pub ny: usize,
}

/// What is done about the part of a kernel that lies outside the study area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Nothing: density falls off at the edge.
    None,
    /// Each place is divided by the mass of its own kernel within the area.
    Uniform,
    /// Each incident is divided by the mass of its kernel within the area, so that the total is the number of incidents.
    Diggle,
}

impl Edge {
    /// Corrections by their name in parameters.
    pub const ALL: [(&'static str, Self); 3] =
        [("none", Self::None), ("uniform", Self::Uniform), ("diggle", Self::Diggle)];
}

/// Points a block: their squares are found together, without a branch, before any is counted.
const BIN_BLOCK: usize = 256;

/// Counts of points in the squares of a lattice; a square holds its lower edges. Points outside, and NaN, are not counted.
#[must_use]
pub fn bin(xs: &[f64], ys: &[f64], lattice: &Lattice) -> Vec<u32> {
    let squares = lattice.nx * lattice.ny;
    // What lies outside is counted in one more square, which is thrown away.
    let mut counts = vec![0_u32; squares + 1];
    let scale = 1.0 / lattice.side_m;
    let (nx, ny) = (lattice.nx as f64, lattice.ny as f64);
    let mut found = [0_u32; BIN_BLOCK];
    for (xs, ys) in xs.chunks(BIN_BLOCK).zip(ys.chunks(BIN_BLOCK)) {
        for ((&x, &y), at) in xs.iter().zip(ys).zip(&mut found) {
            let (column, row) = ((x - lattice.x0_m) * scale, (y - lattice.y0_m) * scale);
            let inside = (column >= 0.0) & (row >= 0.0) & (column < nx) & (row < ny);
            let square = (row as i32 as u32).wrapping_mul(lattice.nx as u32).wrapping_add(column as i32 as u32);
            *at = if inside { square } else { squares as u32 };
        }
        for &at in &found[..xs.len().min(ys.len())] {
            counts[at as usize] += 1;
        }
    }
    counts.truncate(squares);
    counts
}

/// Density on the squares of a lattice, from counts on the same squares.
///
/// `mask[i]` tells whether a square lies in the study area; without one, all do. Incidents outside it do not count and
/// places outside it get NaN. With [`Edge::Diggle`] the sum of density times area is the number of incidents.
///
/// # Units
/// Incidents per square kilometre, over whatever period the counts are of.
///
/// # Assumptions
/// Squares of at most a fifth of the bandwidth; coarser ones smooth by their own size besides.
///
/// # Errors
/// A bandwidth or side that is not positive, or a reach of more than 512 squares.
///
/// # References
/// Diggle (1985), doi:10.2307/2347366; Jones (1993), doi:10.1007/BF00147776.
pub fn density(
    counts: &[u32],
    mask: Option<&[bool]>,
    (nx, side_m): (usize, f64),
    (kernel, bandwidth_m): (Kernel, f64),
    edge: Edge,
) -> Result<Vec<f64>> {
    let stencil = Stencil::<f64>::new(kernel, bandwidth_m, side_m).ok_or_else(|| {
        Error::invalid(
            format!("a bandwidth of {bandwidth_m} m on squares of {side_m} m cannot be used"),
            "both must be positive and the kernel may reach over at most 512 squares: take larger squares",
        )
    })?;
    let inside = |i: usize| mask.is_none_or(|m| m[i]);
    let mut field: Vec<f64> =
        counts.iter().enumerate().map(|(i, &c)| if inside(i) { f64::from(c) } else { 0.0 }).collect();
    // The mass of a kernel within the area; the stencil is per km2, the squares have an area.
    let km2 = side_m * side_m / super::M2_PER_KM2;
    let masses = || -> Vec<f64> {
        let area: Vec<f64> = (0..counts.len()).map(|i| if inside(i) { 1.0 } else { 0.0 }).collect();
        banded(&stencil, &area, nx).iter().map(|m| (m * km2).min(1.0)).collect()
    };
    let mass = (edge != Edge::None).then(masses);
    if let (Edge::Diggle, Some(mass)) = (edge, &mass) {
        field.iter_mut().zip(mass).filter(|(f, _)| **f > 0.0).for_each(|(f, m)| *f /= m);
    }
    let mut density = banded(&stencil, &field, nx);
    if let (Edge::Uniform, Some(mass)) = (edge, &mass) {
        density.iter_mut().zip(mass).for_each(|(d, m)| *d /= m);
    }
    density.iter_mut().enumerate().filter(|(i, _)| !inside(*i)).for_each(|(_, d)| *d = f64::NAN);
    Ok(density)
}

/// Rows a band of work.
const BAND: usize = 32;

/// The convolution in bands of rows on all cores. Each number is summed in the same order whatever the bands.
fn banded(stencil: &Stencil<f64>, field: &[f64], nx: usize) -> Vec<f64> {
    let mut out = vec![0.0; field.len()];
    if nx > 0 {
        out.par_chunks_mut(nx * BAND).enumerate().for_each(|(i, band)| stencil.rows(field, nx, 0, i * BAND, band));
    }
    out
}
