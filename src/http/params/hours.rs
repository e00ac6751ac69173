//! `hours` and `weekdays`: lists and ranges, round midnight and the weekend too.

use crate::http::problem::{Answer, Problem};

const HOURS: &str = "hours 0 to 23, alone or as ranges: 0-5,22 or 22-4";
const DAYS: &str = "days mon to sun or 1 (Monday) to 7, alone or as ranges: mon-fri or 6,7";
pub(super) const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Hours of the day as bits 0 to 23.
///
/// # Errors
/// 400 with the value and the bound.
pub fn hours(text: &str) -> Answer<u32> {
    let read = |part: &str| part.parse::<u8>().ok().filter(|h| *h < 24);
    bits(text, 24, &read).ok_or_else(|| Box::new(Problem::parameter("hours", text, "hours cannot be read", HOURS)))
}

/// Days of the week as bits 0 (Monday) to 6.
///
/// # Errors
/// 400 with the value and the bound.
pub fn weekdays(text: &str) -> Answer<u8> {
    let read = |part: &str| {
        let lower = part.to_ascii_lowercase();
        let named = NAMES.iter().position(|n| *n == lower).map(|i| i as u8);
        named.or_else(|| part.parse::<u8>().ok().filter(|d| (1..=7).contains(d)).map(|d| d - 1))
    };
    bits(text, 7, &read)
        .and_then(|b| u8::try_from(b).ok())
        .ok_or_else(|| Box::new(Problem::parameter("weekdays", text, "weekdays cannot be read", DAYS)))
}

/// The set of a list of numbers below `n`, read by `read`; a range may go round the end.
fn bits(text: &str, n: u8, read: &dyn Fn(&str) -> Option<u8>) -> Option<u32> {
    let mut set = 0u32;
    for part in text.split(',') {
        let (first, last) = match part.trim().split_once('-') {
            Some((a, b)) => (read(a.trim())?, read(b.trim())?),
            None => (read(part.trim())?, read(part.trim())?),
        };
        let mut at = first;
        set |= 1 << at;
        while at != last {
            at = (at + 1) % n;
            set |= 1 << at;
        }
    }
    Some(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_ranges() {
        assert_eq!(hours("0-5,22").ok(), Some(0b111111 | 1 << 22));
        assert_eq!(hours("22-1").ok(), Some(0b11 | 0b11 << 22));
        assert_eq!(weekdays("mon,sat").ok(), Some(0b0100001));
        assert_eq!(weekdays("6-7").ok(), Some(0b1100000));
        assert_eq!(weekdays("sat-mon").ok(), Some(0b1100001));
        for bad in ["", "24", "-1", "1-", "a", "1,,2", "0--5"] {
            assert!(hours(bad).is_err(), "{bad}");
        }
        for bad in ["0", "8", "monday?", ""] {
            assert!(weekdays(bad).is_err(), "{bad}");
        }
    }
}
