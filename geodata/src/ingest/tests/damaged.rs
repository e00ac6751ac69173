//! Garbage, cut-off and foreign files for every reader: one clear error, or what came before and the tail set aside.

use proptest::prelude::*;

use super::*;
use crate::ingest::features;
use crate::testing::shared;

fn detect_or_load(path: &Path) -> Result<(Batch, ReadSummary)> {
    let source = Source::detect(path)?;
    try_load(&source, path)
}

#[test]
fn foreign_files_are_named() {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes, word) in [
        ("a.csv", &b""[..], "empty"),
        ("b.csv", b"<!doctype html><title>404</title>", "web page"),
        ("c.csv", b"PK\x03\x04............", "zip"),
        ("d.csv", b"\x00\x01\x02\x03", "binary"),
        ("e.parquet", b"PAR1 and then nothing", "Parquet"),
        ("f.gpkg", b"SQLite format 3\0 and then nothing", "GeoPackage"),
        ("g.geojson", b"{\"type\":\"FeatureCollection\",\"features\":[", "line 1"),
        ("h.geojson", b"[1,2,3]", "JSON object"),
        ("i.csv.gz", b"\x1f\x8b\x08\x00garbage", "unpack"),
        ("j.csv", b"a,b,c\n1,2,3\n", "date"),
    ] {
        let path = file(&dir, name, bytes);
        let e = detect_or_load(&path).map(|_| ()).expect_err(name);
        assert!(e.what.contains(name) && e.what.contains(word), "{name}: {e}");
        assert!(!e.hint.is_empty());
    }
    assert!(Source::detect(dir.path()).is_err_and(|e| e.what.contains("folder")));
    assert!(Source::detect(&dir.path().join("none.csv")).is_err_and(|e| e.kind == crate::Kind::NotFound));
}

#[test]
fn the_wrong_source_names_the_missing_column() {
    let source = Source::find("data.police.uk").unwrap();
    let e = try_load(&source, &fixture("chicago_portal.csv")).map(|_| ()).unwrap_err();
    assert!(e.what.contains("has no column \"Month\"") && e.hint.contains("Primary Type"), "{e}");
}

#[test]
fn a_cut_off_csv_keeps_what_came_before() {
    let dir = tempfile::tempdir().unwrap();
    let mut text = "id,date,lat,lon,type\n".to_string();
    (0..20_000).for_each(|i| text.push_str(&format!("{i},2020-01-01,1.{i},2.5,Arson {}\n", i * 7919 % 1000)));
    let packed = gzip(text.as_bytes());
    let (batch, sum) = detect_or_load(&file(&dir, "cut.csv.gz", &packed[..packed.len() / 2])).unwrap();
    assert!(batch.incidents.len() > 1000 && batch.incidents.len() < 20_000);
    let last = batch.quarantine.last().unwrap();
    assert!(last.reason.contains("ends in the middle") && last.line > 1000, "{last:?}");
    assert_eq!(sum.read, sum.quarantined + batch.incidents.len() as u64);
    // Cut inside a row: the row has too few fields, or a value that is none.
    let (batch, _) = detect_or_load(&file(&dir, "cut.csv", &text[..text.len() - 30])).unwrap();
    assert!(batch.incidents.len() >= 19_998);
}

#[test]
fn a_quote_that_never_closes_is_not_the_whole_memory() {
    let dir = tempfile::tempdir().unwrap();
    let mut text = b"id,date,lat,lon,type\n1,2020-01-01,1,2,Arson\n2,2020-01-01,1,2,\"Ar".to_vec();
    text.resize(40 << 20, b'x');
    let (batch, _) = detect_or_load(&file(&dir, "quote.csv", text)).unwrap();
    assert_eq!(batch.incidents.len(), 1);
    assert!(batch.quarantine[0].line == 3 && batch.quarantine[0].hint.contains("quote"), "{:?}", batch.quarantine);
}

#[test]
fn cut_off_files_of_every_format() {
    let dir = tempfile::tempdir().unwrap();
    for (path, keeps) in [
        ("data/chicago/context/chicago_wards.geojson.gz", true),
        ("data/chicago/chicago_crimes_2018.parquet", false),
        ("data/chicago/context/supermarkets.gpkg.gz", false),
        ("data/philly/shootings_2015_2026.csv.gz", true),
    ] {
        let Some(path) = shared(path) else { return };
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let cut = file(&dir, name, &bytes[..bytes.len() * 2 / 3]);
        match detect_or_load(&cut) {
            Ok((batch, _)) => {
                assert!(keeps, "{name}");
                let kept = batch.incidents.len() + batch.areas.len();
                assert!(kept > 0 && !batch.quarantine.is_empty(), "{name}: {kept}");
            }
            Err(e) => assert!(!keeps && e.what.contains(name), "{name}: {e}"),
        }
    }
}

#[test]
fn a_parquet_with_damaged_pages_does_not_panic() {
    let Some(path) = shared("data/chicago/chicago_crimes_2018.parquet") else { return };
    let dir = tempfile::tempdir().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let n = bytes.len();
    bytes[n / 4..n / 2].iter_mut().for_each(|b| *b ^= 0x5a);
    let (batch, _) = detect_or_load(&file(&dir, "bad.parquet", &bytes)).unwrap();
    assert!(batch.quarantine.last().unwrap().reason.contains("cannot be read"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_a_reader_panic(
        head in prop::sample::select(vec![
            &b""[..], b"id,date,lat,lon,type\n", b"PAR1", b"SQLite format 3\0", b"{\"features\":[", b"{", b"[", b"\x1f\x8b\x08\x00", b"\xff\xfe",
        ]),
        body in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let path = file(&dir, "x", [head, &body].concat());
        let _ = detect_or_load(&path);
        let _ = features(&path, &Cancel::default());
        for id in ["chicago", "generic-areas", "generic-resources"] {
            let _ = try_load(&Source::find(id).unwrap(), &path);
        }
    }

    #[test]
    fn a_flipped_byte_never_loses_a_row(at in 200usize..4000, to in any::<u8>()) {
        let dir = tempfile::tempdir().unwrap();
        let mut bytes = std::fs::read(fixture("chicago_portal.csv")).unwrap();
        if at < bytes.len() {
            bytes[at] = to;
        }
        let Ok((batch, sum)) = try_load(&Source::find("chicago").unwrap(), &file(&dir, "x.csv", bytes)) else { return Ok(()) };
        // A row is kept, set aside, or says the same as one before it.
        prop_assert!(sum.read <= batch.incidents.len() as u64 + sum.quarantined + sum.repeated_keys);
    }
}
