//! The cluster of every place: its cell's for a core, that of the nearest core for a place at the border.

use rayon::prelude::*;

use super::super::NOISE;
use super::super::places::Places;
use super::core::Cores;
use crate::cancel::Cancel;
use crate::error::Result;

/// Cluster of each place.
pub(super) fn labels(
    places: &Places,
    is_core: &[bool],
    cores: &Cores,
    of_cell: &[u32],
    eps2: f64,
    cancel: &Cancel,
) -> Result<Vec<u32>> {
    let of_row = |row: usize| {
        cancel.check()?;
        let mut labels = Vec::new();
        for (cell, near) in places.around(row) {
            for place in places.of_cells(cell..cell + 1) {
                if is_core[place] {
                    labels.push(of_cell[cell]);
                    continue;
                }
                let (x, y) = (places.xs[place], places.ys[place]);
                let mut nearest = (f64::INFINITY, NOISE);
                for other in near.iter().flat_map(Clone::clone).filter(|&c| of_cell[c] != NOISE) {
                    for &(px, py) in cores.of(other) {
                        let d2 = (px - x).powi(2) + (py - y).powi(2);
                        if d2 <= eps2 && (d2, of_cell[other]) < nearest {
                            nearest = (d2, of_cell[other]);
                        }
                    }
                }
                labels.push(nearest.1);
            }
        }
        Ok(labels)
    };
    let rows: Vec<Vec<u32>> = (0..places.rows()).into_par_iter().map(of_row).collect::<Result<_>>()?;
    Ok(rows.concat())
}
