//! A whole result as a picture of a map: coloured cells or areas, outlines, legend, scale bar and north arrow.

use geo_types::{Coord, MultiLineString, Rect};
use geodata::analysis::METHODS;
use geodata::disclosure::Released;
use geodata::table::{Column, Shapes, State, Table, Values};
use tiles::breaks::number_text;
use tiles::mvt::Outline;
use tiles::preview::{Paint, Preview, Stroke};
use tiles::ramp::{Kind, no_value, pattern_ink};
use tiles::{Breaks, ClassSet, Legend, Ramp, Result, Rgba};

use super::months;
use super::places::{self, Place};
use crate::layers::{Colours, Geometry, LAYERS, Layer, states};

/// Width and height in pixels: a slide of a council's briefing.
const SIZE_PX: (u32, u32) = (1200, 800);
/// Colour steps of numbers.
const STEPS: usize = 6;
/// Opacity of shapes that may lie over one another.
const OPACITY: f32 = 0.7;
/// Diameter of a place, in pixels.
const DOT_PX: f64 = 7.0;
/// Least width and height of the ground that is drawn, degrees.
const LEAST_DEGREES: f64 = 0.01;

/// A whole result as a picture. `outlines` are areas to draw over it.
///
/// # Errors
/// No row with a place; what cannot be encoded.
pub fn png(table: &Released<Table>, outlines: Option<&Released<Table>>) -> Result<Vec<u8>> {
    let analysis = table.analysis();
    let layer = LAYERS.iter().find(|l| l.method.as_deref() == Some(analysis.method.as_str()));
    let method = METHODS.iter().find(|m| m.id == analysis.method).map_or(analysis.method.as_str(), |m| m.title);
    let rows: Vec<usize> = (0..table.len()).collect();
    drawn(table, rows, layer, method, outlines)
}

/// Some rows of a layer as a picture, under the layer's own title.
///
/// # Errors
/// As [`png`].
pub fn of_layer(
    layer: &'static Layer,
    table: &Released<Table>,
    rows: &[usize],
    outlines: Option<&Released<Table>>,
) -> Result<Vec<u8>> {
    drawn(table, rows.to_vec(), Some(layer), &layer.title, outlines)
}

fn drawn(
    table: &Released<Table>,
    mut rows: Vec<usize>,
    layer: Option<&'static Layer>,
    title: &str,
    outlines: Option<&Released<Table>>,
) -> Result<Vec<u8>> {
    let analysis = table.analysis();
    let inks = Inks::of(table, layer)?;
    let title = match analysis.period.as_str() {
        // Places have no period.
        "" => title.to_owned(),
        "all" => format!("{title}, whole period"),
        period => format!("{title}, {}", months(period)),
    };
    // Shapes of the method's own making lie somewhere in the city, and so does nothing at all. A told cell may reach far
    // beyond it. Then the city's borders bound the map.
    let is_made =
        matches!(table.shapes(), Shapes::Areas(areas) if areas.iter().any(|a| a.collection == analysis.method));
    let extent = match outlines.filter(|o| !o.is_empty()) {
        Some(borders) if is_made || rows.is_empty() || places::squares(table).is_some() => {
            bounds(borders, 0..borders.len())
        }
        _ => bounds(table, rows.iter().copied()),
    };
    let (width, height) = (SIZE_PX.0, SIZE_PX.1.max(Preview::least_height(&inks.legend)));
    let mut preview = Preview::new(width, height, extent, &title, &inks.legend)?;
    // Higher classes over lower ones: streets have a width, and cross.
    rows.sort_by_key(|&row| inks.class(row));
    for &row in &rows {
        match (places::place(table, row), inks.paint(table, row)) {
            (Place::Polygon(shape), Some(paint)) => preview.outline(&Outline::of_polygons(&shape), Some(paint), None),
            (Place::Point(at), Some(paint)) => preview.dot(at, DOT_PX, paint.colour),
            (Place::Line(line), paint) => {
                let line = Outline::of_lines(&MultiLineString(vec![line.into_owned()]));
                preview.outline(&line, None, Some(inks.stroke(row, paint)));
            }
            _ => {}
        }
    }
    let thin = Stroke { colour: Rgba::opaque(0x5f, 0x66, 0x6d), width_px: 1.0 };
    let own = Stroke { colour: Rgba::INK, width_px: 1.75 };
    let own = inks.is_outlined.then_some((table, own));
    let borders = match table.shapes() {
        Shapes::Areas(_) if own.is_none() && !is_made => Some(table),
        _ => outlines,
    };
    let made = is_made.then_some((table, thin)).filter(|_| own.is_none());
    for (borders, line) in borders.map(|borders| (borders, thin)).into_iter().chain(made).chain(own) {
        let own_rows = std::ptr::eq(borders, table).then_some(&rows);
        let all = own_rows.map_or_else(|| (0..borders.len()).collect(), Clone::clone);
        for row in all {
            if let Place::Polygon(shape) = places::place(borders, row) {
                preview.outline(&Outline::of_polygons(&shape), None, Some(line));
            }
        }
    }
    preview.png()
}

/// Extent of some shapes, degrees. One place alone has none: there is some ground around it.
fn bounds(table: &Released<Table>, rows: impl IntoIterator<Item = usize>) -> Rect<f64> {
    let (mut min, mut max) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for row in rows {
        let mut add = |x: f64, y: f64| {
            min = [min[0].min(x), min[1].min(y)];
            max = [max[0].max(x), max[1].max(y)];
        };
        match places::place(table, row) {
            Place::Polygon(shape) => {
                shape.0.iter().flat_map(|p| p.exterior().coords()).for_each(|c| add(c.x, c.y));
            }
            Place::Point(at) => add(at.x, at.y),
            Place::Line(line) => line.0.iter().for_each(|c| add(c.x, c.y)),
            Place::Nowhere => {}
        }
    }
    let [x, y] = [0, 1].map(|axis| if max[axis] - min[axis] < LEAST_DEGREES { LEAST_DEGREES / 2.0 } else { 0.0 });
    Rect::new(Coord { x: min[0] - x, y: min[1] - y }, Coord { x: max[0] + x, y: max[1] + y })
}

/// What each row is painted with.
struct Inks {
    rows: Vec<Option<Paint>>,
    is_outlined: bool,
    /// Colours of classes of numbers, from the lowest.
    steps: Vec<Rgba>,
    legend: Legend,
}

impl Inks {
    /// As the layer of the method is coloured; without one by class where the result has classes, else by a number.
    fn of(table: &Released<Table>, layer: Option<&'static Layer>) -> Result<Self> {
        if let Some((layer, Colours::Plain(colour))) = layer.map(|layer| (layer, Colours::of(layer))) {
            return Ok(Self::plain(table, layer, colour));
        }
        let columns = table.columns();
        let own = layer.and_then(|layer| columns.iter().find(|c| c.name == layer.value));
        let usual = || {
            let usual = ["class", "density", "rate", "per_km2", "count", "value"];
            usual.iter().find_map(|n| columns.iter().find(|c| c.name == *n)).or(columns.first())
        };
        let Some(column) = own.filter(|c| c.name != "count").or_else(usual) else {
            return Ok(Self {
                rows: vec![None; table.len()],
                is_outlined: false,
                steps: vec![],
                legend: Legend::new("", ""),
            });
        };
        // The layer's words are of its own value.
        let layer = layer.filter(|layer| layer.value == column.name);
        let mut inks = match &column.values {
            Values::Class(words, values) => classes(words, values, layer),
            Values::Count(counts) => {
                let numbers: Vec<f64> = counts.iter().map(|c| f64::from(*c)).collect();
                steps(column, &numbers, true, layer)?
            }
            Values::Number(numbers) => steps(column, numbers, false, layer)?,
            Values::Text(_) | Values::Shared(..) => {
                let legend = Legend::new(column.name, column.unit);
                Self { rows: vec![None; table.len()], is_outlined: false, steps: vec![], legend }
            }
        };
        for state in State::ALL.into_iter().filter(|s| table.states().contains(s)) {
            if let Some(pattern) = states::pattern(state) {
                inks.legend = inks.legend.state(states::words(state), state.name(), no_value(), Some(pattern));
            }
        }
        let analysis = table.analysis();
        let (n, places) = (number_text(analysis.included as f64), number_text(analysis.mask_n as f64));
        // A column of a file of areas has values and no incidents.
        let counted =
            if analysis.included > 0 { format!("{n} recorded incidents; {places} places.") } else { String::new() };
        let words = layer.map_or("", |layer| layer.words.as_str());
        inks.legend = inks.legend.words([words, &counted].join(" ").trim());
        Ok(inks)
    }

    /// A layer of one colour: light where it covers ground, so that what lies over one another can be seen.
    fn plain(table: &Released<Table>, layer: &Layer, colour: Rgba) -> Self {
        let opacity = if matches!(table.shapes(), Shapes::Areas(_) | Shapes::Cells(..)) { 0.12 } else { 0.9 };
        let legend = Legend::new(&layer.title, "").words(&layer.words).class(&layer.title, colour);
        let rows = vec![Some(Paint::from(colour.with_opacity(opacity))); table.len()];
        Self { rows, is_outlined: false, steps: vec![], legend }
    }

    /// Class of a row among those of numbers, from 1; 0 where it has none.
    fn class(&self, row: usize) -> usize {
        let paint = self.rows.get(row).copied().flatten();
        paint.and_then(|p| self.steps.iter().position(|s| *s == p.colour)).map_or(0, |at| at + 1)
    }

    /// The line of a street: it grows with the class, so that classes are apart without colour; a thin grey one is a
    /// street without a class.
    fn stroke(&self, row: usize, paint: Option<Paint>) -> Stroke {
        match paint {
            None => Stroke { colour: Rgba::opaque(0xc9, 0xc8, 0xc2), width_px: 0.5 },
            Some(paint) if self.steps.is_empty() => Stroke { colour: paint.colour, width_px: 2.0 },
            Some(paint) => Stroke { colour: paint.colour, width_px: 0.5 + 0.4 * self.class(row) as f64 },
        }
    }

    fn paint(&self, table: &Released<Table>, row: usize) -> Option<Paint> {
        let class = self.rows.get(row).copied().flatten().filter(|_| table.tells_numbers(row));
        match table.states().get(row).and_then(|state| states::pattern(*state)) {
            Some(pattern) => {
                let colour = class.map_or(no_value(), |paint| paint.colour);
                Some(Paint { colour, pattern: Some((pattern, pattern_ink())) })
            }
            None => class,
        }
    }
}

/// Named classes; those that do not occur stay out of the legend.
fn classes(words: &[&str], values: &[u8], layer: Option<&Layer>) -> Inks {
    let set = layer.and_then(|l| ClassSet::find(&l.ramp)).or_else(|| ClassSet::of_names(words));
    let mut legend = Legend::new(layer.map_or("Class", |l| l.title.as_str()), "");
    let mut paints = vec![None; words.len()];
    for class in set.iter().flat_map(|set| set.classes) {
        let Some(at) = words.iter().position(|w| *w == class.name) else { continue };
        let is_outlined = set.is_some_and(|set| set.is_outlined);
        paints[at] = (!class.is_clear).then(|| {
            let pattern = class.pattern.map(|pattern| (pattern, class.ink()));
            let colour = if is_outlined { class.colour().with_opacity(OPACITY) } else { class.colour() };
            Paint { colour, pattern }
        });
        if values.iter().any(|v| usize::from(*v) == at) {
            let own = layer.and_then(|l| l.classes.iter().find(|own| own.value == class.name));
            legend = legend.named(own.map_or(class.label, |own| own.label.as_str()), class, is_outlined);
        }
    }
    let rows = values.iter().map(|v| paints.get(usize::from(*v)).copied().flatten()).collect();
    Inks { rows, is_outlined: set.is_some_and(|set| set.is_outlined), steps: vec![], legend }
}

/// Numbers of at least a hundredth of the largest: along streets most of the rest are the kernel's last metres.
fn well_above_nothing(numbers: &[f64]) -> Vec<f64> {
    let least = numbers.iter().copied().filter(|n| n.is_finite()).fold(0.0, f64::max) / 100.0;
    numbers.iter().copied().filter(|n| *n >= least).collect()
}

/// Classes of numbers with about as many rows each, in the colours of the layer.
fn steps(column: &Column, numbers: &[f64], whole: bool, layer: Option<&Layer>) -> Result<Inks> {
    let ramp = layer.and_then(|l| Ramp::find(&l.ramp).ok()).map_or_else(|| Ramp::find("ember"), Ok)?;
    // Differences have their middle at zero, wherever most of them lie.
    let breaks = match layer.filter(|_| ramp.kind == Kind::Diverging) {
        Some(layer) => Breaks::fixed(&layer.breaks)?,
        None if layer.is_some_and(|l| l.geometry == Geometry::Line) => {
            Breaks::quantile(&well_above_nothing(numbers), STEPS)
        }
        None => Breaks::quantile(numbers, STEPS),
    };
    let colours = ramp.colours(breaks.classes().max(1))?;
    let paint = |n: &f64| breaks.class_of(*n).and_then(|c| colours.get(c).copied()).map(Paint::from);
    let title = match layer {
        Some(layer) => layer.title.as_str(),
        None if ["count", "per_km2"].contains(&column.name) => "Recorded incidents",
        None => column.name,
    };
    let legend = Legend::new(title, column.unit).classes(&breaks, &colours, whole);
    let rows = numbers.iter().map(paint).collect();
    Ok(Inks { rows, is_outlined: false, steps: colours, legend })
}
