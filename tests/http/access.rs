//! Keys and tiers: who may ask what, and what a refusal says.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode};
use geodata::disclosure::Tier;
use tower::ServiceExt;
use urbansafety::http::{Options, Peer};

use super::support::{every_route, get, get_as, path_of, send, service, shared};

#[tokio::test]
async fn single_records_are_403_below_analyst_tier_without_any_count() {
    for route in urbansafety::http::ROUTES.iter().filter(|r| r.layer.is_some()) {
        let path = path_of(route, "incidents");
        for tier in [Tier::Public, Tier::Partner] {
            let answer = if tier == Tier::Public { get(&path).await } else { get_as(tier, &path).await };
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} as {}", tier.name());
            let problem = answer.json();
            let words = format!("{} {}", problem["detail"], problem["hint"]);
            assert!(!words.contains(|c: char| c.is_ascii_digit()), "{words}");
        }
        assert_ne!(get_as(Tier::Analyst, &path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn the_list_of_collections_shows_what_the_tier_may_see() {
    let ids = |answer: &super::support::Answer| -> Vec<String> {
        let all = answer.json()["collections"].clone();
        all.as_array().into_iter().flatten().filter_map(|c| c["id"].as_str().map(str::to_owned)).collect()
    };
    assert!(!ids(&get("/collections").await).contains(&"incidents".to_owned()));
    assert!(ids(&get_as(Tier::Analyst, "/collections").await).contains(&"incidents".to_owned()));
}

#[tokio::test]
async fn a_key_that_is_not_valid_is_401_on_every_route() {
    for (route, path) in every_route() {
        for value in ["Bearer wrong", "Basic dXNlcjpwYXNz", "Bearer", ""] {
            let answer = send(shared(), route.verb.method(), &path, &[("authorization", value)]).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{} {value:?}", route.id);
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
            assert!(!answer.text().contains("wrong"), "the token comes back: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn analysts_state_a_purpose() {
    for tier in [Tier::Analyst, Tier::Custodian] {
        let key = format!("Bearer {}", tier.name());
        let answer = send(shared(), Method::GET, "/collections", &[("authorization", &key)]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.json()["parameter"], "Purpose");
        assert_eq!(get_as(tier, "/collections").await.status, StatusCode::OK);
    }
    let partner = send(shared(), Method::GET, "/collections", &[("authorization", "Bearer partner")]).await;
    assert_eq!(partner.status, StatusCode::OK);
}

#[tokio::test]
async fn what_a_key_sees_is_kept_nowhere() {
    assert_eq!(get("/collections").await.header("cache-control"), "public, max-age=60, must-revalidate");
    for tier in [Tier::Partner, Tier::Analyst] {
        let answer = get_as(tier, "/collections").await;
        assert_eq!(answer.header("cache-control"), "private, no-store");
        assert_ne!(answer.header("etag"), get("/collections").await.header("etag"));
    }
    assert!(get("/collections").await.header("vary").contains("authorization"));
}

#[tokio::test]
async fn guessing_keys_is_slow_and_then_refused() {
    let service = service(Options::default());
    let guess = |token: &'static str| {
        let peer = Peer(SocketAddr::from(([192, 0, 2, 1], 4000)));
        let request =
            Request::builder().uri("/collections").header("authorization", token).extension(ConnectInfo(peer));
        let request = request.body(axum::body::Body::empty()).expect("a request");
        let service = service.clone();
        async move { service.oneshot(request).await.expect("infallible").status() }
    };
    let began = std::time::Instant::now();
    assert_eq!(guess("Bearer guess").await, StatusCode::UNAUTHORIZED);
    assert!(began.elapsed().as_millis() >= 250);
    let mut guesses = tokio::task::JoinSet::new();
    for _ in 0..30 {
        guesses.spawn(guess("Bearer guess"));
    }
    guesses.join_all().await;
    assert_eq!(guess("Bearer guess").await, StatusCode::TOO_MANY_REQUESTS);
    // Who shares the address and has a valid key is not shut out.
    assert_eq!(guess("Bearer partner").await, StatusCode::OK);
}
