//! Times dealt anew to the places, sixteen draws side by side, and their near pairs counted by time.

use rayon::prelude::*;

use super::edges::Edges;
use super::pairs::Pairs;
use super::side_by_side::{Apart, EDGES, LANES, Lanes, count};
use crate::analysis::permutation::random::Words;
use crate::cancel::Cancel;
use crate::error::Result;

/// Pairs of each row and column of the table, which no draw changes.
pub(super) struct Margins {
    pub rows: Vec<u64>,
    pub columns: Vec<u64>,
    /// Pairs of all incidents.
    pub all: u64,
}

impl Margins {
    pub(super) fn new(pairs: &Pairs, days: &[i16], edges: &Edges) -> Self {
        let n = days.len() as u64;
        let all = n * n.saturating_sub(1) / 2;
        let mut rows = vec![0; pairs.finite_bins()];
        for (_, lists) in pairs.chunks() {
            rows.iter_mut().zip(lists).for_each(|(sum, list)| *sum += list.others.len() as u64);
        }
        if pairs.is_open() {
            rows.push(all - rows.iter().sum::<u64>());
        }
        let mut sorted = days.to_vec();
        sorted.sort_unstable();
        let below: Vec<u64> = edges.finite().iter().map(|&edge| pairs_below(&sorted, edge)).collect();
        Self { rows, columns: between(&below, all, edges), all }
    }
}

/// Pairs of sorted days less than `edge` apart.
fn pairs_below(sorted: &[i16], edge: f64) -> u64 {
    let mut first = 0;
    let mut sum = 0;
    for (i, &day) in sorted.iter().enumerate() {
        while f64::from(i32::from(day) - i32::from(sorted[first])) >= edge && first < i {
            first += 1;
        }
        sum += (i - first) as u64;
    }
    sum
}

/// Counts by bin from counts below each finite edge.
fn between(below: &[u64], all: u64, edges: &Edges) -> Vec<u64> {
    let mut last = 0;
    let mut bins: Vec<u64> = below.iter().map(|&sum| sum - std::mem::replace(&mut last, sum)).collect();
    if edges.is_open() {
        bins.push(all - last);
    }
    bins
}

/// The table of the days as they are.
pub(super) fn observed(
    pairs: &Pairs,
    days: &[i16],
    edges: &Edges,
    margins: &Margins,
    cancel: &Cancel,
) -> Result<Vec<u64>> {
    let lanes: Vec<Lanes> = days.iter().map(|&day| [day; LANES]).collect();
    Ok(tables(pairs, (&lanes, 1), edges, margins, cancel)?.concat())
}

/// Sum over the draws of each bin, and how many draws had as many pairs as were observed or more.
pub(super) fn draw(
    pairs: &Pairs,
    (days, edges): (&[i16], &Edges),
    margins: &Margins,
    observed: &[u64],
    (draws, seed): (u32, u64),
    cancel: &Cancel,
) -> Result<(Vec<u64>, Vec<u32>)> {
    // A sorted deck does not tell in which order the rows came.
    let mut deck = days.to_vec();
    deck.sort_unstable();
    let groups: Vec<u32> = (0..draws).step_by(LANES).collect();
    cancel.begin(u64::from(draws));
    let group = |&first: &u32| -> Result<(Vec<u64>, Vec<u32>)> {
        let used = (draws - first).min(LANES as u32);
        let lanes = deal(&deck, first..first + used, seed, cancel)?;
        let (mut sums, mut reached) = (vec![0; observed.len()], vec![0; observed.len()]);
        for table in tables(pairs, (&lanes, used as usize), edges, margins, cancel)? {
            for (bin, count) in table.into_iter().enumerate() {
                sums[bin] += count;
                reached[bin] += u32::from(count >= observed[bin]);
            }
        }
        cancel.advance(u64::from(used));
        Ok((sums, reached))
    };
    let none = || (vec![0; observed.len()], vec![0; observed.len()]);
    groups.par_iter().map(group).try_reduce(none, |mut a, b| {
        a.0.iter_mut().zip(&b.0).for_each(|(x, y)| *x += y);
        a.1.iter_mut().zip(&b.1).for_each(|(x, y)| *x += y);
        Ok(a)
    })
}

/// The days of every place in some draws, each shuffled by words of its own (Fisher and Yates).
fn deal(deck: &[i16], draws: std::ops::Range<u32>, seed: u64, cancel: &Cancel) -> Result<Vec<Lanes>> {
    let hands = draws.map(|draw| {
        cancel.check()?;
        let mut words = Words::new(seed, u64::from(draw));
        let mut hand = deck.to_vec();
        for i in (1..hand.len()).rev() {
            hand.swap(i, words.below(i as u32 + 1) as usize);
        }
        Ok(hand)
    });
    let hands: Vec<Vec<i16>> = hands.collect::<Result<_>>()?;
    // All hands are laid out at once: sixteen strides through the lanes would wait for memory at every step.
    let day = |lane: usize, place: usize| hands.get(lane).map_or(0, |hand| hand[place]);
    Ok((0..deck.len()).map(|place| std::array::from_fn(|lane| day(lane, place))).collect())
}

/// The table of each lane that is used.
fn tables(
    pairs: &Pairs,
    (lanes, used): (&[Lanes], usize),
    edges: &Edges,
    margins: &Margins,
    cancel: &Cancel,
) -> Result<Vec<Vec<u64>>> {
    // A day's distance is whole, so it is below an edge where it is below the next whole number.
    let finite: Vec<i16> = edges.finite().iter().map(|e| e.ceil().min(f64::from(i16::MAX)) as i16).collect();
    // What fits into eight bits is compared twice as fast.
    let narrow: Option<Vec<i8>> = finite.iter().map(|&edge| i8::try_from(edge).ok()).collect();
    match narrow {
        Some(finite) => below(pairs, (lanes, used), &finite, (edges, margins), cancel),
        None => below(pairs, (lanes, used), &finite, (edges, margins), cancel),
    }
}

fn below<A: Apart>(
    pairs: &Pairs,
    (lanes, used): (&[Lanes], usize),
    finite: &[A],
    (edges, margins): (&Edges, &Margins),
    cancel: &Cancel,
) -> Result<Vec<Vec<u64>>> {
    // below[row][edge][lane]
    let mut below = vec![vec![[0_u64; LANES]; finite.len()]; pairs.finite_bins()];
    for (first, lists) in pairs.chunks() {
        cancel.check()?;
        for (list, sums) in lists.iter().zip(&mut below) {
            for (few, sums) in finite.chunks(EDGES).zip(sums.chunks_mut(EDGES)) {
                // No distance is below the edges that fill up.
                let mut filled = [A::default(); EDGES];
                filled[..few.len()].copy_from_slice(few);
                let found = count(list, &lanes[first..], lanes, filled);
                sums.iter_mut().zip(&found).for_each(|(s, f)| (0..LANES).for_each(|k| s[k] += f[k]));
            }
        }
    }
    Ok((0..used).map(|lane| table(&below, lane, edges, margins)).collect())
}

fn table(below: &[Vec<[u64; LANES]>], lane: usize, edges: &Edges, margins: &Margins) -> Vec<u64> {
    let mut left = margins.columns.clone();
    let mut table = Vec::with_capacity(margins.rows.len() * left.len());
    for (row, &all) in below.iter().zip(&margins.rows) {
        let sums: Vec<u64> = row.iter().map(|lanes| lanes[lane]).collect();
        let bins = between(&sums, all, edges);
        left.iter_mut().zip(&bins).for_each(|(l, b)| *l -= b);
        table.extend(bins);
    }
    if below.len() < margins.rows.len() {
        table.extend(left);
    }
    table
}
