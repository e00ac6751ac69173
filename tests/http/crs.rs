//! Coordinate reference systems: names, axes, boxes, and the header that says which (OGC API - Features part 2).

use axum::http::{Method, StatusCode};
use geodata::disclosure::Tier;
use serde_json::Value;
use urbansafety::layers::LAYERS;

use super::support::{Answer, get, get_as, is_quick, send, shared};

const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const LAT_FIRST: &str = "http://www.opengis.net/def/crs/EPSG/0/4326";
const MERCATOR: &str = "http://www.opengis.net/def/crs/EPSG/0/3857";

async fn analyst(path: &str) -> Answer {
    get_as(Tier::Analyst, path).await
}

/// Ids of the features of a page.
fn ids(answer: &Answer) -> Vec<String> {
    let features = answer.json()["features"].as_array().cloned().unwrap_or_default();
    features.iter().map(|f| f["id"].to_string()).collect()
}

fn first_point(answer: &Answer) -> [f64; 2] {
    let document = answer.json();
    let features = document["features"].as_array().expect("features");
    let point = features.iter().find(|f| f["geometry"]["type"] == "Point").expect("a point");
    [0, 1].map(|n| point["geometry"]["coordinates"][n].as_f64().expect("a number"))
}

#[tokio::test]
async fn every_collection_lists_its_systems_and_crs84_is_the_first() {
    let all = get("/collections").await.json();
    // Records of releases have the city's extent alone.
    let of_features = |c: &&Value| c["itemType"] == "feature";
    for collection in all["collections"].as_array().expect("collections").iter().filter(of_features) {
        let systems = collection["crs"].as_array().expect("a list");
        assert_eq!(systems[..3], [CRS84, LAT_FIRST, MERCATOR].map(Value::from));
        assert!(systems[3].as_str().is_some_and(|s| s.contains("/EPSG/0/326")), "{systems:?}");
        assert_eq!(collection["storageCrs"], CRS84);
        let one = get(&format!("/collections/{}", collection["id"].as_str().expect("an id"))).await.json();
        assert_eq!((&one["crs"], &one["storageCrs"]), (&collection["crs"], &collection["storageCrs"]));
    }
}

#[tokio::test]
async fn every_answer_says_its_system() {
    let zone = get("/collections/areas").await.json()["crs"][3].as_str().expect("a zone").to_owned();
    for layer in LAYERS.iter().filter(is_quick) {
        for crs in [CRS84, LAT_FIRST, MERCATOR, &zone] {
            for format in urbansafety::formats::of_rows() {
                let path =
                    format!("/collections/{}/items?limit=2&f={}&crs={crs}{}", layer.id, format.id, layer.asked());
                let answer = analyst(&path).await;
                assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
                assert_eq!(answer.header("content-crs"), format!("<{crs}>"), "{path}");
            }
        }
        let answer = analyst(&format!("/collections/{}/items?limit=1{}", layer.id, layer.asked())).await;
        assert_eq!(answer.header("content-crs"), format!("<{CRS84}>"), "{}", layer.id);
        let Some(id) = answer.json()["features"][0]["id"].as_str().map(|id| id.replace('/', "%2F")) else { continue };
        let path = format!("/collections/{}/items/{id}", layer.id);
        for crs in ["", LAT_FIRST, MERCATOR] {
            let query = if crs.is_empty() { layer.example.clone() } else { format!("crs={crs}{}", layer.asked()) };
            let answer = analyst(&format!("{path}?{query}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{path} {}", answer.text());
            let named = if crs.is_empty() { CRS84 } else { crs };
            assert_eq!(answer.header("content-crs"), format!("<{named}>"), "{path}");
        }
    }
}

#[tokio::test]
async fn axes_are_in_the_order_of_the_system() {
    let page = "/collections/incidents/items?limit=20";
    let [lon, lat] = first_point(&analyst(page).await);
    let [a, b] = first_point(&analyst(&format!("{page}&crs={LAT_FIRST}")).await);
    assert_eq!([a, b], [lat, lon]);
    let [x, y] = first_point(&analyst(&format!("{page}&crs=[EPSG:3857]")).await);
    assert!((x - lon * 111_319.490_793_27).abs() < 0.02, "{x} {lon}");
    let north = (lat.to_radians() / 2.0 + std::f64::consts::FRAC_PI_4).tan().ln() * 6_378_137.0;
    assert!((y - north).abs() < 0.02, "{y} {north}");
    // CSV names its columns, so that x stays before y.
    let csv = analyst(&format!("{page}&f=csv&crs={LAT_FIRST}")).await.text();
    assert!(csv.lines().next().is_some_and(|l| l.ends_with("lon (degrees),lat (degrees)")), "{csv}");
    let csv = analyst(&format!("{page}&f=csv&crs={MERCATOR}")).await.text();
    assert!(csv.lines().next().is_some_and(|l| l.ends_with("x (m),y (m)")), "{csv}");
}

#[tokio::test]
async fn a_box_means_the_same_in_every_system() {
    for layer in ["incidents", "areas", "resources", "cells"] {
        let all = analyst(&format!("/collections/{layer}/items?limit=1000")).await;
        let overview = get("/collections/cells").await.json();
        let [w, s, e, n] =
            [0, 1, 2, 3].map(|i| overview["extent"]["spatial"]["bbox"][0][i].as_f64().expect("a number"));
        let (east, north) = (w + (e - w) * 0.55, s + (n - s) * 0.55);
        let degrees = analyst(&format!("/collections/{layer}/items?limit=1000&bbox={w},{s},{east},{north}")).await;
        let expected = ids(&degrees);
        assert!(!expected.is_empty() && expected.len() <= ids(&all).len(), "{layer}");
        let y = |lat: f64| (lat.to_radians() / 2.0 + std::f64::consts::FRAC_PI_4).tan().ln() * 6_378_137.0;
        let x = |lon: f64| lon * 111_319.490_793_273_57;
        let boxes = [
            (LAT_FIRST, format!("{s},{w},{north},{east}")),
            (LAT_FIRST, format!("{s},{w},-5,{north},{east},5")),
            (MERCATOR, format!("{},{},{},{}", x(w), y(s), x(east), y(north))),
            (CRS84, format!("{w},{s},{east},{north}")),
            ("[OGC:CRS84]", format!("{w},{s},0,{east},{north},9")),
        ];
        for (system, bbox) in boxes {
            let answer = analyst(&format!("/collections/{layer}/items?limit=1000&bbox={bbox}&bbox-crs={system}")).await;
            assert_eq!(ids(&answer), expected, "{layer} {system} {bbox}");
            assert_eq!(answer.json()["numberMatched"], degrees.json()["numberMatched"]);
        }
    }
}

#[tokio::test]
async fn other_systems_are_400_and_those_that_there_are_are_named() {
    for name in ["crs", "bbox-crs"] {
        for value in ["http://www.opengis.net/def/crs/EPSG/0/2100", "EPSG:4326", "[EPSG:04326]", "x", ""] {
            let path = format!("/collections/cells/items?bbox=0,0,1,1&{name}={value}");
            let answer = get(&path).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
            let problem = answer.json();
            assert_eq!((&problem["parameter"], &problem["value"]), (&name.into(), &value.into()));
            assert!(problem["bound"].as_str().is_some_and(|b| b.contains(CRS84) && b.contains(MERCATOR)), "{problem}");
        }
    }
    // Tiles have their own.
    let answer = get(&format!("/tiles/cells/3/1/2.mvt?crs={MERCATOR}")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let held =
        send(shared(), Method::GET, &format!("/collections/cells/items?crs={MERCATOR}"), &[("if-none-match", "*")])
            .await;
    assert_eq!((held.status, held.header("content-crs")), (StatusCode::NOT_MODIFIED, format!("<{MERCATOR}>").as_str()));
}

#[tokio::test]
async fn boxes_around_the_pole_and_the_antimeridian_are_read() {
    for bbox in ["177,65,-177,70", "-180,-90,180,90", "-180,85,180,90"] {
        let answer = get(&format!("/collections/areas/items?bbox={bbox}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{bbox}");
    }
    let world = "-20037508.342789248,-20037508.342789248,20037508.342789248,20037508.342789248";
    let answer = get(&format!("/collections/areas/items?bbox={world}&bbox-crs={MERCATOR}")).await;
    assert_eq!(answer.json()["numberMatched"], get("/collections/areas/items").await.json()["numberMatched"]);
}
