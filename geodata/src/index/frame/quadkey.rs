//! Cells of the Web Mercator pyramid: row (southwards) in the upper half of the number, column in the lower.

use geo_types::Coord;

use crate::model::{EARTH_RADIUS_M, LonLat, MercatorPoint};

pub(super) fn cell_of(level: u8, p: MercatorPoint) -> u64 {
    let at = |v: u32| u64::from(v) >> (32 - u32::from(level));
    at(p.y) << 32 | at(p.x)
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
