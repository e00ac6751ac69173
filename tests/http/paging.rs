//! Pages while the data change: no row is lost and none comes twice.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::http::{Method, StatusCode};
use geodata::Cancel;
use geodata::city::City;
use geodata::ingest::{SOURCES, Source, import};
use geodata::store::Store;

use super::support::{release, send, service_of};

const RESOURCES: &str = r#"
id = "help"
title = "Help"
kind = "resources"
licence = "none"
[[place]]
lon = "lon"
lat = "lat"
[key]
columns = [["id"]]
repeats = "replace"
[resource]
type = "counselling"
name = "name"
"#;

fn bring(path: &Path, source: &Source, name: &str, text: &str) {
    let file = path.with_file_name(name);
    std::fs::write(&file, text).expect("written");
    let mut store = Store::open(path).expect("open");
    let report = import(&mut store, source, &file, &Cancel::default(), &|_, _| ()).expect("imported");
    assert!(report.stored > 0, "{report}");
}

fn resources(ids: impl Iterator<Item = u32>) -> String {
    let line = |id: u32| format!("{id:04},Service {id},-28.{id:04},45.{id:04}\n");
    std::iter::once("id,name,lon,lat\n".to_owned()).chain(ids.map(line)).collect()
}

/// A page: the ids on it, and the path of the next.
async fn page(service: &Router, path: &str) -> (Vec<String>, Option<String>) {
    let key = [("authorization", "Bearer analyst"), ("purpose", "a test")];
    let answer = send(service.clone(), Method::GET, path, &key).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    let document = answer.json();
    let features = document["features"].as_array().cloned().unwrap_or_default();
    let ids = features.iter().map(|f| f["id"].as_str().unwrap_or_default().to_owned()).collect();
    let links = document["links"].as_array().cloned().unwrap_or_default();
    let next = links.iter().find(|l| l["rel"] == "next").and_then(|l| l["href"].as_str());
    (ids, next.map(|href| href.replace("http://city.example", "")))
}

#[tokio::test]
async fn rows_that_come_meanwhile_move_no_page() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("http-paging");
    // What an earlier run left.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("city.gpkg");
    let mut store = Store::open(&path).expect("a new file");
    geodata::demo::generate(3, 1_500, &mut store, &|_, _| ()).expect("the demo city");
    release(&mut store);
    drop(store);
    let help = Source::from_toml(RESOURCES, "help.toml").expect("a source");
    let generic = SOURCES.iter().find(|s| s.id == "generic-csv").expect("a source");
    bring(&path, &help, "help.csv", &resources((100..400).step_by(10)));
    let city = Arc::new(City::open(&path).expect("an index"));
    let mut added = 0;
    for (layer, query) in [("resources", ""), ("incidents", ""), ("incidents", "&sortby=-time_from")] {
        let start = format!("/collections/{layer}/items?limit=13{query}");
        let service = service_of(Arc::clone(&city));
        let (mut before, mut next) = (BTreeSet::new(), Some(start.clone()));
        while let Some(path) = next {
            let found = page(&service, &path).await;
            before.extend(found.0);
            next = found.1;
        }
        let (mut seen, mut next, mut n) = (vec![], Some(start), 0);
        while let Some(path_now) = next {
            let found = page(&service_of(Arc::clone(&city)), &path_now).await;
            seen.extend(found.0);
            next = found.1;
            n += 1;
            if n % 7 == 1 && n < 30 {
                // Some before the cursor and some behind it.
                added += 1;
                let k = added;
                bring(
                    &path,
                    &help,
                    &format!("help-{layer}-{k}.csv"),
                    &resources([3 + k * 4, 105 + k * 4, 500 + k * 4].into_iter()),
                );
                let text = format!("id,date,category,longitude,latitude\nnew-{k},2021-02-03 10:00,0401,-28.5,45.0\n");
                bring(&path, generic, &format!("more-{layer}-{k}.csv"), &text);
                assert_eq!(city.refresh(), Ok(true));
            }
        }
        let distinct: BTreeSet<String> = seen.iter().cloned().collect();
        assert_eq!(distinct.len(), seen.len(), "{layer}{query}: a row came twice");
        let lost: Vec<_> = before.difference(&distinct).collect();
        assert!(lost.is_empty(), "{layer}{query}: {lost:?} were lost");
        assert!(!before.is_empty() && n > 2);
    }
}

#[tokio::test]
async fn the_last_page_has_no_next_and_an_end_is_no_row() {
    let service = super::support::shared();
    let path = "/collections/incidents/items?datetime=2021-02-03";
    let all = page(&service, &format!("{path}&limit=10000")).await;
    assert!(all.1.is_none() && all.0.len() > 5);
    // A page that ends with the last row is the last.
    let whole = page(&service, &format!("{path}&limit={}", all.0.len())).await;
    assert_eq!(whole, all);
    let short = page(&service, &format!("{path}&limit={}", all.0.len() - 1)).await;
    let rest = page(&service, &short.1.expect("one more")).await;
    assert_eq!((rest.0.len(), rest.1), (1, None));
    for bad in ["after=x", "after=1.5", "after=", "offset=100001", "offset=1&after=2", "limit=0", "limit=-1", "limit=x"]
    {
        let key = [("authorization", "Bearer analyst"), ("purpose", "a test")];
        let answer = send(service.clone(), Method::GET, &format!("{path}&{bad}"), &key).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}: {}", answer.text());
        let parameter = answer.json()["parameter"].as_str().unwrap_or_default().to_owned();
        assert!(bad.starts_with(&parameter) && !parameter.is_empty(), "{bad}: {}", answer.text());
    }
    let clamped = page(&service, "/collections/incidents/items?limit=999999999").await;
    assert_eq!(clamped.0.len(), geodata::limits::MAX_PAGE);
}
