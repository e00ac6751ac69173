//! The highest likelihood ratio over all zones and windows of one set of incidents.

use super::counts::{Count, Rows};
use super::likelihood::{Bars, TIE, log_likelihood_ratio};
use super::windows::{LANES, Run, Windows};
use super::zones::Zones;
use crate::cancel::Cancel;
use crate::error::Result;

/// Centres between two looks at whether the work was stopped.
const BLOCK: usize = 128;

/// A zone in a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    pub ratio: f64,
    pub centre: usize,
    /// Locations of the zone: so many from the beginning of the centre's list.
    pub size: usize,
    pub slot: usize,
    pub inside: i32,
    pub load: f64,
}

/// What is the same for every set of incidents.
pub(super) struct Scene<'a, C> {
    pub zones: &'a Zones,
    pub loads: &'a [f64],
    pub windows: &'a Windows,
    pub bars: &'a Bars<'a, C>,
    /// Which of two tied clusters comes first.
    pub precedes: &'a (dyn Fn(&Found, &Found) -> bool + Sync),
}

/// Reused room.
pub(super) struct Walker<'a, C> {
    scene: &'a Scene<'a, C>,
    /// Sums of the zones walked so far.
    done: Vec<C>,
    /// Sums of the zone looked at, with zeros around.
    ahead: Vec<C>,
}

impl<'a, C: Count> Walker<'a, C> {
    pub(super) fn new(scene: &'a Scene<'a, C>) -> Self {
        let none = C::default();
        Self { scene, done: vec![none; scene.windows.width()], ahead: vec![none; scene.windows.room()] }
    }

    /// The cluster with the highest ratio among zones without a location of `taken` (which may be empty).
    pub(super) fn best(&mut self, rows: &Rows<C>, taken: &[bool], cancel: &Cancel) -> Result<Option<Found>> {
        let mut best = None;
        for centre in 0..self.scene.zones.len() {
            if centre % BLOCK == 0 {
                cancel.check()?;
            }
            self.walk(centre, rows, taken, &mut best);
        }
        Ok(best)
    }

    /// Walks outwards from a centre. Several zones at a time are passed over where the incidents of the largest would
    /// not do even for the load of the smallest; where they would, fewer zones are tried, down to one.
    fn walk(&mut self, centre: usize, rows: &Rows<C>, taken: &[bool], best: &mut Option<Found>) {
        let scene = self.scene;
        let (near, ends) = scene.zones.of(centre);
        let ends = match first_taken(near, taken) {
            Some(free) => &ends[..ends.partition_point(|&e| e as usize <= free)],
            None => ends,
        };
        let mut table = scene.bars.table(best.map_or(0.0, |b| b.ratio));
        let sums = scene.windows.sums_from()..scene.windows.sums_from() + scene.windows.width();
        self.done.fill(C::default());
        let (mut size, mut load, mut at, mut stride) = (0, 0.0, 0, 4);
        while at < ends.len() {
            let to = (at + stride).min(ends.len());
            let (next, last) = (ends[at] as usize, ends[to - 1] as usize);
            let ahead = &mut self.ahead[sums.clone()];
            ahead.copy_from_slice(&self.done);
            rows.add(&near[size..last], ahead);
            let least = load + self.load(&near[size..next]);
            if self.may_reach(table.row(least)) {
                if to > at + 1 {
                    stride = (to - at) / 2;
                    continue;
                }
                self.look(table.row(least), (centre, next, least), best);
                table = scene.bars.table(best.map_or(0.0, |b| b.ratio));
            } else {
                stride = (to - at) * 2;
            }
            self.done.copy_from_slice(&self.ahead[sums.clone()]);
            load = least + self.load(&near[next..last]);
            (size, at) = (last, to);
        }
    }

    fn load(&self, locations: &[u32]) -> f64 {
        // Four sums at once, since each addition waits for the one before.
        let (fours, rest) = locations.as_chunks::<4>();
        let mut sums = [0.0; 4];
        for four in fours {
            for (sum, &j) in sums.iter_mut().zip(four) {
                *sum += self.scene.loads[j as usize];
            }
        }
        sums.iter().sum::<f64>() + rest.iter().map(|&j| self.scene.loads[j as usize]).sum::<f64>()
    }

    /// Whether any window has the incidents it needs.
    fn may_reach(&self, needed: &[C]) -> bool {
        let windows = self.scene.windows;
        windows.groups.iter().any(|group| {
            group.cover.as_ref().is_none_or(|cover| self.reaches(cover, needed))
                && windows.runs[group.runs.clone()].iter().any(|run| self.reaches(run, needed))
        })
    }

    fn reaches(&self, run: &Run, needed: &[C]) -> bool {
        let high = self.ahead[run.high..run.high + run.len].chunks_exact(LANES);
        let low = self.ahead[run.low..run.low + run.len].chunks_exact(LANES);
        let needed = needed[run.from..run.from + run.len].chunks_exact(LANES);
        let mut any = false;
        for ((high, low), needed) in high.zip(low).zip(needed) {
            for k in 0..LANES {
                any |= high[k] - low[k] >= needed[k];
            }
        }
        any
    }

    /// Ratios of the windows that have the incidents they need.
    fn look(&self, needed: &[C], (centre, size, load): (usize, usize, f64), best: &mut Option<Found>) {
        let scene = self.scene;
        for run in &scene.windows.runs {
            for k in 0..run.len {
                let (slot, inside) = (run.from + k, self.ahead[run.high + k] - self.ahead[run.low + k]);
                if inside < needed[slot] {
                    continue;
                }
                let expected = load * scene.bars.shares()[slot];
                let ratio = log_likelihood_ratio(f64::from(inside.whole()), expected, scene.bars.total());
                let found = Found { ratio, centre, size, slot, inside: inside.whole(), load };
                let is_better = ratio > 0.0
                    && best.is_none_or(|b| {
                        let tie = TIE * b.ratio;
                        ratio > b.ratio + tie || (ratio >= b.ratio - tie && (scene.precedes)(&found, &b))
                    });
                if is_better {
                    *best = Some(found);
                }
            }
        }
    }
}

/// Position of the first location that is taken; none is where `taken` is empty.
fn first_taken(near: &[u32], taken: &[bool]) -> Option<usize> {
    if taken.is_empty() { None } else { near.iter().position(|&j| taken[j as usize]) }
}
