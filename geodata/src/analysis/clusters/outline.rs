//! Outlines of clusters: the ground within half the reach of their places.

use std::f64::consts::{PI, TAU};

use geo::{Area, unary_union};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use rayon::prelude::*;

use super::{Clusters, NOISE, raster};
use crate::cancel::Cancel;
use crate::error::{Error, Kind, Result};
use crate::limits::MAX_OUTLINE_DISCS;

/// Corners of a disc.
const CORNERS: u32 = 24;
/// Places beyond which an outline is drawn on a grid of a ninth of the reach.
pub const MANY_PLACES: usize = 200;

/// A cluster as ground.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// Points in the cluster.
    pub points: u32,
    /// Distinct places of them.
    pub places: u32,
    /// The outline in the plane, metres.
    pub shape: MultiPolygon<f64>,
    /// Area of the outline in km2.
    pub area_km2: f64,
    /// Whether it was drawn on a grid; it is then off by up to a ninth of the reach.
    pub is_coarse: bool,
}

/// The outlines of clusters, in their order: the union of discs around their places with half the cluster's reach as
/// radius. It is never a hull, which would take in ground where nothing was recorded.
///
/// # Units
/// Planar metres; a disc is a polygon of 24 corners with the area of the disc.
///
/// # Errors
/// More discs than [`MAX_OUTLINE_DISCS`]; a stopped request.
pub fn outlines(xy_m: &[(f64, f64)], clusters: &Clusters, cancel: &Cancel) -> Result<Vec<Outline>> {
    let mut members: Vec<Vec<(f64, f64)>> = vec![vec![]; clusters.len()];
    for (&point, &label) in xy_m.iter().zip(&clusters.labels).filter(|(_, label)| **label != NOISE) {
        members[label as usize].push(point);
    }
    let points: Vec<u32> = members.iter().map(|m| m.len() as u32).collect();
    members.par_iter_mut().for_each(|m| {
        m.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        m.dedup();
    });
    let discs: usize = members.iter().map(Vec::len).filter(|&n| n <= MANY_PLACES).sum();
    if discs > MAX_OUTLINE_DISCS {
        let n = clusters.len();
        return Err(Error::new(
            Kind::TooLarge,
            format!("the outlines of {n} clusters have {discs} discs, and the bound is {MAX_OUTLINE_DISCS}"),
            "ask for more incidents a cluster (min_pts, min_cluster_size), a larger distance, or a shorter period",
        ));
    }
    cancel.begin(members.len() as u64);
    let outline = |((places, &reach_m), points): ((Vec<(f64, f64)>, &f64), u32)| {
        cancel.check()?;
        let is_coarse = places.len() > MANY_PLACES;
        let shape = if is_coarse {
            raster::outline(&places, reach_m / 2.0)
        } else {
            unary_union(&places.iter().map(|&c| disc(c, reach_m / 2.0)).collect::<Vec<_>>())
        };
        cancel.advance(1);
        let area_km2 = shape.unsigned_area() / 1e6;
        Ok(Outline { points, places: places.len() as u32, shape, area_km2, is_coarse })
    };
    members.into_par_iter().zip(&clusters.reach_m).zip(points).map(outline).collect()
}

fn disc((x, y): (f64, f64), radius_m: f64) -> Polygon<f64> {
    let step = TAU / f64::from(CORNERS);
    // A polygon within the circle would be smaller than it.
    let radius_m = radius_m * (PI / (f64::from(CORNERS) / 2.0 * step.sin())).sqrt();
    let corner = |k: u32| {
        let (sin, cos) = (f64::from(k) * step).sin_cos();
        Coord { x: x + radius_m * cos, y: y + radius_m * sin }
    };
    Polygon::new(LineString::new((0..CORNERS).map(corner).collect()), vec![])
}
