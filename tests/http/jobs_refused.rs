//! What is refused of executions and jobs: by words, by tier, by number, and to everyone but their owner.

use axum::http::{Method, StatusCode};
use geodata::analysis::METHODS;
use geodata::disclosure::Tier;
use geodata::store::{Records, Store};
use serde_json::{Value, json};
use urbansafety::http::Options;

use super::audit::{house, log};
use super::jobs::{ask, endless, run, service, start, wait_for};
use super::support::{post, shared};

#[tokio::test]
async fn an_input_that_is_not_known_or_not_in_its_bound_is_400_and_named() {
    let service = service(Options::default());
    for (inputs, name, hint) in [
        (json!({ "drws": 99 }), "drws", "did you mean draws?"),
        (json!({ "datetim": "2018" }), "datetim", "did you mean datetime?"),
        (json!({ "draws": 3 }), "draws", "99 to 999999"),
        (json!({ "null": "perhaps" }), "null", "conditional, total"),
        (json!({ "bbox": [1, 2, 3] }), "bbox", "west,south,east,north"),
        (json!({ "datetime": "yesterday" }), "datetime", "datetime"),
        (json!({ "category": "murder" }), "category", "ICCS"),
        (json!({ "grid": "square:0" }), "grid", "square"),
        (json!({ "hours": 24 }), "hours", "0 to 23"),
        (json!({ "context": "gang" }), "definition", "never mixed"),
        (json!({ "filter": "a = 1" }), "filter", "no property"),
        (json!({ "seed": { "href": "http://example.org/x" } }), "seed", "a text, a number"),
    ] {
        for prefer in ["", "respond-async"] {
            let answer = run(&service, "one", "gi_star", &json!({ "inputs": inputs }), prefer).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{inputs}: {}", answer.text());
            assert_eq!(answer.json()["parameter"], name, "{}", answer.text());
            assert!(answer.text().contains(hint), "{inputs}: {}", answer.text());
        }
    }
    let none = run(&service, "one", "gi_stra", &json!({}), "").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    assert!(
        none.json()["type"].as_str().is_some_and(|t| t.ends_with("/no-such-process"))
            && none.text().contains("gi_star")
    );
}

#[tokio::test]
async fn a_body_that_is_no_execution_is_refused() {
    let path = "/processes/count/execution";
    let json = [("content-type", "application/json")];
    for body in ["", "{", "[]", "7", "{\"inputs\": []}", "{\"inputs\": {}, \"output\": {}}", "{\"response\": \"loud\"}"]
    {
        let answer = post(shared(), path, &json, body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}: {}", answer.text());
        assert!(answer.text().contains("inputs"), "{}", answer.text());
    }
    for body in [
        "{\"outputs\": {\"table\": {}}}",
        "{\"outputs\": {\"result\": {\"transmissionMode\": \"reference\"}}}",
        "{\"outputs\": {\"result\": {\"format\": {\"mediaType\": \"image/gif\"}}}}",
    ] {
        assert_eq!(post(shared(), path, &json, body).await.status, StatusCode::BAD_REQUEST, "{body}");
    }
    for headers in [&[][..], &[("content-type", "text/xml")]] {
        let answer = post(shared(), path, headers, "{}").await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}", answer.text());
    }
    let long = json!({ "inputs": { "category": vec!["01"; 9000] } }).to_string();
    let answer = post(shared(), path, &json, long).await;
    assert!(
        answer.status == StatusCode::BAD_REQUEST && answer.text().contains("bytes as a query"),
        "{}",
        answer.text()
    );
    let large = format!("{{\"inputs\": {{\"mask\": \"{}\"}}}}", "x".repeat(2 << 20));
    let answer = post(shared(), path, &json, large).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", answer.text());
    let deep = format!("{{\"inputs\": {{\"bbox\": {}}}}}", "[".repeat(100_000));
    assert_eq!(post(shared(), path, &json, deep).await.status, StatusCode::BAD_REQUEST);
    let read = super::support::get(path).await;
    assert_eq!((read.status, read.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "POST, OPTIONS"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_seen_by_the_key_that_made_it_alone() {
    let service = service(Options::default());
    let named = start(&service, "one", "count", json!({})).await;
    let nameless = start(&service, "", "count", json!({})).await;
    wait_for(&service, "one", &named, &["successful"]).await;
    wait_for(&service, "", &nameless, &["successful"]).await;
    for (job, owner, others) in [(&named, "one", ["two", ""]), (&nameless, "", ["one", "two"])] {
        for path in [job.clone(), format!("{job}/results")] {
            assert_eq!(ask(&service, owner, Method::GET, &path).await.status, StatusCode::OK);
            for other in others {
                for method in [Method::GET, Method::DELETE].into_iter().take(if path == *job { 2 } else { 1 }) {
                    let answer = ask(&service, other, method, &path).await;
                    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path} as {other:?}");
                    assert!(answer.json()["type"].as_str().is_some_and(|t| t.ends_with("/no-such-job")));
                }
            }
        }
    }
    let list = |key: &'static str| {
        let service = &service;
        async move { ask(service, key, Method::GET, "/jobs").await.json()["jobs"].as_array().map(Vec::len) }
    };
    assert_eq!((list("one").await, list("two").await, list("").await), (Some(1), Some(0), Some(0)));
    // What was worked out of exact numbers is not what the public is told.
    let of = |key: &'static str, job: String| {
        let service = &service;
        async move { ask(service, key, Method::GET, &format!("{job}/results")).await.json()["analysis"]["basis"].clone() }
    };
    assert_eq!((of("one", named).await, of("", nameless).await), ("exact".into(), "protected".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_jobs_are_429_until_one_is_dismissed() {
    let service = service(Options { max_jobs_each: 2, max_jobs: 3, ..Options::default() });
    let first = start(&service, "one", "gi_star", endless()).await;
    let mut body = json!({ "inputs": endless() });
    body["inputs"]["seed"] = 2.into();
    let second = start(&service, "one", "gi_star", body["inputs"].clone()).await;
    let refused = run(&service, "one", "gi_star", &body, "respond-async").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{}", refused.text());
    assert!(refused.text().contains("of this key") && !refused.header("retry-after").is_empty(), "{}", refused.text());
    let other = start(&service, "two", "gi_star", body["inputs"].clone()).await;
    let refused = run(&service, "two", "gi_star", &body, "respond-async").await;
    assert!(refused.status == StatusCode::TOO_MANY_REQUESTS && refused.text().contains("of all callers"));
    assert_eq!(ask(&service, "one", Method::DELETE, &first).await.status, StatusCode::OK);
    let third = start(&service, "one", "gi_star", body["inputs"].clone()).await;
    for (key, job) in [("one", second), ("two", other), ("one", third)] {
        assert_eq!(ask(&service, key, Method::DELETE, &job).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_method_that_reads_records_is_for_keys_that_may() {
    let service = service(Options::default());
    for method in METHODS.iter().filter(|m| !m.is_of_places()) {
        let told = ask(&service, "", Method::GET, &format!("/processes/{}", method.id)).await.json();
        assert_eq!(told["least_tier"], "analyst", "{}", method.id);
        for prefer in ["", "respond-async"] {
            let answer = run(&service, "", method.id, &json!({}), prefer).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}: {}", method.id, answer.text());
            assert!(answer.text().contains("analyst"), "{}", answer.text());
        }
    }
}

#[tokio::test]
async fn every_process_is_described_in_plain_words() {
    for method in METHODS {
        let told = super::support::get(&format!("/processes/{}", method.id)).await.json();
        for name in ["description", "when_not", "numbers", "needs", "who", "least_tier"] {
            assert!(told[name].as_str().is_some_and(|t| !t.is_empty()), "{} {name}", method.id);
        }
        assert!(told["limits"]["seconds_as_job"].as_u64() > told["limits"]["seconds_at_once"].as_u64(), "{told}");
        for p in method.parameters {
            assert_eq!(told["inputs"][p.name]["schema"].is_object(), !p.is_file(), "{} {}", method.id, p.name);
        }
        let modes: Vec<Value> = ["sync-execute", "async-execute", "dismiss"].map(Value::from).into();
        assert_eq!(told["jobControlOptions"], Value::from(modes));
    }
    let classes = super::support::get("/conformance").await.text();
    for class in ["core", "json", "oas30", "job-list", "dismiss", "ogc-process-description"] {
        assert!(classes.contains(&format!("ogcapi-processes-1/1.0/conf/{class}")), "{class}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_job_was_asked_is_in_the_log_and_what_was_removed_is_in_no_result() {
    let house = house();
    let (_, token) = house.key("analysis unit", Tier::Analyst);
    let app = house.app();
    let service = urbansafety::http::router(&app);
    let job = start(&service, &token, "count", json!({ "datetime": "2021", "grid": "square:1000" })).await;
    wait_for(&service, &token, &job, &["successful"]).await;
    let results = format!("{job}/results?f=csv");
    let rows = ask(&service, &token, Method::GET, &results).await.text().lines().count() as u64 - 1;
    // A release, or an import, leaves the result as it is; an erasure does not.
    let mut store = Store::open(&house.path).expect("opened");
    super::support::release(&mut store);
    assert!(app.refresh().expect("readable"), "newer data");
    assert_eq!(ask(&service, &token, Method::GET, &results).await.status, StatusCode::OK);
    let one = ask(&service, &token, Method::GET, "/collections/incidents/items?limit=1").await.json();
    let fid = one["features"][0]["id"].as_str().and_then(|id| id.parse().ok()).expect("a number");
    assert_eq!(store.erase(&Records::Fid(fid), "request 17", true).expect("erased").records, 1);
    assert!(app.refresh().expect("readable"), "newer data");
    let gone = ask(&service, &token, Method::GET, &results).await;
    assert_eq!(gone.status, StatusCode::GONE, "{}", gone.text());
    assert!(gone.text().contains("records were removed"), "{}", gone.text());
    drop((service, app));
    let log = log(&house.path);
    let of =
        |asked: &str| log.iter().find(|k| k.entry.asked.starts_with(asked)).map(|k| (k.entry.status, k.entry.rows));
    assert_eq!(of("POST /processes/count/execution?datetime=2021&grid=square:1000"), Some((201, 0)));
    assert_eq!(of(&format!("GET {}", results.trim_start_matches("http://city.example"))), Some((200, rows)));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_exact_is_worked_out_for_the_public() {
    let service = service(Options::default());
    for method in METHODS {
        let answer = run(&service, "", method.id, &json!({ "inputs": { "datetime": "2021" } }), "").await;
        if answer.status == StatusCode::OK {
            assert_eq!(answer.json()["analysis"]["basis"], "protected", "{}", method.id);
        } else {
            assert!(answer.status != StatusCode::INTERNAL_SERVER_ERROR, "{}: {}", method.id, answer.text());
        }
    }
}
