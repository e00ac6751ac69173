//! A file into the store: once, again, corrected, cancelled.

use super::*;
use crate::Kind;
use crate::ingest::import;
use crate::report::ImportReport;
use crate::store::{Records, Store};
use crate::testing::shared;

#[test]
fn the_same_file_twice_changes_nothing_and_a_later_one_updates_by_key() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&dir.path().join("city.gpkg")).unwrap();
    let source = Source::find("chicago").unwrap();
    let path = fixture("chicago_portal.csv");
    let told = std::cell::Cell::new((0, 0));
    let first = import(&mut store, &source, &path, &Cancel::default(), &|a, b| told.set((a, b))).unwrap();
    let size = std::fs::metadata(&path).unwrap().len();
    assert_eq!(told.get(), (size, size));
    // One of the two repeated keys is of a row that says nothing new.
    assert_eq!((first.read, first.stored, first.quarantined, first.repeated_keys), (24, 18, 5, 2), "{first}");
    let generation = store.generation().unwrap();
    let again = import(&mut store, &source, &path, &Cancel::default(), &|_, _| {}).unwrap();
    assert_eq!((again.stored, again.updated, again.unchanged), (0, 0, first.stored));
    assert_eq!(store.generation().unwrap(), generation);
    let says = |report: &ImportReport| report.notes.iter().any(|n| n.contains("raise its mapping_version"));
    assert!(says(&again) && !says(&first), "{again}");
    let text = std::fs::read_to_string(&path).unwrap().replace(",true,false,", ",false,false,");
    let later = import(&mut store, &source, &file(&dir, "later.csv", text), &Cancel::default(), &|_, _| {}).unwrap();
    assert_eq!(later.stored, 0);
    assert!(later.updated > 0 && later.updated + later.unchanged == first.stored, "{later}");
}

#[test]
fn a_stopped_import_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&dir.path().join("city.gpkg")).unwrap();
    let cancel = Cancel::default();
    cancel.stop();
    let source = Source::find("chicago").unwrap();
    let e = import(&mut store, &source, &fixture("chicago_portal.csv"), &cancel, &|_, _| {}).unwrap_err();
    assert_eq!(e.kind, Kind::Cancelled);
}

#[test]
fn a_file_that_is_no_table_leaves_no_import_behind() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&dir.path().join("city.gpkg")).unwrap();
    let source = Source::find("chicago").unwrap();
    let path = file(&dir, "page.csv", "<html>not found</html>");
    let e = import(&mut store, &source, &path, &Cancel::default(), &|_, _| {}).unwrap_err();
    assert!(e.what.contains("page.csv"), "{e}");
    assert_eq!(store.generation().unwrap(), 0);
}

#[test]
fn the_portal_month_goes_in() {
    let Some(path) = shared("data/chicago/chicago_2016-07_portal_format.csv.gz") else { return };
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&dir.path().join("city.gpkg")).unwrap();
    let source = Source::find("chicago").unwrap();
    let report = import(&mut store, &source, &path, &Cancel::default(), &|_, _| {}).unwrap();
    println!("{report}");
    assert_eq!((report.read, report.stored, report.without_place), (24_815, 24_815, 178));
}

#[test]
fn an_erased_record_is_counted_and_left_out() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&dir.path().join("city.gpkg")).unwrap();
    let source = Source::find("chicago").unwrap();
    let path = fixture("chicago_portal.csv");
    let first = import(&mut store, &source, &path, &Cancel::default(), &|_, _| {}).unwrap();
    let (fid, _) = store.fid_bounds().unwrap().unwrap();
    store.erase(&Records::Fid(fid), "asked for", true).unwrap();
    let again = import(&mut store, &source, &path, &Cancel::default(), &|_, _| {}).unwrap();
    assert_eq!((again.left_out.get("erased before"), again.unchanged), (Some(&1), first.stored - 1), "{again}");
    let left_out: u64 = again.left_out.values().sum();
    assert_eq!(again.read, again.unchanged + again.quarantined + left_out, "{again}");
    // Without a key of its own a row is known by a hash of its content.
    let generic = Source::find("generic-csv").unwrap();
    let bare =
        file(&dir, "bare.csv", "date,category,lat,lon\n2020-05-01,Robbery,45.1,9.1\n2020-05-02,Theft,45.2,9.2\n");
    assert_eq!(import(&mut store, &generic, &bare, &Cancel::default(), &|_, _| {}).unwrap().stored, 2);
    let (_, fid) = store.fid_bounds().unwrap().unwrap();
    store.erase(&Records::Fid(fid), "asked for", true).unwrap();
    let again = import(&mut store, &generic, &bare, &Cancel::default(), &|_, _| {}).unwrap();
    assert_eq!((again.left_out.get("erased before"), again.unchanged), (Some(&1), 1), "{again}");
}
