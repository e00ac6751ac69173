//! Masked points at the door: who sees them, and that no answer of any form leads back to a true place.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::http::StatusCode;
use geodata::disclosure::Tier;
use geodata::store::agreements::{Agreement, Precision};
use serde_json::Value;
use urbansafety::access::{Entry, KeyBook};
use urbansafety::http::{App, Options, router};

use super::audit::ask;
use super::read::{Row, rows};
use super::support::{Answer, agreement, city, get, tile};

/// Keys named like their tier; the partner's is bound to an agreement on masked points.
struct Keys;

impl KeyBook for Keys {
    fn find(&self, token: &str) -> geodata::Result<Option<Entry>> {
        let masked = Agreement { precision: Precision::MaskedPoints, ..agreement() };
        Ok(match token {
            "partner" => Some(Entry { agreement: Some(Arc::new(masked)), ..Entry::new(token, Tier::Partner) }),
            "analyst" => Some(Entry::new(token, Tier::Analyst)),
            _ => None,
        })
    }

    fn mark(&self) -> Option<u64> {
        Some(1)
    }

    fn log(&self) -> Option<&Path> {
        None
    }
}

async fn get_as(tier: Tier, path: &str) -> Answer {
    static SERVICE: OnceLock<Router> = OnceLock::new();
    let service = SERVICE.get_or_init(|| router(&App::new(city().0.clone(), Arc::new(Keys), Options::default())));
    ask(service, tier.name(), path, &[("purpose", "a test")]).await
}

const ITEMS: &str = "/collections/incidents/items";

/// All rows of a tier under a query, page by page.
async fn all(tier: Tier, query: &str) -> Vec<Row> {
    let (mut found, mut path) = (vec![], format!("{ITEMS}?limit=10000&{query}"));
    loop {
        let answer = get_as(tier, &path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        let document = answer.json();
        found.extend(rows("geojson", &answer.body, (0, 0, 0)));
        let links = document["links"].as_array().cloned().unwrap_or_default();
        match links.iter().find(|l| l["rel"] == "next") {
            Some(next) => path = next["href"].as_str().unwrap().replace("http://city.example", ""),
            None => {
                assert_eq!(document["numberMatched"].as_u64(), Some(found.len() as u64));
                return found;
            }
        }
    }
}

fn text<'a>(row: &'a Row, name: &str) -> &'a str {
    row.properties.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[tokio::test]
async fn partners_under_an_agreement_see_masked_points_and_the_public_none() {
    assert_eq!(get(ITEMS).await.status, StatusCode::FORBIDDEN);
    let document = get_as(Tier::Partner, &format!("{ITEMS}?limit=5")).await.json();
    assert_eq!(document["analysis"]["basis"], "masked", "{document}");
    assert_eq!(document["analysis"]["method"], "masked_points");
    let collections = get_as(Tier::Partner, "/collections").await.text();
    assert!(collections.contains("\"id\":\"incidents\""));
    assert!(!get("/collections").await.text().contains("\"id\":\"incidents\""));
}

#[tokio::test]
async fn no_row_of_any_format_is_near_a_true_place_or_says_when() {
    let exact = all(Tier::Analyst, "datetime=2022-03").await;
    let masked = all(Tier::Partner, "datetime=2022-03").await;
    assert!(masked.len() > 50 && masked.len() < exact.len(), "{} of {}", masked.len(), exact.len());
    let key = |p: &[f64; 2]| ((p[0] * 1e7).round() as i64, (p[1] * 1e7).round() as i64);
    let truth: BTreeSet<_> = exact.iter().flat_map(|r| &r.places).map(key).collect();
    let ids: BTreeSet<&str> = exact.iter().map(|r| text(r, "id")).collect();
    let told = ["category", "id", "k", "k_basis", "month", "month_to", "radius_m", "state"];
    let at = tile(11);
    let mut seen = 0;
    for (format, path) in [
        ("geojson", format!("{ITEMS}?limit=10000&datetime=2022-03&f=geojson")),
        ("csv", format!("{ITEMS}?limit=10000&datetime=2022-03&f=csv")),
        ("mvt", format!("/tiles/incidents/{}/{}/{}.mvt?datetime=2022-03", at.0, at.1, at.2)),
    ] {
        let answer = get_as(Tier::Partner, &path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        for row in rows(format, &answer.body, at) {
            seen += 1;
            let mut names = row.properties.keys().filter(|name| !["lon", "lat"].contains(&name.as_str()));
            assert!(names.all(|name| told.contains(&name.as_str())), "{path}: {row:?}");
            assert!(!ids.contains(text(&row, "id")), "{path}: ids of the import");
            assert!(row.places.iter().all(|p| !truth.contains(&key(p))), "{path}: {row:?}");
            let month = text(&row, "month");
            assert_eq!((month.len(), &month[4..5]), (7, "-"), "{path}: {row:?}");
            assert!(text(&row, "category").split(", ").all(|c| c.len() <= 4), "{path}: {row:?}");
        }
    }
    assert!(seen > 100, "{seen}");
}

#[tokio::test]
async fn boxes_and_single_features_are_those_of_masked_positions() {
    let masked = all(Tier::Partner, "datetime=2022").await;
    let exact = all(Tier::Analyst, "datetime=2022").await;
    for row in exact.iter().filter(|r| r.places.len() == 1).step_by(97).take(20) {
        let [lon, lat] = row.places[0];
        for half in [1e-5, 0.001, 0.01] {
            let bbox = [lon - half, lat - half, lon + half, lat + half];
            let text = bbox.map(|v| format!("{v:.7}")).join(",");
            let matched = get_as(Tier::Partner, &format!("{ITEMS}?limit=1&datetime=2022&bbox={text}")).await.json();
            let [w, s, e, n] = bbox.map(|v| (v * 1e7).round() / 1e7);
            let inside = |r: &&Row| r.places.iter().any(|p| p[0] >= w && p[0] <= e && p[1] >= s && p[1] <= n);
            let expected = masked.iter().filter(inside).count() as u64;
            assert_eq!(matched["numberMatched"].as_u64(), Some(expected), "{text}");
        }
    }
    let id = text(&masked[3], "id");
    let one = get_as(Tier::Partner, &format!("{ITEMS}/{id}")).await.json();
    assert_eq!(one["id"], id);
    // An id of the import leads nowhere.
    let none = get_as(Tier::Partner, &format!("{ITEMS}/{}", text(&exact[0], "id"))).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_could_single_a_record_out_is_refused() {
    for query in ["category=0301", "category=0101", "hours=3-4", "weekdays=mon", "sex=female", "age=18-29"] {
        let answer = get_as(Tier::Partner, &format!("{ITEMS}?{query}")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{query}: {}", answer.text());
        let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
        assert!(!detail.contains(|c: char| c.is_ascii_digit()), "{detail}");
    }
}
