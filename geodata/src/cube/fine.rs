//! Counts on a lattice finer than the cells of a field, for density; and how finely the locations are known.

use rayon::prelude::*;

use super::{CountField, Lattice};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::index::{Frame, FrameKind, Patches, Query, Scan, Segment, Snapshot, class};
use crate::model::LocationPrecision;

/// Counts by squares of a lattice, each cell of the field divided into `division * division`.
pub(crate) struct FineCounts {
    /// Row by row over the field's lattice, cells outside the study area included.
    pub counts: Vec<u32>,
    /// Incidents within the lattice by precision of their location, in order of [`LocationPrecision::ALL`].
    pub precisions: [u64; LocationPrecision::ALL.len()],
}

/// Counts matching incidents by squares; `None` for a field without rows and columns.
///
/// # Errors
/// A wrong place; a stopped request.
pub(crate) fn fine_counts(
    snapshot: &Snapshot,
    query: &Query,
    field: &CountField,
    division: usize,
    cancel: &Cancel,
) -> Result<Option<FineCounts>> {
    let Some(lattice) = &field.lattice else { return Ok(None) };
    let scan = Scan::new(snapshot, query, class::MATCH, cancel)?;
    let (nx, ny) = (lattice.nx * division, lattice.ny * division);
    let empty = || FineCounts { counts: vec![0; nx * ny], precisions: Default::default() };
    let piece = scan.runs.len().div_ceil(rayon::current_num_threads()).max(64);
    let parts: Vec<FineCounts> = scan
        .runs
        .par_chunks(piece)
        .map(|runs| {
            let (mut out, mut position) = (empty(), Position::new(&field.frame, lattice));
            for (n, run) in runs.iter().enumerate() {
                if n % 64 == 0 {
                    cancel.check()?;
                }
                scan.rows(run, |segment, row, bits| {
                    let Some((u, v)) = position.of(segment, row).filter(|_| bits & class::MATCH != 0) else { return };
                    let (column, row_of) = ((u * division as f64).floor(), (v * division as f64).floor());
                    if column >= 0.0 && row_of >= 0.0 && column < nx as f64 && row_of < ny as f64 {
                        out.counts[row_of as usize * nx + column as usize] += 1;
                        out.precisions[snapshot.precision(segment.times.facet[row]) as usize] += 1;
                    }
                });
            }
            Ok(out)
        })
        .collect::<Result<_>>()?;
    let mut sum = empty();
    for part in parts {
        sum.counts.iter_mut().zip(part.counts).for_each(|(a, b)| *a += b);
        sum.precisions.iter_mut().zip(part.precisions).for_each(|(a, b)| *a += b);
    }
    Ok(Some(sum))
}

/// Where a row lies in the lattice, in cells and their fractions.
struct Position<'a> {
    frame: &'a Frame,
    patches: Option<Patches<'a>>,
    origin: (f64, f64),
}

impl<'a> Position<'a> {
    fn new(frame: &'a Frame, lattice: &Lattice) -> Self {
        let origin = (lattice.column as f64, lattice.row as f64);
        Self { frame, patches: frame.crs().map(Patches::new), origin }
    }

    fn of(&mut self, segment: &Segment, row: usize) -> Option<(f64, f64)> {
        let (u, v) = match (self.frame.kind(), &mut self.patches) {
            (FrameKind::Quadkey(level), _) => {
                let cell = (32.0 - f64::from(*level)).exp2();
                (f64::from(segment.x[row]) / cell, f64::from(segment.y[row]) / cell)
            }
            (FrameKind::Square { side_m, .. }, Some(patches)) => {
                let p = patches.planar(segment.points[row])?;
                (p.x_m / side_m, p.y_m / side_m)
            }
            _ => return None,
        };
        Some((u - self.origin.0, v - self.origin.1))
    }
}
