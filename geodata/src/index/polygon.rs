//! A polygon prepared for many questions: edges in horizontal strips, so that a place asks only the few at its height.

use geo::algorithm::kernels::RobustKernel;
use geo::{Kernel, Orientation};
use geo_types::{Coord, MultiPolygon};

use super::block::Rect;
use crate::cql::Position;
use crate::error::{Error, Result};

/// How a box lies to a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// Every place of the box is in the shape.
    Inside,
    /// None is.
    Outside,
    /// Places must be asked one by one.
    Crosses,
}

/// An edge, its lower end first.
#[derive(Debug, Clone, Copy)]
struct Edge {
    a: Coord<f64>,
    b: Coord<f64>,
}

/// Polygons with holes; the border belongs to them. Decided on the doubles given, without rounding.
#[derive(Debug, Clone)]
pub(crate) struct PreparedPolygon {
    rect: Rect,
    edges: Vec<Edge>,
    /// Where each strip's edges begin in `members`.
    starts: Vec<u32>,
    members: Vec<u32>,
    strips_per_degree: f64,
}

/// Strips of one polygon at most.
const MAX_STRIPS: usize = 4096;

impl PreparedPolygon {
    /// Sorts the edges into strips.
    ///
    /// # Errors
    /// A vertex that is not a finite number.
    pub(crate) fn new(shape: &MultiPolygon<f64>) -> Result<Self> {
        let mut edges = Vec::new();
        let mut rect = Rect::EMPTY;
        for polygon in shape {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                for line in ring.lines() {
                    let (s, e) = (line.start, line.end);
                    if ![s.x, s.y, e.x, e.y].iter().all(|v| v.is_finite()) {
                        return Err(Error::invalid(
                            format!("a polygon has the vertex ({}, {})", s.x, s.y),
                            "every vertex needs two finite numbers, longitude and latitude",
                        ));
                    }
                    rect.add(s.x, s.y);
                    rect.add(e.x, e.y);
                    edges.push(if s.y <= e.y { Edge { a: s, b: e } } else { Edge { a: e, b: s } });
                }
            }
        }
        let mut strips = edges.len().clamp(1, MAX_STRIPS);
        let height = if rect.is_empty() { 0.0 } else { rect.north - rect.south };
        loop {
            let strips_per_degree = if height > 0.0 { strips as f64 / height } else { 0.0 };
            let mut prepared =
                Self { rect, edges, starts: vec![0; strips + 1], members: Vec::new(), strips_per_degree };
            let total: usize = prepared.edges.iter().map(|e| prepared.strips_of(e.a.y, e.b.y).count()).sum();
            // Zigzags of full height would be in every strip: fewer strips keep the memory in proportion.
            if total <= 8 * prepared.edges.len() + MAX_STRIPS || strips == 1 {
                prepared.fill(total);
                return Ok(prepared);
            }
            strips /= 2;
            edges = prepared.edges;
        }
    }

    fn fill(&mut self, total: usize) {
        let spans: Vec<_> = self.edges.iter().map(|e| self.strips_of(e.a.y, e.b.y)).collect();
        for s in spans.iter().cloned().flatten() {
            self.starts[s + 1] += 1;
        }
        for s in 1..self.starts.len() {
            self.starts[s] += self.starts[s - 1];
        }
        self.members = vec![0; total];
        let mut next = self.starts.clone();
        for (e, span) in spans.into_iter().enumerate() {
            for s in span {
                self.members[next[s] as usize] = e as u32;
                next[s] += 1;
            }
        }
    }

    fn strip(&self, y: f64) -> usize {
        (((y - self.rect.south) * self.strips_per_degree) as usize).min(self.starts.len() - 2)
    }

    fn strips_of(&self, low: f64, high: f64) -> std::ops::RangeInclusive<usize> {
        self.strip(low)..=self.strip(high)
    }

    /// Bounds, degrees.
    pub(crate) fn rect(&self) -> &Rect {
        &self.rect
    }

    /// Whether the place lies inside or on the border.
    pub(crate) fn contains(&self, lon: f64, lat: f64) -> bool {
        self.position(lon, lat) != Position::Outside
    }

    /// Where the place lies.
    pub(crate) fn position(&self, lon: f64, lat: f64) -> Position {
        if !self.rect.contains(lon, lat) {
            return Position::Outside;
        }
        let s = self.strip(lat);
        let mut inside = false;
        for &e in &self.members[self.starts[s] as usize..self.starts[s + 1] as usize] {
            let Edge { a, b } = self.edges[e as usize];
            if lat < a.y || lat > b.y || lon > a.x.max(b.x) {
                continue;
            }
            let crosses = lat < b.y;
            if lon < a.x.min(b.x) {
                inside ^= crosses;
                continue;
            }
            match RobustKernel::orient2d(a, b, Coord { x: lon, y: lat }) {
                Orientation::Collinear => return Position::Border,
                // The edge goes up, so a place to its left has the edge to its right.
                Orientation::CounterClockwise => inside ^= crosses,
                Orientation::Clockwise => {}
            }
        }
        if inside { Position::Inside } else { Position::Outside }
    }

    /// How the box lies to the polygon; `Crosses` in doubt.
    pub(crate) fn relation(&self, rect: &Rect) -> Relation {
        if rect.is_empty() || self.rect.is_empty() || !self.rect.touches(rect) {
            return Relation::Outside;
        }
        let (low, high) = (rect.south.max(self.rect.south), rect.north.min(self.rect.north));
        let (s, t) = (self.strip(low), self.strip(high));
        let members = &self.members[self.starts[s] as usize..self.starts[t + 1] as usize];
        if members.iter().any(|&e| self.edges[e as usize].touches(rect)) {
            return Relation::Crosses;
        }
        if self.contains(rect.west, rect.south) { Relation::Inside } else { Relation::Outside }
    }
}

impl Edge {
    /// Whether the edge and the closed box share a place.
    fn touches(&self, r: &Rect) -> bool {
        let Self { a, b } = *self;
        if b.y < r.south || a.y > r.north || a.x.max(b.x) < r.west || a.x.min(b.x) > r.east {
            return false;
        }
        let side = |x, y| RobustKernel::orient2d(a, b, Coord { x, y });
        let first = side(r.west, r.south);
        first == Orientation::Collinear
            || [(r.east, r.south), (r.west, r.north), (r.east, r.north)].iter().any(|&(x, y)| side(x, y) != first)
    }
}

#[cfg(test)]
#[path = "polygon_tests.rs"]
mod tests;
