//! Class breaks: where one colour ends and the next begins.

use serde::Serialize;

use crate::error::{Error, Result};
use crate::limits::MAX_CLASSES;

/// Lower bounds of classes, rising. A value belongs to the last class whose bound it reaches; one below the first
/// bound, or not a number, belongs to none. The last class is open to above.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Breaks(Vec<f64>);

impl Breaks {
    /// Bounds as given.
    ///
    /// # Errors
    /// None or too many of them, one that is not finite, or bounds that do not rise.
    pub fn fixed(bounds: &[f64]) -> Result<Self> {
        if bounds.is_empty() || bounds.len() > MAX_CLASSES {
            let bound = format!("there are 1 to {MAX_CLASSES} classes");
            return Err(Error::new("breaks", bounds.len(), bound, "give the lower bound of every class"));
        }
        let rising = bounds.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        if !rising || bounds.iter().any(|bound| !bound.is_finite()) {
            let hint = "give finite lower bounds from small to large, each once";
            return Err(Error::new("breaks", format!("{bounds:?}"), "lower bounds must be finite and rise", hint));
        }
        Ok(Self(bounds.to_vec()))
    }

    /// Up to `n` classes whose bounds grow by a constant factor from `from` to below `to`, at round numbers.
    /// Fewer where round numbers coincide; one class from `from` when the range is empty, reversed or not positive.
    #[must_use]
    pub fn geometric(from: f64, to: f64, n: usize) -> Self {
        let n = n.clamp(1, MAX_CLASSES);
        let low = if from.is_finite() { from } else { 0.0 };
        if !(low > 0.0 && to.is_finite() && to > low) {
            return Self(vec![round_nicely(low)]);
        }
        let factor = (to / low).powf(1.0 / n as f64);
        Self::distinct((0..n).map(|i| low * factor.powi(i as i32)))
    }

    /// Up to `n` classes with about as many of the positive values each, at round numbers. Zeros, negative values
    /// and what is not finite do not count. Fewer classes where values repeat; one class from 0 when there are none.
    #[must_use]
    pub fn quantile(values: &[f64], n: usize) -> Self {
        let n = n.clamp(1, MAX_CLASSES);
        let mut positive: Vec<f64> = values.iter().copied().filter(|v| v.is_finite() && *v > 0.0).collect();
        positive.sort_unstable_by(f64::total_cmp);
        if positive.is_empty() {
            return Self(vec![0.0]);
        }
        let at = |i: usize| positive.get(i * positive.len() / n).copied().unwrap_or(0.0);
        let mut breaks = Self::distinct((0..n).map(at));
        // Rounding may lift the first bound above the smallest value, which must have a class.
        if let (Some(first), Some(&smallest)) = (breaks.0.first_mut(), positive.first())
            && *first > smallest
        {
            *first = smallest;
        }
        breaks
    }

    /// Rounded bounds, each once, rising.
    fn distinct(bounds: impl Iterator<Item = f64>) -> Self {
        let mut kept: Vec<f64> = Vec::new();
        for bound in bounds.map(round_nicely) {
            if kept.last().is_none_or(|&last| bound > last) {
                kept.push(bound);
            }
        }
        Self(kept)
    }

    /// Lower bounds of the classes.
    #[must_use]
    pub fn bounds(&self) -> &[f64] {
        &self.0
    }

    /// Number of classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.0.len()
    }

    /// The class of a value, from 0; none below the first bound and for what is not a number.
    #[must_use]
    pub fn class_of(&self, value: f64) -> Option<usize> {
        self.0.iter().take_while(|&&bound| value >= bound).count().checked_sub(1)
    }
}

/// The nearest of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten, whole where it is 3 or more, with its sign.
#[must_use]
pub fn round_nicely(value: f64) -> f64 {
    if !value.is_finite() || value == 0.0 {
        return 0.0;
    }
    const STEPS: [f64; 10] = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    let exponent = value.abs().log10().floor();
    let scaled = value.abs() / 10_f64.powf(exponent);
    let near = |step: f64| (step - scaled).abs();
    let step = STEPS.into_iter().min_by(|a, b| near(*a).total_cmp(&near(*b))).unwrap_or(1.0);
    // Dividing by a whole power of ten keeps 0.3 at the double nearest to 0.3.
    let size = if exponent < 0.0 { step / 10_f64.powf(-exponent) } else { step * 10_f64.powf(exponent) };
    if size.is_finite() && size > 0.0 { size.copysign(value) } else { value }
}

/// A number as people write it: grouped thousands, no trailing zeros, four significant digits for fractions.
#[must_use]
pub fn number_text(value: f64) -> String {
    if !value.is_finite() {
        return "-".to_owned();
    }
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e15).contains(&size) {
        return format!("{value:e}");
    }
    let digits = if size >= 1000.0 || size == 0.0 { 0 } else { (3 - size.log10().floor() as i32).clamp(0, 8) };
    let text = format!("{size:.*}", digits as usize);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let fraction = fraction.trim_end_matches('0');
    let sign = if value < 0.0 { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{grouped}") } else { format!("{sign}{grouped}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_belongs_to_the_last_bound_it_reaches() {
        let breaks = Breaks::fixed(&[1.0, 5.0, 20.0]).unwrap();
        let classes = [0.0, 1.0, 4.999, 5.0, 20.0, 1e9, f64::NAN, -3.0].map(|v| breaks.class_of(v));
        assert_eq!(classes, [None, Some(0), Some(0), Some(1), Some(2), Some(2), None, None]);
    }

    #[test]
    fn bounds_that_do_not_rise_are_refused() {
        assert!(Breaks::fixed(&[]).is_err());
        assert!(Breaks::fixed(&[1.0, 1.0]).is_err());
        assert!(Breaks::fixed(&[1.0, f64::NAN]).is_err());
        assert!(Breaks::fixed(&[0.0; 13]).is_err());
    }

    #[test]
    fn geometric_bounds_are_round_and_degenerate_ranges_give_one_class() {
        assert_eq!(Breaks::geometric(1.0, 1000.0, 6).bounds(), [1.0, 3.0, 10.0, 30.0, 100.0, 300.0]);
        for (from, to) in [(0.0, 9.0), (5.0, 5.0), (9.0, 2.0), (f64::NAN, 1.0), (1.0, f64::INFINITY)] {
            assert_eq!(Breaks::geometric(from, to, 5).classes(), 1, "{from} {to}");
        }
        assert_eq!(Breaks::geometric(1.0, 1.2, 6).bounds(), [1.0]);
    }

    #[test]
    fn quantiles_leave_zeros_out_and_every_positive_value_has_a_class() {
        let values: Vec<f64> = (0..1000).map(|i| if i % 2 == 0 { 0.0 } else { f64::from(i) }).collect();
        let breaks = Breaks::quantile(&values, 4);
        assert_eq!(breaks.bounds(), [1.0, 250.0, 500.0, 800.0]);
        assert_eq!(Breaks::quantile(&[], 5).bounds(), [0.0]);
        assert_eq!(Breaks::quantile(&[0.0, f64::NAN], 5).bounds(), [0.0]);
        assert_eq!(Breaks::quantile(&[7.0; 100], 5).classes(), 1);
        let odd = [0.97, 4.7, 96.0];
        let breaks = Breaks::quantile(&odd, 3);
        assert!(odd.iter().all(|&v| breaks.class_of(v).is_some()), "{breaks:?}");
    }

    #[test]
    fn round_numbers_are_round() {
        let rounded = [0.31, 7.2, 1234.0, -0.016, 9.7, 1e300, 0.0, f64::NAN].map(round_nicely);
        assert_eq!(rounded, [0.3, 8.0, 1000.0, -0.015, 10.0, 1e300, 0.0, 0.0]);
    }

    #[test]
    fn numbers_are_written_for_people() {
        let texts = [0.0, 5.0, 1500.0, 1_234_567.0, 0.25, -12.5, 0.000_123_4, 999.96, 1e-9].map(number_text);
        assert_eq!(texts, ["0", "5", "1,500", "1,234,567", "0.25", "-12.5", "0.0001234", "1,000", "1e-9"]);
    }
}
