//! One value of a row, without a copy.

use std::fmt::Write;

use geo_types::Geometry;

/// A value as the file holds it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cell<'a> {
    /// Nothing; an empty text counts as nothing too.
    Null,
    Text(&'a str),
    Int(i64),
    Float(f64),
    Bool(bool),
    /// Civil seconds since 1970 on the clock of the source.
    Civil(i64),
    /// Midnight of a day, in civil seconds since 1970.
    Day(i64),
    /// Seconds since 1970 in UTC.
    Utc(i64),
}

impl<'a> Cell<'a> {
    /// A trimmed text, nothing where it is empty.
    pub(crate) fn text(text: &'a str) -> Self {
        let text = text.trim();
        if text.is_empty() { Cell::Null } else { Cell::Text(text) }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Cell::Null)
    }

    /// Appends the value as people write it: whole floats without a point, so that `19.0` and `19` are the same key.
    pub(crate) fn write(&self, out: &mut String) {
        // Writing to a String cannot fail.
        let _ = match *self {
            Cell::Null => Ok(()),
            Cell::Text(t) => {
                out.push_str(t);
                Ok(())
            }
            Cell::Int(i) => {
                write_int(i, out);
                Ok(())
            }
            Cell::Float(f) if f.fract() == 0.0 && f.abs() < 1e15 => {
                write_int(f as i64, out);
                Ok(())
            }
            Cell::Float(f) => write!(out, "{f}"),
            Cell::Bool(b) => write!(out, "{b}"),
            Cell::Civil(s) | Cell::Day(s) | Cell::Utc(s) => match crate::model::LocalTime(s).civil() {
                Some(t) => write!(out, "{t}"),
                None => write!(out, "{s}"),
            },
        };
    }

    /// The value as a new text, `None` where there is nothing.
    pub(crate) fn to_text(self) -> Option<String> {
        if self.is_null() {
            return None;
        }
        let mut out = String::new();
        self.write(&mut out);
        Some(out)
    }
}

fn write_int(i: i64, out: &mut String) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = i.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if i < 0 {
        out.push('-');
    }
    digits[at..].iter().for_each(|d| out.push(char::from(*d)));
}

/// A row of an open file.
pub(crate) trait Row {
    /// The cell of a column; nothing where the column is beyond the row.
    fn cell(&self, column: usize) -> Cell<'_>;

    /// Line in the file, or row number.
    fn line(&self) -> u64;

    /// Its geometry in the file's own coordinates; the error says why it cannot be read.
    fn geometry(&self) -> std::result::Result<Option<Geometry<f64>>, String> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        let text = |c: Cell<'_>| c.to_text().unwrap_or_default();
        assert_eq!(text(Cell::Float(19.0)), "19");
        assert_eq!(text(Cell::Float(1.5)), "1.5");
        assert_eq!(text(Cell::Int(i64::MIN)), i64::MIN.to_string());
        assert_eq!(text(Cell::Int(0)), "0");
        assert_eq!(text(Cell::Civil(0)), "1970-01-01T00:00:00");
        assert_eq!(Cell::text("  ").to_text(), None);
    }
}
