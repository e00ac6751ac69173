//! Spatial weights: who is whose neighbour, as compressed sparse rows.

mod grid;
mod points;
mod polygons;

pub use grid::{grid_queen, grid_queen_of_cells, grid_rook};
pub use points::{distance_band, k_nearest};
pub use polygons::{Contiguity, contiguity};

/// Neighbours of `n` places, row by row in ascending order; binary unless values are given.
///
/// Places are named by their position, so that a permutation of the rows permutes the weights and nothing else.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    offsets: Vec<u32>,
    neighbours: Vec<u32>,
    values: Option<Vec<f64>>,
}

impl Weights {
    /// Binary weights from lists of neighbours; each list is sorted and made unique. Positions past the end are dropped.
    #[must_use]
    pub fn from_lists(mut lists: Vec<Vec<u32>>) -> Self {
        let n = lists.len() as u32;
        let mut offsets = Vec::with_capacity(lists.len() + 1);
        let mut neighbours = Vec::with_capacity(lists.iter().map(Vec::len).sum());
        offsets.push(0);
        for list in &mut lists {
            list.sort_unstable();
            list.dedup();
            neighbours.extend(list.iter().filter(|&&j| j < n));
            offsets.push(neighbours.len() as u32);
        }
        Self { offsets, neighbours, values: None }
    }

    /// Binary weights from pairs, each taken in both directions.
    #[must_use]
    pub fn from_pairs(n: usize, pairs: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut lists = vec![Vec::new(); n];
        for (a, b) in pairs {
            if (a as usize) < n && (b as usize) < n {
                lists[a as usize].push(b);
                lists[b as usize].push(a);
            }
        }
        Self::from_lists(lists)
    }

    pub(super) fn from_sorted_rows(offsets: Vec<u32>, neighbours: Vec<u32>) -> Self {
        Self { offsets, neighbours, values: None }
    }

    /// Number of places.
    #[must_use]
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there is no place.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether every weight is one.
    #[must_use]
    pub fn is_binary(&self) -> bool {
        self.values.is_none()
    }

    /// Neighbours of place `i`, ascending.
    #[must_use]
    pub fn row(&self, i: usize) -> &[u32] {
        &self.neighbours[self.offsets[i] as usize..self.offsets[i + 1] as usize]
    }

    /// Weights of place `i`'s neighbours, in the order of [`Self::row`]; `None` where all are one.
    #[must_use]
    pub fn row_values(&self, i: usize) -> Option<&[f64]> {
        self.values.as_ref().map(|v| &v[self.offsets[i] as usize..self.offsets[i + 1] as usize])
    }

    /// The neighbours of place `i` other than itself, with their weights.
    pub(crate) fn entries(&self, i: usize) -> impl Iterator<Item = (usize, f64)> {
        let values = self.row_values(i);
        let weight = move |k: usize| values.map_or(1.0, |w| w[k]);
        self.row(i).iter().enumerate().map(move |(k, &j)| (j as usize, weight(k))).filter(move |&(j, _)| j != i)
    }

    /// The weight of `j` among the neighbours of `i`; zero where it is none.
    pub(crate) fn weight(&self, i: usize, j: usize) -> f64 {
        match self.row(i).binary_search(&(j as u32)) {
            Ok(k) => self.row_values(i).map_or(1.0, |w| w[k]),
            Err(_) => 0.0,
        }
    }

    /// Number of neighbours of place `i` other than itself.
    #[must_use]
    pub fn others(&self, i: usize) -> usize {
        let row = self.row(i);
        row.len() - usize::from(row.binary_search(&(i as u32)).is_ok())
    }

    /// The same with each place its own neighbour of weight one; a weight that is there already stays.
    #[must_use]
    pub fn with_self(&self) -> Self {
        self.rebuilt(|i, row, out| {
            let at = row.partition_point(|&(j, _)| j < i);
            out.extend_from_slice(&row[..at]);
            if row.get(at).is_none_or(|&(j, _)| j != i) {
                out.push((i, 1.0));
            }
            out.extend_from_slice(&row[at..]);
        })
    }

    /// The same with no place its own neighbour.
    #[must_use]
    pub fn without_self(&self) -> Self {
        self.rebuilt(|i, row, out| out.extend(row.iter().filter(|&&(j, _)| j != i)))
    }

    /// Each row divided by its sum. Gi* does not change by it; sums do.
    #[must_use]
    pub fn row_standardised(&self) -> Self {
        let mut values = Vec::with_capacity(self.neighbours.len());
        for i in 0..self.len() {
            match self.row_values(i) {
                Some(row) => {
                    let sum: f64 = row.iter().sum();
                    values.extend(row.iter().map(|w| w / sum));
                }
                None => values.extend(self.row(i).iter().map(|_| 1.0 / self.row(i).len() as f64)),
            }
        }
        Self { offsets: self.offsets.clone(), neighbours: self.neighbours.clone(), values: Some(values) }
    }

    fn rebuilt(&self, each: impl Fn(u32, &[(u32, f64)], &mut Vec<(u32, f64)>)) -> Self {
        let mut offsets = Vec::with_capacity(self.offsets.len());
        let mut neighbours = Vec::with_capacity(self.neighbours.len() + self.len());
        let mut values = self.values.as_ref().map(|v| Vec::with_capacity(v.len() + self.len()));
        let (mut row, mut out) = (Vec::new(), Vec::new());
        offsets.push(0);
        for i in 0..self.len() {
            row.clear();
            out.clear();
            let weights = self.row_values(i);
            row.extend(self.row(i).iter().enumerate().map(|(k, &j)| (j, weights.map_or(1.0, |w| w[k]))));
            each(i as u32, &row, &mut out);
            neighbours.extend(out.iter().map(|&(j, _)| j));
            if let Some(values) = &mut values {
                values.extend(out.iter().map(|&(_, w)| w));
            }
            offsets.push(neighbours.len() as u32);
        }
        Self { offsets, neighbours, values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn self_goes_in_and_out() {
        let w = Weights::from_pairs(3, [(0, 1), (1, 2), (1, 0)]);
        assert_eq!((w.row(0), w.row(1), w.row(2)), (&[1][..], &[0, 2][..], &[1][..]));
        let s = w.with_self();
        assert_eq!((s.row(0), s.row(1), s.row(2)), (&[0, 1][..], &[0, 1, 2][..], &[1, 2][..]));
        assert_eq!((s.others(1), s.with_self(), s.without_self()), (2, s.clone(), w.clone()));
        let r = s.row_standardised();
        assert_eq!(r.row_values(0), Some(&[0.5, 0.5][..]));
        assert!(!r.is_binary() && w.is_binary());
        assert!(Weights::from_lists(vec![]).is_empty());
    }
}
