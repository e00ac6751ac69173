//! Finds the columns that a source names in the header of a file.

use std::collections::HashMap;
use std::path::Path;

use super::super::source::fold::{fold, nearest};
use crate::error::{Error, Result};

/// The header of one file.
pub(crate) struct Columns<'a> {
    by_name: HashMap<String, usize>,
    names: &'a [String],
    path: &'a Path,
    wanted: Vec<bool>,
}

impl<'a> Columns<'a> {
    pub(crate) fn new(names: &'a [String], path: &'a Path) -> Self {
        let mut by_name = HashMap::new();
        for (i, name) in names.iter().enumerate() {
            // Of two columns with one name the first counts, as in every reader the field uses.
            by_name.entry(fold(name)).or_insert(i);
        }
        Self { by_name, names, path, wanted: vec![false; names.len()] }
    }

    /// The column of a name with its alternatives, `A|B`, and notes that it will be read.
    pub(crate) fn find(&mut self, name: &str) -> Option<usize> {
        let found = name.split('|').find_map(|n| self.by_name.get(&fold(n)).copied())?;
        self.wanted[found] = true;
        Some(found)
    }

    pub(crate) fn find_opt(&mut self, name: Option<&String>) -> Option<usize> {
        name.and_then(|n| self.find(n))
    }

    /// The header, in folded form, with the place of each column.
    pub(crate) fn folded(&self) -> impl Iterator<Item = (&str, usize)> {
        self.by_name.iter().map(|(name, at)| (name.as_str(), *at))
    }

    /// Notes that a column will be read.
    pub(crate) fn want(&mut self, at: usize) {
        if let Some(wanted) = self.wanted.get_mut(at) {
            *wanted = true;
        }
    }

    /// All columns of a list that are there.
    pub(crate) fn find_all(&mut self, names: &[String]) -> Vec<usize> {
        names.iter().filter_map(|n| self.find(n)).collect()
    }

    /// The column, or an error that names it and what is there.
    pub(crate) fn need(&mut self, name: &str, what: &str) -> Result<usize> {
        self.find(name).ok_or_else(|| self.missing(name, what))
    }

    /// The error for a column that is not there.
    pub(crate) fn missing(&self, name: &str, what: &str) -> Error {
        let first = name.split('|').next().unwrap_or(name);
        let near = nearest(first, self.names.iter().map(String::as_str));
        let hint = near.map_or_else(String::new, |n| format!("did you mean {n:?}? "));
        Error::invalid(
            format!("{} has no column {first:?} ({what})", self.path.display()),
            format!("{hint}its columns are {}; check --source", self.listed()),
        )
    }

    fn listed(&self) -> String {
        let mut list = self.names.iter().take(40).cloned().collect::<Vec<_>>().join(", ");
        if self.names.len() > 40 {
            list.push_str(", ...");
        }
        super::super::read::shorten(&list)
    }

    /// Which columns will be read.
    pub(crate) fn wanted(&self) -> &[bool] {
        &self.wanted
    }
}
