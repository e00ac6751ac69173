//! Directories of a PMTiles archive: where each tile lies, in a root and, where it would be too long, in leaves.

use super::{HEADER, gzip};

/// The root lies within so many bytes from the start of the file, the header included.
const ROOT_END: usize = 16_384;
/// Entries of a leaf at first; more where the root would still be too long.
const LEAF: usize = 4096;

/// Some tiles that follow one another and are the same, or a leaf (`run` is 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// Number of the first tile.
    pub id: u64,
    /// From the start of the tiles, or of the leaves, in bytes.
    pub offset: u64,
    /// In bytes.
    pub length: u32,
    /// How many tiles.
    pub run: u32,
}

/// The packed directories.
pub(super) struct Directories {
    pub root: Vec<u8>,
    pub leaves: Vec<u8>,
}

impl Directories {
    /// Of entries in order.
    pub fn of(entries: &[Entry]) -> Self {
        let root = packed(entries);
        if HEADER + root.len() <= ROOT_END {
            return Self { root, leaves: vec![] };
        }
        let mut size = LEAF;
        loop {
            let (mut leaves, mut heads) = (vec![], vec![]);
            for part in entries.chunks(size) {
                let leaf = packed(part);
                let id = part.first().map_or(0, |e| e.id);
                heads.push(Entry { id, offset: leaves.len() as u64, length: leaf.len() as u32, run: 0 });
                leaves.extend(leaf);
            }
            let root = packed(&heads);
            if HEADER + root.len() <= ROOT_END {
                return Self { root, leaves };
            }
            size *= 2;
        }
    }
}

/// Column by column, as differences where that is shorter.
fn packed(entries: &[Entry]) -> Vec<u8> {
    let mut out = vec![];
    varint(&mut out, entries.len() as u64);
    let mut before = 0;
    for entry in entries {
        varint(&mut out, entry.id - before);
        before = entry.id;
    }
    entries.iter().for_each(|e| varint(&mut out, u64::from(e.run)));
    entries.iter().for_each(|e| varint(&mut out, u64::from(e.length)));
    let mut end = None;
    for entry in entries {
        // 0 stands for "behind the one before".
        varint(&mut out, if end == Some(entry.offset) { 0 } else { entry.offset + 1 });
        end = Some(entry.offset + u64::from(entry.length));
    }
    gzip(&out)
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
