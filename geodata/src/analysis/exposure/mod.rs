//! Exposure of places: what lies within reach of marked squares, and how many young people live in an area.

mod young;

pub use young::{Young, residents_between};

use rayon::prelude::*;

use crate::cancel::Cancel;
use crate::error::Result;

/// Whether the middle of each square lies at most `reach_m` metres from a marked square, its edges included.
///
/// # Units
/// Metres; `nx` squares a row, each of side `side_m`.
///
/// # Errors
/// A stopped request.
///
/// # Example
/// ```
/// let marked = [true, false, false, false];
/// let near = geodata::analysis::exposure::within_reach(&marked, (4, 100.0), 150.0, &Default::default());
/// assert_eq!(near, Ok(vec![true, true, true, false])); // middles are 0, 50, 150 and 250 m away
/// ```
pub fn within_reach(marked: &[bool], (nx, side_m): (usize, f64), reach_m: f64, cancel: &Cancel) -> Result<Vec<bool>> {
    let mut near = vec![false; marked.len()];
    if nx == 0 {
        return Ok(near);
    }
    let ny = marked.len() / nx;
    // From the middle of one square to the edge of another, along one axis.
    let away = |steps: usize| if steps == 0 { 0.0 } else { (steps as f64 - 0.5) * side_m };
    let beside: Vec<Option<f64>> = marked.par_chunks(nx).flat_map_iter(nearest_in_row).map(|s| s.map(away)).collect();
    let rows = (0..).take_while(|&dy| away(dy) <= reach_m).take(ny).count();
    cancel.begin(ny as u64);
    near.par_chunks_mut(nx).enumerate().try_for_each(|(y, near)| {
        cancel.check()?;
        for dy in 0..rows {
            let left_m2 = reach_m * reach_m - away(dy).powi(2);
            for from in [y.checked_sub(dy), Some(y + dy).filter(|&b| dy > 0 && b < ny)].into_iter().flatten() {
                let beside = &beside[from * nx..(from + 1) * nx];
                near.iter_mut().zip(beside).for_each(|(n, d)| *n |= d.is_some_and(|d| d * d <= left_m2));
            }
        }
        cancel.advance(1);
        Ok(())
    })?;
    Ok(near)
}

/// Steps from each square of a row to the nearest marked one of that row.
fn nearest_in_row(row: &[bool]) -> Vec<Option<usize>> {
    let mut steps = vec![None; row.len()];
    let mut sweep = |order: &mut dyn Iterator<Item = usize>| {
        let mut since: Option<usize> = None;
        for x in order {
            since = if row[x] { Some(0) } else { since.map(|s| s + 1) };
            steps[x] = match (steps[x], since) {
                (Some(a), Some(b)) => Some(usize::min(a, b)),
                (a, b) => a.or(b),
            };
        }
    };
    sweep(&mut (0..row.len()));
    sweep(&mut (0..row.len()).rev());
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_square_asked_by_itself() {
        let (nx, side) = (17, 30.0);
        let marked: Vec<bool> = (0..nx * 13).map(|i| i * i % 47 == 5).collect();
        for reach in [0.0, 14.0, 15.0, 61.0, 200.0, 1e4] {
            let near = within_reach(&marked, (nx, side), reach, &Cancel::default()).unwrap();
            for (i, &found) in near.iter().enumerate() {
                let gap = |a: usize, b: usize| ((a.abs_diff(b) as f64 - 0.5) * side).max(0.0);
                let want = (0..marked.len())
                    .filter(|&j| marked[j])
                    .any(|j| gap(i % nx, j % nx).hypot(gap(i / nx, j / nx)) <= reach);
                assert_eq!(found, want, "{i} within {reach}");
            }
        }
        let none = within_reach(&[false; 6], (3, 10.0), 1e6, &Cancel::default()).unwrap();
        assert!(none.iter().all(|n| !n));
        assert_eq!(within_reach(&[], (0, 10.0), 10.0, &Cancel::default()), Ok(vec![]));
        let stopped = Cancel::default();
        stopped.stop();
        assert!(within_reach(&marked, (nx, side), 10.0, &stopped).is_err());
    }
}
