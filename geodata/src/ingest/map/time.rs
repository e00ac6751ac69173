//! When a row happened: an interval on the clock of the source, as fine as the source says and no finer.

use jiff::tz::TimeZone;

use super::super::read::{Cell, Row};
use super::super::source::Source;
use super::columns::Columns;
use super::form::{Form, Stamp, days_from_civil};
use super::parts;
use super::reject::Reject;
use crate::error::{Error, Result};
use crate::model::{Interval, LocalTime, Quality, TimeBasis, TimePrecision};

/// The time of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct When {
    pub interval: Interval,
    pub precision: TimePrecision,
    /// Bits of [`Quality`].
    pub quality: u16,
}

/// The time columns of one file.
pub(crate) struct Times {
    columns: Vec<usize>,
    /// Year, month, day, hour, minute, where they have columns of their own.
    parts: Vec<usize>,
    clock: Option<usize>,
    until: Option<usize>,
    until_clock: Option<usize>,
    utc: Option<usize>,
    forms: Vec<Form>,
    clock_forms: Vec<Form>,
    /// Seconds of the day that stand for an unknown time.
    placeholders: Vec<i64>,
    /// First second inside and first second after.
    bounds: (i64, i64),
    zone: TimeZone,
    pub basis: TimeBasis,
}

const DAY: i64 = 86_400;

impl Times {
    pub(crate) fn bind(source: &Source, columns: &mut Columns<'_>) -> Result<Self> {
        let time = source.time.as_ref().ok_or_else(|| {
            Error::invalid(
                format!("source {} says nothing about time", source.id),
                "add a [time] table with columns and forms",
            )
        })?;
        let found = columns.find_all(&time.columns);
        let parts = time.parts.iter().map(|p| columns.need(p, "a part of the time")).collect::<Result<Vec<_>>>()?;
        if found.is_empty() && parts.is_empty() {
            let first = time.columns.first().map_or("date", |c| c);
            return Err(columns.missing(first, "time"));
        }
        let compiled = time.forms.iter().map(|f| Form::compile(f)).collect::<Result<Vec<_>>>()?;
        let (forms, clock_forms) = compiled.into_iter().partition(Form::has_year);
        let zone = if source.zone.is_empty() { "UTC" } else { &source.zone };
        let zone = TimeZone::get(zone)
            .map_err(|e| Error::invalid(format!("zone {zone:?}: {e}"), "use an IANA name such as America/Chicago"))?;
        let placeholders = time
            .placeholders
            .iter()
            .map(|p| {
                let known = ["%H:%M", "%H:%M:%S"].iter().filter_map(|f| Form::compile(f).ok()?.parse(p)).next();
                known.map(|s| s.seconds.rem_euclid(DAY)).ok_or_else(|| {
                    Error::invalid(format!("placeholder {p:?} is no time of day"), "write it as 00:00 or 00:00:00")
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let [first, last] = time.years.unwrap_or([1800, 2200]);
        let start = |year: i16| days_from_civil(i64::from(year), 1, 1).unwrap_or(0) * DAY;
        Ok(Self {
            columns: found,
            parts,
            clock: columns.find_opt(time.clock.as_ref()),
            until: columns.find_opt(time.until.as_ref()),
            until_clock: columns.find_opt(time.until_clock.as_ref()),
            utc: columns.find_opt(time.utc.as_ref()),
            forms,
            clock_forms,
            placeholders,
            bounds: (start(first), start(last.saturating_add(1))),
            zone,
            basis: time.basis,
        })
    }

    pub(crate) fn read(&self, row: &dyn Row) -> std::result::Result<When, Reject> {
        let (column, mut stamp, mut quality) = self.start(row)?;
        self.add_clock(row, self.clock, &mut stamp, &mut quality)?;
        if !(self.bounds.0..self.bounds.1).contains(&stamp.seconds) {
            let hint = "outside the years of the source: correct the row, or widen time.years";
            return Err(Reject::new(column, row.cell(column), "the year cannot be right", hint));
        }
        quality |= self.compare(row, stamp);
        if let Some(until) = self.until.map(|c| (c, row.cell(c))).filter(|(_, cell)| !cell.is_null()) {
            let (column, cell) = until;
            let wrong = |reason| Reject::new(column, cell, reason, "correct the row, or add its form to time.forms");
            let (mut end, _) = self.stamp(cell).ok_or_else(|| wrong("is not a time in any of the source's forms"))?;
            self.add_clock(row, self.until_clock, &mut end, &mut quality)?;
            let end = end.seconds + length(end);
            let interval = Interval::new(LocalTime(stamp.seconds), LocalTime(end));
            let interval = interval.ok_or_else(|| wrong("the end is before the start"))?;
            // Within the precision of one stamp there is nothing between start and end.
            if interval.seconds() > length(stamp) {
                return Ok(When { interval, precision: TimePrecision::Interval, quality });
            }
        }
        let placeholder =
            stamp.precision == TimePrecision::Minute && self.placeholders.contains(&stamp.seconds.rem_euclid(DAY));
        if placeholder {
            quality |= Quality::PLACEHOLDER_TIME;
            stamp.precision = TimePrecision::Day;
        }
        let from = match stamp.precision {
            TimePrecision::Day => stamp.seconds.div_euclid(DAY) * DAY,
            TimePrecision::Hour => stamp.seconds.div_euclid(3600) * 3600,
            _ => stamp.seconds,
        };
        let interval = Interval { from: LocalTime(from), to: LocalTime(from + length(stamp)) };
        Ok(When { interval, precision: stamp.precision, quality })
    }

    /// The column that says when it began, and what it says.
    fn start(&self, row: &dyn Row) -> std::result::Result<(usize, Stamp, u16), Reject> {
        if let (Some(first), Some(stamp)) = (self.parts.first(), parts::moment(row, &self.parts)?) {
            return Ok((*first, stamp, 0));
        }
        let filled = self.columns.iter().map(|c| (*c, row.cell(*c))).find(|(_, cell)| !cell.is_null());
        let Some((column, cell)) = filled else {
            let hint = "a row without a time cannot be placed in any period";
            let first = self.columns.first().or(self.parts.first()).copied().unwrap_or(usize::MAX);
            return Err(Reject::new(first, Cell::Null, "no time", hint));
        };
        let (stamp, quality) = self.stamp(cell).ok_or_else(|| {
            Reject::new(column, cell, "is not a time in any of the source's forms", "add its form to time.forms")
        })?;
        Ok((column, stamp, quality))
    }

    /// Flags a row whose UTC column is another moment than its local ones.
    fn compare(&self, row: &dyn Row, local: Stamp) -> u16 {
        let Some(cell) = self.utc.map(|c| row.cell(c)).filter(|c| !c.is_null()) else { return 0 };
        let utc = self.stamp(cell).and_then(|(stamp, _)| match stamp.offset {
            Some(_) => Some(stamp.seconds),
            // Written without an offset it is UTC all the same.
            None => self.local(stamp.seconds),
        });
        let agrees = utc.is_some_and(|utc| (utc - local.seconds).abs() < length(local));
        if agrees { 0 } else { Quality::CLOCKS_DISAGREE }
    }

    /// The first form that fits, on the clock of the source.
    fn stamp(&self, cell: Cell<'_>) -> Option<(Stamp, u16)> {
        let (seconds, precision, utc) = match cell {
            Cell::Civil(s) => (s, TimePrecision::Minute, false),
            Cell::Day(s) => (s, TimePrecision::Day, false),
            Cell::Utc(s) => (s, TimePrecision::Minute, true),
            Cell::Text(text) => return self.parse(text),
            Cell::Null => return None,
            other => return self.parse(&other.to_text()?),
        };
        let seconds = if utc { self.local(seconds)? } else { seconds };
        Some((Stamp { seconds, offset: utc.then_some(0), precision }, 0))
    }

    fn parse(&self, text: &str) -> Option<(Stamp, u16)> {
        let text = text.trim();
        let (nth, mut stamp) = self.forms.iter().enumerate().find_map(|(n, f)| Some((n, f.parse(text)?)))?;
        if let Some(offset) = stamp.offset {
            stamp.seconds = self.local(stamp.seconds - i64::from(offset))?;
        }
        Some((stamp, if nth == 0 { 0 } else { Quality::OTHER_DATE_FORM }))
    }

    /// Civil seconds of a UTC second in the zone.
    fn local(&self, utc: i64) -> Option<i64> {
        let timestamp = jiff::Timestamp::from_second(utc).ok()?;
        Some(utc + i64::from(self.zone.to_offset(timestamp).seconds()))
    }

    /// The time of day from its own column; empty means that only the day is known.
    fn add_clock(
        &self,
        row: &dyn Row,
        column: Option<usize>,
        stamp: &mut Stamp,
        quality: &mut u16,
    ) -> std::result::Result<(), Reject> {
        let Some(column) = column else { return Ok(()) };
        let midnight = stamp.seconds.div_euclid(DAY) * DAY;
        let cell = row.cell(column);
        let number;
        let text = match cell {
            Cell::Null => {
                stamp.seconds = midnight;
                stamp.precision = TimePrecision::Day;
                return Ok(());
            }
            Cell::Text(text) => text,
            other => {
                number = other.to_text().unwrap_or_default();
                &number
            }
        };
        let parsed = self.clock_forms.iter().enumerate().find_map(|(n, f)| Some((n, f.parse(text)?)));
        let wrong = || Reject::new(column, cell, "is not a time of day", "add its form to time.forms");
        let (nth, clock) = parsed.ok_or_else(wrong)?;
        if nth > 0 {
            *quality |= Quality::OTHER_DATE_FORM;
        }
        stamp.seconds = midnight + clock.seconds.rem_euclid(DAY);
        stamp.precision = clock.precision;
        Ok(())
    }
}

/// Seconds that a stamp of its precision lasts.
fn length(stamp: Stamp) -> i64 {
    let days = || LocalTime(stamp.seconds).civil().map_or(30, |t| i64::from(t.date().days_in_month()));
    let year = || LocalTime(stamp.seconds).civil().map_or(365, |t| i64::from(t.date().days_in_year()));
    match stamp.precision {
        TimePrecision::Minute | TimePrecision::Interval => 60,
        TimePrecision::Hour => 3600,
        TimePrecision::Day => DAY,
        TimePrecision::Month => days() * DAY,
        TimePrecision::Year => year() * DAY,
    }
}
