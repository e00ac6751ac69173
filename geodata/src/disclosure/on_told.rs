//! Analyses below analyst tier: on the told cells of a release, so that what comes out needs no further blanking.

use std::sync::Arc;

use super::analyse::{Request, StudyArea};
use super::answers::Ask;
use super::question::{Coverage, Question};
use super::told::Told;
use crate::analysis::{Method, of_city};
use crate::cube::{CountField, empty_field};
use crate::error::{Error, Result};
use crate::index::{Frame, FrameKind, Grid, Query};
use crate::release::{Leaf, Node, SUPPRESSED};
use crate::table::{Analysis, Column, Shapes, State, Table, Values};

/// Share of the told number that the cells of an analysis hold as they are; the rest lies in larger cells.
const HELD_SHARE: f64 = 0.8;
/// Coarsest level of an analysis.
const COARSEST: u8 = 8;
/// Level down to which the edge of the study area is followed where cells are listed.
const EDGE_LEVEL: u8 = 15;

/// Runs a method on what the tier is told.
pub(super) fn on_told(ask: &Ask<'_>, request: &Request, method: &Method, grid: &Grid) -> Result<Table> {
    if !method.is_of_places() {
        return Err(method.needs_records());
    }
    let (release, cube) = ask.told()?;
    let mut params = method.params(&request.params)?;
    params.at_least("least_denominator", release.policy().rates.least_denominator.into());
    let mut query = request.query.clone();
    method.narrow(&params, &mut query);
    // A method that wants precise places gets the release's cells, which are as precise as they may be.
    query.precision = request.query.precision;
    let question = Question::new(cube, release.policy(), &query)?;
    if method.id == "count" && !matches!(grid, Grid::Areas { .. }) {
        let mut table = list(ask, &question)?;
        if let Some(asked) = &request.grid {
            table.analysis.warnings.insert(0, format!("the release's own cells instead of {asked}"));
        }
        if request.mask.is_some() {
            table.analysis.warnings.insert(0, "the release's own study area instead of the mask".into());
        }
        return Ok(table);
    }
    let answered = Query { period: question.period, ..Query::default() };
    let (field, withheld, mut notes) = match grid {
        Grid::Areas { .. } => by_area(ask, &question, grid)?,
        _ => by_cell(ask, &question, request, grid)?,
    };
    let mut table = of_city::run_on_protected(ask.snapshot, (method, &params), &answered, field, withheld, ask.cancel)?;
    notes.extend(question.notes.iter().cloned());
    state_coverage(&mut table, question.coverage);
    finish(&mut table.analysis, &question, notes);
    Ok(table)
}

fn finish(analysis: &mut Analysis, question: &Question<'_>, mut notes: Vec<String>) {
    let base = question.cube.rules.rounding_base;
    notes.push(format!(
        "protected numbers: changed a little by a secret, rounded to {base}, small ones withheld; totals are protected by themselves and may not add up"
    ));
    match question.cube.unmapped(&question.slices) {
        Some(n) => analysis.without_place = n,
        None => notes.push("few records have no usable place: their number is withheld".into()),
    }
    notes.append(&mut analysis.warnings);
    analysis.warnings = notes;
    analysis.place = question.within.words();
}

/// Rows of an answer for a period that is not over, or that the records do not reach, say so.
fn state_coverage(table: &mut Table, coverage: Coverage) {
    let state = match coverage {
        Coverage::Whole => return,
        Coverage::SoFar => State::NotYetComplete,
        // There is no number yet, or none ever: 0 would be one.
        Coverage::NotYet | Coverage::Never => {
            blank(table);
            if coverage == Coverage::NotYet { State::NotYetComplete } else { State::NotCovered }
        }
    };
    table
        .states
        .iter_mut()
        .filter(|s| **s != State::Suppressed || coverage != Coverage::SoFar)
        .for_each(|s| *s = state);
}

/// Leaves out the numbers of every row.
fn blank(table: &mut Table) {
    for column in &mut table.columns {
        match &mut column.values {
            Values::Number(v) => v.iter_mut().for_each(|x| *x = f64::NAN),
            Values::Count(v) => column.values = Values::Number(vec![f64::NAN; v.len()]),
            Values::Class(..) | Values::Text(_) | Values::Shared(..) => {}
        }
    }
}

/// The told cells themselves, of several sizes, and a row for the records without a usable place.
fn list(ask: &Ask<'_>, question: &Question<'_>) -> Result<Table> {
    let cube = question.cube;
    let finest = cube.rules.finest_level;
    let told = question.told(cube.root, finest, EDGE_LEVEL.min(finest));
    ask.cancel.check()?;
    let grid = Grid::Tree { finest };
    let frame = Arc::new(Frame::resolve(&grid, ask.snapshot)?);
    let counts: Vec<u32> = told.iter().map(|t: &Told| t.count).collect();
    let mut analysis = Analysis {
        method: "count".into(),
        grid: grid.to_string(),
        mask_n: told.len(),
        mask: "the study area of the release".into(),
        period: question.period.map_or_else(|| "none".into(), of_city::period),
        included: counts.iter().map(|c| u64::from(*c)).sum(),
        basis: "protected".into(),
        ..Analysis::default()
    };
    finish(&mut analysis, question, question.notes.clone());
    Ok(Table {
        shapes: Shapes::Cells(frame, told.iter().map(|t| t.node.number()).collect()),
        ids: None,
        columns: vec![
            Column { name: "count", unit: "incidents", values: Values::Count(counts) },
            question.per_km2(&told),
        ],
        states: told.iter().map(|t| t.state).collect(),
        analysis,
    })
}

type Laid = (CountField, Vec<bool>, Vec<String>);

/// Told numbers on cells of one size: smaller cells added up, larger ones spread evenly over their cells, whose own number
/// is then withheld.
fn by_cell(ask: &Ask<'_>, question: &Question<'_>, request: &Request, asked: &Grid) -> Result<Laid> {
    let leaves = question.cells(question.cube.root);
    let level = level_of(&leaves, question.cube.rules.finest_level);
    let grid = Grid::Quadkey { level };
    let mut notes = vec![];
    if *asked != grid {
        notes.push(format!("{grid} instead of {asked}: at this size the release tells most of the incidents"));
    }
    let corners: Vec<u64> = leaves.iter().flat_map(|l| corners(l.node, level)).collect();
    let mask = StudyArea::mask(request.mask.as_ref());
    let mut field = empty_field(ask.snapshot, &grid, mask, &corners, ask.cancel)?;
    let mut order: Vec<(Node, usize)> = field
        .cells
        .iter()
        .enumerate()
        .map(|(n, &c)| (Node::at(level, c as u32, (c >> 32) as u32), n))
        .filter(|(node, _)| question.within.shows(node.centre()))
        .collect();
    order.sort_unstable();
    let mut withheld = vec![false; field.cells.len()];
    let mut spread = false;
    for leaf in &leaves {
        let (start, end) = (leaf.node.up_to(level).start(), leaf.node.up_to(level).end());
        let from = order.partition_point(|(n, _)| n.start() < start);
        let to = order.partition_point(|(n, _)| n.start() < end);
        let cells = &order[from..to];
        let is_whole = leaf.node.level() >= level;
        if leaf.value == SUPPRESSED {
            // A part that is withheld does not hide what is told of the rest of the cell.
            let hides = |n: usize| !is_whole || field.counts[n] == 0;
            let hidden: Vec<usize> = cells.iter().map(|c| c.1).filter(|n| hides(*n)).collect();
            hidden.into_iter().for_each(|n| withheld[n] = true);
            continue;
        }
        if is_whole {
            cells.iter().for_each(|&(_, n)| {
                field.counts[n] += leaf.value;
                withheld[n] = false;
            });
            continue;
        }
        spread |= !cells.is_empty();
        for (k, &(_, n)) in cells.iter().enumerate() {
            let share = |k: usize| u64::from(leaf.value) * k as u64 / cells.len().max(1) as u64;
            field.counts[n] += (share(k + 1) - share(k)) as u32;
            withheld[n] = true;
        }
    }
    if spread {
        notes.push("where few were recorded a number is told for a larger place: it is spread evenly there, and not shown by cell".into());
    }
    Ok((field, withheld, notes))
}

/// The finest level at which most of the told number lies in cells that are no larger.
fn level_of(leaves: &[Leaf], finest: u8) -> u8 {
    let mut by_level = [0u64; 25];
    let mut total = 0;
    for leaf in leaves.iter().filter(|l| l.value != SUPPRESSED) {
        by_level[usize::from(leaf.node.level())] += u64::from(leaf.value);
        total += u64::from(leaf.value);
    }
    let mut held = 0;
    for level in (COARSEST..=finest).rev() {
        held += by_level[usize::from(level)];
        if held as f64 >= HELD_SHARE * total as f64 && held > 0 {
            return level;
        }
    }
    COARSEST.max(finest.saturating_sub(4))
}

/// First and last cell of a level that a node reaches to.
fn corners(node: Node, level: u8) -> [u64; 2] {
    let number = |n: Node| {
        let (column, row) = n.column_row();
        u64::from(row) << 32 | u64::from(column)
    };
    let last = node.start() + node.positions() - 1;
    [number(Node::holding(level, node.start())), number(Node::holding(level, last))]
}

/// Told numbers of areas: a cell's number is spread evenly over the finest cells of the study area in it, and an area has
/// those whose centre it holds. Whatever borders areas have, nothing but told cells is in their numbers.
fn by_area(ask: &Ask<'_>, question: &Question<'_>, grid: &Grid) -> Result<Laid> {
    let frame = Arc::new(Frame::resolve(grid, ask.snapshot)?);
    let FrameKind::Areas(areas) = frame.kind() else {
        return Err(Error::invalid(format!("{grid} is not a grid of areas"), "use areas:COLLECTION"));
    };
    let cube = question.cube;
    let level = cube.rules.finest_level;
    let mut sums = vec![0f64; areas.areas.len()];
    let mut hides = vec![false; areas.areas.len()];
    let mut outside = 0f64;
    for leaf in question.cells(cube.root).iter() {
        ask.cancel.check()?;
        let cells: Vec<Node> = cube.finest_covered(leaf.node, level);
        let areas_of = cells.iter().map(|cell| areas.area_of(cell.centre()).map(|a| a as usize));
        if leaf.value == SUPPRESSED {
            for area in areas_of.flatten() {
                hides[area] = true;
            }
            continue;
        }
        let share = f64::from(leaf.value) / cells.len().max(1) as f64;
        for area in areas_of {
            match area.and_then(|a| sums.get_mut(a)) {
                Some(sum) => *sum += share,
                None => outside += share,
            }
        }
    }
    let counts: Vec<u32> = sums.iter().map(|s| s.round() as u32).collect();
    let minimum = cube.rules.minimum_count;
    // Where all that there may be is withheld, "none" would be said of what is not told.
    let withheld: Vec<bool> =
        counts.iter().zip(&hides).map(|(n, hides)| if *n == 0 { *hides } else { *n < minimum }).collect();
    let shown = counts.iter().zip(&withheld).map(|(n, w)| if *w { 0 } else { *n }).collect();
    let notes =
        vec!["an area's number is the sum of the told cells in it; a cell across a border is shared by ground".into()];
    let field = CountField {
        cells: (0..counts.len() as u64).collect(),
        counts: shown,
        lattice: None,
        mask_name: grid.to_string(),
        tally: crate::index::Tally::default(),
        outside_mask: outside.round() as u64,
        warnings: vec![],
        frame,
    };
    Ok((field, withheld, notes))
}
