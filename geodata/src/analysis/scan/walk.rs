//! The highest likelihood ratio over all zones and windows of one set of incidents.

use super::likelihood::{Bars, TIE, log_likelihood_ratio};
use super::windows::{LANES, Windows};
use super::zones::Zones;
use crate::cancel::Cancel;
use crate::error::Result;

/// Centres between two looks at whether the work was stopped.
const BLOCK: usize = 128;

/// The steps of the incidents of each location.
#[derive(Clone, Default)]
pub(super) struct Incidents {
    /// Where a location's incidents start, and a last one where all end.
    pub starts: Vec<u32>,
    pub steps: Vec<u16>,
}

impl Incidents {
    fn at(&self, location: u32) -> &[u16] {
        let i = location as usize;
        &self.steps[self.starts[i] as usize..self.starts[i + 1] as usize]
    }
}

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
pub(super) struct Scene<'a> {
    pub zones: &'a Zones,
    pub loads: &'a [f64],
    pub windows: &'a Windows,
    pub bars: &'a Bars,
    pub steps: usize,
    /// Which of two tied clusters comes first.
    pub precedes: &'a (dyn Fn(&Found, &Found) -> bool + Sync),
}

/// Reused room.
pub(super) struct Walker<'a> {
    scene: &'a Scene<'a>,
    counts: Vec<i32>,
    ahead: Vec<i32>,
    sums: Vec<i32>,
}

impl<'a> Walker<'a> {
    pub(super) fn new(scene: &'a Scene<'a>) -> Self {
        Self { scene, counts: vec![0; scene.steps], ahead: vec![0; scene.steps], sums: scene.windows.room() }
    }

    /// The cluster with the highest ratio among zones without a location of `taken` (which may be empty).
    pub(super) fn best(&mut self, incidents: &Incidents, taken: &[bool], cancel: &Cancel) -> Result<Option<Found>> {
        let mut best = None;
        for centre in 0..self.scene.zones.len() {
            if centre % BLOCK == 0 {
                cancel.check()?;
            }
            self.walk(centre, incidents, taken, &mut best);
        }
        Ok(best)
    }

    /// Walks outwards from a centre. Several zones at a time are passed over where the incidents of the largest would
    /// not do even for the load of the smallest; where they would, fewer zones are tried, down to one.
    fn walk(&mut self, centre: usize, incidents: &Incidents, taken: &[bool], best: &mut Option<Found>) {
        let scene = self.scene;
        let (near, ends) = scene.zones.of(centre);
        let free = near.iter().position(|&j| taken.get(j as usize) == Some(&true)).unwrap_or(near.len());
        let ends = &ends[..ends.partition_point(|&e| e as usize <= free)];
        let mut table = scene.bars.table(best.map_or(0.0, |b| b.ratio));
        self.counts.fill(0);
        let (mut done, mut load, mut at, mut stride) = (0, 0.0, 0, 4);
        while at < ends.len() {
            let to = (at + stride).min(ends.len());
            self.ahead.copy_from_slice(&self.counts);
            let first = self.add(incidents, &near[done..ends[at] as usize]) + load;
            let last = first + self.add(incidents, &near[ends[at] as usize..ends[to - 1] as usize]);
            scene.windows.sum(&self.ahead, &mut self.sums);
            if self.may_reach(table.row(first)) {
                if to > at + 1 {
                    stride = (to - at) / 2;
                    continue;
                }
                self.look(table.row(first), (centre, ends[at] as usize, first), best);
                table = scene.bars.table(best.map_or(0.0, |b| b.ratio));
            } else {
                stride = (to - at) * 2;
            }
            std::mem::swap(&mut self.counts, &mut self.ahead);
            (done, load, at) = (ends[to - 1] as usize, last, to);
        }
    }

    /// Adds locations to the counts ahead; gives their load.
    fn add(&mut self, incidents: &Incidents, locations: &[u32]) -> f64 {
        let mut load = 0.0;
        for &j in locations {
            load += self.scene.loads[j as usize];
            for &step in incidents.at(j) {
                self.ahead[usize::from(step)] += 1;
            }
        }
        load
    }

    /// Whether any window has the incidents it needs.
    fn may_reach(&self, needed: &[i32]) -> bool {
        self.scene.windows.runs.iter().any(|run| {
            let high = self.sums[run.high..run.high + run.len].chunks_exact(LANES);
            let low = self.sums[run.low..run.low + run.len].chunks_exact(LANES);
            let needed = needed[run.from..run.from + run.len].chunks_exact(LANES);
            let mut any = 0;
            for ((high, low), needed) in high.zip(low).zip(needed) {
                for k in 0..LANES {
                    any |= i32::from(high[k] - low[k] >= needed[k]);
                }
            }
            any != 0
        })
    }

    /// Ratios of the windows that have the incidents they need.
    fn look(&self, needed: &[i32], (centre, size, load): (usize, usize, f64), best: &mut Option<Found>) {
        let scene = self.scene;
        for run in &scene.windows.runs {
            for k in 0..run.len {
                let (slot, inside) = (run.from + k, self.sums[run.high + k] - self.sums[run.low + k]);
                if inside < needed[slot] {
                    continue;
                }
                let expected = load * scene.bars.shares()[slot];
                let ratio = log_likelihood_ratio(f64::from(inside), expected, scene.bars.total());
                let found = Found { ratio, centre, size, slot, inside, load };
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
