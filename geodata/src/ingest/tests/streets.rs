//! Streets: split where they meet, left out where they are none, the same after a second import.

use super::*;
use crate::error::Kind;
use crate::ingest::import;
use crate::store::Store;
use crate::testing::shared;

/// A street of three vertices, one that ends at its middle, one that crosses on a bridge, and a planned one.
const LINES: &str = r#"{"type":"FeatureCollection","features":[
 {"type":"Feature","properties":{"id":"a","name":"High Street","class":"primary"},
  "geometry":{"type":"LineString","coordinates":[[0,0],[0.001,0],[0.002,0]]}},
 {"type":"Feature","properties":{"id":"b","name":null,"class":"residential"},
  "geometry":{"type":"LineString","coordinates":[[0.001,0],[0.001,0.001]]}},
 {"type":"Feature","properties":{"id":"c","name":"Bridge","class":"primary"},
  "geometry":{"type":"LineString","coordinates":[[0.0005,-0.001],[0.0005,0.001]]}},
 {"type":"Feature","properties":{"id":"d"},"geometry":{"type":"LineString","coordinates":[[0.001,0.001],[0.001,0]]}},
 {"type":"Feature","properties":{"id":"e"},"geometry":{"type":"Point","coordinates":[0,0]}},
 {"type":"Feature","properties":{"id":"f"},"geometry":{"type":"LineString","coordinates":[[1,1],[1,1]]}}]}"#;

#[test]
fn lines_are_split_where_they_share_a_vertex_and_nowhere_else() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(&dir, "streets.geojson", LINES);
    assert_eq!(Source::detect(&path).unwrap().id, "generic-streets");
    let (batch, sum) = load("generic-streets", &path);
    let ids: Vec<&str> = batch.streets.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids, ["a.1", "a.2", "b.1", "c.1"], "d lies on b");
    let first = &batch.streets[0];
    assert_eq!((first.name.as_deref(), first.class.as_deref()), (Some("High Street"), Some("primary")));
    assert!((first.length_m() - 111.195).abs() < 0.01, "{}", first.length_m());
    assert_eq!((sum.read, sum.quarantined), (6, 2), "{:?}", sum.reasons);
    for word in ["id from column \"id\"", "split where they meet into 4", "1 pieces lie exactly on another"] {
        assert!(sum.notes.iter().any(|n| n.contains(word)), "{word}: {:?}", sum.notes);
    }
}

#[test]
fn the_same_file_changes_nothing_and_a_newer_one_replaces_the_streets_of_the_source() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(&dir, "streets.geojson", LINES);
    let mut store = Store::open(&dir.path().join("city.gpkg")).unwrap();
    let source = Source::find("generic-streets").unwrap();
    let mut run = |path: &Path| import(&mut store, &source, path, &Cancel::default(), &|_, _| {}).unwrap();
    let first = run(&path);
    assert_eq!((first.stored, first.updated, first.unchanged), (4, 0, 0));
    let again = run(&path);
    assert_eq!((again.stored, again.updated, again.unchanged), (0, 0, 4));
    let newer = file(
        &dir,
        "newer.geojson",
        LINES.replace("[0.001,0.001]]", "[0.001,0.002]]").replace("\"id\":\"c\"", "\"id\":\"g\""),
    );
    let newer = run(&newer);
    assert_eq!((newer.stored, newer.unchanged), (2, 2), "{newer}");
    assert!(newer.notes.iter().any(|n| n.starts_with("1 streets of an earlier file")), "{newer}");
    let left = store.streets().unwrap();
    assert_eq!(left.len(), 5);
    assert!(left.iter().all(|s| s.source == "generic-streets" && !s.id.starts_with('c')));
    assert_eq!(store.check().unwrap(), [""; 0]);
}

#[test]
fn streets_of_openstreetmap() {
    for (name, ways, streets) in [("poa_osm.pbf", 15_886, 27_032), ("Helsinki.osm.pbf", 2_650, 2_000)] {
        let Some(path) = shared(&format!("data/osm/{name}")) else { return };
        assert_eq!(Source::detect(&path).unwrap().id, "openstreetmap");
        let (batch, sum) = load("openstreetmap", &path);
        assert_eq!(sum.read, ways);
        assert!(batch.streets.len() >= streets, "{name}: {}", batch.streets.len());
        let mut ids: Vec<&str> = batch.streets.iter().map(|s| s.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), batch.streets.len());
    }
}

#[test]
fn a_damaged_openstreetmap_file_is_refused_in_words() {
    let Some(path) = shared("data/osm/poa_osm.pbf") else { return };
    let dir = tempfile::tempdir().unwrap();
    let whole = std::fs::read(path).unwrap();
    let mut flipped = whole.clone();
    flipped[5_000..5_040].fill(0xff);
    for bytes in [&whole[..whole.len() / 2], &flipped] {
        let path = file(&dir, "cut.osm.pbf", bytes);
        let refused = Source::detect(&path).map(|_| ()).expect_err("damaged");
        assert_eq!(refused.kind, Kind::Invalid);
        assert!(refused.what.contains("OpenStreetMap"), "{refused}");
    }
}
