//! The five years of the demo city: days, months, and the hours at which things happen.

use jiff::civil::{Date, date};

use super::draw::Draw;
use super::kinds::{Days, Hours};

/// 2021-01-01T00:00:00.
pub(super) const BEGIN_S: i64 = 18_628 * 86_400;
/// Days up to the end of 2025.
pub(super) const DAYS: i64 = 1_826;
/// Months of the five years.
pub(super) const MONTHS: u64 = 60;
/// Zone of the place: no summer time out there.
pub(super) const ZONE: &str = "Etc/GMT+2";
/// 2021-01-01 was a Friday (Monday is 0).
const FIRST_WEEKDAY: i64 = 4;

/// First second of a month, counted from January 2021.
pub(super) fn month_start(month: u64) -> i64 {
    let first = date(2021, 1, 1);
    let month: Date = date(2021 + (month / 12) as i16, 1 + (month % 12) as i8, 1);
    let days = first.until(month).map_or(0, |span| span.get_days());
    BEGIN_S + i64::from(days) * 86_400
}

/// A second (whole minutes) of the five years, by weights of the hours and days.
pub(super) fn second(draw: &mut Draw, hours: &Hours, days: &Days) -> i64 {
    let week = draw.below(DAYS as u64) as i64 / 7 * 7;
    let weekday = draw.weighted(days) as i64;
    let day = week + (weekday - FIRST_WEEKDAY).rem_euclid(7);
    // The last week is not whole: what falls past its end happens a week earlier.
    let day = if day < DAYS { day } else { day - 7 };
    BEGIN_S + day * 86_400 + minute(draw, hours)
}

/// A second of the month, by weights of the hours; every day alike.
pub(super) fn second_in_month(draw: &mut Draw, month: u64, hours: &Hours) -> i64 {
    let (from, to) = (month_start(month), month_start(month + 1));
    let day = draw.below(((to - from) / 86_400) as u64) as i64;
    from + day * 86_400 + minute(draw, hours)
}

/// Seconds since midnight; six in ten are told to five minutes.
fn minute(draw: &mut Draw, hours: &Hours) -> i64 {
    let hour = draw.weighted(hours) as i64;
    let minute = draw.below(60) as i64;
    let minute = if draw.per_mille(600) { minute / 5 * 5 } else { minute };
    hour * 3600 + minute * 60
}

/// The fewest positions that hold three quarters of the weights, in order.
pub(super) fn busiest(weights: &[u16]) -> Vec<u8> {
    let total: u32 = weights.iter().map(|&w| u32::from(w)).sum();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(weights[i]));
    let mut sum = 0;
    let mut busiest = Vec::new();
    for i in order {
        if sum * 4 >= total * 3 {
            break;
        }
        sum += u32::from(weights[i]);
        busiest.push(i as u8);
    }
    busiest.sort_unstable();
    busiest
}
