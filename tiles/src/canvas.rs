//! A drawing surface: polygons and lines smoothed by three times the resolution, and bitmap letters.

use image::{ImageFormat, Rgb, RgbImage};

use crate::colour::Rgba;
use crate::error::{Error, Result};
use crate::font::{ADVANCE, HEIGHT, glyph};
use crate::limits::MAX_DRAWN_SIDE_PX;
use crate::pattern::Pattern;

/// Fine pixels along the side of a pixel.
const FINE: u32 = 3;

/// Colour of an area, and a pattern over it where the colour alone must not carry the meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint {
    /// The colour.
    pub colour: Rgba,
    /// A pattern over it, and the colour of its ink.
    pub pattern: Option<(Pattern, Rgba)>,
}

impl From<Rgba> for Paint {
    fn from(colour: Rgba) -> Self {
        Self { colour, pattern: None }
    }
}

/// Colour and width, in pixels, of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    /// The colour.
    pub colour: Rgba,
    /// Width in pixels.
    pub width_px: f64,
}

/// A place on the canvas: pixels from the left and from the top.
pub(crate) type Place = [f64; 2];

/// Letters that wait until the picture has its final resolution, so that they stay crisp.
struct Text {
    x: u32,
    y: u32,
    scale: u32,
    colour: Rgba,
    letters: String,
}

pub(crate) struct Canvas {
    width: u32,
    height: u32,
    fine: RgbImage,
    texts: Vec<Text>,
    /// Edges of the shape being filled, and the crossings of one row with them.
    edges: Vec<(Place, Place)>,
    crossings: Vec<f64>,
}

impl Canvas {
    pub(crate) fn new(width: u32, height: u32, background: Rgba) -> Result<Self> {
        for (name, side) in [("width", width), ("height", height)] {
            if side == 0 || side > MAX_DRAWN_SIDE_PX {
                let bound = format!("drawn pictures are 1 to {MAX_DRAWN_SIDE_PX} pixels wide and high");
                return Err(Error::new(name, side, bound, "ask for a smaller picture"));
            }
        }
        let Rgba([r, g, b, _]) = background;
        let fine = RgbImage::from_pixel(width * FINE, height * FINE, Rgb([r, g, b]));
        Ok(Self { width, height, fine, texts: Vec::new(), edges: Vec::new(), crossings: Vec::new() })
    }

    /// Fills rings by the even-odd rule; what lies beyond `clip` (left, top, right, bottom) is not drawn.
    pub(crate) fn fill(&mut self, rings: &[Vec<Place>], paint: Paint, clip: [f64; 4]) {
        let fine = f64::from(FINE);
        self.edges.clear();
        for ring in rings {
            for (i, &a) in ring.iter().enumerate() {
                let Some(&b) = ring.get(i + 1).or(ring.first()) else { continue };
                if a.iter().chain(&b).all(|v| v.is_finite()) && a[1] != b[1] {
                    self.edges.push((a.map(|v| v * fine), b.map(|v| v * fine)));
                }
            }
        }
        let [left, top, right, bottom] = clip.map(|v| v * fine);
        let (left, right) = (left.max(0.0), right.min(f64::from(self.width * FINE)));
        let high = self.edges.iter().map(|(a, b)| a[1].min(b[1])).fold(f64::INFINITY, f64::min).max(top).max(0.0);
        let low = self.edges.iter().map(|(a, b)| a[1].max(b[1])).fold(f64::NEG_INFINITY, f64::max).min(bottom);
        let rows = high.floor() as u32..(low.ceil().max(0.0) as u32).min(self.height * FINE);
        for row in rows {
            let y = f64::from(row) + 0.5;
            self.crossings.clear();
            let crossed = self.edges.iter().filter(|(a, b)| (a[1] <= y) != (b[1] <= y));
            self.crossings.extend(crossed.map(|(a, b)| a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])));
            self.crossings.sort_unstable_by(f64::total_cmp);
            for pair in self.crossings.chunks_exact(2) {
                let &[from, to] = pair else { continue };
                let (from, to) = (from.clamp(left, right), to.clamp(left, right));
                for column in (from - 0.5).ceil().max(0.0) as u32..(to - 0.5).ceil().max(0.0) as u32 {
                    blend(&mut self.fine, column, row, paint);
                }
            }
        }
    }

    /// Fills a rectangle: left, top, width and height.
    pub(crate) fn rectangle(&mut self, [x, y, w, h]: [f64; 4], paint: Paint) {
        self.fill(&[vec![[x, y], [x + w, y], [x + w, y + h], [x, y + h]]], paint, self.everything());
    }

    /// Draws a line through places, with square ends that close its corners.
    pub(crate) fn line(&mut self, places: &[Place], stroke: Stroke, clip: [f64; 4]) {
        let half = stroke.width_px / 2.0;
        for edge in places.windows(2) {
            let &[a, b] = edge else { continue };
            let length = (b[0] - a[0]).hypot(b[1] - a[1]);
            if length <= 0.0 || !length.is_finite() {
                continue;
            }
            let (ux, uy) = ((b[0] - a[0]) / length * half, (b[1] - a[1]) / length * half);
            let (a, b) = ([a[0] - ux / 2.0, a[1] - uy / 2.0], [b[0] + ux / 2.0, b[1] + uy / 2.0]);
            let side = |p: Place, sign: f64| [p[0] - sign * uy, p[1] + sign * ux];
            let quad = vec![side(a, 1.0), side(b, 1.0), side(b, -1.0), side(a, -1.0)];
            self.fill(&[quad], stroke.colour.into(), clip);
        }
    }

    /// Writes one line of letters with its upper left corner at a place; `scale` pixels a dot of the font.
    pub(crate) fn text(&mut self, x: u32, y: u32, scale: u32, colour: Rgba, letters: &str) {
        self.texts.push(Text { x, y, scale, colour, letters: letters.to_owned() });
    }

    pub(crate) fn everything(&self) -> [f64; 4] {
        [0.0, 0.0, f64::from(self.width), f64::from(self.height)]
    }

    /// The picture as PNG.
    pub(crate) fn png(self) -> Result<Vec<u8>> {
        let fine = &self.fine;
        let mut picture = RgbImage::from_fn(self.width, self.height, |x, y| {
            let mut sum = [0_u32; 3];
            for (dx, dy) in (0..FINE * FINE).map(|i| (i % FINE, i / FINE)) {
                let pixel = fine.get_pixel(x * FINE + dx, y * FINE + dy);
                sum.iter_mut().zip(pixel.0).for_each(|(sum, v)| *sum += u32::from(v));
            }
            Rgb(sum.map(|v| ((v + FINE * FINE / 2) / (FINE * FINE)) as u8))
        });
        for text in &self.texts {
            write(&mut picture, text);
        }
        let mut bytes = std::io::Cursor::new(Vec::new());
        let failed = |error| Error::new("picture", error, "it could not be encoded", "report this");
        picture.write_to(&mut bytes, ImageFormat::Png).map_err(failed)?;
        Ok(bytes.into_inner())
    }
}

/// Width in pixels of a line of letters.
pub(crate) fn text_width(letters: &str, scale: u32) -> u32 {
    letters.chars().count() as u32 * ADVANCE * scale
}

fn blend(image: &mut RgbImage, x: u32, y: u32, paint: Paint) {
    // The patterns of the tiles, at the finer resolution.
    let colour = match paint.pattern {
        Some((pattern, ink)) if pattern.inks((x / FINE) as usize, (y / FINE) as usize) => ink,
        _ => paint.colour,
    };
    let Rgba([.., opacity]) = colour;
    if let Some(Rgb(under)) = image.get_pixel_mut_checked(x, y) {
        for (under, over) in under.iter_mut().zip(colour.0) {
            *under = mix(*under, over, opacity);
        }
    }
}

fn mix(under: u8, over: u8, opacity: u8) -> u8 {
    let mixed = u32::from(under) * (255 - u32::from(opacity)) + u32::from(over) * u32::from(opacity);
    ((mixed + 127) / 255) as u8
}

/// Writes letters. Dots that touch at a corner only are joined by half-covered pixels, which smooths slopes.
fn write(picture: &mut RgbImage, text: &Text) {
    let scale = text.scale;
    for (i, letter) in text.letters.chars().enumerate() {
        let left = text.x + i as u32 * ADVANCE * scale;
        let rows = glyph(letter);
        let dot = |x: u32, y: usize| x < 5 && rows.get(y).is_some_and(|bits| bits >> (4 - x) & 1 == 1);
        for (x, y) in (0..5 * HEIGHT).map(|k| (k as u32 % 5, k / 5)) {
            let (px, py) = (left + x * scale, text.y + y as u32 * scale);
            if dot(x, y) {
                for k in 0..scale * scale {
                    ink(picture, px + k % scale, py + k / scale, text.colour, 255);
                }
                continue;
            }
            // The four corners of an empty dot: filled where the dots beside the corner are.
            let end = scale - 1;
            let sides = [(x.wrapping_sub(1), 0), (x + 1, end)];
            let levels = [(y.wrapping_sub(1), 0), (y + 1, end)];
            for (&(side, cx), (level, cy)) in sides.iter().flat_map(|side| levels.map(move |level| (side, level))) {
                if dot(side, y) && dot(x, level) && !dot(side, level) {
                    ink(picture, px + cx, py + cy, text.colour, 140);
                }
            }
        }
    }
}

fn ink(picture: &mut RgbImage, x: u32, y: u32, Rgba([r, g, b, _]): Rgba, opacity: u8) {
    if let Some(Rgb(under)) = picture.get_pixel_mut_checked(x, y) {
        for (under, over) in under.iter_mut().zip([r, g, b]) {
            *under = mix(*under, over, opacity);
        }
    }
}
