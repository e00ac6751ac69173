//! From one release to the next: does one record more show?

use super::{Attack, Ground, Outcome};
use crate::error::Result;
use crate::release;
use crate::store::Store;

/// Successes above one half that are allowed, in percent: half of the changes that are seen.
const ALLOWED_POINTS: f64 = 5.0;

pub(super) const ONE_MORE: Attack = Attack {
    id: "next_release",
    tries: "compare two releases of which the second has one incident more, to tell whether it was added",
    run: one_more,
};

fn one_more(ground: &Ground<'_>) -> Result<Outcome> {
    let store = Store::open_read(ground.path)?;
    let tries = ground.tries.max(1_000);
    let Some(seen) =
        release::one_more(&store, &ground.snapshot, &ground.release, tries, &mut ground.draws(7), &ground.cancel)?
    else {
        return Ok(Outcome {
            tries: 0,
            recovered: 0,
            words: "the file has changed since the release: make a new one first".into(),
        });
    };
    // Whoever sees a change knows; whoever sees none guesses one half.
    let points = 50.0 * seen as f64 / tries as f64;
    let words = format!(
        "{seen} of {tries} additions changed something: right {:.1} % of the time, where guessing gives 50 %",
        50.0 + points
    );
    Ok(Outcome { tries, recovered: if points > ALLOWED_POINTS { seen } else { 0 }, words })
}
