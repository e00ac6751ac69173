//! Releases as a whole: what is told, what stands from one release to the next, and what a file keeps.

use std::path::Path;

use super::*;
use crate::cancel::Cancel;
use crate::index::Snapshot;

/// Release of a file under the default policy.
pub(crate) fn release(path: &Path, today: &str) -> Release {
    let mut store = Store::open(path).expect("a file");
    let snapshot = Snapshot::build(&store).expect("an index");
    let options = Options { today: Some(today.parse().expect("a day")), ..Options::default() };
    make(&mut store, &snapshot, Policy::standard(), &options, &|_| (), &Cancel::default()).expect("a release")
}

#[test]
fn the_demo_city_is_told_almost_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("city.gpkg");
    let mut store = Store::open(&path).expect("a new file");
    crate::demo::generate(1, 20_000, &mut store, &|_, _| ()).expect("the demo city");
    drop(store);
    let made = release(&path, "2026-11-26");
    let cube = &made.public;
    let whole = cube.whole().expect("a slice of everything");
    let told: u64 = cube.leaves_of(whole).iter().filter(|l| l.value != SUPPRESSED).map(|l| u64::from(l.value)).sum();
    println!("{}", serde_json::to_string_pretty(made.document()).expect("a document"));
    println!(
        "{told} told in {} cells, {} slices, {} cells in all",
        cube.leaves_of(whole).len(),
        cube.slices.len(),
        cube.leaves.len()
    );
    assert!(told > 19_000);
}
