//! Methods run over HTTP: at once, and as jobs from the first answer to the last.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{Method, StatusCode};
use geodata::disclosure::Tier;
use serde_json::{Value, json};
use urbansafety::access::{Entry, KeyBook};
use urbansafety::http::{App, Options, router};

use super::support::{Answer, city, post, send};

/// Two keys of analyst tier, by their names.
struct Two;

impl KeyBook for Two {
    fn mark(&self) -> Option<u64> {
        Some(0)
    }

    fn log(&self) -> Option<&std::path::Path> {
        None
    }

    fn find(&self, token: &str) -> geodata::Result<Option<Entry>> {
        Ok(["one", "two"].contains(&token).then(|| Entry::new(token, Tier::Analyst)))
    }
}

/// A service of its own, so that no other test's jobs are in its way.
pub fn service(options: Options) -> Router {
    router(&App::new(city().0.clone(), Arc::new(Two), options))
}

/// Headers of a caller; the public's for an empty name.
fn headers(key: &str) -> Vec<(String, String)> {
    if key.is_empty() {
        return vec![];
    }
    vec![("authorization".to_owned(), format!("Bearer {key}")), ("purpose".to_owned(), "a test".to_owned())]
}

pub async fn run(service: &Router, key: &str, process: &str, body: &Value, prefer: &str) -> Answer {
    let mut all = headers(key);
    all.push(("content-type".to_owned(), "application/json; charset=utf-8".to_owned()));
    all.push(("prefer".to_owned(), prefer.to_owned()));
    let all: Vec<(&str, &str)> = all.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    post(service.clone(), &format!("/processes/{process}/execution"), &all, body.to_string()).await
}

pub async fn ask(service: &Router, key: &str, method: Method, path: &str) -> Answer {
    let all = headers(key);
    let all: Vec<(&str, &str)> = all.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    send(service.clone(), method, path.strip_prefix("http://city.example").unwrap_or(path), &all).await
}

/// Starts a job; its address.
pub async fn start(service: &Router, key: &str, process: &str, inputs: Value) -> String {
    let answer = run(service, key, process, &json!({ "inputs": inputs }), "respond-async, wait=5").await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let place = answer.header("location").to_owned();
    assert_eq!(place, format!("http://city.example/jobs/{}", answer.json()["jobID"].as_str().expect("an id")));
    assert_eq!(answer.header("preference-applied"), "respond-async");
    place
}

/// Looks at a job until it has one of the statuses.
pub async fn wait_for(service: &Router, key: &str, job: &str, statuses: &[&str]) -> Value {
    for _ in 0..3000 {
        let answer = ask(service, key, Method::GET, job).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let status = answer.json();
        if statuses.contains(&status["status"].as_str().expect("a status")) {
            return status;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{job} is never {statuses:?}");
}

/// Work of many minutes.
pub fn endless() -> Value {
    json!({ "inference": "monte_carlo", "draws": 999_999, "grid": "square:200" })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_lives_from_acceptance_to_dismissal() {
    let service = service(Options::default());
    let job = start(&service, "one", "gi_star", json!({ "period": "2021", "grid": "square:500" })).await;
    let status = wait_for(&service, "one", &job, &["successful"]).await;
    assert_eq!(
        (&status["processID"], &status["type"], &status["progress"]),
        (&"gi_star".into(), &"process".into(), &100.into())
    );
    for name in ["created", "started", "finished", "updated", "expires", "message"] {
        assert!(status[name].as_str().is_some_and(|t| !t.is_empty()), "{name}: {status}");
    }
    let links = status["links"].as_array().expect("links");
    assert!(links.iter().any(|l| l["rel"] == "http://www.opengis.net/def/rel/ogc/1.0/results"), "{status}");

    let result = |f: &'static str| {
        let (service, path) = (&service, format!("{job}/results{f}"));
        async move { ask(service, "one", Method::GET, &path).await }
    };
    let geojson = result("").await;
    assert_eq!((geojson.status, geojson.header("content-type")), (StatusCode::OK, "application/geo+json"));
    assert_eq!(geojson.header("cache-control"), "private, no-store");
    let geojson = geojson.json();
    assert_eq!((&geojson["type"], &geojson["analysis"]["method"]), (&"FeatureCollection".into(), &"gi_star".into()));
    assert!(result("?f=json").await.json()["result"]["value"]["features"] == geojson["features"], "other features");
    let csv = result("?f=csv").await;
    assert_eq!(csv.text().lines().count(), geojson["features"].as_array().expect("features").len() + 1);
    assert!(csv.header("content-disposition").contains("gi_star.csv"));
    assert!(result("?f=parquet").await.body.starts_with(b"PAR1"));
    assert_eq!(result("?f=docx").await.status, StatusCode::BAD_REQUEST);
    let none = result("?f=svg&plot=none").await;
    assert!(none.status == StatusCode::NOT_FOUND && none.text().contains("p_values"), "{}", none.text());
    for (f, first) in [("?f=svg", "<svg"), ("?f=png&plot=p_values", "\u{fffd}PNG")] {
        let picture = result(f).await;
        assert!(picture.status == StatusCode::OK && picture.text().starts_with(first), "{f}");
    }
    let is_plot = |l: &&Value| {
        l["rel"] == "plot" && l["href"].as_str().is_some_and(|h| h.ends_with("/results?f=svg&plot=p_values"))
    };
    assert_eq!(geojson["links"].as_array().expect("links").iter().filter(is_plot).count(), 1);

    // The same question to the layer has the same numbers.
    let layer = "/collections/hotspots/items?limit=10000&datetime=2021&grid=square:500";
    let layer = ask(&service, "one", Method::GET, layer).await.json();
    assert!(layer["features"] == geojson["features"], "other features");
    assert_eq!(layer["analysis"], geojson["analysis"]);

    let list = |query: &'static str| {
        let service = &service;
        async move {
            ask(service, "one", Method::GET, &format!("/jobs{query}")).await.json()["jobs"].as_array().map(Vec::len)
        }
    };
    for (query, n) in [
        ("", 1),
        ("?processID=gi_star,count&status=successful&type=process", 1),
        ("?processID=count", 0),
        ("?status=running", 0),
        ("?minDuration=86400", 0),
        ("?maxDuration=86400&datetime=2020-01-01/..", 1),
        ("?datetime=2001", 0),
    ] {
        assert_eq!(list(query).await, Some(n), "{query}");
    }
    assert_eq!(ask(&service, "one", Method::GET, "/jobs?status=lazy").await.status, StatusCode::BAD_REQUEST);

    let dismissed = ask(&service, "one", Method::DELETE, &job).await;
    assert_eq!((dismissed.status, &dismissed.json()["status"]), (StatusCode::OK, &"dismissed".into()));
    for path in [job.clone(), format!("{job}/results")] {
        let gone = ask(&service, "one", Method::GET, &path).await;
        assert_eq!(gone.status, StatusCode::GONE, "{}", gone.text());
        assert!(gone.text().contains("dismissed"));
    }
    assert_eq!(list("").await, Some(0));
    assert!(
        ask(&service, "", Method::GET, "/metrics")
            .await
            .text()
            .contains("urbansafety_jobs_total{process=\"gi_star\",status=\"successful\"} 1")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_process_answers_at_once_as_its_layer_does() {
    let service = service(Options::default());
    for (key, layer, process) in
        [("", "hotspots", "gi_star"), ("one", "hotspots", "gi_star"), ("one", "cells", "count"), ("", "cells", "count")]
    {
        let [west, south, east, north] = city().1.extent;
        let bbox = [west + (east - west) / 4.0, south + (north - south) / 4.0, east, north];
        let inputs =
            json!({ "inputs": { "datetime": "2021", "category": ["04", "05"], "bbox": bbox, "grid": "square:500" } });
        let answer = run(&service, key, process, &inputs, "").await;
        assert_eq!(answer.status, StatusCode::OK, "{process}: {}", answer.text());
        let [w, s, e, n] = bbox;
        let path = format!(
            "/collections/{layer}/items?limit=10000&datetime=2021&category=04,05&bbox={w},{s},{e},{n}&grid=square:500"
        );
        let expected = ask(&service, key, Method::GET, &path).await.json();
        assert!(answer.json()["features"] == expected["features"], "{process} as {key:?}");
        assert_eq!(answer.json()["numberMatched"], expected["numberMatched"]);
    }
    let body = json!({ "inputs": {}, "response": "document" });
    let document = run(&service, "", "count", &body, "").await;
    assert_eq!(document.header("content-type"), "application/json");
    assert_eq!(document.json()["result"]["value"]["type"], "FeatureCollection");
    let body = json!({ "outputs": { "result": { "format": { "mediaType": "text/csv" } } } });
    assert!(run(&service, "", "count", &body, "").await.header("content-type").starts_with("text/csv"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dismissed_job_stops_and_makes_room_for_the_next() {
    let service = service(Options { jobs_at_once: 1, ..Options::default() });
    let slow = start(&service, "one", "gi_star", endless()).await;
    wait_for(&service, "one", &slow, &["running"]).await;
    let next = start(&service, "one", "count", json!({})).await;
    let third = start(&service, "one", "count", json!({ "datetime": "2021" })).await;
    let waiting = ask(&service, "one", Method::GET, &next).await.json();
    assert_eq!((&waiting["status"], &waiting["progress"]), (&"accepted".into(), &0.into()));
    let early = ask(&service, "one", Method::GET, &format!("{next}/results")).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND);
    assert!(early.json()["type"].as_str().is_some_and(|t| t.ends_with("/result-not-ready")), "{}", early.text());
    // One that waits can be dismissed too; and answers do not wait for jobs.
    assert_eq!(ask(&service, "one", Method::DELETE, &third).await.status, StatusCode::OK);
    assert_eq!(
        run(&service, "one", "count", &json!({ "inputs": { "datetime": "2020" } }), "").await.status,
        StatusCode::OK
    );
    assert_eq!(ask(&service, "one", Method::DELETE, &slow).await.json()["status"], "dismissed");
    // The whole of the slow one would take many minutes.
    wait_for(&service, "one", &next, &["successful"]).await;
    let metrics = ask(&service, "", Method::GET, "/metrics").await.text();
    assert!(metrics.contains("urbansafety_jobs_total{process=\"gi_star\",status=\"dismissed\"} 1"), "{metrics}");
    assert!(metrics.contains("urbansafety_jobs_open 0"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_past_its_deadline_fails_with_what_to_change() {
    let service = service(Options { job_deadline: Duration::from_millis(50), ..Options::default() });
    let job = start(&service, "one", "gi_star", endless()).await;
    let status = wait_for(&service, "one", &job, &["failed"]).await;
    assert!(
        status["message"].as_str().is_some_and(|m| m.contains("not done within") && m.contains("larger cells")),
        "{status}"
    );
    let answer = ask(&service, "one", Method::GET, &format!("{job}/results")).await;
    assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT, "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_expires_and_makes_room() {
    let short = service(Options { job_keep: Duration::from_millis(400), ..Options::default() });
    let job = start(&short, "one", "count", json!({})).await;
    let mut said = BTreeSet::new();
    for _ in 0..3000 {
        let answer = ask(&short, "one", Method::GET, &job).await;
        said.insert(answer.status.as_u16());
        if answer.status == StatusCode::GONE {
            assert!(answer.text().contains("run it again"), "{}", answer.text());
        }
        if answer.status == StatusCode::NOT_FOUND {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(said.contains(&404), "{said:?}");
    let small = service(Options { job_bytes: 1, ..Options::default() });
    let job = start(&small, "one", "count", json!({})).await;
    loop {
        let answer = ask(&small, "one", Method::GET, &job).await;
        if answer.status == StatusCode::GONE {
            assert!(answer.text().contains("made room"), "{}", answer.text());
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
