//! San Francisco: codes and supplements gathered to cases, and records that a court sealed.

use super::*;
use crate::ingest::import_complete;
use crate::model::{Discovery, LocationPrecision, Quality, TimePrecision};
use crate::report::ImportReport;

#[test]
fn san_francisco() {
    let (batch, sum) = portal("sfpd");
    assert_eq!((sum.read, batch.incidents.len(), sum.quarantined), (20, 12, 2));
    assert_eq!((left_out(&sum, "repeats"), left_out(&sum, "supplement")), (1, 1));
    assert_eq!(sum.unmapped.get("Category of a new kind: Description of a new kind"), Some(&1));
    let of = |key: &str| {
        let i = by_key(&batch, key);
        (codes(i), i.profile.offences.len(), when(i))
    };
    assert_eq!(of("230000001"), (vec!["05012", "0504"], 2, "2023-03-11T23:41:00".into()), "a row twice counts once");
    // The supplement adds an offence; time and place are the report's, whichever comes first in the file.
    assert_eq!(of("230000002"), (vec!["020111", "0901"], 2, "2023-03-12T02:30:00".into()));
    assert_eq!(of("230000003"), (vec!["050211"], 2, "2023-03-15T18:00:00".into()));
    assert_eq!(of("236000001"), (vec!["0502"], 1, "2023-03-13T00:00:00".into()));
    assert_eq!(of("230000011"), (vec!["02011"], 1, "2023-03-13T18:10:00".into()));
    for (key, code) in
        [("230000004", "050222"), ("230000005", "040111"), ("230000006", "05011"), ("230000007", "02011")]
    {
        assert_eq!(codes(by_key(&batch, key)), [code], "{key}");
    }
    assert!(by_key(&batch, "230000006").profile.quality.has(Quality::ATTEMPTED));
    assert!(!by_key(&batch, "230000007").profile.quality.has(Quality::ATTEMPTED), "a battery is no attempt");
    let online = by_key(&batch, "236000001");
    assert_eq!((online.profile.discovery, online.profile.time_precision), (Discovery::Victim, TimePrecision::Day));
    assert_eq!(by_key(&batch, "230000008").profile.discovery, Discovery::PoliceInitiated);
    assert_eq!(by_key(&batch, "230000004").profile.discovery, Discovery::Unknown);
    assert_eq!(by_key(&batch, "230000004").profile.location_precision, LocationPrecision::Intersection);
    assert_eq!(by_key(&batch, "230000009").profile.location_precision, LocationPrecision::None);
    let shot = by_key(&batch, "230000002");
    assert_eq!(context(shot, ContextKind::Firearm).map(|(value, _)| value), Some(ContextValue::Yes));
    assert_eq!(shot.profile.status.as_deref(), Some("arrest made"));
    assert_eq!(
        set_aside(&batch).iter().map(|(line, column, _)| (*line, *column)).collect::<Vec<_>>(),
        [(19, "Incident Datetime"), (20, "Longitude")]
    );
}

fn bring_in(store: &mut Store, path: &Path, is_complete: bool) -> ImportReport {
    let import = if is_complete { import_complete } else { import };
    import(store, &Source::find("sfpd").unwrap(), path, &Cancel::default(), &|_, _| {}).unwrap()
}

#[test]
fn what_a_court_sealed_goes_with_a_complete_file_alone() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("sf.gpkg");
    let mut store = Store::open(&data).unwrap();
    let whole = std::fs::read_to_string(fixture("portals/sfpd.csv")).unwrap();
    let without = |words: &str| whole.lines().filter(|l| !l.contains(words)).collect::<Vec<_>>().join("\n");
    // Another source of the file is not touched.
    let chicago = Source::find("chicago").unwrap();
    import(&mut store, &chicago, &fixture("chicago_portal.csv"), &Cancel::default(), &|_, _| {}).unwrap();
    assert_eq!(bring_in(&mut store, &fixture("portals/sfpd.csv"), false).stored, 12);
    let sealed = file(&dir, "sealed.csv", without(",230000005,"));
    assert_eq!(bring_in(&mut store, &sealed, false).removed, 0, "a part of a source removes nothing");
    let (generation, removals) = (store.generation().unwrap(), store.removals().unwrap());
    let complete = bring_in(&mut store, &sealed, true);
    assert_eq!((complete.removed, complete.unchanged, complete.stored), (1, 11, 0), "{complete}");
    assert!(store.generation().unwrap() > generation && store.removals().unwrap() > removals);
    let bytes = std::fs::read(&data).unwrap();
    assert!(!bytes.windows(9).any(|w| w == b"230000005"), "its key is in no byte of the file");
    let again = bring_in(&mut store, &sealed, true);
    assert_eq!((again.removed, again.unchanged), (0, 11));
    // The source brings it back.
    assert_eq!(bring_in(&mut store, &fixture("portals/sfpd.csv"), true).stored, 1);
}

#[test]
fn nothing_goes_while_it_may_be_in_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&dir.path().join("sf.gpkg")).unwrap();
    let whole = std::fs::read_to_string(fixture("portals/sfpd.csv")).unwrap();
    bring_in(&mut store, &fixture("portals/sfpd.csv"), false);
    // Its row is there, but cannot be used any more: what was known of it stays.
    let worse = file(&dir, "worse.csv", whole.replace("2023/03/13 05:10:00 PM", "2023/03/32 05:10:00 PM"));
    let report = bring_in(&mut store, &worse, true);
    assert_eq!((report.removed, report.quarantined), (0, 3), "{report}");
    // A cut-off file, and one without a usable row, remove nothing and say so.
    let cut = file(&dir, "cut.csv", &whole[..whole.len() / 2]);
    let nothing = file(&dir, "nothing.csv", whole.lines().next().unwrap().to_string() + "\n");
    for path in [cut, nothing] {
        let report = bring_in(&mut store, &path, true);
        assert_eq!(report.removed, 0);
        assert!(report.notes.iter().any(|n| n.starts_with("nothing was removed")), "{report}");
    }
    let areas = Source::find("generic-areas").unwrap();
    let e = import_complete(&mut store, &areas, &worse, &Cancel::default(), &|_, _| {}).unwrap_err();
    assert!(e.what.contains("areas"), "{e}");
}
