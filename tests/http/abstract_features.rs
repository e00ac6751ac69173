//! The abstract tests of OGC API - Features (core, GeoJSON, CRS) as OGC's executable suite asks them, over every public collection.

use axum::http::StatusCode;
use serde_json::Value;

use super::support::{Answer, get};

const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

async fn collections() -> Vec<Value> {
    let document = get("/collections").await.json();
    let all = document["collections"].as_array().expect("collections").clone();
    assert!(all.len() > 5);
    all
}

fn id(collection: &Value) -> &str {
    collection["id"].as_str().expect("an id")
}

/// A query that a collection can be asked by, where it needs one.
fn with(collection: &Value, query: &str) -> String {
    format!("/collections/{}/items?{query}", id(collection))
}

async fn good(path: &str) -> Answer {
    let answer = get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    answer
}

fn features(document: &Value) -> Vec<Value> {
    document["features"].as_array().expect("features").clone()
}

fn link<'a>(document: &'a Value, rel: &str) -> Option<&'a Value> {
    document["links"].as_array()?.iter().find(|l| l["rel"] == rel)
}

/// Whether the suite can ask the collection without further parameters: methods may need some.
async fn is_open(collection: &Value) -> bool {
    get(&with(collection, "limit=1")).await.status == StatusCode::OK
}

#[tokio::test]
async fn every_collection_says_what_the_suite_looks_for() {
    let document = get("/collections").await.json();
    for rel in ["self", "alternate"] {
        assert!(link(&document, rel).is_some_and(|l| l["type"].is_string()), "{rel}");
    }
    for listed in collections().await {
        let one = good(&format!("/collections/{}", id(&listed))).await.json();
        for member in ["id", "title", "description", "extent", "itemType", "crs", "storageCrs"] {
            assert_eq!(one[member], listed[member], "{} {member}", id(&listed));
        }
        let items: Vec<_> = one["links"].as_array().into_iter().flatten().filter(|l| l["rel"] == "items").collect();
        assert!(items.iter().any(|l| l["type"] == "application/geo+json"), "{}", id(&listed));
        assert!(items.iter().all(|l| l["type"].is_string() && l["href"].is_string()));
        let bbox = &one["extent"]["spatial"]["bbox"][0];
        assert_eq!(bbox.as_array().map(Vec::len), Some(4));
        assert_eq!(one["extent"]["temporal"]["interval"][0].as_array().map(Vec::len), Some(2));
        assert_eq!(one["crs"][0], CRS84, "the default comes first");
        let storage = one["storageCrs"].as_str().expect("a CRS");
        assert!(one["crs"].as_array().is_some_and(|all| all.iter().any(|c| c == storage)));
    }
}

#[tokio::test]
async fn every_page_has_its_links_numbers_and_time() {
    for collection in collections().await {
        if !is_open(&collection).await {
            continue;
        }
        let answer = good(&with(&collection, "limit=5")).await;
        assert_eq!(answer.header("content-type"), "application/geo+json");
        assert_eq!(answer.header("content-crs"), format!("<{CRS84}>"));
        let page = answer.json();
        assert_eq!(page["type"], "FeatureCollection");
        let own = link(&page, "self").expect("self");
        assert_eq!(own["type"], "application/geo+json");
        assert!(link(&page, "alternate").is_some_and(|l| l["type"].is_string()));
        let stamp = page["timeStamp"].as_str().expect("a time");
        assert!(stamp.parse::<jiff::Timestamp>().is_ok(), "{stamp}");
        let here = features(&page).len() as u64;
        assert_eq!(page["numberReturned"], here);
        assert!(here <= 5 && page["numberMatched"].as_u64().is_some_and(|all| all >= here));
        assert_eq!(link(&page, "next").is_some(), page["numberMatched"].as_u64() > Some(here), "{}", id(&collection));
    }
}

#[tokio::test]
async fn paging_by_next_gives_as_many_as_it_says() {
    for collection in collections().await {
        if !is_open(&collection).await {
            continue;
        }
        let mut path = with(&collection, "limit=700");
        let (mut seen, mut ids) = (0, std::collections::BTreeSet::new());
        let matched = loop {
            let page = good(&path).await.json();
            for feature in features(&page) {
                seen += 1;
                ids.insert(feature["id"].to_string());
            }
            match link(&page, "next").and_then(|l| l["href"].as_str()) {
                Some(href) => path = href.trim_start_matches("http://city.example").to_owned(),
                None => break page["numberMatched"].as_u64(),
            }
            assert!(seen < 100_000, "{}", id(&collection));
        };
        assert_eq!(matched, Some(seen), "{}", id(&collection));
        assert_eq!(ids.len() as u64, seen, "{}: an id twice", id(&collection));
    }
}

#[tokio::test]
async fn boxes_of_all_kinds_are_answered() {
    for collection in collections().await {
        if !is_open(&collection).await {
            continue;
        }
        let corner = |n: usize| collection["extent"]["spatial"]["bbox"][0][n].as_f64().expect("a number");
        let (w, s, e, n) = (corner(0), corner(1), corner(2), corner(3));
        let all = good(&with(&collection, "limit=1")).await.json()["numberMatched"].as_u64();
        let within = good(&with(&collection, &format!("limit=1&bbox={w},{s},{e},{n}"))).await.json();
        assert_eq!(within["numberMatched"].as_u64(), all, "{}: everything lies in its extent", id(&collection));
        for bbox in [
            "177,65,-177,70",
            "-180,-90,180,90",
            "180,-90,-180,90",
            "-180,85,180,90",
            "-180,-90,180,-85",
            "-71,-41.1,0,-70.9,-41,100",
        ] {
            let page = good(&with(&collection, &format!("limit=10&bbox={bbox}"))).await.json();
            assert_eq!(page["numberReturned"], features(&page).len() as u64, "{bbox}");
        }
        let half =
            good(&with(&collection, &format!("limit=1000&bbox={w},{s},{},{n}", f64::midpoint(w, e)))).await.json();
        for feature in features(&half) {
            let mut west = f64::INFINITY;
            least(&feature["geometry"]["coordinates"], &mut west);
            assert!(west <= f64::midpoint(w, e) + 1e-6 || west.is_infinite(), "{feature}");
        }
    }
}

/// The smallest longitude.
fn least(coordinates: &Value, west: &mut f64) {
    match coordinates.as_array().map(Vec::as_slice) {
        Some([Value::Number(lon), ..]) => *west = west.min(lon.as_f64().unwrap_or(f64::INFINITY)),
        Some(parts) => parts.iter().for_each(|p| least(p, west)),
        None => {}
    }
}

#[tokio::test]
async fn times_are_read_as_rfc_3339_has_them() {
    for collection in collections().await {
        let takes = collection["layer"]["filters"].as_array().is_some_and(|f| f.iter().any(|f| f == "datetime"));
        if !is_open(&collection).await || !takes {
            continue;
        }
        for time in [
            "2024-03-01T00:00:00Z",
            "2024-01-01T00:00:00Z/2024-06-30T23:59:59Z",
            "2024-01-01T00:00:00Z/..",
            "../2024-06-30T23:59:59Z",
            "/2024-06-30T23:59:59Z",
            "2024-01-01T00:00:00Z/",
        ] {
            let answer = get(&with(&collection, &format!("limit=1&datetime={time}"))).await;
            // What the release does not tell so finely is refused in words, never with an error of the service.
            assert!(
                matches!(answer.status, StatusCode::OK | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND)
                    || (answer.status == StatusCode::BAD_REQUEST && !answer.text().contains("cannot be read")),
                "{} {time}: {}",
                id(&collection),
                answer.text()
            );
        }
        assert_eq!(get(&with(&collection, "datetime=2024-13-01T00:00:00Z")).await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn limits_and_unknown_parameters() {
    for collection in collections().await {
        for query in
            ["limit=unlimited", "limit=-1", "limit=0", "unknownQueryParameter7=1", "bbox=1,2", "datetime=x/y/z"]
        {
            let answer = get(&with(&collection, query)).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{} {query}", id(&collection));
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
        if is_open(&collection).await {
            let page = good(&with(&collection, "limit=100000000")).await.json();
            assert!(features(&page).len() <= geodata::limits::MAX_PAGE, "a limit that is too large is cut");
        }
    }
}

#[tokio::test]
async fn every_first_feature_is_found_by_its_id_in_every_crs() {
    for collection in collections().await {
        if !is_open(&collection).await {
            continue;
        }
        let Some(first) = features(&good(&with(&collection, "limit=1")).await.json()).into_iter().next() else {
            continue;
        };
        let name = match &first["id"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let path = format!("/collections/{}/items/{}", id(&collection), name.replace(' ', "%20").replace('/', "%2F"));
        let answer = good(&path).await;
        assert_eq!(answer.header("content-crs"), format!("<{CRS84}>"), "{path}");
        let one = answer.json();
        assert_eq!((&one["type"], &one["id"]), (&"Feature".into(), &first["id"]));
        for rel in ["self", "alternate", "collection"] {
            assert!(link(&one, rel).is_some_and(|l| l["type"].is_string()), "{path} {rel}");
        }
        for crs in collection["crs"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let answer = good(&format!("{path}?crs={crs}")).await;
            assert_eq!(answer.header("content-crs"), format!("<{crs}>"), "{path}");
        }
        let bad = get(&format!("{path}?crs=http://www.opengis.net/def/crs/EPSG/0/99999")).await;
        assert_eq!(bad.status, StatusCode::BAD_REQUEST);
        let bad = get(&with(&collection, "bbox=1,2,3,4&bbox-crs=http://www.opengis.net/def/crs/0/0/x")).await;
        assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    }
    assert_eq!(get("/collections/areas/items/no-such-feature").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn latitude_comes_first_where_the_crs_says_so() {
    let crs = "http://www.opengis.net/def/crs/EPSG/0/4326";
    let plain = good("/collections/resources/items?limit=3").await.json();
    let swapped = good(&format!("/collections/resources/items?limit=3&crs={crs}")).await.json();
    let mut compared = 0;
    for (a, b) in features(&plain).iter().zip(features(&swapped)) {
        let (a, b) = (&a["geometry"]["coordinates"], &b["geometry"]["coordinates"]);
        if a.is_array() {
            assert_eq!((&a[0], &a[1]), (&b[1], &b[0]));
            compared += 1;
        }
    }
    assert!(compared > 0);
}
