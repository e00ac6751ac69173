//! Every format that holds rows, read back: the same rows in each; which is chosen; large answers in pieces.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use geodata::disclosure::Tier;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use urbansafety::formats::of_rows;
use urbansafety::http::Options;
use urbansafety::layers::LAYERS;

use super::read::{Row, rows};
use super::support::{Answer, get, get_as, is_quick, send, service, shared};

async fn analyst(path: &str) -> Answer {
    get_as(Tier::Analyst, path).await
}

/// What a row says, whatever form its format gives to numbers and to its place.
fn said(row: &Row, names: &BTreeSet<String>) -> String {
    let text = |value: &Value| match value.as_f64().or_else(|| value.as_str().and_then(|t| t.parse().ok())) {
        // Readers of JSON are off by the last digit.
        Some(number) => format!("{number:.9e}"),
        // CSV puts an apostrophe before what a spreadsheet would run.
        None => value.as_str().unwrap_or_default().trim_start_matches('\'').to_owned(),
    };
    names.iter().map(|n| row.properties.get(n).map_or(String::new(), text)).collect::<Vec<_>>().join("|")
}

#[tokio::test]
async fn every_format_has_the_same_rows() {
    for layer in LAYERS.iter().filter(is_quick) {
        for tier in [Tier::Public, Tier::Analyst] {
            if tier < layer.min_tier {
                continue;
            }
            let path = |format: &str| format!("/collections/{}/items?limit=300&f={format}{}", layer.id, layer.asked());
            let list = get_as(tier, &path("geojson")).await;
            assert_eq!(list.status, StatusCode::OK, "{}: {}", layer.id, list.text());
            let expected = rows("geojson", &list.body, (0, 0, 0));
            let names: BTreeSet<String> = list.json()["features"][0]["properties"]
                .as_object()
                .map(|p| p.keys().filter(|k| !["cell", "area", "street"].contains(&k.as_str())).cloned().collect())
                .unwrap_or_default();
            let of = |found: &[Row]| {
                let mut all: Vec<String> = found.iter().map(|r| said(r, &names)).collect();
                // FlatGeobuf puts its rows in an order of their places.
                all.sort();
                all
            };
            for format in of_rows() {
                let answer = get_as(tier, &path(format.id)).await;
                let what = format!("{} {} {}", layer.id, format.id, tier.name());
                assert_eq!(answer.status, StatusCode::OK, "{what}: {}", answer.text());
                assert_eq!(answer.header("content-type"), format.media_type, "{what}");
                let found = rows(format.id, &answer.body, (0, 0, 0));
                let mut compared = of(&found);
                if format.id == "csv" {
                    // Its last line is of those without a place.
                    compared.retain(|r| !r.contains("unmapped"));
                }
                assert_eq!(compared, of(&expected), "{what}");
                let corners = |all: &[Row]| all.iter().map(|r| r.places.len()).sum::<usize>();
                if format.id != "csv" {
                    assert_eq!(corners(&found), corners(&expected), "{what}");
                }
            }
        }
    }
}

#[tokio::test]
async fn json_fg_says_types_times_and_places() {
    let zone = "http://www.opengis.net/def/crs/EPSG/0/3857";
    let plain = analyst("/collections/incidents/items?limit=50&f=jsonfg").await.json();
    assert!(plain["conformsTo"].to_string().contains("json-fg-1/1.0/conf/core"), "{plain}");
    assert_eq!((&plain["featureType"], plain.get("coordRefSys")), (&"incidents".into(), None));
    let other = analyst(&format!("/collections/incidents/items?limit=50&f=jsonfg&crs={zone}")).await.json();
    assert_eq!(other["coordRefSys"], zone);
    let (plain, other) =
        (plain["features"].as_array().expect("features"), other["features"].as_array().expect("features"));
    assert_eq!(plain.len(), 50);
    for (a, b) in plain.iter().zip(other) {
        assert!(a["place"].is_null() && a["time"].is_object(), "{a}");
        assert_eq!(
            (&a["geometry"], &a["time"], a["geometry"].is_null()),
            (&b["geometry"], &b["time"], b["place"].is_null())
        );
        if !a["geometry"].is_null() {
            let metres = b["place"]["coordinates"][0].as_f64().expect("metres");
            let degrees = a["geometry"]["coordinates"][0].as_f64().expect("degrees");
            assert!((metres - degrees * 111_319.490_793_27).abs() < 0.02, "{b}");
        }
    }
    let id = plain[0]["id"].as_str().expect("an id");
    let one = analyst(&format!("/collections/incidents/items/{id}?f=jsonfg")).await;
    assert_eq!((one.header("content-type"), &one.json()["featureType"]), ("application/fg+json", &"incidents".into()));
}

#[tokio::test]
async fn the_format_is_chosen_by_f_or_accept_and_others_are_refused() {
    for format in of_rows() {
        let answer = send(shared(), Method::GET, "/collections/areas/items", &[("accept", format.plain_type())]).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, format.media_type));
        // `f` goes before Accept.
        let path = format!("/collections/areas/items?f={}", format.id);
        let answer = send(shared(), Method::GET, &path, &[("accept", "application/geo+json")]).await;
        assert_eq!(answer.header("content-type"), format.media_type);
    }
    let of = |accept: &'static str| async move {
        send(shared(), Method::GET, "/collections/areas/items", &[("accept", accept)]).await
    };
    for accept in ["image/tiff", "application/gml+xml, text/xml;q=0.5", "application/geo+json;q=0"] {
        let answer = of(accept).await;
        assert_eq!(answer.status, StatusCode::NOT_ACCEPTABLE, "{accept}");
        let problem = answer.json();
        assert!(problem["bound"].as_str().is_some_and(|b| b.contains("application/geo+json")), "{problem}");
    }
    for accept in ["*/*", "application/*", "application/json", "image/tiff, */*;q=0.1"] {
        assert_eq!(of(accept).await.header("content-type"), "application/geo+json", "{accept}");
    }
    let answer = get("/collections/areas/items?f=gml").await;
    assert_eq!((answer.status, &answer.json()["parameter"]), (StatusCode::BAD_REQUEST, &"f".into()));
}

#[tokio::test]
async fn links_lead_to_every_format_with_its_type() {
    let collection = get("/collections/areas").await.json();
    let list = get("/collections/areas/items?limit=1&f=csv").await;
    assert_eq!(list.header("content-disposition"), "attachment; filename=\"areas.csv\"");
    assert!(list.header("link").contains("rel=\"next\""), "{}", list.header("link"));
    let list = get("/collections/areas/items?limit=1").await.json();
    let of = |document: &Value, rel: &str| -> Vec<String> {
        let links = document["links"].as_array().cloned().unwrap_or_default();
        links.iter().filter(|l| l["rel"] == rel).map(|l| l["type"].as_str().expect("a type").to_owned()).collect()
    };
    let types: Vec<String> = of_rows().map(|f| f.plain_type().to_owned()).collect();
    assert_eq!(of(&collection, "items")[..types.len()], types);
    assert_eq!(of(&list, "alternate")[..types.len() - 1], types[1..]);
    assert_eq!(of(&list, "next"), ["application/geo+json"]);
}

#[tokio::test]
async fn a_large_answer_in_pieces_is_the_same_as_small_ones() {
    let of = |format: &'static str, offset: usize, limit: usize| async move {
        let path = format!("/collections/incidents/items?f={format}&offset={offset}&limit={limit}");
        let answer = analyst(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        rows(format, &answer.body, (0, 0, 0))
    };
    for format in ["geojson", "jsonfg", "csv", "ndjson"] {
        let large = of(format, 0, 2_345).await;
        assert_eq!(large.len(), 2_345, "{format}");
        let mut small = vec![];
        for offset in (0..2_345).step_by(1_000) {
            small.extend(of(format, offset, 1_000.min(2_345 - offset)).await);
        }
        let text = |all: &[Row]| all.iter().map(|r| format!("{r:?}")).collect::<Vec<_>>();
        assert_eq!(text(&large), text(&small), "{format}");
    }
}

#[tokio::test]
async fn a_caller_that_goes_away_or_is_slow_holds_no_core() {
    let one = service(Options { cores: 1, max_waiting: 1, ..Options::default() });
    let ask = |path: &str| {
        let request = axum::http::Request::builder().uri(path).header("authorization", "Bearer analyst");
        one.clone().oneshot(request.header("purpose", "a test").body(axum::body::Body::empty()).expect("a request"))
    };
    let mut slow = ask("/collections/incidents/items?limit=9000").await.expect("infallible").into_body();
    let first = slow.frame().await.expect("a piece").expect("a good one");
    assert!(first.data_ref().is_some_and(|d| d.starts_with(b"{\"type\":\"FeatureCollection\"")));
    // It has the first piece and does not take the next: nothing is worked out for it, and others are answered.
    for path in ["/collections/incidents/items?limit=10", "/collections/cells/items?limit=10"] {
        assert_eq!(ask(path).await.expect("infallible").status(), StatusCode::OK);
    }
    let rest = slow.collect().await.expect("the rest").to_bytes();
    assert!(rest.ends_with(b"]}"));
    let mut gone = ask("/collections/incidents/items?limit=9000").await.expect("infallible").into_body();
    gone.frame().await.expect("a piece").expect("a good one");
    drop(gone);
    assert_eq!(ask("/collections/incidents/items?limit=10").await.expect("infallible").status(), StatusCode::OK);
}
