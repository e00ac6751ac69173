//! The bytes of an OpenStreetMap file (`.osm.pbf`): blocks, and the protocol-buffer fields in them.
//!
//! # References
//! <https://wiki.openstreetmap.org/wiki/PBF_Format>

use std::io::{self, Read};

use flate2::read::ZlibDecoder;

/// Bytes of a block's header, and of its content packed or unpacked, as the format bounds them.
const MAX_HEADER: usize = 64 << 10;
const MAX_BLOCK: usize = 32 << 20;

/// A field of a message: its number and its value.
pub(super) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// A message, field by field; ends where nothing more can be read.
pub(super) struct Fields<'a>(pub &'a [u8]);

/// A number of seven bits a byte; `None` where it is cut off or too long.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..70).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// A signed number as the format writes small ones of either sign.
pub(super) fn signed(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u64, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let key = varint(&mut self.0)?;
        let length = match key & 7 {
            0 => return Some((key >> 3, Value::Number(varint(&mut self.0)?))),
            1 => 8,
            2 => usize::try_from(varint(&mut self.0)?).ok()?,
            5 => 4,
            _ => return None,
        };
        let (value, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some((key >> 3, Value::Bytes(value)))
    }
}

/// The numbers of a packed field.
pub(super) fn packed(mut bytes: &[u8]) -> impl Iterator<Item = u64> + '_ {
    std::iter::from_fn(move || varint(&mut bytes))
}

/// Sums of the differences that a packed field holds.
pub(super) fn running(bytes: &[u8]) -> impl Iterator<Item = i64> + '_ {
    packed(bytes).scan(0_i64, |sum, step| {
        *sum = sum.wrapping_add(signed(step));
        Some(*sum)
    })
}

/// The first field of a number as bytes; empty where there is none.
pub(super) fn bytes(message: &[u8], field: u64) -> &[u8] {
    Fields(message)
        .find_map(|(n, v)| match v {
            Value::Bytes(b) if n == field => Some(b),
            _ => None,
        })
        .unwrap_or_default()
}

/// The first field of a number as a number.
pub(super) fn number(message: &[u8], field: u64) -> Option<u64> {
    Fields(message).find_map(|(n, v)| match v {
        Value::Number(x) if n == field => Some(x),
        _ => None,
    })
}

/// The next block of data, unpacked; `None` at the end. Blocks of other kinds are passed over.
pub(super) fn next_block(from: &mut dyn Read) -> io::Result<Option<Vec<u8>>> {
    let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    loop {
        let mut length = [0; 4];
        match from.read(&mut length[..1])? {
            0 => return Ok(None),
            _ => from.read_exact(&mut length[1..])?,
        }
        let length = u32::from_be_bytes(length) as usize;
        if length > MAX_HEADER {
            return Err(wrong("a block's header is too long"));
        }
        let mut header = vec![0; length];
        from.read_exact(&mut header)?;
        let size = number(&header, 3).and_then(|n| usize::try_from(n).ok()).filter(|n| *n <= MAX_BLOCK);
        let mut blob = vec![0; size.ok_or_else(|| wrong("a block has no length, or one above 32 MiB"))?];
        from.read_exact(&mut blob)?;
        if bytes(&header, 1) != b"OSMData" {
            continue;
        }
        let raw = bytes(&blob, 1);
        if !raw.is_empty() {
            return Ok(Some(raw.to_vec()));
        }
        let zlib = bytes(&blob, 3);
        if zlib.is_empty() {
            return Err(wrong("a block is packed otherwise than with zlib"));
        }
        let mut block = vec![];
        ZlibDecoder::new(zlib).take(MAX_BLOCK as u64 + 1).read_to_end(&mut block)?;
        if block.len() > MAX_BLOCK {
            return Err(wrong("a block unpacks to more than 32 MiB"));
        }
        return Ok(Some(block));
    }
}

/// Whether a file begins as these files do.
pub(super) fn is_pbf(head: &[u8]) -> bool {
    head.starts_with(&[0, 0]) && head.get(4..15) == Some(&b"\x0a\x09OSMHeader"[..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_either_sign_and_cut_ones() {
        assert_eq!([0, 1, 2, 3, u64::MAX].map(signed), [0, -1, 1, -2, i64::MIN]);
        assert_eq!(packed(&[0xac, 0x02, 0x01, 0x80]).collect::<Vec<_>>(), [300, 1]);
        assert_eq!(running(&[2, 1, 4]).collect::<Vec<_>>(), [1, 0, 2]);
        assert_eq!(packed(&[0xff; 12]).count(), 0);
    }

    #[test]
    fn a_message_gives_its_fields_and_a_damaged_one_ends() {
        let message = [0x08, 0x96, 0x01, 0x12, 0x02, b'o', b'k', 0x1a, 0x7f];
        assert_eq!((number(&message, 1), bytes(&message, 2)), (Some(150), &b"ok"[..]));
        assert_eq!(Fields(&message).count(), 2);
        assert_eq!(bytes(&message, 9), b"");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(data in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _ = next_block(&mut &data[..]);
            let _ = Fields(&data).count() + packed(&data).count() + running(&data).count();
        }
    }
}
