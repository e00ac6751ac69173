//! A row in which the source's words for nothing are nothing.

use geo_types::Geometry;

use super::super::read::{Cell, Row};

/// A row seen through the list of what stands for nothing.
pub(crate) struct Plain<'a> {
    pub row: &'a dyn Row,
    pub nothing: &'a [String],
}

impl Row for Plain<'_> {
    fn cell(&self, column: usize) -> Cell<'_> {
        match self.row.cell(column) {
            Cell::Text(t) if self.nothing.iter().any(|n| n.eq_ignore_ascii_case(t)) => Cell::Null,
            cell => cell,
        }
    }

    fn line(&self) -> u64 {
        self.row.line()
    }

    fn geometry(&self) -> Result<Option<Geometry<f64>>, String> {
        self.row.geometry()
    }
}
