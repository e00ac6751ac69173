//! Pictures of a map made without a browser: cells and areas with title, legend, scale bar and north arrow.
//!
//! # Example
//! ```
//! use geo_types::{Coord, Rect};
//! use tiles::preview::Preview;
//! use tiles::{Legend, Rgba};
//! let bounds = Rect::new(Coord { x: -87.8, y: 41.7 }, Coord { x: -87.5, y: 42.0 });
//! let legend = Legend::new("Recorded incidents", "incidents").class("5 and more", Rgba::opaque(200, 60, 20));
//! let mut preview = Preview::new(600, 400, bounds, "A city", &legend)?;
//! preview.cell(Rect::new(Coord { x: -87.7, y: 41.8 }, Coord { x: -87.6, y: 41.9 }), Rgba::opaque(200, 60, 20));
//! assert!(preview.png()?.starts_with(b"\x89PNG"));
//! # Ok::<(), tiles::Error>(())
//! ```

mod furniture;

use geo_types::{Coord, Rect};

use crate::canvas::{Canvas, Place, text_width};
pub use crate::canvas::{Paint, Stroke};
use crate::colour::Rgba;
use crate::coord::{from_world, to_world};
use crate::error::{Error, Result};
use crate::legend::{Legend, picture};
use crate::mvt::Outline;

/// Height of the band of the title, in pixels.
const TITLE_PX: u32 = 52;
/// Space around the map and the legend, in pixels.
const MARGIN_PX: u32 = 20;
/// Least width of the map itself, in pixels.
const MIN_MAP_PX: u32 = 80;

/// A picture being drawn.
pub struct Preview {
    canvas: Canvas,
    /// The map's frame: left, top, right, bottom, in pixels.
    frame: [f64; 4],
    /// Place in the unit world of the frame's upper left corner.
    origin: [f64; 2],
    /// Pixels along the side of the whole world.
    world_px: f64,
}

impl Preview {
    /// A picture of `bounds` (degrees) in Web Mercator, with the title above and the legend to the right of the map.
    ///
    /// # Errors
    /// A picture above 2048 pixels a side or too small for its legend, or bounds without an extent.
    pub fn new(width: u32, height: u32, bounds: Rect<f64>, title: &str, legend: &Legend) -> Result<Self> {
        let mut canvas = Canvas::new(width, height, Rgba::WHITE)?;
        let (legend_width, _) = picture::size(legend);
        let needed = (legend_width + MIN_MAP_PX + 3 * MARGIN_PX, Self::least_height(legend));
        if width < needed.0 || height < needed.1 {
            let bound = format!("title, map and legend need {} x {}", needed.0, needed.1);
            return Err(Error::new("size", format!("{width} x {height}"), bound, "ask for a larger picture"));
        }
        let right = width - legend_width - 2 * MARGIN_PX;
        let frame = [MARGIN_PX, TITLE_PX, right, height - MARGIN_PX].map(f64::from);

        let ((west, north), (east, south)) =
            (to_world(bounds.min().x, bounds.max().y), to_world(bounds.max().x, bounds.min().y));
        let (w, h) = (east - west, south - north);
        if !(w > 0.0 && h > 0.0 && w.is_finite()) {
            let bound = "it needs a width and a height in degrees";
            return Err(Error::new("bounds", format!("{bounds:?}"), bound, "give the extent of the city"));
        }
        // The tighter side decides, with a little air around the city.
        let (frame_w, frame_h) = (frame[2] - frame[0], frame[3] - frame[1]);
        let world_px = 0.96 * (frame_w / w).min(frame_h / h);
        let origin = [(west + east) / 2.0 - frame_w / 2.0 / world_px, (north + south) / 2.0 - frame_h / 2.0 / world_px];

        canvas.rectangle([frame[0], frame[1], frame_w, frame_h], Rgba::opaque(0xf6, 0xf5, 0xf1).into());
        // A long title is smaller, and one that is longer still ends early.
        let room = width - 2 * MARGIN_PX;
        let scale = if text_width(title, 3) <= room { 3 } else { 2 };
        let letters = (room / text_width("x", scale)) as usize;
        let title = match title.chars().count() {
            n if n <= letters => title.to_owned(),
            _ => title.chars().take(letters.saturating_sub(1)).chain(['…']).collect(),
        };
        canvas.text(MARGIN_PX, 16, scale, Rgba::INK, &title);
        picture::draw(legend, &mut canvas, width - legend_width - MARGIN_PX, TITLE_PX);
        Ok(Self { canvas, frame, origin, world_px })
    }

    /// Least height of a picture that holds the whole legend, in pixels.
    #[must_use]
    pub fn least_height(legend: &Legend) -> u32 {
        picture::size(legend).1.max(MIN_MAP_PX) + TITLE_PX + MARGIN_PX
    }

    /// Fills a rectangle given in degrees, without gaps to its neighbours.
    pub fn cell(&mut self, bounds: Rect<f64>, paint: impl Into<Paint>) {
        let [left, top] = self.place(to_world(bounds.min().x, bounds.max().y).into());
        let [right, bottom] = self.place(to_world(bounds.max().x, bounds.min().y).into());
        let ring = vec![[left, top], [right, top], [right, bottom], [left, bottom]];
        self.canvas.fill(&[ring], paint.into(), self.frame);
    }

    /// Fills the areas of an outline and draws its lines.
    pub fn outline(&mut self, outline: &Outline, paint: Option<Paint>, stroke: Option<Stroke>) {
        for part in &outline.parts {
            let mut paths: Vec<Vec<Place>> =
                part.paths.iter().map(|path| path.iter().map(|&world| self.place(world)).collect()).collect();
            if let Some(paint) = paint.filter(|_| outline.is_area) {
                self.canvas.fill(&paths, paint, self.frame);
            }
            for path in &mut paths {
                if outline.is_area {
                    path.extend(path.first().copied());
                }
                if let Some(stroke) = stroke {
                    self.canvas.line(path, stroke, self.frame);
                }
            }
        }
    }

    /// A dot of a diameter in pixels at a place in degrees.
    pub fn dot(&mut self, place: Coord<f64>, diameter_px: f64, colour: Rgba) {
        let [x, y] = self.place(to_world(place.x, place.y).into());
        let corner = |i: i32| {
            let (sin, cos) = (f64::from(i) / 16.0 * std::f64::consts::TAU).sin_cos();
            [x + diameter_px / 2.0 * cos, y + diameter_px / 2.0 * sin]
        };
        self.canvas.fill(&[(0..16).map(corner).collect()], colour.into(), self.frame);
    }

    /// The picture as PNG, with frame, scale bar and north arrow.
    ///
    /// # Errors
    /// When the picture cannot be encoded.
    pub fn png(mut self) -> Result<Vec<u8>> {
        let [left, top, right, bottom] = self.frame;
        let border = Stroke { colour: Rgba::opaque(0x9a, 0xa0, 0xa6), width_px: 1.0 };
        let corners = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]];
        self.canvas.line(&corners, border, self.canvas.everything());
        // Metres along a pixel in the middle of the map, where the scale bar is meant.
        let middle = self.origin[1] + (bottom - top) / 2.0 / self.world_px;
        let (_, lat) = from_world(0.5, middle);
        let metres_per_px = 40_075_016.686 * lat.to_radians().cos() / self.world_px;
        furniture::scale_bar(&mut self.canvas, self.frame, metres_per_px);
        furniture::north_arrow(&mut self.canvas, self.frame);
        self.canvas.png()
    }

    fn place(&self, [x, y]: [f64; 2]) -> Place {
        [self.frame[0] + (x - self.origin[0]) * self.world_px, self.frame[1] + (y - self.origin[1]) * self.world_px]
    }
}

#[cfg(test)]
#[path = "preview_tests.rs"]
mod tests;
