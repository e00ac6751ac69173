//! Concentration: how few places hold how much.

/// How unevenly values lie over places: 0 where all hold the same, towards 1 where one holds everything. NaN where there is
/// nothing.
///
/// # Assumptions
/// No value is negative.
///
/// # References
/// Gini (1912); the form for ranked shares in Bernasco and Steenbeek (2017), doi:10.1007/s10940-016-9324-7.
#[must_use]
pub fn gini(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let (n, total) = (sorted.len() as f64, sorted.iter().sum::<f64>());
    if !(total > 0.0) {
        return f64::NAN;
    }
    let ranked: f64 = sorted.iter().enumerate().map(|(i, x)| (i + 1) as f64 * x).sum();
    (2.0 * ranked / total - n - 1.0) / n
}

/// Gini's coefficient for incidents that may be fewer than the places: 0 where no place holds two. With fewer incidents than
/// places, most places hold none however evenly chance deals, and the plain coefficient calls that concentrated.
///
/// # References
/// Bernasco and Steenbeek (2017), doi:10.1007/s10940-016-9324-7.
#[must_use]
pub fn gini_generalised(counts: &[f64]) -> f64 {
    let incidents: f64 = counts.iter().sum();
    1.0 - (counts.len() as f64 / incidents).max(1.0) * (1.0 - gini(counts))
}

/// The fewest places that hold a share of everything.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fewest {
    /// Places that any such smallest set contains: those above `least`.
    pub above: usize,
    /// The smallest value in the set.
    pub least: f64,
    /// Places with just this value.
    pub tied: usize,
    /// How many of the tied ones complete the set; which of them is open.
    pub of_tied: usize,
}

impl Fewest {
    /// Size of the set.
    #[must_use]
    pub fn places(&self) -> usize {
        self.above + self.of_tied
    }
}

/// The fewest places that hold at least `share` of the sum; `None` where there is nothing.
#[must_use]
pub fn fewest(values: &[f64], share: f64) -> Option<Fewest> {
    let sorted = descending(values);
    let total: f64 = sorted.iter().sum();
    let mut held = 0.0;
    // Rounding must not ask for a place more.
    let wanted = share * total * (1.0 - 1e-12);
    let last = sorted.iter().position(|x| {
        held += x;
        *x > 0.0 && held >= wanted
    })?;
    let least = sorted[last];
    let above = sorted.partition_point(|x| *x > least);
    let tied = sorted[above..].partition_point(|x| *x == least);
    Some(Fewest { above, least, tied, of_tied: last + 1 - above })
}

/// The curve of concentration: share of places, those with most first, and the share that they hold. Straight between the
/// points, which stand where the value changes.
#[must_use]
pub fn curve(values: &[f64]) -> Vec<(f64, f64)> {
    let sorted = descending(values);
    let (n, total) = (sorted.len() as f64, sorted.iter().sum::<f64>());
    let mut points = vec![(0.0, 0.0)];
    if !(total > 0.0) {
        return points;
    }
    let (mut places, mut held) = (0, 0.0);
    for equal in sorted.chunk_by(|a, b| a == b) {
        places += equal.len();
        held += equal.iter().sum::<f64>();
        points.push((places as f64 / n, held / total));
    }
    points
}

fn descending(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    sorted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::analysis::golden_tests::{assert_close, golden, numbers};
    use crate::testing::shared;

    #[test]
    fn the_reference_numbers() {
        let Some(cells) = golden("memphis_500m_gistar_kde.csv") else { return };
        let counts = numbers(&cells, "n");
        let got = [gini(&counts), gini_generalised(&counts)];
        assert_close("gini", &got, &[0.829_711_492_933_350_9, 0.749_535_567_779_921_9], 1e-12);
        let places: Vec<usize> = [0.25, 0.5, 0.8].map(|s| fewest(&counts, s).unwrap().places()).into();
        assert_eq!(places, [67, 202, 494]);
        let text = std::fs::read_to_string(shared("golden/memphis_concentration.json").unwrap()).unwrap();
        let golden: serde_json::Value = serde_json::from_str(&text).unwrap();
        let want = ["gini", "gini_generalised"].map(|name| golden[name].as_f64().unwrap());
        assert_close("gini", &got, &want, 1e-9);
        let want =
            ["cells_for_25pct", "cells_for_50pct", "cells_for_80pct"].map(|n| golden[n].as_u64().unwrap() as usize);
        assert_eq!(places, want);
    }

    #[test]
    fn even_and_alone() {
        assert!(gini(&[2.0; 5]).abs() < 1e-15 && gini_generalised(&[2.0; 5]).abs() < 1e-15);
        assert!((gini(&[0.0, 0.0, 0.0, 8.0]) - 0.75).abs() < 1e-15);
        // Two incidents in two of ten places are as even as can be.
        let two = [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        assert!((gini(&two) - 0.8).abs() < 1e-15 && gini_generalised(&two).abs() < 1e-15);
        assert!(gini(&[]).is_nan() && gini_generalised(&[0.0]).is_nan() && fewest(&[0.0, 0.0], 0.5).is_none());
        assert_eq!(curve(&[0.0]), [(0.0, 0.0)]);
        assert_eq!(curve(&[0.0, 3.0, 1.0, 0.0]), [(0.0, 0.0), (0.25, 0.75), (0.5, 1.0), (1.0, 1.0)]);
    }

    #[test]
    fn ties_at_the_border_stay_open() {
        let got = fewest(&[4.0, 1.0, 1.0, 1.0, 1.0, 2.0, 0.0], 0.7).unwrap();
        assert_eq!(got, Fewest { above: 2, least: 1.0, tied: 4, of_tied: 1 });
        assert_eq!(got.places(), 3);
        assert_eq!(fewest(&[1.0; 10], 0.3).unwrap().places(), 3, "3 of 10, though 0.3 x 10 rounds up");
    }

    proptest! {
        #[test]
        fn the_set_is_the_smallest_and_order_does_not_matter(
            mut counts in prop::collection::vec(0_u32..9, 1..60),
            share in 0.01_f64..0.99,
        ) {
            let values = |c: &[u32]| c.iter().map(|&x| f64::from(x)).collect::<Vec<_>>();
            let (total, found) = (f64::from(counts.iter().sum::<u32>()), fewest(&values(&counts), share));
            prop_assert_eq!(found.is_some(), total > 0.0);
            let before = (gini(&values(&counts)), curve(&values(&counts)));
            counts.reverse();
            prop_assert!(before.1 == curve(&values(&counts)));
            if let Some(found) = found {
                prop_assert!(before.0 == gini(&values(&counts)) && before.0 < 1.0 && before.0 > -1e-12);
                prop_assert!(gini_generalised(&values(&counts)) > -1e-12);
                counts.sort_unstable_by(|a, b| b.cmp(a));
                let held = |k: usize| f64::from(counts[..k].iter().sum::<u32>());
                let k = found.places();
                prop_assert!(held(k) >= share * total - 1e-9 && held(k - 1) < share * total);
            }
        }
    }
}
