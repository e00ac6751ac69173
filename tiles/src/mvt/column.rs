//! Features as columns: a name, ids and properties, one value a row.

use crate::error::{Error, Result};
use crate::limits::MAX_FEATURES;

/// Values of a property, one a row.
#[derive(Debug, Clone, Copy)]
pub enum Column<'a> {
    /// Counts.
    Count(&'a [u32]),
    /// Numbers; one that is not finite is left out of its feature, since a client has no way to show it.
    Number(&'a [f64]),
    /// Words of a short list: an index into the list a row; an index beyond the list is left out.
    Class(&'a [&'a str], &'a [u8]),
    /// Texts; an empty one is left out.
    Text(&'a [String]),
}

impl Column<'_> {
    /// Number of rows.
    fn len(&self) -> usize {
        match self {
            Self::Count(values) => values.len(),
            Self::Number(values) => values.len(),
            Self::Class(_, values) => values.len(),
            Self::Text(values) => values.len(),
        }
    }
}

/// The rows of a layer: a name, ids and columns. [`cells`](Self::cells), [`points`](Self::points) and
/// [`outlines`](Self::outlines) give the rows their shapes and encode them.
#[derive(Debug, Clone)]
pub struct Features<'a> {
    pub(super) name: &'a str,
    pub(super) ids: Option<&'a [u64]>,
    pub(super) columns: Vec<Property<'a>>,
}

/// A declared property: its key, its values, and in which rows they are told.
#[derive(Debug, Clone)]
pub(super) struct Property<'a> {
    pub(super) key: &'a str,
    pub(super) values: Column<'a>,
    pub(super) told: Option<&'a [bool]>,
}

impl<'a> Features<'a> {
    /// Features of the layer of that name, so far without ids and properties.
    #[must_use]
    pub fn new(name: &'a str) -> Self {
        Self { name, ids: None, columns: Vec::new() }
    }

    /// Ids, one a row; clients keep integers up to 2^53 exactly.
    #[must_use]
    pub fn ids(mut self, ids: &'a [u64]) -> Self {
        self.ids = Some(ids);
        self
    }

    /// Declares a property. Keys appear in the tile in the order of declaration.
    #[must_use]
    pub fn column(mut self, key: &'a str, values: Column<'a>) -> Self {
        self.columns.push(Property { key, values, told: None });
        self
    }

    /// Declares a property that only some rows tell; the others have no such property, and their values are not in the
    /// tile.
    #[must_use]
    pub fn column_where(mut self, key: &'a str, values: Column<'a>, told: &'a [bool]) -> Self {
        self.columns.push(Property { key, values, told: Some(told) });
        self
    }

    /// That names are there and differ, and that every column has as many rows as there are shapes.
    pub(super) fn check(&self, rows: usize) -> Result<()> {
        if self.name.is_empty() {
            return Err(Error::new("layer", "\"\"", "a layer needs a name", "name it after the collection"));
        }
        if rows > MAX_FEATURES {
            let bound = format!("a layer takes at most {MAX_FEATURES} rows");
            return Err(Error::new("rows", rows, bound, "count by cells instead of sending rows"));
        }
        let ids = self.ids.map(|ids| ("id", ids.len()));
        let told = self.columns.iter().filter_map(|p| p.told.map(|told| (p.key, told.len())));
        let values = self.columns.iter().map(|p| (p.key, p.values.len()));
        for (key, len) in ids.into_iter().chain(values).chain(told) {
            if len != rows {
                let bound =
                    format!("column `{key}` of layer `{}` must have one value for each of {rows} shapes", self.name);
                return Err(Error::new("values", len, bound, "give every column the same rows as the shapes"));
            }
        }
        for (i, Property { key, .. }) in self.columns.iter().enumerate() {
            if key.is_empty() || self.columns.iter().take(i).any(|other| other.key == *key) {
                let bound = "keys of a layer are not empty and differ";
                return Err(Error::new("key", format!("\"{key}\""), bound, "give every column a name of its own"));
            }
        }
        Ok(())
    }
}
