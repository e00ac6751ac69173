//! A programme with a known effect: two like places, and a fifth fewer incidents at one of them from its start on.

use super::draw::Draw;
use super::happen::{Draft, Mark, spot};
use super::kinds::{self, kind};
use super::layout::{Spot, Street, rectangle};
use super::time::{self, MONTHS};
use crate::model::Intervention;

/// Id of the intervention.
pub(super) const ID: &str = "light-and-guardians";
/// First day, and its month counted from January 2021.
pub(super) const START: &str = "2024-01-01";
pub(super) const START_MONTH: u64 = 36;
/// Change at its place since then.
pub(super) const EFFECT: f64 = -0.2;
/// The programme's place and the comparison's. Their edges run between the streets.
pub(super) const PLACE: (Spot, Spot) = (Spot { x: 1_100.0, y: 1_050.0 }, Spot { x: 3_100.0, y: 2_450.0 });
pub(super) const COMPARISON: (Spot, Spot) = (Spot { x: 9_100.0, y: 8_050.0 }, Spot { x: 11_100.0, y: 9_450.0 });

fn is_in(area: (Spot, Spot), s: Spot, margin_m: f64) -> bool {
    let (from, to) = area;
    s.x > from.x - margin_m && s.x < to.x + margin_m && s.y > from.y - margin_m && s.y < to.y + margin_m
}

/// Whether nothing at the street can lie at either place: all that happens there is the programme's own.
pub(super) fn is_outside(s: &Street) -> bool {
    is_far(s.from) && is_far(s.to)
}

/// Whether a spot is well outside both places.
pub(super) fn is_far(s: Spot) -> bool {
    !is_in(PLACE, s, 20.0) && !is_in(COMPARISON, s, 20.0)
}

/// Incidents of both places: `n` each in five years without the programme, spread evenly over the months, so that the
/// effect can be read off two counts. Kinds of the street that lighting can reach.
pub(super) fn happen(draw: &mut Draw, streets: &[Street], n: u64, drafts: &mut Vec<Draft>) {
    let codes = [("A1", 25), ("T1", 25), ("D1", 25), ("R1", 10), ("T3", 15)];
    for (area, effect) in [(PLACE, EFFECT), (COMPARISON, 0.0)] {
        let inside: Vec<Street> =
            streets.iter().filter(|s| is_in(area, s.from, -20.0) && is_in(area, s.to, -20.0)).copied().collect();
        let (mut expected, mut happened) = (0.0, 0_u64);
        for month in 0..MONTHS {
            let share = if month < START_MONTH { 1.0 } else { 1.0 + effect };
            expected += n as f64 / MONTHS as f64 * share;
            while ((happened + 1) as f64) <= expected + 1e-9 {
                happened += 1;
                let at = draw.below(inside.len() as u64) as usize;
                let Some(street) = inside.get(at) else { continue };
                let (spot, precision) = spot(draw, street);
                drafts.push(Draft {
                    from: time::second_in_month(draw, month, &kinds::NIGHT),
                    seconds: 0,
                    spot: Some(spot),
                    kind: kind(codes[draw.weighted(&codes.map(|(_, weight)| weight))].0),
                    precision,
                    mark: Mark::Plain,
                    bits: draw.next(),
                });
            }
        }
    }
}

/// Incidents at a place before and since the start.
pub(super) fn before_and_since(area: (Spot, Spot), drafts: &[Draft]) -> (u64, u64) {
    let start = time::month_start(START_MONTH);
    let here = drafts.iter().filter(|d| d.spot.is_some_and(|s| is_in(area, s, 0.0)));
    here.fold((0, 0), |(before, since), d| if d.from < start { (before + 1, since) } else { (before, since + 1) })
}

/// The programme as a record.
pub(super) fn intervention() -> Intervention {
    let texts = |list: &[&str]| list.iter().map(|&t| t.to_owned()).collect();
    Intervention {
        id: ID.to_owned(),
        name: "Light and guardians: lamps, open ground floors and evening stewards".to_owned(),
        aims: texts(&["fewer assaults and robberies in the street", "fewer damaged and opened cars"]),
        approach: Some("situational".to_owned()),
        place: Some(rectangle(PLACE.0, PLACE.1)),
        comparison: Some(rectangle(COMPARISON.0, COMPARISON.1)),
        start: START.to_owned(),
        end: None,
        dosage: Some("340 lamps; stewards 20:00 to 02:00, five nights a week".to_owned()),
        cost: Some("EUR 410000 a year".to_owned()),
        partners: texts(&["Public works", "Residents' association", "Youth office"]),
        design: Some("before_after_comparison".to_owned()),
        registered_at: Some("2023-10-15".to_owned()),
        registered_hash: None,
        tags: texts(&["SDG 11.7", "SDG 16.1", "NUA 39", "NUA 103"]),
    }
}
