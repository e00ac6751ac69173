//! The attributes of a shapefile (`.dbf`): fields of a fixed width, in the encoding that the file or its `.cpg` names.

use std::io::{self, Read};

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::cell::Cell;
use crate::ingest::map::days_from_civil;

/// What a field holds.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
    Date,
    Logical,
    /// Whole number of four bytes.
    Int,
    /// Floating number of eight bytes.
    Double,
    /// Julian day and milliseconds.
    Moment,
    /// Kept in another file.
    Elsewhere,
}

struct Field {
    from: usize,
    to: usize,
    kind: Kind,
}

/// A value of the row at hand; texts are ranges of its buffer.
#[derive(Clone)]
enum Value {
    Null,
    Text(usize, usize),
    Int(i64),
    Float(f64),
    Bool(bool),
    Day(i64),
    Civil(i64),
}

/// An open table of attributes, at one row.
pub(super) struct Attributes<R> {
    reader: R,
    pub columns: Vec<String>,
    pub notes: Vec<String>,
    /// Rows that the header counts.
    pub count: u64,
    fields: Vec<Field>,
    encoding: &'static Encoding,
    record: Vec<u8>,
    values: Vec<Value>,
    text: String,
}

const DAY: i64 = 86_400;
/// The Julian day of 1970-01-01.
const JULIAN_1970: i64 = 2_440_588;

impl<R: Read> Attributes<R> {
    /// Reads the header; `told` is the encoding that a source or a `.cpg` names.
    pub(super) fn open(mut reader: R, told: Option<&str>) -> io::Result<Self> {
        let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
        let mut head = [0_u8; 32];
        reader.read_exact(&mut head)?;
        let u16_at = |at: usize| usize::from(u16::from_le_bytes([head[at], head[at + 1]]));
        let count = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
        let (header, width) = (u16_at(8), u16_at(10));
        if header < 33 || width == 0 {
            return Err(wrong("its header is no table's"));
        }
        let mut rest = vec![0_u8; header - 32];
        reader.read_exact(&mut rest)?;
        let mut notes = vec![];
        let encoding = encoding(told, head[29], &mut notes);
        let (mut columns, mut fields, mut from) = (vec![], vec![], 1);
        for described in rest.chunks_exact(32).take_while(|d| d[0] != 0x0d) {
            let name = described[..11].split(|b| *b == 0).next().unwrap_or_default();
            let length = usize::from(described[16]);
            let kind = match (described[11].to_ascii_uppercase(), length) {
                (b'C' | b'V', _) => Kind::Text,
                (b'N' | b'F', _) => Kind::Number,
                (b'D', 8) => Kind::Date,
                (b'L', 1) => Kind::Logical,
                (b'I' | b'+', 4) => Kind::Int,
                (b'O' | b'B', 8) => Kind::Double,
                (b'T' | b'@', 8) => Kind::Moment,
                _ => Kind::Elsewhere,
            };
            let name = decode(encoding, name).trim().to_owned();
            if matches!(kind, Kind::Elsewhere) {
                notes.push(format!("column {name} is kept outside of the .dbf and was not read"));
            }
            columns.push(name);
            fields.push(Field { from, to: from + length, kind });
            from += length;
        }
        if from > width {
            return Err(wrong("its columns are wider than its rows"));
        }
        let values = vec![Value::Null; fields.len()];
        Ok(Self {
            reader,
            columns,
            notes,
            count,
            fields,
            encoding,
            record: vec![0; width],
            values,
            text: String::new(),
        })
    }

    /// Reads the next row; tells whether it is there and not deleted.
    pub(super) fn next(&mut self, wanted: &[bool]) -> io::Result<bool> {
        self.reader.read_exact(&mut self.record)?;
        self.text.clear();
        for (at, field) in self.fields.iter().enumerate() {
            let bytes = self.record.get(field.from..field.to).filter(|_| wanted.get(at) == Some(&true));
            self.values[at] = bytes.map_or(Value::Null, |b| value(field.kind, b, self.encoding, &mut self.text));
        }
        Ok(self.record.first() != Some(&b'*'))
    }

    pub(super) fn cell(&self, column: usize) -> Cell<'_> {
        match self.values.get(column) {
            None | Some(Value::Null) => Cell::Null,
            Some(Value::Text(from, to)) => self.text.get(*from..*to).map_or(Cell::Null, Cell::text),
            Some(Value::Int(i)) => Cell::Int(*i),
            Some(Value::Float(f)) => Cell::Float(*f),
            Some(Value::Bool(b)) => Cell::Bool(*b),
            Some(Value::Day(s)) => Cell::Day(*s),
            Some(Value::Civil(s)) => Cell::Civil(*s),
        }
    }
}

fn decode<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> std::borrow::Cow<'a, str> {
    // What is not UTF-8 though it should be was written on an old machine.
    match (encoding == UTF_8, std::str::from_utf8(bytes)) {
        (true, Ok(text)) => text.into(),
        (true, Err(_)) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        (false, _) => encoding.decode_without_bom_handling(bytes).0,
    }
}

fn value(kind: Kind, bytes: &[u8], encoding: &'static Encoding, text: &mut String) -> Value {
    let mut keep = |words: &str| {
        let from = text.len();
        text.push_str(words);
        if words.is_empty() { Value::Null } else { Value::Text(from, text.len()) }
    };
    let word = || decode(encoding, bytes).trim_matches(['\0', ' ', '\t', '\r', '\n']).to_owned();
    match kind {
        Kind::Text => keep(&word()),
        Kind::Number => {
            let word = word();
            // Stars stand for a number that did not fit.
            if word.starts_with('*') {
                return Value::Null;
            }
            match (word.parse::<i64>(), word.parse::<f64>()) {
                (Ok(i), _) => Value::Int(i),
                (_, Ok(f)) if f.is_finite() => Value::Float(f),
                _ => keep(&word),
            }
        }
        Kind::Date => {
            let word = word();
            if word.bytes().all(|b| b == b'0') {
                return Value::Null;
            }
            let part = |from: usize, to: usize| word.get(from..to).and_then(|p| p.parse::<u32>().ok());
            match (part(0, 4), part(4, 6), part(6, 8)) {
                (Some(y), Some(m), Some(d)) if word.len() == 8 => {
                    days_from_civil(i64::from(y), m, d).map_or_else(|| keep(&word), |days| Value::Day(days * DAY))
                }
                _ => keep(&word),
            }
        }
        Kind::Logical => match bytes {
            b"T" | b"t" | b"Y" | b"y" => Value::Bool(true),
            b"F" | b"f" | b"N" | b"n" => Value::Bool(false),
            _ => Value::Null,
        },
        Kind::Int => bytes.first_chunk().map_or(Value::Null, |b| Value::Int(i32::from_le_bytes(*b).into())),
        Kind::Double => {
            let number = bytes.first_chunk().map_or(f64::NAN, |b| f64::from_le_bytes(*b));
            if number.is_finite() { Value::Float(number) } else { Value::Null }
        }
        Kind::Moment => match bytes.as_chunks::<4>().0 {
            [day, ms] => match (i64::from(i32::from_le_bytes(*day)), i64::from(i32::from_le_bytes(*ms))) {
                (0, _) => Value::Null,
                (day, ms) => Value::Civil((day - JULIAN_1970) * DAY + ms.div_euclid(1000)),
            },
            _ => Value::Null,
        },
        Kind::Elsewhere => Value::Null,
    }
}

/// The encoding that is told, or that the header's language byte means, or UTF-8.
fn encoding(told: Option<&str>, language: u8, notes: &mut Vec<String>) -> &'static Encoding {
    let label = match (told, language) {
        (Some(told), _) => told.trim().to_ascii_lowercase(),
        (None, 0x03 | 0x57..=0x59) => "1252".to_owned(),
        (None, 0x01) => "437".to_owned(),
        (None, 0x02) => "850".to_owned(),
        (None, 0x26 | 0x65) => "866".to_owned(),
        (None, 0x4d) => "936".to_owned(),
        (None, 0x4e) => "949".to_owned(),
        (None, 0x4f) => "950".to_owned(),
        (None, 0x7b) => "932".to_owned(),
        (None, 0xc8) => "1250".to_owned(),
        (None, 0xc9) => "1251".to_owned(),
        (None, 0xca) => "1254".to_owned(),
        (None, 0xcb) => "1253".to_owned(),
        _ => return UTF_8,
    };
    if let Some(known) = Encoding::for_label(label.as_bytes()) {
        return known;
    }
    let number = label.trim_start_matches(|c: char| !c.is_ascii_digit());
    let web = match number {
        "65001" => "utf-8".to_owned(),
        "932" => "shift_jis".to_owned(),
        "936" => "gbk".to_owned(),
        "949" => "euc-kr".to_owned(),
        "950" => "big5".to_owned(),
        "866" => "ibm866".to_owned(),
        latin if latin.starts_with("8859") => format!("iso-8859-{}", latin[4..].trim_start_matches(['-', '_'])),
        other => format!("windows-{other}"),
    };
    Encoding::for_label(web.as_bytes()).unwrap_or_else(|| {
        notes.push(format!(
            "the attributes are in encoding {label:?}, which is not known, and were read as UTF-8 or Windows-1252; give format.encoding if letters are wrong"
        ));
        UTF_8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_found_by_the_names_that_programs_write() {
        let of = |told: Option<&str>, language| {
            let mut notes = vec![];
            let name = encoding(told, language, &mut notes).name();
            (name, notes.len())
        };
        assert_eq!(of(Some("UTF-8"), 0), ("UTF-8", 0));
        assert_eq!(of(Some("ANSI 1252"), 0), ("windows-1252", 0));
        assert_eq!(of(Some("88592"), 0), ("ISO-8859-2", 0));
        assert_eq!(of(Some("ISO 8859-15"), 0), ("ISO-8859-15", 0));
        assert_eq!(of(None, 0x7b), ("Shift_JIS", 0));
        assert_eq!(of(None, 0x02), ("UTF-8", 1));
        assert_eq!(of(None, 0), ("UTF-8", 0));
    }
}
