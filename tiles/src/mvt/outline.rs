//! Polygons and lines projected once, with their bounding boxes, so that every further tile is cheap.

use geo_types::{LineString, MultiLineString, MultiPolygon};

use crate::coord::to_world;

/// Smallest box around some vertices, in the unit world; empty while `min > max`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) min: [f64; 2],
    pub(crate) max: [f64; 2],
}

impl Bounds {
    const EMPTY: Self = Self { min: [f64::INFINITY; 2], max: [f64::NEG_INFINITY; 2] };

    fn add(&mut self, vertices: &[[f64; 2]]) {
        for &[x, y] in vertices {
            self.min = [self.min[0].min(x), self.min[1].min(y)];
            self.max = [self.max[0].max(x), self.max[1].max(y)];
        }
    }
}

/// One polygon (exterior ring first) or one line.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) bounds: Bounds,
    pub(crate) paths: Vec<Vec<[f64; 2]>>,
}

/// A shape in the unit square of Web Mercator. Make it once for an area and use it for every tile.
#[derive(Debug, Clone)]
pub struct Outline {
    pub(crate) parts: Vec<Part>,
    pub(crate) is_area: bool,
    vertices: usize,
}

impl Outline {
    /// Projects polygons in degrees. Vertices that are not finite are left out; latitudes beyond the Mercator square
    /// become its edge.
    #[must_use]
    pub fn of_polygons(shape: &MultiPolygon<f64>) -> Self {
        let rings = |polygon: &geo_types::Polygon<f64>| {
            std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(project).collect()
        };
        Self::new(shape.0.iter().map(rings), true)
    }

    /// Projects lines in degrees, like [`of_polygons`](Self::of_polygons).
    #[must_use]
    pub fn of_lines(shape: &MultiLineString<f64>) -> Self {
        Self::new(shape.0.iter().map(|line| vec![project(line)]), false)
    }

    fn new(parts: impl Iterator<Item = Vec<Vec<[f64; 2]>>>, is_area: bool) -> Self {
        let parts: Vec<Part> = parts
            .map(|paths| {
                let mut bounds = Bounds::EMPTY;
                // A hole cannot reach beyond its exterior ring, so the first path has the bounds of all.
                bounds.add(paths.first().map_or(&[][..], Vec::as_slice));
                Part { bounds, paths }
            })
            .collect();
        let vertices = parts.iter().flat_map(|part| &part.paths).map(Vec::len).sum();
        Self { parts, is_area, vertices }
    }

    /// Number of vertices.
    #[must_use]
    pub fn vertices(&self) -> usize {
        self.vertices
    }
}

fn project(line: &LineString<f64>) -> Vec<[f64; 2]> {
    // Two turns beyond the world nothing is seen, and numbers stay small enough to be cut exactly.
    let place = |c: &geo_types::Coord<f64>| to_world(c.x.clamp(-900.0, 900.0), c.y).into();
    line.0.iter().filter(|c| c.x.is_finite() && c.y.is_finite()).map(place).collect()
}
