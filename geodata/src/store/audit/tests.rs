//! Tests of the access log: nothing is lost or doubled, and whatever is changed is named.

use std::path::{Path, PathBuf};

use super::*;
use crate::model::Tier;
use crate::store::Store;

fn file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("city.gpkg");
    drop(Store::open(&path).expect("a new file"));
    (folder, path)
}

fn entry(n: u64) -> Entry {
    let purpose = format!("purpose-{n}");
    Entry { purpose, rows: n, ..Entry::now("k1 unit", Tier::Analyst, format!("GET /tiles/cells/{n}")) }
}

/// A file with `n` entries in its table.
fn filled(path: &Path, n: u64) -> Store {
    let mut store = Store::open(path).expect("opened");
    for n in 1..=n {
        store.logged(|_| Ok(((), entry(n)))).expect("written");
    }
    store
}

fn verified(path: &Path) -> Verified {
    verify(&Store::open_read(path).expect("opened")).expect("readable")
}

fn broken(path: &Path) -> Option<(i64, Fault)> {
    verified(path).broken.map(|b| (b.entry, b.fault))
}

fn journals(path: &Path) -> Vec<PathBuf> {
    journal::beside(path).expect("a folder")
}

#[test]
fn entries_go_through_the_journal_into_the_table_in_order() {
    let (_folder, path) = file();
    let log = Log::new(&path, |e| panic!("{e}"));
    (1..=3).for_each(|n| log.write(entry(n)).expect("written"));
    let waiting = verified(&path);
    assert_eq!((waiting.entries + waiting.waiting, waiting.broken), (3, None));
    assert_eq!(log.fold(), Ok(true));
    (4..=5).for_each(|n| log.write(entry(n)).expect("written"));
    // Its owner lives: nobody else takes it over.
    assert_eq!(fold_leftovers(&path), Ok(vec![]));
    drop(log);
    assert_eq!(journals(&path), Vec::<PathBuf>::new());
    let found = verified(&path);
    assert_eq!((found.entries, found.head, found.waiting, found.broken), (5, 5, 0, None));
    let mut rows = vec![];
    let store = Store::open_read(&path).expect("opened");
    let mut take = |kept: Kept| {
        rows.push(kept.entry.rows);
        Ok(())
    };
    entries(&store, Some(crate::store::keys::today()), &mut take).expect("readable");
    entries(&store, "2999-01-01".parse().ok(), &mut take).expect("readable");
    assert_eq!(rows, [1, 2, 3, 4, 5]);
}

#[test]
fn nobody_waits_for_an_import_that_holds_the_file() {
    let (_folder, path) = file();
    let log = Log::new(&path, |e| panic!("{e}"));
    let importer = Store::open(&path).expect("opened");
    importer.conn.execute_batch("BEGIN IMMEDIATE").expect("locked");
    (1..=50).for_each(|n| log.write(entry(n)).expect("written"));
    assert_eq!(log.fold(), Ok(false));
    assert_eq!((verified(&path).entries, verified(&path).waiting), (0, 50));
    importer.conn.execute_batch("COMMIT").expect("released");
    assert_eq!(log.fold(), Ok(true));
    assert_eq!((verified(&path).entries, verified(&path).waiting), (50, 0));
}

#[test]
fn a_journal_is_carried_over_once_also_if_it_could_not_be_removed() {
    let (folder, path) = file();
    let log = Log::new(&path, |e| panic!("{e}"));
    log.write(entry(1)).expect("written");
    let journal = journals(&path).pop().expect("a journal");
    let copy = folder.path().join("copy");
    std::fs::copy(&journal, &copy).expect("copied");
    drop(log);
    std::fs::rename(&copy, &journal).expect("back again");
    assert_eq!((verified(&path).entries, verified(&path).waiting), (1, 0));
    assert_eq!(fold_leftovers(&path), Ok(vec![]));
    assert_eq!((verified(&path).entries, journals(&path).len()), (1, 0));
}

#[test]
fn one_byte_changed_in_the_file_is_named_with_its_entry() {
    let (_folder, path) = file();
    let store = filled(&path, 6);
    store.conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("carried over");
    drop(store);
    assert_eq!(broken(&path), None);
    let mut bytes = std::fs::read(&path).expect("the file");
    let text = b"purpose-4";
    let at = bytes.windows(text.len()).position(|w| w == text).expect("the entry is in the file");
    bytes[at] ^= 1;
    std::fs::write(&path, bytes).expect("written");
    assert_eq!(broken(&path), Some((4, Fault::Content)));
}

#[test]
fn what_was_changed_removed_or_added_is_named() {
    for (change, expected) in [
        ("UPDATE audit SET status = 403 WHERE seq = 3", (3, Fault::Content)),
        ("UPDATE audit SET status = 'none' WHERE seq = 3", (3, Fault::Content)),
        ("UPDATE audit SET hash = zeroblob(32) WHERE seq = 3", (3, Fault::Content)),
        ("UPDATE audit SET previous = zeroblob(32) WHERE seq = 3", (3, Fault::Link)),
        ("DELETE FROM audit WHERE seq = 3", (4, Fault::Gap)),
        ("DELETE FROM audit WHERE seq = 1", (2, Fault::Gap)),
        ("DELETE FROM audit WHERE seq >= 5", (5, Fault::Tail)),
        ("DELETE FROM audit", (1, Fault::Tail)),
        ("UPDATE audit_head SET seq = 4", (5, Fault::Tail)),
    ] {
        let (_folder, path) = file();
        let store = filled(&path, 6);
        assert!(store.conn.execute("UPDATE audit SET rows = 9", []).is_err(), "entries cannot be changed by mistake");
        store.conn.execute_batch(&format!("DROP TRIGGER audit_fixed; {change}")).expect("changed");
        assert_eq!(broken(&path), Some(expected), "{change}");
    }
}

#[test]
fn a_broken_journal_stays_as_evidence_and_is_named() {
    let (_folder, path) = file();
    let log = Log::new(&path, |_| ());
    (1..=3).for_each(|n| log.write(entry(n)).expect("written"));
    let journal = journals(&path).pop().expect("a journal");
    let text = std::fs::read_to_string(&journal).expect("readable");
    // A line that has no end was never acknowledged: it is no break.
    drop(log);
    std::fs::write(&journal, format!("{text}{{\"n\":4")).expect("written");
    let store = Store::open(&path).expect("opened");
    store.conn.execute_batch("DELETE FROM audit_folded; DELETE FROM audit; DELETE FROM audit_head").expect("as new");
    assert_eq!((verified(&path).waiting, broken(&path)), (3, None));
    std::fs::write(&journal, text.replace("purpose-2", "purpose-9")).expect("written");
    let found = verified(&path).broken.expect("broken");
    assert_eq!((found.entry, found.fault, found.journal.is_some()), (2, Fault::Content, true));
    assert_eq!(fold_leftovers(&path), Ok(vec![journal.clone()]));
    assert!(journal.exists() && verified(&path).entries == 0);
}

#[test]
fn verification_begins_where_retention_cut_the_log() {
    let (_folder, path) = file();
    let cut = "INSERT INTO audit_anchor SELECT seq, hash, at FROM audit WHERE seq = ?1";
    let store = filled(&path, 5);
    store.conn.execute(cut, [2]).expect("anchored");
    store.conn.execute("DELETE FROM audit WHERE seq <= 2", []).expect("removed");
    let found = verified(&path);
    assert_eq!((found.entries, found.removed_to, found.head, found.broken), (3, 2, 5, None));
    store.conn.execute("DELETE FROM audit WHERE seq = 3", []).expect("removed");
    assert_eq!(broken(&path), Some((4, Fault::Gap)));
    let (_folder, path) = file();
    let store = filled(&path, 3);
    store.conn.execute(cut, [3]).expect("anchored");
    store.conn.execute("DELETE FROM audit", []).expect("removed");
    assert_eq!((broken(&path), verified(&path).head), (None, 3));
    filled(&path, 1);
    assert_eq!((broken(&path), verified(&path).head), (None, 4));
}

#[test]
fn what_fails_is_not_logged_and_what_cannot_be_logged_is_not_done() {
    let (folder, path) = file();
    let mut store = Store::open(&path).expect("opened");
    let failed = store.logged(|s| crate::store::keys::revoke(s, "nobody").map(|()| ((), Entry::command("revoke"))));
    assert!(failed.is_err() && verified(&path).entries == 0);
    store.conn.execute_batch("DROP TABLE audit_head").expect("dropped");
    let (key, _) = crate::store::keys::create(&mut store, "x", Tier::Partner, None).expect("a key");
    let failed = store.logged(|s| crate::store::keys::revoke(s, &key.id).map(|()| ((), Entry::command("revoke"))));
    assert!(failed.is_err());
    assert_eq!(crate::store::keys::list(&store).expect("readable")[0].revoked, None);
    let log = Log::new(&folder.path().join("missing/city.gpkg"), |_| ());
    let error = log.write(entry(1)).expect_err("no folder");
    assert!(error.what.contains("access log") && error.hint.contains("right"), "{error}");
}
