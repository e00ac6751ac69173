//! Density tiles: counts on a lattice over the tile and its surroundings, smoothed with a quartic kernel.

use super::answers::{Ask, Raster};
use super::question::Question;
use super::released::Released;
use super::tile::{FINEST, check_tile};
use super::window::Window;
use crate::analysis::kde::{Kernel, Stencil};
use crate::error::{Error, Result};
use crate::index::Query;
use crate::model::{MercatorPoint, PrecisionSet};

/// Metres around the Earth at the equator, of which a Web Mercator tile is a fraction.
const EQUATOR_M: f64 = 40_075_016.685_578_5;
/// Bandwidths of a density tile, metres.
const BANDWIDTHS_M: std::ops::RangeInclusive<f64> = 50.0..=20_000.0;
/// Lattice cells a bandwidth: binning to a fifth of it keeps the surface smooth.
const CELLS_PER_BANDWIDTH: f64 = 5.0;
/// Lattice cells a side of a tile far out, as a power of two: a pixel each.
const PIXELS_LOG2: f64 = 8.0;
/// Lattice cells a side of a tile that is smaller than the kernel.
const MAGNIFIED_SIDE: usize = 8;

/// Density in incidents per km2 over the period (quartic kernel, no edge correction), on a lattice that the caller magnifies.
///
/// The lattice is a fifth of the bandwidth or finer, but never finer than a pixel of a 256-pixel tile.
///
/// # Errors
/// A tile or a bandwidth out of range, a public question that is refused, a stopped request.
pub fn density_tile(ask: &Ask<'_>, query: &Query, bandwidth_m: f64, z: u8, x: u32, y: u32) -> Result<Released<Raster>> {
    check_tile(z, x, y)?;
    if !BANDWIDTHS_M.contains(&bandwidth_m) {
        return Err(Error::invalid(
            format!("bandwidth_m {bandwidth_m} is out of bounds"),
            format!("give {} to {} metres", BANDWIDTHS_M.start(), BANDWIDTHS_M.end()),
        ));
    }
    // A tile much smaller than the kernel is cut out of the larger tile that holds it.
    let up = (0..z).take_while(|up| side_of_tile_m(z - up, x >> up, y >> up) * 2.0 < bandwidth_m).count() as u8;
    let raster = surface(ask, query, bandwidth_m, (z - up, x >> up, y >> up))?;
    let raster = if up == 0 { raster } else { cut(&raster, up, (x, y)) };
    Ok(Released::new(raster, ask.tier))
}

/// Metres along the middle of a tile.
fn side_of_tile_m(z: u8, x: u32, y: u32) -> f64 {
    let (shift, half) = (32 - u32::from(z), 1u32.checked_shl(31 - u32::from(z)).unwrap_or(0));
    let at = |v: u32| v.checked_shl(shift).unwrap_or(0) | half;
    let middle = MercatorPoint { x: at(x), y: at(y) }.lon_lat();
    EQUATOR_M / 2f64.powi(i32::from(z)) * middle.lat().to_radians().cos()
}

fn surface(ask: &Ask<'_>, query: &Query, bandwidth_m: f64, (z, x, y): (u8, u32, u32)) -> Result<Raster> {
    let tile_m = side_of_tile_m(z, x, y);
    let cells = (tile_m * CELLS_PER_BANDWIDTH / bandwidth_m).log2().ceil().clamp(0.0, PIXELS_LOG2);
    let log2 = (cells as u8).min(FINEST - z);
    let side = 1usize << log2;
    let side_m = tile_m / side as f64;
    let stencil = Stencil::<f32>::new(Kernel::Quartic, bandwidth_m, side_m).ok_or_else(|| {
        Error::invalid(format!("bandwidth_m {bandwidth_m} cannot be drawn at zoom {z}"), "take another")
    })?;
    // One cell more than the kernel reaches, so that magnified neighbours join without a seam.
    let border = stencil.reach() + 1;
    let window = Window { level: z + log2, log2, border, tile: (z, x, y) };
    let counts = if ask.tier.is_exact() {
        // Stand-ins and areas of kilometres are no places to smooth around.
        let precision = query.precision.or(Some(PrecisionSet::POINTLIKE));
        window.exact(ask, &Query { precision, ..query.clone() })?
    } else {
        let (release, cube) = ask.told()?;
        window.protected(&Question::new(cube, release.policy(), query)?)
    };
    let values = stencil.convolve(&counts, window.full(), stencil.reach());
    Ok(Raster { side, margin: 1, values, unit: "incidents per km2" })
}

/// The part of a surface under a tile `up` zooms deeper, interpolated between the centres.
fn cut(surface: &Raster, up: u8, (x, y): (u32, u32)) -> Raster {
    let full = surface.side + 2 * surface.margin;
    let scale = surface.side as f64 / f64::from(1u32 << up);
    let mask = (1u32 << up) - 1;
    let kept = MAGNIFIED_SIDE + 2;
    let between = |tile: u32, i: usize| {
        let centre = (i as f64 - 1.0 + 0.5) / MAGNIFIED_SIDE as f64;
        let at = (f64::from(tile & mask) + centre) * scale - 0.5 + surface.margin as f64;
        let at = at.clamp(0.0, (full - 1) as f64);
        let low = at.floor();
        (low as usize, (low as usize + 1).min(full - 1), (at - low) as f32)
    };
    let mut values = Vec::with_capacity(kept * kept);
    for row in 0..kept {
        let (r0, r1, v) = between(y, row);
        for column in 0..kept {
            let (c0, c1, u) = between(x, column);
            let line = |r: usize| surface.values[r * full + c0] * (1.0 - u) + surface.values[r * full + c1] * u;
            values.push(line(r0) * (1.0 - v) + line(r1) * v);
        }
    }
    Raster { side: MAGNIFIED_SIDE, margin: 1, values, unit: surface.unit }
}
