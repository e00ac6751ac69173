//! A refuge is in no published file: neither its place, nor its address, nor its name.

use std::path::Path;

use geodata::Cancel;
use geodata::demo::generate;
use geodata::ingest::{self, Source};
use geodata::policy::PeriodKind;
use geodata::store::Store;
use urbansafety::publish::{Public, publish, report};

const SOURCE: &str = r#"
id = "refuges"
title = "Services of a test"
kind = "resources"
licence = "free"
guess = true
[resource]
type = "service"
type_column = "kind"
hidden = ["refuge"]
name = "name"
address = "address"
"#;
const ROWS: &str = "name,kind,address,latitude,longitude\nLark House,refuge,17 Wren Passage,45.0716243,-28.5318647\nOpen Door,advice,1 Main Street,45.0716999,-28.5318999\n";

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|w| w == what)
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|e| e.unwrap().path())
        .map(|p| (p.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&p).unwrap()))
        .collect()
}

#[test]
fn a_hidden_resource_is_in_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("city.gpkg");
    let mut store = Store::open(&data).unwrap();
    generate(1, 2_000, &mut store, &|_, _| ()).unwrap();
    let (source, file) = (folder.path().join("refuges.toml"), folder.path().join("refuges.csv"));
    std::fs::write(&source, SOURCE).unwrap();
    std::fs::write(&file, ROWS).unwrap();
    let source = Source::find(source.to_str().unwrap()).unwrap();
    let imported = ingest::import(&mut store, &source, &file, &Cancel::default(), &|_, _| ()).unwrap();
    assert_eq!(imported.stored, 2);
    super::support::release(&mut store);
    drop(store);
    let public = Public::open(&data).unwrap();
    let out = folder.path().join("site");
    publish(&public, &out, &[PeriodKind::Year], &|_, _, _| ()).unwrap();
    std::fs::write(out.join("report.html"), report(&public, None, &[]).unwrap()).unwrap();
    let mut open = 0;
    for (name, bytes) in files(&out) {
        open += usize::from(holds(&bytes, b"Open Door"));
        // A street may run along the same parallel a metre away.
        let (latitude, longitude) =
            if name.starts_with("streets") { ("45.0716243", "-28.5318647") } else { ("45.07162", "-28.53186") };
        for secret in ["Lark House", "Wren Passage", latitude, longitude, "Women's refuge", "refuge\""] {
            assert!(!holds(&bytes, secret.as_bytes()), "{name} holds {secret}");
        }
        for place in [45.071_624_3_f64, -28.531_864_7] {
            assert!(!holds(&bytes, &place.to_le_bytes()), "{name} holds {place} as bits");
        }
    }
    assert_eq!(open, 1, "the open service is published");
}
