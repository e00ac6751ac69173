//! The legend as SVG.

use std::fmt::Write as _;

use super::Legend;
use crate::colour::Rgba;
use crate::pattern::{Pattern, STEP_PX};
use crate::ramp::pattern_ink;

/// Height of a line, in pixels.
const LINE: usize = 22;

/// Widest text before a line breaks, in letters.
const WRAP: usize = 46;

pub(super) fn svg(legend: &Legend) -> String {
    let words = super::wrap(&legend.words, WRAP);
    let warnings: Vec<String> = legend.warnings.iter().flat_map(|warning| super::wrap(warning, WRAP)).collect();
    let unit = usize::from(!legend.unit.is_empty());
    let width = 16 + super::widest(legend, WRAP) * 8 + 40;
    let height = 16 + LINE * (1 + unit + legend.entries.len()) + 16 * (words.len() + warnings.len()) + 12;
    let mut out = String::with_capacity(2048);
    // Writing into a string cannot fail, so the results are dropped.
    _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title desc\" \
         font-family=\"system-ui, sans-serif\" font-size=\"14\" fill=\"{ink}\">\n\
         <title id=\"title\">{title}</title>\n<desc id=\"desc\">{desc}</desc>\n\
         <defs>{patterns}</defs>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n",
        ink = Rgba::INK.hex(),
        patterns = patterns(legend),
        title = escaped(&legend.title),
        desc = escaped(&description(legend)),
    );
    let mut y = 24;
    _ = writeln!(out, "<text x=\"16\" y=\"{y}\" font-weight=\"600\">{}</text>", escaped(&legend.title));
    if unit > 0 {
        y += LINE - 2;
        _ = writeln!(out, "<text x=\"16\" y=\"{y}\">{}</text>", escaped(&legend.unit));
    }
    y += 10;
    for entry in &legend.entries {
        let colour = entry.colour;
        let (edge, width) = if entry.is_outlined { (Rgba::INK.hex(), 1.75) } else { ("#6b7178".to_owned(), 0.75) };
        _ = write!(
            out,
            "<rect x=\"16\" y=\"{y}\" width=\"26\" height=\"16\" fill=\"{}\" fill-opacity=\"{:.2}\" \
             stroke=\"{edge}\" stroke-width=\"{width}\"/>",
            colour.hex(),
            colour.opacity()
        );
        if let Some((pattern, ink)) = entry.inked() {
            let id = id(pattern, ink);
            _ = write!(out, "<rect x=\"16\" y=\"{y}\" width=\"26\" height=\"16\" fill=\"url(#{id})\"/>");
        }
        _ = writeln!(out, "<text x=\"52\" y=\"{}\">{}</text>", y + 13, escaped(&entry.label));
        y += LINE;
    }
    y += 12;
    for line in words.iter().chain(&warnings) {
        _ = writeln!(out, "<text x=\"16\" y=\"{y}\" font-size=\"12\">{}</text>", escaped(line));
        y += 16;
    }
    out.push_str("</svg>\n");
    out
}

/// The name of a pattern in an ink; in the ink of states it is the pattern's own.
pub(crate) fn id(pattern: Pattern, ink: Rgba) -> String {
    if ink == pattern_ink() { pattern.name().to_owned() } else { format!("{}-{}", pattern.name(), &ink.hex()[1..]) }
}

/// The patterns that the entries use.
fn patterns(legend: &Legend) -> String {
    let mut used: Vec<(Pattern, Rgba)> = Vec::new();
    for inked in legend.entries.iter().filter_map(super::Entry::inked) {
        if !used.contains(&inked) {
            used.push(inked);
        }
    }
    used.into_iter().map(|(pattern, ink)| definition(pattern, ink)).collect()
}

/// A pattern for SVG, pixel by pixel as in the tiles.
pub(crate) fn definition(pattern: Pattern, ink: Rgba) -> String {
    let inked = (0..STEP_PX * STEP_PX).map(|i| (i % STEP_PX, i / STEP_PX)).filter(|&(x, y)| pattern.inks(x, y));
    let squares: String = inked.map(|(x, y)| format!("M{x} {y}h1v1h-1z")).collect();
    format!(
        "<pattern id=\"{}\" width=\"{STEP_PX}\" height=\"{STEP_PX}\" patternUnits=\"userSpaceOnUse\">\
         <path fill=\"{}\" shape-rendering=\"crispEdges\" d=\"{squares}\"/></pattern>",
        id(pattern, ink),
        ink.hex(),
    )
}

/// The whole legend as one sentence a screen reader can say.
fn description(legend: &Legend) -> String {
    let labels: Vec<&str> = legend.entries.iter().map(|entry| entry.label.as_str()).collect();
    let mut text = if legend.unit.is_empty() { String::new() } else { format!("{}: ", legend.unit) };
    text.push_str(&labels.join("; "));
    for more in std::iter::once(&legend.words).chain(&legend.warnings).filter(|more| !more.is_empty()) {
        text.push_str(". ");
        text.push_str(more);
    }
    text
}

/// Text that cannot become markup; characters that XML forbids become the replacement character.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(letter),
        }
    }
    out
}
