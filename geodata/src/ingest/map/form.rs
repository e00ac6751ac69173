//! Dates in a fixed form, parsed without allocation: a form is compiled once to tokens.

use crate::error::{Error, Result};
use crate::model::TimePrecision;

/// A compiled form such as `%m/%d/%Y %I:%M:%S %p`.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    tokens: Vec<Token>,
    precision: TimePrecision,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token {
    Year,
    Month,
    MonthName,
    Day,
    Hour24,
    Hour12,
    Minute,
    /// With a fraction, if there is one.
    Second,
    AmPm,
    Offset,
    /// Any digits, for parts of a second.
    Digits,
    /// Hour and minute without a mark between, whose leading zeros may be missing: `5` is 00:05, `930` is 09:30.
    HourMinute,
    /// Seconds since 1970 in UTC, or milliseconds where there are more than eleven digits.
    Unix,
    Literal(u8),
}

/// A civil time as written, and the offset from UTC where it has one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stamp {
    /// Civil seconds since 1970.
    pub seconds: i64,
    /// Seconds east of UTC.
    pub offset: Option<i32>,
    pub precision: TimePrecision,
}

impl Form {
    /// Compiles `%Y %m %b %d %H %I %M %S %f %p %z %s` and literals; `%H%M` without a mark between reads numbers such as `5` or `930`.
    pub(crate) fn compile(text: &str) -> Result<Self> {
        let wrong = |what: String| {
            Error::invalid(
                format!("time form {text:?}: {what}"),
                "use %Y %m %b %d %H %I %M %S %f %p %z %s and the characters between them",
            )
        };
        let mut tokens = vec![];
        let mut bytes = text.bytes();
        while let Some(b) = bytes.next() {
            tokens.push(if b == b'%' {
                match bytes.next() {
                    Some(b'Y') => Token::Year,
                    Some(b'm') => Token::Month,
                    Some(b'b') => Token::MonthName,
                    Some(b'd') => Token::Day,
                    Some(b'H') => Token::Hour24,
                    Some(b'I') => Token::Hour12,
                    Some(b'M') => Token::Minute,
                    Some(b'S') => Token::Second,
                    Some(b'p') => Token::AmPm,
                    Some(b'z') => Token::Offset,
                    Some(b'f') => Token::Digits,
                    Some(b's') => Token::Unix,
                    Some(b'%') => Token::Literal(b'%'),
                    other => return Err(wrong(format!("%{} is not known", char::from(other.unwrap_or(b' '))))),
                }
            } else {
                Token::Literal(b)
            });
        }
        if let Some(at) = tokens.windows(2).position(|w| w == [Token::Hour24, Token::Minute])
            && tokens.get(at + 2) != Some(&Token::Second)
        {
            tokens.splice(at..at + 2, [Token::HourMinute]);
        }
        let has = |t: Token| tokens.contains(&t);
        let precision = if has(Token::Minute) || has(Token::HourMinute) || has(Token::Unix) {
            TimePrecision::Minute
        } else if has(Token::Hour24) || has(Token::Hour12) {
            TimePrecision::Hour
        } else if has(Token::Day) {
            TimePrecision::Day
        } else if has(Token::Month) || has(Token::MonthName) {
            TimePrecision::Month
        } else {
            TimePrecision::Year
        };
        if has(Token::Hour12) != has(Token::AmPm) {
            return Err(wrong("%I and %p belong together".into()));
        }
        Ok(Self { tokens, precision })
    }

    pub(crate) fn has_year(&self) -> bool {
        self.tokens.contains(&Token::Year) || self.tokens.contains(&Token::Unix)
    }

    /// `None` unless the whole text is in the form and is a date of the calendar.
    pub(crate) fn parse(&self, text: &str) -> Option<Stamp> {
        let mut rest = text.as_bytes();
        let (mut year, mut month, mut day) = (1970i64, 1u32, 1u32);
        let (mut hour, mut minute, mut second) = (0u32, 0u32, 0u32);
        let (mut twelve, mut pm, mut offset) = (false, false, None);
        for token in &self.tokens {
            match token {
                Token::Literal(b) => rest = rest.strip_prefix(&[*b])?,
                Token::Year => year = i64::from(number(&mut rest, 4, 4)?),
                Token::Month => month = number(&mut rest, 1, 2)?,
                Token::MonthName => month = month_name(&mut rest)?,
                Token::Day => day = number(&mut rest, 1, 2)?,
                Token::Hour24 => hour = number(&mut rest, 1, 2)?,
                Token::Hour12 => {
                    hour = number(&mut rest, 1, 2)?;
                    twelve = true;
                }
                Token::Minute => minute = number(&mut rest, 1, 2)?,
                Token::Second => {
                    second = number(&mut rest, 1, 2)?;
                    if let Some(fraction) = rest.strip_prefix(b".") {
                        let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
                        rest = &fraction[digits..];
                    }
                }
                Token::AmPm => {
                    pm = rest.first()?.eq_ignore_ascii_case(&b'p');
                    (pm || rest[0].eq_ignore_ascii_case(&b'a')).then_some(())?;
                    rest = rest.get(1..)?.strip_prefix(b".").unwrap_or(&rest[1..]);
                    rest.first()?.eq_ignore_ascii_case(&b'm').then_some(())?;
                    rest = rest[1..].strip_prefix(b".").unwrap_or(&rest[1..]);
                }
                Token::Digits => {
                    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
                    rest = &rest[digits..];
                }
                Token::Offset => offset = Some(utc_offset(&mut rest)?),
                Token::HourMinute => {
                    let digits = number(&mut rest, 1, 4)?;
                    (hour, minute) = (digits / 100, digits % 100);
                }
                Token::Unix => {
                    let stamp: i64 = std::str::from_utf8(rest).ok()?.parse().ok()?;
                    let seconds = if rest.len() > 11 { stamp.div_euclid(1000) } else { stamp };
                    return Some(Stamp { seconds, offset: Some(0), precision: self.precision });
                }
            }
        }
        if twelve {
            (1..=12).contains(&hour).then_some(())?;
            hour = hour % 12 + if pm { 12 } else { 0 };
        }
        // A leap second is the last second of its minute.
        let second = if second == 60 { 59 } else { second };
        let sound = rest.is_empty() && hour < 24 && minute < 60 && second < 60;
        sound.then_some(())?;
        let days = days_from_civil(year, month, day)?;
        let seconds = days * 86_400 + i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        Some(Stamp { seconds, offset, precision: self.precision })
    }
}

/// Reads `least` to `most` digits.
fn number(rest: &mut &[u8], least: usize, most: usize) -> Option<u32> {
    let digits = rest.iter().take(most).take_while(|b| b.is_ascii_digit()).count();
    (digits >= least).then_some(())?;
    let (head, tail) = rest.split_at(digits);
    *rest = tail;
    Some(head.iter().fold(0, |n, b| n * 10 + u32::from(b - b'0')))
}

fn month_name(rest: &mut &[u8]) -> Option<u32> {
    const NAMES: [&[u8; 3]; 12] =
        [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
    let letters = rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let start: [u8; 3] = rest.get(..3)?.to_ascii_lowercase().try_into().ok()?;
    let month = NAMES.iter().position(|n| **n == start)?;
    *rest = &rest[letters..];
    Some(month as u32 + 1)
}

fn utc_offset(rest: &mut &[u8]) -> Option<i32> {
    let (sign, tail) = match rest.split_first()? {
        (b'Z' | b'z', tail) => {
            *rest = tail;
            return Some(0);
        }
        (b'+', tail) => (1, tail),
        (b'-', tail) => (-1, tail),
        _ => return None,
    };
    let mut tail = tail;
    let hours = number(&mut tail, 2, 2)?;
    tail = tail.strip_prefix(b":").unwrap_or(tail);
    let minutes = if tail.is_empty() { 0 } else { number(&mut tail, 2, 2)? };
    *rest = tail;
    (hours <= 15 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60) as i32)
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar; `None` where there is no such day.
pub(crate) fn days_from_civil(year: i64, month: u32, day: u32) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    (1..=length).contains(&day).then_some(())?;
    // Hinnant's algorithm: years begin in March, so that the leap day is the last.
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = i64::from((153 * ((month + 9) % 12) + 2) / 5 + day - 1);
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LocalTime;

    fn read(form: &str, text: &str) -> Option<String> {
        let stamp = Form::compile(form).expect("form").parse(text)?;
        LocalTime(stamp.seconds).civil().map(|t| t.to_string())
    }

    #[test]
    fn the_forms_of_the_portals() {
        let chicago = "%m/%d/%Y %I:%M:%S %p";
        assert_eq!(read(chicago, "07/01/2016 12:57:00 AM").as_deref(), Some("2016-07-01T00:57:00"));
        assert_eq!(read(chicago, "7/1/2016 12:00:00 PM").as_deref(), Some("2016-07-01T12:00:00"));
        assert_eq!(read(chicago, "02/30/2016 12:00:00 PM"), None);
        assert_eq!(read(chicago, "07/01/2016 13:00:00 PM"), None);
        assert_eq!(read("%Y-%m", "2018-11").as_deref(), Some("2018-11-01T00:00:00"));
        assert_eq!(read("%Y-%m-%d", "2018-11-01 10"), None);
        assert_eq!(read("%d-%b-%Y %H:%M", "03-March-2019 24:00"), None);
        assert_eq!(read("%d-%b-%Y %H:%M", "03-March-2019 23:59").as_deref(), Some("2019-03-03T23:59:00"));
        assert_eq!(read("%Y-%m-%dT%H:%M:%S", "2015-12-31T23:01:00.000").as_deref(), Some("2015-12-31T23:01:00"));
        assert_eq!(read("%m/%d/%Y %I:%M %p", "1/2/2020 1:05 p.m.").as_deref(), Some("2020-01-02T13:05:00"));
    }

    #[test]
    fn numbers_are_read_as_clocks_and_stamps() {
        let clock = |text: &str| Form::compile("%H%M").expect("form").parse(text).map(|s| s.seconds / 60);
        assert_eq!((clock("1"), clock("45"), clock("930"), clock("2359")), (Some(1), Some(45), Some(570), Some(1439)));
        assert_eq!((clock("2400"), clock("75"), clock("-5"), clock("12345")), (None, None, None, None));
        assert_eq!(read("%Y%m%d%H%M", "201607010930").as_deref(), Some("2016-07-01T09:30:00"));
        assert_eq!(read("%s", "1388552400000").as_deref(), Some("2014-01-01T05:00:00"));
        assert_eq!(read("%s", "1388552400").as_deref(), Some("2014-01-01T05:00:00"));
        assert_eq!(read("%s", "soon"), None);
    }

    #[test]
    fn an_offset_is_read() {
        let form = Form::compile("%Y-%m-%dT%H:%M:%S%z").expect("form");
        assert_eq!(form.parse("2016-07-01T00:00:00Z").and_then(|s| s.offset), Some(0));
        assert_eq!(form.parse("2016-07-01T00:00:00-05:30").and_then(|s| s.offset), Some(-19_800));
        assert!(form.parse("2016-07-01T00:00:00").is_none());
    }

    #[test]
    fn days_agree_with_the_calendar() {
        for days in (-800_000i64..800_000).step_by(97) {
            let Some(t) = LocalTime(days * 86_400).civil() else { continue };
            let (y, m, d) = (i64::from(t.year()), t.month() as u32, t.day() as u32);
            assert_eq!(days_from_civil(y, m, d), Some(days), "{t}");
        }
    }

    #[test]
    fn a_wrong_form_is_named() {
        assert!(Form::compile("%Q").is_err());
        assert!(Form::compile("%I:%M").is_err());
    }
}
