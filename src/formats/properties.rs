//! The properties of rows as JSON. What all rows of a document share, names and common texts, is written once and copied.

use std::io;

use geodata::disclosure::Released;
use geodata::table::{Cell, Column, Table, Values};
use serde::Serialize;

use super::places::named;

/// The columns of a table, ready to be written row by row.
pub(super) struct Properties<'a> {
    table: &'a Released<Table>,
    columns: Vec<Written<'a>>,
    tells: Tells,
}

/// What a row has besides its columns, where no column has that name.
struct Tells {
    key: bool,
    name: bool,
    state: bool,
}

/// A column with what is the same in many rows.
struct Written<'a> {
    column: &'a Column,
    /// The name with its colon.
    key: Vec<u8>,
    /// The texts that rows share, and the number of each row's.
    shared: Option<(Vec<Vec<u8>>, &'a [u32])>,
}

impl<'a> Properties<'a> {
    /// Of a table.
    pub(super) fn of(table: &'a Released<Table>) -> io::Result<Self> {
        let is_free = |name: &str| table.columns().iter().all(|c| c.name != name);
        let key = named(table, 0).is_none_or(|(key, _, _)| is_free(key));
        let columns = table.columns().iter().map(Written::of).collect::<io::Result<_>>()?;
        Ok(Self { table, columns, tells: Tells { key, name: is_free("name"), state: is_free("state") } })
    }

    /// Writes those of a row as an object.
    pub(super) fn write(&self, row: usize, out: &mut Vec<u8>) -> io::Result<()> {
        let start = out.len();
        if let Some((key, id, name)) = named(self.table, row) {
            if self.tells.key {
                member(out, key, &id)?;
            }
            if let Some(name) = name.filter(|_| self.tells.name) {
                member(out, "name", name)?;
            }
        }
        for written in &self.columns {
            out.push(b',');
            out.extend_from_slice(&written.key);
            if let Some((texts, of_row)) = &written.shared
                && let Some(text) = of_row.get(row).and_then(|&n| texts.get(n as usize))
            {
                out.extend_from_slice(text);
                continue;
            }
            match self.table.cell(written.column, row) {
                Cell::Count(n) => serde_json::to_writer(&mut *out, &n)?,
                Cell::Number(x) => serde_json::to_writer(&mut *out, &x)?,
                Cell::Word(word) => serde_json::to_writer(&mut *out, word)?,
                // Undefined or withheld is null.
                Cell::Nothing => out.extend_from_slice(b"null"),
            }
        }
        if let Some(state) = self.table.states().get(row).filter(|_| self.tells.state) {
            member(out, "state", state.name())?;
        }
        // The comma before the first becomes the brace; of none there is none.
        match out.get_mut(start) {
            Some(first) => *first = b'{',
            None => out.push(b'{'),
        }
        out.push(b'}');
        Ok(())
    }
}

impl<'a> Written<'a> {
    fn of(column: &'a Column) -> io::Result<Self> {
        let mut key = serde_json::to_vec(column.name)?;
        key.push(b':');
        let shared = match &column.values {
            Values::Shared(texts, of_row) => {
                let text = |text: &String| match text.as_str() {
                    "" => Ok(b"null".to_vec()),
                    text => serde_json::to_vec(text),
                };
                Some((texts.iter().map(text).collect::<Result<_, _>>()?, &of_row[..]))
            }
            _ => None,
        };
        Ok(Self { column, key, shared })
    }
}

/// Writes a member of an object, with a comma before it; the name needs no escape.
pub(super) fn member(out: &mut Vec<u8>, name: &'static str, value: &(impl Serialize + ?Sized)) -> io::Result<()> {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    serde_json::to_writer(out, value).map_err(io::Error::from)
}
