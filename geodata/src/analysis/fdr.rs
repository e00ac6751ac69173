//! The false discovery rate over a family of tests, and the classes that follow from it.

/// Benjamini-Hochberg adjusted p-values (`q`), one a test: the smallest rate at which the test is still rejected.
///
/// Rejecting `q <= alpha` is rejecting all up to the largest k with `p_(k) <= k alpha / n`. A NaN is no test: it stays
/// NaN and is not in the family.
///
/// # Assumptions
/// Tests are independent or positively dependent, as those of overlapping neighbourhoods are.
///
/// # References
/// Benjamini and Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x;
/// Caldas de Castro and Singer (2006), doi:10.1111/j.0016-7363.2006.00682.x.
#[must_use]
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    // Non-negative numbers sort as their bits do.
    let mut order: Vec<(u64, u32)> =
        p.iter().enumerate().filter(|(_, p)| !p.is_nan()).map(|(i, p)| (p.max(0.0).to_bits(), i as u32)).collect();
    order.sort_unstable();
    let n = order.len() as f64;
    let mut q = vec![f64::NAN; p.len()];
    let mut smallest = 1.0_f64;
    for (rank, &(_, i)) in order.iter().enumerate().rev() {
        // The factor is at least one; rounding must not make it less.
        smallest = smallest.min((p[i as usize] * (n / (rank + 1) as f64)).max(p[i as usize]));
        q[i as usize] = smallest;
    }
    q
}

/// Rates at which classes are drawn, the strictest first.
pub const LEVELS: [f64; 3] = [0.001, 0.01, 0.05];
/// All classes; a class is an index into this list.
pub const CLASSES: [&str; 8] =
    ["hot_0.001", "hot_0.01", "hot_0.05", "none", "undefined", "cold_0.05", "cold_0.01", "cold_0.001"];
/// The classes where no place can be significantly low, however few its incidents.
pub const CLASSES_WITHOUT_COLD: [&str; 5] = ["hot_0.001", "hot_0.01", "hot_0.05", "none", "undefined"];

/// Class of a place from its `q` and whether it lies above what is expected.
#[must_use]
pub fn class(q: f64, is_above: bool) -> u8 {
    if q.is_nan() {
        return 4;
    }
    match LEVELS.iter().position(|&level| q <= level) {
        Some(i) if is_above => i as u8,
        Some(i) => 7 - i as u8,
        None => 3,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_textbook_example() {
        // The 15 p-values of Benjamini and Hochberg (1995), section 3.2: four rejected at 0.05.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ];
        let q = benjamini_hochberg(&p);
        assert_eq!(q.iter().filter(|&&q| q <= 0.05).count(), 4);
        assert!((q[0] - 0.0015).abs() < 1e-15 && q[14] == 1.0);
        assert!(benjamini_hochberg(&[]).is_empty());
        let with_gap = benjamini_hochberg(&[0.03, f64::NAN, 0.03]);
        assert!(with_gap[0] == 0.03 && with_gap[1].is_nan());
    }

    #[test]
    fn classes_by_name() {
        let name = |q, above| CLASSES[usize::from(class(q, above))];
        assert_eq!(name(0.0005, true), "hot_0.001");
        assert_eq!(name(0.05, true), "hot_0.05");
        assert_eq!(name(0.051, true), "none");
        assert_eq!(name(0.05, false), "cold_0.05");
        assert_eq!(name(0.001, false), "cold_0.001");
        assert_eq!(name(f64::NAN, false), "undefined");
        assert_eq!(CLASSES[..5], CLASSES_WITHOUT_COLD);
    }

    proptest! {
        #[test]
        fn monotone_and_never_below_p(p in prop::collection::vec(0.0..=1.0_f64, 0..200)) {
            let q = benjamini_hochberg(&p);
            let n = p.len();
            for i in 0..n {
                prop_assert!(q[i] >= p[i] && q[i] <= 1.0);
                for j in 0..n {
                    prop_assert!(p[i] > p[j] || q[i] <= q[j]);
                }
            }
            // The step-up rule by its own words.
            let mut sorted = p.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            for alpha in [0.001, 0.05, 0.5] {
                let k = (1..=n).rev().find(|&k| sorted[k - 1] * (n as f64 / k as f64) <= alpha).unwrap_or(0);
                prop_assert_eq!(q.iter().filter(|&&q| q <= alpha).count(), k);
            }
        }
    }
}
