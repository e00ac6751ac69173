//! Counts by cell and area against every point asked by itself.

use std::collections::HashMap;

use geo::Intersects;
use geo_types::{MultiPolygon, polygon};

use super::*;
use crate::Cancel;
use crate::index::{Contents, Grid, Places, Query, Row, Snapshot};
use crate::model::{Area, Interval, LocalTime, LonLat};

fn square(id: &str, w: f64, s: f64, e: f64, n: f64) -> Area {
    Area {
        collection: "wards".into(),
        id: id.into(),
        name: id.into(),
        level: 1,
        parent: None,
        valid_from: None,
        shape: MultiPolygon(vec![polygon![(x: w, y: s), (x: e, y: s), (x: e, y: n), (x: w, y: n)]]),
        denominators: vec![],
    }
}

fn snapshot(areas: Vec<Area>, places: &[(f64, f64)]) -> Snapshot {
    let contents = Contents {
        profiles: HashMap::from([(1, crate::index::test_profile())]),
        places: Places::new(areas, vec![], vec![]).expect("finite"),
        ..Contents::default()
    };
    let rows = places.iter().enumerate().map(|(n, &(x, y))| Row {
        fid: n as i64,
        profile: 1,
        time: Interval { from: LocalTime(0), to: LocalTime(60) },
        point: LonLat::new(x, y).ok(),
    });
    Snapshot::from_rows(contents, rows).expect("builds")
}

fn grid(name: &str) -> Grid {
    name.parse().expect("a grid")
}

#[test]
fn the_mask_is_every_cell_that_shares_ground_with_an_area() {
    let triangle = MultiPolygon(vec![polygon![(x: 10.0, y: 45.0), (x: 10.031, y: 45.003), (x: 10.012, y: 45.021)]]);
    let area = Area { shape: triangle.clone(), ..square("a", 0.0, 0.0, 1.0, 1.0) };
    let city = snapshot(vec![area], &[(10.01, 45.005), (10.2, 45.2)]);
    for name in ["quadkey:17", "square:250", "h3:9"] {
        let field = count(&city, &Query::default(), &grid(name), None, &Cancel::default()).expect("counts");
        assert_eq!(
            (field.mask_name.as_str(), field.counts.iter().sum::<u32>(), field.outside_mask),
            ("areas:wards", 1, 1)
        );
        assert!(field.cells.is_sorted() && field.warnings.is_empty());
        // Everything that touches by exact geometry, found by walking over the neighbourhood.
        let mut touching = std::collections::BTreeSet::new();
        for i in 0..200 {
            for j in 0..200 {
                let p = LonLat::new(9.99 + f64::from(i) * 0.0003, 44.99 + f64::from(j) * 0.0002).expect("on Earth");
                let cell = field.frame.cell_of(p).expect("reached");
                if field.frame.polygon(cell).intersects(&triangle) {
                    touching.insert(cell);
                }
            }
        }
        assert_eq!(field.cells, touching.into_iter().collect::<Vec<_>>(), "{name}");
        if let Some(lattice) = &field.lattice {
            assert_eq!(lattice.index_of.iter().filter(|&&i| i != u32::MAX).count(), field.cells.len());
        }
    }
}

#[test]
fn areas_that_follow_the_lattice_do_not_touch_the_cells_beyond() {
    // 4 x 3 cells of quadkey level 14, by their exact corners.
    let frame = crate::index::Frame::resolve(&grid("quadkey:14"), &Snapshot::empty()).expect("resolves");
    let cell = |column, row| frame.cell_at(column, row).expect("a cell");
    let (nw, se) = (frame.polygon(cell(8000, 5000)), frame.polygon(cell(8003, 5002)));
    let (a, b) = (nw.0[0].exterior().0[3], se.0[0].exterior().0[1]);
    let city = snapshot(vec![square("a", a.x, b.y, b.x, a.y)], &[]);
    let field = count(&city, &Query::default(), &grid("quadkey:14"), None, &Cancel::default()).expect("counts");
    assert_eq!(field.cells.len(), 12);
    assert_eq!(field.lattice.map(|l| (l.column, l.row, l.nx, l.ny)), Some((8000, 5000, 4, 3)));
}

#[test]
fn a_common_border_counts_once_and_holes_do_not() {
    let mut holed = square("b", 1.0, 0.0, 2.0, 1.0);
    holed.shape.0[0].interiors_push(vec![(1.4, 0.4), (1.6, 0.4), (1.6, 0.6), (1.4, 0.6), (1.4, 0.4)]);
    let city = snapshot(
        vec![square("a", 0.0, 0.0, 1.0, 1.0), holed],
        &[(1.0, 0.5), (1.0, 0.5), (0.5, 0.5), (1.5, 0.5), (1.4, 0.5), (2.0, 1.0), (2.1, 1.0)],
    );
    let field = count(&city, &Query::default(), &grid("areas:wards"), None, &Cancel::default()).expect("counts");
    assert_eq!((field.counts, field.outside_mask), (vec![3, 2], 2));
    assert!(count(&city, &Query::default(), &grid("areas:wards"), Some("beats"), &Cancel::default()).is_err());
    assert!(count(&city, &Query::default(), &grid("areas:beats"), None, &Cancel::default()).is_err());
}

#[test]
fn without_areas_the_occupied_rectangle_and_a_warning() {
    let city = snapshot(vec![], &[(10.0, 45.0), (10.02, 45.01), (10.02, 45.01)]);
    for name in ["quadkey:16", "square:500", "h3:8"] {
        let field = count(&city, &Query::default(), &grid(name), None, &Cancel::default()).expect("counts");
        assert_eq!((field.counts.iter().sum::<u32>(), field.warnings.len()), (3, 1), "{name}");
        assert_eq!(field.lattice.map_or(2, |l| l.nx * l.ny), field.cells.len());
    }
    let none = count(&Snapshot::empty(), &Query::default(), &grid("square:500"), None, &Cancel::default());
    assert_eq!(none.expect("counts").cells.len(), 0);
    let far = snapshot(vec![], &[(-170.0, 60.0), (170.0, -60.0)]);
    let refused = count(&far, &Query::default(), &grid("quadkey:20"), None, &Cancel::default());
    assert!(refused.is_err_and(|e| e.kind == crate::Kind::TooLarge));
}
