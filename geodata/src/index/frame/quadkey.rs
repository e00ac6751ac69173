//! Cells of the Web Mercator pyramid: row (southwards) in the upper half of the number, column in the lower.

use geo_types::Coord;

use crate::model::{EARTH_RADIUS_M, LonLat, MercatorPoint};

pub(crate) fn cell_of(level: u8, p: MercatorPoint) -> u64 {
    let at = |v: u32| u64::from(v) >> (32 - u32::from(level));
    at(p.y) << 32 | at(p.x)
}

/// The cell at a column and row, if the level has it.
pub(super) fn cell(level: u8, column: i64, row: i64) -> Option<u64> {
    let at = |v: i64| u64::try_from(v).ok().filter(|v| v >> level == 0);
    Some(at(row)? << 32 | at(column)?)
}

/// Column and row with their fractions; latitudes beyond the square stand at its edge.
pub(super) fn position(level: u8, p: LonLat) -> (f64, f64) {
    let side = f64::from(level).exp2();
    let sine = p.lat().to_radians().sin();
    let v = 0.5 - ((1.0 + sine) / (1.0 - sine)).ln() / (4.0 * std::f64::consts::PI);
    ((p.lon() / 360.0 + 0.5) * side, v.clamp(0.0, 1.0) * side)
}

/// One digit a level, as Bing's quadkeys.
pub(super) fn name(level: u8, cell: u64) -> String {
    let (x, y) = (cell & 0xffff_ffff, cell >> 32);
    (0..level).rev().map(|bit| char::from(b'0' + ((x >> bit & 1) | (y >> bit & 1) << 1) as u8)).collect()
}

/// The place at a share of the cell's width (eastwards) and height (southwards).
pub(super) fn at(level: u8, cell: u64, u: f64, v: f64) -> Option<LonLat> {
    let side = f64::from(level).exp2();
    let (x, y) = ((cell & 0xffff_ffff) as f64 + u, (cell >> 32) as f64 + v);
    let latitude = (std::f64::consts::PI * (1.0 - 2.0 * y / side)).sinh().atan().to_degrees();
    LonLat::new(x / side * 360.0 - 180.0, latitude).ok()
}

pub(super) fn ring(level: u8, cell: u64) -> Vec<Coord<f64>> {
    let corners = [(0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0), (0.0, 1.0)];
    corners.iter().filter_map(|&(u, v)| at(level, cell, u, v).map(super::corner)).collect()
}

pub(super) fn area_km2(level: u8, cell: u64) -> f64 {
    let sine = |v| at(level, cell, 0.0, v).map_or(0.0, |p| p.lat().to_radians().sin());
    let width = std::f64::consts::TAU / f64::from(level).exp2();
    (EARTH_RADIUS_M / 1000.0).powi(2) * width * (sine(0.0) - sine(1.0))
}
