//! From numbers to palette indices: classes, magnified fields and cells, and patterns for what has no number.
//!
//! Index 0 is clear, class `i` has index `i + 1`, and the ink of patterns has the last index of the palette, as
//! [`Palette::of_classes`](crate::Palette::of_classes) makes it.

use crate::breaks::Breaks;
use crate::error::{Error, Result};
use crate::limits::MAX_SIDE_PX;
use crate::pattern::Pattern;

/// Values at the centres of a square lattice: `side` cells over the tile and `margin` more around it on every side,
/// row by row from the north-west. A margin of one lets neighbouring tiles join without a seam.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    side: usize,
    margin: usize,
    values: &'a [f32],
}

impl<'a> Field<'a> {
    /// A field over a tile.
    ///
    /// # Errors
    /// No cells, more than 4096 a side, or values that do not fill the lattice.
    pub fn new(side: usize, margin: usize, values: &'a [f32]) -> Result<Self> {
        let full = side.saturating_add(margin.saturating_mul(2));
        let bound = format!("a lattice has 1 to {MAX_SIDE_PX} cells a side, margin included");
        if side == 0 || full > MAX_SIDE_PX as usize {
            return Err(Error::new("side", side, bound, "take a coarser lattice"));
        }
        if values.len() != full * full {
            let bound = format!("{full} x {full} cells need {}", full * full);
            return Err(Error::new("values", values.len(), bound, "give one value a cell, the margin included"));
        }
        Ok(Self { side, margin, values })
    }

    /// Palette indices of a tile `size` pixels wide: the field is interpolated between the centres (bilinear), then
    /// classed. What is not a number is clear, together with the pixels that would mix with it.
    ///
    /// # Errors
    /// A size of 0 or above 4096 pixels.
    pub fn pixels(&self, size: u32, breaks: &Breaks) -> Result<Vec<u8>> {
        let size = checked_side(size)?;
        let full = self.side + 2 * self.margin;
        // Where each pixel centre lies between two lattice centres; the same for columns and rows.
        let last = full - 1;
        let between: Vec<(usize, usize, f32)> = (0..size)
            .map(|pixel| {
                let at = (pixel as f32 + 0.5) / size as f32 * self.side as f32 - 0.5 + self.margin as f32;
                let at = at.clamp(0.0, last as f32);
                let low = (at as usize).min(last);
                (low, (low + 1).min(last), at - low as f32)
            })
            .collect();
        let bounds: Vec<f32> = breaks.bounds().iter().map(|&bound| bound as f32).collect();
        let mut pixels = Vec::with_capacity(size * size);
        let mut line = vec![0.0_f32; full];
        let mut wide = vec![0.0_f32; size];
        for &(top, bottom, t) in &between {
            let row = |y: usize| self.values.get(y * full..(y + 1) * full).unwrap_or_default();
            for ((value, &a), &b) in line.iter_mut().zip(row(top)).zip(row(bottom)) {
                *value = a + t * (b - a);
            }
            for (value, &(left, right, t)) in wide.iter_mut().zip(&between) {
                let (a, b) = (line.get(left).copied().unwrap_or(0.0), line.get(right).copied().unwrap_or(0.0));
                *value = a + t * (b - a);
            }
            classify_into(&wide, &bounds, &mut pixels);
        }
        Ok(pixels)
    }
}

/// Appends the index of each value: the number of bounds that it reaches. Comparisons with NaN are false, so it
/// stays at 0. One pass a bound is vectorised and beats a search a value.
fn classify_into(values: &[f32], bounds: &[f32], out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + values.len(), 0);
    let Some(indices) = out.get_mut(start..) else { return };
    for &bound in bounds {
        for (index, &value) in indices.iter_mut().zip(values) {
            *index += u8::from(value >= bound);
        }
    }
}

/// Palette indices of values by class: 0 for none, class + 1 else.
#[must_use]
pub fn classify(values: &[f32], breaks: &Breaks) -> Vec<u8> {
    let bounds: Vec<f32> = breaks.bounds().iter().map(|&bound| bound as f32).collect();
    let mut indices = Vec::with_capacity(values.len());
    classify_into(values, &bounds, &mut indices);
    indices
}

/// What is drawn in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// A palette index over the whole cell.
    Plain(u8),
    /// A pattern in an ink over a ground: a state, readable without colour.
    Pattern {
        /// Its shape.
        pattern: Pattern,
        /// Palette index of its ink.
        ink: u8,
        /// Palette index below it.
        ground: u8,
    },
}

impl Fill {
    /// Palette index of a pixel.
    #[must_use]
    pub fn at(self, x: usize, y: usize) -> u8 {
        match self {
            Self::Plain(index) => index,
            Self::Pattern { pattern, ink, .. } if pattern.inks(x, y) => ink,
            Self::Pattern { ground, .. } => ground,
        }
    }
}

/// Palette indices of a tile `size` pixels wide that shows `side` x `side` cells, row by row from the north-west,
/// each pixel with the fill of the cell in which its centre lies.
///
/// # Errors
/// A size or side of 0 or above 4096, or cells that do not fill the tile.
pub fn cells(side: usize, fills: &[Fill], size: u32) -> Result<Vec<u8>> {
    let size = checked_side(size)?;
    if side == 0 || side > MAX_SIDE_PX as usize || fills.len() != side * side {
        let bound = format!("{side} x {side} cells need one fill each and at most {MAX_SIDE_PX} a side");
        return Err(Error::new("cells", fills.len(), bound, "give a fill for every cell of the tile"));
    }
    let cell: Vec<usize> = (0..size).map(|pixel| (2 * pixel + 1) * side / (2 * size)).collect();
    let mut pixels: Vec<u8> = Vec::with_capacity(size * size);
    for (y, &row) in cell.iter().enumerate() {
        let fills = fills.get(row * side..(row + 1) * side).unwrap_or_default();
        pixels.extend(cell.iter().enumerate().map(|(x, &column)| fills.get(column).map_or(0, |fill| fill.at(x, y))));
    }
    Ok(pixels)
}

fn checked_side(size: u32) -> Result<usize> {
    if size == 0 || size > MAX_SIDE_PX {
        let bound = format!("pictures are 1 to {MAX_SIDE_PX} pixels wide");
        return Err(Error::new("size", size, bound, "take 256 or 512"));
    }
    Ok(size as usize)
}

#[cfg(test)]
#[path = "raster_tests.rs"]
mod tests;
