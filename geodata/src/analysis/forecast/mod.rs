//! Whether a map says where incidents will be: what the places that it ranks highest hold afterwards.

mod windows;

pub use windows::Windows;

use super::special::normal_upper;

/// Places by their score, the highest first; those of equal score stand together.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    order: Vec<u32>,
    /// End within `order`, and area, of each set of equal score.
    sets: Vec<(usize, f64)>,
    area: f64,
}

impl Ranking {
    /// Ranks places; one without a score stands last.
    ///
    /// # Units
    /// The area in any unit; places may be of any size.
    #[must_use]
    pub fn new(score: &[f64], area: &[f64]) -> Self {
        // Scores that differ by rounding only are equal: single precision makes them so. Adding zero makes -0 and 0 one.
        let score = |i: u32| match score[i as usize] as f32 + 0.0 {
            missing if missing.is_nan() => f32::NEG_INFINITY,
            score => score,
        };
        let size = |i: u32| area[i as usize];
        let mut order: Vec<u32> = (0..area.len() as u32).collect();
        // Within a set by size, so that its sum does not depend on the order of the rows.
        order.sort_unstable_by(|&a, &b| score(b).total_cmp(&score(a)).then(size(a).total_cmp(&size(b))));
        let mut end = 0;
        let sets: Vec<(usize, f64)> = order
            .chunk_by(|&a, &b| score(a) == score(b))
            .map(|set| {
                end += set.len();
                (end, set.iter().map(|&i| size(i)).sum())
            })
            .collect();
        let area = sets.iter().map(|s| s.1).sum();
        Self { order, sets, area }
    }

    /// Sets of equal score within the first `share` of the area, with the part of them that is inside: 1, or less for the
    /// last. Which places of the last set come first is open, so each counts in part: what chance would give on average.
    fn within(&self, share: f64) -> impl Iterator<Item = (&[u32], f64)> {
        let (mut left, mut from) = (share * self.area, 0);
        // What is left by rounding is no area.
        let nothing = 1e-12 * self.area;
        self.sets.iter().map_while(move |&(end, area)| {
            if left <= nothing {
                return None;
            }
            let part = if left + nothing >= area { 1.0 } else { left / area };
            left -= area;
            Some((&self.order[std::mem::replace(&mut from, end)..end], part))
        })
    }

    /// How much of each place lies within the first `share` of the area, 0 to 1.
    #[must_use]
    pub fn inside(&self, share: f64) -> Vec<f64> {
        let mut inside = vec![0.0; self.order.len()];
        for (set, part) in self.within(share) {
            set.iter().for_each(|&i| inside[i as usize] = part);
        }
        inside
    }

    /// Incidents within the first `share` of the area.
    #[must_use]
    pub fn hits(&self, counts: &[u32], share: f64) -> f64 {
        let of = |set: &[u32]| set.iter().map(|&i| u64::from(counts[i as usize])).sum::<u64>() as f64;
        self.within(share).map(|(set, part)| part * of(set)).sum()
    }

    /// Area of all places.
    #[must_use]
    pub fn area(&self) -> f64 {
        self.area
    }
}

/// What the first share of a ranking held, over one check or several.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Held {
    /// Incidents inside afterwards; a part of one where the share cuts through places of equal score.
    pub hits: f64,
    /// Incidents everywhere afterwards.
    pub all: f64,
    /// The most that any choice of as much area could have held: a knapsack whose last place counts in part.
    pub best: f64,
    /// Incidents inside among those from which the map was made.
    pub earlier: f64,
    /// All of those.
    pub all_earlier: f64,
    /// Area inside, summed over the checks.
    pub area: f64,
}

impl Held {
    /// By the first `share` of a ranking, beside the `earlier` counts that it was made from. `best` is the ranking by what was
    /// observed ([`best`]).
    #[must_use]
    pub fn by(ranking: &Ranking, best: &Ranking, (earlier, observed): (&[u32], &[u32]), share: f64) -> Self {
        let all = |counts: &[u32]| counts.iter().map(|&c| u64::from(c)).sum::<u64>() as f64;
        Self {
            hits: ranking.hits(observed, share),
            all: all(observed),
            best: best.hits(observed, share),
            earlier: ranking.hits(earlier, share),
            all_earlier: all(earlier),
            area: share * ranking.area,
        }
    }

    /// This and another check together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            hits: self.hits + other.hits,
            all: self.all + other.all,
            best: self.best + other.best,
            earlier: self.earlier + other.earlier,
            all_earlier: self.all_earlier + other.all_earlier,
            area: self.area + other.area,
        }
    }

    /// The indices of the field; NaN where nothing was there to be found.
    #[must_use]
    pub fn accuracy(&self, share: f64) -> Accuracy {
        let (hit_rate, earlier_rate) = (self.hits / self.all, self.earlier / self.all_earlier);
        Accuracy {
            hit_rate,
            pai: hit_rate / share,
            pei: self.hits / self.best,
            ser: self.hits / self.area,
            recapture_rate_index: hit_rate / earlier_rate,
            predicted_to_observed: earlier_rate / hit_rate,
        }
    }
}

/// How well a map's highest share of the area held what came afterwards.
///
/// # References
/// PAI: Chainey, Tompson and Uhlig (2008), doi:10.1057/palgrave.sj.8350066; PEI: Hunt (2016), Do crime hot spots move?
/// (dissertation, American University); RRI: Levine (2008), doi:10.1057/palgrave.sj.8350075; SER: Bowers, Johnson and Pease
/// (2004), doi:10.1093/bjc/azh036.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accuracy {
    /// Share of all incidents that is inside.
    pub hit_rate: f64,
    /// Predictive accuracy index: hit rate over share of the area; 1 is chance.
    pub pai: f64,
    /// Predictive efficiency index: hits over the most that as much area could have held.
    pub pei: f64,
    /// Search efficiency rate: incidents per unit of area.
    pub ser: f64,
    /// Recapture rate index as Levine defines it: later share inside over earlier share inside.
    pub recapture_rate_index: f64,
    /// The ratio that others call by the same name: its inverse.
    pub predicted_to_observed: f64,
}

/// The ranking that would have had most.
#[must_use]
pub fn best(observed: &[u32], area: &[f64]) -> Ranking {
    let density: Vec<f64> = observed.iter().zip(area).map(|(&c, a)| f64::from(c) / a).collect();
    Ranking::new(&density, area)
}

/// Chance that a share of the places taken blindly holds at least so many incidents: normal, with the variance of sampling
/// places without replacement, since incidents gather and the binomial would call a lucky choice skill. NaN where nothing
/// differs.
#[must_use]
pub fn p_of_blind_choice(hits: f64, observed: &[u32], share: f64) -> f64 {
    let n = observed.len() as f64;
    let total: u64 = observed.iter().map(|&c| u64::from(c)).sum();
    let squares: u128 = observed.iter().map(|&c| u128::from(c) * u128::from(c)).sum();
    let mean = total as f64 / n;
    let spread = (squares as f64 - n * mean * mean) / (n - 1.0);
    let sd = (n * share * (1.0 - share) * spread).sqrt();
    if sd > 0.0 { normal_upper((hits - share * total as f64) / sd) } else { f64::NAN }
}

#[cfg(test)]
mod tests;
