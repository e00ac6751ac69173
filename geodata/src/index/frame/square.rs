//! Squares at multiples of their side in a planar system.

use geo_types::Coord;

use super::lattice;
use crate::crs::Crs;
use crate::model::{LonLat, PlanarPoint};

pub(crate) fn cell_of(side_m: f64, p: PlanarPoint) -> Option<u64> {
    // A float-to-integer cast saturates, and the lattice refuses what is beyond it.
    lattice::cell((p.x_m / side_m).floor() as i64, (p.y_m / side_m).floor() as i64)
}

fn place(side_m: f64, crs: &Crs, cell: u64, u: f64, v: f64) -> Option<LonLat> {
    let (column, row) = lattice::column_row(cell);
    let (x_m, y_m) = ((column as f64 + u) * side_m, (row as f64 + v) * side_m);
    crs.planar_to_lonlat(PlanarPoint { x_m, y_m }).ok()
}

/// The lower left corner in whole metres, or with a fraction where the side has one.
pub(super) fn name(side_m: f64, epsg: u16, cell: u64) -> String {
    let (column, row) = lattice::column_row(cell);
    format!("E{}N{}@EPSG:{epsg}", column as f64 * side_m, row as f64 * side_m)
}

/// Corners, and for sides above 2 km places between them, since a straight edge of the plane is bent in degrees.
pub(super) fn ring(side_m: f64, crs: &Crs, cell: u64) -> Vec<Coord<f64>> {
    let parts = (side_m / 2000.0).ceil().clamp(1.0, 16.0) as usize;
    let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)];
    let mut ring = Vec::with_capacity(4 * parts + 1);
    for pair in corners.windows(2) {
        for k in 0..parts {
            let t = k as f64 / parts as f64;
            let (u, v) = (pair[0].0 + t * (pair[1].0 - pair[0].0), pair[0].1 + t * (pair[1].1 - pair[0].1));
            ring.extend(place(side_m, crs, cell, u, v).map(super::corner));
        }
    }
    ring.extend(ring.first().copied());
    ring
}

pub(super) fn centre(side_m: f64, crs: &Crs, cell: u64) -> Option<LonLat> {
    place(side_m, crs, cell, 0.5, 0.5)
}
