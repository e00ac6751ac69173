//! A record's key as 64 bits: the source's number above, and below it the key itself where it is a number, else its hash.
//!
//! Keys that are numbers stay in order, so that a file sorted by them appends to the index of keys: inserting at random
//! places costs four times as much. A hash may collide, so hashed keys are compared by their text as well.

use xxhash_rust::xxh3::xxh3_64;

/// Bits of the key below the source's number and the mark.
const KEY_BITS: u32 = 51;
/// Mark of a hashed key.
const HASHED: i64 = 1 << KEY_BITS;
/// Bits that a number or a hash may use.
pub(super) const KEY_MASK: u64 = (1 << KEY_BITS) - 1;

/// Where in the index of keys a record is looked for first. `mask` shortens the hash in tests of collisions.
pub(super) fn slot(source: u16, key: &str, mask: u64) -> i64 {
    let base = i64::from(source) << (KEY_BITS + 1);
    match number(key) {
        Some(n) => base | n,
        None => base | HASHED | (xxh3_64(key.as_bytes()) & mask & KEY_MASK).cast_signed(),
    }
}

/// Whether the slot is of a hash, which several keys may share.
pub(super) fn is_hashed(slot: i64) -> bool {
    slot & HASHED != 0
}

/// The slot to try when this one is another key's. Stays within the source.
pub(super) fn next(slot: i64) -> i64 {
    (slot & !KEY_MASK.cast_signed()) | ((slot + 1) & KEY_MASK.cast_signed())
}

/// The number that the key writes in the one usual way (no sign, no leading zero), if it fits.
fn number(key: &str) -> Option<i64> {
    let canonical = matches!(key.as_bytes(), [b'0'] | [b'1'..=b'9', ..]) && key.len() <= 16;
    let n: u64 = if canonical { key.parse().ok()? } else { return None };
    (n <= KEY_MASK).then_some(n.cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_in_order_and_sources_apart() {
        let slots: Vec<i64> = ["0", "7", "10", "999", "2251799813685247"].map(|k| slot(3, k, KEY_MASK)).into();
        assert!(slots.is_sorted() && slots.iter().all(|&s| s > 0 && !is_hashed(s)));
        assert!(slot(4, "0", KEY_MASK) > slot(3, "zzz", KEY_MASK));
    }

    #[test]
    fn other_ways_to_write_a_number_are_texts() {
        for key in ["", "007", "+7", "-7", "7 ", "7.0", "2251799813685248", "99999999999999999999", "HX12"] {
            assert!(is_hashed(slot(1, key, KEY_MASK)), "{key}");
        }
        assert_ne!(slot(1, "007", KEY_MASK), slot(1, "7", KEY_MASK));
    }

    #[test]
    fn the_next_slot_wraps_within_its_source() {
        let last = (5_i64 << 52) | HASHED | KEY_MASK.cast_signed();
        assert_eq!(next(last), (5_i64 << 52) | HASHED);
    }
}
