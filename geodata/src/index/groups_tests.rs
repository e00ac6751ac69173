//! Pages, numbers and tiles of many rows, where whole blocks and groups are answered by their headers, against brute force.

use super::load::Row;
use super::snapshot::{Contents, Snapshot};
use super::{Order, Place, Query, test_profile, tile_counts};
use crate::cancel::Cancel;
use crate::model::{Interval, LocalTime, LonLat, LonLatBox, MercatorPoint};

const ROWS: i64 = 30_000;
/// Places a side.
const SIDE: i64 = 120;
const STEP: f64 = 0.000_5;

/// Rows by id: places and times have nothing to do with the order of the ids, and every place has about two rows.
fn row(fid: i64) -> (LonLat, i64) {
    let place = fid * 7_919 % (SIDE * SIDE);
    let at = |n: i64| 10.0 + STEP * n as f64;
    (LonLat::new(at(place % SIDE), 35.0 + at(place / SIDE)).expect("on the Earth"), fid * 104_729 % 86_400)
}

fn snapshot() -> Snapshot {
    let contents = Contents { profiles: [(1, test_profile())].into(), fid_base: 1, ..Contents::default() };
    let rows = (1..=ROWS).map(|fid| {
        let (point, from) = row(fid);
        let time = Interval { from: LocalTime(from), to: LocalTime(from + 60) };
        Row { fid, profile: 1, time, point: Some(point) }
    });
    Snapshot::from_rows_in_segments_of(contents, rows, 12_000).expect("builds")
}

/// Boxes with edges on places, between them, around all, and of one place.
fn boxes() -> Vec<LonLatBox> {
    let place = |west: f64, south: f64, east: f64, north: f64| {
        let at = |n: f64| 10.0 + STEP * n;
        LonLatBox::new(at(west), 35.0 + at(south), at(east), 35.0 + at(north)).expect("a box")
    };
    let world = LonLatBox::WORLD;
    vec![
        place(20.0, 20.0, 100.0, 90.0),
        place(3.5, -4.0, 61.5, 60.25),
        place(40.0, 40.0, 55.0, 47.0),
        place(64.0, 64.0, 64.0, 64.0),
        place(-5.0, -5.0, 125.0, 125.0),
        LonLatBox { west: 10.02, east: -170.0, ..world },
        LonLatBox { west: 170.0, east: 10.02, ..world },
    ]
}

#[test]
fn what_headers_answer_is_what_the_rows_would() {
    let (snapshot, cancel) = (snapshot(), Cancel::default());
    let periods = [None, Interval::new(LocalTime(20_000), LocalTime(50_000))];
    for place in boxes() {
        for period in periods {
            let query = Query { place: Place::Box(place), period, ..Query::default() };
            let is_asked = |fid: &i64| {
                let (point, from) = row(*fid);
                place.contains(point) && period.is_none_or(|p| from + 60 > p.from.0 && from < p.to.0)
            };
            let expected: Vec<i64> = (1..=ROWS).filter(is_asked).collect();
            assert!(period.is_some() || !expected.is_empty(), "{place:?}");
            assert_eq!(snapshot.tally(&query, &cancel).expect("answers").matched, expected.len() as u64);
            for limit in [0, 1, 7, 60, 1_000] {
                // From the beginning, from the middle and from behind the last but one.
                for skipped in [0, expected.len() / 2, expected.len().saturating_sub(1)] {
                    let after = skipped.checked_sub(1).map_or(String::new(), |n| expected[n].to_string());
                    let begin = Order::default().standing(&after).expect("a cursor");
                    let (found, matched) =
                        snapshot.rows(&query, Order::default(), begin, limit, &cancel).expect("answers");
                    let fids: Vec<i64> = found.iter().map(|found| Order::default().fid(found.0)).collect();
                    assert_eq!(matched, expected.len() as u64);
                    assert_eq!(fids, expected[skipped..][..limit.min(expected.len() - skipped)], "{place:?} {limit}");
                }
            }
            let p = MercatorPoint::from(row(1).0);
            let (x, y) = (p.x >> 22, p.y >> 22);
            let in_tile = |fid: &&i64| {
                let p = MercatorPoint::from(row(**fid).0);
                (p.x >> 22, p.y >> 22) == (x, y)
            };
            let counts = tile_counts(&snapshot, &query, 10, x, y, 4, &cancel).expect("answers");
            assert_eq!(counts.iter().sum::<u32>() as usize, expected.iter().filter(in_tile).count());
        }
    }
}
