//! Lines with dashes and markers.

use super::Line;
use super::keys::looks;
use super::layout::Layout;
use super::sheet::{Place, Sheet};

/// Points nearer to the one drawn before than this would not be seen.
const LEAST_STEP_PX: f64 = 0.7;
/// Markers of one line, at most.
const MARKERS: usize = 12;

pub(super) fn draw(all: &[Line], layout: &Layout, sheet: &mut dyn Sheet) {
    // References lie below results.
    let mut order: Vec<_> = all.iter().zip(looks(all)).collect();
    order.sort_by_key(|(line, _)| !line.is_reference);
    for (nth, (line, look)) in order.iter().enumerate() {
        let pieces = pieces(line, layout);
        for piece in &pieces {
            sheet.line(piece, look.stroke, look.dashes);
        }
        let places: Vec<Place> = pieces.concat();
        // Markers of several lines stand at different places, so that lines that run together are still seen.
        let every = places.len().div_ceil(MARKERS).max(1);
        let lonely = pieces.iter().filter(|piece| piece.len() == 1).flatten();
        for &[x, y] in places.iter().skip(nth % every).step_by(every).chain(lonely) {
            let marker: Vec<Place> = look.marker.iter().map(|[dx, dy]| [x + dx, y + dy]).collect();
            sheet.shape(&marker, look.stroke.colour);
        }
    }
}

/// The parts of a line between gaps, without the points that would not be seen.
fn pieces(line: &Line, layout: &Layout) -> Vec<Vec<Place>> {
    let mut pieces: Vec<Vec<Place>> = vec![vec![]];
    let mut skipped: Option<Place> = None;
    for (x, y) in &line.points {
        let (Some(px), Some(py)) = (layout.x.place(*x), layout.y.place(*y)) else {
            // The last point before a gap is always drawn.
            if let (Some(piece), Some(place)) = (pieces.last_mut(), skipped.take()) {
                piece.push(place);
            }
            pieces.push(vec![]);
            continue;
        };
        let Some(piece) = pieces.last_mut() else { continue };
        let is_near = |last: &Place| (px - last[0]).hypot(py - last[1]) < LEAST_STEP_PX;
        if piece.last().is_some_and(is_near) {
            skipped = Some([px, py]);
        } else {
            piece.push([px, py]);
            skipped = None;
        }
    }
    if let (Some(piece), Some(place)) = (pieces.last_mut(), skipped) {
        piece.push(place);
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::super::{Axis, Chart, Marks, picture::METRICS};
    use super::*;

    fn drawn(points: Vec<(f64, f64)>) -> Vec<Vec<Place>> {
        let line = Line { name: String::new(), points, is_reference: false };
        let chart = Chart {
            title: String::new(),
            words: String::new(),
            x: Axis::numbers(""),
            y: Axis::numbers(""),
            marks: Marks::Lines(vec![line.clone()]),
        };
        pieces(&line, &Layout::new(&chart, &METRICS))
    }

    #[test]
    fn what_is_not_a_number_leaves_a_gap() {
        let pieces = drawn(vec![(0.0, 1.0), (1.0, 2.0), (2.0, f64::NAN), (3.0, 1.0)]);
        assert_eq!(pieces.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
        assert!(drawn(vec![(f64::NAN, f64::NAN)]).is_empty());
    }

    #[test]
    fn a_long_line_keeps_its_ends_and_as_many_points_as_are_seen() {
        let n = 100_000;
        let pieces = drawn((0..=n).map(|i| (f64::from(i), f64::from(i).sqrt())).collect());
        let [piece] = &pieces[..] else { panic!("{}", pieces.len()) };
        assert!(piece.len() < 1500, "{}", piece.len());
        let ends = drawn(vec![(0.0, 0.0), (f64::from(n), f64::from(n).sqrt())]);
        assert_eq!((piece.first(), piece.last()), (ends[0].first(), ends[0].last()));
    }
}
