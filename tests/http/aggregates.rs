//! Counts by groups: what dashboards ask for, exact and told.

use axum::http::StatusCode;

use geodata::disclosure::Tier;

use super::support::{Answer, get, get_as, post, shared};

fn rows(answer: &Answer) -> Vec<serde_json::Value> {
    assert_eq!(answer.status, StatusCode::OK, "{}", String::from_utf8_lossy(&answer.body));
    answer.json()["rows"].as_array().expect("rows").clone()
}

#[tokio::test]
async fn exact_groups_add_up_to_the_whole() {
    let sum = |rows: &[serde_json::Value]| rows.iter().map(|r| r["count"].as_u64().expect("a count")).sum::<u64>();
    let matched = get_as(Tier::Analyst, "/collections/incidents/items?limit=1").await.json()["numberMatched"].as_u64();
    for by in ["year", "quarter", "month"] {
        let found = rows(&get_as(Tier::Analyst, &format!("/aggregates?by={by}")).await);
        // An incident whose time spans the end of a month is in both.
        let (total, all) = (sum(&found), matched.expect("a number"));
        assert!(total >= all && total < all + all / 20, "{by}: {total} of {all}");
        assert!(found.iter().all(|r| r["state"] == "value" || r["state"] == "zero"));
    }
    let robberies = rows(&get_as(Tier::Analyst, "/aggregates?by=category&category=04").await);
    let one = get_as(Tier::Analyst, "/collections/incidents/items?limit=1&category=04").await.json()["numberMatched"]
        .as_u64();
    assert!(sum(&robberies) <= one.expect("a number") && !robberies.is_empty());
    let by_hour = rows(&get_as(Tier::Analyst, "/aggregates?by=hour&hours=8-11").await);
    assert_eq!(by_hour.len(), 4);
}

#[tokio::test]
async fn areas_are_told_as_the_areas_of_a_count_are() {
    let found = get("/aggregates?by=area,year&f=geojson").await;
    assert_eq!(found.status, StatusCode::OK, "{}", String::from_utf8_lossy(&found.body));
    let found = found.json();
    let features = found["features"].as_array().expect("features");
    assert!(!features.is_empty());
    for feature in features {
        assert!(feature["geometry"]["type"].as_str().is_some_and(|t| t.ends_with("Polygon")));
        let told = feature["properties"]["count"].as_u64();
        let state = feature["properties"]["state"].as_str().unwrap_or_default();
        let is_silent = matches!(state, "suppressed" | "not_covered" | "not_yet_complete");
        assert!(told.is_some() != is_silent || state == "not_yet_complete", "{feature}");
    }
    assert_eq!(found["analysis"]["basis"], "protected");
    assert!(found["analysis"]["period"].as_str().is_some_and(|p| p.contains('/')), "{}", found["analysis"]);
    assert!(found["analysis"]["included"].as_u64().is_some_and(|n| n > 0));
    let grid = found["analysis"]["grid"].as_str().expect("a grid");
    let year = features[0]["properties"]["year"].as_str().expect("a year");
    let body = format!("{{\"inputs\": {{\"grid\": \"{grid}\", \"datetime\": \"{year}\"}}}}");
    let counted =
        post(shared(), "/processes/count/execution", &[("content-type", "application/json")], body).await.json();
    for area in counted["features"].as_array().expect("features") {
        let same = |f: &&serde_json::Value| {
            (&f["properties"]["area"], &f["properties"]["year"]) == (&area["properties"]["area"], &year.into())
        };
        let told = features.iter().find(same).expect("the same area");
        assert_eq!(told["properties"]["count"], area["properties"]["count"], "{year} {}", area["properties"]["area"]);
    }
    let csv = get("/aggregates?by=area&f=csv").await;
    assert!(String::from_utf8_lossy(&csv.body).starts_with("id,name,count (incidents),state"));
}

#[tokio::test]
async fn what_cannot_be_heeded_is_refused_with_its_bound() {
    for (query, name) in [
        ("by=street", "by"),
        ("by=month,year", "by"),
        ("by=area,area", "by"),
        ("by=month&collection=districts", "collection"),
        ("by=area&collection=nowhere", "collection"),
        ("measure=count", "measure"),
        ("by=area&f=png", "f"),
    ] {
        let answer = get(&format!("/aggregates?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(answer.json()["parameter"], name, "{query}");
    }
    let weekdays = get("/aggregates?by=weekday").await;
    assert_eq!(weekdays.status, StatusCode::FORBIDDEN, "the release has no days of the week");
}
