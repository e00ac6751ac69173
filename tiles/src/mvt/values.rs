//! The value table of a directly written layer, and the protobuf primitives it needs.

use std::collections::HashMap;

use super::column::{Column, number};
use fast_mvt::MvtValueRef;

/// Stands for "no value in this row".
pub(super) const NONE: u32 = u32::MAX;

/// Counts below this find their index in an array instead of a hash map.
const DENSE: usize = 4096;

/// Distinct values of a layer in the order in which they were first used, already as protobuf.
pub(super) struct ValueTable<'a> {
    pub(super) bytes: Vec<u8>,
    len: u32,
    small: Vec<u32>,
    scalars: HashMap<(u8, u64), u32>,
    texts: HashMap<&'a str, u32>,
}

impl<'a> ValueTable<'a> {
    pub(super) fn new() -> Self {
        Self { bytes: Vec::new(), len: 0, small: vec![NONE; DENSE], scalars: HashMap::new(), texts: HashMap::new() }
    }

    /// Index of the value of each row; [`NONE`] where a row has no value.
    pub(super) fn indices(&mut self, column: &Column<'a>) -> Vec<u32> {
        match *column {
            Column::Count(values) => values.iter().map(|&value| self.count(value)).collect(),
            Column::Number(values) => values.iter().map(|&value| self.number(value)).collect(),
            Column::Class(words, values) => {
                let mut known = vec![NONE; words.len()];
                let mut index = |class: u8| {
                    let Some(slot) = known.get_mut(usize::from(class)) else { return NONE };
                    if *slot == NONE {
                        *slot = words.get(usize::from(class)).map_or(NONE, |word| self.text(word));
                    }
                    *slot
                };
                values.iter().map(|&class| index(class)).collect()
            }
            Column::Text(values) => {
                values.iter().map(|value| if value.is_empty() { NONE } else { self.text(value) }).collect()
            }
        }
    }

    fn count(&mut self, value: u32) -> u32 {
        let known = self.small.get(value as usize).copied();
        if let Some(index) = known.filter(|&index| index != NONE) {
            return index;
        }
        if known.is_none()
            && let Some(&index) = self.scalars.get(&(5, u64::from(value)))
        {
            return index;
        }
        let mut field = vec![5 << 3];
        varint(&mut field, u64::from(value));
        let index = self.push(&field);
        match self.small.get_mut(value as usize) {
            Some(slot) => *slot = index,
            None => _ = self.scalars.insert((5, u64::from(value)), index),
        }
        index
    }

    fn number(&mut self, value: f64) -> u32 {
        if !value.is_finite() {
            return NONE;
        }
        // Field numbers 2 and 3 of a value: float and double, both of fixed width.
        let (key, mut field) = match number(value) {
            MvtValueRef::Float(short) => ((2, u64::from(short.to_bits())), vec![2 << 3 | 5]),
            _ => ((3, value.to_bits()), vec![3 << 3 | 1]),
        };
        if let Some(&index) = self.scalars.get(&key) {
            return index;
        }
        let width = if key.0 == 2 { 4 } else { 8 };
        field.extend_from_slice(key.1.to_le_bytes().get(..width).unwrap_or_default());
        let index = self.push(&field);
        self.scalars.insert(key, index);
        index
    }

    fn text(&mut self, value: &'a str) -> u32 {
        if let Some(&index) = self.texts.get(value) {
            return index;
        }
        let mut field = Vec::with_capacity(value.len() + 6);
        delimited(&mut field, 1, value.as_bytes());
        let index = self.push(&field);
        self.texts.insert(value, index);
        index
    }

    /// Appends a value message as field 4 of the layer.
    fn push(&mut self, field: &[u8]) -> u32 {
        delimited(&mut self.bytes, 4, field);
        self.len += 1;
        self.len - 1
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

/// Small numbers of either sign become small numbers without one.
pub(super) fn zigzag(value: i32) -> u64 {
    u64::from(((value << 1) ^ (value >> 31)).cast_unsigned())
}

/// Appends a field of bytes with its number and length.
pub(super) fn delimited(out: &mut Vec<u8>, field: u32, bytes: &[u8]) {
    varint(out, u64::from(field << 3 | 2));
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}
