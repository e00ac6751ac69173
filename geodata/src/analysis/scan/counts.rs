//! Running sums of counts over time, one row a location: a zone's sums are the sums of its locations' rows.

use super::windows::{LANES, Windows};

/// A whole number wide enough for the incidents of a scan; a narrow one lets more windows be compared at once.
pub(super) trait Count:
    Copy + Ord + Default + Send + Sync + std::ops::AddAssign + std::ops::Sub<Output = Self>
{
    /// No count reaches it.
    const NEVER: Self;
    /// Below any difference of counts.
    const LEAST: Self;
    fn from_whole(n: i32) -> Self;
    fn whole(self) -> i32;
    /// By how much it is above what is needed; any negative number where it is below.
    fn excess(self, needed: Self) -> Self;
}

impl Count for i16 {
    const NEVER: Self = Self::MAX;
    const LEAST: Self = Self::MIN;
    fn from_whole(n: i32) -> Self {
        Self::try_from(n).unwrap_or(Self::MAX)
    }
    fn whole(self) -> i32 {
        self.into()
    }
    fn excess(self, needed: Self) -> Self {
        self.saturating_sub(needed)
    }
}

impl Count for i32 {
    // Half of the range: no difference with it overflows.
    const NEVER: Self = Self::MAX / 2;
    const LEAST: Self = Self::MIN;
    fn from_whole(n: i32) -> Self {
        n
    }
    fn whole(self) -> i32 {
        self
    }
    fn excess(self, needed: Self) -> Self {
        self - needed
    }
}

/// The steps of the incidents of each location.
#[derive(Clone, Default)]
pub(super) struct Incidents {
    /// Where a location's incidents start, and a last one where all end.
    pub starts: Vec<u32>,
    pub steps: Vec<u16>,
}

/// Groups of lanes that are summed in one pass over the locations: as many as a processor has registers for.
const PASS: usize = 8;

/// One row of sums a location, with the sums of several sets of incidents side by side.
pub(super) struct Rows<C> {
    sets: usize,
    /// Sums of one set.
    width: usize,
    sums: Vec<[C; LANES]>,
}

impl<C: Count> Rows<C> {
    /// As many sets as one pass can sum, four at most: all of them should stay in a core's cache.
    pub(super) fn sets_at_once(windows: &Windows) -> usize {
        (PASS * LANES / windows.width()).clamp(1, 4)
    }

    /// Rows without incidents, and without locations as yet.
    pub(super) fn new(sets: usize, windows: &Windows) -> Self {
        Self { sets, width: windows.width(), sums: vec![] }
    }

    /// Number of sets.
    pub(super) fn sets(&self) -> usize {
        self.sets
    }

    fn groups(&self) -> usize {
        self.sets * self.width / LANES
    }

    /// Takes all incidents out.
    pub(super) fn clear(&mut self, locations: usize) {
        self.sums.clear();
        self.sums.resize(locations * self.groups(), [C::default(); LANES]);
    }

    /// Sums up one set of incidents.
    pub(super) fn fill(&mut self, set: usize, incidents: &Incidents, windows: &Windows) {
        let (all, from, one) = (self.sets * self.width, set * self.width, C::from_whole(1));
        let rows = self.sums.as_flattened_mut().chunks_exact_mut(all);
        for (row, range) in rows.zip(incidents.starts.windows(2)) {
            for &step in &incidents.steps[range[0] as usize..range[1] as usize] {
                // Each sum that contains the step.
                row[from..from + self.width][windows.first_sum(step)..].iter_mut().for_each(|sum| *sum += one);
            }
        }
    }

    /// Adds the rows of locations for one set.
    pub(super) fn add(&self, set: usize, locations: &[u32], to: &mut [C]) {
        let (all, from) = (self.sets * self.width, set * self.width);
        let sums = self.sums.as_flattened();
        for &j in locations {
            let row = &sums[j as usize * all + from..][..self.width];
            to.iter_mut().zip(row).for_each(|(to, sum)| *to += *sum);
        }
    }

    /// Running sums over `locations` for all sets: those of none, then those up to each of `ends`.
    pub(super) fn run(&self, locations: &[u32], ends: impl Iterator<Item = usize> + Clone, posts: &mut Posts<C>) {
        let groups = self.groups();
        posts.width = self.width;
        posts.row = self.sets * self.width;
        posts.sums.clear();
        // One more group, as the runs of the last row may read beyond it.
        posts.sums.resize((ends.clone().count() + 1) * groups + 1, [C::default(); LANES]);
        for from in (0..groups).step_by(PASS) {
            let ends = ends.clone();
            match (groups - from).min(PASS) {
                1 => self.pass::<1>(from, locations, ends, posts),
                2 => self.pass::<2>(from, locations, ends, posts),
                3 => self.pass::<3>(from, locations, ends, posts),
                4 => self.pass::<4>(from, locations, ends, posts),
                5 => self.pass::<5>(from, locations, ends, posts),
                6 => self.pass::<6>(from, locations, ends, posts),
                7 => self.pass::<7>(from, locations, ends, posts),
                _ => self.pass::<PASS>(from, locations, ends, posts),
            }
        }
    }

    /// Groups `from..from + GROUPS` of all rows; the compiler knows how many, so that the sums stay in registers.
    fn pass<const GROUPS: usize>(
        &self,
        from: usize,
        locations: &[u32],
        ends: impl Iterator<Item = usize>,
        posts: &mut Posts<C>,
    ) {
        let groups = self.groups();
        let mut sums = [[C::default(); LANES]; GROUPS];
        let mut start = 0;
        for (end, post) in ends.zip(posts.sums.chunks_exact_mut(groups).skip(1)) {
            for &j in &locations[start..end] {
                if let Some(row) = self.sums.get(j as usize * groups + from..).and_then(|r| r.first_chunk::<GROUPS>()) {
                    for (sum, add) in sums.iter_mut().zip(row) {
                        for k in 0..LANES {
                            sum[k] += add[k];
                        }
                    }
                }
            }
            post[from..from + GROUPS].copy_from_slice(&sums);
            start = end;
        }
    }
}

/// Running sums at some zones around a centre, for several sets of incidents.
pub(super) struct Posts<C> {
    width: usize,
    row: usize,
    sums: Vec<[C; LANES]>,
}

impl<C: Count> Posts<C> {
    pub(super) const fn new() -> Self {
        Self { width: 0, row: 0, sums: vec![] }
    }

    /// The sums of a set at a post, and [`LANES`] more numbers; those at post 0 are zeros.
    pub(super) fn sums(&self, post: usize, set: usize) -> &[C] {
        &self.sums.as_flattened()[post * self.row + set * self.width..][..self.width + LANES]
    }
}
