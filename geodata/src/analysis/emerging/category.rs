//! The names of a place's course over the steps: eight for hot ones, the same for cold ones, one for neither.

use crate::analysis::trend::MannKendall;

/// All categories; a category is an index into this list.
pub const CATEGORIES: [&str; 18] = [
    "new_hot",
    "consecutive_hot",
    "intensifying_hot",
    "persistent_hot",
    "diminishing_hot",
    "sporadic_hot",
    "oscillating_hot",
    "historical_hot",
    "none",
    "new_cold",
    "consecutive_cold",
    "intensifying_cold",
    "persistent_cold",
    "diminishing_cold",
    "sporadic_cold",
    "oscillating_cold",
    "historical_cold",
    "undefined",
];
const NO_PATTERN: u8 = 8;
const UNDEFINED: u8 = 17;
/// Where the cold ones begin.
const COLD: u8 = 9;

/// Category of a course: 1 for a hot step, -1 for a cold one, 0 for neither, the latest last.
///
/// At least nine tenths of the steps hot: `historical` where the last is not, else `intensifying` or `diminishing` where the
/// trend says so at `alpha`, else `persistent`. Fewer, and the last is hot: `oscillating` where a step was ever cold, else
/// `new` or `consecutive` where no step before the last run was hot, else `sporadic`. Cold ones likewise.
///
/// # References
/// Esri, How Emerging Hot Spot Analysis works (ArcGIS Pro documentation).
#[must_use]
pub fn category(course: &[i8], trend: &MannKendall, alpha: f64) -> u8 {
    let Some(&last) = course.last() else { return UNDEFINED };
    if trend.p.is_nan() {
        return UNDEFINED;
    }
    let trend = if trend.p <= alpha { trend.z } else { 0.0 };
    for sign in [1_i8, -1] {
        let base = if sign == 1 { 0 } else { COLD };
        let times = course.iter().filter(|&&c| c == sign).count();
        let rising = trend * f64::from(sign);
        if times * 10 >= course.len() * 9 {
            return base
                + match last == sign {
                    false => 7,
                    true if rising > 0.0 => 2,
                    true if rising < 0.0 => 4,
                    true => 3,
                };
        }
    }
    if last == 0 {
        return NO_PATTERN;
    }
    let times = course.iter().filter(|&&c| c == last).count();
    let run = course.iter().rev().take_while(|&&c| c == last).count();
    let base = if last == 1 { 0 } else { COLD };
    base + match (course.contains(&-last), times == run, run) {
        (true, ..) => 6,
        (false, true, 1) => 0,
        (false, true, _) => 1,
        (false, false, _) => 5,
    }
}
