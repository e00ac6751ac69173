//! Incidents by cell over a study area.

use std::sync::Arc;

use super::areas::ByArea;
use super::cells::{self, ByQuadkey, Counted};
use super::lattice::Lattice;
use super::mask::{self, Mask};
use super::{CountField, hexes};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::index::{Frame, FrameKind, Grid, Query, Scan, Snapshot, Tally};

/// Counts by cell; the study area is an area collection, by default the one of the highest level.
///
/// # Errors
/// As [`count_within`].
pub(crate) fn count(
    snapshot: &Snapshot,
    query: &Query,
    grid: &Grid,
    mask: Option<&str>,
    cancel: &Cancel,
) -> Result<CountField> {
    count_within(snapshot, query, grid, mask.map_or(Mask::Default, Mask::Collection), cancel)
}

/// Counts by cell: all cells that share ground with the mask, zeros included. Without any area it is the rectangle of the
/// occupied cells, with a warning. A frame of areas is its own study area.
///
/// # Errors
/// An unknown collection; more cells than [`crate::limits::MAX_GRID_CELLS`], refused before the work with the estimate;
/// a wrong place; a stopped request.
pub(crate) fn count_within(
    snapshot: &Snapshot,
    query: &Query,
    grid: &Grid,
    mask: Mask<'_>,
    cancel: &Cancel,
) -> Result<CountField> {
    let frame = Arc::new(Frame::resolve(grid, snapshot)?);
    let shapes = match frame.kind() {
        FrameKind::Areas(areas) => {
            if let Mask::Collection(name) = mask
                && name != areas.name
            {
                return Err(Error::invalid(
                    format!("the mask {name} cannot bound the grid {grid}"),
                    "areas are counted over their own collection: leave the mask out",
                ));
            }
            None
        }
        _ => mask.shapes(snapshot)?,
    };
    // The study area first: what is too large is refused before anything is read.
    let bounded = match (&shapes, frame.kind()) {
        (None, _) => None,
        (Some((_, shapes)), FrameKind::Hex(resolution)) => {
            Some((None, hexes::touched(&frame, *resolution, shapes, cancel)?))
        }
        (Some((_, shapes)), _) => {
            mask::touched(&frame, shapes, cancel).map(|(lattice, cells)| Some((Some(lattice), cells)))?
        }
    };
    let scan = Scan::new(snapshot, query, u8::MAX, cancel)?;
    let (mut warnings, mut outside) = (Vec::new(), 0);
    let (name, lattice, cells, counts, counted) = match (bounded, frame.kind()) {
        (None, FrameKind::Areas(areas)) => {
            let mut counted = cells::over(&ByArea(areas), &scan, cancel)?;
            let counts = std::mem::take(&mut counted.counts);
            (format!("areas:{}", areas.name), None, (0..areas.areas.len() as u64).collect(), counts, counted)
        }
        (Some((Some(lattice), cells)), FrameKind::Quadkey(level)) => {
            let counted = cells::over(&ByQuadkey { lattice: &lattice, level: *level }, &scan, cancel)?;
            let mut counts = vec![0; cells.len()];
            for (&n, &index) in counted.counts.iter().zip(&lattice.index_of) {
                match counts.get_mut(index as usize) {
                    Some(count) => *count = n,
                    None => outside += u64::from(n),
                }
            }
            (String::new(), Some(lattice), cells, counts, counted)
        }
        (Some((lattice, cells)), _) => {
            let (occupied, counted) = cells::occupied(&frame, &scan, cancel)?;
            let mut counts = vec![0; cells.len()];
            for (cell, n) in occupied {
                match cells.binary_search(&cell) {
                    Ok(at) => counts[at] = n,
                    Err(_) => outside += u64::from(n),
                }
            }
            (String::new(), lattice, cells, counts, counted)
        }
        (None, _) => {
            let (occupied, counted) = cells::occupied(&frame, &scan, cancel)?;
            let (name, lattice, cells, counts) = rectangle(&frame, &occupied)?;
            warnings.push(format!(
                "no area is imported and no mask was given: the study area is the {name}, which leaves out places where nothing was recorded"
            ));
            (name.to_owned(), lattice, cells, counts, counted)
        }
    };
    let Counted { outside: elsewhere, tally, .. } = counted;
    Ok(CountField {
        mask_name: shapes.as_ref().map_or(name, |(name, _)| name.clone()),
        cells,
        counts,
        lattice,
        tally: tally.plus(snapshot.tally_unplaced(query, &scan.filter)),
        outside_mask: outside + elsewhere,
        warnings,
        frame,
    })
}

/// A field of zeros over the study area, as [`count_within`] would count it; without any area it is the rectangle of
/// `occupied` cells.
///
/// # Errors
/// As [`count_within`].
pub(crate) fn empty_field(
    snapshot: &Snapshot,
    grid: &Grid,
    mask: Mask<'_>,
    occupied: &[u64],
    cancel: &Cancel,
) -> Result<CountField> {
    let frame = Arc::new(Frame::resolve(grid, snapshot)?);
    let (mask_name, lattice, cells) = match mask.shapes(snapshot)? {
        Some((name, shapes)) => {
            let (lattice, cells) = mask::touched(&frame, &shapes, cancel)?;
            (name, Some(lattice), cells)
        }
        None => {
            let ends: Vec<(u64, u32)> = occupied.iter().map(|&c| (c, 0)).collect();
            let (name, lattice, cells, _) = rectangle(&frame, &ends)?;
            (name.to_owned(), lattice, cells)
        }
    };
    let counts = vec![0; cells.len()];
    Ok(CountField {
        mask_name,
        cells,
        counts,
        lattice,
        tally: Tally::default(),
        outside_mask: 0,
        warnings: vec![],
        frame,
    })
}

/// The cells of a lattice that share ground with the mask, in order of rows and columns; none without an area.
///
/// # Errors
/// As [`count_within`].
pub(crate) fn study_cells(snapshot: &Snapshot, grid: &Grid, mask: Mask<'_>, cancel: &Cancel) -> Result<Vec<u64>> {
    let frame = Frame::resolve(grid, snapshot)?;
    match mask.shapes(snapshot)? {
        Some((_, shapes)) => mask::touched(&frame, &shapes, cancel).map(|(_, cells)| cells),
        None => Ok(vec![]),
    }
}

type Field = (&'static str, Option<Lattice>, Vec<u64>, Vec<u32>);

/// All cells between the outermost occupied ones; only the occupied ones where the frame has no rows and columns.
fn rectangle(frame: &Frame, occupied: &[(u64, u32)]) -> Result<Field> {
    let at: Option<Vec<(i64, i64)>> = occupied.iter().map(|&(cell, _)| frame.column_row(cell)).collect();
    let Some(at) = at.filter(|_| !matches!(frame.kind(), FrameKind::Hex(_))) else {
        return Ok((
            "occupied cells",
            None,
            occupied.iter().map(|o| o.0).collect(),
            occupied.iter().map(|o| o.1).collect(),
        ));
    };
    let ends = |of: fn(&(i64, i64)) -> i64| {
        let low = at.iter().map(of).min().unwrap_or(0);
        (low, at.iter().map(of).max().unwrap_or(low - 1))
    };
    let mut lattice = Lattice::window(frame.grid(), ends(|p| p.0), ends(|p| p.1))?;
    let cells = lattice.number(frame, &vec![true; lattice.index_of.len()]);
    let mut counts = vec![0; cells.len()];
    for (&(column, row), &(_, n)) in at.iter().zip(occupied) {
        if let Some(count) = lattice.slot(column, row).and_then(|s| counts.get_mut(lattice.index_of[s] as usize)) {
            *count = n;
        }
    }
    Ok(("occupied rectangle", Some(lattice), cells, counts))
}
