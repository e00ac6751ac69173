//! Rings of a shapefile as polygons: outer rings run clockwise, holes against it, and which hole is whose is not said.

use geo::BoundingRect;
use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo_types::{Coord, LineString, MultiPolygon, Polygon, Rect};

struct Ring {
    area: Polygon<f64>,
    bounds: Rect<f64>,
    /// Twice the area, positive where it runs against the clock.
    doubled_area: f64,
}

impl Ring {
    fn new(line: LineString<f64>) -> Option<Self> {
        if !line.0.iter().all(|c| c.x.is_finite() && c.y.is_finite()) {
            return None;
        }
        let bounds = line.bounding_rect()?;
        // Seen from a corner of its own, so that large coordinates cost no digits.
        let from = |c: Coord<f64>| c - bounds.min();
        let cross = |(a, b): (Coord<f64>, Coord<f64>)| a.x * b.y - b.x * a.y;
        let doubled_area = line.0.windows(2).map(|w| cross((from(w[0]), from(w[1])))).sum();
        Some(Self { area: Polygon::new(line, vec![]), bounds, doubled_area })
    }

    /// Whether another ring lies in it, by the first corner of that one that is not on the border.
    fn holds(&self, other: &Self) -> bool {
        let corners = &other.area.exterior().0;
        within(self.bounds, other.bounds)
            && corners.iter().map(|c| self.area.coordinate_position(c)).find(|p| *p != CoordPos::OnBoundary)
                != Some(CoordPos::Outside)
    }
}

/// Whether the second lies in the first, borders included.
fn within(outer: Rect<f64>, inner: Rect<f64>) -> bool {
    let (o, i) = ((outer.min(), outer.max()), (inner.min(), inner.max()));
    o.0.x <= i.0.x && o.0.y <= i.0.y && o.1.x >= i.1.x && o.1.y >= i.1.y
}

/// Polygons of rings. A hole goes to the smallest outer ring that it lies in; one in none is an area of its own.
///
/// Where no ring runs clockwise the writer had it the other way round.
pub(super) fn polygons(rings: Vec<LineString<f64>>) -> MultiPolygon<f64> {
    let rings: Vec<Ring> = rings.into_iter().filter_map(Ring::new).collect();
    let turned = !rings.iter().any(|r| r.doubled_area < 0.0);
    let (mut outer, holes): (Vec<Ring>, Vec<Ring>) = rings.into_iter().partition(|r| turned || r.doubled_area < 0.0);
    let mut inside: Vec<Vec<LineString<f64>>> = outer.iter().map(|_| vec![]).collect();
    for hole in holes {
        let around = outer.iter().enumerate().filter(|(_, o)| o.holds(&hole));
        let home = around.min_by(|a, b| a.1.doubled_area.abs().total_cmp(&b.1.doubled_area.abs())).map(|(at, _)| at);
        match home {
            Some(at) => inside[at].push(hole.area.into_inner().0),
            None => {
                outer.push(hole);
                inside.push(vec![]);
            }
        }
    }
    MultiPolygon(outer.into_iter().zip(inside).map(|(o, holes)| Polygon::new(o.area.into_inner().0, holes)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square with a corner at (x, y), clockwise or not.
    fn square(x: f64, y: f64, side: f64, clockwise: bool) -> LineString<f64> {
        let mut c = vec![(x, y), (x, y + side), (x + side, y + side), (x + side, y), (x, y)];
        if !clockwise {
            c.reverse();
        }
        LineString::from(c)
    }

    #[test]
    fn holes_find_the_smallest_ring_around_them_in_any_order() {
        let rings = vec![
            square(4.0, 4.0, 1.0, false),
            square(0.0, 0.0, 10.0, true),
            square(2.0, 2.0, 6.0, false),
            square(3.0, 3.0, 4.0, true),
            square(20.0, 0.0, 5.0, true),
        ];
        let areas = polygons(rings).0;
        let holes: Vec<usize> = areas.iter().map(|p| p.interiors().len()).collect();
        assert_eq!(holes, [1, 1, 0]);
        assert_eq!(areas[1].interiors()[0].0.len(), 5);
    }

    #[test]
    fn rings_of_the_other_order_are_areas_too() {
        assert_eq!(polygons(vec![square(0.0, 0.0, 1.0, false), square(5.0, 0.0, 1.0, false)]).0.len(), 2);
        // A hole in nothing is no hole; a ring without an extent is passed over.
        assert_eq!(polygons(vec![square(0.0, 0.0, 1.0, true), square(5.0, 0.0, 1.0, false)]).0.len(), 2);
        assert!(polygons(vec![LineString::from(vec![(f64::NAN, 0.0), (1.0, 1.0)])]).0.is_empty());
    }
}
