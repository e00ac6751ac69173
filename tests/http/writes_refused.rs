//! What is not written: by whom, without which state, and with which bodies; and hidden locations stay hidden.

use axum::http::{Method, StatusCode};
use geodata::disclosure::Tier;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::{get_as, send, send_body, shared};
use super::writes::{LAYERS, desk, example};

const ITEMS: &str = "/collections/resources/items";

#[tokio::test]
async fn only_who_may_writes_and_the_others_are_told_why() {
    // The last two may write; the answers to all others come before the body is read.
    for (layer, least) in [("resources", 2), ("interventions", 2), ("incidents", 3)] {
        for (n, tier) in ["", "public", "partner", "analyst", "custodian"].into_iter().enumerate() {
            for (method, path) in [
                (Method::POST, format!("/collections/{layer}/items")),
                (Method::PUT, format!("/collections/{layer}/items/none")),
                (Method::PATCH, format!("/collections/{layer}/items/none")),
                (Method::DELETE, format!("/collections/{layer}/items/none")),
            ] {
                let key = format!("Bearer {tier}");
                let headers = [("authorization", key.as_str()), ("purpose", "a test"), ("content-type", "text/plain")];
                let headers = if tier.is_empty() { &headers[2..] } else { &headers[..] };
                let answer = send_body(shared(), method.clone(), &path, headers, "x").await;
                let what = format!("{method} {path} as {tier:?}: {}", answer.text());
                if n > least {
                    let expected = if method == Method::DELETE {
                        StatusCode::NOT_FOUND
                    } else {
                        StatusCode::UNSUPPORTED_MEDIA_TYPE
                    };
                    assert_eq!(answer.status, expected, "{what}");
                } else {
                    let is_open = layer != "incidents" && tier.is_empty();
                    let expected = if is_open { StatusCode::UNAUTHORIZED } else { StatusCode::FORBIDDEN };
                    assert_eq!(answer.status, expected, "{what}");
                    assert!(answer.json()["hint"].as_str().is_some_and(|h| !h.is_empty()), "{what}");
                }
            }
        }
    }
}

#[tokio::test]
async fn what_is_taken_where_is_in_allow_and_the_standards_classes_are_named() {
    for layer in LAYERS {
        let all = send(shared(), Method::OPTIONS, &format!("/collections/{layer}/items"), &[]).await;
        assert_eq!((all.status, all.header("allow")), (StatusCode::OK, "GET, HEAD, POST, OPTIONS"));
        assert_eq!(all.header("accept-post"), "application/geo+json");
        let one = send(shared(), Method::OPTIONS, &format!("/collections/{layer}/items/x"), &[]).await;
        assert_eq!(one.header("allow"), "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
        assert_eq!(one.header("accept-patch"), "application/merge-patch+json");
    }
    let key = [("authorization", "Bearer custodian"), ("purpose", "a test")];
    let answer = send(shared(), Method::POST, "/collections/cells/items", &key).await;
    assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD, OPTIONS"));
    let headers = [("origin", "https://desk.example"), ("access-control-request-method", "PATCH")];
    let answer = send(shared(), Method::OPTIONS, &format!("{ITEMS}/x"), &headers).await;
    assert!(answer.header("access-control-allow-methods").contains("PATCH"));
    assert!(answer.header("access-control-allow-headers").contains("if-match"));
    let classes = get_as(Tier::Public, "/conformance").await.text();
    for class in ["create-replace-delete", "update", "optimistic-locking-etags", "features"] {
        assert!(classes.contains(&format!("ogcapi-features-4/1.0/conf/{class}\"")), "{class}");
    }
}

#[tokio::test]
async fn a_change_names_the_state_it_was_made_for() {
    let desk = desk();
    for layer in LAYERS {
        let path = desk.made(layer, &example(layer)).await;
        let got = desk.get(&path).await;
        let tag = got.header("etag");
        let content = tag.split_once('.').expect("a part of the record").1;
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            let body = if method == Method::PATCH { json!({}) } else { got.json() };
            let none = desk.send(&desk.custodian, method.clone(), &path, &[], &body).await;
            assert_eq!(none.status, StatusCode::PRECONDITION_REQUIRED, "{}", none.text());
            assert_eq!(desk.write(method.clone(), &path, "*", &body).await.status, StatusCode::PRECONDITION_REQUIRED);
            for other in ["\"0\"", &format!("W/{tag}"), "\"x.0000000000000000\"", "", &format!("\"{content}")] {
                let answer = desk.write(method.clone(), &path, other, &body).await;
                assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED, "{method} {other}: {}", answer.text());
            }
            // What is not there is not there, whatever is named.
            let nowhere = format!("/collections/{layer}/items/none");
            assert_eq!(desk.write(method.clone(), &nowhere, "\"xyz\"", &body).await.status, StatusCode::NOT_FOUND);
            let none = desk.send(&desk.custodian, method, &nowhere, &[], &body).await;
            assert_eq!(none.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(desk.get(&path).await.body, got.body, "nothing was written");
        let either = format!("\"0\", {tag}");
        assert_eq!(desk.write(Method::DELETE, &path, &either, &Value::Null).await.status, StatusCode::NO_CONTENT);
    }
}

/// A property's value, or another member by its pointer, and what the refusal names.
#[tokio::test]
async fn a_bad_feature_is_refused_with_pointer_value_and_bound() {
    let desk = desk();
    let bad = [
        ("resources", "/properties/name", json!(null), "/properties/name", "needed"),
        ("resources", "/properties/name", json!(7), "/properties/name", "text"),
        ("resources", "/properties/name", json!("x".repeat(201)), "/properties/name", "text"),
        ("resources", "/properties/type", json!("Youth club"), "/properties/type", "type"),
        ("resources", "/properties/url", json!("javascript:alert(1)"), "/properties/url", "address"),
        ("resources", "/properties/phnoe", json!("1"), "/properties/phnoe", "did you mean phone"),
        ("resources", "/properties/state", json!("value"), "/properties/state", "made by the service"),
        ("resources", "/properties/hidden", json!("yes"), "/properties/hidden", "true nor false"),
        (
            "resources",
            "/geometry",
            json!({ "type": "Point", "coordinates": [45.04, 128.5] }),
            "/geometry/coordinates",
            "swapped",
        ),
        (
            "resources",
            "/geometry",
            json!({ "type": "Point", "coordinates": [0, 0] }),
            "/geometry/coordinates",
            "unknown place",
        ),
        ("resources", "/geometry", json!({ "type": "Point" }), "/geometry", "geometry"),
        (
            "resources",
            "/geometry",
            json!({ "type": "LineString", "coordinates": [[0, 1], [1, 1]] }),
            "/geometry/type",
            "point",
        ),
        ("resources", "/id", json!("mine"), "/id", "given by the service"),
        ("resources", "/crs", json!({ "type": "name" }), "/crs", "CRS"),
        ("resources", "/colour", json!("red"), "/colour", "unknown member"),
        ("resources", "/type", json!("FeatureCollection"), "/type", "feature"),
        ("interventions", "/properties/start", json!("2022-02-30"), "/properties/start", "day"),
        ("interventions", "/properties/end", json!("2020-01-01"), "/properties/end", "before the first"),
        ("interventions", "/properties/approach", json!("harsh"), "/properties/approach", "approaches"),
        (
            "interventions",
            "/geometry",
            json!({ "type": "Polygon", "coordinates": [[[1, 1], [1, 1], [1, 1]]] }),
            "/geometry/coordinates",
            "empty",
        ),
        ("incidents", "/properties/category", json!("9999"), "/properties/category", "ICCS"),
        ("incidents", "/properties/category", json!(null), "/properties/category", "needed"),
        ("incidents", "/properties/time_from", json!("yesterday"), "/properties/time_from", "time"),
        ("incidents", "/properties/time_from", json!("1066-10-14"), "/properties/time_from", "year"),
        ("incidents", "/properties/time_to", json!("2022-03-04T21:00:00"), "/properties/time_to", "after the start"),
        ("incidents", "/properties/time_precision", json!("hour"), "/properties/time_from", "begins with the hour"),
        ("incidents", "/properties/time_precision", json!("second"), "/properties/time_precision", "precision"),
        ("incidents", "/properties/zone", json!("Mars/Olympus"), "/properties/zone", "zone"),
        ("incidents", "/properties/location_precision", json!(null), "/properties/location_precision", "needed"),
        ("incidents", "/properties/location_precision", json!("near"), "/properties/location_precision", "precision"),
        ("incidents", "/properties/uncertainty_m", json!(-5), "/properties/uncertainty_m", "uncertainty"),
        ("incidents", "/properties/context", json!("gang"), "/properties/context", "definition"),
        ("incidents", "/properties/victims", json!(2), "/properties/victims", "made by the service"),
        ("incidents", "/properties/suspect_name", json!("A. N. Other"), "/properties/suspect_name", "people"),
        ("incidents", "/properties/Victim Name", json!("A. N. Other"), "/properties/Victim Name", "people"),
    ];
    let before = desk.house.store().generation();
    for (layer, at, value, pointer, word) in bad {
        let mut feature = example(layer);
        match at.strip_prefix("/properties/") {
            Some(name) => feature["properties"][name] = value,
            None => feature[&at[1..]] = value,
        }
        let path = format!("/collections/{layer}/items");
        let answer = desk.send(&desk.custodian, Method::POST, &path, &[], &feature).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{at}: {}", answer.text());
        let problem = answer.json();
        assert_eq!(problem["pointer"], pointer, "{problem}");
        assert!(problem["detail"].as_str().is_some_and(|d| d.contains(word)), "{word}: {problem}");
        assert!(problem["bound"].as_str().is_some_and(|b| !b.is_empty()) && problem["value"].is_string(), "{problem}");
    }
    let key = format!("Bearer {}", desk.custodian);
    let headers = |media: &'static str| vec![("purpose", "a test"), ("content-type", media)];
    for (headers, body, status) in [
        (vec![("purpose", "a test")], example("resources").to_string(), StatusCode::BAD_REQUEST),
        (headers("application/json"), example("resources").to_string(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (headers("application/geo+json"), "{".to_owned(), StatusCode::BAD_REQUEST),
        (headers("application/geo+json"), "[]".to_owned(), StatusCode::BAD_REQUEST),
        (headers("application/geo+json"), " ".repeat((1 << 20) + 1), StatusCode::PAYLOAD_TOO_LARGE),
        (
            [headers("application/geo+json"), vec![("content-crs", "<http://www.opengis.net/def/crs/EPSG/0/9999>")]]
                .concat(),
            example("resources").to_string(),
            StatusCode::BAD_REQUEST,
        ),
    ] {
        let headers: Vec<_> = headers.into_iter().chain([("authorization", key.as_str())]).collect();
        let answer = send_body(desk.service.clone(), Method::POST, ITEMS, &headers, body).await;
        assert_eq!(answer.status, status, "{}", answer.text());
    }
    assert_eq!(desk.house.store().generation(), before, "nothing was written");
}

#[tokio::test]
async fn a_hidden_location_is_written_by_custodians_and_stays_hidden() {
    let desk = desk();
    let mut refuge = example("resources");
    refuge["geometry"]["coordinates"] = json!([-28.548_213, 45.037_417]);
    refuge["properties"]["hidden"] = json!(true);
    refuge["properties"]["address"] = json!("1 Hush Lane");
    let analyst = desk.send(&desk.analyst, Method::POST, ITEMS, &[], &refuge).await;
    assert_eq!(analyst.status, StatusCode::FORBIDDEN, "{}", analyst.text());
    let lost = desk.send(&desk.custodian, Method::POST, ITEMS, &[], &refuge).await;
    assert_eq!(
        (lost.status, &lost.json()["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/properties/service_area"))
    );
    refuge["properties"]["service_area"] = json!("North; Ward 7");
    let before = desk.get(&format!("{ITEMS}?limit=1000")).await.json();
    let path = desk.made("resources", &refuge).await;
    assert!(path.ends_with("?service_area=North") && path.contains("hidden-"), "{path}");
    let twin = desk.send(&desk.custodian, Method::POST, ITEMS, &[], &refuge).await;
    assert_eq!(twin.status, StatusCode::UNPROCESSABLE_ENTITY, "the same twice could not be told apart");
    let silent = async || {
        let after = desk.get(&format!("{ITEMS}?limit=1000")).await.json();
        assert_eq!((&after["features"], &after["numberMatched"]), (&before["features"], &before["numberMatched"]));
        for path in ["/collections/resources", "/collections", &format!("{ITEMS}?service_area=North")] {
            let text = desk.get(path).await.text();
            assert!(!text.contains("Hush Lane") && !text.contains(".548213") && !text.contains(".037417"), "{path}");
        }
    };
    silent().await;
    // Nobody finds or changes it without the area, not even by its id.
    let bare = path.split('?').next().unwrap();
    let got = desk.get(&path).await;
    let patch = json!({ "properties": { "phone": "555-0199" } });
    assert_eq!(desk.write(Method::PATCH, bare, got.header("etag"), &patch).await.status, StatusCode::NOT_FOUND);
    let tag = [("if-match", got.header("etag"))];
    let analyst = desk.send(&desk.analyst, Method::PATCH, &path, &tag, &patch).await;
    assert_eq!(analyst.status, StatusCode::FORBIDDEN);
    // What came back without a place is sent with another telephone: the place stays.
    let mut other = got.json();
    other["properties"]["phone"] = json!("555-0199");
    let replaced = desk.write(Method::PUT, &path, got.header("etag"), &other).await;
    assert_eq!(replaced.status, StatusCode::NO_CONTENT, "{}", replaced.text());
    let renamed = json!({ "properties": { "name": "Quiet House" } });
    let renamed = desk.write(Method::PATCH, &path, replaced.header("etag"), &renamed).await;
    assert_eq!(renamed.status, StatusCode::NO_CONTENT, "{}", renamed.text());
    let moved = renamed.header("location").strip_prefix("http://city.example").expect("a new address").to_owned();
    assert_eq!(desk.get(&path).await.status, StatusCode::NOT_FOUND);
    silent().await;
    let open = json!({ "properties": { "hidden": false } });
    let opened = desk.write(Method::PATCH, &moved, renamed.header("etag"), &open).await;
    assert_eq!(opened.status, StatusCode::NO_CONTENT, "{}", opened.text());
    let place = opened.header("location").strip_prefix("http://city.example").expect("its own address").to_owned();
    let told = desk.get(&place).await.json();
    assert_eq!(told["geometry"]["coordinates"], json!([-28.548_213, 45.037_417]), "the place had stayed");
    assert_eq!((&told["properties"]["phone"], &told["properties"]["address"]), (&json!("555-0199"), &Value::Null));
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[ -~é\u{0}-\u{1f}]{0,12}".prop_map(Value::from),
        Just(json!("Point")),
        Just(json!("2022-03-04")),
        Just(json!("0401")),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(
                prop_oneof![
                    Just("type".to_owned()),
                    Just("coordinates".to_owned()),
                    Just("name".to_owned()),
                    "[a-z]{1,6}"
                ],
                inner,
                0..4
            )
            .prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

#[test]
fn no_body_makes_the_service_fail() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let desk = desk();
    let layers = proptest::sample::select(&LAYERS[..]);
    let names = proptest::sample::select(
        &["name", "type", "category", "time_from", "time_to", "start", "context", "uncertainty_m", "url", "hidden"][..],
    );
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 80, ..ProptestConfig::default() });
    let cases = (layers, names, json_value(), json_value(), any::<bool>());
    let tried = runner.run(&cases, |(layer, name, value, geometry, is_whole)| {
        let mut feature = example(layer);
        feature["properties"][name] = value.clone();
        if is_whole {
            feature["geometry"] = geometry;
        }
        for body in [feature, value] {
            let path = format!("/collections/{layer}/items");
            let answer = runtime.block_on(desk.send(&desk.custodian, Method::POST, &path, &[], &body));
            let is_answered = answer.status == StatusCode::CREATED
                || (answer.status.is_client_error() && answer.json()["detail"].is_string());
            prop_assert!(is_answered, "{body}: {} {}", answer.status, answer.text());
        }
        Ok(())
    });
    tried.unwrap();
    assert_eq!(desk.house.store().check().expect("readable"), [""; 0]);
}
