//! Questions: does the time of an answer, or the words of a refusal, tell something?

use std::time::Instant;

use super::{Attack, Ground, Outcome};
use crate::disclosure::cell_tile;
use crate::error::Result;
use crate::index::{ContextFilter, Query};
use crate::model::{ContextKind, ContextValue, LonLatBox, PrecisionSet, Tier};
use crate::release::{Node, SUPPRESSED};

/// Answers of each kind that are timed.
const TIMED: usize = 400;
/// Difference of the medians that is allowed, as a share.
const ALLOWED: f64 = 0.05;

pub(super) const TIMING: Attack = Attack {
    id: "timing",
    tries: "tell withheld cells from empty ones by the time that their answers take",
    run: timing,
};

pub(super) const ERRORS: Attack =
    Attack { id: "refusals", tries: "read a count out of the words of a refusal", run: errors };

fn timing(ground: &Ground<'_>) -> Result<Outcome> {
    let cube = ground.release.cube(Tier::Public);
    let Some(whole) = cube.whole() else {
        return Ok(Outcome { tries: 0, recovered: 0, words: "nothing is told".into() });
    };
    let leaves = cube.leaves_of(whole);
    let finest = cube.rules.finest_level;
    let withheld: Vec<Node> = leaves.iter().filter(|l| l.value == SUPPRESSED).map(|l| l.node).collect();
    let zeros = cube.zeros(leaves, cube.root, finest);
    let (Some(_), Some(_)) = (withheld.first(), zeros.first()) else {
        return Ok(Outcome {
            tries: 0,
            recovered: 0,
            words: "there is no withheld cell, or no empty one, to compare".into(),
        });
    };
    // One and the other in turn, so that whatever else the machine does falls on both.
    let mut times = [vec![], vec![]];
    for k in 0..TIMED {
        for (kind, nodes) in [&withheld, &zeros].into_iter().enumerate() {
            let node = nodes[k % nodes.len()];
            let ((x, y), z) = (node.column_row(), node.level());
            let began = Instant::now();
            std::hint::black_box(cell_tile(&ground.ask(Tier::Public), &Query::default(), z, x, y)?);
            std::hint::black_box(ground.public_sum(bounds(node)?)?);
            times[kind].push(began.elapsed().as_secs_f64());
        }
    }
    let median = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let [a, b] = &mut times;
    let (a, b) = (median(a), median(b));
    let apart = (a - b).abs() / b;
    let words = format!(
        "medians {:.2} and {:.2} microseconds, {:.1} % apart (allowed {:.0} %)",
        a * 1e6,
        b * 1e6,
        apart * 100.0,
        ALLOWED * 100.0
    );
    Ok(Outcome { tries: TIMED as u64 * 2, recovered: u64::from(apart > ALLOWED), words })
}

/// The box of a cell, degrees.
fn bounds(node: Node) -> Result<LonLatBox> {
    let [(west, north), (east, south)] = node.corners();
    LonLatBox::new(west, south, east, north)
}

fn errors(ground: &Ground<'_>) -> Result<Outcome> {
    let context = |value| Some(ContextFilter { kind: ContextKind::Gang, value, definition: "eurogang-2006".into() });
    let refused = [
        Query { weekdays: Some(1), ..Query::default() },
        Query { precision: Some(PrecisionSet::POINTLIKE), ..Query::default() },
        Query { context: context(ContextValue::No), ..Query::default() },
        Query { context: context(ContextValue::Yes), hours: Some(1), ..Query::default() },
    ];
    let (mut tries, mut recovered) = (0, 0);
    for query in refused {
        for method in ["count", "density", "gi_star", "rate"] {
            for tier in [Tier::Public, Tier::Partner] {
                tries += 1;
                let answer = ground.method(tier, method, query.clone(), Some("areas:districts"));
                recovered += match answer {
                    Ok(_) => 0,
                    Err(e) => u64::from(e.to_string().contains(|c: char| c.is_ascii_digit())),
                };
            }
        }
    }
    Ok(Outcome { tries, recovered, words: "no refusal holds a digit".into() })
}
