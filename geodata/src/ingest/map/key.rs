//! What makes a record the same record at the next import: the source's key, or a hash of the row with its ordinal.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::xxh3_64;

use super::super::read::Row;
use super::super::source::{Repeats, Source};
use super::columns::Columns;
use crate::limits::MAX_WATCHED_KEYS;

/// The keys are hashes already.
#[derive(Default)]
pub(crate) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

type ByHash<V> = HashMap<u64, V, BuildHasherDefault<AsIs>>;

/// The key of a row.
pub(crate) struct Keyed {
    pub key: String,
    /// The key occurred before in this file.
    pub repeats: bool,
    /// Nothing differs from the row that had the key before.
    pub identical: bool,
}

/// The key columns of one file, and the keys seen in it.
pub(crate) struct Keys {
    groups: Vec<Vec<usize>>,
    also: Vec<usize>,
    chars: Option<usize>,
    repeats: Repeats,
    seen: ByHash<(u64, u32)>,
    later: HashSet<u64, BuildHasherDefault<AsIs>>,
    scratch: String,
}

impl Keys {
    pub(crate) fn bind(source: &Source, columns: &mut Columns<'_>) -> Self {
        let group = |names: &Vec<String>, columns: &mut Columns<'_>| {
            let found = columns.find_all(names);
            if found.len() == names.len() { found } else { vec![] }
        };
        Self {
            groups: source.key.columns.iter().map(|names| group(names, columns)).collect(),
            also: columns.find_all(&source.key.also),
            chars: source.key.chars,
            repeats: source.key.repeats,
            seen: ByHash::default(),
            later: HashSet::default(),
            scratch: String::new(),
        }
    }

    /// The source's key of a row, if it has one, and whether it is the first choice.
    pub(crate) fn own(&self, row: &dyn Row) -> Option<(String, bool)> {
        for (nth, group) in self.groups.iter().enumerate() {
            if group.is_empty() || group.iter().any(|c| row.cell(*c).is_null()) {
                continue;
            }
            let mut key = String::with_capacity(16);
            // A second choice must never be taken for a first.
            if nth > 0 {
                key.push_str(&format!("{}:", nth + 1));
            }
            for (i, column) in group.iter().enumerate() {
                if i > 0 {
                    key.push('/');
                }
                let start = key.len();
                row.cell(*column).write(&mut key);
                if let (0, Some(chars)) = (i, self.chars) {
                    let cut = key[start..].char_indices().nth(chars).map_or(key.len(), |(at, _)| start + at);
                    key.truncate(cut);
                }
            }
            return Some((key, nth == 0));
        }
        None
    }

    /// The key under which a row is kept. `content` is the hash of category, time and place, `row_hash` of all that is kept.
    pub(crate) fn key(&mut self, row: &dyn Row, content: u64, row_hash: u64) -> Keyed {
        if let Some((mut key, first_choice)) = self.own(row) {
            let hash = xxh3_64(key.as_bytes());
            let (nth, identical) = self.watch(hash, row_hash, row.line());
            // A second-choice key is not unique in any source that needs a second choice.
            let separate = self.repeats == Repeats::Separate || !first_choice;
            if separate && nth > 0 && !identical {
                key.push_str(&format!("#{}", nth + 1));
            }
            return Keyed { key, repeats: nth > 0, identical: identical && self.repeats != Repeats::Victims };
        }
        self.scratch.clear();
        self.also.iter().for_each(|c| {
            row.cell(*c).write(&mut self.scratch);
            self.scratch.push('\u{1f}');
        });
        let hash = xxh3_64(self.scratch.as_bytes()).rotate_left(17) ^ content;
        // Rows without a key that look the same are different incidents: their number in the file tells them apart.
        let (nth, _) = self.watch(hash, hash, row.line());
        Keyed { key: format!("h{hash:016x}#{}", nth + 1), repeats: false, identical: false }
    }

    /// How often the key occurred before, and whether with the same content. Past the limit the line is the number.
    fn watch(&mut self, hash: u64, row_hash: u64, line: u64) -> (u64, bool) {
        if let Some((first, n)) = self.seen.get_mut(&hash) {
            *n += 1;
            let nth = u64::from(*n);
            let identical = *first == row_hash || self.later.contains(&(hash ^ row_hash.rotate_left(29)));
            if !identical && self.later.len() < MAX_WATCHED_KEYS {
                self.later.insert(hash ^ row_hash.rotate_left(29));
            }
            return (nth, identical);
        }
        if self.seen.len() >= MAX_WATCHED_KEYS {
            // With a key of its own the row is taken for the first with it; without one its line tells it apart.
            return (if hash == row_hash { line } else { 0 }, false);
        }
        self.seen.insert(hash, (row_hash, 0));
        (0, false)
    }
}
