//! The only readable result that crosses the border of the library.

use crate::error::{Error, Result};
use crate::model::Tier;
use crate::table::{Analysis, Cell, Column, Shapes, State, Table, Texts};

/// A value that disclosure control has let through for a tier. Only this library makes one.
///
/// ```compile_fail
/// // Rows cannot be read from outside: a table has no public fields.
/// fn leak(t: &geodata::table::Table) -> usize { t.columns.len() }
/// ```
/// ```compile_fail
/// // Nor can anyone else declare a value released.
/// fn forge<T>(value: T) -> geodata::disclosure::Released<T> {
///     geodata::disclosure::Released { value, tier: geodata::disclosure::Tier::Public }
/// }
/// ```
/// ```compile_fail
/// // An incident cannot be printed.
/// fn print(i: &geodata::model::Incident) { println!("{i:?}"); }
/// ```
pub struct Released<T> {
    value: T,
    tier: Tier,
}

impl<T> Released<T> {
    pub(crate) fn new(value: T, tier: Tier) -> Self {
        Self { value, tier }
    }

    /// The tier it was released for.
    #[must_use]
    pub fn tier(&self) -> Tier {
        self.tier
    }

    /// The value, to write or draw.
    #[must_use]
    pub fn get(&self) -> &T {
        &self.value
    }
}

impl Released<Table> {
    /// The shapes, one a row.
    #[must_use]
    pub fn shapes(&self) -> &Shapes {
        &self.value.shapes
    }

    /// Stable feature ids, one a row, where the rows have some of their own (cells are named by their frame).
    #[must_use]
    pub fn ids(&self) -> Option<&Texts> {
        self.value.ids.as_ref()
    }

    /// The columns.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.value.columns
    }

    /// The states, one a row.
    #[must_use]
    pub fn states(&self) -> &[State] {
        &self.value.states
    }

    /// The value of a column in a row, as every format writes it: nothing where a number is not told.
    #[must_use]
    pub fn cell<'a>(&'a self, column: &'a Column, row: usize) -> Cell<'a> {
        column.cell(row, self.value.states.get(row).copied())
    }

    /// Whether the numbers of a row are told.
    #[must_use]
    pub fn tells_numbers(&self, row: usize) -> bool {
        self.value.states.get(row).is_some_and(|s| s.tells_numbers())
    }

    /// How the answer came about.
    #[must_use]
    pub fn analysis(&self) -> &Analysis {
        &self.value.analysis
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.value.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Some of the rows, in the order of `rows`; what is no row is left out.
    #[must_use]
    pub fn only(self, rows: &[usize]) -> Self {
        Self { value: self.value.only(rows), tier: self.tier }
    }

    /// The rows of this page and of the next one, released for the same tier, as one table.
    ///
    /// # Errors
    /// Pages of different lists, or released for different tiers.
    pub fn followed_by(mut self, next: Self) -> Result<Self> {
        if self.tier != next.tier {
            return Err(Error::invalid("pages of different tiers cannot be joined", "ask for both as one caller"));
        }
        self.value.append(next.value)?;
        Ok(self)
    }
}
