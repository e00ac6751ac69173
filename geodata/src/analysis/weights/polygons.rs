//! Contiguity of polygons by shared vertices (queen) or shared edges (rook).

use std::collections::HashMap;

use geo_types::{LineString, MultiPolygon};

use super::Weights;

/// What makes two polygons neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contiguity {
    /// A shared vertex.
    Queen,
    /// Two successive shared vertices.
    Rook,
}

/// Neighbours among polygons. Vertices at most `snap` apart (in the units of the coordinates) are the same vertex.
///
/// # Assumptions
/// Borders that touch have vertices in common, as in a coverage. A vertex of one polygon in the middle of another's
/// edge is not found; files of areas that were digitised one by one need a `snap` or a distance band.
#[must_use]
pub fn contiguity(polygons: &[MultiPolygon<f64>], kind: Contiguity, snap: f64) -> Weights {
    let vertices = Vertices::new(polygons, snap);
    let mut owners: HashMap<(u32, u32), Vec<u32>> = HashMap::new();
    for (i, polygon) in polygons.iter().enumerate() {
        for ring in rings(polygon) {
            let ids: Vec<u32> = ring.0.iter().filter_map(|c| vertices.id(c.x, c.y)).collect();
            match kind {
                Contiguity::Queen => {
                    for &v in &ids {
                        own(&mut owners, (v, v), i as u32);
                    }
                }
                Contiguity::Rook => {
                    for pair in ids.windows(2).filter(|p| p[0] != p[1]) {
                        own(&mut owners, (pair[0].min(pair[1]), pair[0].max(pair[1])), i as u32);
                    }
                }
            }
        }
    }
    let mut lists = vec![Vec::new(); polygons.len()];
    for list in owners.values().filter(|l| l.len() > 1) {
        for &a in list {
            lists[a as usize].extend(list.iter().filter(|&&b| b != a));
        }
    }
    Weights::from_lists(lists)
}

fn own(owners: &mut HashMap<(u32, u32), Vec<u32>>, key: (u32, u32), polygon: u32) {
    let list = owners.entry(key).or_default();
    if list.last() != Some(&polygon) {
        list.push(polygon);
    }
}

fn rings(polygon: &MultiPolygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    polygon.0.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()))
}

/// Distinct vertices under the snapping tolerance, the same whatever the order of the polygons.
struct Vertices {
    snap: f64,
    places: Vec<(f64, f64)>,
    exact: HashMap<(u64, u64), u32>,
    cells: HashMap<(i64, i64), Vec<u32>>,
}

impl Vertices {
    fn new(polygons: &[MultiPolygon<f64>], snap: f64) -> Self {
        let snap = if snap > 0.0 && snap.is_finite() { snap } else { 0.0 };
        let mut all: Vec<(f64, f64)> = polygons
            .iter()
            .flat_map(rings)
            .flat_map(|r| r.0.iter().filter(|c| c.x.is_finite() && c.y.is_finite()).map(|c| (c.x, c.y)))
            .collect();
        all.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        all.dedup();
        let mut this = Self { snap, places: vec![], exact: HashMap::with_capacity(all.len()), cells: HashMap::new() };
        for (x, y) in all {
            let id = this.near(x, y).unwrap_or_else(|| {
                let id = this.places.len() as u32;
                this.places.push((x, y));
                if snap > 0.0 {
                    this.cells.entry(this.cell(x, y)).or_default().push(id);
                }
                id
            });
            this.exact.insert(bits(x, y), id);
        }
        this
    }

    fn cell(&self, x: f64, y: f64) -> (i64, i64) {
        ((x / self.snap).floor() as i64, (y / self.snap).floor() as i64)
    }

    fn near(&self, x: f64, y: f64) -> Option<u32> {
        if self.snap == 0.0 {
            return None;
        }
        let (cx, cy) = self.cell(x, y);
        let around = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (cx.saturating_add(dx), cy.saturating_add(dy))));
        around.filter_map(|key| self.cells.get(&key)).flatten().copied().find(|&id| {
            let (a, b) = self.places[id as usize];
            (a - x).hypot(b - y) <= self.snap
        })
    }

    fn id(&self, x: f64, y: f64) -> Option<u32> {
        self.exact.get(&bits(x, y)).copied()
    }
}

fn bits(x: f64, y: f64) -> (u64, u64) {
    // Adding zero makes the two zeros one.
    ((x + 0.0).to_bits(), (y + 0.0).to_bits())
}

#[cfg(test)]
mod tests {
    use geo_types::{MultiPolygon, Rect, coord};

    use super::*;

    fn square(x: f64, y: f64, jitter: f64) -> MultiPolygon<f64> {
        let rect = Rect::new(coord! { x: x + jitter, y: y }, coord! { x: x + 1.0 + jitter, y: y + 1.0 });
        MultiPolygon::new(vec![rect.to_polygon()])
    }

    #[test]
    fn corners_count_for_queen_only() {
        let four = [square(0.0, 0.0, 0.0), square(1.0, 0.0, 0.0), square(0.0, 1.0, 0.0), square(5.0, 5.0, 0.0)];
        let queen = contiguity(&four, Contiguity::Queen, 0.0);
        assert_eq!((queen.row(0), queen.row(1), queen.row(3)), (&[1, 2][..], &[0, 2][..], &[] as &[u32]));
        let rook = contiguity(&four, Contiguity::Rook, 0.0);
        assert_eq!((rook.row(0), rook.row(1)), (&[1, 2][..], &[0][..]));
    }

    #[test]
    fn snapping_joins_what_rounding_parted() {
        let two = [square(0.0, 0.0, 0.0), square(1.0, 0.0, 1e-9)];
        assert_eq!(contiguity(&two, Contiguity::Rook, 0.0).row(0).len(), 0);
        assert_eq!(contiguity(&two, Contiguity::Rook, 1e-8).row(0), &[1]);
        assert!(contiguity(&[], Contiguity::Queen, 0.0).is_empty());
    }
}
