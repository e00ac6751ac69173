//! H3 cells of a study area.

use std::collections::{BTreeSet, VecDeque};

use geo::Intersects;
use geo_types::{MultiPolygon, Point};
use h3o::{CellIndex, LatLng, Resolution};

use super::lattice::refuse_above_limit;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::index::{Frame, PreparedPolygon, ground_km2};

/// Cells that touch any of the polygons, in order of their numbers.
///
/// Cells along the borders are found by places an eighth of an edge apart and their neighbours, each asked for its
/// shape; from there inwards by neighbours whose middle is inside.
///
/// # Errors
/// Too many cells; a stopped request.
pub(super) fn touched(
    frame: &Frame,
    resolution: Resolution,
    shapes: &[&MultiPolygon<f64>],
    cancel: &Cancel,
) -> Result<Vec<u64>> {
    let edge_deg = (resolution.edge_length_m() / 111_320.0 / 8.0).max(1e-9);
    let border: f64 = shapes.iter().flat_map(|s| lines(s)).map(|l| l.dx().hypot(l.dy()) / edge_deg / 4.0).sum();
    let ground: f64 = shapes.iter().map(|s| ground_km2(s)).sum();
    refuse_above_limit(frame.grid(), border + ground / resolution.area_km2())?;
    let mut all = BTreeSet::new();
    for shape in shapes {
        cancel.check()?;
        one(frame, resolution, shape, edge_deg, &mut all)?;
    }
    Ok(all.into_iter().collect())
}

fn lines(shape: &MultiPolygon<f64>) -> impl Iterator<Item = geo_types::Line<f64>> {
    shape.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors())).flat_map(|r| r.lines())
}

fn one(
    frame: &Frame,
    resolution: Resolution,
    shape: &MultiPolygon<f64>,
    step_deg: f64,
    all: &mut BTreeSet<u64>,
) -> Result<()> {
    let mut border = BTreeSet::new();
    for line in lines(shape) {
        let steps = (line.dx().hypot(line.dy()) / step_deg).ceil().max(1.0) as usize;
        for k in 0..=steps {
            let t = k as f64 / steps as f64;
            if let Ok(at) = LatLng::new(line.start.y + t * line.dy(), line.start.x + t * line.dx()) {
                border.insert(at.to_cell(resolution));
            }
        }
    }
    let prepared = PreparedPolygon::new(shape)?;
    let mut seen: BTreeSet<CellIndex> = border.clone();
    let mut queue: VecDeque<CellIndex> = VecDeque::new();
    for &cell in &border {
        for near in cell.grid_disk::<Vec<_>>(1) {
            let middle = LatLng::from(near);
            let inside = prepared.contains(middle.lng(), middle.lat());
            let touches = border.contains(&near) || inside || frame.polygon(near.into()).intersects(shape);
            if touches && all.insert(near.into()) && inside && seen.insert(near) {
                queue.push_back(near);
            }
        }
    }
    while let Some(cell) = queue.pop_front() {
        for near in cell.grid_disk::<Vec<_>>(1) {
            let middle = LatLng::from(near);
            if seen.insert(near) && shape.intersects(&Point::new(middle.lng(), middle.lat())) {
                all.insert(near.into());
                queue.push_back(near);
            }
        }
    }
    Ok(())
}
