//! Where a row lies, for every format: its id, its shape, its middle.

use std::borrow::Cow;

use geo_types::{Coord, LineString, MultiPolygon};
use geodata::disclosure::Released;
use geodata::index::Grid;
use geodata::table::{Shapes, Table};
use tiles::mvt::Square;

/// The shape of a row.
pub(super) enum Place<'a> {
    /// A cell or area.
    Polygon(Cow<'a, MultiPolygon<f64>>),
    /// A point.
    Point(Coord<f64>),
    /// A street or a piece of one.
    Line(Cow<'a, LineString<f64>>),
    /// It has none.
    Nowhere,
}

/// The shape of a row, degrees.
pub(super) fn place(table: &Released<Table>, row: usize) -> Place<'_> {
    match table.shapes() {
        Shapes::Cells(frame, ids) => ids.get(row).map_or(Place::Nowhere, |&cell| match frame.area(cell) {
            Some(area) => Place::Polygon(Cow::Borrowed(&area.shape)),
            None => Place::Polygon(Cow::Owned(frame.polygon(cell))),
        }),
        Shapes::Areas(areas) => areas.get(row).map_or(Place::Nowhere, |a| Place::Polygon(Cow::Borrowed(&a.shape))),
        Shapes::Points(points) => {
            let point = points.get(row).copied().flatten();
            point.map_or(Place::Nowhere, |p| Place::Point(Coord { x: p.lon(), y: p.lat() }))
        }
        Shapes::Lines(streets) => streets.get(row).map_or(Place::Nowhere, |s| Place::Line(Cow::Borrowed(&s.line))),
    }
}

/// What names a row: the property (`cell`, `area` or `street`), its value, and the name for people.
pub(super) type Named<'a> = (&'static str, Cow<'a, str>, Option<&'a str>);

/// The name of a row's cell, or the id and name of its area.
pub(super) fn named(table: &Released<Table>, row: usize) -> Option<Named<'_>> {
    match table.shapes() {
        Shapes::Cells(frame, ids) => ids.get(row).map(|&cell| match frame.area(cell) {
            Some(area) => ("area", Cow::Borrowed(area.id.as_str()), Some(area.name.as_str())),
            None => ("cell", Cow::Owned(frame.name(cell)), None),
        }),
        Shapes::Areas(areas) => areas.get(row).map(|a| ("area", Cow::Borrowed(a.id.as_str()), Some(a.name.as_str()))),
        // Streets have their name in a column, since some have none.
        Shapes::Lines(streets) => streets.get(row).map(|s| ("street", Cow::Borrowed(s.id.as_str()), None)),
        Shapes::Points(_) => None,
    }
}

/// Stable id of a row.
pub(super) fn row_id(table: &Released<Table>, row: usize) -> Cow<'_, str> {
    if let Some(id) = table.ids().and_then(|ids| ids.get(row)) {
        return Cow::Borrowed(id);
    }
    named(table, row).map_or_else(|| Cow::Owned(row.to_string()), |(_, id, _)| id)
}

/// Level of the cells of the Web Mercator pyramid, where the rows are such cells.
pub(super) fn level(table: &Released<Table>) -> Option<u8> {
    match table.shapes() {
        Shapes::Cells(frame, _) => match frame.grid() {
            Grid::Quadkey { level } => Some(*level),
            _ => None,
        },
        _ => None,
    }
}

/// The rows as cells of the pyramid of several levels, where they are such cells.
pub(super) fn squares(table: &Released<Table>) -> Option<Vec<Square>> {
    let Shapes::Cells(frame, cells) = table.shapes() else { return None };
    if !matches!(frame.grid(), Grid::Tree { .. }) {
        return None;
    }
    let square = |cell: &u64| frame.pyramid_cell(*cell).map(|(level, column, row)| Square { level, column, row });
    cells.iter().map(square).collect()
}

/// Column and row of a row's cell in the pyramid.
pub(super) fn column_row(table: &Released<Table>, row: usize) -> Option<(u32, u32)> {
    let Shapes::Cells(frame, ids) = table.shapes() else { return None };
    let (column, row) = frame.column_row(*ids.get(row)?)?;
    Some((u32::try_from(column).ok()?, u32::try_from(row).ok()?))
}
