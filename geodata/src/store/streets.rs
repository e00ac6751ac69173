//! Writing and reading streets: a source's streets are those of its newest file.

use std::collections::HashSet;

use rusqlite::types::Value;
use rusqlite::{Connection, params};

use super::import::{Outcome, Session};
use super::places::{optional, put, text};
use super::read_places::{self, get};
use super::{Store, blob};
use crate::error::Result;
use crate::model::Street;

/// Writes the streets of a source in the open transaction, and deletes its others.
pub(super) fn replace(tx: &Connection, session: &Session, rows: &[Street]) -> rusqlite::Result<Result<Outcome>> {
    let source = &session.source_id;
    let kept: HashSet<&str> = rows.iter().map(|s| s.id.as_str()).collect();
    let mut there = tx.prepare("SELECT fid, id FROM streets WHERE source = ?1")?;
    let there = there.query_map([source], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?)))?;
    let mut gone = vec![];
    for row in there {
        let (fid, id) = row?;
        if !kept.contains(id.as_str()) {
            gone.push(fid);
        }
    }
    let mut delete = tx.prepare("DELETE FROM streets WHERE fid = ?1")?;
    for fid in &gone {
        delete.execute(params![fid])?;
    }
    let put = put(tx, session.id, "streets", rows, |s| {
        let rest = vec![
            ("geom", Value::Blob(blob::line_string(&s.line))),
            ("name", optional(s.name.as_deref())),
            ("class", optional(s.class.as_deref())),
        ];
        Ok((vec![("source", text(source)), ("id", text(&s.id))], rest))
    })?;
    Ok(put.map(|outcome| Outcome { removed: gone.len() as u64, ..outcome }))
}

impl Store {
    /// Every street.
    ///
    /// # Errors
    /// The file cannot be read, or holds a line that is none.
    pub(crate) fn streets(&self) -> Result<Vec<Street>> {
        let found = self.each("streets", "source, id, name, class, geom", |r| {
            let Some(line) = get::<Option<Vec<u8>>>(r, 4)? else { return Ok(None) };
            let line = blob::read_line_string(&line)?;
            let (source, id) = (read_places::text(r, 0)?, read_places::text(r, 1)?);
            Ok(Some(Street { source, id, name: get(r, 2)?, class: get(r, 3)?, line }))
        })?;
        Ok(found.into_iter().flatten().collect())
    }
}
