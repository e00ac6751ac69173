//! Tokens of an issuer: which are taken, which tier they open, and that keys may change.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::http::StatusCode;
use geodata::disclosure::Tier;
use serde_json::{Value, json};
use urbansafety::access::{NoKeys, oidc::Settings};
use urbansafety::http::{App, Options, router};

use super::audit::ask;
use super::issuer::{Issuer, b64, ec, rsa, unsigned};
use super::support::city;

pub fn settings(issuer: &str) -> Settings {
    let roles = [("us-analyst".to_owned(), Tier::Analyst), ("us-partner".to_owned(), Tier::Partner)];
    Settings {
        issuer: issuer.to_owned(),
        audience: "safety".to_owned(),
        roles_claim: "groups.names".to_owned(),
        roles: roles.into_iter().collect(),
        clock_skew_s: 60,
    }
}

fn service(issuer: &str) -> Router {
    let options = Options { oidc: Some(settings(issuer)), ..Options::default() };
    router(&App::new(city().0.clone(), Arc::new(NoKeys), options))
}

/// Status and tier of the list of collections with a token.
async fn with(service: &Router, token: &str) -> (StatusCode, Value) {
    let answer = ask(service, token, "/collections", &[("purpose", "a test")]).await;
    (answer.status, if answer.status == StatusCode::OK { answer.json()["tier"].clone() } else { Value::Null })
}

fn changed(claims: &Value, name: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[name] = value;
    claims
}

#[tokio::test]
async fn signed_tokens_open_the_tier_of_their_roles() {
    let ec = ec();
    let issuer = Issuer::start(vec![json!({"kty": "oct", "kid": "s", "k": "AAAA"}), rsa().jwk("r"), ec.jwk("e")]);
    let (service, good) = (service(&issuer.url), issuer.claims());
    for token in [rsa().token("RS256", "r", &good), rsa().token("PS256", "r", &good), ec.token("ES256", "e", &good)] {
        assert_eq!(with(&service, &token).await, (StatusCode::OK, json!("analyst")));
    }
    for (roles, tier) in [
        (json!({"names": ["boss", "us-partner", "us-analyst"]}), "analyst"),
        (json!({"names": "us-analyst other"}), "analyst"),
        (json!({"names": ["unknown"]}), "public"),
        (json!({"names": 7}), "public"),
        (json!(null), "public"),
        // A partner's role is bound to no agreement.
        (json!({"names": ["us-partner"]}), "public"),
    ] {
        let token = ec.token("ES256", "e", &changed(&good, "groups", roles));
        assert_eq!(with(&service, &token).await, (StatusCode::OK, json!(tier)));
    }
    let without = ask(&service, &ec.token("ES256", "e", &good), "/collections", &[]).await;
    assert_eq!(without.status, StatusCode::BAD_REQUEST, "an analyst states a purpose");
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 1, "keys are fetched once");
}

#[tokio::test]
async fn tokens_that_are_not_for_this_service_or_not_of_this_time_are_refused() {
    let ec = ec();
    let issuer = Issuer::start(vec![rsa().jwk("r"), ec.jwk("e")]);
    let (service, good, now) = (service(&issuer.url), issuer.claims(), jiff::Timestamp::now().as_second());
    let of = |name: &str, value: Value| rsa().token("RS256", "r", &changed(&good, name, value));
    for (token, is_good) in [
        (of("iss", json!("https://id.example.org")), false),
        (of("iss", json!(null)), false),
        (of("aud", json!("another")), false),
        (of("aud", json!(["another", "safety"])), true),
        (of("aud", json!(null)), false),
        (of("sub", json!("")), false),
        (of("exp", json!(now - 30)), true),
        (of("exp", json!(now - 90)), false),
        (of("exp", json!("soon")), false),
        (of("exp", json!(null)), false),
        (of("nbf", json!(now + 30)), true),
        (of("nbf", json!(now + 90)), false),
    ] {
        let expected = if is_good { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
        assert_eq!(with(&service, &token).await.0, expected, "{:?}", token.split('.').nth(1));
    }
}

#[tokio::test]
async fn forged_signatures_are_refused() {
    let ec = ec();
    let issuer = Issuer::start(vec![rsa().jwk("r"), ec.jwk("e")]);
    let (service, good) = (service(&issuer.url), issuer.claims());
    let token = rsa().token("RS256", "r", &good);
    let (_, signature) = token.rsplit_once('.').expect("three parts");
    let more = unsigned(&json!({"alg": "RS256", "kid": "r"}), &changed(&good, "sub", json!("u2")));
    let none = unsigned(&json!({"alg": "none", "kid": "r"}), &good);
    let hmac = unsigned(&json!({"alg": "HS256", "kid": "r"}), &good);
    let public = rsa().jwk("r").to_string();
    let mac = ring::hmac::sign(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, public.as_bytes()), hmac.as_bytes());
    let critical = unsigned(&json!({"alg": "RS256", "kid": "r", "crit": ["exp"]}), &good);
    for forged in [
        format!("{more}.{signature}"),
        format!("{none}."),
        format!("{none}.{signature}"),
        format!("{hmac}.{}", b64(mac)),
        format!("{critical}.{signature}"),
        // The key of one algorithm under the name of another.
        ec.token("ES256", "r", &good),
        rsa().token("RS256", "e", &good),
        super::issuer::ec().token("ES256", "e", &good),
        rsa().token("RS384", "r", &good),
        "eyJhbGciOiJSUzI1NiJ9..".to_owned(),
    ] {
        assert_eq!(with(&service, &forged).await.0, StatusCode::UNAUTHORIZED, "{forged}");
    }
    assert_eq!(with(&service, &token).await.0, StatusCode::OK);
}

#[tokio::test]
async fn keys_may_change_and_are_not_fetched_for_every_guess() {
    let (old, new) = (ec(), ec());
    let issuer = Issuer::start(vec![old.jwk("1")]);
    let (service, good) = (service(&issuer.url), issuer.claims());
    assert_eq!(with(&service, &old.token("ES256", "1", &good)).await.0, StatusCode::OK);
    issuer.rotate(vec![new.jwk("2")]);
    assert_eq!(with(&service, &new.token("ES256", "2", &good)).await.0, StatusCode::OK);
    assert_eq!(with(&service, &old.token("ES256", "1", &good)).await.0, StatusCode::UNAUTHORIZED);
    for id in ["3", "4", "5"] {
        assert_eq!(with(&service, &new.token("ES256", id, &good)).await.0, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn an_issuer_that_cannot_be_asked_or_is_another_one_opens_nothing() {
    let ec = ec();
    let issuer = Issuer::start(vec![ec.jwk("1")]);
    let token = ec.token("ES256", "1", &issuer.claims());
    // The document found there names another issuer than the settings do.
    let port = issuer.url.rsplit_once(':').expect("a port").1;
    for other in [format!("http://localhost:{port}"), "http://127.0.0.1:1".to_owned()] {
        let answer = ask(&service(&other), &token, "/collections", &[("purpose", "a test")]).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{other}");
        assert!(!answer.text().contains(&other), "{}", answer.text());
    }
}
