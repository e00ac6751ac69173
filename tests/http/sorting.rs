//! `sortby` (OGC API - Features part 8): where it is allowed, in every order and across pages, and where it is refused.

use axum::http::StatusCode;
use geodata::disclosure::Tier;
use serde_json::Value;
use urbansafety::layers::{Engine, LAYERS};

use super::support::{get, get_as};

/// All features, page after page.
async fn all(tier: Tier, path: &str) -> Vec<Value> {
    let (mut path, mut found) = (path.to_owned(), vec![]);
    for _ in 0..400 {
        let answer = get_as(tier, &path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        let document = answer.json();
        found.extend(document["features"].as_array().cloned().unwrap_or_default());
        let links = document["links"].as_array().cloned().unwrap_or_default();
        let Some(next) = links.iter().find(|l| l["rel"] == "next") else { return found };
        path = next["href"].as_str().unwrap_or_default().replace("http://city.example", "");
    }
    panic!("no last page");
}

#[tokio::test]
async fn records_come_by_time_in_both_directions_each_once() {
    let expected = all(Tier::Analyst, "/collections/incidents/items?datetime=2021-02&limit=1000").await;
    for (sortby, falling) in
        [("time_from", false), ("-time_from", true), ("%2Btime_from,id", false), ("-time_from,-id", true)]
    {
        let path = format!("/collections/incidents/items?datetime=2021-02&limit=37&sortby={sortby}");
        let found = all(Tier::Analyst, &path).await;
        assert_eq!(found.len(), expected.len(), "{sortby}");
        let times: Vec<&str> = found.iter().filter_map(|f| f["properties"]["time_from"].as_str()).collect();
        assert!(times.is_sorted_by(|a, b| if falling { a >= b } else { a <= b }), "{sortby}");
        let mut ids: Vec<String> = found.iter().map(|f| f["id"].to_string()).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), expected.len(), "{sortby}");
    }
    let ids = |features: Vec<Value>| features.iter().map(|f| f["id"].to_string()).collect::<Vec<_>>();
    let mut falling =
        ids(all(Tier::Analyst, "/collections/incidents/items?datetime=2021-02&limit=99&sortby=-id").await);
    falling.reverse();
    assert_eq!(falling, ids(expected));
}

#[tokio::test]
async fn exact_counts_and_places_are_sorted_and_what_is_missing_comes_last() {
    for (tier, layer, property) in [
        (Tier::Analyst, "cells", "count"),
        (Tier::Analyst, "hotspots", "z"),
        (Tier::Public, "areas", "residents"),
        (Tier::Public, "resources", "name"),
    ] {
        for sign in ["", "-"] {
            let path = format!("/collections/{layer}/items?limit=500&sortby={sign}{property}");
            let found = all(tier, &path).await;
            assert!(!found.is_empty(), "{path}");
            let values: Vec<&Value> = found.iter().map(|f| &f["properties"][property]).collect();
            let known = values.iter().take_while(|v| !v.is_null()).count();
            assert!(values[known..].iter().all(|v| v.is_null()), "{path}");
            let is_sorted = values[..known].is_sorted_by(|a, b| {
                let (a, b) = if sign.is_empty() { (a, b) } else { (b, a) };
                match (a.as_f64(), b.as_f64()) {
                    (Some(a), Some(b)) => a <= b,
                    _ => a.as_str() <= b.as_str(),
                }
            });
            assert!(is_sorted, "{path}");
        }
    }
}

#[tokio::test]
async fn what_is_counted_is_in_no_order_below_analyst_tier() {
    for layer in LAYERS.iter().filter(|l| l.min_tier == Tier::Public) {
        for tier in [Tier::Public, Tier::Partner] {
            let schema = get_as(tier, &format!("/collections/{}/sortables", layer.id)).await;
            assert_eq!(schema.header("content-type"), "application/schema+json");
            let offered = schema.json()["properties"].as_object().expect("an object").len();
            assert_eq!(offered > 0, layer.engine.is_of_places(), "{}", layer.id);
            if layer.engine.is_of_places() {
                continue;
            }
            for property in layer.properties.iter().map(|p| p.name.as_str()).chain(["id", "cell"]) {
                let path = format!("/collections/{}/items?sortby={property}{}", layer.id, layer.asked());
                let answer = get_as(tier, &path).await;
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
                assert!(
                    answer.json()["detail"].as_str().is_some_and(|d| d.contains("not ranked")),
                    "{}",
                    answer.text()
                );
            }
        }
    }
}

#[tokio::test]
async fn every_sortable_sorts_and_nothing_else() {
    for layer in LAYERS.iter() {
        let schema = get_as(Tier::Analyst, &format!("/collections/{}/sortables", layer.id)).await.json();
        let names: Vec<String> = schema["properties"].as_object().expect("an object").keys().cloned().collect();
        assert!(!names.is_empty(), "{}", layer.id);
        for name in &names {
            let path = format!("/collections/{}/items?limit=3&sortby=-{name}{}", layer.id, layer.asked());
            let answer = get_as(Tier::Analyst, &path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        }
        for bad in ["none", "", "state", "-", &format!("{0},{0}", names[0])] {
            let path = format!("/collections/{}/items?sortby={bad}{}", layer.id, layer.asked());
            let answer = get_as(Tier::Analyst, &path).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
            assert_eq!(answer.json()["parameter"], "sortby");
        }
        if layer.engine != Engine::Incidents {
            let answer = get_as(
                Tier::Analyst,
                &format!("/collections/{}/items?sortby={}&after=x{}", layer.id, names[0], layer.asked()),
            )
            .await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", layer.id);
        }
    }
    let linked = get("/collections/areas").await.json();
    let rel = "http://www.opengis.net/def/rel/ogc/1.0/sortables";
    assert!(linked["links"].as_array().is_some_and(|all| all.iter().any(|l| l["rel"] == rel)), "{linked}");
}
