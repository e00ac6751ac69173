//! A moment whose year, month, day, hour and minute have columns of their own.

use super::super::read::Row;
use super::form::{Stamp, days_from_civil};
use super::number::number;
use super::reject::Reject;
use crate::model::TimePrecision;

/// Precision by the number of parts that are filled.
const PRECISIONS: [TimePrecision; 5] =
    [TimePrecision::Year, TimePrecision::Month, TimePrecision::Day, TimePrecision::Hour, TimePrecision::Minute];

/// The moment in the columns, as fine as they are filled; `None` where not even the year is.
pub(crate) fn moment(row: &dyn Row, columns: &[usize]) -> Result<Option<Stamp>, Reject> {
    const HINT: &str = "correct the row, or name the columns in time.parts in the order year, month, day, hour, minute";
    let mut parts = [1970, 1, 1, 0, 0];
    let mut filled = 0;
    for (part, column) in parts.iter_mut().zip(columns) {
        let cell = row.cell(*column);
        let no_part = || Reject::new(*column, cell, "is not a part of a date", HINT);
        let Some(value) = number(cell, '.').map_err(|()| no_part())? else { break };
        let is_part = value.fract() == 0.0 && (0.0..10_000.0).contains(&value);
        *part = if is_part { value as i64 } else { return Err(no_part()) };
        filled += 1;
    }
    let Some(precision) = PRECISIONS[..filled].last() else { return Ok(None) };
    let [year, month, day, hour, minute] = parts;
    let days = days_from_civil(year, month as u32, day as u32).filter(|_| hour < 24 && minute < 60);
    let Some(days) = days else {
        let value = format!("{year}-{month}-{day} {hour}:{minute}");
        return Err(Reject { column: columns[0], value, reason: "there is no such moment".into(), hint: HINT });
    };
    let seconds = days * 86_400 + hour * 3600 + minute * 60;
    Ok(Some(Stamp { seconds, offset: None, precision: *precision }))
}
