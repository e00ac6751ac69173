//! Every published file: the numbers of the service, under the rules of the policy, the same bytes for the same release.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use geodata::disclosure::Tier;
use geodata::policy::PeriodKind;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use serde_json::Value;
use sha2::{Digest, Sha256};
use urbansafety::publish::{Public, publish};

use super::read::{Row, rows};
use super::support::{city, get, get_as};

const KINDS: [PeriodKind; 3] = [PeriodKind::Year, PeriodKind::Quarter, PeriodKind::All];

/// The folder of the city that all tests share.
pub fn published() -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| publish_as("published")).clone()
}

fn publish_as(name: &str) -> PathBuf {
    let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    // What an earlier run left.
    let _ = std::fs::remove_dir_all(&out);
    let public = Public::open(city().0.path()).unwrap();
    publish(&public, &out, &KINDS, &|_, _, _| ()).unwrap();
    out
}

fn read(name: &str) -> Vec<u8> {
    std::fs::read(published().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The rows of a published table.
pub fn rows_of(name: &str) -> Vec<Row> {
    rows(name.rsplit_once('.').unwrap().1, &read(name), (0, 0, 0))
}

fn names() -> Vec<String> {
    let entries = std::fs::read_dir(published()).unwrap();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The question of the service whose answer a file is.
fn question(stem: &str) -> String {
    let quarter = |year: &str, n: u32| format!("datetime={year}-{:02}/{year}-{:02}", 3 * n - 2, 3 * n);
    let filter = match stem.split('-').collect::<Vec<_>>()[..] {
        ["cells"] => String::new(),
        ["cells", "all", code] => format!("category={code}"),
        ["cells", year] => format!("datetime={year}"),
        ["cells", year, q] => quarter(year, q.trim_start_matches('Q').parse().unwrap()),
        ["areas", collection] => format!("grid=areas:{collection}"),
        [layer] => return format!("/collections/{layer}/items?limit=10000"),
        _ => panic!("{stem} is no file that is known"),
    };
    format!("/collections/cells/items?limit=10000&{filter}")
}

/// Rows of a page.
const PAGE: usize = 10_000;

/// Number, density and state by id.
fn told(rows: &[Row]) -> BTreeMap<String, [Option<String>; 3]> {
    let text = |v: &Value| v.as_f64().map_or_else(|| v.to_string().replace('"', ""), |n| n.to_string());
    let of = |row: &Row| ["count", "per_km2", "state"].map(|name| row.properties.get(name).map(text));
    rows.iter().map(|row| (text(&row.properties["id"]), of(row))).collect()
}

#[tokio::test]
async fn every_number_is_that_of_the_service_and_obeys_the_policy() {
    let rules = city().0.release().unwrap().policy().public.clone();
    let (mut files, mut numbers) = (0, 0);
    for name in names() {
        let Some((stem, ending @ ("geojson" | "csv"))) = name.rsplit_once('.') else { continue };
        let question = question(stem);
        let own = rows_of(&name);
        let answer = get(&format!("{question}&f={ending}")).await;
        let (all, shown) = (told(&own), told(&rows(ending, &answer.body, (0, 0, 0))));
        let is_whole = all.len() <= PAGE;
        assert!(shown.iter().all(|(id, row)| all.get(id) == Some(row)), "{name} is not {question}");
        assert_eq!(shown.len(), all.len().min(PAGE), "{name} is not {question}");
        if ending == "csv" && is_whole {
            assert_eq!(read(&name), answer.body, "{name} is not {question}");
        }
        files += 1;
        for row in &own {
            let Some(count) = row.properties.get("count").and_then(Value::as_f64) else { continue };
            numbers += 1;
            assert!(count == 0.0 || count >= f64::from(rules.minimum_count), "{name}: {row:?}");
            assert!(!name.starts_with("cells") || count % f64::from(rules.rounding_base) == 0.0, "{name}: {row:?}");
        }
    }
    assert!(files > 60 && numbers > 5_000, "{files} files, {numbers} numbers");
}

#[test]
fn the_parquet_has_the_rows_of_the_geojson() {
    let file = std::fs::File::open(published().join("cells.parquet")).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let metadata = reader.metadata().file_metadata().key_value_metadata().unwrap();
    let geo: Value =
        serde_json::from_str(metadata.iter().find(|kv| kv.key == "geo").and_then(|kv| kv.value.as_deref()).unwrap())
            .unwrap();
    assert_eq!((&geo["version"], &geo["columns"]["geometry"]["encoding"]), (&"1.1.0".into(), &"WKB".into()));
    let own = rows_of("cells.geojson");
    let mut seen = 0;
    for (row, expected) in reader.get_row_iter(None).unwrap().zip(&own) {
        let row = row.unwrap();
        let at = |name: &str| row.get_column_iter().position(|(n, _)| n == name).unwrap();
        assert_eq!(row.get_string(at("cell")).unwrap(), expected.properties["cell"].as_str().unwrap());
        assert_eq!(row.get_string(at("state")).unwrap(), expected.properties["state"].as_str().unwrap());
        let count = row.get_uint(at("count")).ok().map(u64::from);
        assert_eq!(count, expected.properties.get("count").and_then(Value::as_u64));
        assert_eq!(row.get_double(at("per_km2")).ok(), expected.properties.get("per_km2").and_then(Value::as_f64));
        let wkb = geodata::wkb::read(row.get_bytes(at("geometry")).unwrap().data()).unwrap();
        assert!(matches!(wkb, Some(geo_types::Geometry::MultiPolygon(_))));
        seen += 1;
    }
    assert!(seen == own.len() && seen > 100, "{seen} rows of {}", own.len());
}

#[test]
fn the_same_release_gives_the_same_bytes_and_the_checksums_hold() {
    let again = publish_as("published-again");
    let sums = String::from_utf8(read("SHA256SUMS")).unwrap();
    assert_eq!(sums.lines().count() + 1, names().len());
    let page = String::from_utf8(read("index.html")).unwrap();
    for name in names() {
        let bytes = read(&name);
        assert!(bytes == std::fs::read(again.join(&name)).unwrap(), "{name} differs");
        if name == "SHA256SUMS" {
            continue;
        }
        let sum: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
        assert!(sums.contains(&format!("{sum}  {name}\n")), "{name}");
        let is_linked = page.contains(&format!("href=\"{name}\"")) && page.contains(&sum);
        assert!(name == "index.html" || is_linked, "{name}");
    }
}

#[tokio::test]
async fn no_file_holds_the_coordinate_of_a_record() {
    // Files give degrees with seven digits.
    let key = |p: &[f64; 2]| p.map(|v| (v * 1e7).round() as i64);
    let mut records = std::collections::BTreeSet::new();
    let answer = get_as(Tier::Analyst, "/collections/incidents/items?limit=10000").await;
    rows("geojson", &answer.body, (0, 0, 0)).iter().for_each(|r| records.extend(r.places.iter().map(key)));
    // The point that stands for "somewhere in the city" is no record's own.
    records.remove(&key(&city().1.default_point));
    assert!(records.len() > 1_000);
    // Borders and services are as their source has them, whatever was recorded on them.
    let of_records = |n: &&String| n.ends_with(".csv") || (n.ends_with("geojson") && n.starts_with(['c', 'h']));
    for name in names().iter().filter(of_records) {
        for row in rows_of(name) {
            assert!(row.places.iter().all(|p| !records.contains(&key(p))), "{name}: {row:?}");
        }
    }
}
