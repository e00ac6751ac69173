//! Which bins are near repeats, and which incidents were followed by another within them.

use super::Knox;
use super::edges::Edges;
use super::pairs::Pairs;

/// The bins of near repeats: from the shortest time and the nearest band outwards, as long as each has `p <= alpha`.
///
/// In the first bin of time it is the run of bands that begins at the first bin of space, or at the second where the
/// first ("same place") has too few pairs to say; in each of those bands it goes on to later bins of time. A bin
/// that is significant far from these is left out: one in twenty is so by chance.
#[must_use]
pub fn nearest_bands(knox: &Knox, alpha: f64) -> Vec<bool> {
    let is_low = |i: usize, j: usize| knox.p.get(i * knox.time_bins + j).is_some_and(|&p| p <= alpha);
    let first = usize::from(!is_low(0, 0));
    let mut bands = vec![false; knox.p.len()];
    for i in (first..knox.space_bins).take_while(|&i| is_low(i, 0)) {
        for j in (0..knox.time_bins).take_while(|&j| is_low(i, j)) {
            bands[i * knox.time_bins + j] = true;
        }
    }
    bands
}

/// What the near-repeat bins say of each incident, one a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repeats {
    /// Pairs in which the incident is the earlier one; of two at the same time, the one that is first in
    /// the order of space.
    pub begun: Vec<u32>,
    /// Whether another incident followed it.
    pub is_originator: Vec<bool>,
    /// Whether it followed another incident.
    pub is_repeat: Vec<bool>,
}

/// Incidents that were followed by another, or followed one, within some bins of the table.
///
/// # Units
/// `times_s` tells which of two came first, in seconds; `days` tells the bin.
///
/// # Assumptions
/// Bins of `bands` are those with upper edges in space.
#[must_use]
pub fn repeats(pairs: &Pairs, times_s: &[i64], days: &[i32], day_edges: &Edges, bands: &[bool]) -> Repeats {
    let n = pairs.len().min(times_s.len()).min(days.len());
    let mut found = Repeats { begun: vec![0; n], is_originator: vec![false; n], is_repeat: vec![false; n] };
    for (first, lists) in pairs.chunks() {
        for (bin, list) in lists.iter().enumerate() {
            let bands = bands.get(bin * day_edges.bins()..).unwrap_or_default();
            for (k, ends) in list.ends.windows(2).enumerate() {
                let a = pairs.row(first + k);
                for &other in &list.others[ends[0] as usize..ends[1] as usize] {
                    let b = pairs.row(other as usize);
                    let apart = (i64::from(days[a]) - i64::from(days[b])).abs() as f64;
                    if !day_edges.bin(apart).and_then(|j| bands.get(j)).is_some_and(|&is_near| is_near) {
                        continue;
                    }
                    let (earlier, later) = if times_s[a] <= times_s[b] { (a, b) } else { (b, a) };
                    found.begun[earlier] += 1;
                    if times_s[earlier] < times_s[later] {
                        found.is_originator[earlier] = true;
                        found.is_repeat[later] = true;
                    }
                }
            }
        }
    }
    found
}
