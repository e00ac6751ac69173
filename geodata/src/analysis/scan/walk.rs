//! The highest likelihood ratio over all zones and windows of one set of incidents.

use super::counts::{Count, Posts, Rows};
use super::likelihood::{Bars, TIE, log_likelihood_ratio};
use super::windows::{LANES, Run, Windows};
use super::zones::Zones;
use crate::cancel::Cancel;
use crate::error::Result;

/// Centres between two looks at whether the work was stopped.
const BLOCK: usize = 128;
/// Zones between two posts, at which sums are kept: what lies between is looked at only where a window may reach.
const ZONES_PER_POST: usize = 4;

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
    /// Where tables have the incidents that each zone's load needs.
    pub levels: &'a [u16],
    pub loads: &'a [f64],
    pub windows: &'a Windows,
    pub bars: &'a Bars<'a, C>,
    /// Which of two tied clusters comes first.
    pub precedes: &'a (dyn Fn(&Found, &Found) -> bool + Sync),
}

/// The zones around a centre.
#[derive(Clone, Copy)]
struct Around<'a> {
    centre: usize,
    near: &'a [u32],
    ends: &'a [u32],
    levels: &'a [u16],
}

/// Reused room.
pub(super) struct Walker<'a, C> {
    scene: &'a Scene<'a, C>,
    posts: Posts<C>,
    /// Sums of a zone between two posts, and [`LANES`] numbers more.
    between: Vec<C>,
}

impl<'a, C: Count> Walker<'a, C> {
    pub(super) fn new(scene: &'a Scene<'a, C>) -> Self {
        let between = vec![C::default(); scene.windows.width() + LANES];
        Self { scene, posts: Posts::new(), between }
    }

    /// For each set of incidents, the cluster with the highest ratio among zones without a location of `taken` (which
    /// may be empty). What all sets share is read once for all of them.
    pub(super) fn best(&mut self, rows: &Rows<C>, taken: &[bool], cancel: &Cancel) -> Result<Vec<Option<Found>>> {
        let mut best = vec![None; rows.sets()];
        for centre in 0..self.scene.zones.len() {
            if centre % BLOCK == 0 {
                cancel.check()?;
            }
            let around = self.around(centre, taken);
            let ends = around.ends.chunks(ZONES_PER_POST).filter_map(|ends| Some(*ends.last()? as usize));
            rows.run(around.near, ends, &mut self.posts);
            for (set, best) in best.iter_mut().enumerate() {
                self.walk(around, (rows, set), best);
            }
        }
        Ok(best)
    }

    fn around(&self, centre: usize, taken: &[bool]) -> Around<'a> {
        let zones = self.scene.zones;
        let (near, ends) = zones.of(centre);
        let free = first_taken(near, taken).map_or(ends.len(), |free| ends.partition_point(|&e| e as usize <= free));
        let levels = &self.scene.levels[zones.range(centre)];
        Around { centre, near, ends: &ends[..free], levels: &levels[..free] }
    }

    /// Walks outwards from a centre. Several posts at a time are passed over where the incidents of the largest zone
    /// would not do even for the load of the smallest; where they would, fewer are tried, down to one.
    fn walk(&mut self, around: Around<'_>, (rows, set): (&Rows<C>, usize), best: &mut Option<Found>) {
        let bars = self.scene.bars;
        let mut table = bars.table(best.map_or(0.0, |b| b.ratio));
        let last = around.ends.len().div_ceil(ZONES_PER_POST);
        let (mut at, mut stride) = (0, 1);
        while at < last {
            let to = (at + stride).min(last);
            let needed = table.row(around.levels[at * ZONES_PER_POST]);
            if !may_reach(self.scene.windows, self.posts.sums(to, set), needed) {
                stride = to - at + (to - at).div_ceil(4);
            } else if to > at + 1 {
                stride = (to - at) * 2 / 3;
                continue;
            } else {
                self.step(around, at, (rows, set), best);
                table = bars.table(best.map_or(0.0, |b| b.ratio));
            }
            at = to;
        }
    }

    /// Looks at the zones after a post one by one.
    fn step(&mut self, around: Around<'_>, post: usize, (rows, set): (&Rows<C>, usize), best: &mut Option<Found>) {
        let windows = self.scene.windows;
        let from = post * ZONES_PER_POST;
        let mut size = from.checked_sub(1).map_or(0, |before| around.ends[before] as usize);
        self.between.copy_from_slice(self.posts.sums(post, set));
        for at in from..around.ends.len().min(from + ZONES_PER_POST) {
            let end = around.ends[at] as usize;
            rows.add(set, &around.near[size..end], &mut self.between[..windows.width()]);
            let needed = self.scene.bars.table(best.map_or(0.0, |b| b.ratio)).row(around.levels[at]);
            if may_reach(windows, &self.between, needed) {
                self.look(needed, around.centre, &around.near[..end], best);
            }
            size = end;
        }
    }

    /// Ratios of the windows that have the incidents they need.
    fn look(&self, needed: &[C], centre: usize, zone: &[u32], best: &mut Option<Found>) {
        let (scene, size) = (self.scene, zone.len());
        let load: f64 = zone.iter().map(|&j| scene.loads[j as usize]).sum();
        for run in &scene.windows.runs {
            for k in 0..run.len {
                let high = run.high.map_or(self.between[k], |high| self.between[high + k] - self.between[k]);
                let (slot, inside) = (run.from + k, high);
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

/// Whether any window has the incidents it needs.
fn may_reach<C: Count>(windows: &Windows, sums: &[C], needed: &[C]) -> bool {
    windows.groups.iter().any(|group| {
        group.cover.as_ref().is_none_or(|cover| reach(std::slice::from_ref(cover), sums, needed))
            && reach(&windows.runs[group.runs.clone()], sums, needed)
    })
}

fn reach<C: Count>(runs: &[Run], sums: &[C], needed: &[C]) -> bool {
    // The largest excess of each lane: one comparison at the end does for all.
    let mut most = [C::LEAST; LANES];
    for run in runs {
        let (low, _) = sums[..run.len].as_chunks::<LANES>();
        let (needed, _) = needed[run.from..run.from + run.len].as_chunks::<LANES>();
        match run.high {
            Some(high) => {
                let (high, _) = sums[high..high + run.len].as_chunks::<LANES>();
                for ((high, low), needed) in high.iter().zip(low).zip(needed) {
                    for k in 0..LANES {
                        most[k] = most[k].max((high[k] - low[k]).excess(needed[k]));
                    }
                }
            }
            None => {
                for (sums, needed) in low.iter().zip(needed) {
                    for k in 0..LANES {
                        most[k] = most[k].max(sums[k].excess(needed[k]));
                    }
                }
            }
        }
    }
    most.iter().any(|excess| *excess >= C::default())
}

/// Position of the first location that is taken; none is where `taken` is empty.
fn first_taken(near: &[u32], taken: &[bool]) -> Option<usize> {
    if taken.is_empty() { None } else { near.iter().position(|&j| taken[j as usize]) }
}
