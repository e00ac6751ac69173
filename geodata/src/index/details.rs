//! What a page tells of a record and no filter asks for, packed in the order of the ids: about ten bytes a record, so that a
//! page is put together without looking for its records in the file, where they lie far apart.

use std::collections::HashMap;
use std::hint::black_box;

/// Records that are unpacked together at most; the first stands whole, so that any can be reached.
const BLOCK: u32 = 16;
/// Bits of what a record has besides.
const HAS_AREA: u8 = 1;
const HAS_VICTIMS: u8 = 2;
const HAS_TIME: u8 = 4;

/// The details of one record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Detail<'a> {
    /// The source's own key.
    pub key: &'a str,
    /// Number of the profile.
    pub profile: u32,
    /// The area as recorded.
    pub area: Option<&'a str>,
    /// Number of victims.
    pub victims: u32,
    /// First civil second and the first after, where the index's clock cannot tell them.
    pub time: Option<(i64, i64)>,
}

/// Details of all records, as runs of ascending ids.
#[derive(Default)]
pub(crate) struct Details(Vec<Part>);

/// Details of a run of ascending ids.
#[derive(Default)]
pub(super) struct Part {
    bytes: Vec<u8>,
    /// First id of each block, and where it begins.
    blocks: Vec<(u32, usize)>,
    areas: Vec<String>,
    numbers: HashMap<String, u32>,
    last: Last,
}

/// The record that was added last.
#[derive(Default)]
struct Last {
    id: u32,
    key: Vec<u8>,
    /// Its place in its block, counted from one.
    place: u32,
    /// Number of the area that was recorded last.
    area: u32,
}

impl Part {
    /// Adds a record; its id is larger than those before.
    pub(super) fn push(&mut self, id: u32, detail: &Detail<'_>) {
        let begins = self.blocks.is_empty() || self.last.place == BLOCK;
        let shared = if begins { 0 } else { common(&self.last.key, detail.key.as_bytes()) };
        if begins {
            self.blocks.push((id, self.bytes.len()));
            self.last.place = 0;
            self.last.id = id;
        }
        self.last.place += 1;
        let has = |is: bool, bit: u8| if is { bit } else { 0 };
        let head = has(detail.area.is_some(), HAS_AREA)
            | has(detail.victims > 0, HAS_VICTIMS)
            | has(detail.time.is_some(), HAS_TIME);
        self.bytes.push(head);
        self.put(u64::from(id - self.last.id));
        self.put(u64::from(detail.profile));
        self.put(shared as u64);
        self.put((detail.key.len() - shared) as u64);
        self.bytes.extend_from_slice(&detail.key.as_bytes()[shared..]);
        if let Some(area) = detail.area {
            let number = self.number(area);
            self.put(number.into());
        }
        if detail.victims > 0 {
            self.put(detail.victims.into());
        }
        if let Some((from, to)) = detail.time {
            self.bytes.extend_from_slice(&from.to_le_bytes());
            self.bytes.extend_from_slice(&to.to_le_bytes());
        }
        self.last.id = id;
        self.last.key.truncate(shared);
        self.last.key.extend_from_slice(&detail.key.as_bytes()[shared..]);
    }

    fn number(&mut self, area: &str) -> u32 {
        // Rows of one area often follow one another.
        if self.areas.get(self.last.area as usize).is_some_and(|last| last == area) {
            return self.last.area;
        }
        self.last.area = self.number_of(area);
        self.last.area
    }

    fn number_of(&mut self, area: &str) -> u32 {
        if let Some(&number) = self.numbers.get(area) {
            return number;
        }
        let number = self.areas.len() as u32;
        self.areas.push(area.to_owned());
        self.numbers.insert(area.to_owned(), number);
        number
    }

    /// Seven bits a byte, the lowest first.
    fn put(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// About where the block of an id stands: ids ascend almost evenly.
    fn guess(&self, id: u32) -> Option<usize> {
        let (first, last) = (self.blocks.first()?.0, self.blocks.last()?.0);
        let (behind, span) = (u64::from(id.checked_sub(first)?), u64::from(last - first).max(1));
        Some((behind * (self.blocks.len() as u64 - 1) / span).min(self.blocks.len() as u64 - 1) as usize)
    }

    /// The block that holds an id if any does. A guess is close: looking around it waits for memory two or three times,
    /// halving the whole nine.
    fn block_of(&self, id: u32) -> Option<usize> {
        let guess = self.guess(id)?;
        let (mut low, mut high, mut step) = (guess, guess + 1, 1);
        while self.blocks[low].0 > id {
            high = low;
            low = low.saturating_sub(step);
            step *= 2;
        }
        while self.blocks.get(high).is_some_and(|b| b.0 <= id) {
            low = high;
            high += step;
            step *= 2;
        }
        let around = &self.blocks[low..high.min(self.blocks.len())];
        (low + around.partition_point(|b| b.0 <= id)).checked_sub(1)
    }

    fn find<'a>(&'a self, id: u32, block: usize, key: &'a mut Vec<u8>) -> Option<Detail<'a>> {
        let (mut here, start) = *self.blocks.get(block)?;
        let end = self.blocks.get(block + 1).map_or(self.bytes.len(), |b| b.1);
        let mut packed = Packed(self.bytes.get(start..end)?);
        key.clear();
        while !packed.0.is_empty() {
            let head = packed.byte()?;
            here += packed.number()? as u32;
            if here > id {
                return None;
            }
            let profile = packed.number()? as u32;
            key.truncate(packed.number()? as usize);
            let more = packed.number()? as usize;
            key.extend_from_slice(packed.take(more)?);
            let area = if head & HAS_AREA != 0 { self.areas.get(packed.number()? as usize) } else { None };
            let victims = if head & HAS_VICTIMS != 0 { packed.number()? as u32 } else { 0 };
            let time = if head & HAS_TIME != 0 { Some((packed.whole()?, packed.whole()?)) } else { None };
            if here == id {
                let key = std::str::from_utf8(key).ok()?;
                return Some(Detail { key, profile, area: area.map(String::as_str), victims, time });
            }
        }
        None
    }

    fn close(&mut self) {
        self.bytes.shrink_to_fit();
        self.blocks.shrink_to_fit();
        self.numbers = HashMap::new();
        self.last = Last::default();
    }
}

/// How many bytes both begin with.
fn common(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// Bytes on their way out of a block; `None` where they end too soon.
struct Packed<'a>(&'a [u8]);

impl<'a> Packed<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u64> {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
            shift += 7;
        }
    }

    fn whole(&mut self) -> Option<i64> {
        let bytes = self.take(8)?;
        Some(i64::from_le_bytes(bytes.try_into().ok()?))
    }
}

impl Details {
    /// From parts in the order of their ids.
    pub(super) fn new(parts: impl IntoIterator<Item = Part>) -> Self {
        let mut parts: Vec<Part> = parts.into_iter().filter(|p| !p.blocks.is_empty()).collect();
        parts.iter_mut().for_each(Part::close);
        Self(parts)
    }

    /// Calls `each` with those of every record, by ids and in their order. What is looked at for one stands far from what is
    /// looked at for the next: memory is asked for all of them at once and waited for together.
    pub(super) fn find(&self, ids: &[u32], mut each: impl FnMut(usize, Option<Detail<'_>>)) {
        let part = |id: u32| self.0.partition_point(|p| p.blocks[0].0 <= id).checked_sub(1).map(|part| &self.0[part]);
        let parts: Vec<Option<&Part>> = ids.iter().map(|&id| part(id)).collect();
        let guessed = parts.iter().zip(ids).filter_map(|(part, &id)| Some((*part)?.blocks[(*part)?.guess(id)?].0));
        // Not the answer is wanted, but that what it is read from be near afterwards.
        black_box(guessed.fold(0, |all, first| all ^ first));
        let blocks: Vec<Option<(&Part, usize)>> =
            parts.iter().zip(ids).map(|(part, &id)| Some(((*part)?, (*part)?.block_of(id)?))).collect();
        black_box(blocks.iter().flatten().fold(0, |all, (part, block)| all ^ part.bytes[part.blocks[*block].1]));
        let mut key = Vec::new();
        for (n, (&id, block)) in ids.iter().zip(blocks).enumerate() {
            each(n, block.and_then(|(part, block)| part.find(id, block, &mut key)));
        }
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        let part =
            |p: &Part| p.bytes.len() + size_of_val(&p.blocks[..]) + p.areas.iter().map(String::len).sum::<usize>();
        self.0.iter().map(part).sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Own = (String, u32, Option<String>, u32, Option<(i64, i64)>);

    fn detail(of: &Own) -> Detail<'_> {
        Detail { key: &of.0, profile: of.1, area: of.2.as_deref(), victims: of.3, time: of.4 }
    }

    proptest! {
        #[test]
        fn what_is_put_in_comes_out_and_nothing_else(
            rows in prop::collection::vec(
                (1_u32..400, ("(HX|é|ß)?[0-9]{0,4}", 0_u32..70_000, prop::option::of("[a-c]"), 0_u32..300,
                    prop::option::of((any::<i64>(), any::<i64>())))),
                0..90,
            ),
            cut in 0_usize..90,
        ) {
            let mut id = 0;
            let rows: Vec<(u32, Own)> = rows.into_iter().map(|(step, own)| { id += step; (id, own) }).collect();
            let (low, high) = rows.split_at(cut.min(rows.len()));
            let part = |rows: &[(u32, Own)]| {
                let mut part = Part::default();
                rows.iter().for_each(|(id, own)| part.push(*id, &detail(own)));
                part
            };
            let details = Details::new([part(low), part(high)]);
            let asked: Vec<u32> = (0..=id + 1).collect();
            let mut told = 0;
            details.find(&asked, |n, found| {
                let expected = rows.iter().find(|(id, _)| *id == asked[n]).map(|(_, own)| detail(own));
                assert_eq!(found, expected);
                told += 1;
            });
            prop_assert_eq!(told, asked.len());
        }
    }

    #[test]
    fn a_running_number_takes_few_bytes() {
        let mut part = Part::default();
        for id in 0..10_000_u32 {
            let key = format!("{}", 10_000_000 + id);
            part.push(id, &Detail { key: &key, profile: id % 100, area: None, victims: 0, time: None });
        }
        let bytes = Details::new([part]).bytes();
        assert!(bytes < 85_000, "{bytes}");
    }
}
