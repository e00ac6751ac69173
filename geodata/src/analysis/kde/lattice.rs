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
    let everywhere;
    let inside = match mask {
        Some(mask) => mask,
        None => {
            everywhere = vec![true; counts.len()];
            &everywhere
        }
    };
    let smoother = Smoother::new(inside, (nx, side_m), (kernel, bandwidth_m), edge)?;
    Ok(smoother.density(counts.iter().map(|&c| f64::from(c)).collect()))
}

/// A kernel over a study area, ready for many fields: the mass of the kernel within the area is found once.
pub struct Smoother<'a> {
    inside: &'a [bool],
    nx: usize,
    stencil: Stencil<f64>,
    edge: Edge,
    /// Mass of the kernel around each square within the area; empty without edge correction.
    mass: Vec<f64>,
}

impl<'a> Smoother<'a> {
    /// The kernel on squares of `side_m` metres, `nx` a row, of which those that are `inside` are the study area.
    ///
    /// # Errors
    /// As [`density`].
    pub fn new(
        inside: &'a [bool],
        (nx, side_m): (usize, f64),
        (kernel, bandwidth_m): (Kernel, f64),
        edge: Edge,
    ) -> Result<Self> {
        let stencil = Stencil::<f64>::new(kernel, bandwidth_m, side_m).ok_or_else(|| {
            Error::invalid(
                format!("a bandwidth of {bandwidth_m} m on squares of {side_m} m cannot be used"),
                "both must be positive and the kernel may reach over at most 512 squares: take larger squares",
            )
        })?;
        let mut mass = vec![];
        if edge != Edge::None {
            // The stencil is per km2, the squares have an area.
            let km2 = side_m * side_m / super::M2_PER_KM2;
            let area: Vec<f64> = inside.iter().map(|&i| f64::from(u8::from(i))).collect();
            mass = banded(&stencil, &area, nx);
            mass.iter_mut().for_each(|m| *m = (*m * km2).min(1.0));
        }
        Ok(Self { inside, nx, stencil, edge, mass })
    }

    /// Which squares are the study area.
    #[must_use]
    pub fn inside(&self) -> &[bool] {
        self.inside
    }

    /// Steps that one field takes, about.
    #[must_use]
    pub fn work(&self) -> f64 {
        let across = (2 * self.stencil.reach() + 1) as f64;
        // Four distances a step; a round kernel folds its rows.
        self.inside.len() as f64 * (across + across * across / 4.0) / 4.0
    }

    /// Density of a field of numbers by square; NaN outside of the study area.
    #[must_use]
    pub fn density(&self, mut field: Vec<f64>) -> Vec<f64> {
        field.iter_mut().zip(self.inside).filter(|(_, i)| !**i).for_each(|(f, _)| *f = 0.0);
        if self.edge == Edge::Diggle {
            field.iter_mut().zip(&self.mass).filter(|(f, _)| **f > 0.0).for_each(|(f, m)| *f /= m);
        }
        let mut density = banded(&self.stencil, &field, self.nx);
        if self.edge == Edge::Uniform {
            density.iter_mut().zip(&self.mass).for_each(|(d, m)| *d /= m);
        }
        density.iter_mut().zip(self.inside).filter(|(_, i)| !**i).for_each(|(d, _)| *d = f64::NAN);
        density
    }
}

/// Rows a band of work.
const BAND: usize = 32;

/// The convolution in bands of rows on all cores. Each number is summed in the same order whatever the bands.
pub(super) fn banded(stencil: &Stencil<f64>, field: &[f64], nx: usize) -> Vec<f64> {
    let mut out = vec![0.0; field.len()];
    if nx > 0 {
        out.par_chunks_mut(nx * BAND).enumerate().for_each(|(i, band)| stencil.rows(field, nx, 0, i * BAND, band));
    }
    out
}
