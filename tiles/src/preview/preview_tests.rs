//! Pictures that a person can look at (set PICTURES to a folder to keep them), and what a program can check of them.

use geo_types::{LineString, MultiPolygon, Polygon};

use super::*;
use crate::breaks::Breaks;
use crate::coord::TileCoord;
use crate::pattern::Pattern;
use crate::ramp::{Ramp, no_value, pattern_ink};

fn rect(west: f64, south: f64, east: f64, north: f64) -> Rect<f64> {
    Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north })
}

/// A made-up city: cells of a hill of counts over a wobbly boundary with areas.
fn city() -> Vec<u8> {
    let breaks = Breaks::fixed(&[5.0, 10.0, 20.0, 40.0, 80.0]).unwrap();
    let colours = Ramp::find("ember").unwrap().colours(5).unwrap();
    let legend = Legend::new("Recorded incidents", "per cell of 450 m, 2018")
        .classes(&breaks, &colours, true)
        .state("Withheld, because few", "suppressed", no_value(), Some(Pattern::Hatch))
        .words("Counts of recorded incidents; places, not people.");
    let mut preview =
        Preview::new(960, 620, rect(-87.74, 41.78, -87.56, 41.92), "Demo city: where incidents concentrate", &legend)
            .unwrap();
    let (x0, y0) = (33_608, 48_712);
    for i in 0..36 * 36_u32 {
        let (x, y) = (i % 36, i / 36);
        let (dx, dy) = (f64::from(x) - 20.0, f64::from(y) - 15.0);
        let count = (120.0 * (-(dx * dx + dy * dy) / 60.0).exp() + 5.0 * ((x * 7 + y * 13) % 4) as f64 / 3.0).floor();
        let at = TileCoord::new(17, x0 + x, y0 + y).unwrap().bounds_lonlat();
        match breaks.class_of(count) {
            Some(class) => preview.cell(at, colours[class]),
            None if count > 0.0 => {
                preview.cell(at, Paint { colour: no_value(), pattern: Some((Pattern::Hatch, pattern_ink())) })
            }
            None => {}
        }
    }
    let ring = (0..90).map(|k| {
        let (sin, cos) = (f64::from(k) / 90.0 * std::f64::consts::TAU).sin_cos();
        let r = 0.05 + 0.002 * (f64::from(k) / 4.0).sin();
        (-87.65 + 1.3 * r * cos, 41.85 + r * sin)
    });
    let boundary = Outline::of_polygons(&MultiPolygon(vec![Polygon::new(LineString::from_iter(ring), vec![])]));
    preview.outline(&boundary, None, Some(Stroke { colour: Rgba::opaque(0x44, 0x4a, 0x50), width_px: 2.0 }));
    preview.dot(Coord { x: -87.64, y: 41.86 }, 9.0, Rgba::opaque(0x10, 0x50, 0x90));
    preview.png().unwrap()
}

#[test]
fn a_picture_shows_cells_areas_and_furniture() {
    let bytes = city();
    if let Ok(folder) = std::env::var("PICTURES") {
        std::fs::write(format!("{folder}/preview.png"), &bytes).unwrap();
    }
    let picture = image::load_from_memory(&bytes).unwrap().to_rgb8();
    assert_eq!(picture.dimensions(), (960, 620));
    for Rgba([r, g, b, _]) in Ramp::find("ember").unwrap().colours(5).unwrap() {
        let n = picture.pixels().filter(|pixel| pixel.0 == [r, g, b]).count();
        assert!(n > 600, "colour {r} {g} {b}: only its legend, {n} pixels");
    }
    assert_eq!(bytes, city(), "the same picture again");
}

#[test]
fn sizes_and_bounds_that_cannot_be_drawn_are_refused() {
    let legend = Legend::new("Recorded incidents", "").class("one", Rgba::INK);
    let good = rect(0.0, 0.0, 1.0, 1.0);
    assert!(Preview::new(5000, 400, good, "", &legend).is_err());
    assert_eq!(Preview::new(200, 400, good, "", &legend).err().unwrap().parameter, "size");
    assert_eq!(Preview::new(800, 400, rect(3.0, 3.0, 3.0, 3.0), "", &legend).err().unwrap().parameter, "bounds");
    assert!(Preview::new(800, 400, rect(-180.0, -90.0, 180.0, 90.0), "", &legend).unwrap().png().is_ok());
}

#[test]
fn a_long_legend_tells_the_height_it_needs_and_a_long_title_is_cut() {
    let many = (0..40).fold(Legend::new("many", ""), |legend, i| legend.class(format!("class {i}"), Rgba::INK));
    let height = Preview::least_height(&many);
    assert!(height > 900, "{height}");
    let title = "A title that never ends ".repeat(20);
    assert!(Preview::new(600, height - 1, rect(0.0, 0.0, 1.0, 1.0), &title, &many).is_err());
    assert!(Preview::new(600, height, rect(0.0, 0.0, 1.0, 1.0), &title, &many).unwrap().png().is_ok());
}

#[test]
fn what_is_not_finite_is_not_drawn() {
    let legend = Legend::new("t", "");
    let mut preview = Preview::new(400, 300, rect(0.0, 0.0, 1.0, 1.0), "", &legend).unwrap();
    preview.dot(Coord { x: f64::NAN, y: f64::INFINITY }, 5.0, Rgba::INK);
    preview.dot(Coord { x: 0.5, y: 0.5 }, f64::MAX, Rgba::INK);
    assert!(preview.png().is_ok());
}
