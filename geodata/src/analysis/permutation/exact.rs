//! Exact permutation probabilities of neighbourhood sums of counts, by generating function.

use std::collections::BTreeMap;

use super::table::SumTable;
use super::{Null, Tails};
use crate::analysis::special::ln_choose;
use crate::analysis::weights::Weights;
use crate::cancel::Cancel;
use crate::error::Result;

/// Draws beyond which no exact table is tried.
const MAX_DRAWS: usize = 500;

/// A place with its neighbourhood: its own value, and what the others around it sum to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hand {
    /// Position of the place.
    pub place: usize,
    /// Its own value.
    pub own: u32,
    /// Places around it, itself not among them.
    pub others: usize,
    /// Sum of their values.
    pub sum: u64,
}

/// How many values are dealt to a place, and what they sum to.
struct Dealt {
    place: usize,
    k: usize,
    sum: u64,
}

/// Every place with a test, by the own value that its null keeps (`None` where it keeps none).
fn by_own(hands: impl Iterator<Item = Hand>, null: Null) -> BTreeMap<Option<u32>, Vec<Dealt>> {
    let mut groups: BTreeMap<Option<u32>, Vec<Dealt>> = BTreeMap::new();
    for Hand { place, own, others, sum } in hands.filter(|h| h.others > 0) {
        let (kept, dealt) = match null {
            Null::Conditional => (Some(own), Dealt { place, k: others, sum }),
            Null::Total => (None, Dealt { place, k: others + 1, sum: sum + u64::from(own) }),
        };
        groups.entry(kept).or_default().push(dealt);
    }
    groups
}

fn distinct(counts: &[u32]) -> Vec<(u32, usize)> {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    let mut out: Vec<(u32, usize)> = Vec::new();
    for v in sorted {
        match out.last_mut() {
            Some((last, m)) if *last == v => *m += 1,
            _ => out.push((v, 1)),
        }
    }
    out
}

/// Values that remain when the dealt ones are the smaller part: summing what is left instead of what is dealt.
fn smaller(k: usize, pool: usize) -> usize {
    k.min(pool - k)
}

fn pool(n: usize, null: Null) -> usize {
    match null {
        Null::Total => n,
        Null::Conditional => n - 1,
    }
}

/// Multiplications that [`exact`] would need, to compare with a limit; `usize::MAX` where it does not apply
/// (weights that are not binary, more than 500 neighbours).
#[must_use]
pub fn exact_work(counts: &[u32], weights: &Weights, null: Null) -> usize {
    let n = counts.len();
    if n == 0 || !weights.is_binary() {
        return if n == 0 { 0 } else { usize::MAX };
    }
    let extra = usize::from(null == Null::Total);
    let degrees = (0..n.min(weights.len())).map(|i| weights.others(i)).filter(|&k| k > 0);
    let draws = degrees.map(|k| smaller(k + extra, pool(n, null))).max().unwrap_or(0);
    exact_work_of_draws(counts, draws, null)
}

/// The same for neighbourhoods to which at most `draws` values are dealt.
#[must_use]
pub fn exact_work_of_draws(counts: &[u32], draws: usize, null: Null) -> usize {
    if draws > MAX_DRAWS {
        return usize::MAX;
    }
    let values = distinct(counts);
    let largest = values.last().map_or(0, |v| v.0 as usize);
    let built = SumTable::work(&values, draws);
    match null {
        Null::Total => built,
        // Taking a value out goes once over the whole table.
        Null::Conditional => {
            let table = largest.saturating_mul(draws).saturating_mul(draws + 1) / 2;
            built.saturating_add(table.saturating_mul(values.len()))
        }
    }
}

/// Exact tails of every place; undefined for one without neighbours. The weights are binary, with or without self.
///
/// # Units
/// Probabilities, exact to about 1e-14 and never below one arrangement in all of them.
///
/// # Assumptions
/// All arrangements of the values over the places are equally likely. The caller has looked at [`exact_work`].
///
/// # Errors
/// A stopped request.
///
/// # References
/// The generating function of sums without replacement: Pagano and Tritchler (1983), doi:10.1080/01621459.1983.10477990.
pub fn exact(counts: &[u32], weights: &Weights, null: Null, cancel: &Cancel) -> Result<Vec<Tails>> {
    let hand = |place: usize| {
        let row = weights.row(place).iter().filter(|&&j| j as usize != place);
        let sum = row.map(|&j| u64::from(counts[j as usize])).sum();
        Hand { place, own: counts[place], others: weights.others(place), sum }
    };
    exact_of_hands(counts, (0..counts.len().min(weights.len())).map(hand), null, cancel)
}

/// [`exact`] for neighbourhoods whose sums are known; the answer has as many places as there are counts.
///
/// # Errors
/// A stopped request.
pub fn exact_of_hands(
    counts: &[u32],
    hands: impl Iterator<Item = Hand>,
    null: Null,
    cancel: &Cancel,
) -> Result<Vec<Tails>> {
    let mut tails = vec![Tails::UNDEFINED; counts.len()];
    if counts.is_empty() {
        return Ok(tails);
    }
    let pool = pool(counts.len(), null);
    let groups = by_own(hands, null);
    let draws = groups.values().flatten().map(|h| smaller(h.k, pool)).max().unwrap_or(0);
    let values = distinct(counts);
    let table = SumTable::new(&values, draws, cancel)?;
    let all: u64 = counts.iter().map(|&c| u64::from(c)).sum();
    for (own, hands) in groups {
        cancel.check()?;
        let reduced;
        let (table, all) = match own {
            Some(v) => {
                reduced = table.without(v, hands.iter().map(|h| smaller(h.k, pool)).max().unwrap_or(0));
                (&reduced, all - u64::from(v))
            }
            None => (&table, all),
        };
        let mut sums: BTreeMap<usize, Cumulative> = BTreeMap::new();
        for hand in hands {
            let t = smaller(hand.k, pool);
            let cumulative = sums.entry(t).or_insert_with(|| Cumulative::new(table.row(t), pool, t));
            tails[hand.place] = if t == hand.k {
                cumulative.tails(hand.sum)
            } else {
                let Tails { greater, less } = cumulative.tails(all - hand.sum);
                Tails { greater: less, less: greater }
            };
        }
    }
    Ok(tails)
}

/// Both cumulative sums of one row, each summed from its small end.
struct Cumulative {
    up_to: Vec<f64>,
    from: Vec<f64>,
    least: f64,
}

impl Cumulative {
    fn new(row: &[f64], pool: usize, t: usize) -> Self {
        let mut up_to = row.to_vec();
        let mut from = row.to_vec();
        for s in 1..row.len() {
            up_to[s] += up_to[s - 1];
        }
        for s in (0..row.len().saturating_sub(1)).rev() {
            from[s] += from[s + 1];
        }
        // What was seen is one arrangement at least.
        Self { up_to, from, least: (-ln_choose(pool, t)).exp() }
    }

    fn tails(&self, sum: u64) -> Tails {
        let s = usize::try_from(sum).unwrap_or(usize::MAX);
        let last = self.up_to.last().copied().unwrap_or(1.0);
        let at_least = self.from.get(s).copied().unwrap_or(0.0);
        let at_most = self.up_to.get(s).copied().unwrap_or(last);
        Tails { greater: at_least.clamp(self.least, 1.0), less: at_most.clamp(self.least, 1.0) }
    }
}

/// Whether any place could be called significantly low at `alpha`, whatever the arrangement: the two-sided p of the
/// smallest possible sum, at the best place, compared with the largest p that Benjamini-Hochberg ever rejects.
///
/// Where most places have no incident, none can: the answer then offers no cold class.
#[must_use]
pub fn cold_is_reachable(counts: &[u32], weights: &Weights, null: Null, alpha: f64) -> bool {
    let most = (0..counts.len().min(weights.len())).map(|i| weights.others(i)).max().unwrap_or(0);
    cold_is_reachable_by(counts, most + 1, null, alpha)
}

/// The same where the largest neighbourhood has `most` places, its own among them.
#[must_use]
pub fn cold_is_reachable_by(counts: &[u32], most: usize, null: Null, alpha: f64) -> bool {
    if most < 2 {
        return false;
    }
    let (n, k) = (counts.len(), most - usize::from(null == Null::Conditional));
    let values = distinct(counts);
    // The smallest sum takes all places of the smallest values; ways to arrange it over all ways.
    let (mut left, mut ln_ways) = (k, 0.0);
    for &(_, m) in &values {
        let taken = m.min(left);
        ln_ways += ln_choose(m, taken);
        left -= taken;
        if left == 0 {
            break;
        }
    }
    2.0 * (ln_ways - ln_choose(n, k)).exp() <= alpha
}
