//! Rates: intervals of counts, and shrinkage of rates that stand on few people.

use super::special::gamma_quantile;

/// Counts beyond which the exact interval and Byar's agree to five digits, and Byar's is taken.
const EXACT_UP_TO: f64 = 10_000.0;
/// Standard score of a two-sided 95 % interval.
const Z95: f64 = 1.959_963_984_540_054;

/// How the 95 % interval of a count is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    /// Exact Poisson limits (Garwood 1936), by the gamma distribution.
    Exact,
    /// Byar's approximation.
    Byar,
}

/// The 95 % interval of a Poisson mean given its count; the lower end of zero is zero. NaN for a negative count.
///
/// # References
/// Garwood (1936), doi:10.1093/biomet/28.3-4.437; Breslow and Day (1987), IARC Scientific Publication 82, page 69.
#[must_use]
pub fn interval(count: f64, kind: Interval) -> (f64, f64) {
    if !(count >= 0.0) {
        return (f64::NAN, f64::NAN);
    }
    if kind == Interval::Exact && count <= EXACT_UP_TO {
        return (gamma_quantile(count, 0.025), gamma_quantile(count + 1.0, 0.975));
    }
    let byar = |n: f64, z: f64| n * (1.0 - 1.0 / (9.0 * n) + z / (3.0 * n.sqrt())).powi(3);
    (if count == 0.0 { 0.0 } else { byar(count, -Z95).max(0.0) }, byar(count + 1.0, Z95))
}

/// Marshall's global empirical Bayes: rates drawn towards the overall one, the more the fewer people they stand on.
#[derive(Debug, Clone, PartialEq)]
pub struct EmpiricalBayes {
    /// Overall rate `b = sum events / sum population`.
    pub overall: f64,
    /// Variance between places `a = s2 - b / mean population`; zero where chance alone explains more than is seen.
    pub between: f64,
    /// Shrunken rate of each place; NaN where the place has no population.
    pub rates: Vec<f64>,
}

/// Shrunken rates, events a person (or whatever the denominator counts).
///
/// # Assumptions
/// Events are Poisson given the rate of the place. Places without a positive population are left out.
///
/// # References
/// Marshall (1991), doi:10.2307/2347593.
#[must_use]
pub fn empirical_bayes(events: &[f64], population: &[f64]) -> EmpiricalBayes {
    let usable = |e: f64, p: f64| e.is_finite() && p.is_finite() && p > 0.0;
    let mut pairs: Vec<(f64, f64)> =
        events.iter().copied().zip(population.iter().copied()).filter(|&(e, p)| usable(e, p)).collect();
    // Sorted, so that the sums do not depend on the order of the rows.
    pairs.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.0.total_cmp(&b.0)));
    let people: f64 = pairs.iter().map(|p| p.1).sum();
    let overall = pairs.iter().map(|p| p.0).sum::<f64>() / people;
    let s2 = pairs.iter().map(|(e, p)| p * (e / p - overall).powi(2)).sum::<f64>() / people;
    let between = (s2 - overall / (people / pairs.len() as f64)).max(0.0);
    let rate = |e: f64, p: f64| {
        if !usable(e, p) {
            return f64::NAN;
        }
        let noise = overall / p;
        let own = if between + noise > 0.0 { between / (between + noise) } else { 0.0 };
        overall + own * (e / p - overall)
    };
    let rates = events.iter().zip(population).map(|(&e, &p)| rate(e, p)).collect();
    EmpiricalBayes { overall, between, rates }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_limits() {
        // Garwood's table: 0, 1, 10 and 100 events.
        for (n, low, high) in [
            (0.0, 0.0, 3.688_879),
            (1.0, 0.025_318, 5.571_643),
            (10.0, 4.795_389, 18.390_356),
            (100.0, 81.363_991, 121.626_794),
        ] {
            let (a, b) = interval(n, Interval::Exact);
            assert!((a - low).abs() < 1e-4 && (b - high).abs() < 1e-3, "{n}: {a} {b}");
            let (c, d) = interval(n, Interval::Byar);
            assert!((c - a).abs() < 0.03 && (d - b).abs() < 0.06, "{n}: Byar {c} {d}");
        }
        let (a, b) = interval(9_999.0, Interval::Exact);
        let (c, d) = interval(9_999.0, Interval::Byar);
        assert!((a / c - 1.0).abs() < 1e-5 && (b / d - 1.0).abs() < 1e-5);
        assert!(interval(-1.0, Interval::Byar).0.is_nan());
    }

    #[test]
    fn shrinkage() {
        // Less spread than chance: everything is the overall rate.
        let even = empirical_bayes(&[1.0, 2.0, 3.0], &[100.0, 200.0, 300.0]);
        assert_eq!(even.between, 0.0);
        assert!(even.rates.iter().all(|r| (r - 0.01).abs() < 1e-15));
        let gap = empirical_bayes(&[1.0, 5.0, 900.0], &[100.0, 0.0, 300.0]);
        assert!(gap.rates[1].is_nan() && gap.rates[2] > gap.rates[0]);
        assert!(empirical_bayes(&[], &[]).rates.is_empty());
        assert!(empirical_bayes(&[0.0], &[10.0]).rates[0] == 0.0);
    }
}
