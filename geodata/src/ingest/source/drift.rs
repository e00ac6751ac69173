//! A header that is nearly a built-in source's: which columns are missing, which are not known, and what to do.

use std::path::Path;

use super::describe::Source;
use super::find::Header;
use super::fold::{fold, nearest};
use super::load::{SOURCES, names_people};
use crate::error::Error;
use crate::ingest::{map, read};

/// Columns of a fingerprint that must be there for a file to be nearly of the source, besides two thirds of them.
const LEAST: usize = 3;
/// Columns that one sentence names.
const NAMED: usize = 12;

/// The error that names the source whose fingerprint a file has most of; `None` where it is of none.
pub(super) fn nearly(header: &Header, path: &Path) -> Option<Error> {
    let share = |source: &Source| {
        let there = source.header.iter().filter(|w| header.has(w)).count();
        (there >= LEAST && 3 * there >= 2 * source.header.len()).then(|| there as f64 / source.header.len() as f64)
    };
    let (_, source) = SOURCES
        .iter()
        .filter_map(|s| Some((share(s)?, s)))
        .max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.header.len().cmp(&b.1.header.len())))?;
    let (needed, read) = map::fits(source, &header.names, header.geometry, path);
    let is_known = |at: usize| {
        let name = &header.folded[at];
        let listed = source.header.iter().chain(&source.drop).flat_map(|w| w.split('|')).any(|w| fold(w) == *name);
        read.get(at) == Some(&true) || listed || names_people(&header.names[at])
    };
    let new: Vec<&str> =
        (0..header.names.len()).filter(|at| !is_known(*at)).map(|at| header.names[at].as_str()).collect();
    let missing = source.header.iter().filter(|w| !header.has(w)).map(|w| {
        let name = w.split('|').next().unwrap_or(w);
        // A word more or less is likelier than a typing error.
        let holds = |n: &&&str| fold(n).contains(&fold(name)) || fold(name).contains(&fold(n));
        let near = new.iter().find(holds).copied().or_else(|| nearest(name, new.iter().copied()));
        let near = near.map_or_else(String::new, |n| format!(" (now {n:?}?)"));
        format!("{name:?}{near}")
    });
    let what = format!(
        "{} is nearly of the source {} ({}), but its header has changed: it has no column {}",
        path.display(),
        source.id,
        source.title,
        missing.collect::<Vec<_>>().join(", ")
    );
    let unknown = if new.is_empty() {
        String::new()
    } else {
        let dots = if new.len() > NAMED { ", ..." } else { "" };
        format!("columns that it does not read: {}{dots}; ", read::shorten(&new[..new.len().min(NAMED)].join(", ")))
    };
    let own = "`urbansafety sources new FILE -o MY.toml` drafts a source of your own";
    let to_do = match needed {
        Ok(()) => format!("all that it needs is there: --source {} takes the file as it is, or {own}", source.id),
        Err(e) => format!("it needs what is missing ({}): {own}", e.what),
    };
    Some(Error::invalid(what, format!("{unknown}{to_do}")))
}
