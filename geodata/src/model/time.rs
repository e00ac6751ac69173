//! Time is an interval of civil (local) seconds; a point in time is never pretended where the source gives a month.

/// Civil seconds since 1970-01-01T00:00:00 on the clock of the source's zone (no zone offset in it).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime(pub i64);

impl LocalTime {
    /// The civil date and time of day, if it is in the years -9999..=9999.
    #[must_use]
    pub fn civil(self) -> Option<jiff::civil::DateTime> {
        jiff::Timestamp::from_second(self.0).ok().map(|t| jiff::tz::TimeZone::UTC.to_datetime(t))
    }

    /// Seconds of a civil date and time.
    #[must_use]
    pub fn from_civil(t: jiff::civil::DateTime) -> Self {
        let days = t.date().duration_since(jiff::civil::date(1970, 1, 1)).as_hours() / 24;
        let time = t.time();
        Self(days * 86_400 + i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second()))
    }

    /// Hour of the day, 0 to 23.
    #[must_use]
    pub fn hour(self) -> u32 {
        (self.0.rem_euclid(86_400) / 3600) as u32
    }

    /// Day of the week, 0 Monday to 6 Sunday (1970-01-01 was a Thursday).
    #[must_use]
    pub fn weekday(self) -> u32 {
        (self.0.div_euclid(86_400) + 3).rem_euclid(7) as u32
    }
}

/// Half-open: `from <= t < to`, with `from < to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Interval {
    /// First second inside.
    pub from: LocalTime,
    /// First second after.
    pub to: LocalTime,
}

impl Interval {
    /// `None` unless `from < to`.
    #[must_use]
    pub fn new(from: LocalTime, to: LocalTime) -> Option<Self> {
        (from < to).then_some(Self { from, to })
    }

    /// Whether the two share a second.
    #[must_use]
    pub fn intersects(&self, other: &Self) -> bool {
        self.from < other.to && other.from < self.to
    }

    /// Length in seconds.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.to.0 - self.from.0
    }
}

/// Shares of one incident in consecutive bins `[edges[i], edges[i + 1])`, by overlap in time (aoristic weights).
///
/// The shares sum to 1 where the bins cover the interval, so that weights summed over incidents give the incidents included.
///
/// # References
/// Ratcliffe (2002), Aoristic signatures, <https://doi.org/10.1023/A:1013240828824>.
#[must_use]
pub fn aoristic_weights(interval: Interval, edges: &[LocalTime]) -> Vec<f64> {
    let length = interval.seconds() as f64;
    edges
        .windows(2)
        .map(|bin| {
            let overlap = interval.to.min(bin[1]).0 - interval.from.max(bin[0]).0;
            overlap.max(0) as f64 / length
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekday_and_hour_are_those_of_the_calendar() {
        let t = LocalTime::from_civil(jiff::civil::date(2026, 11, 23).at(20, 51, 0, 0));
        assert_eq!((t.weekday(), t.hour()), (0, 20));
        assert_eq!(t.civil().map(|c| c.to_string()), Some("2026-11-23T20:51:00".into()));
        let before = LocalTime::from_civil(jiff::civil::date(1969, 12, 31).at(23, 0, 0, 0));
        assert_eq!((before.weekday(), before.hour()), (2, 23));
    }

    #[test]
    fn aoristic_weights_sum_to_the_incident() {
        let i = Interval::new(LocalTime(1000), LocalTime(8000)).expect("ordered");
        let edges: Vec<_> = (0..=10).map(|k| LocalTime(k * 1000)).collect();
        let w = aoristic_weights(i, &edges);
        assert!((w.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(w[0], 0.0);
        assert!((w[1] - 1.0 / 7.0).abs() < 1e-12);
    }
}
