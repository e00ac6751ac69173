//! Plots of a released result as SVG and PNG.

use geodata::disclosure::Released;
use geodata::table::{Axis, Marks, Plot, Table};
use tiles::Result;
use tiles::plot::{self, Chart};

/// The formats of plots: id and media type.
pub const PLOT_FORMATS: [(&str, &str); 2] = [("svg", "image/svg+xml"), ("png", "image/png")];

/// The plots of a result.
#[must_use]
pub fn plots(table: &Released<Table>) -> &[Plot] {
    &table.analysis().plots
}

/// A plot of a result by its id; the first where none is named.
#[must_use]
pub fn plot<'a>(table: &'a Released<Table>, id: Option<&str>) -> Option<&'a Plot> {
    plots(table).iter().find(|plot| id.is_none_or(|id| plot.id == id))
}

/// The bytes of a plot, as `svg` or else as PNG.
///
/// # Errors
/// A plot with more lines, points, bars or squares than can be drawn.
pub fn draw(plot: &Plot, format: &str) -> Result<Vec<u8>> {
    let chart = chart(plot);
    if format == "svg" { chart.svg().map(String::into_bytes) } else { chart.png() }
}

fn chart(plot: &Plot) -> Chart {
    let marks = match &plot.marks {
        Marks::Lines(lines) => plot::Marks::Lines(lines.iter().map(line).collect()),
        Marks::Heat { rows, unit, notes } => {
            plot::Marks::Heat { rows: rows.clone(), unit: unit.clone(), notes: notes.clone() }
        }
        Marks::Bars(bars) => {
            let bar = |bar: &geodata::table::Bar| plot::Bar { value: bar.value, interval: bar.interval };
            plot::Marks::Bars(bars.iter().map(bar).collect())
        }
    };
    Chart { title: plot.title.clone(), words: plot.words.clone(), x: axis(&plot.x), y: axis(&plot.y), marks }
}

fn axis(axis: &Axis) -> plot::Axis {
    plot::Axis { label: axis.label.clone(), ticks: axis.ticks.clone(), is_log: axis.is_log }
}

fn line(line: &geodata::table::Line) -> plot::Line {
    plot::Line { name: line.name.clone(), points: line.points.clone(), is_reference: line.is_reference }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geodata::table::{Bar, Line};

    #[test]
    fn every_kind_of_mark_is_drawn_in_both_formats() {
        let lines = vec![Line { name: "a".into(), points: vec![(0.0, 1.0), (2.0, 3.0)], is_reference: true }];
        let heat = Marks::Heat { rows: vec![vec![Some(1.5), None]], unit: "ratio".into(), notes: vec![] };
        let bars = vec![Bar { value: 3.0, interval: Some((2.0, 5.0)) }];
        for marks in [Marks::Lines(lines), heat, Marks::Bars(bars)] {
            let (x, y) = (Axis::numbers("across"), Axis::numbers("upwards"));
            let plot = Plot { id: "one", title: "Title".into(), words: "Words".into(), x, y, marks };
            let svg = String::from_utf8(draw(&plot, "svg").expect("drawn")).expect("text");
            assert!(svg.contains(">Title</title>") && svg.contains("upwards"), "{svg}");
            assert!(draw(&plot, "png").expect("drawn").starts_with(b"\x89PNG"));
        }
    }
}
