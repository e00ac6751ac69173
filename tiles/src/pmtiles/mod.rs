//! PMTiles version 3: a pyramid of vector tiles as one file, which any web host serves by byte ranges.

mod directory;

use std::collections::HashMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use geo_types::Rect;

use crate::coord::TileCoord;
use crate::error::{Error, Result};
use directory::{Directories, Entry};

/// Bytes of the header.
const HEADER: usize = 127;
/// Marks gzip, of directories and of tiles.
const GZIP: u8 = 2;
/// Marks Mapbox vector tiles.
const MVT: u8 = 1;

/// Packs vector tiles, each given once and not packed itself, into an archive. `bounds` are in degrees, `metadata` is
/// JSON with `vector_layers`, as the specification asks. The same tiles give the same bytes, in whatever order they come.
///
/// # Errors
/// No tile, or a tile that is given twice.
pub fn archive(tiles: &[(TileCoord, Vec<u8>)], bounds: Rect<f64>, metadata: &str) -> Result<Vec<u8>> {
    let mut order: Vec<(u64, &[u8])> = tiles.iter().map(|(at, bytes)| (tile_id(*at), bytes.as_slice())).collect();
    order.sort_unstable_by_key(|(id, _)| *id);
    let zooms = tiles.iter().map(|(at, _)| at.z());
    let (Some(min_zoom), Some(max_zoom)) = (zooms.clone().min(), zooms.max()) else {
        return Err(Error::new("tiles", 0, "an archive has 1 tile or more", "give the tiles that hold something"));
    };
    if order.windows(2).any(|w| w[0].0 == w[1].0) {
        return Err(Error::new("tiles", tiles.len(), "every tile is there once", "leave out the second of a tile"));
    }
    let (mut data, mut entries, mut places) = (vec![], Vec::<Entry>::new(), HashMap::new());
    for (id, bytes) in &order {
        // What is the same in many tiles, such as the inside of a large cell, is kept once.
        let (offset, length) = *places.entry(*bytes).or_insert_with(|| {
            let packed = gzip(bytes);
            data.extend_from_slice(&packed);
            ((data.len() - packed.len()) as u64, packed.len() as u32)
        });
        match entries.last_mut() {
            Some(last) if last.offset == offset && last.id + u64::from(last.run) == *id => last.run += 1,
            _ => entries.push(Entry { id: *id, offset, length, run: 1 }),
        }
    }
    let Directories { root, leaves } = Directories::of(&entries);
    let metadata = gzip(metadata.as_bytes());

    let mut out = Vec::with_capacity(HEADER + root.len() + metadata.len() + leaves.len() + data.len());
    out.extend(b"PMTiles\x03");
    let mut at = HEADER as u64;
    for part in [&root, &metadata, &leaves, &data] {
        out.extend(at.to_le_bytes());
        out.extend((part.len() as u64).to_le_bytes());
        at += part.len() as u64;
    }
    for number in [order.len(), entries.len(), places.len()] {
        out.extend((number as u64).to_le_bytes());
    }
    // Clustered: tiles lie in the order of their numbers.
    out.extend([1, GZIP, GZIP, MVT, min_zoom, max_zoom]);
    let (min, max, centre) = (bounds.min(), bounds.max(), bounds.center());
    let degrees = |v: f64| ((v * 1e7).round() as i32).to_le_bytes();
    [min.x, min.y, max.x, max.y].into_iter().for_each(|v| out.extend(degrees(v)));
    out.push(min_zoom.midpoint(max_zoom));
    [centre.x, centre.y].into_iter().for_each(|v| out.extend(degrees(v)));
    for part in [root, metadata, leaves, data] {
        out.extend(part);
    }
    Ok(out)
}

/// Number of a tile: zoom by zoom, and within a zoom along the Hilbert curve.
#[must_use]
pub fn tile_id(tile: TileCoord) -> u64 {
    let z = u32::from(tile.z());
    let (mut x, mut y) = (u64::from(tile.x()), u64::from(tile.y()));
    let side = 1u64 << z;
    let mut id = (4u64.pow(z) - 1) / 3;
    for bit in (0..z).rev() {
        let (right, down) = (x >> bit & 1, y >> bit & 1);
        id += ((3 * right) ^ down) << (2 * bit);
        if down == 0 {
            if right == 1 {
                (x, y) = (side - 1 - x, side - 1 - y);
            }
            (x, y) = (y, x);
        }
    }
    id
}

/// Packed bytes without a time stamp: the same bytes for the same content.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], Compression::best());
    // Writing to memory does not fail.
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}

#[cfg(test)]
#[path = "pmtiles_tests.rs"]
mod tests;
