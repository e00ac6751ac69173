//! The binomial distribution: exact tails and the exact interval of a share, from the incomplete beta function.

use super::permutation::Tails;
use super::special::ln_gamma;

/// Terms of the continued fraction before giving up on the last bits; it needs about the square root of the larger shape.
const MAX_TERMS: usize = 100_000;

/// Lower and upper regularised incomplete beta functions `I_x(a, b)` and `1 - I_x(a, b)`, for positive shapes.
///
/// # References
/// NIST Digital Library of Mathematical Functions, 8.17.22.
#[must_use]
pub fn beta_tails(a: f64, b: f64, x: f64) -> (f64, f64) {
    if !(a > 0.0 && b > 0.0) || x.is_nan() {
        return (f64::NAN, f64::NAN);
    }
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x >= 1.0 {
        return (1.0, 0.0);
    }
    // The fraction converges fast below the mean only; beyond it the other tail is taken.
    if x > (a + 1.0) / (a + b + 2.0) {
        let (lower, upper) = beta_tails(b, a, 1.0 - x);
        return (upper, lower);
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp() / a;
    let (mut c, mut d) = (1.0, 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0)));
    let mut h = d;
    for m in 1..MAX_TERMS {
        let m = m as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = h;
        for term in [even, odd] {
            d = 1.0 / nonzero(1.0 + term * d);
            c = nonzero(1.0 + term / c);
            h *= d * c;
        }
        if (h / before - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    let lower = (front * h).min(1.0);
    (lower, 1.0 - lower)
}

fn nonzero(x: f64) -> f64 {
    if x.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { x }
}

/// Exact tails of `k` successes in `n` trials of a probability; both contain `k` itself.
#[must_use]
pub fn tails(k: u64, n: u64, probability: f64) -> Tails {
    let (of, left) = (k as f64, n.saturating_sub(k) as f64);
    let greater = if k == 0 { 1.0 } else { beta_tails(of, left + 1.0, probability).0 };
    let less = if k >= n { 1.0 } else { beta_tails(of + 1.0, left, probability).1 };
    Tails { greater, less }
}

/// The exact two-sided interval of a probability from `k` successes in `n` trials; everything for no trial.
///
/// # References
/// Clopper and Pearson (1934), doi:10.1093/biomet/26.4.404.
#[must_use]
pub fn interval(k: u64, n: u64, confidence: f64) -> (f64, f64) {
    let (of, left, outside) = (k as f64, n.saturating_sub(k) as f64, (1.0 - confidence) / 2.0);
    let low = if k == 0 { 0.0 } else { beta_quantile(of, left + 1.0, outside) };
    let high = if k >= n { 1.0 } else { 1.0 - beta_quantile(left, of + 1.0, outside) };
    (low, high)
}

/// The `x` with `I_x(a, b) = p`, by bisection to the last bits.
fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if beta_tails(a, b, middle).0 < p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::special::ln_choose;

    #[test]
    fn tails_are_the_sums_of_their_terms() {
        for (n, share) in [(1_u64, 0.5), (7, 0.2), (40, 0.5), (300, 0.03), (300, 0.97)] {
            let term = |k: u64| {
                let (k_, rest) = (k as f64, (n - k) as f64);
                (ln_choose(n as usize, k as usize) + k_ * f64::ln(share) + rest * f64::ln(1.0 - share)).exp()
            };
            for k in (0..=n).step_by(1 + n as usize / 20) {
                let (above, below) = ((k..=n).map(term).sum::<f64>(), (0..=k).map(term).sum::<f64>());
                let got = tails(k, n, share);
                assert!((got.greater - above).abs() < 1e-11 && (got.less - below).abs() < 1e-11, "{k} of {n}: {got:?}");
            }
        }
    }

    #[test]
    fn published_limits() {
        // Clopper-Pearson, 95 %: 0 of 10 and 4 of 20 (tables of Documenta Geigy).
        let close = |(low, high): (f64, f64), want: (f64, f64)| {
            assert!((low - want.0).abs() < 5e-5 && (high - want.1).abs() < 5e-5, "{low} {high}");
        };
        close(interval(0, 10, 0.95), (0.0, 0.3085));
        close(interval(4, 20, 0.95), (0.0573, 0.4366));
        close(interval(10, 10, 0.95), (0.6915, 1.0));
        assert_eq!(interval(0, 0, 0.95), (0.0, 1.0));
        let (low, high) = interval(500_000, 1_000_000, 0.95);
        assert!((high - low - 2.0 * 1.959_964 * 0.0005).abs() < 1e-6);
    }

    #[test]
    fn the_ends_and_what_is_no_shape() {
        assert_eq!((beta_tails(2.0, 3.0, 0.0), beta_tails(2.0, 3.0, 1.0)), ((0.0, 1.0), (1.0, 0.0)));
        assert!(beta_tails(0.0, 1.0, 0.5).0.is_nan() && beta_tails(1.0, 1.0, f64::NAN).0.is_nan());
        assert!((beta_tails(1.0, 1.0, 0.3).0 - 0.3).abs() < 1e-14);
    }
}
