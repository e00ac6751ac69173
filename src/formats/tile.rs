//! Vector tiles from released rows: properties by column, the state of every row among them.

use std::borrow::Borrow;

use geo_types::Point;
use geodata::disclosure::Released;
use geodata::table::{Shapes, State, Table, Values};
use tiles::mvt::{Column, Features, Lattice, Layer, Outline, Square, encode};
use tiles::{Result, TileCoord};

/// Values of some rows, as the tile needs them.
enum Picked<'a> {
    Count(Vec<u32>),
    Number(Vec<f64>),
    Class(&'static [&'static str], Vec<u8>),
    Text(Vec<String>),
    Whole(&'a Values),
}

/// The columns of some rows (all in their order if `rows` is `None`), their states, and which of them tell numbers.
struct Selection<'a> {
    columns: Vec<(&'static str, Picked<'a>)>,
    names: Vec<(&'static str, Vec<String>)>,
    states: Vec<u8>,
    told: Vec<bool>,
}

impl<'a> Selection<'a> {
    fn new(table: &'a Released<Table>, rows: Option<&[usize]>) -> Self {
        let columns = table.columns().iter().map(|c| (c.name, pick(&c.values, rows))).collect();
        let all: Vec<usize> = (0..table.len()).collect();
        let rows_of = rows.unwrap_or(&all);
        let states = rows_of.iter().map(|&row| table.states().get(row).map_or(u8::MAX, |s| *s as u8)).collect();
        let told = rows_of.iter().map(|&row| table.tells_numbers(row)).collect();
        Self { columns, names: names(table, rows_of), states, told }
    }

    fn features(&'a self, layer: &'a str) -> Features<'a> {
        let mut features = Features::new(layer);
        for (name, texts) in &self.names {
            features = features.column(name, Column::Text(texts));
        }
        for (name, picked) in &self.columns {
            features = match picked {
                Picked::Count(v) | Picked::Whole(Values::Count(v)) => {
                    features.column_where(name, Column::Count(v), &self.told)
                }
                Picked::Number(v) | Picked::Whole(Values::Number(v)) => {
                    features.column_where(name, Column::Number(v), &self.told)
                }
                Picked::Class(words, v) => features.column(name, Column::Class(words, v)),
                Picked::Whole(Values::Class(words, v)) => features.column(name, Column::Class(words, v)),
                Picked::Text(v) => features.column(name, Column::Text(v)),
                // Texts are copied when they are picked.
                Picked::Whole(Values::Text(_) | Values::Shared(..)) => features,
            };
        }
        if self.columns.iter().any(|(name, _)| *name == "state") {
            return features;
        }
        features.column("state", Column::Class(&State::NAMES, &self.states))
    }
}

fn pick<'a>(values: &'a Values, rows: Option<&[usize]>) -> Picked<'a> {
    let spread = |texts: &[String], of_row: &[u32]| {
        of_row.iter().map(|&n| texts.get(n as usize).cloned().unwrap_or_default()).collect()
    };
    let Some(rows) = rows else {
        return match values {
            Values::Shared(texts, v) => Picked::Text(spread(texts, v)),
            Values::Text(texts) => Picked::Text(texts.iter().map(str::to_owned).collect()),
            values => Picked::Whole(values),
        };
    };
    fn some<T: Clone>(values: &[T], rows: &[usize]) -> Vec<T> {
        rows.iter().filter_map(|&r| values.get(r).cloned()).collect()
    }
    match values {
        Values::Count(v) => Picked::Count(some(v, rows)),
        Values::Number(v) => Picked::Number(some(v, rows)),
        Values::Class(words, v) => Picked::Class(words, some(v, rows)),
        Values::Text(v) => Picked::Text(rows.iter().filter_map(|&r| v.get(r)).map(str::to_owned).collect()),
        Values::Shared(texts, v) => Picked::Text(spread(texts, &some(v, rows))),
    }
}

/// What names a row, where it is not a cell of the pyramid: areas by id and name, streets and places by id.
fn names(table: &Released<Table>, rows: &[usize]) -> Vec<(&'static str, Vec<String>)> {
    let taken = |name: &str| table.columns().iter().any(|c| c.name == name);
    let mut names = vec![];
    match table.shapes() {
        Shapes::Areas(areas) => {
            let of = |each: &dyn Fn(&geodata::model::Area) -> String| {
                rows.iter().filter_map(|&r| areas.get(r)).map(|a| each(a)).collect::<Vec<_>>()
            };
            if !taken("area") {
                names.push(("area", of(&|a| a.id.clone())));
            }
            if !taken("name") {
                names.push(("name", of(&|a| a.name.clone())));
            }
        }
        Shapes::Points(_) if !taken("id") => {
            names.push(("id", rows.iter().map(|&r| super::places::row_id(table, r).into_owned()).collect()));
        }
        Shapes::Lines(_) => {
            names.push(("street", rows.iter().map(|&r| super::places::row_id(table, r).into_owned()).collect()))
        }
        Shapes::Points(_) | Shapes::Cells(..) => {}
    }
    names
}

/// The rows of a table of pyramid cells: `places` has each row's cell in the tile, row by row from the north-west.
///
/// # Errors
/// Cells that do not fit the tile.
pub fn cells(layer: &str, table: &Released<Table>, lattice: Lattice, places: &[u32]) -> Result<Vec<u8>> {
    let selection = Selection::new(table, None);
    finish(selection.features(layer).cells(lattice, places)?)
}

/// The rows of a table of cells of several levels.
///
/// # Errors
/// Cells beside the tile, or too fine for it.
pub fn squares(layer: &str, table: &Released<Table>, tile: TileCoord, squares: &[Square]) -> Result<Vec<u8>> {
    let selection = Selection::new(table, None);
    finish(selection.features(layer).squares(tile, squares)?)
}

/// Some rows with their outlines.
///
/// # Errors
/// More vertices than a tile takes.
pub fn outlines<O: Borrow<Outline>>(
    layer: &str,
    table: &Released<Table>,
    tile: TileCoord,
    rows: &[usize],
    outlines: &[O],
) -> Result<Vec<u8>> {
    let selection = Selection::new(table, Some(rows));
    finish(selection.features(layer).outlines(tile, outlines)?)
}

/// Some rows with their points.
///
/// # Errors
/// More rows than a tile takes.
pub fn points(
    layer: &str,
    table: &Released<Table>,
    tile: TileCoord,
    rows: &[usize],
    places: &[Option<Point<f64>>],
) -> Result<Vec<u8>> {
    let selection = Selection::new(table, Some(rows));
    finish(selection.features(layer).points(tile, places)?)
}

fn finish(layer: Layer) -> Result<Vec<u8>> {
    Ok(encode(&[layer]))
}
