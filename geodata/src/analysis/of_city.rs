//! A method on a city's data: counts the incidents, finds the neighbours, and records how it came about.

use std::collections::BTreeMap;

use jiff::ToSpan;

use super::field::{Field, Fine, Measured, Population};
use super::methods::{Method, Needs, subdivision};
use super::neighbours::{Neighbours, centres_m};
use super::params::Params;
use super::records::Records;
use super::weights::Weights;
use crate::cancel::Cancel;
use crate::cube::{CountField, Mask, count_within, fine_counts};
use crate::error::Result;
use crate::index::{FrameKind, Grid, Query, Snapshot};
use crate::limits::MAX_GRID_CELLS;
use crate::model::{Interval, LocationPrecision};
use crate::table::{Analysis, Shapes, Table};

/// Corners of imported areas at most this many degrees apart are the same corner: a centimetre.
const SNAP_DEGREES: f64 = 1e-7;
const SECONDS_A_YEAR: f64 = 31_557_600.0;

/// Runs a method on exact counts.
///
/// # Errors
/// An unknown method or parameter; what counting refuses; what the method lacks; a stopped request.
pub(crate) fn run(
    snapshot: &Snapshot,
    method: &str,
    (query, grid, mask): (&Query, &Grid, Mask<'_>),
    given: &BTreeMap<String, String>,
    cancel: &Cancel,
) -> Result<Table> {
    let method = Method::find(method)?;
    let params = method.params(given)?;
    let mut query = query.clone();
    method.narrow(&params, &mut query);
    if !method.is_of_places() {
        let records = Records::new(snapshot, (method, &params), (query, grid, mask));
        return method.run_on_records(&records, &params, cancel);
    }
    let counted = count_within(snapshot, &query, grid, mask, cancel)?;
    let fine = match method.needs {
        Needs::FineCounts => fine(snapshot, &query, &counted, &params, cancel)?,
        Needs::Counts | Needs::CountsAndPopulation | Needs::Records => None,
    };
    let mut field = field(snapshot, &query, counted, &params)?;
    if let Some((fine, uncertainty_m)) = fine {
        (field.fine, field.uncertainty_m) = (Some(fine), uncertainty_m);
    }
    method.run(field, &params, cancel)
}

/// Runs a method on counts that have been protected: nothing but the counts is read. `withheld` names the cells whose
/// count is not told (it is zero in `counted`).
///
/// # Errors
/// As [`run`].
pub(crate) fn run_on_protected(
    snapshot: &Snapshot,
    (method, params): (&Method, &Params),
    query: &Query,
    counted: CountField,
    withheld: Vec<bool>,
    cancel: &Cancel,
) -> Result<Table> {
    let mut field = field(snapshot, query, counted, params)?;
    // What was left out would tell what was withheld.
    field.record.included = field.total().unwrap_or(0);
    field.record.excluded.clear();
    (field.record.without_place, field.record.unmapped, field.record.ambiguous) = (0, 0, 0);
    field.record.basis = "protected".to_owned();
    field.withheld = withheld;
    method.run(field, params, cancel)
}

/// A field from counts; its fine lattice is the cells themselves.
///
/// # Errors
/// A neighbourhood that is unknown or too large.
pub(crate) fn field(snapshot: &Snapshot, query: &Query, counted: CountField, params: &Params) -> Result<Field> {
    let frame = counted.frame.clone();
    let record = record(snapshot, query, &counted);
    let mut population = None;
    let areas: Option<Vec<_>> = counted.cells.iter().map(|&cell| frame.area(cell).cloned()).collect();
    let neighbours = Neighbours::of(params)?;
    let centres = || {
        let places: Vec<_> = counted.cells.iter().map(|&cell| frame.centre(cell)).collect();
        centres_m(&places, frame.crs())
    };
    let (shapes, weights) = match (areas, &counted.lattice) {
        (Some(areas), _) if matches!(frame.kind(), FrameKind::Areas(_)) => {
            let outlines: Vec<_> = areas.iter().map(|a| a.shape.clone()).collect();
            population = residents(&areas, params.word("denominator"));
            (Shapes::Areas(areas), neighbours.of_polygons(&outlines, SNAP_DEGREES)?)
        }
        (_, Some(lattice)) => {
            let weights = neighbours.on_lattice((lattice.nx, &lattice.index_of), centres)?;
            (Shapes::Cells(frame.clone(), counted.cells.clone()), weights)
        }
        (_, None) => {
            let weights = neighbours.or_contact(|| hexagons(&counted.cells), centres)?;
            (Shapes::Cells(frame.clone(), counted.cells.clone()), weights)
        }
    };
    let fine = lattice_of(&counted, 1, None);
    Ok(Field {
        shapes,
        ids: None,
        keys: counted.cells,
        measured: Measured::Counts(counted.counts),
        withheld: vec![],
        weights,
        fine,
        population,
        years: query.period.or_else(|| snapshot.period()).map(years),
        uncertainty_m: None,
        record,
    })
}

/// The six hexagons around each, by H3 index.
fn hexagons(cells: &[u64]) -> Weights {
    let order: BTreeMap<u64, u32> = cells.iter().enumerate().map(|(i, &cell)| (cell, i as u32)).collect();
    let near = |&cell: &u64| {
        let around = h3o::CellIndex::try_from(cell).map(|c| c.grid_disk::<Vec<_>>(1)).unwrap_or_default();
        around.into_iter().map(u64::from).filter(|c| *c != cell).filter_map(|c| order.get(&c).copied()).collect()
    };
    Weights::from_lists(cells.iter().map(near).collect())
}

fn residents(areas: &[std::sync::Arc<crate::model::Area>], kind: &str) -> Option<Population> {
    let kind = if kind.is_empty() { "residents" } else { kind };
    let found = areas.iter().find_map(|a| a.denominator(kind))?;
    let year = found.year.map_or_else(String::new, |y| format!(", {y}"));
    let values = areas.iter().map(|a| a.denominator(kind).map_or(f64::NAN, |d| d.value)).collect();
    Some(Population { values, name: format!("{kind} ({}{year})", found.source) })
}

/// The finer lattice that a density needs, and the median uncertainty of the locations in metres.
pub(super) fn fine(
    snapshot: &Snapshot,
    query: &Query,
    counted: &CountField,
    params: &Params,
    cancel: &Cancel,
) -> Result<Option<(Fine, Option<f64>)>> {
    let Some(lattice) = &counted.lattice else { return Ok(None) };
    let mut division = subdivision(params, side_m(counted));
    while division > 1 && lattice.index_of.len() * division * division > MAX_GRID_CELLS {
        division -= 2;
    }
    let Some(found) = fine_counts(snapshot, query, counted, division, cancel)? else { return Ok(None) };
    Ok(lattice_of(counted, division, Some(found.counts)).map(|fine| (fine, median_uncertainty(&found.precisions))))
}

/// Side of a cell in the middle of the study area, metres on the ground.
pub(super) fn side_m(counted: &CountField) -> f64 {
    let middle = counted.cells.get(counted.cells.len() / 2);
    middle.map_or(1.0, |&cell| counted.frame.area_km2(cell).sqrt() * 1000.0)
}

fn lattice_of(counted: &CountField, division: usize, counts: Option<Vec<u32>>) -> Option<Fine> {
    let lattice = counted.lattice.as_ref()?;
    let nx = lattice.nx * division;
    let at = |i: usize| lattice.index_of[i / nx / division * lattice.nx + i % nx / division];
    let squares = nx * lattice.ny * division;
    let counts = counts
        .unwrap_or_else(|| (0..squares).map(|i| counted.counts.get(at(i) as usize).copied().unwrap_or(0)).collect());
    let mut centres = vec![0; counted.cells.len()];
    for (slot, &index) in lattice.index_of.iter().enumerate() {
        if let Some(centre) = centres.get_mut(index as usize) {
            let (row, column) =
                (slot / lattice.nx * division + division / 2, slot % lattice.nx * division + division / 2);
            *centre = (row * nx + column) as u32;
        }
    }
    let inside = (0..squares).map(|i| at(i) != u32::MAX).collect();
    Some(Fine { counts, nx, side_m: side_m(counted) / division as f64, inside, centres })
}

pub(super) fn median_uncertainty(precisions: &[u64; LocationPrecision::ALL.len()]) -> Option<f64> {
    let mut known: Vec<(f32, u64)> =
        LocationPrecision::ALL.iter().zip(precisions).filter_map(|(p, &n)| p.uncertainty_m().map(|u| (u, n))).collect();
    known.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let half = known.iter().map(|k| k.1).sum::<u64>().div_ceil(2);
    let mut seen = 0;
    known.into_iter().filter(|k| k.1 > 0).find_map(|(u, n)| {
        seen += n;
        (seen >= half).then_some(f64::from(u))
    })
}

pub(super) fn record(snapshot: &Snapshot, query: &Query, counted: &CountField) -> Analysis {
    let tally = &counted.tally;
    let mut excluded = serde_json::Map::new();
    if query.leave_out_police_initiated {
        excluded.insert("police_initiated".into(), tally.police_initiated.into());
    }
    if query.precision.is_some() {
        excluded.insert("location_too_coarse".into(), tally.imprecise.into());
    }
    excluded.insert("outside_study_area".into(), counted.outside_mask.into());
    Analysis {
        grid: counted.frame.grid().to_string(),
        mask_n: counted.cells.len(),
        mask: counted.mask_name.clone(),
        period: query.period.map_or_else(|| "all".to_owned(), period),
        snapshot: snapshot.generation().to_string(),
        included: counted.counts.iter().map(|&c| u64::from(c)).sum(),
        excluded,
        without_place: tally.without_place,
        unmapped: tally.unmapped,
        ambiguous: tally.ambiguous,
        warnings: counted.warnings.clone(),
        basis: "exact".to_owned(),
        ..Analysis::default()
    }
}

/// ISO 8601, the end not inside: `2018-01-01T00:00:00/2019-01-01T00:00:00`.
pub(crate) fn period(interval: Interval) -> String {
    let text = |t: crate::model::LocalTime| t.civil().map_or_else(|| "..".to_owned(), |c| c.to_string());
    format!("{}/{}", text(interval.from), text(interval.to))
}

/// Whole calendar years and the rest in mean years, so that 2018 is exactly one.
fn years(interval: Interval) -> f64 {
    let (Some(from), Some(to)) = (interval.from.civil(), interval.to.civil()) else {
        return interval.seconds() as f64 / SECONDS_A_YEAR;
    };
    let mut whole = i64::from(to.year()) - i64::from(from.year());
    let after = |n: i64| from.checked_add(n.years()).ok();
    let mut anchor = after(whole);
    if anchor.is_none_or(|a| a > to) {
        whole -= 1;
        anchor = after(whole);
    }
    let rest = anchor.map_or(0, |a| interval.to.0 - crate::model::LocalTime::from_civil(a).0);
    whole as f64 + rest as f64 / SECONDS_A_YEAR
}

#[cfg(test)]
#[path = "of_city_tests.rs"]
mod tests;
