//! The assessment tells what the file holds, names what is missing, and gives nothing away.

use jiff::civil::date;

use super::*;
use crate::Cancel;
use crate::index::Snapshot;
use crate::model::Tier;
use crate::policy::DEFAULT_TEXT;
use crate::store::{Records, keys, synthetic};

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("city.gpkg")).expect("a new file");
    (folder, store)
}

#[test]
fn an_empty_file_is_missing_everything() {
    let (_folder, mut store) = store();
    let text = document(&mut store, date(2026, 11, 26)).expect("written");
    let missing = text.split("## Who answers for it").next().expect("a head");
    for what in ["nothing was imported yet", "a release", "a run of the attacks", "entries of the access log"] {
        assert!(missing.contains(what), "{what}: {missing}");
    }
}

#[test]
fn a_city_is_told_in_numbers_and_no_record_or_key_is_in_it() {
    let (_folder, mut store) = store();
    synthetic::fill(&mut store, 500, 1).expect("filled");
    let (_, token) = keys::create(&mut store, "unit", Tier::Analyst, None).expect("a key");
    let erase = Records::Keys { source: synthetic::SOURCE.into(), keys: vec!["10000007".into()] };
    store.erase(&erase, "order 17", true).expect("erased");
    let text = document(&mut store, date(2026, 11, 26)).expect("written");
    for part in [
        "| `synthetic` | block | minute | 499 |",
        "| `incidents` | nothing | masked points, by agreement | exact | exact |",
        "| analyst | 1 | 1 | - |",
        "a last day for the keys that have none (1)",
        "Records erased: 1, the first on",
        "```text",
        "| counts published: 0 and from | 5 | 5 |",
        "*To fill in*",
        "the terms under which `synthetic` may be used",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains("100000") && !text.contains(token.reveal()) && !text.contains("order 17"));
    // Every row of every table has as many cells as its head.
    let mut cells = None;
    for line in text.lines() {
        let n = line.starts_with('|').then(|| line.matches('|').count() - line.matches("\\|").count());
        assert!(n.is_none() || cells.is_none() || n == cells, "{line}");
        cells = n;
    }
}

#[test]
fn a_release_its_policy_and_the_attacks_on_it_are_told() {
    let (_folder, mut store) = store();
    synthetic::fill(&mut store, 500, 1).expect("filled");
    let stricter = Policy::read(&DEFAULT_TEXT.replacen("minimum_count = 5", "minimum_count = 8", 1)).expect("read");
    for policy in [Policy::standard(), &stricter] {
        let snapshot = Snapshot::build(&store).expect("indexed");
        let options = release::Options::default();
        release::make(&mut store, &snapshot, policy, &options, &|_| {}, &Cancel::default()).expect("released");
    }
    assert_eq!(release::policy_in_force(&store).expect("readable").as_ref(), Some(&stricter));
    let text = document(&mut store, date(2026, 11, 26)).expect("written");
    assert!(text.contains(&format!("hash `{}`", stricter.hash())), "{text}");
    for part in ["| counts published: 0 and from | 8 | 5 |", "residents: without them cells", "a run of the attacks"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert_eq!(text.lines().filter(|l| l.starts_with("| 1 | 20") || l.starts_with("| 2 | 20")).count(), 2, "{text}");
}
