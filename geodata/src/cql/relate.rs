//! How places lie to each other: points by their position, everything else by the matrix of DE-9IM.

use geo::indexed::PreparedGeometry;
use geo::{BoundingRect, Relate};
use geo_types::Geometry;

use super::expr::SpatialOp;

/// Where a point lies to a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Position {
    Inside,
    Border,
    Outside,
}

/// Whether a point has a relation to a shape, by its position; `is_point` where the shape is a point too.
pub(crate) fn of_point(op: SpatialOp, position: Position, is_point: bool) -> bool {
    match op {
        SpatialOp::Intersects => position != Position::Outside,
        SpatialOp::Disjoint => position == Position::Outside,
        SpatialOp::Within => position == Position::Inside,
        SpatialOp::Touches => position == Position::Border,
        SpatialOp::Contains | SpatialOp::Equals => is_point && position != Position::Outside,
        // A point has no part that could lie elsewhere.
        SpatialOp::Crosses | SpatialOp::Overlaps => false,
    }
}

/// A place of a filter, made ready for many others.
pub(crate) type Ready = PreparedGeometry<'static, Geometry<f64>>;

/// Whether two shapes have a relation.
pub(crate) fn of_shapes<A, B>(op: SpatialOp, a: &A, b: &B) -> bool
where
    A: Relate<f64> + BoundingRect<f64>,
    B: Relate<f64> + BoundingRect<f64>,
{
    let are_near = match (a.bounding_rect().into(), b.bounding_rect().into()) {
        (Some(a), Some(b)) => {
            a.min().x <= b.max().x && b.min().x <= a.max().x && a.min().y <= b.max().y && b.min().y <= a.max().y
        }
        _ => false,
    };
    // Most pairs of a city are far apart.
    if !are_near {
        return op == SpatialOp::Disjoint;
    }
    let matrix = a.relate(b);
    match op {
        SpatialOp::Intersects => matrix.is_intersects(),
        SpatialOp::Disjoint => matrix.is_disjoint(),
        SpatialOp::Within => matrix.is_within(),
        SpatialOp::Contains => matrix.is_contains(),
        SpatialOp::Equals => matrix.is_equal_topo(),
        SpatialOp::Touches => matrix.is_touches(),
        SpatialOp::Crosses => matrix.is_crosses(),
        SpatialOp::Overlaps => matrix.is_overlaps(),
    }
}
