//! H3 cells.

use geo_types::Coord;
use h3o::{CellIndex, LatLng, Resolution};

use crate::error::{Error, Result};
use crate::model::LonLat;

pub(super) fn resolution(r: u8) -> Result<Resolution> {
    Resolution::try_from(r)
        .map_err(|_| Error::invalid(format!("H3 resolution {r} is not from 0 to 15"), "use for example h3:9"))
}

pub(crate) fn cell_of(resolution: Resolution, p: LonLat) -> Option<u64> {
    LatLng::new(p.lat(), p.lon()).ok().map(|at| at.to_cell(resolution).into())
}

pub(super) fn centre(cell: u64) -> Option<LonLat> {
    let at = LatLng::from(CellIndex::try_from(cell).ok()?);
    LonLat::new(at.lng(), at.lat()).ok()
}

/// The boundary, closed. A cell across the antimeridian keeps longitudes of one sign, beyond 180 where it must.
pub(super) fn ring(cell: u64) -> Vec<Coord<f64>> {
    let Ok(index) = CellIndex::try_from(cell) else { return vec![] };
    let mut ring: Vec<Coord<f64>> = index.boundary().iter().map(|p| Coord { x: p.lng(), y: p.lat() }).collect();
    let first = ring.first().copied();
    for c in &mut ring {
        let offset = first.map_or(0.0, |f| c.x - f.x);
        c.x -= if offset > 180.0 {
            360.0
        } else if offset < -180.0 {
            -360.0
        } else {
            0.0
        };
    }
    ring.extend(first);
    ring
}

pub(super) fn area_km2(cell: u64) -> f64 {
    CellIndex::try_from(cell).map_or(0.0, CellIndex::area_km2)
}
