//! A plot in sentences, for those who hear it: words, axes and as many numbers as can be listened to.

use super::{Chart, Marks};
use crate::breaks::number_text;

/// Numbers that are read out, at most.
const MOST: usize = 60;

pub(super) fn describe(chart: &Chart) -> String {
    let mut sentences = vec![chart.words.clone()];
    for (side, axis) in [("Across", &chart.x), ("Upwards", &chart.y)] {
        if !axis.label.is_empty() {
            let scale = if axis.is_log { ", logarithmic" } else { "" };
            sentences.push(format!("{side}: {}{scale}", axis.label));
        }
    }
    match &chart.marks {
        Marks::Lines(all) => {
            for line in all {
                let ends = line.points.first().zip(line.points.last());
                let course = ends.map_or_else(String::new, |(a, b)| {
                    format!(" from {} at {} to {} at {}", text(a.1), text(a.0), text(b.1), text(b.0))
                });
                sentences.push(format!("{}{course}", if line.name.is_empty() { "Line" } else { &line.name }));
            }
        }
        Marks::Bars(all) => {
            let named = all.iter().enumerate().take(MOST).map(|(i, bar)| {
                let name = chart.x.ticks.get(i).map_or("", String::as_str);
                let interval =
                    bar.interval.map_or_else(String::new, |(low, high)| format!(" ({} to {})", text(low), text(high)));
                format!("{name} {}{interval}", text(bar.value))
            });
            sentences.push(named.collect::<Vec<_>>().join("; "));
        }
        Marks::Heat { rows, unit, notes } => {
            let squares =
                rows.iter().enumerate().flat_map(|(y, row)| row.iter().enumerate().map(move |(x, n)| (x, y, n)));
            let named = squares.take(MOST).map(|(x, y, number)| {
                let name = |ticks: &[String], i: usize| ticks.get(i).cloned().unwrap_or_else(|| i.to_string());
                let note = notes.get(y).and_then(|row| row.get(x)).filter(|note| !note.is_empty());
                let value = note.cloned().unwrap_or_else(|| number.map_or("undefined".to_owned(), text));
                format!("{}, {}: {value}", name(&chart.y.ticks, y), name(&chart.x.ticks, x))
            });
            sentences.push(format!("Squares in {unit}: {}", named.collect::<Vec<_>>().join("; ")));
        }
    }
    let whole = sentences.iter().map(|s| s.trim().trim_end_matches('.')).filter(|s| !s.is_empty());
    whole.map(|sentence| format!("{sentence}.")).collect::<Vec<_>>().join(" ")
}

fn text(value: f64) -> String {
    number_text(value)
}
