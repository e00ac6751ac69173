//! The value table of a layer, and the protobuf primitives it needs.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

use super::column::Column;

/// Stands for "no value in this row".
pub(super) const NONE: u32 = u32::MAX;

/// Counts below this find their index in an array instead of a hash map.
const DENSE: usize = 4096;

/// Numbers of the fields of a value message.
const TEXT: u8 = 1;
const FLOAT: u8 = 2;
const DOUBLE: u8 = 3;
const UINT: u8 = 5;

/// Field of a layer that holds a value message.
const VALUES: u8 = 4 << 3 | 2;

/// Distinct values of a layer in the order in which they were first used, already as protobuf.
pub(super) struct ValueTable<'a> {
    pub(super) bytes: Vec<u8>,
    len: u32,
    small: Vec<u32>,
    scalars: HashMap<(u8, u64), u32, Mixing>,
    texts: HashMap<&'a str, u32>,
}

impl<'a> ValueTable<'a> {
    pub(super) fn new() -> Self {
        let scalars = HashMap::with_hasher(Mixing(RandomState::new().hash_one(0)));
        Self { bytes: Vec::new(), len: 0, small: Vec::new(), scalars, texts: HashMap::new() }
    }

    /// Index of the value of each of some rows; [`NONE`] where a row has no value or does not tell it.
    pub(super) fn indices(&mut self, column: &Column<'a>, told: Option<&[bool]>, rows: &[u32]) -> Vec<u32> {
        let Some(told) = told else { return self.told(column, rows) };
        // What is not told must not even enter the table of values.
        let tells = |row: &u32| told.get(*row as usize) == Some(&true);
        let some: Vec<u32> = rows.iter().copied().filter(tells).collect();
        let mut found = self.told(column, &some).into_iter();
        rows.iter().map(|row| if tells(row) { found.next().unwrap_or(NONE) } else { NONE }).collect()
    }

    fn told(&mut self, column: &Column<'a>, rows: &[u32]) -> Vec<u32> {
        match *column {
            Column::Count(values) => {
                self.small.resize(DENSE, NONE);
                each(rows, values, |&value| self.count(value))
            }
            Column::Number(values) => {
                self.scalars.reserve(rows.len());
                self.bytes.reserve(rows.len() * 11);
                // In 4 bytes where they hold every number exactly: clients give a column one type, not each number.
                let fits = |value: &f64| !value.is_finite() || f64::from(*value as f32) == *value;
                let is_short = rows.iter().filter_map(|&row| values.get(row as usize)).all(fits);
                each(rows, values, |&value| self.number(value, is_short))
            }
            Column::Class(words, values) => {
                let mut known = vec![NONE; words.len()];
                each(rows, values, |&class| {
                    let Some(slot) = known.get_mut(usize::from(class)) else { return NONE };
                    if *slot == NONE {
                        *slot = words.get(usize::from(class)).map_or(NONE, |word| self.text(word));
                    }
                    *slot
                })
            }
            Column::Text(values) => each(rows, values, |value| if value.is_empty() { NONE } else { self.text(value) }),
        }
    }

    fn count(&mut self, value: u32) -> u32 {
        let next = self.len;
        let index = match self.small.get_mut(value as usize) {
            Some(slot) => {
                if *slot == NONE {
                    *slot = next;
                }
                *slot
            }
            None => *self.scalars.entry((UINT, u64::from(value))).or_insert(next),
        };
        if index == next {
            self.len += 1;
            self.bytes.extend_from_slice(&[VALUES, 1 + varint_len(u64::from(value)), UINT << 3]);
            varint(&mut self.bytes, u64::from(value));
        }
        index
    }

    fn number(&mut self, value: f64, is_short: bool) -> u32 {
        if !value.is_finite() {
            return NONE;
        }
        let short = value as f32;
        let key = if is_short { (FLOAT, u64::from(short.to_bits())) } else { (DOUBLE, value.to_bits()) };
        let next = self.len;
        let index = *self.scalars.entry(key).or_insert(next);
        if index == next {
            self.len += 1;
            if is_short {
                self.bytes.extend_from_slice(&[VALUES, 5, FLOAT << 3 | 5]);
                self.bytes.extend_from_slice(&short.to_le_bytes());
            } else {
                self.bytes.extend_from_slice(&[VALUES, 9, DOUBLE << 3 | 1]);
                self.bytes.extend_from_slice(&value.to_le_bytes());
            }
        }
        index
    }

    fn text(&mut self, value: &'a str) -> u32 {
        let next = self.len;
        let index = *self.texts.entry(value).or_insert(next);
        if index == next {
            self.len += 1;
            let len = value.len() as u64;
            self.bytes.push(VALUES);
            varint(&mut self.bytes, 1 + u64::from(varint_len(len)) + len);
            delimited(&mut self.bytes, TEXT, value.as_bytes());
        }
        index
    }
}

fn each<'v, T>(rows: &[u32], values: &'v [T], mut index: impl FnMut(&'v T) -> u32) -> Vec<u32> {
    rows.iter().map(|&row| values.get(row as usize).map_or(NONE, &mut index)).collect()
}

/// A hasher for the scalars: one multiplication a word, seeded anew for every layer so that data cannot be made to
/// collide. The standard one is four times slower, which shows when every cell has its own number.
struct Mixing(u64);

impl BuildHasher for Mixing {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        Self(self.0)
    }
}

impl Hasher for Mixing {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(u64::from(byte)));
    }

    fn write_u8(&mut self, value: u8) {
        self.write_u64(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        let wide = u128::from(self.0 ^ value) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (wide >> 64) as u64 ^ wide as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Appends a number, seven bits a byte, least first.
pub(super) fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Bytes that a number takes.
fn varint_len(value: u64) -> u8 {
    ((64 - (value | 1).leading_zeros()).div_ceil(7)) as u8
}

/// Small numbers of either sign become small numbers without one.
pub(super) fn zigzag(value: i32) -> u64 {
    u64::from(((value << 1) ^ (value >> 31)).cast_unsigned())
}

/// Appends a field of bytes with its number and length.
pub(super) fn delimited(out: &mut Vec<u8>, field: u8, bytes: &[u8]) {
    out.push(field << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}
