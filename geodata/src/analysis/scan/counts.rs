//! Running sums of counts over time, one row a location: a zone's sums are the sums of its locations' rows.

use super::windows::{LANES, Windows};

/// A whole number wide enough for the incidents of a scan; a narrow one lets more windows be compared at once.
pub(super) trait Count:
    Copy + Ord + Default + Send + Sync + std::ops::AddAssign + std::ops::Sub<Output = Self>
{
    /// No count reaches it.
    const NEVER: Self;
    fn from_whole(n: i32) -> Self;
    fn whole(self) -> i32;
}

impl Count for i16 {
    const NEVER: Self = Self::MAX;
    fn from_whole(n: i32) -> Self {
        Self::try_from(n).unwrap_or(Self::MAX)
    }
    fn whole(self) -> i32 {
        self.into()
    }
}

impl Count for i32 {
    const NEVER: Self = Self::MAX;
    fn from_whole(n: i32) -> Self {
        n
    }
    fn whole(self) -> i32 {
        self
    }
}

/// The steps of the incidents of each location.
#[derive(Clone, Default)]
pub(super) struct Incidents {
    /// Where a location's incidents start, and a last one where all end.
    pub starts: Vec<u32>,
    pub steps: Vec<u16>,
}

/// One row of sums a location.
#[derive(Default)]
pub(super) struct Rows<C> {
    width: usize,
    sums: Vec<C>,
}

impl<C: Count> Rows<C> {
    /// Sums up one set of incidents.
    pub(super) fn fill(&mut self, incidents: &Incidents, windows: &Windows) {
        let locations = incidents.starts.len().saturating_sub(1);
        self.width = windows.width();
        self.sums.clear();
        self.sums.resize(locations * self.width, C::default());
        let one = C::from_whole(1);
        for (row, range) in self.sums.chunks_exact_mut(self.width).zip(incidents.starts.windows(2)) {
            for &step in &incidents.steps[range[0] as usize..range[1] as usize] {
                // Each sum that contains the step.
                row[windows.first_sum(step)..].iter_mut().for_each(|sum| *sum += one);
            }
        }
    }

    /// Adds the rows of locations.
    pub(super) fn add(&self, locations: &[u32], to: &mut [C]) {
        match self.width / LANES {
            1 => self.add_narrow::<1>(locations, to),
            2 => self.add_narrow::<2>(locations, to),
            3 => self.add_narrow::<3>(locations, to),
            4 => self.add_narrow::<4>(locations, to),
            5 => self.add_narrow::<5>(locations, to),
            6 => self.add_narrow::<6>(locations, to),
            _ => locations.iter().for_each(|&j| {
                let row = &self.sums[j as usize * self.width..][..self.width];
                to.iter_mut().zip(row).for_each(|(to, sum)| *to += *sum);
            }),
        }
    }

    /// With a width that the compiler knows, so that the sums stay in registers.
    fn add_narrow<const GROUPS: usize>(&self, locations: &[u32], to: &mut [C]) {
        let (rows, _) = self.sums.as_chunks::<LANES>();
        let (to, _) = to.as_chunks_mut::<LANES>();
        let Some(to) = to.first_chunk_mut::<GROUPS>() else { return };
        let mut sums = *to;
        for &j in locations {
            if let Some(row) = rows[j as usize * GROUPS..].first_chunk::<GROUPS>() {
                for (sum, add) in sums.iter_mut().zip(row) {
                    for k in 0..LANES {
                        sum[k] += add[k];
                    }
                }
            }
        }
        *to = sums;
    }
}
