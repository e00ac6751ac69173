//! The published pyramid, tile by tile.

use std::io::Read;

use axum::http::StatusCode;
use flate2::read::GzDecoder;
use tiles::TileCoord;
use tiles::pmtiles::tile_id;

use super::files::published;
use super::support::{get, tile};

/// An archive without leaves, unpacked: first tile, how many, content.
struct Archive {
    entries: Vec<(u64, u64, Vec<u8>)>,
    zooms: (u8, u8),
}

impl Archive {
    fn read(bytes: &[u8]) -> Self {
        assert!(bytes.starts_with(b"PMTiles\x03"));
        let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap()) as usize;
        let part = |n: usize| &bytes[number(8 + 16 * n)..number(8 + 16 * n) + number(16 + 16 * n)];
        assert!(part(2).is_empty(), "leaves are tested where they are written");
        let root = unpacked(part(0));
        let mut at = 0;
        let mut next = || {
            let mut value = 0u64;
            for shift in (0..).step_by(7) {
                let byte = root[at];
                at += 1;
                value |= u64::from(byte & 0x7f) << shift;
                if byte < 0x80 {
                    break;
                }
            }
            value
        };
        let n = next() as usize;
        let mut column = || (0..n).map(|_| next()).collect::<Vec<_>>();
        let (ids, runs, lengths, offsets) = (column(), column(), column(), column());
        let (mut id, mut end) = (0, 0);
        let entries = (0..n).map(|k| {
            id += ids[k];
            let from = if offsets[k] == 0 { end } else { offsets[k] - 1 };
            end = from + lengths[k];
            (id, runs[k], unpacked(&part(3)[from as usize..end as usize]))
        });
        Self { entries: entries.collect(), zooms: (bytes[100], bytes[101]) }
    }

    fn tile(&self, at: TileCoord) -> Option<&[u8]> {
        let id = tile_id(at);
        self.entries.iter().find(|(first, run, _)| (*first..first + run).contains(&id)).map(|e| &e.2[..])
    }
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![];
    GzDecoder::new(bytes).read_to_end(&mut out).unwrap();
    out
}

#[tokio::test]
async fn a_published_tile_is_that_of_the_service_byte_for_byte() {
    let archive = Archive::read(&std::fs::read(published().join("cells.pmtiles")).unwrap());
    let finest = super::support::city().0.release().unwrap().document().public.finest_level;
    assert_eq!(archive.zooms, (0, finest - 3));
    let mut seen = 0;
    for z in 0..=archive.zooms.1 {
        let (_, x, y) = tile(z);
        for (x, y) in (x.saturating_sub(2)..=x + 2).flat_map(|x| (y.saturating_sub(2)..=y + 2).map(move |y| (x, y))) {
            let Ok(at) = TileCoord::new(z, x, y) else { continue };
            let answer = get(&format!("/tiles/cells/{z}/{x}/{y}.mvt")).await;
            assert_eq!(answer.status, StatusCode::OK);
            match archive.tile(at) {
                Some(bytes) => {
                    seen += 1;
                    assert_eq!(bytes, answer.body, "{z}/{x}/{y}");
                }
                None => assert!(super::read::rows("mvt", &answer.body, (z, x, y)).is_empty(), "{z}/{x}/{y} is missing"),
            }
        }
    }
    assert!(seen > 30, "{seen} tiles were compared");
}

#[tokio::test]
async fn a_cell_is_the_same_number_in_a_tile_and_in_the_table() {
    let archive = Archive::read(&std::fs::read(published().join("cells.pmtiles")).unwrap());
    let cells = super::files::rows_of("cells.geojson");
    let z = archive.zooms.1;
    let mut seen = 0;
    let (_, x, y) = tile(z);
    let at = TileCoord::new(z, x, y).unwrap();
    for row in super::read::rows("mvt", archive.tile(at).unwrap(), (z, x, y)) {
        let middle = |places: &[[f64; 2]], n: usize| {
            let all = || places.iter().map(|p| p[n]);
            f64::midpoint(all().fold(f64::MAX, f64::min), all().fold(f64::MIN, f64::max))
        };
        let place = [middle(&row.places, 0), middle(&row.places, 1)];
        let same = |n: usize, other: &[[f64; 2]]| (middle(other, n) - place[n]).abs() < 2e-5;
        // Cells that reach beyond the tile are cut there.
        let Some(cell) = cells.iter().find(|c| same(0, &c.places) && same(1, &c.places)) else { continue };
        seen += 1;
        for name in ["count", "state"] {
            let text = |v: Option<&serde_json::Value>| v.map(|v| v.as_f64().map_or(v.to_string(), |n| n.to_string()));
            assert_eq!(text(row.properties.get(name)), text(cell.properties.get(name)), "{name}: {row:?}");
        }
    }
    assert!(seen > 10, "{seen} cells were compared");
}
