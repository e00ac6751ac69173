//! Mann-Kendall: whether a series rises or falls over its steps.

use super::special::normal_two_sided;

/// A Mann-Kendall test of one series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannKendall {
    /// `S`: pairs of steps that rise less pairs that fall.
    pub s: i64,
    /// Variance of `S` where the order is chance, with ties taken out.
    pub variance: f64,
    /// `(S - sgn S) / sqrt(variance)`: drawn one unit towards zero, since `S` moves in whole steps.
    pub z: f64,
    /// Two-sided p under the normal distribution.
    pub p: f64,
}

impl MannKendall {
    /// No test: fewer than two values, or one that is missing.
    pub const UNDEFINED: Self = Self { s: 0, variance: f64::NAN, z: f64::NAN, p: f64::NAN };
}

/// Tests a series for a trend that never turns, whatever its form. Values that are all equal have no trend: z is 0, p is 1.
///
/// # Assumptions
/// Steps are of equal length and their values independent; neighbouring steps that share data make p too small.
///
/// # Example
/// ```
/// let rising = geodata::analysis::trend::mann_kendall(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
/// assert!(rising.s == 15 && (rising.p - 0.0085).abs() < 1e-4);
/// ```
///
/// # References
/// Mann (1945), doi:10.2307/1907187; Kendall (1975), Rank Correlation Methods, for the ties.
#[must_use]
pub fn mann_kendall(series: &[f64]) -> MannKendall {
    if series.len() < 2 || series.iter().any(|x| x.is_nan()) {
        return MannKendall::UNDEFINED;
    }
    let mut s = 0;
    for (t, &now) in series.iter().enumerate() {
        // Equal values count neither way; `signum` of their difference would be one.
        let (mut rises, mut falls) = (0_i32, 0_i32);
        for &then in &series[..t] {
            rises += i32::from(now > then);
            falls += i32::from(now < then);
        }
        s += i64::from(rises - falls);
    }
    let mut sorted = series.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let term = |n: usize| {
        let n = n as f64;
        n * (n - 1.0) * (2.0 * n + 5.0)
    };
    let ties: f64 = sorted.chunk_by(|a, b| a == b).map(|tied| term(tied.len())).sum();
    let variance = (term(series.len()) - ties) / 18.0;
    let z = if s == 0 { 0.0 } else { (s - s.signum()) as f64 / variance.sqrt() };
    MannKendall { s, variance, z, p: normal_two_sided(z) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::analysis::golden_tests::{assert_close, golden, numbers};

    #[test]
    fn the_reference_numbers() {
        let one_spike = mann_kendall(&[0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
        assert_eq!((one_spike.s, one_spike.variance, one_spike.z, one_spike.p), (1, 21.0, 0.0, 1.0));
        let ties = mann_kendall(&[0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 3.0, 5.0]);
        assert_close("ties", &[ties.variance, ties.z], &[118.333_333_333_333_33, 3.493_253_054_304_605], 1e-12);
        let Some(table) = golden("mann_kendall.csv") else { return };
        let series = |text: &String| text.split(' ').map(|x| x.parse().unwrap()).collect::<Vec<f64>>();
        let found: Vec<MannKendall> = table["series"].iter().map(|s| mann_kendall(&series(s))).collect();
        let column = |f: fn(&MannKendall) -> f64| found.iter().map(f).collect::<Vec<_>>();
        assert_close("S", &column(|m| m.s as f64), &numbers(&table, "S"), 0.0);
        assert_close("varS", &column(|m| m.variance), &numbers(&table, "varS"), 1e-9);
        assert_close("z", &column(|m| m.z), &numbers(&table, "z"), 1e-9);
        assert_close("p", &column(|m| m.p), &numbers(&table, "p2"), 1e-9);
    }

    /// A peer adds `(later - earlier).signum()`, and `0.0.signum()` is 1: a flat series rises there.
    #[test]
    fn ties_are_no_increases_as_with_signum() {
        assert_eq!(0.0_f64.signum(), 1.0);
        let flat = mann_kendall(&[1.0; 4]);
        assert_eq!((flat.s, flat.z, flat.p), (0, 0.0, 1.0));
        assert_eq!(mann_kendall(&[0.0, -0.0, 0.0]).s, 0);
    }

    #[test]
    fn nothing_to_test() {
        for series in [&[][..], &[1.0], &[1.0, f64::NAN, 2.0]] {
            assert!(mann_kendall(series).z.is_nan() && mann_kendall(series).p.is_nan());
        }
    }

    proptest! {
        #[test]
        fn mirrored_values_mirror_the_trend(x in prop::collection::vec(-3_i8..4, 2..40)) {
            let series: Vec<f64> = x.iter().map(|&x| f64::from(x)).collect();
            let mirrored: Vec<f64> = series.iter().map(|x| -x).collect();
            let reversed: Vec<f64> = series.iter().rev().copied().collect();
            let (a, b, c) = (mann_kendall(&series), mann_kendall(&mirrored), mann_kendall(&reversed));
            prop_assert!(a.s == -b.s && a.z == -b.z && a.p == b.p && a.variance == b.variance);
            prop_assert!(a.s == -c.s && a.z == -c.z && a.p == c.p);
        }
    }
}
