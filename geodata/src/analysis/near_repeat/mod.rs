//! Near repeats (Knox): whether incidents that are near in space are also near in time, more often than chance has it.

mod bands;
mod draws;
mod edges;
mod events;
mod pairs;
mod side_by_side;

pub use bands::{Repeats, nearest_bands, repeats};
pub use edges::Edges;
pub use events::distinct_events;
pub use pairs::{Distance, Pairs};

use crate::cancel::Cancel;
use crate::error::{Error, Kind, Result};
use crate::limits::MAX_KNOX_WORK;

/// Pairs of incidents by how far they are apart in space and in time, beside what chance gives.
///
/// Tables are by rows of one space bin each: bin (i, j) stands at `i * time_bins + j`.
#[derive(Debug, Clone, PartialEq)]
pub struct Knox {
    /// Bins of space.
    pub space_bins: usize,
    /// Bins of time.
    pub time_bins: usize,
    /// Unordered pairs, each counted once.
    pub observed: Vec<u64>,
    /// Pairs that the margins alone give: pairs of the row times pairs of the column by all pairs.
    pub expected: Vec<f64>,
    /// Mean of the draws; it tends to `expected`.
    pub mean: Vec<f64>,
    /// Share of arrangements with as many pairs or more: `(M + 1) / (R + 1)`, one-sided.
    pub p: Vec<f64>,
}

impl Knox {
    /// Observed by the mean of the draws; NaN where no draw had a pair.
    #[must_use]
    pub fn ratio(&self) -> Vec<f64> {
        let divide = |(&o, &m): (&u64, &f64)| if m > 0.0 { o as f64 / m } else { f64::NAN };
        self.observed.iter().zip(&self.mean).map(divide).collect()
    }
}

/// The Knox table of `days` at the places of `pairs`.
///
/// The times are dealt anew to the places in every draw, so that what happens often in a place, and what happens often
/// at a time, stays as it is, and only the link between the two is broken. Each draw has its own random stream:
/// the answer does not depend on the number of threads or on the order of the rows.
///
/// # Units
/// Whole days, in `days` and in `day_edges`.
///
/// # Assumptions
/// Same-event duplicates are gone ([`distinct_events`]): two rows of one event are near in both, and no repeat.
///
/// # Errors
/// Not one day a place; days more than 32,767 apart; more pairs times draws than [`MAX_KNOX_WORK`]; a stopped request.
///
/// # Example
/// ```
/// use geodata::Cancel;
/// use geodata::analysis::near_repeat::{Distance, Edges, Pairs, knox};
/// let (space, days) = (Edges::new(&[0.0, 0.1, 100.0])?, Edges::new(&[0.0, 7.0, f64::INFINITY])?);
/// let pairs = Pairs::find(&[(0.0, 0.0), (0.0, 0.0), (50.0, 0.0)], &space, Distance::Euclidean, &Cancel::default())?;
/// let table = knox(&pairs, &[0, 3, 40], &days, (99, 1), &Cancel::default())?;
/// assert_eq!(table.observed, [1, 0, 0, 2]);
/// # Ok::<(), geodata::Error>(())
/// ```
///
/// # References
/// Knox (1964), doi:10.2307/2985220; Johnson et al. (2007), doi:10.1007/s10940-007-9025-3.
pub fn knox(
    pairs: &Pairs,
    days: &[i32],
    day_edges: &Edges,
    (draws, seed): (u32, u64),
    cancel: &Cancel,
) -> Result<Knox> {
    let work = pairs.near().saturating_mul(u64::from(draws));
    if work > MAX_KNOX_WORK {
        return Err(Error::new(
            Kind::TooLarge,
            format!(
                "{} near pairs in {draws} draws are {work} comparisons, and the bound is {MAX_KNOX_WORK}",
                pairs.near()
            ),
            format!(
                "take at most {} draws, smaller or fewer bands, or a shorter period",
                MAX_KNOX_WORK / pairs.near().max(1)
            ),
        ));
    }
    let days = pairs.days_in_order(days)?;
    let margins = draws::Margins::new(pairs, &days, day_edges);
    let observed = draws::observed(pairs, &days, day_edges, &margins, cancel)?;
    let (sums, reached) = draws::draw(pairs, (&days, day_edges), &margins, &observed, (draws, seed), cancel)?;
    let r = f64::from(draws);
    let mut expected = Vec::with_capacity(observed.len());
    for &row in &margins.rows {
        expected.extend(
            margins
                .columns
                .iter()
                .map(|&column| if margins.all == 0 { 0.0 } else { row as f64 * (column as f64 / margins.all as f64) }),
        );
    }
    Ok(Knox {
        space_bins: margins.rows.len(),
        time_bins: margins.columns.len(),
        observed,
        expected,
        mean: sums.iter().map(|&s| s as f64 / r).collect(),
        p: reached.iter().map(|&m| (f64::from(m) + 1.0) / (r + 1.0)).collect(),
    })
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
