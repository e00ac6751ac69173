//! What goes in comes out; the same file twice changes nothing; keys that repeat or collide stay apart.

use std::sync::Arc;

use geo_types::{MultiPolygon, polygon};

use super::*;
use crate::model::*;
use crate::report::{ImportReport, Quarantined};

pub(super) fn new_store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("city.gpkg")).expect("a new file");
    (folder, store)
}

pub(super) fn incident(key: &str, row_hash: u64) -> Incident {
    let profiles = synthetic::profiles();
    Incident { key: key.to_owned(), row_hash, ..synthetic::incident(row_hash % 1000, 1000, 7, &profiles) }
}

/// Imports rows as one file whose hash is `file`.
pub(super) fn import(store: &mut Store, file: u64, rows: &[Incident], mask: u64) -> Outcome {
    let mut import = store.begin_import("test", 1, "file.csv", file).expect("begun");
    import.session.hash_mask = mask;
    let outcome = import.incidents(rows).expect("written");
    import.finish(&ImportReport::default()).expect("finished");
    outcome
}

fn keys(store: &Store) -> Vec<(String, u64)> {
    let (first, last) = store.fid_bounds().expect("readable").expect("rows");
    let rows = store.incidents_by_fid(&(first..=last).collect::<Vec<_>>()).expect("readable");
    let mut keys: Vec<_> = rows.into_iter().map(|i| (i.key, i.row_hash)).collect();
    keys.sort();
    keys
}

#[test]
fn an_incident_comes_back_as_it_went_in() {
    let (_folder, mut store) = new_store();
    let mut rich = incident("JA-42/ß", 1);
    rich.profile = Arc::new(Profile {
        offences: vec![
            Offence { source_code: "0810".into(), source_text: "THEFT; \"OVER\"".into(), candidates: vec![] },
            Offence {
                source_code: String::new(),
                source_text: "Violence".into(),
                candidates: ["0201", "0101"]
                    .map(|c| Candidate { code: Code::parse(c).expect("a code"), confidence: 3 })
                    .into(),
            },
        ],
        time_precision: TimePrecision::Month,
        context: vec![ContextLink {
            kind: ContextKind::Gang,
            value: ContextValue::NotAssessed,
            definition: "eurogang-2006".into(),
            basis: "coder".into(),
            review_by: Some("2027-01-01".into()),
        }],
        uncertainty_m: Some(75),
        quality: Quality(Quality::ATTEMPTED),
        weapon: Some("knife".into()),
        ..(*rich.profile).clone()
    });
    rich.time = Interval::new(LocalTime(-5), LocalTime(86_400 * 31)).expect("an interval");
    rich.victims =
        vec![Victim { sex: Some(Sex::Female), age: Some((0, 17)), kind: None, injury: Some("fatal".into()) }];
    let mut bare = incident("", u64::MAX);
    bare.point = None;
    bare.recorded_area = None;
    let rows = [rich, bare, incident("18446744073709551615", 3)];
    assert_eq!(import(&mut store, 1, &rows, u64::MAX), Outcome { stored: 3, ..Outcome::default() });
    let (first, last) = store.fid_bounds().expect("readable").expect("rows");
    let read = store.incidents_by_fid(&(first..=last + 5).collect::<Vec<_>>()).expect("readable");
    assert_eq!(read.len(), 3);
    assert!(rows.iter().all(|row| read.iter().any(|r| r == row)));
    let profiles = store.profiles().expect("readable");
    let mut rows = read.iter();
    let mut each = |row: RowRef<'_>| {
        let whole = rows.next().expect("as many rows");
        assert_eq!((row.from, row.to, row.point), (whole.time.from.0, whole.time.to.0, whole.point));
        assert_eq!((row.key, row.area), (&whole.key[..], whole.recorded_area.as_deref()));
        assert_eq!(row.victims as usize, whole.victims.len());
        assert!(profiles.iter().any(|(id, p)| *id == row.profile && *p == whole.profile));
    };
    store.scan_incidents(i64::MIN..i64::MAX, &mut each).expect("readable");
    assert!(rows.next().is_none());
    assert_eq!(store.check().expect("readable"), [""; 0]);
}

#[test]
fn the_same_file_twice_changes_nothing_and_a_later_file_updates_by_key() {
    let (_folder, mut store) = new_store();
    // The key 7 occurs twice with other content, in one batch and in two.
    let rows: Vec<Incident> = [("7", 1), ("8", 2), ("x", 3), ("7", 4)].map(|(k, h)| incident(k, h)).into();
    assert_eq!(import(&mut store, 1, &rows, u64::MAX), Outcome { stored: 3, unchanged: 1, ..Outcome::default() });
    let (generation, hash) = (store.generation().expect("readable"), store.content_hash().expect("readable"));
    for _ in 0..2 {
        assert_eq!(import(&mut store, 1, &rows, u64::MAX), Outcome { unchanged: 4, ..Outcome::default() });
    }
    let mut again = store.begin_import("test", 1, "file.csv", 1).expect("begun");
    assert_eq!(again.incidents(&rows[3..]).expect("written").unchanged, 1);
    again.finish(&ImportReport::default()).expect("finished");
    assert_eq!((store.generation(), store.content_hash()), (Ok(generation), Ok(hash)));
    let later: Vec<Incident> = [("7", 9), ("8", 2), ("9", 5)].map(|(k, h)| incident(k, h)).into();
    assert_eq!(
        import(&mut store, 2, &later, u64::MAX),
        Outcome { stored: 1, updated: 1, unchanged: 1, ..Outcome::default() }
    );
    assert!(store.generation().expect("readable") > generation);
    let expected = [("7", 9), ("8", 2), ("9", 5), ("x", 3)].map(|(k, h)| (k.to_owned(), h));
    assert_eq!(keys(&store), expected);
}

#[test]
fn keys_whose_hashes_collide_stay_apart() {
    let (_folder, mut store) = new_store();
    // Two bits of hash for 40 keys: nearly all collide, within a batch and with stored rows.
    let row = |n: u64| incident(&format!("k{n}"), n);
    let first: Vec<Incident> = (0..20).map(row).collect();
    let second: Vec<Incident> = (10..40).map(row).chain((30..40).map(row)).collect();
    assert_eq!(import(&mut store, 1, &first, 3).stored, 20);
    assert_eq!(import(&mut store, 2, &second, 3), Outcome { stored: 20, unchanged: 20, ..Outcome::default() });
    let changed: Vec<Incident> = (0..40).rev().map(|n| incident(&format!("k{n}"), n + 1000)).collect();
    assert_eq!(import(&mut store, 3, &changed, 3).updated, 40);
    assert_eq!(keys(&store).len(), 40);
    assert!(keys(&store).iter().all(|(k, h)| *k == format!("k{}", h - 1000)));
}

#[test]
fn places_come_back_and_change_only_when_they_differ() {
    let (_folder, mut store) = new_store();
    let square = MultiPolygon(vec![polygon![(x: 0., y: 0.), (x: 1., y: 0.), (x: 1., y: 1.), (x: 0., y: 0.)]]);
    let residents = |sex, value| Denominator {
        kind: "residents".into(),
        sex,
        age: None,
        year: Some(2020),
        value,
        source: "census".into(),
    };
    let mut area = Area {
        collection: "districts".into(),
        id: "1".into(),
        name: "Old Town".into(),
        level: 1,
        parent: None,
        valid_from: None,
        shape: square.clone(),
        denominators: vec![residents(None, 1000.0), residents(Some(Sex::Female), 510.0)],
    };
    let resource = Resource {
        id: "r1".into(),
        source: "test".into(),
        organisation: None,
        name: "House of women".into(),
        resource_type: "shelter".into(),
        approach: Some("victim_support".into()),
        target_groups: vec!["women".into(), "children".into()],
        point: LonLat::new(10.0, 45.0).ok(),
        address: None,
        service_area: Some("the city".into()),
        opening_hours: Some("24/7".into()),
        languages: vec!["en".into()],
        accessibility: None,
        capacity: Some(12),
        phone: Some("116".into()),
        url: None,
        visibility: Visibility::HiddenLocation,
    };
    let intervention = Intervention {
        id: "i1".into(),
        name: "Lamps".into(),
        aims: vec!["fewer robberies".into()],
        approach: None,
        place: Some(square.clone()),
        comparison: Some(square),
        start: "2020-01-01".into(),
        end: None,
        dosage: None,
        cost: None,
        partners: vec![],
        design: None,
        registered_at: None,
        registered_hash: None,
        tags: vec!["SDG 11.7".into()],
    };
    for expected in [Outcome { stored: 1, ..Outcome::default() }, Outcome { unchanged: 1, ..Outcome::default() }] {
        let mut import = store.begin_import("test", 1, "places.geojson", 1).expect("begun");
        assert_eq!(import.areas(std::slice::from_ref(&area)), Ok(expected));
        assert_eq!(import.resources(std::slice::from_ref(&resource)), Ok(expected));
        assert_eq!(import.interventions(std::slice::from_ref(&intervention)), Ok(expected));
        import.finish(&ImportReport::default()).expect("finished");
    }
    assert!(store.areas().expect("readable") == [area.clone()]);
    assert!(store.resources().expect("readable") == [resource]);
    assert!(store.interventions().expect("readable") == [intervention]);
    let generation = store.generation().expect("readable");
    area.denominators[0].value = 1100.0;
    let mut import = store.begin_import("test", 1, "places.geojson", 2).expect("begun");
    assert_eq!(import.areas(std::slice::from_ref(&area)).map(|o| o.updated), Ok(1));
    import.finish(&ImportReport::default()).expect("finished");
    assert!(store.areas().expect("readable") == [area]);
    assert!(store.generation().expect("readable") > generation);
    // An owner's edit in another program is seen as well, and a typing error hides rather than shows.
    let generation = store.generation().expect("readable");
    store.conn.execute("UPDATE resources SET visibility = 'Public '", []).expect("edited");
    assert!(store.generation().expect("readable") > generation);
    assert_eq!(store.resources().expect("readable")[0].visibility, Visibility::HiddenLocation);
    assert_eq!(store.check().expect("readable").len(), 1);
}

#[test]
fn quarantine_and_default_points_are_those_of_the_last_import_of_a_file() {
    let (_folder, mut store) = new_store();
    let row = Quarantined {
        line: 7,
        column: "date".into(),
        value: "32/13/2020".into(),
        reason: "not a date".into(),
        hint: "correct it".into(),
    };
    let points = [(LonLat::new(0.0, 0.0).expect("on the Earth"), 99, "null island".to_owned())];
    let mut generations = Vec::new();
    for _ in 0..2 {
        let mut import = store.begin_import("test", 1, "file.csv", 1).expect("begun");
        import.quarantine(std::slice::from_ref(&row)).expect("kept");
        import.default_points(&points).expect("kept");
        import.finish(&ImportReport::default()).expect("finished");
        generations.push(store.generation().expect("readable"));
    }
    assert_eq!(generations[0], generations[1]);
    let n: i64 = store.conn.query_row("SELECT count(*) FROM quarantine", [], |r| r.get(0)).expect("readable");
    assert_eq!((n, store.default_points().expect("readable").len()), (1, 1));
    assert_eq!(store.check().expect("readable"), [""; 0]);
}
