//! Equal time steps within a period, as far as the records reach.

use jiff::civil::DateTime;
use jiff::{Span, ToSpan};

use super::of_city;
use super::params::{Domain, Parameter};
use super::records::{Records, Series};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::model::{Interval, LocalTime};

/// The parameter of methods that work by steps.
pub(crate) const STEP: Parameter = Parameter {
    name: "step",
    unit: "",
    default: "month",
    domain: Domain::Word(&["7d", "14d", "28d", "30d", "month", "quarter"]),
    words: "Length of a time step, in days or by the calendar; a last step that is not whole is left out",
};

/// A step may reach this share of its length past the first or last day on record: a small city has days without any.
const SLACK: f64 = 0.1;
/// Where more of the incidents are known less finely than a step, the steps would show the gaps in what is known.
const MOST_TOO_COARSE: f64 = 0.1;

/// Steps one after the other, and what to say about them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Steps {
    pub steps: Vec<Interval>,
    pub warnings: Vec<String>,
}

fn span(step: &str, n: i64) -> Option<Span> {
    match step {
        "month" => Span::new().try_months(n),
        "quarter" => Span::new().try_months(n.checked_mul(3)?),
        days => Span::new().try_days(n.checked_mul(days.strip_suffix('d')?.parse().ok()?)?),
    }
    .ok()
}

/// The first moment of the day, month or quarter that holds a moment.
fn beginning(step: &str, t: DateTime) -> DateTime {
    let date = t.date();
    let month = match step {
        "month" => date.first_of_month(),
        "quarter" => date.with().month((date.month() - 1) / 3 * 3 + 1).day(1).build().unwrap_or(date),
        _ => date,
    };
    month.into()
}

/// The whole steps of a period (everything on record where none is asked for) that the records cover.
///
/// # Errors
/// No record; not a whole step.
pub(crate) fn steps(asked: Option<Interval>, on_record: Option<Interval>, step: &str) -> Result<Steps> {
    let nothing = || Error::invalid("there is no incident on record", "import incidents first");
    let data = on_record.ok_or_else(nothing)?;
    let (Some(first), Some(last)) = (data.from.civil(), data.to.civil()) else { return Err(nothing()) };
    let data_from = LocalTime::from_civil(first.date().into());
    let data_to = match last.date().checked_add(1.day()) {
        Ok(next) if last.time() != jiff::civil::Time::midnight() => LocalTime::from_civil(next.into()),
        _ => LocalTime::from_civil(last.date().into()),
    };
    let begin = LocalTime::from_civil(beginning(step, first));
    let period = asked.unwrap_or(Interval { from: begin, to: data_to });
    // Steps are counted from where the question begins, or from the first records where it begins before them.
    let anchor = if period.from < begin { begin } else { period.from };
    let too_far = || Error::invalid("the period reaches past the calendar", "take a period within the years 1 to 9998");
    let anchor = anchor.civil().ok_or_else(too_far)?;
    let at = |n: i64| span(step, n).and_then(|s| anchor.checked_add(s).ok()).map(LocalTime::from_civil);
    let is_covered = |i: &Interval| {
        let missing = (data_from.0 - i.from.0).max(0) + (i.to.0 - data_to.0).max(0);
        missing as f64 <= SLACK * i.seconds() as f64
    };
    let (mut steps, mut warnings, mut left_out) = (Vec::new(), Vec::new(), 0);
    let mut n = 0;
    while let (Some(from), Some(to)) = (at(n), at(n + 1)) {
        if from >= period.to || from >= data_to {
            break;
        }
        let step = Interval { from, to };
        if to <= period.to && is_covered(&step) {
            steps.push(step)
        } else {
            left_out += 1
        }
        n += 1;
    }
    let (Some(begins), Some(ends)) = (steps.first(), steps.last()) else {
        return Err(Error::invalid(
            format!("there is no whole step of {step} in the period that the records cover"),
            format!("records reach over {}: take a longer period or a shorter step", of_city::period(data)),
        ));
    };
    if left_out > 0 {
        let used = of_city::period(Interval { from: begins.from, to: ends.to });
        warnings.push(format!(
            "steps at the ends that are not whole, or that the records do not cover, are left out ({left_out} of {step}): {used} \
             is used"
        ));
    }
    if period.from < begin || data_to < period.to && ends.to < period.to && left_out == 0 {
        let reach = of_city::period(data);
        warnings.push(format!("the records do not cover the whole period that was asked for: they reach over {reach}"));
    }
    Ok(Steps { steps, warnings })
}

/// The counts of a city by place and step; the record of the answer says which steps, and what was left out.
///
/// # Errors
/// Fewer than `least` steps; incidents known too coarsely for them; what counting by step refuses; a stopped request.
pub(crate) fn series(records: &Records<'_>, step: &str, least: usize, cancel: &Cancel) -> Result<Series> {
    let Steps { steps, mut warnings } = steps(records.query().period, records.snapshot.period(), step)?;
    if steps.len() < least {
        return Err(Error::invalid(
            format!("the period has {} whole steps of {step}, and at least {least} are needed", steps.len()),
            "take a longer period or a shorter step",
        ));
    }
    let mut series = records.series(&steps, cancel)?;
    let known = series.field.record.included;
    if series.too_coarse as f64 > MOST_TOO_COARSE * (known + series.too_coarse) as f64 {
        return Err(Error::invalid(
            format!(
                "the time of {} of {} incidents is known less finely than a step of {step}",
                series.too_coarse,
                known + series.too_coarse
            ),
            "the data give months or years: ask for step=month or step=quarter",
        ));
    }
    if series.too_coarse > 0 {
        warnings.push(format!("{} incidents are in no step: their time is known less finely", series.too_coarse));
    }
    let record = &mut series.field.record;
    record.warnings.append(&mut warnings);
    record.parameters.insert("steps".into(), steps.len().into());
    Ok(series)
}

/// The day on which a step begins, for the axis of a plot.
pub(crate) fn label(step: &Interval) -> String {
    step.from.civil().map_or_else(String::new, |t| t.date().to_string())
}

#[cfg(test)]
#[path = "steps_tests.rs"]
mod tests;
