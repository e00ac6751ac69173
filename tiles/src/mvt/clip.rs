//! Clipping to the tile and its buffer, and rounding to its units.
//!
//! # References
//! Sutherland & Hodgman 1974, "Reentrant polygon clipping", doi:10.1145/360767.360802;
//! Liang & Barsky 1984, "A new concept and method for line clipping", doi:10.1145/357332.357333.

use geo_types::Coord;

/// A vertex in units of the tile, before rounding.
pub(super) type Vertex = [f64; 2];

/// Clips a ring to the square `low..=high` on both axes. A concave ring may come back with edges along the border
/// of the square; they lie in the buffer, where nobody sees them. The ring is left without its closing vertex.
pub(super) fn ring(vertices: &mut Vec<Vertex>, scratch: &mut Vec<Vertex>, low: f64, high: f64) {
    if vertices.len() > 1 && vertices.first() == vertices.last() {
        vertices.pop();
    }
    for (axis, bound, keep_above) in [(0, low, true), (0, high, false), (1, low, true), (1, high, false)] {
        let inside = |v: &Vertex| if keep_above { v[axis] >= bound } else { v[axis] <= bound };
        if vertices.iter().all(inside) {
            continue;
        }
        scratch.clear();
        let Some(&last) = vertices.last() else { return };
        let mut previous = last;
        for &vertex in vertices.iter() {
            if inside(&vertex) != inside(&previous) {
                scratch.push(crossing(previous, vertex, axis, bound));
            }
            if inside(&vertex) {
                scratch.push(vertex);
            }
            previous = vertex;
        }
        std::mem::swap(vertices, scratch);
    }
}

/// Where the edge between two vertices meets the line at `bound` on an axis.
fn crossing(a: Vertex, b: Vertex, axis: usize, bound: f64) -> Vertex {
    let t = ((bound - a[axis]) / (b[axis] - a[axis])).clamp(0.0, 1.0);
    let mut at = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
    at[axis] = bound;
    at
}

/// Clips a line to the square; each piece that is inside is given to `each`.
pub(super) fn line(vertices: &[Vertex], low: f64, high: f64, mut each: impl FnMut(&[Vertex])) {
    let mut piece: Vec<Vertex> = Vec::new();
    for edge in vertices.windows(2) {
        let &[a, b] = edge else { continue };
        let Some((from, to)) = segment(a, b, low, high) else { continue };
        if piece.last() != Some(&from) {
            each(&piece);
            piece.clear();
            piece.push(from);
        }
        piece.push(to);
    }
    each(&piece);
}

fn segment(a: Vertex, b: Vertex, low: f64, high: f64) -> Option<(Vertex, Vertex)> {
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for axis in 0..2 {
        let run = b[axis] - a[axis];
        if run == 0.0 {
            if a[axis] < low || a[axis] > high {
                return None;
            }
            continue;
        }
        let (s, t) = ((low - a[axis]) / run, (high - a[axis]) / run);
        enter = enter.max(s.min(t));
        leave = leave.min(s.max(t));
    }
    if enter > leave {
        return None;
    }
    // Far vertices lose the last digits of a crossing, which must not lie beyond the square for it.
    let at = |t: f64| [0, 1].map(|axis: usize| (a[axis] + t * (b[axis] - a[axis])).clamp(low, high));
    Some((if enter > 0.0 { at(enter) } else { a }, if leave < 1.0 { at(leave) } else { b }))
}

/// Rounds a clipped ring to units and drops repeated and collinear vertices, spikes included.
/// `None` when nothing with an area is left.
pub(super) fn rounded_ring(vertices: &[Vertex], out: &mut Vec<Coord<i32>>) -> Option<()> {
    out.clear();
    for &vertex in vertices {
        push_bend(out, rounded(vertex));
    }
    // The seam between the last and the first vertex has to bend as well.
    let mut start = 0;
    loop {
        let ring = out.get(start..)?;
        let [first, second, .., before, last] = *ring else {
            // Fewer than four: three vertices that bend are a triangle.
            let [a, b, c] = *ring else { return None };
            if bend(a, b, c) == 0 {
                return None;
            }
            break;
        };
        if first == last || bend(before, last, first) == 0 {
            out.pop();
        } else if bend(last, first, second) == 0 {
            start += 1;
        } else {
            break;
        }
    }
    out.drain(..start);
    (doubled_area(out) != 0).then_some(())
}

/// Rounds a clipped line to units and drops repeated vertices. `None` when it shrinks to a point.
pub(super) fn rounded_line(vertices: &[Vertex], out: &mut Vec<Coord<i32>>) -> Option<()> {
    out.clear();
    out.extend(vertices.iter().map(|&vertex| rounded(vertex)));
    out.dedup();
    (out.len() > 1).then_some(())
}

fn rounded([x, y]: Vertex) -> Coord<i32> {
    Coord { x: x.round() as i32, y: y.round() as i32 }
}

/// Appends a vertex; those before it that do not bend the line are dropped.
fn push_bend(ring: &mut Vec<Coord<i32>>, vertex: Coord<i32>) {
    while let [.., a, b] = **ring {
        if bend(a, b, vertex) != 0 {
            break;
        }
        ring.pop();
    }
    if ring.last() != Some(&vertex) {
        ring.push(vertex);
    }
}

/// Twice the area of the triangle: 0 when the three vertices are on one line.
fn bend(a: Coord<i32>, b: Coord<i32>, c: Coord<i32>) -> i64 {
    let (abx, aby) = (i64::from(b.x) - i64::from(a.x), i64::from(b.y) - i64::from(a.y));
    let (acx, acy) = (i64::from(c.x) - i64::from(a.x), i64::from(c.y) - i64::from(a.y));
    abx * acy - aby * acx
}

/// Twice the area of a ring; positive when it turns clockwise on the screen, as exterior rings do.
pub(super) fn doubled_area(ring: &[Coord<i32>]) -> i64 {
    let Some(&last) = ring.last() else { return 0 };
    let mut previous = last;
    let mut sum = 0;
    for &vertex in ring {
        sum += i64::from(previous.x) * i64::from(vertex.y) - i64::from(vertex.x) * i64::from(previous.y);
        previous = vertex;
    }
    sum
}

#[cfg(test)]
#[path = "clip_tests.rs"]
mod tests;
