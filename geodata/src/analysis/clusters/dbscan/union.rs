//! Cells whose cores are within the distance of each other, gathered into clusters.

use super::super::NOISE;
use super::super::places::Places;
use super::core::Cores;
use super::touch::touch;
use crate::cancel::Cancel;
use crate::error::Result;

/// Cluster of each cell ([`NOISE`] for a cell without cores) and their number.
pub(super) fn unite(places: &Places, cores: &Cores, eps2: f64, cancel: &Cancel) -> Result<(Vec<u32>, usize)> {
    let mut parents: Vec<u32> = (0..places.cells.len() as u32).collect();
    // Cells next to each other nearly always touch, and then most of those farther away are in one cluster already.
    for is_next in [true, false] {
        for row in 0..places.rows() {
            cancel.check()?;
            for (cell, near) in places.around(row) {
                let own = cores.of(cell);
                let after = |k: usize| if k == 2 { cell + 1..near[k].end } else { near[k].clone() };
                for other in (2..5).flat_map(after).filter(|_| !own.is_empty()) {
                    let (a, b) = (places.cells[cell], places.cells[other]);
                    let is_adjacent = b.row - a.row <= 1 && a.column.abs_diff(b.column) <= 1;
                    if is_adjacent != is_next || cores.of(other).is_empty() {
                        continue;
                    }
                    let (a, b) = (root(&mut parents, cell as u32), root(&mut parents, other as u32));
                    if a != b && touch(own, cores.of(other), eps2) {
                        parents[a.max(b) as usize] = a.min(b);
                    }
                }
            }
        }
    }
    Ok(number(cores, &mut parents))
}

fn root(parents: &mut [u32], mut cell: u32) -> u32 {
    while parents[cell as usize] != cell {
        parents[cell as usize] = parents[parents[cell as usize] as usize];
        cell = parents[cell as usize];
    }
    cell
}

/// Numbers the clusters by their westernmost core, then the southernmost of those.
fn number(cores: &Cores, parents: &mut [u32]) -> (Vec<u32>, usize) {
    let roots: Vec<u32> = (0..parents.len() as u32).map(|cell| root(parents, cell)).collect();
    // The cores of a cell are sorted, so its first is its westernmost.
    let mut firsts: Vec<(f64, f64, u32)> =
        roots.iter().enumerate().filter_map(|(cell, &r)| cores.of(cell).first().map(|p| (p.0, p.1, r))).collect();
    firsts.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut numbers = vec![NOISE; roots.len()];
    let mut next = 0;
    for (_, _, root) in firsts {
        if numbers[root as usize] == NOISE {
            numbers[root as usize] = next;
            next += 1;
        }
    }
    let of_cell = roots.iter().map(|&r| numbers[r as usize]).collect();
    (of_cell, next as usize)
}
