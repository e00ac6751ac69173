//! The special functions that statistics need, each from the incomplete gamma function.

use std::f64::consts::PI;

/// Coefficients of the Lanczos approximation (g = 7, nine terms), relative error below 1e-14.
const LANCZOS: [f64; 9] = [
    0.999_999_999_999_809_9,
    676.520_368_121_885_1,
    -1_259.139_216_722_402_8,
    771.323_428_777_653_1,
    -176.615_029_162_140_6,
    12.507_343_278_686_905,
    -0.138_571_095_265_720_12,
    9.984_369_578_019_572e-6,
    1.505_632_735_149_311_6e-7,
];
/// Terms of a series or a continued fraction before giving up on the last bits; shapes up to 1e8 need about 60,000.
const MAX_TERMS: usize = 100_000;

/// Natural logarithm of the gamma function, for `x > 0`.
///
/// # References
/// Lanczos (1964), doi:10.1137/0701008.
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    if x < 0.5 {
        return (PI / (PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let t = x + 7.5;
    let mut sum = LANCZOS[0];
    for (i, c) in LANCZOS.iter().enumerate().skip(1) {
        sum += c / (x + i as f64);
    }
    0.5 * (2.0 * PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// Logarithm of the binomial coefficient C(n, k); zero ways are minus infinity.
#[must_use]
pub fn ln_choose(n: usize, k: usize) -> f64 {
    if k > n {
        return f64::NEG_INFINITY;
    }
    let (n, k) = (n as f64, k as f64);
    ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0)
}

/// Lower and upper regularised incomplete gamma functions P(a, x) and Q(a, x), for `a > 0` and `x >= 0`.
#[must_use]
pub fn gamma_tails(a: f64, x: f64) -> (f64, f64) {
    if !(a > 0.0) || x.is_nan() {
        return (f64::NAN, f64::NAN);
    }
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x.is_infinite() {
        return (1.0, 0.0);
    }
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum, mut k) = (1.0 / a, 1.0 / a, a);
        for _ in 0..MAX_TERMS {
            k += 1.0;
            term *= x / k;
            sum += term;
            if term < sum * f64::EPSILON {
                break;
            }
        }
        let p = (front * sum).min(1.0);
        (p, 1.0 - p)
    } else {
        // Lentz's continued fraction.
        let mut b = x + 1.0 - a;
        let (mut c, mut d) = (1.0 / f64::MIN_POSITIVE, 1.0 / b);
        let mut h = d;
        for i in 1..MAX_TERMS {
            let an = -(i as f64) * (i as f64 - a);
            b += 2.0;
            d = 1.0 / nonzero(an * d + b);
            c = nonzero(b + an / c);
            h *= d * c;
            if (d * c - 1.0).abs() < f64::EPSILON {
                break;
            }
        }
        let q = (front * h).min(1.0);
        (1.0 - q, q)
    }
}

fn nonzero(x: f64) -> f64 {
    if x.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { x }
}

/// The `x` with P(`shape`, x) = `p`, by bisection to the last bits; 0 for `p <= 0`.
#[must_use]
pub fn gamma_quantile(shape: f64, p: f64) -> f64 {
    if !(shape > 0.0) || !(p > 0.0) {
        return 0.0;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    let (mut low, mut high) = (0.0, shape + 10.0 * shape.sqrt() + 20.0);
    while gamma_tails(shape, high).0 < p {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if gamma_tails(shape, middle).0 < p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Probability that a standard normal value exceeds `z`.
#[must_use]
pub fn normal_upper(z: f64) -> f64 {
    let (p, q) = gamma_tails(0.5, 0.5 * z * z);
    if z >= 0.0 { 0.5 * q } else { 0.5 + 0.5 * p }
}

/// Two-sided p of a standard score under the normal distribution; NaN stays NaN.
#[must_use]
pub fn normal_two_sided(z: f64) -> f64 {
    // `min` would make a NaN a one.
    (2.0 * normal_upper(z.abs())).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        // Abramowitz & Stegun, tables 6.1, 7.1 and 26.1; NIST DLMF 8.
        for (x, want) in [(0.5, 0.572_364_942_924_700_1), (1.0, 0.0), (10.0, 12.801_827_480_081_469)] {
            assert!((ln_gamma(x) - want).abs() < 1e-13, "{x}");
        }
        for (z, want) in [
            (0.0, 0.5),
            (1.0, 0.158_655_253_931_457_05),
            (1.96, 0.024_997_895_148_220_435),
            (-1.0, 0.841_344_746_068_542_9),
            (6.0, 9.865_876_450_376_946e-10),
            (10.0, 7.619_853_024_160_526e-24),
        ] {
            assert!((normal_upper(z) / want - 1.0).abs() < 1e-12, "{z}: {}", normal_upper(z));
        }
        assert!((ln_choose(49, 6) - 13_983_816_f64.ln()).abs() < 1e-10);
        assert_eq!(ln_choose(3, 4), f64::NEG_INFINITY);
        assert!(normal_upper(f64::NAN).is_nan() && normal_two_sided(f64::NAN).is_nan());
    }

    #[test]
    fn a_quantile_comes_back() {
        for shape in [0.5, 1.0, 7.0, 250.0, 1e5] {
            for p in [1e-9, 0.025, 0.5, 0.975, 1.0 - 1e-9] {
                let x = gamma_quantile(shape, p);
                assert!((gamma_tails(shape, x).0 - p).abs() < 1e-9, "{shape} {p}");
            }
        }
        assert_eq!(gamma_quantile(3.0, 0.0), 0.0);
    }
}
