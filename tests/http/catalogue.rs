//! The catalogue of releases: records that fit their standard, the same for every tier, with what is new in each.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use geodata::city::City;
use geodata::demo::generate;
use geodata::disclosure::Tier;
use geodata::store::Store;

use super::support::{get, get_as, release, send, service_of};

#[tokio::test]
async fn each_release_is_a_record() {
    let list = get("/collections/releases/items").await;
    assert_eq!((list.status, list.header("content-type")), (StatusCode::OK, "application/geo+json"));
    let list = list.json();
    assert_eq!((&list["numberMatched"], &list["numberReturned"]), (&1.into(), &1.into()));
    let record = &list["features"][0];
    assert_eq!((&record["id"], &record["type"]), (&"1".into(), &"Feature".into()));
    assert_eq!(record["conformsTo"][0], "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core");
    assert_eq!(record["geometry"]["type"], "Polygon");
    assert_eq!(record["time"]["resolution"], "P1M");
    let properties = &record["properties"];
    for name in ["type", "title", "description", "created", "updated", "license", "policy", "checksum"] {
        assert!(properties[name].as_str().is_some_and(|t| !t.is_empty()), "{name}: {properties}");
    }
    assert_eq!(properties["type"], "dataset");
    let document = get("/release").await.json();
    assert_eq!(properties["policy"], document["policy"]["hash"]);
    assert_eq!(get("/releases/1").await.json(), document);
    let one = get("/collections/releases/items/1").await.json();
    assert_eq!((&one["id"], &one["properties"]), (&record["id"], properties));
    let collection = get("/collections/releases").await.json();
    assert_eq!(collection["itemType"], "record");
    let listed = get("/collections").await.json();
    let listed = listed["collections"].as_array().and_then(|c| c.iter().find(|c| c["id"] == "releases").cloned());
    assert_eq!(listed, Some(collection.clone()));
    // Its extent holds its records.
    let bbox: Vec<f64> =
        collection["extent"]["spatial"]["bbox"][0].as_array().unwrap().iter().filter_map(|n| n.as_f64()).collect();
    let ring = record["geometry"]["coordinates"][0].as_array().unwrap();
    for vertex in ring {
        let (x, y) = (vertex[0].as_f64().unwrap(), vertex[1].as_f64().unwrap());
        assert!(bbox[0] <= x && x <= bbox[2] && bbox[1] <= y && y <= bbox[3]);
    }
    let interval = &collection["extent"]["temporal"]["interval"][0];
    for end in [0, 1] {
        let (whole, own) = (interval[end].as_str().unwrap(), record["time"]["interval"][end].as_str().unwrap());
        assert!(whole.starts_with(own), "{whole} {own}");
    }
}

#[tokio::test]
async fn it_is_the_same_at_every_tier_and_takes_what_lists_take() {
    let paths = ["/collections/releases", "/collections/releases/items/1", "/releases/1"];
    for path in paths {
        let public = get(path).await.json();
        for tier in [Tier::Partner, Tier::Analyst, Tier::Custodian] {
            assert_eq!(get_as(tier, path).await.json(), public, "{path} as {}", tier.name());
        }
    }
    for (query, matched) in [
        ("datetime=2022", 1),
        ("datetime=1999", 0),
        ("datetime=../1999-12-31T00:00:00Z", 0),
        ("bbox=-180,-90,180,90", 1),
        ("bbox=100,-10,110,10", 0),
        ("bbox=177,65,-177,70", 0),
        ("limit=1&offset=1", 1),
    ] {
        let answer = get(&format!("/collections/releases/items?{query}")).await.json();
        assert_eq!(answer["numberMatched"], matched, "{query}");
    }
    for (query, name) in [
        ("limit=unlimited", "limit"),
        ("unknownQueryParameter1=1", "unknownQueryParameter1"),
        ("bbox=1,2,3", "bbox"),
        ("datetime=yesterday", "datetime"),
        ("category=01", "category"),
        ("f=csv", "f"),
    ] {
        let answer = get(&format!("/collections/releases/items?{query}")).await;
        assert_eq!(
            (answer.status, answer.json()["parameter"].as_str()),
            (StatusCode::BAD_REQUEST, Some(name)),
            "{query}"
        );
    }
    for path in ["/collections/releases/items/2", "/releases/0", "/releases/x", "/collections/releases/items/-1"] {
        let answer = get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.json()["hint"].as_str().is_some_and(|h| h.contains("1 to 1")), "{path}");
    }
}

#[tokio::test]
async fn before_the_first_there_is_none_and_the_next_says_what_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.gpkg");
    let mut store = Store::open(&path).unwrap();
    generate(3, 2_000, &mut store, &|_, _| ()).unwrap();
    let city = Arc::new(City::open(&path).unwrap());
    let service = service_of(city.clone());
    let none = send(service, Method::GET, "/collections/releases/items", &[]).await.json();
    assert_eq!(none["numberMatched"], 0);
    for _ in 0..2 {
        release(&mut store);
    }
    city.refresh().unwrap();
    let service = service_of(city);
    let list = send(service.clone(), Method::GET, "/collections/releases/items?limit=1", &[]).await;
    let list = list.json();
    assert_eq!((&list["numberMatched"], &list["features"][0]["id"]), (&2.into(), &"2".into()));
    let newest = &list["features"][0]["properties"];
    assert_eq!(newest["changes"][0], "It was made from the same records.");
    assert_eq!(newest["is_newest"], true);
    let next = list["links"].as_array().unwrap().iter().find(|l| l["rel"] == "next").expect("a next page");
    let next = next["href"].as_str().unwrap().strip_prefix("http://city.example").unwrap().to_owned();
    let last = send(service.clone(), Method::GET, &next, &[]).await.json();
    assert_eq!(
        (&last["features"][0]["id"], &last["features"][0]["properties"]["changes"]),
        (&"1".into(), &serde_json::json!([]))
    );
    let page = send(service, Method::GET, "/collections/releases/items?f=html&limit=1", &[]).await.text();
    assert!(page.contains("It was made from the same records.") && page.contains("rel=\"next\""), "{page}");
}

#[tokio::test]
async fn records_are_geojson_by_every_name_that_clients_use() {
    for path in ["/collections/releases/items", "/collections/releases/items/1"] {
        for query in ["", "?f=geojson", "?f=json"] {
            let answer = get(&format!("{path}{query}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}{query}: {}", answer.text());
            assert_eq!(answer.header("content-type"), "application/geo+json", "{path}{query}");
        }
    }
}
