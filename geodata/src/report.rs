//! What an import did: rows in and out, what was set aside and why.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// A row that could not be used, with what a person needs to mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quarantined {
    /// Line in the file (1 is the header), or row number where the format has no lines.
    pub line: u64,
    /// Column at fault, or empty for the whole row.
    pub column: String,
    /// The value, cut to 200 characters.
    pub value: String,
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub hint: String,
}

/// The counts of one import; `import --json` prints it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Source description used.
    pub source: String,
    /// File name, without its folder.
    pub file: String,
    /// Rows read.
    pub read: u64,
    /// New rows written.
    pub stored: u64,
    /// Rows whose key was there with other content.
    pub updated: u64,
    /// Rows that were there already.
    pub unchanged: u64,
    /// Records of the source that are gone because the file, the whole of its source, has them no more.
    pub removed: u64,
    /// Rows set aside.
    pub quarantined: u64,
    /// Rows kept without a usable place.
    pub without_place: u64,
    /// Rows kept whose category has no ICCS code.
    pub unmapped_category: u64,
    /// Rows at a stand-in coordinate.
    pub default_point: u64,
    /// Rows left out because the source's description says so, by reason.
    pub left_out: BTreeMap<String, u64>,
    /// Rows whose time of day is the source's placeholder.
    pub placeholder_time: u64,
    /// Rows that repeat a key within the file.
    pub repeated_keys: u64,
    /// Columns that were dropped before anything was kept, by name.
    pub dropped_columns: Vec<String>,
    /// Why rows were set aside, with their number.
    pub reasons: BTreeMap<String, u64>,
    /// Categories without a code, with their number: the hundred most frequent.
    pub unmapped: BTreeMap<String, u64>,
    /// What the reader guessed or noticed, in sentences.
    pub notes: Vec<String>,
}

impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} as {}", self.file, self.source)?;
        let left_out: u64 = self.left_out.values().sum();
        for (name, n) in [
            ("rows read", self.read),
            ("stored", self.stored),
            ("updated", self.updated),
            ("unchanged", self.unchanged),
            ("removed", self.removed),
            ("quarantined", self.quarantined),
            ("left out", left_out),
            ("without a place", self.without_place),
            ("at a default point", self.default_point),
            ("category without ICCS code", self.unmapped_category),
            ("placeholder time", self.placeholder_time),
            ("repeated keys", self.repeated_keys),
        ] {
            writeln!(f, "  {n:>12}  {name}")?;
        }
        let list = |f: &mut fmt::Formatter<'_>, title: &str, counts: &BTreeMap<String, u64>| -> fmt::Result {
            if counts.is_empty() {
                return Ok(());
            }
            writeln!(f, "  {title}:")?;
            let mut rows: Vec<_> = counts.iter().collect();
            rows.sort_by_key(|(name, n)| (std::cmp::Reverse(**n), (*name).clone()));
            rows.into_iter().take(20).try_for_each(|(name, n)| writeln!(f, "    {n:>10}  {name}"))
        };
        list(f, "quarantined because", &self.reasons)?;
        list(f, "left out because", &self.left_out)?;
        list(f, "categories without ICCS code", &self.unmapped)?;
        if !self.dropped_columns.is_empty() {
            writeln!(f, "  columns dropped unread: {}", self.dropped_columns.join(", "))?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "  note: {note}"))
    }
}
