//! Prepared polygons against the plain predicate, borders and holes included.

use super::*;
use geo::Intersects;
use geo_types::{LineString, Point, Polygon, polygon};
use proptest::prelude::*;

fn lattice_ring() -> impl Strategy<Value = Vec<(f64, f64)>> {
    // A star around the origin on a coarse lattice: simple, with many horizontal edges and repeated heights.
    prop::collection::vec(1i32..8, 5..60).prop_map(|radii| {
        let n = radii.len() as f64;
        let at = |(k, r): (usize, &i32)| {
            let a = k as f64 / n * std::f64::consts::TAU;
            ((f64::from(*r) * a.cos() * 4.0).round() / 4.0, (f64::from(*r) * a.sin() * 4.0).round() / 4.0)
        };
        radii.iter().enumerate().map(at).collect()
    })
}

proptest! {
    #[test]
    fn places_are_decided_as_by_geo(ring in lattice_ring(), at in prop::collection::vec((-40i32..40, -40i32..40), 40)) {
        use geo::Validation;
        let shape = MultiPolygon(vec![Polygon::new(LineString::from(ring), vec![])]);
        prop_assume!(shape.is_valid());
        let prepared = PreparedPolygon::new(&shape).expect("finite");
        for (x, y) in at {
            let (x, y) = (f64::from(x) / 4.0, f64::from(y) / 4.0);
            prop_assert_eq!(prepared.contains(x, y), shape.intersects(&Point::new(x, y)), "{} {}", x, y);
            let r = Rect { west: x, south: y, east: x + 0.75, north: y + 0.5 };
            let corners = [(r.west, r.south), (r.east, r.south), (r.west, r.north), (r.east, r.north), (x + 0.3, y + 0.2)];
            match prepared.relation(&r) {
                Relation::Inside => for (x, y) in corners { prop_assert!(prepared.contains(x, y)); },
                Relation::Outside => for (x, y) in corners { prop_assert!(!prepared.contains(x, y)); },
                Relation::Crosses => {}
            }
        }
    }
}

#[test]
fn holes_and_their_borders() {
    let shape = MultiPolygon(vec![polygon!(
        exterior: [(x: 0.0, y: 0.0), (x: 10.0, y: 0.0), (x: 10.0, y: 10.0), (x: 0.0, y: 10.0)],
        interiors: [[(x: 4.0, y: 4.0), (x: 6.0, y: 4.0), (x: 6.0, y: 6.0), (x: 4.0, y: 6.0)]],
    )]);
    let p = PreparedPolygon::new(&shape).expect("finite");
    for (x, y, inside) in [
        (5.0, 5.0, false),
        (4.0, 5.0, true),
        (6.0, 6.0, true),
        (0.0, 0.0, true),
        (10.0, 10.0, true),
        (5.0, 10.0, true),
        (5.0, 3.0, true),
        (10.000_000_1, 5.0, false),
    ] {
        assert_eq!(p.contains(x, y), inside, "{x} {y}");
    }
}

#[test]
fn empty_degenerate_and_non_finite_shapes() {
    let empty = PreparedPolygon::new(&MultiPolygon(vec![])).expect("empty is fine");
    assert!(!empty.contains(0.0, 0.0));
    assert_eq!(empty.relation(&Rect { west: -1.0, south: -1.0, east: 1.0, north: 1.0 }), Relation::Outside);
    let flat = MultiPolygon(vec![polygon![(x: 0.0, y: 1.0), (x: 5.0, y: 1.0), (x: 2.0, y: 1.0)]]);
    let flat = PreparedPolygon::new(&flat).expect("finite");
    assert!(flat.contains(3.0, 1.0) && !flat.contains(3.0, 1.1));
    let bad = MultiPolygon(vec![polygon![(x: 0.0, y: f64::NAN), (x: 5.0, y: 1.0), (x: 2.0, y: 1.0)]]);
    assert!(PreparedPolygon::new(&bad).is_err_and(|e| e.what.contains("NaN")));
}

#[test]
fn a_zigzag_of_full_height_stays_small() {
    let ring: Vec<(f64, f64)> = (0..4000)
        .map(|k| (f64::from(k), if k % 2 == 0 { 0.0 } else { 100.0 }))
        .chain([(4000.0, -1.0), (0.0, -1.0)])
        .collect();
    let p = PreparedPolygon::new(&MultiPolygon(vec![Polygon::new(LineString::from(ring), vec![])])).expect("finite");
    assert!(p.members.len() <= 9 * p.edges.len() + MAX_STRIPS, "{}", p.members.len());
    assert!(p.contains(1.0, 50.0) && !p.contains(2.0, 50.0));
}
