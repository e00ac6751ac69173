//! A kernel on a lattice, and its convolution with counts.

use std::ops::{Add, AddAssign, Mul};

use super::Kernel;

/// Gaussians are cut at this many standard deviations on a lattice and scaled back to mass one.
pub(super) const GAUSSIAN_CUT: f64 = 5.0;
/// Cells of a stencil's reach beyond which it is not built; the lattice is too fine for the bandwidth.
const MAX_REACH: usize = 512;

/// Numbers that a convolution can be done in.
pub trait Real: Copy + Default + PartialEq + Add<Output = Self> + Mul<Output = Self> + AddAssign + Send + Sync {
    /// Rounds to this type.
    fn of(value: f64) -> Self;
}

impl Real for f32 {
    fn of(value: f64) -> Self {
        value as Self
    }
}

impl Real for f64 {
    fn of(value: f64) -> Self {
        value
    }
}

/// Heights of a kernel at whole numbers of cells, scaled so that the mass on the lattice is one.
///
/// One quarter is kept, since the kernels are round: `heights[dy][dx]`, each row as long as the kernel reaches.
#[derive(Debug, Clone, PartialEq)]
pub struct Stencil<R> {
    heights: Vec<Vec<R>>,
    /// For the Gaussian: one axis, as it is the product of two.
    axis: Option<Vec<R>>,
}

impl<R: Real> Stencil<R> {
    /// The kernel on cells of `side_m` metres, in units per km2. `None` where a bandwidth or side is not positive, or
    /// where the kernel reaches over more than 512 cells: such a lattice is finer than it need be.
    #[must_use]
    pub fn new(kernel: Kernel, bandwidth_m: f64, side_m: f64) -> Option<Self> {
        let reach = match kernel {
            Kernel::Gaussian => GAUSSIAN_CUT * bandwidth_m / side_m,
            Kernel::Quartic | Kernel::Epanechnikov => bandwidth_m / side_m,
        };
        if !(bandwidth_m > 0.0 && side_m > 0.0 && reach <= MAX_REACH as f64) {
            return None;
        }
        let reach = reach.floor() as usize;
        let per_km2 = super::M2_PER_KM2 / (side_m * side_m);
        let twice = |d: usize| if d == 0 { 1.0 } else { 2.0 };
        if kernel == Kernel::Gaussian {
            let raw: Vec<f64> = (0..=reach).map(|d| (-0.5 * (d as f64 * side_m / bandwidth_m).powi(2)).exp()).collect();
            let mass: f64 = raw.iter().enumerate().map(|(d, h)| twice(d) * h).sum();
            let axis = raw.iter().map(|h| R::of(h / mass * per_km2.sqrt())).collect();
            return Some(Self { heights: vec![], axis: Some(axis) });
        }
        let height = |dy: usize, dx: usize| kernel.height((dx * dx + dy * dy) as f64 * side_m * side_m, bandwidth_m);
        let quarter: Vec<Vec<f64>> = (0..=reach)
            .map(|dy| (0..=reach).map(|dx| height(dy, dx)).take_while(|h| *h > 0.0).collect::<Vec<_>>())
            .take_while(|row: &Vec<f64>| !row.is_empty())
            .collect();
        let mass: f64 = quarter
            .iter()
            .enumerate()
            .flat_map(|(dy, row)| row.iter().enumerate().map(move |(dx, h)| twice(dy) * twice(dx) * h))
            .sum();
        let heights = quarter.iter().map(|row| row.iter().map(|h| R::of(h / mass * per_km2)).collect()).collect();
        Some(Self { heights, axis: None })
    }

    /// Cells that the kernel reaches to each side: the margin that a tile needs.
    #[must_use]
    pub fn reach(&self) -> usize {
        self.axis.as_ref().map_or(self.heights.len(), Vec::len).saturating_sub(1)
    }

    /// Height in the middle: what an incident adds to the density of its own cell.
    #[must_use]
    pub fn top(&self) -> R {
        match &self.axis {
            Some(axis) => axis.first().map_or_else(R::default, |&a| a * a),
            None => self.heights.first().and_then(|row| row.first()).copied().unwrap_or_default(),
        }
    }

    /// Density per km2 of the cells of `field` (`nx` columns, row by row) but for a rim of `margin` cells.
    ///
    /// What lies outside `field` counts as nothing, so a tile gives the counts of its neighbourhood as the margin
    /// ([`Self::reach`] cells) and a city gives none. Empty where the margin takes all.
    #[must_use]
    pub fn convolve(&self, field: &[R], nx: usize, margin: usize) -> Vec<R> {
        let ny = field.len().checked_div(nx).unwrap_or(0);
        if nx <= 2 * margin || ny <= 2 * margin {
            return vec![];
        }
        let mut out = vec![R::default(); (nx - 2 * margin) * (ny - 2 * margin)];
        self.rows(field, nx, margin, margin, &mut out);
        out
    }

    /// Rows from `first` on, as many as `out` holds; each row is that of `field` but for `margin` cells at both ends.
    pub(super) fn rows(&self, field: &[R], nx: usize, margin: usize, first: usize, out: &mut [R]) {
        let (ny, out_nx, reach) = (field.len() / nx, nx - 2 * margin, self.reach());
        let row = |y: usize| &field[y * nx..(y + 1) * nx];
        let start = first.saturating_sub(reach);
        let end = (first + out.len() / out_nx + reach).min(ny);
        let occupied: Vec<bool> = (start..end).map(|y| row(y).iter().any(|&v| v != R::default())).collect();
        let pair = |y: usize, dy: usize| {
            let above = y.checked_sub(dy).filter(|&a| dy > 0 && occupied[a - start]);
            let below = Some(y + dy).filter(|&b| b < ny && occupied[b - start]);
            (above.map(row), below.map(row))
        };
        let mut padded = vec![R::default(); nx + 2 * reach];
        for (y, line) in (first..).zip(out.chunks_exact_mut(out_nx)) {
            let middle = reach..reach + nx;
            match &self.axis {
                None => {
                    for (dy, heights) in self.heights.iter().enumerate() {
                        let (above, below) = pair(y, dy);
                        if fold(above, below, &mut padded[middle.clone()]) {
                            spread(heights, &padded, reach + margin, line);
                        }
                    }
                }
                Some(axis) => {
                    // Down the columns for a whole row, then along it.
                    let column_sums = &mut padded[middle];
                    column_sums.fill(R::default());
                    for (dy, &h) in axis.iter().enumerate() {
                        let (above, below) = pair(y, dy);
                        for from in [above, below].into_iter().flatten() {
                            column_sums.iter_mut().zip(from).for_each(|(sum, &v)| *sum += h * v);
                        }
                    }
                    spread(axis, &padded, reach + margin, line);
                }
            }
        }
    }
}

/// Writes the sum of the rows that are there; `false` where there is none.
fn fold<R: Real>(a: Option<&[R]>, b: Option<&[R]>, to: &mut [R]) -> bool {
    match (a, b) {
        (None, None) => return false,
        (Some(a), None) | (None, Some(a)) => to.copy_from_slice(a),
        (Some(a), Some(b)) => to.iter_mut().zip(a.iter().zip(b)).for_each(|(t, (&a, &b))| *t = a + b),
    }
    true
}

/// `line[x] += sum over dx of heights[|dx|] * padded[start + x + dx]`, four distances at a time to go less often to memory.
fn spread<R: Real>(heights: &[R], padded: &[R], start: usize, line: &mut [R]) {
    let n = line.len();
    let at = |from: usize| &padded[from..from + n];
    let Some((&top, sides)) = heights.split_first() else { return };
    line.iter_mut().zip(at(start)).for_each(|(o, &v)| *o += top * v);
    let mut dx = 1;
    let mut quads = sides.chunks_exact(4);
    for h in &mut quads {
        let (l0, l1, l2, l3) = (at(start - dx), at(start - dx - 1), at(start - dx - 2), at(start - dx - 3));
        let (r0, r1, r2, r3) = (at(start + dx), at(start + dx + 1), at(start + dx + 2), at(start + dx + 3));
        for x in 0..n {
            line[x] +=
                h[0] * (l0[x] + r0[x]) + h[1] * (l1[x] + r1[x]) + h[2] * (l2[x] + r2[x]) + h[3] * (l3[x] + r3[x]);
        }
        dx += 4;
    }
    for &h in quads.remainder() {
        let (l, r) = (at(start - dx), at(start + dx));
        for x in 0..n {
            line[x] += h * (l[x] + r[x]);
        }
        dx += 1;
    }
}
