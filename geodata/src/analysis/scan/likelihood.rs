//! The likelihood ratio of a cluster, and how many incidents a window needs for it to be at least so high.

use std::sync::OnceLock;

use super::counts::Count;
use super::windows::Windows;

/// Logarithm of the likelihood ratio of a rise inside a cluster: `inside` of `total` incidents where `expected` are.
///
/// `c ln(c / mu) + (C - c) ln((C - c) / (C - mu))`, and 0 where no more than expected are inside. It is the same for the
/// discrete Poisson and the space-time permutation model.
///
/// # References
/// Kulldorff (1997), doi:10.1080/03610929708831995; Kulldorff and others (2005), doi:10.1371/journal.pmed.0020059.
#[must_use]
pub fn log_likelihood_ratio(inside: f64, expected: f64, total: f64) -> f64 {
    if !(inside > expected) {
        return 0.0;
    }
    let outside = total - inside;
    let rest = if outside > 0.0 { outside * (outside / (total - expected)).ln() } else { 0.0 };
    inside * (inside / expected).ln() + rest
}

/// Ratios of which one is higher by no more than this share are tied.
pub(super) const TIE: f64 = 1e-9;
/// Ratios between two steps of the tables; the highest table serves all above it.
const RATIO_STEP: f64 = 0.5;
const TABLES: usize = 64;
/// Entries of one table: four bytes each, so that it stays in the cache.
const TABLE_ENTRIES: usize = 400_000;
/// Loads up to this are told apart by quarters, higher ones by steps that grow as the root of the load.
const FINE_LOAD: f64 = 16.0;
const FINE_STEPS: usize = 64;

/// For every ratio, load of a zone and window: the fewest incidents that can reach the ratio. Loads and ratios are
/// rounded down, which can only ask for fewer; whoever reaches the number is then looked at exactly.
pub(super) struct Bars<'a, C> {
    windows: &'a Windows,
    total: f64,
    min_cases: i32,
    shares: &'a [f64],
    levels: usize,
    per_root: f64,
    tables: Vec<OnceLock<Vec<C>>>,
}

impl<'a, C: Count> Bars<'a, C> {
    /// Tables for zones up to `max_load` and windows with these shares of a zone's load.
    pub(super) fn new(total: f64, min_cases: u32, windows: &'a Windows, shares: &'a [f64], max_load: f64) -> Self {
        let roots = max_load.sqrt();
        let room = (TABLE_ENTRIES / shares.len().max(1)) as f64 - FINE_STEPS as f64;
        let per_root = (room / roots).clamp(0.25, 8.0);
        Self {
            windows,
            total,
            min_cases: i32::try_from(min_cases.max(1)).unwrap_or(i32::MAX),
            shares,
            levels: level_of(max_load, per_root) + 1,
            per_root,
            tables: (0..TABLES).map(|_| OnceLock::new()).collect(),
        }
    }

    pub(super) fn total(&self) -> f64 {
        self.total
    }

    pub(super) fn shares(&self) -> &[f64] {
        self.shares
    }

    /// The level whose needs a zone of this load has at least.
    pub(super) fn level(&self, load: f64) -> u16 {
        // Sums of loads may pass the highest by a rounding.
        u16::try_from(level_of(load, self.per_root).min(self.levels - 1)).unwrap_or(u16::MAX)
    }

    /// Least load of a level, by a hair less: rounding must not make it more.
    fn least_load(&self, level: usize) -> f64 {
        let load = if level < FINE_STEPS {
            level as f64 * (FINE_LOAD / FINE_STEPS as f64)
        } else {
            (FINE_LOAD.sqrt() + (level - FINE_STEPS) as f64 / self.per_root).powi(2)
        };
        load * (1.0 - 1e-12)
    }

    /// The table for a ratio that is to be reached or tied.
    pub(super) fn table(&self, ratio: f64) -> Table<'_, C> {
        let at = ((ratio * (1.0 - 2.0 * TIE) / RATIO_STEP) as usize).min(TABLES - 1);
        let needed = self.tables[at].get_or_init(|| self.make(at as f64 * RATIO_STEP));
        Table { bars: self, needed }
    }

    fn make(&self, ratio: f64) -> Vec<C> {
        let slots = self.shares.len();
        let mut needed = vec![C::NEVER; self.levels * slots];
        for (slot, share) in self.shares.iter().enumerate() {
            if share.is_nan() {
                continue;
            }
            // More load needs more incidents: each level goes on from the one below.
            let mut count = self.min_cases;
            for level in 0..self.levels {
                let expected = self.least_load(level) * share;
                count = count.max(expected.floor() as i32 + i32::from(ratio > 0.0));
                while f64::from(count) <= self.total
                    && log_likelihood_ratio(f64::from(count), expected, self.total) < ratio
                {
                    count += 1;
                }
                if f64::from(count) > self.total {
                    break;
                }
                needed[level * slots + slot] = C::from_whole(count);
            }
        }
        needed.chunks_exact_mut(slots.max(1)).for_each(|row| self.windows.need_of_covers(row));
        needed
    }
}

fn level_of(load: f64, per_root: f64) -> usize {
    if load < FINE_LOAD {
        (load * (FINE_STEPS as f64 / FINE_LOAD)) as usize
    } else {
        FINE_STEPS + ((load.sqrt() - FINE_LOAD.sqrt()) * per_root) as usize
    }
}

/// The incidents needed for one ratio.
#[derive(Clone, Copy)]
pub(super) struct Table<'a, C> {
    bars: &'a Bars<'a, C>,
    needed: &'a [C],
}

impl<'a, C: Count> Table<'a, C> {
    /// The incidents needed in each window of a zone whose load is of this level.
    pub(super) fn row(&self, level: u16) -> &'a [C] {
        let (slots, level) = (self.bars.shares.len(), usize::from(level));
        &self.needed[level * slots..(level + 1) * slots]
    }
}
