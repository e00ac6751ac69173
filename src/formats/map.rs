//! A whole result as a picture of a map: coloured cells or areas, outlines, legend, scale bar and north arrow.

use geo_types::{Coord, MultiLineString, Rect};
use geodata::analysis::METHODS;
use geodata::disclosure::Released;
use geodata::table::{Shapes, State, Table, Values};
use tiles::mvt::Outline;
use tiles::preview::{Paint, Preview, Stroke};
use tiles::ramp::{no_value, pattern_ink};
use tiles::{Breaks, Legend, Ramp, Result, Rgba};

use super::cut::bounds as bounds_of;
use super::months;
use super::places::{self, Place};
use crate::layers::states;

/// Width and height in pixels: a slide of a council's briefing.
const SIZE_PX: (u32, u32) = (1200, 800);
/// Colour steps of numbers.
const STEPS: usize = 6;

/// The picture. `outlines` are areas to draw over it.
///
/// # Errors
/// No row with a place; what cannot be encoded.
pub fn png(table: &Released<Table>, outlines: Option<&Released<Table>>) -> Result<Vec<u8>> {
    let shapes: Vec<Option<Outline>> = (0..table.len())
        .map(|row| match places::place(table, row) {
            Place::Polygon(shape) => Some(Outline::of_polygons(&shape)),
            Place::Line(line) => Some(Outline::of_lines(&MultiLineString(vec![line.clone()]))),
            Place::Point(_) | Place::Nowhere => None,
        })
        .collect();
    let inks = Inks::of(table)?;
    let analysis = table.analysis();
    let method = METHODS.iter().find(|m| m.id == analysis.method).map_or(analysis.method.as_str(), |m| m.title);
    let period = if analysis.period == "all" { "whole period".to_owned() } else { months(&analysis.period) };
    let title = format!("{method}, {period}");
    let (width, height) = SIZE_PX;
    // A told cell may reach far beyond the city: then its borders bound the map.
    let extent = match outlines.filter(|o| !o.is_empty()) {
        Some(borders) if places::squares(table).is_some() => borders,
        _ => table,
    };
    let mut preview = Preview::new(width, height, bounds(extent), &title, &inks.legend)?;
    // Higher classes over lower ones: streets have a width, and cross.
    let mut order: Vec<usize> = (0..shapes.len()).collect();
    order.sort_by_key(|&row| inks.class(row));
    for row in order {
        let Some(shape) = &shapes[row] else { continue };
        let paint = inks.paint(table, row);
        match table.shapes() {
            Shapes::Lines(_) => preview.outline(shape, None, Some(inks.stroke(row, paint))),
            _ if paint.is_some() => preview.outline(shape, paint, None),
            _ => {}
        }
    }
    let line = Stroke { colour: Rgba::opaque(0x5f, 0x66, 0x6d), width_px: 1.0 };
    let borders = match table.shapes() {
        Shapes::Areas(_) => Some(table),
        _ => outlines,
    };
    for row in 0..borders.map_or(0, |b| b.len()) {
        if let Some(Place::Polygon(shape)) = borders.map(|b| places::place(b, row)) {
            preview.outline(&Outline::of_polygons(&shape), None, Some(line));
        }
    }
    preview.png()
}

/// Extent of all shapes, degrees.
fn bounds(table: &Released<Table>) -> Rect<f64> {
    let (mut min, mut max) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for row in 0..table.len() {
        let place = places::place(table, row);
        let Some([west, south, east, north]) = bounds_of(&place).filter(|_| !matches!(place, Place::Point(_))) else {
            continue;
        };
        min = [min[0].min(west), min[1].min(south)];
        max = [max[0].max(east), max[1].max(north)];
    }
    Rect::new(Coord { x: min[0], y: min[1] }, Coord { x: max[0], y: max[1] })
}

/// What each row is painted with.
struct Inks {
    rows: Vec<Option<Rgba>>,
    /// Colours from the lowest class to the highest.
    order: Vec<Rgba>,
    legend: Legend,
}

impl Inks {
    /// By class where the result has classes, else by its last number.
    fn of(table: &Released<Table>) -> Result<Self> {
        let columns = table.columns();
        let drawn = ["class", "density", "rate", "per_km2", "count", "value"]
            .iter()
            .find_map(|n| columns.iter().find(|c| c.name == *n));
        let Some(column) = drawn.or(columns.first()) else {
            return Ok(Self { rows: vec![None; table.len()], order: vec![], legend: Legend::new("", "") });
        };
        let (rows, order, mut legend) = match &column.values {
            Values::Class(words, values) => {
                let (rows, legend) = classes(words, values);
                (rows, vec![], legend)
            }
            Values::Count(counts) => {
                let numbers: Vec<f64> = counts.iter().map(|c| f64::from(*c)).collect();
                steps(column.name, column.unit, &numbers, true)?
            }
            Values::Number(numbers) => steps(column.name, column.unit, numbers, false)?,
            Values::Text(_) => (vec![None; table.len()], vec![], Legend::new(column.name, column.unit)),
        };
        for state in State::ALL.into_iter().filter(|s| table.states().contains(s)) {
            if let Some(pattern) = states::pattern(state) {
                legend = legend.state(states::words(state), state.name(), no_value(), Some(pattern));
            }
        }
        Ok(Self { rows, order, legend })
    }

    /// Class of a row from 1; 0 where it has none.
    fn class(&self, row: usize) -> usize {
        let colour = self.rows.get(row).copied().flatten();
        colour.and_then(|c| self.order.iter().position(|o| *o == c)).map_or(0, |at| at + 1)
    }

    /// The line of a street: it grows with the class, so that classes are apart without colour; a thin one is a street
    /// without a class.
    fn stroke(&self, row: usize, paint: Option<Paint>) -> Stroke {
        match (self.class(row), paint) {
            (0, _) | (_, None) => Stroke { colour: Rgba::opaque(0xc9, 0xc8, 0xc2), width_px: 0.5 },
            (class, Some(paint)) => Stroke { colour: paint.colour, width_px: 0.6 + 0.6 * class as f64 },
        }
    }

    fn paint(&self, table: &Released<Table>, row: usize) -> Option<Paint> {
        let class = self.rows.get(row).copied().flatten().filter(|_| table.tells_numbers(row));
        match table.states().get(row).and_then(|state| states::pattern(*state)) {
            Some(pattern) => {
                Some(Paint { colour: class.unwrap_or(no_value()), pattern: Some((pattern, pattern_ink())) })
            }
            None => class.map(Paint::from),
        }
    }
}

/// Classes of concentration; those that do not occur stay out of the legend.
fn classes(words: &[&str], values: &[u8]) -> (Vec<Option<Rgba>>, Legend) {
    let mut legend = Legend::new("Concentration of recorded incidents", "");
    let mut colours = vec![None; words.len()];
    for class in tiles::ramp::HOTSPOTS.iter().filter(|c| c.name != "undefined") {
        let Some(at) = words.iter().position(|w| *w == class.name) else { continue };
        colours[at] = Some(class.colour()).filter(|_| class.name != "none");
        if values.iter().any(|v| usize::from(*v) == at) {
            legend = legend.class(class.label, class.drawn());
        }
    }
    (values.iter().map(|v| colours.get(usize::from(*v)).copied().flatten()).collect(), legend)
}

/// Colour of each row, the colours from the lowest class to the highest, the legend.
type Steps = (Vec<Option<Rgba>>, Vec<Rgba>, Legend);

fn steps(name: &str, unit: &str, numbers: &[f64], whole: bool) -> Result<Steps> {
    let breaks = Breaks::quantile(numbers, STEPS);
    let colours = Ramp::find("ember")?.colours(breaks.classes().max(1))?;
    let rows = numbers.iter().map(|n| breaks.class_of(*n).and_then(|c| colours.get(c).copied())).collect();
    let title = if name == "per_km2" { "Recorded incidents" } else { name };
    let legend = Legend::new(title, unit).classes(&breaks, &colours, whole);
    Ok((rows, colours, legend))
}
