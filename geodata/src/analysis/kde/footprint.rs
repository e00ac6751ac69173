//! Kernels of many widths on one lattice: their heights by square, what of them lies within an area, and their sum.

use super::stencil::GAUSSIAN_CUT;
use super::{Kernel, M2_PER_KM2};

/// A kernel on the lattice, scaled to mass one.
///
/// A Gaussian is the product of one profile along the row and one across, so that the kernels of a row are added up along
/// it once and then laid on every row; the others have a profile of their own for each distance from the row.
pub(super) struct Footprint {
    /// By distance in rows; one for all distances where the kernel is a product. A profile sums to a share of one.
    profiles: Vec<Profile>,
    /// What a profile is multiplied with, by distance in rows, to be incidents a km2.
    across: Vec<f64>,
    km2: f64,
}

/// Heights from the western to the eastern end, and their sum west of each square and last of all.
struct Profile {
    heights: Vec<f64>,
    before: Vec<f64>,
}

impl Profile {
    /// From the heights at the middle and east of it.
    fn new(half: &[f64], all: f64) -> Self {
        let heights: Vec<f64> = half.iter().skip(1).rev().chain(half).map(|h| h / all).collect();
        let sums = heights.iter().scan(0.0, |sum, h| {
            *sum += h;
            Some(*sum)
        });
        let before = std::iter::once(0.0).chain(sums).collect();
        Self { heights, before }
    }

    fn reach(&self) -> usize {
        self.heights.len() / 2
    }
}

/// The sum of a profile, or of the rows of a kernel, from its half.
fn sum_of_both_sides(half: &[f64]) -> f64 {
    half.iter().enumerate().map(|(d, h)| if d == 0 { *h } else { 2.0 * h }).sum()
}

impl Footprint {
    pub(super) fn new(kernel: Kernel, bandwidth_m: f64, side_m: f64) -> Self {
        let km2 = side_m * side_m / M2_PER_KM2;
        if kernel == Kernel::Gaussian {
            let reach = (GAUSSIAN_CUT * bandwidth_m / side_m).floor() as usize;
            let half: Vec<f64> =
                (0..=reach).map(|d| (-0.5 * (d as f64 * side_m / bandwidth_m).powi(2)).exp()).collect();
            let all = sum_of_both_sides(&half);
            let across = half.iter().map(|h| h / (all * km2)).collect();
            return Self { profiles: vec![Profile::new(&half, all)], across, km2 };
        }
        let reach = (bandwidth_m / side_m).floor() as usize;
        let height = |dy: usize, dx: usize| kernel.height((dx * dx + dy * dy) as f64 * side_m * side_m, bandwidth_m);
        let half = |dy: usize| (0..=reach).map(|dx| height(dy, dx)).take_while(|h| *h > 0.0).collect::<Vec<_>>();
        let halves: Vec<Vec<f64>> = (0..=reach).map(half).take_while(|half| !half.is_empty()).collect();
        let all = sum_of_both_sides(&halves.iter().map(|half| sum_of_both_sides(half)).collect::<Vec<_>>());
        let profiles: Vec<Profile> = halves.iter().map(|half| Profile::new(half, all)).collect();
        Self { across: vec![1.0 / km2; profiles.len()], profiles, km2 }
    }

    /// Rows to each side.
    pub(super) fn reach(&self) -> usize {
        self.across.len() - 1
    }

    fn profile(&self, dy: usize) -> &Profile {
        &self.profiles[dy.min(self.profiles.len() - 1)]
    }

    /// Whether the profile is one for every distance.
    fn is_product(&self) -> bool {
        self.profiles.len() == 1
    }

    /// Steps that the kernels of a row take.
    pub(super) fn work(&self, group: &[Source<'_>], nx: usize) -> usize {
        if self.is_product() {
            let width = self.profiles[0].heights.len();
            let lines: usize = runs(group, width).map(|run| span(run, self.reach(), nx)).map(|(a, b)| b - a).sum();
            lines * (2 * self.reach() + 1) + group.len() * width
        } else {
            2 * group.len() * self.profiles.iter().map(|p| p.heights.len()).sum::<usize>()
        }
    }
}

/// Incidents of one square.
pub(super) struct Source<'a> {
    pub row: usize,
    pub class: i32,
    pub column: usize,
    pub weight: f64,
    pub footprint: &'a Footprint,
}

impl Source<'_> {
    /// Whether both have one kernel in one row.
    pub(super) fn stands_with(&self, other: &Self) -> bool {
        (self.row, self.class) == (other.row, other.class)
    }

    /// First column of a profile around this square, and the heights from there on.
    fn within<'p>(&self, profile: &'p Profile) -> (usize, &'p [f64]) {
        let (from, skip) = west_end(self.column, profile.reach());
        (from, &profile.heights[skip..])
    }
}

/// Sources of a row whose kernels overlap, by ascending column.
fn runs<'g, 's>(group: &'g [Source<'s>], width: usize) -> impl Iterator<Item = &'g [Source<'s>]> {
    group.chunk_by(move |a, b| b.column - a.column <= width)
}

/// First column of the kernels of a run, and the one after their last.
fn span(run: &[Source<'_>], reach: usize, nx: usize) -> (usize, usize) {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return (0, 0) };
    (first.column.saturating_sub(reach), (last.column + reach + 1).min(nx))
}

/// Adds the kernels of a group, one kernel in one row by ascending column, to the rows of `out`, the first of which is
/// row `first` of the lattice.
pub(super) fn add_row(group: &[Source<'_>], out: &mut [f64], nx: usize, first: usize) {
    let Some(Source { row, footprint, .. }) = group.first() else { return };
    let reach = footprint.reach();
    let rows = row.saturating_sub(reach).max(first)..(row + reach + 1).min(first + out.len() / nx);
    if rows.is_empty() {
        return;
    }
    if !footprint.is_product() {
        for source in group {
            for y in rows.clone() {
                let dy = y.abs_diff(*row);
                let weight = source.weight * footprint.across[dy];
                let (from, heights) = source.within(footprint.profile(dy));
                add(&mut out[(y - first) * nx + from..(y - first + 1) * nx], heights, weight);
            }
        }
        return;
    }
    let profile = footprint.profile(0);
    for run in runs(group, profile.heights.len()) {
        let (from, to) = span(run, reach, nx);
        let mut line = vec![0.0; to - from];
        for source in run {
            let (at, heights) = source.within(profile);
            add(&mut line[at - from..], heights, source.weight);
        }
        for y in rows.clone() {
            add(&mut out[(y - first) * nx + from..(y - first) * nx + to], &line, footprint.across[y.abs_diff(*row)]);
        }
    }
}

fn add(out: &mut [f64], heights: &[f64], weight: f64) {
    out.iter_mut().zip(heights).for_each(|(o, h)| *o += weight * h);
}

/// First column of a profile with `reach` squares to each side, and how many of its squares lie west of the lattice.
fn west_end(column: usize, reach: usize) -> (usize, usize) {
    (column.saturating_sub(reach), reach.saturating_sub(column))
}

/// The study area as its stretches of squares, by row.
pub(super) struct Shape {
    /// First column and the one after the last.
    stretches: Vec<(u32, u32)>,
    /// Where the stretches of a row begin, and last how many there are.
    starts: Vec<usize>,
}

impl Shape {
    pub(super) fn new(inside: &[bool], nx: usize) -> Self {
        let (mut stretches, mut starts) = (vec![], vec![0]);
        for row in inside.chunks_exact(nx.max(1)) {
            let mut at = 0;
            for stretch in row.chunk_by(|a, b| a == b) {
                if stretch[0] {
                    stretches.push((at as u32, (at + stretch.len()) as u32));
                }
                at += stretch.len();
            }
            starts.push(stretches.len());
        }
        Self { stretches, starts }
    }

    /// Share of the kernel of a square that lies within the area.
    pub(super) fn mass(&self, &Source { row, column, footprint, .. }: &Source<'_>) -> f64 {
        let reach = footprint.reach();
        let rows = row.saturating_sub(reach)..(row + reach + 1).min(self.starts.len() - 1);
        let share = |y: usize| {
            let dy = y.abs_diff(row);
            let profile = footprint.profile(dy);
            // Columns become places on the profile.
            let place = |x: u32| (x as usize + profile.reach()).saturating_sub(column).min(profile.heights.len());
            let stretches = &self.stretches[self.starts[y]..self.starts[y + 1]];
            let mass: f64 =
                stretches.iter().map(|&(from, to)| profile.before[place(to)] - profile.before[place(from)]).sum();
            mass * footprint.across[dy] * footprint.km2
        };
        rows.map(share).sum::<f64>().min(1.0)
    }
}
