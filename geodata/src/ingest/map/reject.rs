//! Why a row cannot be used, before the line is known.

use super::super::read::{Cell, shorten};
use crate::report::Quarantined;

/// A column, its value, what is wrong and what to do.
#[derive(Debug)]
pub(crate) struct Reject {
    pub column: usize,
    pub value: String,
    pub reason: String,
    pub hint: &'static str,
}

impl Reject {
    pub(crate) fn new(column: usize, cell: Cell<'_>, reason: impl Into<String>, hint: &'static str) -> Self {
        Self { column, value: cell.to_text().unwrap_or_default(), reason: reason.into(), hint }
    }

    /// The quarantine line.
    pub(crate) fn at(self, line: u64, columns: &[String]) -> Quarantined {
        Quarantined {
            line,
            column: columns.get(self.column).cloned().unwrap_or_default(),
            value: shorten(&self.value),
            reason: self.reason,
            hint: self.hint.to_string(),
        }
    }
}
