//! PNG tiles from released rows: cells of the pyramid, and any cells by asking each pixel's cell.

use geodata::disclosure::Released;
use geodata::table::{Table, Values};
use tiles::mvt::{Lattice, Square};
use tiles::ramp::{no_value, pattern_ink};
use tiles::raster::{self, Fill};
use tiles::{Breaks, Class, ClassSet, Palette, Pattern, Result, Rgba, TileCoord, png};

use super::cut::{each_pixel, to_pixel};
use super::places::{Place, place};
use super::{places, plain};
use crate::layers::{Colours, Layer, states};

/// Opacity of what is drawn over a map.
const OPACITY: f32 = 0.8;
/// Cells a side of a tile, as a power of two, beyond which cells are not told apart.
const CELLS_LOG2: u8 = 6;
/// Pixels along the side of a tile.
const SIDE_PX: u32 = 256;

/// Palette of classes: clear, the classes, the fill of cells without a number, and the ink of patterns.
///
/// # Errors
/// More classes than a palette holds.
pub fn palette(classes: &[Rgba]) -> Result<Palette> {
    let mut colours = classes.to_vec();
    colours.push(no_value());
    Palette::of_classes(&colours, OPACITY, pattern_ink())
}

/// Where each row's cell lies in a tile; `None` where rows are no cells of the pyramid.
///
/// # Errors
/// Cells too fine for the tile.
pub fn places(table: &Released<Table>, tile: TileCoord) -> Result<Option<(Lattice, Vec<u32>)>> {
    let Some(level) = places::level(table) else { return Ok(None) };
    let lattice = Lattice::new(tile, level)?;
    let side = lattice.side();
    let (west, north) = if level >= tile.z() {
        let shift = level - tile.z();
        (tile.x() << shift, tile.y() << shift)
    } else {
        let shift = tile.z() - level;
        (tile.x() >> shift, tile.y() >> shift)
    };
    let mut found = Vec::with_capacity(table.len());
    for row in 0..table.len() {
        let at = places::column_row(table, row).map(|(x, y)| (x.wrapping_sub(west), y.wrapping_sub(north)));
        let place = at.filter(|(x, y)| *x < side && *y < side).map_or(u32::MAX, |(x, y)| y * side + x);
        found.push(place);
    }
    Ok(Some((lattice, found)))
}

/// Fill of each row: its class, with a pattern where its state or its class has one.
struct Inks {
    rows: Vec<Fill>,
    palette: Palette,
    /// Palette index of outlines, where the layer has them.
    outline: Option<u8>,
    /// Number of named classes, which stand from high to low; 0 for classes of numbers, which rise.
    named: u8,
}

/// The classes of a layer: their colours, a pattern with its ink for each that has one, and the class of each row.
struct Classes<'a> {
    colours: Vec<Rgba>,
    patterns: Vec<Option<(Pattern, u8)>>,
    outline: Option<u8>,
    /// Class of a row from 1 on, 0 for what is clear; none for what has no class of the layer.
    of_row: Box<dyn Fn(usize) -> Option<u8> + 'a>,
}

impl<'a> Classes<'a> {
    fn of_numbers(breaks: Breaks, colours: Vec<Rgba>, number: impl Fn(usize) -> Option<f64> + 'a) -> Self {
        let of_row = move |row| Some(number(row).and_then(|n| breaks.class_of(n)).map_or(0, |c| c as u8 + 1));
        Self { colours, patterns: vec![], outline: None, of_row: Box::new(of_row) }
    }

    fn of_names(set: &ClassSet, classes: &[&'static Class], words: &[&'static str], of_row: &'a [u8]) -> Self {
        let index = |word: &&str| {
            let at = classes.iter().position(|class| class.name == *word)?;
            Some(if classes.get(at)?.is_clear { 0 } else { at as u8 + 1 })
        };
        let known: Vec<Option<u8>> = words.iter().map(index).collect();
        // Two inks stand behind the classes.
        let mut colours: Vec<Rgba> = classes.iter().map(|class| class.colour()).collect();
        let (light, dark) = (colours.len() as u8 + 1, colours.len() as u8 + 2);
        let inked = |class: &&Class| Some((class.pattern?, if class.ink() == Rgba::WHITE { light } else { dark }));
        let patterns: Vec<_> = classes.iter().map(inked).collect();
        let outline = set.is_outlined.then_some(dark);
        if outline.is_some() || patterns.iter().any(Option::is_some) {
            colours.extend([Rgba::WHITE, Rgba::INK]);
        }
        let of_row = move |row| of_row.get(row).map_or(Some(0), |&c| known.get(usize::from(c)).copied().flatten());
        Self { colours, patterns, outline, of_row: Box::new(of_row) }
    }
}

impl Inks {
    fn new(layer: &'static Layer, table: &Released<Table>) -> Result<Self> {
        let column = table.columns().iter().find(|c| c.name == layer.value);
        let classes = match (Colours::of(layer), column.map(|c| &c.values)) {
            (Colours::Steps(breaks, colours), Some(Values::Count(v))) => {
                Classes::of_numbers(breaks, colours, |row| v.get(row).map(|n| f64::from(*n)))
            }
            (Colours::Steps(breaks, colours), Some(Values::Number(v))) => {
                Classes::of_numbers(breaks, colours, |row| v.get(row).copied())
            }
            (Colours::Classes(set, classes), Some(Values::Class(words, v))) => {
                let classes: Vec<_> = classes.into_iter().map(|(class, _)| class).collect();
                Classes::of_names(set, &classes, words, v)
            }
            _ => Classes { colours: vec![], patterns: vec![], outline: None, of_row: Box::new(|_| Some(0)) },
        };
        let palette = palette(&classes.colours)?;
        let (ink, blank) = (palette.last(), palette.last() - 1);
        let fill = |row: usize| {
            // Undefined has no class: it is the colour of what has no value.
            let class = if table.tells_numbers(row) { (classes.of_row)(row).unwrap_or(blank) } else { 0 };
            if let Some(pattern) = table.states().get(row).and_then(|state| states::pattern(*state)) {
                return Fill::Pattern { pattern, ink, ground: if class == 0 { blank } else { class } };
            }
            match usize::from(class).checked_sub(1).and_then(|at| classes.patterns.get(at).copied().flatten()) {
                Some((pattern, ink)) => Fill::Pattern { pattern, ink, ground: class },
                None => Fill::Plain(class),
            }
        };
        let rows = (0..table.len()).map(fill).collect();
        Ok(Self { rows, palette, outline: classes.outline, named: classes.patterns.len() as u8 })
    }

    /// How high a row is drawn over others, and how wide as a line.
    fn rank(&self, ink: Fill) -> u8 {
        let (Fill::Plain(class) | Fill::Pattern { ground: class, .. }) = ink;
        if self.named > 0 { (self.named + 1).saturating_sub(class) } else { class }
    }
}

/// Cells of the pyramid as a picture.
///
/// # Errors
/// Cells finer than pixels can be.
pub fn cells(layer: &'static Layer, table: &Released<Table>, lattice: Lattice, places: &[u32]) -> Result<Vec<u8>> {
    let inks = Inks::new(layer, table)?;
    let side = lattice.side() as usize;
    let mut fills = vec![Fill::Plain(0); side * side];
    for (row, &place) in places.iter().enumerate() {
        if let (Some(fill), Some(ink)) = (fills.get_mut(place as usize), inks.rows.get(row)) {
            *fill = *ink;
        }
    }
    let pixels = raster::cells(side, &fills, SIDE_PX)?;
    png::indexed(SIDE_PX, SIDE_PX, &pixels, &inks.palette)
}

/// Cells of several levels, for tiles; `None` where rows are no such cells.
#[must_use]
pub fn told_cells(table: &Released<Table>) -> Option<Vec<Square>> {
    places::squares(table)
}

/// Cells of several levels as a picture.
///
/// # Errors
/// None but the encoder's.
pub fn squares(layer: &'static Layer, table: &Released<Table>, tile: TileCoord, squares: &[Square]) -> Result<Vec<u8>> {
    let inks = Inks::new(layer, table)?;
    let deepest = squares.iter().map(|s| s.level.saturating_sub(tile.z())).max().unwrap_or(0);
    let log2 = deepest.min(CELLS_LOG2);
    let side = 1usize << log2;
    let mut fills = vec![Fill::Plain(0); side * side];
    for (square, ink) in squares.iter().zip(&inks.rows) {
        let Some((column, row, span)) = square.span(tile, log2) else { continue };
        for line in fills.chunks_exact_mut(side).skip(row as usize).take(span as usize) {
            line[column as usize..(column + span) as usize].fill(*ink);
        }
    }
    let pixels = raster::cells(side, &fills, SIDE_PX)?;
    png::indexed(SIDE_PX, SIDE_PX, &pixels, &inks.palette)
}

/// Some rows of any shape: each pixel takes the row in whose shape its centre lies. Layers of one colour are drawn as
/// outlines and dots.
///
/// # Errors
/// None but the encoder's.
pub fn rows(layer: &'static Layer, table: &Released<Table>, rows: &[usize], tile: TileCoord) -> Result<Vec<u8>> {
    if let Colours::Plain(colour) = Colours::of(layer) {
        return plain::rows(table, rows, tile, SIDE_PX, colour);
    }
    let inks = Inks::new(layer, table)?;
    let side = SIDE_PX as usize;
    let mut pixels = vec![0; side * side];
    let at = to_pixel(tile, side);
    // Higher classes over lower ones: lines have a width, and cross.
    let mut inked: Vec<(Fill, usize)> = rows.iter().filter_map(|&row| Some((*inks.rows.get(row)?, row))).collect();
    inked.sort_by_key(|(ink, row)| (inks.rank(*ink), *row));
    for (ink, row) in inked.into_iter().filter(|(ink, _)| *ink != Fill::Plain(0)) {
        let mut set = |x: usize, y: usize| {
            if let Some(pixel) = pixels.get_mut(y * side + x) {
                *pixel = ink.at(x, y);
            }
        };
        match place(table, row) {
            Place::Line(line) => {
                let half_px = line_width_px(tile.z(), inks.rank(ink)) / 2.0;
                let path: Vec<_> = line.0.iter().map(|c| at(*c)).collect();
                for edge in path.windows(2) {
                    plain::line(edge[0], edge[1], half_px, side, &mut set);
                }
            }
            _ => each_pixel(table, row, tile, side, &mut set),
        }
    }
    if let Some(ink) = inks.outline {
        plain::outlines(table, rows, tile, side, &mut |x, y| {
            if let Some(pixel) = pixels.get_mut(y * side + x) {
                *pixel = ink;
            }
        });
    }
    png::indexed(SIDE_PX, SIDE_PX, &pixels, &inks.palette)
}

/// Width of a line of a class, 1 being the lowest: it grows with the class, so that classes are apart without colour.
/// Half of it stays within the margin around a tile from which rows are taken (8 pixels).
fn line_width_px(z: u8, class: u8) -> f64 {
    let zoomed = 2_f64.powf((f64::from(z) - 14.0) / 3.0).clamp(0.5, 2.0);
    ((1.0 + 0.8 * f64::from(class)) * zoomed).clamp(1.0, 14.0)
}
