//! A cube as bytes and back: a JSON head, then cells and numbers as varints, packed.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use serde::{Deserialize, Serialize};

use super::cube::{Cube, Kind, Told};
use super::dims::{Dims, Slice};
use super::node::Node;
use super::tree::{Leaf, SUPPRESSED};
use crate::error::{Error, Result};
use crate::policy::CubeRules;

/// First bytes of a packed cube, with its version.
const MAGIC: &[u8; 8] = b"uscube01";
/// Bytes that a packed cube may unpack to.
const MAX_BYTES: u64 = 4 << 30;

#[derive(Serialize, Deserialize)]
struct Head {
    rules: CubeRules,
    dims: Dims,
    root: u64,
    cover: Option<Vec<(u64, u64)>>,
    withheld: Vec<Kind>,
    slices: usize,
}

/// Packs cubes, one after the other.
///
/// # Errors
/// None but of memory.
pub(crate) fn pack(cubes: &[&Cube]) -> Result<Vec<u8>> {
    let failed =
        |e: &dyn std::fmt::Display| Error::storage(format!("the release cannot be packed: {e}"), "report this");
    let mut out = ZlibEncoder::new(MAGIC.to_vec(), Compression::fast());
    for cube in cubes {
        let head = Head {
            rules: cube.rules.clone(),
            dims: cube.dims.clone(),
            root: cube.root.number(),
            cover: cube.cover.clone(),
            withheld: cube.withheld.clone(),
            slices: cube.slices.len(),
        };
        let head = serde_json::to_vec(&head).map_err(|e| failed(&e))?;
        let mut bytes = vec![];
        put(&mut bytes, head.len() as u64);
        bytes.extend(head);
        for (slice, told) in &cube.slices {
            for n in [slice.period, slice.category, slice.cross] {
                put(&mut bytes, u64::from(n));
            }
            put(&mut bytes, value_out(told.unmapped));
            put(&mut bytes, told.leaves.len() as u64);
            let mut last = 0;
            for leaf in &cube.leaves[told.leaves.clone()] {
                // Cells rise within a slice.
                put(&mut bytes, leaf.node.number() - last);
                put(&mut bytes, value_out(leaf.value));
                last = leaf.node.number();
            }
        }
        out.write_all(&bytes).map_err(|e| failed(&e))?;
    }
    out.finish().map_err(|e| failed(&e))
}

/// Unpacks `n` cubes.
///
/// # Errors
/// Bytes that are no cubes.
pub(crate) fn unpack(bytes: &[u8], n: usize) -> Result<Vec<Cube>> {
    let broken = || {
        Error::storage(
            "a release in the data file cannot be read",
            "run `urbansafety check`; make a new release with `urbansafety release`",
        )
    };
    let packed = bytes.strip_prefix(MAGIC.as_slice()).ok_or_else(broken)?;
    let mut plain = vec![];
    ZlibDecoder::new(packed).take(MAX_BYTES).read_to_end(&mut plain).map_err(|_| broken())?;
    let mut at = plain.as_slice();
    (0..n).map(|_| cube(&mut at).ok_or_else(broken)).collect()
}

fn cube(at: &mut &[u8]) -> Option<Cube> {
    let length = usize::try_from(take(at)?).ok()?;
    let (head, rest) = at.split_at_checked(length)?;
    *at = rest;
    let head: Head = serde_json::from_slice(head).ok()?;
    let (mut slices, mut leaves) = (std::collections::BTreeMap::new(), vec![]);
    for _ in 0..head.slices {
        let mut number = || take(at).and_then(|n| u16::try_from(n).ok());
        let slice = Slice { period: number()?, category: number()?, cross: number()? };
        let unmapped = value_in(take(at)?)?;
        let n = usize::try_from(take(at)?).ok()?;
        let from = leaves.len();
        let mut last = 0u64;
        for _ in 0..n {
            last = last.checked_add(take(at)?)?;
            leaves.push(Leaf { node: Node::from_number(last), value: value_in(take(at)?)? });
        }
        slices.insert(slice, Told { leaves: from..leaves.len(), unmapped });
    }
    // They stay for as long as the release is served.
    leaves.shrink_to_fit();
    Some(Cube {
        rules: head.rules,
        dims: head.dims,
        root: Node::from_number(head.root),
        cover: head.cover,
        slices,
        leaves,
        withheld: head.withheld,
    })
}

/// Withheld is 0, numbers are one more.
fn value_out(value: u32) -> u64 {
    if value == SUPPRESSED { 0 } else { u64::from(value) + 1 }
}

fn value_in(n: u64) -> Option<u32> {
    if n == 0 { Some(SUPPRESSED) } else { u32::try_from(n - 1).ok() }
}

fn put(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn take(at: &mut &[u8]) -> Option<u64> {
    let (mut n, mut shift) = (0u64, 0);
    loop {
        let (&byte, rest) = at.split_first()?;
        *at = rest;
        n |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(n);
        }
        shift += 7;
    }
}
