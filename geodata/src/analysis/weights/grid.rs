//! Queen neighbours on a square grid by integer offsets: no distance is compared, so no link is lost to rounding.

use super::Weights;

/// No cell of the mask at this place of the lattice.
const OUTSIDE: u32 = u32::MAX;

/// The up to eight cells around each cell, on a lattice of `nx` columns (row by row).
///
/// `index_of[row * nx + column]` is the position of the cell within the mask, `u32::MAX` outside of it; positions run
/// from 0 without gaps. A lattice whose length is not a multiple of `nx` has its last, broken row ignored.
#[must_use]
pub fn grid_queen(nx: usize, index_of: &[u32]) -> Weights {
    grid(nx, index_of, |same_row, same_column| !(same_row && same_column))
}

/// The up to four cells that share an edge with each cell, on a lattice as that of [`grid_queen`].
#[must_use]
pub fn grid_rook(nx: usize, index_of: &[u32]) -> Weights {
    grid(nx, index_of, |same_row, same_column| same_row != same_column)
}

/// Those of the nine cells around, the own one among them, that are near by their row and column.
fn grid(nx: usize, index_of: &[u32], is_near: impl Fn(bool, bool) -> bool) -> Weights {
    let ny = index_of.len().checked_div(nx).unwrap_or(0);
    let n = index_of.iter().filter(|&&i| i != OUTSIDE).count();
    let mut place = vec![usize::MAX; n];
    for (at, &i) in index_of[..nx * ny].iter().enumerate() {
        if let Some(p) = place.get_mut(i as usize) {
            *p = at;
        }
    }
    let mut offsets = Vec::with_capacity(n + 1);
    let mut neighbours = Vec::with_capacity(8 * n);
    offsets.push(0);
    for &at in &place {
        let start = neighbours.len();
        if at != usize::MAX {
            let (row, column) = (at / nx, at % nx);
            for r in row.saturating_sub(1)..(row + 2).min(ny) {
                let line = &index_of[r * nx..(r + 1) * nx];
                for (c, &j) in line.iter().enumerate().take(column + 2).skip(column.saturating_sub(1)) {
                    if j != OUTSIDE && is_near(r == row, c == column) {
                        neighbours.push(j);
                    }
                }
            }
            if !neighbours[start..].is_sorted() {
                neighbours[start..].sort_unstable();
            }
        }
        offsets.push(neighbours.len() as u32);
    }
    Weights::from_sorted_rows(offsets, neighbours)
}

/// The same from the (column, row) of each cell, in any order; no cell twice.
///
/// Memory goes with the cells, not with their bounding box, so far-apart cells cost nothing.
#[must_use]
pub fn grid_queen_of_cells(cells: &[(i64, i64)]) -> Weights {
    let mut order: Vec<u32> = (0..cells.len() as u32).collect();
    order.sort_unstable_by_key(|&i| (cells[i as usize].1, cells[i as usize].0));
    let find = |column: i64, row: i64| {
        order
            .binary_search_by_key(&(row, column), |&i| (cells[i as usize].1, cells[i as usize].0))
            .ok()
            .map(|at| order[at])
    };
    let around = [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)];
    let near = |&(c, r): &(i64, i64)| {
        around.iter().filter_map(|&(dc, dr)| find(c.checked_add(dc)?, r.checked_add(dr)?)).collect()
    };
    Weights::from_lists(cells.iter().map(near).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_in_the_mask_is_no_neighbour() {
        // 0 1 2
        // 3 . 4
        let w = grid_queen(3, &[0, 1, 2, 3, OUTSIDE, 4]);
        assert_eq!(w.row(0), &[1, 3]);
        assert_eq!(w.row(1), &[0, 2, 3, 4]);
        assert_eq!(w.row(4), &[1, 2]);
        let rook = grid_rook(3, &[0, 1, 2, 3, OUTSIDE, 4]);
        assert_eq!((rook.row(0), rook.row(1), rook.row(4)), (&[1, 3][..], &[0, 2][..], &[2][..]));
        let cells = [(0, 0), (1, 0), (2, 0), (0, 1), (2, 1)];
        assert_eq!(grid_queen_of_cells(&cells), w);
        let shuffled = grid_queen_of_cells(&[(2, 1), (1, 0), (0, 0), (0, 1), (2, 0)]);
        assert_eq!(shuffled.row(0), &[1, 4]);
    }

    #[test]
    fn nothing_and_one() {
        assert!(grid_queen(0, &[]).is_empty());
        assert!(grid_queen_of_cells(&[]).is_empty());
        assert_eq!(grid_queen(1, &[0]).row(0), &[] as &[u32]);
        assert_eq!(grid_queen_of_cells(&[(i64::MAX, i64::MIN)]).others(0), 0);
    }
}
