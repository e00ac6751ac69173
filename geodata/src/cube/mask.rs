//! The study area: which cells an analysis is about, zeros included.

use geo_types::{Coord, LineString, MultiPolygon};

use super::lattice::Lattice;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::index::{Frame, Snapshot};
use crate::model::LonLat;

/// What bounds an analysis.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Mask<'a> {
    /// The area collection of the highest level; the occupied rectangle where there is none.
    #[default]
    Default,
    /// An imported area collection.
    Collection(&'a str),
    /// Polygons of a file, degrees, under a name.
    Shapes { name: &'a str, shapes: &'a [MultiPolygon<f64>] },
}

/// Polygons and what they are called.
pub(super) type Named<'s> = (String, Vec<&'s MultiPolygon<f64>>);

impl Mask<'_> {
    /// Its name and polygons; `None` where there are no areas to bound the analysis.
    ///
    /// # Errors
    /// An unknown collection; a file without polygons.
    pub(super) fn shapes<'s>(&'s self, snapshot: &'s Snapshot) -> Result<Option<Named<'s>>> {
        let collection = match self {
            Self::Shapes { name, shapes: [] } => {
                return Err(Error::invalid(
                    format!("the mask {name} holds no polygon"),
                    "give a file with at least one polygon, or the name of an area collection",
                ));
            }
            Self::Shapes { name, shapes } => return Ok(Some(((*name).to_owned(), shapes.iter().collect()))),
            Self::Collection(name) => Some(snapshot.places().collection(name)?),
            Self::Default => snapshot.places().highest(),
        };
        Ok(collection.map(|c| (format!("areas:{}", c.name), c.areas.iter().map(|a| &a.shape).collect())))
    }
}

/// A polygon's rings in columns and rows of the frame's lattice.
pub(super) type Rings = Vec<Vec<(f64, f64)>>;

/// Puts the rings into the lattice's columns and rows; a contact narrower than a ten-millionth of a cell is none, so
/// that areas that follow the lattice do not touch the cells beyond it.
pub(super) fn in_lattice(frame: &Frame, shape: &MultiPolygon<f64>) -> Result<Rings> {
    let place = |c: &Coord<f64>| {
        let at = LonLat::new(c.x, c.y).ok().and_then(|p| frame.lattice_position(p));
        let (u, v) = at.ok_or_else(|| {
            Error::invalid(
                format!("the study area's vertex {}, {} cannot be put into the grid {}", c.x, c.y, frame.grid()),
                "use a projected system of the region, or a quadkey grid",
            )
        })?;
        let snap = |t: f64| if (t - t.round()).abs() < 1e-7 { t.round() } else { t };
        Ok((snap(u), snap(v)))
    };
    let rings = shape.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
    rings.map(|r: &LineString<f64>| r.0.iter().map(place).collect()).collect()
}

/// Cells of a lattice frame that share some ground with any of the polygons.
///
/// # Errors
/// Too many cells; a vertex beyond the frame's projection; a stopped request.
pub(super) fn touched(frame: &Frame, shapes: &[&MultiPolygon<f64>], cancel: &Cancel) -> Result<(Lattice, Vec<u64>)> {
    let rings = shapes.iter().map(|s| in_lattice(frame, s)).collect::<Result<Vec<_>>>()?;
    let (mut low, mut high) = ((f64::INFINITY, f64::INFINITY), (f64::NEG_INFINITY, f64::NEG_INFINITY));
    for &(u, v) in rings.iter().flatten().flatten() {
        low = (low.0.min(u), low.1.min(v));
        high = (high.0.max(u), high.1.max(v));
    }
    let ends = |low: f64, high: f64| (low.floor() as i64, (high.ceil() as i64 - 1).max(low.floor() as i64));
    let (columns, rows) = if low.0 > high.0 { ((0, -1), (0, -1)) } else { (ends(low.0, high.0), ends(low.1, high.1)) };
    let mut lattice = Lattice::window(frame.grid(), columns, rows)?;
    let mut marked = vec![false; lattice.index_of.len()];
    for rings in &rings {
        cancel.check()?;
        mark(&lattice, rings, &mut marked);
    }
    let cells = lattice.number(frame, &marked);
    Ok((lattice, cells))
}

/// Marks the cells of one multipolygon: those that an edge passes, and those whose row's middle line is inside.
fn mark(lattice: &Lattice, rings: &Rings, marked: &mut [bool]) {
    let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); lattice.ny];
    let mut fill = |row: i64, from: f64, to: f64| {
        let first = from.floor() as i64;
        for column in first..=(to.ceil() as i64 - 1).max(first) {
            if let Some(slot) = lattice.slot(column, row) {
                marked[slot] = true;
            }
        }
    };
    for ring in rings {
        for edge in ring.windows(2) {
            let ((u0, v0), (u1, v1)) = if edge[0].1 <= edge[1].1 { (edge[0], edge[1]) } else { (edge[1], edge[0]) };
            let at = |v: f64| {
                if v1 > v0 { (u0 + (u1 - u0) * ((v - v0) / (v1 - v0))).clamp(u0.min(u1), u0.max(u1)) } else { u0 }
            };
            // An edge along the lattice's lines bounds the polygon, but the ground is on one side only: the middle lines find it.
            let along_row = v0 == v1 && v0.fract() == 0.0;
            let along_column = u0 == u1 && u0.fract() == 0.0;
            let last = (v1.ceil() as i64 - 1).max(v0.floor() as i64);
            for row in v0.floor() as i64..=last {
                let (low, high) = (row as f64, row as f64 + 1.0);
                if v0 == v1 {
                    if !along_row {
                        fill(row, u0.min(u1), u0.max(u1));
                    }
                    continue;
                }
                let (a, b) = (at(v0.max(low)), at(v1.min(high)));
                if !along_column {
                    fill(row, a.min(b), a.max(b));
                }
                let middle = low + 0.5;
                let line = usize::try_from(row - lattice.row).ok().and_then(|r| crossings.get_mut(r));
                if let Some(line) = line.filter(|_| v0 <= middle && middle < v1) {
                    line.push(at(middle));
                }
            }
        }
    }
    for (r, line) in crossings.iter_mut().enumerate() {
        line.sort_by(f64::total_cmp);
        for pair in line.chunks_exact(2) {
            if pair[0] < pair[1] {
                fill(lattice.row + r as i64, pair[0], pair[1]);
            }
        }
    }
}
