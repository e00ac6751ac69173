//! Neighbours of points: within a distance, or the k nearest.

use std::collections::HashMap;

use super::Weights;

fn buckets(points: &[(f64, f64)], side_m: f64) -> HashMap<(i64, i64), Vec<u32>> {
    let mut map: HashMap<(i64, i64), Vec<u32>> = HashMap::new();
    for (i, &(x, y)) in points.iter().enumerate() {
        if x.is_finite() && y.is_finite() {
            map.entry(((x / side_m).floor() as i64, (y / side_m).floor() as i64)).or_default().push(i as u32);
        }
    }
    map
}

fn squared(a: (f64, f64), b: (f64, f64)) -> f64 {
    (a.0 - b.0).powi(2) + (a.1 - b.1).powi(2)
}

/// Every other point at most `distance_m` metres away (planar, closed ball). No neighbour where the distance is not positive.
#[must_use]
pub fn distance_band(points: &[(f64, f64)], distance_m: f64) -> Weights {
    if !(distance_m > 0.0 && distance_m.is_finite()) {
        return Weights::from_lists(vec![Vec::new(); points.len()]);
    }
    let map = buckets(points, distance_m);
    let limit = distance_m * distance_m;
    let near = |(i, &p): (usize, &(f64, f64))| {
        let (cx, cy) = ((p.0 / distance_m).floor() as i64, (p.1 / distance_m).floor() as i64);
        let mut list = Vec::new();
        for key in (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (cx + dx, cy + dy))) {
            let found = map.get(&key).into_iter().flatten();
            list.extend(found.filter(|&&j| j as usize != i && squared(p, points[j as usize]) <= limit));
        }
        list
    };
    Weights::from_lists(points.iter().enumerate().map(near).collect())
}

/// The `k` nearest other points (planar); ties go to the smaller x, then y, then position.
#[must_use]
pub fn k_nearest(points: &[(f64, f64)], k: usize) -> Weights {
    use rstar::{RTree, primitives::GeomWithData};
    let entries = points.iter().enumerate().filter(|(_, p)| p.0.is_finite() && p.1.is_finite());
    let tree = RTree::bulk_load(entries.map(|(i, &(x, y))| GeomWithData::new([x, y], i as u32)).collect());
    let near = |(i, &p): (usize, &(f64, f64))| {
        let mut list: Vec<(f64, f64, f64, u32)> = Vec::new();
        if !(p.0.is_finite() && p.1.is_finite()) {
            return Vec::new();
        }
        for (entry, d) in tree.nearest_neighbor_iter_with_distance_2([p.0, p.1]) {
            if entry.data as usize == i {
                continue;
            }
            // All that tie with the k-th are gathered before the tie is broken.
            if list.len() >= k && list.get(k.wrapping_sub(1)).is_none_or(|last| d > last.0) {
                break;
            }
            list.push((d, entry.geom()[0], entry.geom()[1], entry.data));
        }
        list.sort_by(|a, b| {
            a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2)).then(a.3.cmp(&b.3))
        });
        list.truncate(k);
        list.into_iter().map(|t| t.3).collect()
    };
    Weights::from_lists(points.iter().enumerate().map(near).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: [(f64, f64); 5] = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (4.0, 0.0), (4.0, 0.0)];

    #[test]
    fn the_ball_is_closed() {
        let w = distance_band(&LINE, 2.0);
        assert_eq!((w.row(0), w.row(2), w.row(3)), (&[1, 2][..], &[0, 1, 3, 4][..], &[2, 4][..]));
        assert_eq!(distance_band(&LINE, f64::NAN).row(0).len(), 0);
        assert!(distance_band(&[], 1.0).is_empty());
    }

    #[test]
    fn ties_are_broken_by_place() {
        let w = k_nearest(&LINE, 1);
        assert_eq!((w.row(1), w.row(3), w.row(4)), (&[0][..], &[4][..], &[3][..]));
        assert_eq!(k_nearest(&LINE, 9).row(0), &[1, 2, 3, 4]);
        assert_eq!(k_nearest(&LINE, 0).row(0).len(), 0);
        assert_eq!(k_nearest(&[(0.0, 0.0)], 3).row(0).len(), 0);
    }
}
