//! The index's clock: civil seconds as `u32`, from Monday 1935-01-07 to February 2071.

use crate::model::LocalTime;

/// Monday 1935-01-07T00:00:00 in civil seconds since 1970; a Monday, so that hours of the week are a remainder.
const EPOCH: i64 = -12_778 * DAY;
/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;
/// Largest value of the clock. The value above it is kept free, so that a bound can say "never".
pub(super) const LAST: u32 = u32::MAX - 1;

/// Seconds on the index's clock. Times before 1935-01-07 or after 2071-02 stand at the nearest end: a period that
/// reaches beyond that end still finds them, and their true time is in the store.
pub(super) fn tick(time: LocalTime) -> u32 {
    time.0.saturating_sub(EPOCH).clamp(0, i64::from(LAST)) as u32
}

/// Back to civil seconds.
pub(super) fn civil(tick: u32) -> LocalTime {
    LocalTime(i64::from(tick) + EPOCH)
}

/// Hour of the week, 0 (Monday 00:00) to 167.
pub(super) fn hour_of_week(tick: u32) -> usize {
    (tick / 3600 % 168) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_keeps_hours_and_survives_any_time() {
        for seconds in [EPOCH, 0, 1_700_000_000, 3_190_000_000] {
            let t = LocalTime(seconds);
            assert_eq!(civil(tick(t)), t);
            assert_eq!(hour_of_week(tick(t)) as u32, t.weekday() * 24 + t.hour());
        }
        assert_eq!(tick(LocalTime(i64::MIN)), 0);
        assert_eq!(tick(LocalTime(i64::MAX)), LAST);
    }
}
