//! The sheet as SVG: real text, no script, no style from elsewhere.

use std::fmt::Write as _;

use super::sheet::{Anchor, Metrics, Paint, Place, Sheet, Stroke};
use crate::colour::Rgba;
use crate::legend::svg::{definition, escaped, id};
use crate::pattern::Pattern;

/// Size of text in pixels, and from the top of a line to where letters stand.
const FONT_PX: f64 = 14.0;
const BASELINE_PX: f64 = 14.0;
const HEADING_PX: f64 = 20.0;

pub(super) struct Svg {
    body: String,
    patterns: Vec<(Pattern, Rgba)>,
}

impl Svg {
    pub(super) fn new() -> Self {
        Self { body: String::with_capacity(8192), patterns: vec![] }
    }

    /// The whole document.
    pub(super) fn finish(self, (width, height): (u32, u32), title: &str, description: &str) -> String {
        let patterns: String = self.patterns.iter().map(|(pattern, ink)| definition(*pattern, *ink)).collect();
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title desc\" \
             font-family=\"system-ui, sans-serif\" font-size=\"{FONT_PX}\">\n\
             <title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n<defs>{patterns}</defs>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n{}</svg>\n",
            escaped(title),
            escaped(description),
            self.body,
        )
    }

    fn put(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing into a string cannot fail.
        _ = self.body.write_fmt(element);
        self.body.push('\n');
    }
}

impl Metrics for Svg {
    fn letter_px(&self) -> f64 {
        // A wide average: most fonts of this size have 6 to 8 pixels a letter.
        8.0
    }
}

impl Sheet for Svg {
    fn rectangle(&mut self, [x, y, w, h]: [f64; 4], paint: Paint) {
        let (w, h) = (w.max(0.0), h.max(0.0));
        let mut fill = |fill: &str| {
            self.put(format_args!(
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" fill=\"{fill}\"/>"
            ));
        };
        fill(&paint.colour.hex());
        if let Some((pattern, ink)) = paint.pattern {
            fill(&format!("url(#{})", id(pattern, ink)));
            if !self.patterns.contains(&(pattern, ink)) {
                self.patterns.push((pattern, ink));
            }
        }
    }

    fn line(&mut self, places: &[Place], stroke: Stroke, dashes: &[f64]) {
        if places.len() < 2 {
            return;
        }
        let dashes: Vec<String> = dashes.iter().map(f64::to_string).collect();
        let dashes =
            if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{}\"", dashes.join(" ")) };
        let (colour, width) = (stroke.colour.hex(), stroke.width_px);
        self.put(format_args!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"{dashes}/>",
            points(places)
        ));
    }

    fn shape(&mut self, ring: &[Place], colour: Rgba) {
        if !ring.is_empty() {
            self.put(format_args!("<polygon points=\"{}\" fill=\"{}\"/>", points(ring), colour.hex()));
        }
    }

    fn text(&mut self, [x, y]: Place, anchor: Anchor, colour: Rgba, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        self.put(format_args!(
            "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\" fill=\"{}\">{}</text>",
            y + BASELINE_PX,
            colour.hex(),
            escaped(text)
        ));
    }

    fn heading(&mut self, [x, y]: Place, text: &str) {
        self.put(format_args!(
            "<text x=\"{x:.1}\" y=\"{:.1}\" font-size=\"{HEADING_PX}\" font-weight=\"600\" fill=\"{}\">{}</text>",
            y + HEADING_PX - 2.0,
            Rgba::INK.hex(),
            escaped(text)
        ));
    }
}

fn points(places: &[Place]) -> String {
    places.iter().map(|[x, y]| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ")
}
