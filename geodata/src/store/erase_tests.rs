//! An erased record is in no byte of the file, stays out of later imports, and leaves the others findable.

use std::sync::Arc;

use super::tests::{import, incident, new_store};
use super::*;
use crate::error::Kind;
use crate::model::{Incident, LonLat, Profile};
use crate::report::{ImportReport, Quarantined};

const KEY: &str = "HZ-5512/Q77";

fn keys(keys: &[&str]) -> Records {
    Records::Keys { source: "test".into(), keys: keys.iter().map(|k| (*k).to_owned()).collect() }
}

/// Whether a text stands anywhere in the city's file or beside it.
fn is_on_disk(store: &Store, text: &str) -> bool {
    let folder = store.path().parent().expect("a folder");
    std::fs::read_dir(folder).expect("readable").flatten().any(|entry| {
        let bytes = std::fs::read(entry.path()).expect("readable");
        bytes.windows(text.len()).any(|w| w == text.as_bytes())
    })
}

/// A record with words of its own, at the border of the layer.
fn marked(row_hash: u64) -> Incident {
    let mut marked = incident(KEY, row_hash);
    marked.profile = Arc::new(Profile { weapon: Some("a rare lamp".into()), ..(*marked.profile).clone() });
    marked.point = LonLat::new(9.5, 44.0).ok();
    marked
}

fn rows(n: u64) -> Vec<Incident> {
    (0..n).map(|i| incident(&format!("K{i:05}"), i)).collect()
}

#[test]
fn an_erased_record_is_in_no_byte_and_stays_out() {
    let (_folder, mut store) = new_store();
    let mut file = rows(3000);
    file.push(marked(1));
    import(&mut store, 1, &file, u64::MAX);
    // An earlier version of a record has words of its own, too.
    import(&mut store, 2, &[marked(2)], u64::MAX);
    let aside = |value: &str| Quarantined {
        line: 7,
        column: "id".into(),
        value: value.into(),
        reason: "no date".into(),
        hint: "give one".into(),
    };
    let values = [aside(&format!("{KEY};2018-99-01;x")), aside("K00001 and another")];
    let set_aside = |store: &mut Store, file: u64| {
        let mut import = store.begin_import("test", 1, "file.csv", file).expect("begun");
        import.quarantine(&values).expect("kept");
        import.finish(&ImportReport::default()).expect("finished");
    };
    set_aside(&mut store, 4);
    assert!(is_on_disk(&store, KEY) && is_on_disk(&store, "a rare lamp"));

    let generation = store.generation().expect("readable");
    let looked = store.erase(&keys(&[KEY]), "order 17", false).expect("looked up");
    assert!(!looked.applied && is_on_disk(&store, KEY) && store.generation() == Ok(generation));
    let erased = store.erase(&keys(&[KEY, KEY]), "order 17", true).expect("erased");
    assert_eq!(erased, Erased { applied: true, ..looked });
    assert_eq!((erased.records, erased.profiles, erased.quarantined), (1, 2, 1));
    assert!(!is_on_disk(&store, KEY) && !is_on_disk(&store, "a rare lamp"));
    assert!(store.generation().expect("readable") > generation);
    let west: f64 = store
        .conn
        .query_row("SELECT min_x FROM gpkg_contents WHERE table_name = 'incidents'", [], |r| r.get(0))
        .expect("an extent");
    assert!(west >= 10.0, "the extent still tells where it was: {west}");

    for (n, row) in [(1, marked(1)), (5, marked(2))] {
        file[3000] = row;
        let outcome = import(&mut store, n, &file, u64::MAX);
        assert_eq!((outcome.erased, outcome.stored), (1, 0), "file {n}");
    }
    set_aside(&mut store, 6);
    assert!(!is_on_disk(&store, KEY) && !is_on_disk(&store, "a rare lamp"));
    let again = store.erase(&keys(&[KEY, "K00002"]), "order 18", true).expect("erased");
    assert_eq!((again.records, again.before), (1, 1));
    assert_eq!(store.check().expect("readable"), [""; 0]);
    // Another source's record of the same key is another record.
    let mut other = store.begin_import("other", 1, "o.csv", 1).expect("begun");
    assert_eq!(other.incidents(&[marked(1)]).map(|o| o.stored), Ok(1));
}

#[test]
fn what_cannot_be_erased_is_named_and_nothing_goes() {
    let (_folder, mut store) = new_store();
    import(&mut store, 1, &rows(10), u64::MAX);
    let hash = store.content_hash();
    let unknown = store.erase(&keys(&["K00001", "K99999"]), "x", true).expect_err("unknown");
    assert!(unknown.kind == Kind::NotFound && unknown.what.contains("key number 2 of the 2"), "{unknown}");
    assert!(!unknown.to_string().contains("K99999"), "keys are not repeated: {unknown}");
    let elsewhere = Records::Keys { source: "nobody".into(), keys: vec!["1".into()] };
    assert_eq!(store.erase(&elsewhere, "x", true).map_err(|e| e.kind), Err(Kind::NotFound));
    assert_eq!(store.erase(&Records::Fid(99), "x", true).map_err(|e| e.kind), Err(Kind::NotFound));
    for (records, reason) in [(keys(&["K00001"]), " "), (keys(&["K00001"]), "record K00001, asked"), (keys(&[]), "x")] {
        assert_eq!(store.erase(&records, reason, true).map_err(|e| e.kind), Err(Kind::Invalid), "{reason}");
    }
    assert_eq!(store.content_hash(), hash);
    let import = store.begin_import("test", 1, "file.csv", 9).expect("begun");
    drop(import);
    assert!(store.erase(&keys(&["K00001"]), "x", true).is_err_and(|e| e.what.contains("import is under way")));
}

#[test]
fn a_record_is_erased_by_its_number_as_well() {
    let (_folder, mut store) = new_store();
    import(&mut store, 1, &[incident("77", 1), incident("78", 2)], u64::MAX);
    let (first, _) = store.fid_bounds().expect("readable").expect("rows");
    let erased = store.erase(&Records::Fid(first), "asked for", true).expect("erased");
    assert_eq!((erased.source.as_str(), erased.records), ("test", 1));
    let outcome = import(&mut store, 1, &[incident("77", 1), incident("78", 2)], u64::MAX);
    assert_eq!((outcome.erased, outcome.unchanged), (1, 1));
}

#[test]
fn records_behind_a_gap_are_found_again() {
    let (_folder, mut store) = new_store();
    // Two bits of hash for 40 keys: nearly all collide.
    let row = |n: u64, hash: u64| incident(&format!("k{n}"), hash);
    let all: Vec<Incident> = (0..40).map(|n| row(n, n)).collect();
    import(&mut store, 1, &all, 3);
    let gone: Vec<String> = [3, 4, 17, 0, 38].map(|n| format!("k{n}")).into();
    let records = Records::Keys { source: "test".into(), keys: gone.clone() };
    assert_eq!(store.erase_masked(&records, "test", true, 3).map(|e| e.records), Ok(5));
    let changed: Vec<Incident> = (0..40).map(|n| row(n, n + 1000)).collect();
    let outcome = import(&mut store, 2, &changed, 3);
    assert_eq!((outcome.stored, outcome.updated, outcome.erased), (0, 35, 5));
}
#[test]
fn nothing_is_left_between_the_pages() {
    let (_folder, mut store) = new_store();
    let file = rows(3000);
    import(&mut store, 1, &file, u64::MAX);
    // Rows that grow move others from page to page: one key in nine leaves a copy that deleting alone would not reach.
    for (n, area) in [(2, "a longer name of an area than before"), (3, &"a very long name ".repeat(9))] {
        let longer =
            |i: &Incident| Incident { recorded_area: Some(area.into()), row_hash: i.row_hash + 9000 * n, ..i.clone() };
        import(&mut store, n, &file.iter().map(longer).collect::<Vec<_>>(), u64::MAX);
    }
    let gone: Vec<String> = (0..300).map(|i| format!("K{:05}", i * 10)).collect();
    let records = Records::Keys { source: "test".into(), keys: gone.clone() };
    assert_eq!(store.erase(&records, "asked for", true).map(|e| e.records), Ok(300));
    assert_eq!(gone.iter().filter(|k| is_on_disk(&store, k)).count(), 0);
}
