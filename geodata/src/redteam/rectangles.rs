//! Boxes: two nested ones around a lot, one whose edge is swept, and the same one a thousand times.

use super::{Attack, Ground, Outcome};
use crate::cube::points;
use crate::error::Result;
use crate::index::{Place, Query};
use crate::model::{LonLat, LonLatBox, PrecisionSet, Tier};

/// Half a lot, in degrees of latitude: ten metres.
const HALF_LOT_DEG: f64 = 0.000_09;
/// Steps of a sweep.
const STEPS: u32 = 300;

pub(super) const NESTED: Attack = Attack {
    id: "nested_rectangles",
    tries: "subtract two boxes that differ in one lot of 20 m, for the number of incidents recorded there",
    run: nested,
};

pub(super) const SWEEP: Attack = Attack {
    id: "edge_sweep",
    tries: "move one edge of a box by metres and note where the answer changes, for the place of an incident",
    run: sweep,
};

pub(super) const REPEAT: Attack = Attack {
    id: "repetition",
    tries: "ask the same a thousand times, and with edges moved by centimetres, to average what is added to a number",
    run: repeat,
};

/// Distinct places where something was recorded, drawn evenly.
fn targets(ground: &Ground<'_>, n: u64) -> Result<Vec<LonLat>> {
    let query = Query { precision: Some(PrecisionSet::POINTLIKE), ..Query::default() };
    let mut all = points(&ground.snapshot, &query, &ground.cancel)?.lonlat;
    all.sort_by(|a, b| a.lon().total_cmp(&b.lon()).then(a.lat().total_cmp(&b.lat())));
    all.dedup();
    let mut draw = ground.draws(1);
    let picks = (0..n.min(all.len() as u64)).map(|_| all[(draw() * all.len() as f64) as usize]);
    Ok(picks.collect())
}

fn nested(ground: &Ground<'_>) -> Result<Outcome> {
    let targets = targets(ground, ground.tries)?;
    let (mut recovered, mut claims) = (0, 0);
    for p in &targets {
        let half_lon = HALF_LOT_DEG / p.lat().to_radians().cos().max(0.01);
        let (south, north) = (p.lat() - HALF_LOT_DEG, p.lat() + HALF_LOT_DEG);
        let strip = |east: f64| LonLatBox::new(p.lon() - 0.01, south, east, north);
        let (outer, inner) = (strip(p.lon() + half_lon)?, strip(p.lon() - half_lon)?);
        let difference = ground.public_sum(outer)?.saturating_sub(ground.public_sum(inner)?);
        if difference == 0 {
            continue;
        }
        claims += 1;
        let lot = LonLatBox::new(p.lon() - half_lon, south, p.lon() + half_lon, north)?;
        let exact = exact_sum(ground, lot)?;
        // A told cell whose centre lies in the lot is told with its own number, which anyone may see; the lot's is another.
        recovered += u64::from(difference == exact && !is_told_cell(ground, lot, exact)?);
    }
    let words = format!("{claims} of {} differences were not 0: each is the number of whole told cells", targets.len());
    Ok(Outcome { tries: targets.len() as u64, recovered, words })
}

fn exact_sum(ground: &Ground<'_>, within: LonLatBox) -> Result<u64> {
    let query = Query { place: Place::Box(within), ..Query::default() };
    Ok(ground.method(Tier::Custodian, "count", query, Some("quadkey:8"))?.analysis().included)
}

/// Whether cells of this very number are told with their centre in the lot.
fn is_told_cell(ground: &Ground<'_>, lot: LonLatBox, number: u64) -> Result<bool> {
    Ok(ground.public_sum(lot)? == number)
}

fn sweep(ground: &Ground<'_>) -> Result<Outcome> {
    let targets = targets(ground, (ground.tries / 40).max(1))?;
    let (mut changes, mut recovered) = (0, 0);
    for p in &targets {
        let step = 0.003 / f64::from(STEPS);
        let at = |k: u32| p.lon() - 0.0015 + step * f64::from(k);
        let sum = |k: u32| ground.public_sum(LonLatBox::new(p.lon() - 0.02, p.lat() - 0.01, at(k), p.lat() + 0.01)?);
        let middles = middles(ground, p.lat() - 0.01, p.lat() + 0.01)?;
        let mut last = sum(0)?;
        for k in 1..=STEPS {
            let next = sum(k)?;
            if next != last {
                changes += 1;
                // A change is allowed where the edge passed the middle of a told cell, and nowhere else.
                let passed = middles.iter().any(|m| at(k - 1) <= *m && *m <= at(k));
                recovered += u64::from(!passed);
            }
            last = next;
        }
    }
    let tries = targets.len() as u64 * u64::from(STEPS);
    Ok(Outcome {
        tries,
        recovered,
        words: format!("{changes} changes, all where the edge passed the middle of a told cell but {recovered}"),
    })
}

/// Longitudes of the middles of told cells between two latitudes.
fn middles(ground: &Ground<'_>, south: f64, north: f64) -> Result<Vec<f64>> {
    let table = ground.public("count", Query::default(), None)?;
    let crate::table::Shapes::Cells(frame, cells) = table.shapes() else { return Ok(vec![]) };
    let centres = cells.iter().map(|c| frame.centre(*c)).filter(|c| (south..=north).contains(&c.lat()));
    Ok(centres.map(LonLat::lon).collect())
}

fn repeat(ground: &Ground<'_>) -> Result<Outcome> {
    let Some(p) = targets(ground, 1)?.first().copied() else {
        return Ok(Outcome { tries: 0, recovered: 0, words: "nothing is recorded".into() });
    };
    let mut draw = ground.draws(3);
    let mut answers = std::collections::BTreeSet::new();
    let tries = ground.tries.max(100);
    for _ in 0..tries {
        let jitter = draw() * 1e-7;
        let within = LonLatBox::new(p.lon() - 0.02, p.lat() - 0.02, p.lon() + 0.02 + jitter, p.lat() + 0.02 - jitter)?;
        answers.insert(ground.public_sum(within)?);
    }
    let words = format!("{} distinct answer(s)", answers.len());
    Ok(Outcome { tries, recovered: answers.len() as u64 - 1, words })
}
