//! Points gathered by place and sorted into square cells: what is recorded at one address is one place with a weight.

use std::ops::Range;

use rayon::prelude::*;

use crate::error::{Error, Result};

/// A point without a place.
pub(super) const NOWHERE: u32 = u32::MAX;

/// Distinct places in the order of their cells, row by row.
pub(super) struct Places {
    /// Metres east.
    pub xs: Vec<f64>,
    /// Metres north.
    pub ys: Vec<f64>,
    /// Points at each.
    pub weights: Vec<u32>,
    /// Place of each point; [`NOWHERE`] where it is not finite.
    pub of_point: Vec<u32>,
    /// Cells that hold a place.
    pub cells: Vec<Cell>,
    /// First cell of each row, and the end of the last.
    row_starts: Vec<u32>,
}

/// A square and the first of its places; within it they are sorted by x and y.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    pub row: u32,
    pub column: u32,
    pub first: u32,
}

impl Places {
    /// Gathers the points into cells of a side.
    ///
    /// # Errors
    /// More points than can be numbered, or cells too small for the ground that the points cover.
    pub(super) fn new(xy_m: &[(f64, f64)], side_m: f64) -> Result<Self> {
        let is_finite = |p: &(f64, f64)| p.0.is_finite() && p.1.is_finite();
        let finite = || xy_m.iter().filter(|p| is_finite(p));
        let low = finite().fold((f64::INFINITY, f64::INFINITY), |a, p| (a.0.min(p.0), a.1.min(p.1)));
        let high = finite().fold((f64::NEG_INFINITY, f64::NEG_INFINITY), |a, p| (a.0.max(p.0), a.1.max(p.1)));
        let most = (high.0 - low.0).max(high.1 - low.1) / side_m;
        if most > 1e6 || u32::try_from(xy_m.len()).is_err() {
            return Err(Error::invalid(
                format!("{} points over {most:.0} times their distance are not clustered", xy_m.len()),
                "use a larger distance, or a part of the ground",
            ));
        }
        let key = |p: &(f64, f64)| {
            (u64::from(((p.1 - low.1) / side_m) as u32) << 32) | u64::from(((p.0 - low.0) / side_m) as u32)
        };
        let entry = |(i, p): (usize, &(f64, f64))| is_finite(p).then(|| (key(p), i as u32));
        let mut order: Vec<(u64, u32)> = xy_m.par_iter().enumerate().filter_map(entry).collect();
        order.par_sort_unstable_by_key(|e| e.0);
        order.par_chunk_by_mut(|a, b| a.0 == b.0).for_each(|cell| {
            let at = |i: u32| xy_m[i as usize];
            cell.sort_unstable_by(|a, b| {
                let (p, q) = (at(a.1), at(b.1));
                p.0.total_cmp(&q.0).then(p.1.total_cmp(&q.1))
            });
        });
        let mut places = Self {
            xs: Vec::with_capacity(order.len()),
            ys: Vec::with_capacity(order.len()),
            weights: Vec::with_capacity(order.len()),
            of_point: vec![NOWHERE; xy_m.len()],
            cells: vec![],
            row_starts: vec![],
        };
        let mut last = None;
        for (key, i) in order {
            let (x, y) = xy_m[i as usize];
            if last != Some((key, x, y)) {
                if last.is_none_or(|l| l.0 != key) {
                    let (first, row) = (places.xs.len() as u32, (key >> 32) as usize);
                    places.row_starts.resize(row + 1, places.cells.len() as u32);
                    places.cells.push(Cell { row: (key >> 32) as u32, column: key as u32, first });
                }
                places.xs.push(x);
                places.ys.push(y);
                places.weights.push(0);
                last = Some((key, x, y));
            }
            let place = places.xs.len() - 1;
            places.weights[place] += 1;
            places.of_point[i as usize] = place as u32;
        }
        places.row_starts.push(places.cells.len() as u32);
        Ok(places)
    }

    /// Number of places.
    pub(super) fn len(&self) -> usize {
        self.xs.len()
    }

    /// Places of some consecutive cells.
    pub(super) fn of_cells(&self, cells: Range<usize>) -> Range<usize> {
        let first = |cell: usize| self.cells.get(cell).map_or(self.len(), |c| c.first as usize);
        first(cells.start)..first(cells.end)
    }

    /// Number of rows, empty ones included.
    pub(super) fn rows(&self) -> usize {
        self.row_starts.len() - 1
    }

    /// The cells of a row, each with the cells at most two rows and two columns away: one range for each of five rows.
    pub(super) fn around(&self, row: usize) -> Around<'_> {
        let of_row = |row: Option<usize>| {
            row.map_or(0..0, |row| {
                let start = |row: usize| self.row_starts.get(row).or(self.row_starts.last()).map_or(0, |s| *s as usize);
                start(row)..start(row + 1)
            })
        };
        let lines = [row.checked_sub(2), row.checked_sub(1), Some(row), Some(row + 1), Some(row + 2)].map(of_row);
        let near = lines.clone().map(|line| line.start..line.start);
        Around { cells: &self.cells, next: lines[2].start, lines, near }
    }
}

/// See [`Places::around`].
pub(super) struct Around<'a> {
    cells: &'a [Cell],
    next: usize,
    lines: [Range<usize>; 5],
    near: [Range<usize>; 5],
}

impl Iterator for Around<'_> {
    type Item = (usize, [Range<usize>; 5]);

    fn next(&mut self) -> Option<Self::Item> {
        let cell = self.next;
        if cell >= self.lines[2].end {
            return None;
        }
        self.next += 1;
        let column = self.cells[cell].column;
        for (line, near) in self.lines.iter().zip(&mut self.near) {
            while near.start < line.end && self.cells[near.start].column + 2 < column {
                near.start += 1;
            }
            near.end = near.end.max(near.start);
            while near.end < line.end && self.cells[near.end].column <= column + 2 {
                near.end += 1;
            }
        }
        Some((cell, self.near.clone()))
    }
}
