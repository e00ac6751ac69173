//! An archive read back, by the words of the specification.

use std::io::Read;

use flate2::read::GzDecoder;
use geo_types::Coord;

use super::*;

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![];
    GzDecoder::new(bytes).read_to_end(&mut out).expect("gzip");
    out
}

fn number(bytes: &[u8], at: usize) -> usize {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes")) as usize
}

/// Offset and length of part `n` of the header.
fn part(bytes: &[u8], n: usize) -> &[u8] {
    let at = number(bytes, 8 + 16 * n);
    &bytes[at..at + number(bytes, 16 + 16 * n)]
}

fn directory(packed: &[u8]) -> Vec<Entry> {
    let bytes = unpacked(packed);
    let mut at = 0;
    let mut next = || {
        let (mut value, mut shift) = (0u64, 0);
        loop {
            let byte = bytes[at];
            at += 1;
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return value;
            }
        }
    };
    let n = next() as usize;
    let mut column = || (0..n).map(|_| next()).collect::<Vec<_>>();
    let (ids, runs, lengths, offsets) = (column(), column(), column(), column());
    let (mut id, mut end) = (0, 0);
    let mut entries = vec![];
    for k in 0..n {
        id += ids[k];
        let offset = if offsets[k] == 0 { end } else { offsets[k] - 1 };
        end = offset + lengths[k];
        entries.push(Entry { id, offset, length: lengths[k] as u32, run: runs[k] as u32 });
    }
    entries
}

/// The content of a tile.
fn tile(bytes: &[u8], at: TileCoord) -> Option<Vec<u8>> {
    let id = tile_id(at);
    let mut entries = directory(part(bytes, 0));
    loop {
        let entry = *entries.iter().rev().find(|e| e.id <= id)?;
        let range = entry.offset as usize..entry.offset as usize + entry.length as usize;
        if entry.run > 0 {
            return (id < entry.id + u64::from(entry.run)).then(|| unpacked(&part(bytes, 3)[range]));
        }
        entries = directory(&part(bytes, 2)[range]);
    }
}

fn at(z: u8, x: u32, y: u32) -> TileCoord {
    TileCoord::new(z, x, y).expect("a tile")
}

fn world() -> Rect<f64> {
    Rect::new(Coord { x: -180.0, y: -85.0 }, Coord { x: 180.0, y: 85.0 })
}

#[test]
fn numbers_are_those_of_the_specification() {
    let known = [((0, 0, 0), 0), ((1, 0, 0), 1), ((1, 0, 1), 2), ((1, 1, 1), 3), ((1, 1, 0), 4), ((2, 0, 0), 5)];
    for ((z, x, y), id) in known.into_iter().chain([((12, 3423, 1763), 19_078_479)]) {
        assert_eq!(tile_id(at(z, x, y)), id, "{z}/{x}/{y}");
    }
}

#[test]
fn every_tile_is_found_and_equal_ones_are_kept_once() {
    // Many different tiles, so that there are leaves, and a zoom of equal ones.
    let mut tiles = vec![];
    for (x, y) in (0..256).flat_map(|x| (0..256).map(move |y| (x, y))) {
        // Lengths without a pattern, so that no packing makes the directory fit the root.
        let noise = (u64::from(x << 8 | y) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48;
        tiles.push((at(8, x, y), format!("{x} {y} {}", "·".repeat(noise as usize % 997)).into_bytes()));
    }
    tiles.extend((0..16).map(|n| (at(2, n % 4, n / 4), b"the same".to_vec())));
    let bytes = archive(&tiles, world(), "{}").expect("packed");
    assert!(bytes.starts_with(b"PMTiles\x03") && !part(&bytes, 2).is_empty(), "it has leaves");
    assert_eq!((bytes[97], bytes[98], bytes[99], bytes[100], bytes[101]), (2, 2, 1, 2, 8));
    assert_eq!([number(&bytes, 72), number(&bytes, 80), number(&bytes, 88)], [65_552, 65_537, 65_537]);
    assert_eq!(unpacked(part(&bytes, 1)), b"{}");
    assert!(part(&bytes, 0).len() + HEADER <= 16_384);
    for (place, content) in tiles.iter().step_by(499).chain(&tiles[65_536..]) {
        assert_eq!(tile(&bytes, *place).as_ref(), Some(content));
    }
    assert_eq!(tile(&bytes, at(3, 0, 0)), None);
    tiles.reverse();
    assert_eq!(archive(&tiles, world(), "{}").expect("packed"), bytes, "the same bytes in any order");
}

#[test]
fn no_tile_and_one_twice_are_refused() {
    assert!(archive(&[], world(), "{}").is_err());
    assert!(archive(&[(at(0, 0, 0), vec![1]), (at(0, 0, 0), vec![2])], world(), "{}").is_err());
}
