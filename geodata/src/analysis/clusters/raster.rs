//! The ground around very many places, as runs of squares on a grid: as many as the ground is wide, however many the places.

use geo::unary_union;
use geo_types::{Coord, LineString, MultiPolygon, Polygon};

/// Squares that the radius spans. With a half, a row of discs ends where its middle squares do, neither short nor wide.
const SPAN: f64 = 4.5;

/// The ground within a radius of the places, on squares whose corners are cut.
pub(super) fn outline(places: &[(f64, f64)], radius_m: f64) -> MultiPolygon<f64> {
    let step_m = radius_m / SPAN;
    // On the grid's own lines, so that moved places give a moved outline up to one square.
    let square = |v: f64| (v / step_m).round() as i64;
    let mut centres: Vec<(i64, i64)> = places.iter().map(|p| (square(p.1), square(p.0))).collect();
    centres.sort_unstable();
    centres.dedup();
    // Squares on either side of the middle one, in each row that the disc crosses.
    let rows: Vec<(i64, i64)> =
        (-(SPAN as i64)..=SPAN as i64).map(|dy| (dy, (SPAN * SPAN - (dy * dy) as f64).sqrt() as i64)).collect();
    let mut runs: Vec<(i64, i64, i64)> = Vec::with_capacity(centres.len() * rows.len());
    for (dy, half) in rows {
        for &(row, column) in &centres {
            let (from, to) = (column - half, column + half + 1);
            match runs.last_mut() {
                // Centres of a row follow each other, so most runs go on.
                Some(last) if last.0 == row + dy && last.2 >= from => last.2 = last.2.max(to),
                _ => runs.push((row + dy, from, to)),
            }
        }
    }
    runs.sort_unstable();
    let mut merged: Vec<(i64, i64, i64)> = Vec::with_capacity(runs.len());
    for run in runs {
        match merged.last_mut() {
            Some(last) if last.0 == run.0 && last.2 >= run.1 => last.2 = last.2.max(run.2),
            _ => merged.push(run),
        }
    }
    let at = |column: i64, row: i64| Coord { x: (column as f64 - 0.5) * step_m, y: (row as f64 - 0.5) * step_m };
    let bar = |&(row, from, to): &(i64, i64, i64)| {
        Polygon::new(LineString::new(vec![at(from, row), at(to, row), at(to, row + 1), at(from, row + 1)]), vec![])
    };
    let staircase = unary_union(&merged.iter().map(bar).collect::<Vec<_>>());
    let cut = |ring: &LineString<f64>| cut_corners(ring, step_m / 2.0);
    staircase.iter().map(|p| Polygon::new(cut(p.exterior()), p.interiors().iter().map(cut).collect())).collect()
}

/// A ring along the squares without its corners: stairs become slopes.
fn cut_corners(ring: &LineString<f64>, cut_m: f64) -> LineString<f64> {
    let mut corners = Vec::with_capacity(2 * ring.0.len());
    for edge in ring.lines() {
        let (dx, dy) = (edge.end.x - edge.start.x, edge.end.y - edge.start.y);
        let share = cut_m / dx.hypot(dy);
        corners.push(Coord { x: edge.start.x + share * dx, y: edge.start.y + share * dy });
        if share < 0.499 {
            corners.push(Coord { x: edge.end.x - share * dx, y: edge.end.y - share * dy });
        }
    }
    corners.extend(corners.first().copied());
    LineString::new(corners)
}
