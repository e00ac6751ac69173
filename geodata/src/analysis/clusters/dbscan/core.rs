//! Which places have enough points around them, and the core places by themselves.

use std::ops::Range;

use rayon::prelude::*;

use super::super::places::Places;
use crate::cancel::Cancel;
use crate::error::Result;

/// Places measured before it is asked whether there are enough already.
const RUN: usize = 32;

/// Whether each place is a core.
pub(super) fn cores(places: &Places, eps2: f64, min_points: u32, cancel: &Cancel) -> Result<Vec<bool>> {
    let of_row = |row: usize| {
        cancel.check()?;
        let mut is_core = Vec::new();
        for (cell, near) in places.around(row) {
            let own = places.of_cells(cell..cell + 1);
            let here: u64 = places.weights[own.clone()].iter().map(|&w| u64::from(w)).sum();
            if here >= u64::from(min_points) {
                // Any two places of a cell are within the distance.
                is_core.extend(own.map(|_| true));
                continue;
            }
            // The own row first, and the rows next to it: they hold most.
            let lines = [2, 1, 3, 0, 4].map(|k| places.of_cells(near[k].clone()));
            is_core.extend(own.map(|place| has_enough(places, place, &lines, eps2, u64::from(min_points))));
        }
        Ok(is_core)
    };
    let rows: Vec<Vec<bool>> = (0..places.rows()).into_par_iter().map(of_row).collect::<Result<_>>()?;
    Ok(rows.concat())
}

fn has_enough(places: &Places, place: usize, lines: &[Range<usize>; 5], eps2: f64, min_points: u64) -> bool {
    let (x, y) = (places.xs[place], places.ys[place]);
    let mut found = 0;
    for line in lines {
        let (xs, ys, weights) = (&places.xs[line.clone()], &places.ys[line.clone()], &places.weights[line.clone()]);
        for ((xs, ys), weights) in xs.chunks(RUN).zip(ys.chunks(RUN)).zip(weights.chunks(RUN)) {
            for ((&px, &py), &weight) in xs.iter().zip(ys).zip(weights) {
                let (dx, dy) = (px - x, py - y);
                found += u64::from(weight) * u64::from(dx * dx + dy * dy <= eps2);
            }
            if found >= min_points {
                return true;
            }
        }
    }
    false
}

/// The core places alone, in the order of the cells.
pub(super) struct Cores {
    pub points: Vec<(f64, f64)>,
    /// First core of each cell, and the end of the last.
    starts: Vec<u32>,
}

impl Cores {
    pub(super) fn new(places: &Places, is_core: &[bool]) -> Self {
        let mut points = Vec::with_capacity(is_core.iter().filter(|c| **c).count());
        let mut starts = Vec::with_capacity(places.cells.len() + 1);
        for cell in 0..places.cells.len() {
            starts.push(points.len() as u32);
            points
                .extend(places.of_cells(cell..cell + 1).filter(|&p| is_core[p]).map(|p| (places.xs[p], places.ys[p])));
        }
        starts.push(points.len() as u32);
        Self { points, starts }
    }

    /// Cores of a cell.
    pub(super) fn of(&self, cell: usize) -> &[(f64, f64)] {
        &self.points[self.starts[cell] as usize..self.starts[cell + 1] as usize]
    }
}
