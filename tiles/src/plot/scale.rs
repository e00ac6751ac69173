//! From numbers to pixels, and the round numbers that are written beside an axis.

use super::Axis;

/// Decades over which a logarithmic axis has 1, 2 and 5 and not only powers of ten.
const FINE_DECADES: f64 = 2.5;

/// An axis with its range and its place on the sheet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    is_log: bool,
    from: f64,
    to: f64,
    /// Pixels of the two ends of the range.
    ends_px: [f64; 2],
}

impl Scale {
    /// The scale of an axis over its classes, or over some numbers. `from_zero` lets the range begin at zero.
    pub(super) fn new(axis: &Axis, numbers: impl Iterator<Item = f64>, from_zero: bool) -> Self {
        if !axis.ticks.is_empty() {
            return Self::of_classes(axis.ticks.len());
        }
        let good = numbers.filter(|v| v.is_finite() && (!axis.is_log || *v > 0.0));
        let (mut from, mut to) = good.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
        if from > to {
            (from, to) = if axis.is_log { (1.0, 10.0) } else { (0.0, 1.0) };
        }
        if from_zero && !axis.is_log {
            (from, to) = (from.min(0.0), to.max(0.0));
        }
        if from == to {
            (from, to) = match (axis.is_log, from) {
                (true, v) => (v / 2.0, v * 2.0),
                (false, 0.0) => (0.0, 1.0),
                (false, v) => (v - v.abs() / 2.0, v + v.abs() / 2.0),
            };
        }
        Self { is_log: axis.is_log, from, to, ends_px: [0.0, 1.0] }
    }

    /// A scale of classes, each at its number.
    pub(super) fn of_classes(n: usize) -> Self {
        Self { is_log: false, from: -0.5, to: n.max(1) as f64 - 0.5, ends_px: [0.0, 1.0] }
    }

    /// The same, from a pixel to a pixel.
    pub(super) fn between(mut self, ends_px: [f64; 2]) -> Self {
        self.ends_px = ends_px;
        self
    }

    /// The same with its ends at round numbers.
    pub(super) fn rounded(mut self, most: usize) -> Self {
        if self.is_log {
            let down = |v: f64| 10_f64.powf(v.log10().floor());
            let up = |v: f64| 10_f64.powf(v.log10().ceil());
            // Whole decades, but not where they would leave most of the axis empty.
            if self.to / self.from > 10.0 {
                (self.from, self.to) = (down(self.from), up(self.to));
            }
            return self;
        }
        let step = nice_step(self.to - self.from, most);
        if step.is_finite() && step > 0.0 {
            let at = |v: f64| times(v, step);
            (self.from, self.to) = (at((self.from / step).floor()), at((self.to / step).ceil()));
        }
        self
    }

    /// Where a number is drawn; none for what is not finite, or not above zero on a logarithmic axis.
    pub(super) fn place(&self, value: f64) -> Option<f64> {
        let bent = |v: f64| if self.is_log { v.ln() } else { v };
        let (from, to) = (bent(self.from), bent(self.to));
        let share = (bent(value) - from) / (to - from);
        let [a, b] = self.ends_px;
        Some(a + share * (b - a)).filter(|px| px.is_finite())
    }

    /// Where bars grow from: zero, or the lower end.
    pub(super) fn base_px(&self) -> f64 {
        let base = if self.is_log { self.from } else { 0.0_f64.clamp(self.from, self.to) };
        self.place(base).unwrap_or(self.ends_px[0])
    }

    /// Whether zero lies within the range and not at its lower end.
    pub(super) fn crosses_zero(&self) -> bool {
        !self.is_log && self.from < 0.0 && self.to > 0.0
    }

    /// Pixels from one class to the next.
    pub(super) fn band_px(&self) -> f64 {
        let [a, b] = self.ends_px;
        (b - a).abs() / (self.to - self.from)
    }

    /// At most `most` round numbers of the range, and at least one where there is room for it.
    pub(super) fn ticks(&self, most: usize) -> Vec<f64> {
        if self.is_log { self.log_ticks(most) } else { self.linear_ticks(most) }
    }

    fn linear_ticks(&self, most: usize) -> Vec<f64> {
        let step = nice_step(self.to - self.from, most);
        if !(step.is_finite() && step > 0.0) {
            return vec![];
        }
        // A little beyond the ends, so that an end at a round number keeps its tick.
        let (first, last) = ((self.from / step - 1e-9).ceil(), (self.to / step + 1e-9).floor());
        if last < first {
            return vec![];
        }
        (0..=(last - first) as usize).map(|i| times(first + i as f64, step)).collect()
    }

    fn log_ticks(&self, most: usize) -> Vec<f64> {
        let (low, high) = (self.from.log10(), self.to.log10());
        let inside = |v: &f64| *v >= self.from * (1.0 - 1e-9) && *v <= self.to * (1.0 + 1e-9);
        let decades = low.floor() as i32..=high.ceil() as i32;
        let parts: &[f64] = if high - low <= FINE_DECADES { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let all = decades.flat_map(|e| parts.iter().map(move |part| times(*part, 10_f64.powi(e))));
        let all: Vec<f64> = all.filter(inside).collect();
        if all.len() < 2 {
            return self.linear_ticks(most.min(4)).into_iter().filter(|v| *v > 0.0).collect();
        }
        all.iter().step_by(all.len().div_ceil(most.max(1)).max(1)).copied().collect()
    }
}

/// The least of 1, 2, 5 times a power of ten with which a span has at most `most` steps.
fn nice_step(span: f64, most: usize) -> f64 {
    let least = span / most.max(1) as f64;
    let power = 10_f64.powf(least.log10().floor());
    let fits = |step: f64| step * power >= least * (1.0 - 1e-9);
    power * [1.0, 2.0, 5.0, 10.0].into_iter().find(|step| fits(*step)).unwrap_or(10.0)
}

/// `n` steps; a step below one divides by its inverse, so that 3 steps of 0.1 are 0.3.
fn times(n: f64, step: f64) -> f64 {
    let inverse = (1.0 / step).round();
    let product = if step < 1.0 && inverse.is_finite() { n / inverse } else { n * step };
    // -0 would be written as such.
    if product == 0.0 { 0.0 } else { product }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(from: f64, to: f64, is_log: bool) -> Scale {
        let axis = Axis { is_log, ..Axis::default() };
        Scale::new(&axis, [from, to].into_iter(), false).between([100.0, 700.0])
    }

    #[test]
    fn ticks_are_one_two_or_five_times_a_power_of_ten_and_never_too_many() {
        for span in [1e-7, 0.003, 0.7, 1.0, 3.3, 42.0, 99.9, 1234.0, 8e6, 3e12] {
            for from in [0.0, -span / 3.0, span * 7.1] {
                for most in 1..12 {
                    let ticks = scale(from, from + span, false).ticks(most);
                    assert!(ticks.len() <= most + 1, "{from} {span} {most}: {ticks:?}");
                    assert!(ticks.iter().all(|t| *t >= from - span * 1e-6 && *t <= from + span * (1.0 + 1e-6)));
                    let Some(pair) = ticks.windows(2).next() else { continue };
                    let step = pair[1] - pair[0];
                    let lead = step / 10_f64.powf((step.log10() + 1e-6).floor());
                    let nice = [1.0, 2.0, 5.0].iter().any(|n| (lead - n).abs() < 1e-3);
                    assert!(nice, "{from} {span} {most}: {ticks:?}");
                }
            }
        }
        assert_eq!(scale(0.0, 1.0, false).ticks(5), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
    }

    #[test]
    fn a_logarithmic_axis_has_decades_and_places_only_what_is_above_zero() {
        let scale = scale(1.0, 1000.0, true);
        assert_eq!(scale.ticks(8), [1.0, 10.0, 100.0, 1000.0]);
        assert_eq!(scale.place(10.0).map(f64::round), Some(300.0));
        assert_eq!((scale.place(0.0), scale.place(-1.0), scale.place(f64::NAN)), (None, None, None));
        let short = super::Scale::new(&Axis { is_log: true, ..Axis::default() }, [3.0, 40.0].into_iter(), false);
        assert_eq!(short.ticks(8), [5.0, 10.0, 20.0]);
        let narrow = super::Scale::new(&Axis { is_log: true, ..Axis::default() }, [310.0, 340.0].into_iter(), false);
        assert!(narrow.ticks(8).len() >= 2, "{:?}", narrow.ticks(8));
        let wide = super::Scale::new(&Axis { is_log: true, ..Axis::default() }, [1e-30, 1e30].into_iter(), false);
        assert!(wide.ticks(8).len() <= 8);
    }

    #[test]
    fn ranges_without_extent_or_numbers_still_have_one() {
        for numbers in [vec![], vec![5.0], vec![0.0, 0.0], vec![f64::NAN, f64::INFINITY], vec![-2.0]] {
            for is_log in [false, true] {
                let axis = Axis { is_log, ..Axis::default() };
                let scale = Scale::new(&axis, numbers.iter().copied(), false).rounded(6).between([0.0, 10.0]);
                assert!(scale.from < scale.to, "{numbers:?} {is_log}");
                assert!(!scale.ticks(6).is_empty(), "{numbers:?} {is_log}");
            }
        }
    }

    #[test]
    fn rounded_ends_hold_the_range_and_zero_is_no_less_than_zero() {
        let scale = scale(-0.31, 17.2, false).rounded(6);
        assert!(scale.from <= -0.31 && scale.to >= 17.2 && scale.crosses_zero());
        assert!(scale.ticks(6).iter().any(|t| *t == 0.0 && t.is_sign_positive()));
        assert_eq!(Scale::of_classes(4).between([0.0, 100.0]).band_px(), 25.0);
    }
}
