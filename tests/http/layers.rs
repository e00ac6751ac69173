//! Every layer in every format for every tier: nothing public is a record, a small count or a point of one.

use axum::http::StatusCode;
use geodata::disclosure::Tier;
use serde_json::Value;
use urbansafety::layers::{Engine, Geometry, LAYERS, Layer};

use super::support::{Answer, get, get_as, tile};

const TIERS: [Tier; 4] = [Tier::Public, Tier::Partner, Tier::Analyst, Tier::Custodian];

fn path(layer: &Layer, format: &str) -> String {
    let (z, x, y) = tile(layer.min_zoom.max(10));
    match format {
        "mvt" | "png" => format!("/tiles/{}/{z}/{x}/{y}.{format}?{}", layer.id, layer.example),
        _ => format!("/collections/{}/items?f={format}&limit=10000{}", layer.id, layer.asked()),
    }
}

async fn ask(tier: Tier, path: &str) -> Answer {
    if tier == Tier::Public { get(path).await } else { get_as(tier, path).await }
}

fn features(answer: &Answer) -> Vec<Value> {
    answer.json()["features"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn every_layer_format_and_tier_is_answered_or_refused() {
    for layer in LAYERS.iter() {
        for format in urbansafety::formats::FORMATS {
            for tier in TIERS {
                let path = path(layer, format.id);
                let answer = ask(tier, &path).await;
                let what = format!("{path} as {}: {}", tier.name(), answer.status);
                if tier < layer.min_tier {
                    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
                } else if !layer.has_format(format.id) {
                    assert!(answer.status.is_client_error(), "{what}");
                } else {
                    assert_eq!(answer.status, StatusCode::OK, "{what} {}", answer.text());
                    assert_eq!(answer.header("content-type"), format.media_type, "{what}");
                    assert!(!answer.body.is_empty(), "{what}: nothing in it");
                }
            }
        }
    }
}

#[tokio::test]
async fn the_public_sees_no_points_and_no_small_counts() {
    let counts = |l: &&Layer| matches!(l.engine, Engine::Cells | Engine::Density | Engine::Analysis);
    for layer in LAYERS.iter().filter(counts).filter(|l| l.min_tier == Tier::Public) {
        for tier in [Tier::Public, Tier::Partner] {
            let answer = ask(tier, &path(layer, "geojson")).await;
            let all = features(&answer);
            assert!(!all.is_empty(), "{}", layer.id);
            for feature in &all {
                assert_ne!(feature["geometry"]["type"], "Point", "{}", layer.id);
                let count = feature["properties"]["count"].as_u64().unwrap_or(0);
                assert!(count == 0 || count >= 5, "{}: {feature}", layer.id);
            }
            assert_eq!(answer.json()["analysis"]["basis"], "protected", "{}", layer.id);
        }
    }
}

#[tokio::test]
async fn every_feature_says_its_state_and_where_it_is() {
    for layer in LAYERS.iter() {
        let answer = ask(Tier::Analyst, &path(layer, "geojson")).await;
        let document = answer.json();
        assert!(document["analysis"]["method"].is_string(), "{}", layer.id);
        assert_eq!(document["numberReturned"].as_u64(), Some(features(&answer).len() as u64));
        for feature in features(&answer) {
            let properties = &feature["properties"];
            assert!(properties["state"].is_string(), "{}: {feature}", layer.id);
            assert!(feature["id"].is_string());
            match layer.engine {
                _ if layer.geometry == Geometry::Line => assert!(properties["street"].is_string()),
                Engine::Cells | Engine::Density => assert!(properties["cell"].is_string()),
                Engine::Analysis => assert!(properties["cell"].is_string() || properties["area"].is_string()),
                Engine::Areas => assert!(properties["area"].is_string() && properties["name"].is_string()),
                _ => {}
            }
        }
        for p in layer.properties.iter().filter(|_| !features(&answer).is_empty()) {
            assert!(features(&answer)[0]["properties"].get(&p.name).is_some(), "{} has no {}", layer.id, p.name);
        }
    }
}

#[tokio::test]
async fn exact_counts_add_up_to_the_incidents_with_a_place() {
    let document = ask(Tier::Analyst, "/collections/cells/items?limit=10000&grid=quadkey:14").await.json();
    let all = document["features"].as_array().cloned().unwrap_or_default();
    let sum: u64 = all.iter().filter_map(|f| f["properties"]["count"].as_u64()).sum();
    assert_eq!(Some(sum), document["analysis"]["included"].as_u64());
    assert!(sum > 10_000, "{sum}");
}

#[tokio::test]
async fn pages_follow_one_another_and_hold_every_feature_once() {
    for layer in ["areas", "incidents", "hotspots", "resources"] {
        let mut path = format!("/collections/{layer}/items?limit=7&datetime=2021-02");
        let (mut ids, mut matched) = (vec![], 0);
        for _ in 0..2000 {
            let answer = ask(Tier::Analyst, &path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
            let document = answer.json();
            matched = document["numberMatched"].as_u64().unwrap_or_default();
            ids.extend(features(&answer).iter().map(|f| f["id"].to_string()));
            let links = document["links"].as_array().cloned().unwrap_or_default();
            let Some(next) = links.iter().find(|l| l["rel"] == "next") else { break };
            path = next["href"].as_str().unwrap_or_default().replace("http://city.example", "");
        }
        let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len(), "{layer}");
        assert_eq!(ids.len() as u64, matched, "{layer}");
    }
}

#[tokio::test]
async fn one_feature_by_its_id_is_that_of_the_list() {
    for layer in LAYERS.iter() {
        let list = ask(Tier::Analyst, &format!("/collections/{}/items?limit=3{}", layer.id, layer.asked())).await;
        for feature in features(&list) {
            let id = feature["id"].as_str().unwrap_or_default();
            let encoded: String = id.bytes().map(|b| format!("%{b:02X}")).collect();
            let one = ask(Tier::Analyst, &format!("/collections/{}/items/{encoded}?{}", layer.id, layer.example)).await;
            assert_eq!(one.status, StatusCode::OK, "{} {id}: {}", layer.id, one.text());
            let one = one.json();
            assert_eq!((&one["id"], &one["properties"]), (&feature["id"], &feature["properties"]), "{}", layer.id);
        }
        let none = ask(Tier::Analyst, &format!("/collections/{}/items/none-such?{}", layer.id, layer.example)).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND, "{}", layer.id);
    }
}

#[tokio::test]
async fn filters_and_boxes_reach_the_answer() {
    let count = |path: &'static str| async move {
        let document = ask(Tier::Analyst, path).await.json();
        document["numberMatched"].as_u64().unwrap_or_else(|| panic!("{path}: {document}"))
    };
    let all = count("/collections/incidents/items?limit=1").await;
    let year = count("/collections/incidents/items?limit=1&datetime=2022").await;
    let night = count("/collections/incidents/items?limit=1&hours=22-4").await;
    assert!(0 < year && year < all && 0 < night && night < all, "{all} {year} {night}");
    assert_eq!(count("/collections/incidents/items?limit=1&bbox=0,0,0.001,0.001").await, 0);
    assert_eq!(count("/collections/hotspots/items?limit=1&bbox=0,0,0.001,0.001").await, 0);
    let tag = |path: &'static str| async move { ask(Tier::Analyst, path).await.header("etag").to_owned() };
    let a = tag("/collections/cells/items?limit=2&category=01,02").await;
    assert_eq!(a, tag("/collections/cells/items?category=02&limit=2&category=01").await);
}

/// Length-delimited fields of a protobuf message: number and content.
fn fields(mut bytes: &[u8]) -> Vec<(u64, &[u8])> {
    fn number(bytes: &mut &[u8]) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let (first, rest) = bytes.split_first().expect("a whole number");
            *bytes = rest;
            value |= u64::from(first & 0x7f) << shift;
            shift += 7;
            if first & 0x80 == 0 {
                return value;
            }
        }
    }
    let mut found = vec![];
    while !bytes.is_empty() {
        let key = number(&mut bytes);
        let value = number(&mut bytes);
        if key & 7 == 2 {
            let (content, rest) = bytes.split_at(value as usize);
            found.push((key >> 3, content));
            bytes = rest;
        }
    }
    found
}

#[tokio::test]
async fn a_tile_of_more_records_than_a_page_is_one_layer_with_all_of_them() {
    let (z, x, y) = tile(10);
    let mut total = 0;
    for (x, y) in [(x, y), (x + 1, y), (x, y + 1), (x - 1, y), (x, y - 1)] {
        let answer = ask(Tier::Analyst, &format!("/tiles/incidents/{z}/{x}/{y}.mvt")).await;
        let layers = fields(&answer.body);
        assert!(layers.len() <= 1, "{} layers", layers.len());
        total += layers.iter().map(|(_, layer)| fields(layer).iter().filter(|f| f.0 == 2).count()).sum::<usize>();
    }
    assert!(total > geodata::limits::MAX_PAGE, "{total}");
}

#[tokio::test]
async fn pictures_of_places_show_something_and_are_the_same_bytes_again() {
    for layer in ["areas", "resources", "interventions", "incidents"] {
        let mut largest = vec![];
        for z in [11, 13] {
            let (z, x, y) = tile(z);
            let path = format!("/tiles/{layer}/{z}/{x}/{y}.png");
            let (answer, again) = (ask(Tier::Analyst, &path).await, ask(Tier::Analyst, &path).await);
            assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "image/png"), "{path}");
            assert!(answer.body == again.body, "{path}");
            if answer.body.len() > largest.len() {
                largest = answer.body;
            }
        }
        assert!(largest.len() > 250, "{layer}: {} bytes", largest.len());
        // For people who want to look at them.
        let _ = std::fs::write(std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{layer}.png")), largest);
    }
    for tier in [Tier::Public, Tier::Partner] {
        let (z, x, y) = tile(12);
        let answer = ask(tier, &format!("/tiles/incidents/{z}/{x}/{y}.png")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
}
