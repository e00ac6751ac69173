//! Nothing that a partner is told of masked points follows the true places, the import, or a sensitive record.

use std::collections::{BTreeSet, HashMap};

use super::*;
use crate::cancel::Cancel;
use crate::index::Snapshot;
use crate::model::{ContextValue, Incident, LocalTime, LonLat, PrecisionSet, Tier};
use crate::release::Release;
use crate::store::{Secret, Store};

struct City {
    snapshot: Snapshot,
    release: Release,
    points: MaskedPoints,
    incidents: Vec<Incident>,
    _folder: tempfile::TempDir,
}

fn secret() -> Secret {
    Secret::of([3; 32])
}

fn city(incidents: u64) -> City {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("city.gpkg")).unwrap();
    crate::demo::generate(1, incidents, &mut store, &|_, _| ()).unwrap();
    let snapshot = Snapshot::build(&store).unwrap();
    let (options, cancel) = (crate::release::Options::default(), Cancel::default());
    let release = crate::release::make(&mut store, &snapshot, Policy::standard(), &options, &|_| (), &cancel).unwrap();
    let points = MaskedPoints::build(&store, &snapshot, &secret(), Policy::standard(), &Cancel::default()).unwrap();
    let (first, last) = store.fid_bounds().unwrap().unwrap();
    let incidents = store.incidents_by_fid(&(first..=last).collect::<Vec<_>>()).unwrap();
    City { snapshot, release, points, incidents, _folder: folder }
}

fn page_of(city: &City, query: &Query, within: LonLatBox, after: u64, limit: usize) -> Result<Page> {
    let (release, cancel) = (Some(&city.release), &Cancel::default());
    let ask = Ask { snapshot: &city.snapshot, release, tier: Tier::Partner, cancel };
    let after = if after == 0 { String::new() } else { after.to_string() };
    masked(&ask, &city.points, query, within, Part::after(&after, limit))
}

/// Every row: id, masked place.
fn all(city: &City) -> Vec<(u64, LonLat)> {
    let (mut found, mut after) = (vec![], 0);
    loop {
        let page = page_of(city, &Query::default(), LonLatBox::WORLD, after, 777).unwrap();
        let Shapes::Points(places) = page.table.shapes() else { panic!("no points") };
        let ids = page.table.ids().unwrap().iter().map(|id| id.parse::<u64>().unwrap());
        found.extend(ids.zip(places.iter().map(|p| p.unwrap())));
        match page.next {
            Some(next) => after = next.parse().unwrap(),
            None => return found,
        }
    }
}

fn id_of(i: &Incident) -> u64 {
    let mac = secret().mac(&[b"masked record", i.profile.source.as_bytes(), i.key.as_bytes()]);
    u64::from_be_bytes(mac[..8].try_into().unwrap()) >> 1
}

/// The rules once more, in the plainest words.
fn may_be_told(i: &Incident) -> bool {
    let codes: Vec<&str> = i.profile.offences.iter().flat_map(|o| &o.candidates).map(|c| c.code.text()).collect();
    let sensitive = codes.iter().any(|c| ["03", "0204", "02021", "0101"].iter().any(|s| c.starts_with(s)));
    let touchy = ["family", "intimate_partner", "gang", "organised_crime", "trafficking"];
    let in_context = i
        .profile
        .context
        .iter()
        .any(|c| touchy.contains(&c.kind.name()) && matches!(c.value, ContextValue::Yes | ContextValue::Unknown));
    let has_minor = i.victims.iter().any(|v| v.age.is_some_and(|a| a.0 < 18));
    let is_placed = PrecisionSet::POINTLIKE.has(i.profile.location_precision);
    !codes.is_empty() && !sensitive && !in_context && !has_minor && is_placed
}

#[test]
fn exactly_the_records_that_may_be_told_are_told_in_an_order_of_their_own() {
    let city = city(4_000);
    let told = all(&city);
    let ids: Vec<u64> = told.iter().map(|t| t.0).collect();
    assert!(ids.is_sorted() && ids.windows(2).all(|w| w[0] != w[1]));
    let with_point = city.incidents.iter().filter(|i| i.point.is_some() && may_be_told(i));
    let expected: BTreeSet<u64> = with_point.map(id_of).collect();
    let found: BTreeSet<u64> = ids.iter().copied().collect();
    // Stand-ins of the source are left out too, and nothing else.
    let missing: Vec<&Incident> =
        city.incidents.iter().filter(|i| expected.contains(&id_of(i)) && !found.contains(&id_of(i))).collect();
    assert!(found.is_subset(&expected) && found.len() > 1000, "{} of {}", found.len(), expected.len());
    let stands_in: BTreeSet<_> =
        missing.iter().map(|i| i.point.map(|p| (p.lon().to_bits(), p.lat().to_bits()))).collect();
    assert!(stands_in.len() <= 2, "{} places are missing", stands_in.len());
    // Where a record stands in the list says nothing about when it was imported.
    let at: HashMap<u64, usize> = city.incidents.iter().enumerate().map(|(n, i)| (id_of(i), n)).collect();
    let n = ids.len() as f64;
    let rank = |v: usize, of: f64| v as f64 / of - 0.5;
    let product: f64 =
        ids.iter().enumerate().map(|(k, id)| rank(k, n) * rank(at[id], city.incidents.len() as f64)).sum();
    assert!((product / n * 12.0).abs() < 0.1, "the orders correlate by {}", product / n * 12.0);
}

#[test]
fn a_place_keeps_its_mask_over_records_requests_and_snapshots_and_is_never_told() {
    let (small, large) = (city(2_000), city(5_000));
    let mut mask_of: HashMap<(u64, u64), LonLat> = HashMap::new();
    let mut shared = 0;
    for city in [&small, &large] {
        let told: HashMap<u64, LonLat> = all(city).into_iter().collect();
        assert_eq!(told, all(city).into_iter().collect());
        for incident in &city.incidents {
            let (Some(at), Some(masked)) = (incident.point, told.get(&id_of(incident))) else { continue };
            assert!(at.distance_m(*masked) >= 25.0, "{at:?} {masked:?}");
            let before = mask_of.entry((at.lon().to_bits(), at.lat().to_bits())).or_insert(*masked);
            assert_eq!(before, masked);
            shared += 1;
        }
    }
    assert!(shared > mask_of.len() + 500, "{shared} records at {} places", mask_of.len());
    for row in &small.points.masks {
        assert!(row.ring.basis != Basis::Addresses || row.told_addresses() >= 20.0);
        assert!(row.told_radius_m <= 1150.0 && row.told_radius_m >= 150.0);
    }
}

#[test]
fn boxes_see_masked_positions_alone() {
    let city = city(2_000);
    let told = all(&city);
    for (n, incident) in city.incidents.iter().filter(|i| i.point.is_some()).enumerate().take(300) {
        let at = incident.point.unwrap();
        // Bisection around the true place, and a box of another size at another.
        for half in [1e-6, 1e-4, 2e-3, 0.01 + n as f64 * 1e-5] {
            let within = LonLatBox::new(at.lon() - half, at.lat() - half, at.lon() + half, at.lat() + half).unwrap();
            let brute = told.iter().filter(|(_, p)| within.contains(*p)).count() as u64;
            let by_box = page_of(&city, &Query::default(), within, 0, 10);
            assert_eq!(by_box.unwrap().matched, brute);
            let query = Query { place: crate::index::Place::Box(within), ..Query::default() };
            let by_query = page_of(&city, &query, LonLatBox::WORLD, 0, 10);
            assert_eq!(by_query.unwrap().matched, brute);
        }
    }
}

#[test]
fn months_and_coarse_categories_are_all_that_is_told_or_asked() {
    let city = city(2_000);
    let all = page_of(&city, &Query::default(), LonLatBox::WORLD, 0, 10_000).unwrap();
    let names: Vec<&str> = all.table.columns().iter().map(|c| c.name).collect();
    assert_eq!(names, ["category", "month", "month_to", "k", "radius_m", "k_basis"]);
    for column in all.table.columns().iter().take(3) {
        let Values::Text(texts) = &column.values else { panic!("{} is no text", column.name) };
        for text in texts.iter() {
            match column.name {
                "category" => assert!(text.split(", ").all(|c| c.len() <= 4), "{text}"),
                _ => assert!(text.is_empty() || text.len() == 7, "{text}"),
            }
        }
    }
    let code = |c: &str| Code::parse(c).unwrap();
    let count = |query: Query| page_of(&city, &query, LonLatBox::WORLD, 0, 1).map(|p| p.matched).map_err(|e| e.kind);
    let (fine, coarse) = (vec![code("020111")], vec![code("0201")]);
    assert_eq!(
        count(Query { categories: fine, ..Query::default() }),
        count(Query { categories: coarse, ..Query::default() })
    );
    let forbidden = Err(crate::Kind::Forbidden);
    assert_eq!(count(Query { hours: Some(1), ..Query::default() }), forbidden);
    assert_eq!(count(Query { weekdays: Some(1), ..Query::default() }), forbidden);
    let victims = crate::model::VictimFilter { age: Some(2), ..Default::default() };
    assert_eq!(count(Query { victims, ..Query::default() }), forbidden);
    assert_eq!(count(Query { precision: Some(PrecisionSet::ALL), ..Query::default() }), forbidden);
    for sensitive in ["0301", "020211", "0101"] {
        assert_eq!(count(Query { categories: vec![code(sensitive)], ..Query::default() }), forbidden);
    }
    let at = |y, m, d, h| LocalTime::from_civil(jiff::civil::date(y, m, d).at(h, 0, 0, 0));
    let period = |from, to| Query { period: crate::model::Interval::new(from, to), ..Query::default() };
    let hour = count(period(at(2021, 3, 9, 3), at(2021, 3, 9, 4)));
    assert_eq!(hour, count(period(at(2021, 3, 1, 0), at(2021, 4, 1, 0))));
    assert!(hour.unwrap() > 0 && hour.unwrap() < all.matched);
}

#[test]
fn a_month_is_complete_when_its_lag_is_over() {
    let month = |y: i32, m: i32| y * 12 + m - 1;
    assert_eq!(complete_before("2022-03-08", 7), month(2022, 3));
    assert_eq!(complete_before("2022-03-07", 7), month(2022, 2), "February ended less than seven days ago");
    assert_eq!(complete_before("2022-01-02", 7), month(2021, 12));
}

#[test]
fn the_files_own_secret_is_made_once() {
    let city = city(1_000);
    let told = || {
        let points = MaskedPoints::of(&city.snapshot, Policy::standard(), &Cancel::default()).unwrap();
        points.rows.iter().map(|r| (r.id, points.masks[r.mask as usize].at)).collect::<Vec<_>>()
    };
    let first = told();
    assert!(!first.is_empty() && first == told());
    let known: BTreeSet<u64> = city.points.rows.iter().map(|r| r.id).collect();
    assert!(first.iter().all(|(id, _)| !known.contains(id)), "another secret, other ids");
}
