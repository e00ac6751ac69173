//! Files that are not a city's, damaged files, a full disk: each is said clearly, and nothing is lost.

use std::path::Path;

use super::tests::new_store;
use super::*;

/// A file with `rows` made-up incidents, closed.
pub(super) fn closed_file(rows: u64) -> (tempfile::TempDir, PathBuf) {
    let (folder, mut store) = new_store();
    synthetic::fill(&mut store, rows, 1).expect("filled");
    let path = store.path().to_owned();
    (folder, path)
}

fn refused(path: &Path) -> Vec<String> {
    let errors: Vec<Error> = [Store::open(path), Store::open_read(path)].into_iter().filter_map(Result::err).collect();
    assert_eq!(errors.len(), 2);
    assert!(errors.iter().all(|e| !e.hint.is_empty() && e.what.contains(&path.display().to_string())));
    errors.into_iter().map(|e| e.to_string()).collect()
}

#[test]
fn what_is_not_a_citys_file_is_named_and_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("a.csv"), "id,date\n1,2020-01-01\n".repeat(200)).expect("written");
    let sqlite = |name: &str, sql: &str| {
        let conn = Connection::open(at(name)).expect("a file");
        conn.execute_batch(sql).expect("made");
    };
    sqlite("other.db", "CREATE TABLE t (x); INSERT INTO t VALUES (1);");
    sqlite("other.gpkg", "PRAGMA application_id = 0x47504B47; CREATE TABLE gpkg_contents (table_name TEXT);");
    for (name, word) in [
        ("a.csv", "not an SQLite file"),
        ("other.db", "SQLite file of another program"),
        ("other.gpkg", "not a city's data file"),
    ] {
        let before = std::fs::read(at(name)).expect("readable");
        assert!(refused(&at(name)).iter().all(|e| e.contains(word)), "{name}: {:?}", refused(&at(name)));
        assert!(std::fs::read(at(name)).expect("readable") == before, "{name} was changed");
    }
    assert!(Store::open(&at("no/such/city.gpkg")).is_err_and(|e| e.what.contains("does not exist")));
    assert!(Store::open(folder.path()).is_err_and(|e| e.what.contains("is a folder")));
    assert!(Store::open_read(&at("none.gpkg")).is_err_and(|e| e.hint.contains("import")));
    assert!(!at("none.gpkg").exists());
}

#[test]
fn a_newer_schema_is_refused_and_left_as_it_is() {
    let (_folder, path) = closed_file(10);
    let conn = Connection::open(&path).expect("a file");
    conn.execute("UPDATE urbansafety_meta SET value = 99 WHERE name = 'schema_version'", []).expect("changed");
    drop(conn);
    assert!(refused(&path).iter().all(|e| e.contains("newer program (schema 99") && e.contains("update urbansafety")));
}

#[test]
fn a_file_of_the_first_version_gets_what_later_ones_have() {
    let (_folder, path) = closed_file(10);
    let hash = Store::open(&path).and_then(|s| s.content_hash()).expect("readable");
    let conn = Connection::open(&path).expect("a file");
    conn.execute_batch(
        "DELETE FROM urbansafety_meta WHERE name = 'file_id';
         ALTER TABLE sources DROP COLUMN kind; ALTER TABLE sources DROP COLUMN title; ALTER TABLE sources DROP COLUMN licence;
         DROP TABLE secrets; DROP TABLE releases; DROP TABLE policy_signers; DROP TABLE tombstones; DROP TABLE agreements;
         DROP TABLE audit; DROP TABLE audit_head; DROP TABLE audit_folded; DROP TABLE audit_anchor; DROP TABLE redteam_runs;
         ALTER TABLE api_keys DROP COLUMN agreement;
         DROP TABLE streets; DELETE FROM gpkg_geometry_columns WHERE table_name = 'streets';
         DELETE FROM gpkg_contents WHERE table_name = 'streets';
         UPDATE urbansafety_meta SET value = 1 WHERE name = 'schema_version';",
    )
    .expect("as it was");
    drop(conn);
    assert!(Store::open_read(&path).is_err_and(|e| e.what.contains("version 1")));
    let store = Store::open_read_migrated(&path).expect("brought up to date");
    assert_eq!((store.content_hash(), store.sources()), (Ok(hash), Ok(vec![])));
    let id = store.file_id().expect("an id");
    assert_eq!(Store::open(&path).and_then(|s| s.file_id()), Ok(id), "it stays");
}

#[test]
fn a_truncated_file_is_refused_and_damage_inside_is_found_by_check() {
    let (_folder, path) = closed_file(20_000);
    let whole = std::fs::read(&path).expect("readable");
    std::fs::write(&path, &whole[..whole.len() / 2]).expect("cut");
    assert!(refused(&path).iter().all(|e| e.contains("damaged or cut short")), "{:?}", refused(&path));
    let mut damaged = whole.clone();
    let at = whole.len() / 2;
    damaged[at..at + 4000].fill(0x55);
    std::fs::write(&path, &damaged).expect("damaged");
    let problems = Store::open(&path).and_then(|s| s.check()).expect("opened");
    assert!(problems.iter().any(|p| p.contains("damaged")), "{problems:?}");
    std::fs::write(&path, &whole[..50]).expect("cut");
    refused(&path);
    std::fs::write(&path, &whole).expect("restored");
    assert_eq!(Store::open(&path).and_then(|s| s.check()), Ok(vec![]));
}

#[test]
fn a_full_disk_is_said_and_the_file_keeps_what_was_acknowledged() {
    let (_folder, path) = closed_file(5_000);
    let mut store = Store::open(&path).expect("opened");
    let before = store.content_hash().expect("readable");
    let pages: i64 = store.conn.query_row("PRAGMA page_count", [], |r| r.get(0)).expect("readable");
    store.conn.query_row(&format!("PRAGMA max_page_count = {}", pages + 1), [], |_| Ok(())).expect("set");
    let error = synthetic::fill(&mut store, 20_000, 2).expect_err("full");
    assert!(error.what.contains("the disk is full") && error.hint.contains("make room"), "{error}");
    drop(store);
    let mut store = Store::open(&path).expect("opened");
    assert_eq!(store.content_hash(), Ok(before));
    let problems = store.check().expect("readable");
    assert!(problems.len() == 1 && problems[0].contains("broken off"), "{problems:?}");
    synthetic::fill(&mut store, 20_000, 2).expect("room again");
    assert_eq!((synthetic::scan(&store), store.check()), (Ok(20_000), Ok(vec![])));
}

#[test]
fn an_empty_file_is_made_a_citys_and_two_processes_may_make_it_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("100% new?#.gpkg");
    std::fs::write(&path, "").expect("an empty file");
    std::thread::scope(|s| {
        let openers: Vec<_> = (0..4).map(|_| s.spawn(|| Store::open(&path).map(|s| s.generation()))).collect();
        for opener in openers {
            assert_eq!(opener.join().expect("no panic"), Ok(Ok(0)));
        }
    });
    assert_eq!(Store::open_read(&path).and_then(|s| s.check()), Ok(vec![]));
    assert_eq!(Store::open_read(&path).and_then(|s| s.fid_bounds()), Ok(None));
}
