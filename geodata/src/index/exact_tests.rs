//! The index against brute force on the original doubles.

use std::collections::HashMap;
use std::sync::Arc;

use geo::Intersects;
use geo_types::{LineString, MultiPolygon, Point, Polygon};
use proptest::prelude::*;

use super::load::{Row, StandIns};
use super::snapshot::{Contents, Snapshot};
use super::{Order, Place, Query, tile_counts};
use crate::Cancel;
use crate::model::{
    Candidate, Code, Discovery, Interval, LocalTime, LocationPrecision, LonLat, LonLatBox, MercatorPoint, Offence,
    PrecisionSet, Profile, Quality, TimeBasis, TimePrecision,
};

const DAY: i64 = 86_400;

fn profile(codes: &[&str], precision: TimePrecision, discovery: Discovery) -> Arc<Profile> {
    let candidates =
        codes.iter().map(|c| Candidate { code: Code::parse(c).expect("ICCS"), confidence: 1 }).collect::<Vec<_>>();
    Arc::new(Profile {
        source: "test".into(),
        mapping_version: 1,
        offences: vec![Offence { source_code: String::new(), source_text: codes.join("/"), candidates }],
        time_precision: precision,
        time_basis: TimeBasis::Occurred,
        zone: "UTC".into(),
        location_precision: LocationPrecision::Block,
        uncertainty_m: None,
        context: vec![],
        discovery,
        status: None,
        weapon: None,
        quality: Quality::default(),
    })
}

/// A homicide known to the minute, for tests elsewhere.
pub(crate) fn test_profile() -> Arc<Profile> {
    profile(&["0101"], TimePrecision::Minute, Discovery::Unknown)
}

/// Profiles: homicide, robbery, merged homicide or robbery, unmapped, interval-timed theft found by the police.
fn profiles() -> HashMap<u32, Arc<Profile>> {
    use TimePrecision::{Day, Interval, Minute, Month};
    HashMap::from([
        (1, profile(&["0101"], Minute, Discovery::Unknown)),
        (2, profile(&["0401"], Day, Discovery::Victim)),
        (3, profile(&["0101", "0401"], Minute, Discovery::Unknown)),
        (4, profile(&[], Month, Discovery::Unknown)),
        (5, profile(&["0502"], Interval, Discovery::PoliceInitiated)),
    ])
}

/// A lattice so coarse that many rows share a place, tile corners and the antimeridian among them.
fn place() -> impl Strategy<Value = Option<LonLat>> {
    let lon = prop_oneof![
        Just(-180.0),
        Just(180.0),
        Just(0.0),
        Just(90.0),
        (-8i32..8).prop_map(|k| f64::from(k) * 1.25),
        -180.0..180.0
    ];
    let lat =
        prop_oneof![Just(0.0), Just(-90.0), Just(89.5), (-8i32..8).prop_map(|k| f64::from(k) * 1.25), -80.0..80.0];
    prop_oneof![9 => (lon, lat).prop_map(|(x, y)| LonLat::new(x, y).ok()), 1 => Just(None)]
}

fn rows() -> impl Strategy<Value = Vec<(u32, i64, i64, Option<LonLat>)>> {
    let row = (1u32..=5, 0i64..60, 0i64..24, 1i64..100, place()).prop_map(|(p, day, hour, span, at)| {
        let start = 15_000 * DAY + day * DAY;
        match p {
            2 => (p, start, start + DAY, at),
            4 => (p, start, start + 30 * DAY, at),
            5 => (p, start + hour * 3600, start + hour * 3600 + span * 977, at),
            _ => (p, start + hour * 3600, start + hour * 3600 + 60, at),
        }
    });
    prop::collection::vec(row, 0..1500)
}

fn star() -> impl Strategy<Value = Place> {
    (prop::collection::vec(1i32..30, 3..40), -8i32..8, -8i32..8).prop_map(|(radii, x, y)| {
        let n = radii.len() as f64;
        let ring: Vec<(f64, f64)> = radii
            .iter()
            .enumerate()
            .map(|(k, &r)| {
                let a = k as f64 / n * std::f64::consts::TAU;
                (f64::from(x) * 1.25 + f64::from(r) * a.cos(), f64::from(y) * 1.25 + f64::from(r) * a.sin())
            })
            .collect();
        Place::Polygon(MultiPolygon(vec![Polygon::new(LineString::from(ring), vec![])]))
    })
}

fn query() -> impl Strategy<Value = Query> {
    let box_ = ((-16i32..16), (-8i32..8), 0i32..12, 0i32..9).prop_map(|(w, s, dx, dy)| {
        let (w, s) = (f64::from(w) * 1.25, f64::from(s) * 1.25);
        Place::Box(LonLatBox::new(w, s, w + f64::from(dx) * 1.25, s + f64::from(dy) * 1.25).expect("a box"))
    });
    let around = (100.0..180.0f64, -180.0..-100.0f64)
        .prop_map(|(w, e)| Place::Box(LonLatBox { west: w, south: -50.0, east: e, north: 50.0 }));
    let radius = (-180.0..180.0f64, -89.0..89.0f64, 0.0..8_000_000.0f64)
        .prop_map(|(x, y, r)| Place::Radius { centre: LonLat::new(x, y).expect("on Earth"), radius_m: r });
    let place = prop_oneof![Just(Place::Everywhere), box_, around, radius, star()];
    let period = prop::option::of((0i64..70, 1i64..1000).prop_map(|(from, hours)| Interval {
        from: LocalTime((14_990 + from) * DAY),
        to: LocalTime((14_990 + from) * DAY + hours * 3600),
    }));
    let codes = prop::collection::vec(prop::sample::select(vec!["01", "0401", "05", "0502"]), 0..3)
        .prop_map(|c| c.iter().map(|c| Code::parse(c).expect("ICCS")).collect::<Vec<_>>());
    let hours = prop::option::of(any::<u32>());
    let weekdays = prop::option::of(any::<u8>());
    let precision = prop::option::of(Just(PrecisionSet::POINTLIKE));
    (place, period, codes, hours, weekdays, precision, any::<bool>()).prop_map(
        |(place, period, categories, hours, weekdays, precision, leave_out_police_initiated)| Query {
            place,
            period,
            hours,
            weekdays,
            categories,
            context: None,
            precision,
            leave_out_police_initiated,
            victims: crate::model::VictimFilter::default(),
            predicate: None,
        },
    )
}

/// Brute force, written apart from the index: whether the row matches, place and all.
fn matches(q: &Query, p: &Profile, from: i64, to: i64, at: Option<LonLat>, stand_in: LonLat) -> bool {
    let time = Interval { from: LocalTime(from), to: LocalTime(to) };
    let one_hour = from.div_euclid(3600) == (to - 1).div_euclid(3600);
    let one_day = from.div_euclid(DAY) == (to - 1).div_euclid(DAY);
    let interval = p.time_precision == TimePrecision::Interval;
    let has_hour = p.time_precision.has_hour() || interval && one_hour;
    let has_day = p.time_precision.has_day() || interval && one_day;
    let precision = if at == Some(stand_in) { LocationPrecision::DefaultPoint } else { p.location_precision };
    let in_place = match (&q.place, at) {
        (Place::Everywhere, _) => true,
        (_, None) => false,
        (Place::Box(b), Some(a)) => b.contains(a),
        (Place::Radius { centre, radius_m }, Some(a)) => centre.distance_m(a) <= *radius_m,
        (Place::Polygon(shape), Some(a)) => shape.intersects(&Point::new(a.lon(), a.lat())),
    };
    let wanted = |c: &Candidate| q.categories.iter().any(|w| c.code.is_within(*w));
    in_place
        && q.period.is_none_or(|period| period.intersects(&time))
        && q.hours.is_none_or(|h| has_hour && h >> time.from.hour() & 1 == 1)
        && q.weekdays.is_none_or(|d| has_day && d >> time.from.weekday() & 1 == 1)
        && (q.categories.is_empty()
            || p.offences.iter().any(|o| !o.candidates.is_empty() && o.candidates.iter().all(wanted)))
        && q.precision.is_none_or(|s| s.has(precision))
        && !(q.leave_out_police_initiated && p.discovery == Discovery::PoliceInitiated)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
    #[test]
    fn every_answer_is_that_of_brute_force(rows in rows(), queries in prop::collection::vec(query(), 6), z in 0u8..6, tx in 0u32..64, ty in 0u32..64) {
        let stand_in = LonLat::new(1.25, 1.25).expect("on Earth");
        let profiles = profiles();
        let contents = Contents {
            profiles: profiles.clone(),
            stand_ins: StandIns::new([("test".into(), stand_in), ("other".into(), LonLat::NULL_ISLAND)]),
            fid_base: 1,
            ..Contents::default()
        };
        let snapshot = Snapshot::from_rows_in_segments_of(contents, rows.iter().enumerate().map(|(n, r)| Row {
            fid: n as i64 + 1,
            profile: r.0,
            time: Interval { from: LocalTime(r.1), to: LocalTime(r.2) },
            point: r.3,
        }), 300).expect("builds");
        let cancel = Cancel::default();
        let (tx, ty) = (tx >> (6 - z), ty >> (6 - z));
        for q in &queries {
            let hits: Vec<usize> = (0..rows.len())
                .filter(|&n| matches(q, &profiles[&rows[n].0], rows[n].1, rows[n].2, rows[n].3, stand_in))
                .collect();
            let placed = hits.iter().filter(|&&n| rows[n].3.is_some()).count() as u64;
            let tally = snapshot.tally(q, &cancel).expect("answers");
            prop_assert_eq!((tally.matched, tally.without_place), (placed, hits.len() as u64 - placed), "{:?}", q);
            let fid = |n: usize| n as i64 + 1;
            for by_time in [None, Some(false), Some(true)] {
                let order = Order { by_time, largest_id_first: false };
                let began = |n: usize| match by_time {
                    None => 0,
                    Some(latest_first) => if latest_first { -rows[n].1 } else { rows[n].1 },
                };
                let mut expected: Vec<(i64, i64)> = hits.iter().map(|&n| (began(n), fid(n))).collect();
                expected.sort_unstable();
                let mut after = String::new();
                for page in expected.chunks(7) {
                    let begin = order.standing(&after).expect("a cursor");
                    let (found, matched) = snapshot.rows(q, order, begin, 7, &cancel).expect("answers");
                    let fids: Vec<i64> = found.iter().map(|found| order.fid(found.0)).collect();
                    prop_assert_eq!(matched, hits.len() as u64);
                    prop_assert_eq!(&fids, &page.iter().map(|p| p.1).collect::<Vec<_>>(), "{:?} {:?}", q, order);
                    after = order.cursor(found[found.len() - 1].0);
                }
            }
            let mut cells = vec![0u32; 64];
            for &n in &hits {
                if let Some(p) = rows[n].3.map(MercatorPoint::from) {
                    let (x, y) = (u64::from(p.x) >> (29 - z), u64::from(p.y) >> (29 - z));
                    if x >> 3 == u64::from(tx) && y >> 3 == u64::from(ty) {
                        cells[(y as usize & 7) * 8 + (x as usize & 7)] += 1;
                    }
                }
            }
            prop_assert_eq!(tile_counts(&snapshot, q, z, tx, ty, 3, &cancel).expect("answers"), cells, "{:?}", q);
        }
    }
}

#[test]
fn nothing_one_row_and_thousands_of_identical_points() {
    let cancel = Cancel::default();
    let all = Query::default();
    assert_eq!(Snapshot::empty().tally(&all, &cancel).expect("answers").matched, 0);
    assert!(tile_counts(&Snapshot::empty(), &all, 0, 0, 0, 6, &cancel).expect("answers").iter().all(|&c| c == 0));
    assert!(tile_counts(&Snapshot::empty(), &all, 3, 8, 0, 6, &cancel).is_err());
    let at = LonLat::new(-87.905_5, 41.978_6).expect("on Earth");
    for n in [1i64, 20_000] {
        let contents = Contents { profiles: profiles(), fid_base: 1, ..Contents::default() };
        let row = |fid| Row {
            fid,
            profile: 1,
            time: Interval { from: LocalTime(fid), to: LocalTime(fid + 60) },
            point: Some(at),
        };
        let snapshot = Snapshot::from_rows(contents, (1..=n).map(row)).expect("builds");
        let place = Place::Box(LonLatBox::new(at.lon(), at.lat(), at.lon(), at.lat()).expect("a point"));
        let here = Query { place, ..Query::default() };
        assert_eq!(snapshot.tally(&here, &cancel).expect("answers").matched, n as u64);
        assert_eq!(snapshot.extent().map(|e| (e.west, e.north)), Some((at.lon(), at.lat())));
        assert_eq!(tile_counts(&snapshot, &all, 0, 0, 0, 8, &cancel).expect("answers").iter().max(), Some(&(n as u32)));
        let out = Query { period: Interval::new(LocalTime(-10), LocalTime(1)), ..Query::default() };
        assert_eq!(snapshot.tally(&out, &cancel).expect("answers").matched, 0);
    }
}

#[test]
fn a_stopped_request_stops() {
    let contents = Contents { profiles: profiles(), ..Contents::default() };
    let row = |fid: i64| Row {
        fid,
        profile: 1,
        time: Interval { from: LocalTime(0), to: LocalTime(60) },
        point: LonLat::new(0.0, 0.0).ok(),
    };
    let snapshot = Snapshot::from_rows(contents, (0..2000).map(row)).expect("builds");
    let cancel = Cancel::default();
    cancel.stop();
    assert!(snapshot.tally(&Query::default(), &cancel).is_err());
    assert!(tile_counts(&snapshot, &Query::default(), 0, 0, 0, 6, &cancel).is_err());
}
