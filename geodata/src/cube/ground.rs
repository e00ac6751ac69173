//! The ground of a study area in squares finer than its cells: which squares lie in an area, which holds a place.

use std::sync::Arc;

use geo_types::MultiPolygon;

use super::mask::in_lattice;
use super::{CountField, Lattice};
use crate::error::Result;
use crate::index::Frame;
use crate::model::LonLat;

/// Squares of a study area's lattice, each cell divided into `division * division`, row by row.
pub(crate) struct Ground {
    frame: Arc<Frame>,
    lattice: Lattice,
    division: usize,
}

impl Ground {
    /// `None` for a field without rows and columns.
    pub(crate) fn new(field: &CountField, division: usize) -> Option<Self> {
        Some(Self { frame: Arc::clone(&field.frame), lattice: field.lattice.clone()?, division: division.max(1) })
    }

    /// Squares a row.
    pub(crate) fn nx(&self) -> usize {
        self.lattice.nx * self.division
    }

    /// Squares in all.
    pub(crate) fn len(&self) -> usize {
        self.nx() * self.lattice.ny * self.division
    }

    /// Position of the cell that a square is part of, among those of the study area; `None` outside of it.
    pub(crate) fn cell_of(&self, square: usize) -> Option<usize> {
        let (row, column) = (square / self.nx() / self.division, square % self.nx() / self.division);
        let index = *self.lattice.index_of.get(row * self.lattice.nx + column)?;
        (index != u32::MAX).then_some(index as usize)
    }

    /// The square that holds a place; `None` beyond the lattice.
    pub(crate) fn square_of(&self, place: LonLat) -> Option<usize> {
        let (u, v) = self.frame.lattice_position(place)?;
        self.at(self.in_squares((u, v)))
    }

    /// The squares whose middle lies in an area, in order; for an area smaller than that, the one at the middle of its
    /// bounds. Areas that share a border share no square but for those that are smaller than one.
    ///
    /// # Errors
    /// A vertex beyond the frame's projection.
    pub(crate) fn squares_of(&self, area: &MultiPolygon<f64>) -> Result<Vec<u32>> {
        let nx = self.nx();
        let mut crossings: Vec<Vec<f64>> = vec![vec![]; self.len().checked_div(nx).unwrap_or(0)];
        let (mut low, mut high) = ((f64::INFINITY, f64::INFINITY), (f64::NEG_INFINITY, f64::NEG_INFINITY));
        for ring in in_lattice(&self.frame, area)? {
            let ring: Vec<(f64, f64)> = ring.into_iter().map(|p| self.in_squares(p)).collect();
            for &(x, y) in &ring {
                (low, high) = ((low.0.min(x), low.1.min(y)), (high.0.max(x), high.1.max(y)));
            }
            for edge in ring.windows(2) {
                let (&[a, b], true) = (edge, edge.len() == 2) else { continue };
                let (a, b) = if a.1 <= b.1 { (a, b) } else { (b, a) };
                // Middle lines from the lower end, inside, to the upper, outside.
                let first = (a.1 - 0.5).ceil().max(0.0) as usize;
                for (row, line) in crossings.iter_mut().enumerate().skip(first) {
                    let middle = row as f64 + 0.5;
                    if middle >= b.1 {
                        break;
                    }
                    line.push(a.0 + (b.0 - a.0) * ((middle - a.1) / (b.1 - a.1)));
                }
            }
        }
        let mut squares = vec![];
        for (row, line) in crossings.iter_mut().enumerate() {
            line.sort_by(f64::total_cmp);
            for pair in line.chunks_exact(2) {
                let (from, to) = ((pair[0] - 0.5).ceil().max(0.0), (pair[1] - 0.5).ceil().clamp(0.0, nx as f64));
                squares.extend((from as usize..to as usize).map(|column| (row * nx + column) as u32));
            }
        }
        if squares.is_empty() && low.0 <= high.0 {
            squares.extend(self.at((f64::midpoint(low.0, high.0), f64::midpoint(low.1, high.1))).map(|s| s as u32));
        }
        Ok(squares)
    }

    fn in_squares(&self, (u, v): (f64, f64)) -> (f64, f64) {
        let scale = self.division as f64;
        ((u - self.lattice.column as f64) * scale, (v - self.lattice.row as f64) * scale)
    }

    fn at(&self, (x, y): (f64, f64)) -> Option<usize> {
        let (nx, ny) = (self.nx() as f64, (self.lattice.ny * self.division) as f64);
        (x >= 0.0 && y >= 0.0 && x < nx && y < ny).then(|| y as usize * self.nx() + x as usize)
    }
}
