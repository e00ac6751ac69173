//! Cells, names and outlines of every kind of frame.

use super::*;

fn chicago() -> LonLat {
    LonLat::new(-87.627_876, 41.883_5).expect("on Earth")
}

#[test]
fn cells_hold_their_places_and_have_stable_names() {
    let snapshot = Snapshot::empty();
    for (grid, name) in [
        ("quadkey:17", "03022223103013113"),
        ("square:250@EPSG:32616", "E447750N4637000@EPSG:32616"),
        ("square:12.5@EPSG:32616", "E447900N4637025@EPSG:32616"),
        ("h3:9", "892664c1a93ffff"),
    ] {
        let frame = Frame::resolve(&grid.parse().expect("a grid"), &snapshot).expect("resolves");
        let cell = frame.cell_of(chicago()).expect("a cell");
        let shape = frame.polygon(cell);
        use geo::Contains;
        assert!(shape.contains(&geo_types::Point::new(chicago().lon(), chicago().lat())), "{grid}");
        assert_eq!(frame.cell_of(frame.centre(cell)), Some(cell), "{grid}");
        let geodesic = ground_km2(&shape);
        assert!((frame.area_km2(cell) / geodesic - 1.0).abs() < 0.01, "{grid} {geodesic}");
        assert_eq!(frame.name(cell), name);
    }
}

#[test]
fn what_cannot_be_bound_says_why() {
    let bind = |g: &str| Frame::resolve(&g.parse().expect("a grid"), &Snapshot::empty());
    assert!(bind("square:250@EPSG:4326").is_err_and(|e| e.what.contains("degrees")));
    assert!(bind("square:250@EPSG:1").is_err());
    assert!(bind("areas:wards").is_err_and(|e| e.what.contains("wards")));
}

#[test]
fn numbers_sort_by_row_and_column() {
    let mut cells: Vec<u64> = [(-2, -1), (3, -1), (0, 0), (-5, 4)].iter().filter_map(|&(c, r)| cell(c, r)).collect();
    let sorted = cells.clone();
    cells.sort_unstable();
    assert_eq!(cells, sorted);
    assert_eq!(column_row(cells[1]), (3, -1));
    assert_eq!(cell(1 << 40, 0), None);
}
