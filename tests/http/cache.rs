//! Finished answers: the same bytes kept as made, made once, and never another caller's.

use std::io::Read;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::http::{Method, StatusCode};
use geodata::city::City;
use proptest::prelude::*;
use urbansafety::http::Options;

use super::agreements;
use super::support::{Answer, city, send, service, service_of, tile};

fn decoded(answer: &Answer) -> Vec<u8> {
    let mut plain = vec![];
    match answer.header("content-encoding") {
        "gzip" => flate2::read::GzDecoder::new(&answer.body[..]).read_to_end(&mut plain).expect("gzip"),
        "br" => brotli::Decompressor::new(&answer.body[..], 4096).read_to_end(&mut plain).expect("brotli"),
        "" => return answer.body.clone(),
        other => panic!("{other}"),
    };
    plain
}

async fn looks(service: &Router, found: &str) -> u64 {
    let text = send(service.clone(), Method::GET, "/metrics", &[]).await.text();
    let line = text.lines().find(|l| l.starts_with(&format!("urbansafety_kept_answers_total{{found=\"{found}\"}}")));
    line.and_then(|l| l.rsplit(' ').next()?.parse().ok()).unwrap_or(0)
}

/// A service that keeps nothing.
fn forgetful() -> Options {
    Options { tile_cache_bytes: 0, ..Options::default() }
}

#[tokio::test]
async fn kept_bytes_are_those_that_were_made_in_every_coding() {
    let (keeping, fresh) = (service(Options::default()), service(forgetful()));
    let (z, x, y) = tile(12);
    for path in [
        format!("/tiles/cells/{z}/{x}/{y}.mvt"),
        format!("/tiles/areas/{z}/{x}/{y}.mvt"),
        format!("/tiles/cells/{z}/{x}/{y}.png"),
        format!("/tiles/WebMercatorQuad/{z}/{y}/{x}"),
        "/collections".to_owned(),
        "/api".to_owned(),
    ] {
        let plain = send(fresh.clone(), Method::GET, &path, &[]).await;
        for coding in ["gzip", "br", "gzip, deflate, br, zstd", "identity", "gzip;q=0"] {
            let headers = [("accept-encoding", coding)];
            let first = send(keeping.clone(), Method::GET, &path, &headers).await;
            let again = send(keeping.clone(), Method::GET, &path, &headers).await;
            assert_eq!(first.status, StatusCode::OK, "{path}");
            assert!(
                first.body == again.body && first.headers.get("etag") == again.headers.get("etag"),
                "{path} {coding}"
            );
            assert_eq!(first.header("content-type"), plain.header("content-type"));
            assert!(decoded(&first) == plain.body, "{path} {coding}");
            let is_coded =
                plain.body.len() >= 1024 && !path.ends_with("png") && !["identity", "gzip;q=0"].contains(&coding);
            assert_eq!(!first.header("content-encoding").is_empty(), is_coded, "{path} {coding}");
        }
    }
    assert!(looks(&keeping, "hit").await >= 30 && looks(&fresh, "hit").await == 0);
}

#[tokio::test]
async fn many_who_ask_at_once_have_a_tile_made_once() {
    let service = service(Options { cores: 1, ..Options::default() });
    let (z, x, y) = tile(11);
    let mut asking = tokio::task::JoinSet::new();
    for n in 0..64 {
        let (service, path) = (service.clone(), format!("/tiles/hotspots/{z}/{x}/{y}.mvt?datetime=2022"));
        let task = async move { send(service, Method::GET, &path, &[("accept-encoding", "gzip")]).await };
        let handle = asking.spawn(task);
        if n % 8 == 4 {
            tokio::task::yield_now().await;
            handle.abort();
        }
    }
    let mut bodies = std::collections::BTreeSet::new();
    while let Some(answer) = asking.join_next().await {
        let Ok(answer) = answer else { continue };
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        bodies.insert(answer.body);
    }
    assert_eq!(bodies.len(), 1);
    assert_eq!(looks(&service, "miss").await, 1);
}

#[tokio::test]
async fn tags_outlive_the_service() {
    let path = city().0.path();
    let reopen = || service_of(Arc::new(City::open(path).expect("an index")));
    let (one, other) = (reopen(), reopen());
    let (z, x, y) = tile(12);
    for path in [
        "/".to_owned(),
        "/api".to_owned(),
        "/collections".to_owned(),
        "/styles/cells".to_owned(),
        "/tiles/cells.json?datetime=2022".to_owned(),
        "/collections/hotspots/items?limit=3".to_owned(),
        format!("/tiles/cells/{z}/{x}/{y}.mvt?datetime=2022&category=0401"),
        format!("/tiles/WebMercatorQuad/{z}/{y}/{x}?collections=areas,cells"),
    ] {
        for key in [None, Some("Bearer partner"), Some("Bearer analyst")] {
            let headers: Vec<_> = key.iter().map(|k| ("authorization", *k)).chain([("purpose", "a test")]).collect();
            let before = send(one.clone(), Method::GET, &path, &headers).await;
            assert_eq!(before.status, StatusCode::OK, "{path}: {}", before.text());
            let tag = before.header("etag").to_owned();
            let held = [headers.as_slice(), &[("if-none-match", &tag)]].concat();
            let after = send(other.clone(), Method::GET, &path, &held).await;
            assert_eq!((after.status, after.header("etag")), (StatusCode::NOT_MODIFIED, tag.as_str()), "{path}");
        }
    }
}

#[tokio::test]
async fn answers_say_who_may_keep_them_and_what_they_depend_on() {
    let service = service(Options::default());
    for path in ["/collections", "/tiles/cells/12/1723/1472.mvt", "/styles/cells", "/tiles"] {
        let public = send(service.clone(), Method::GET, path, &[]).await;
        assert_eq!(public.header("cache-control"), "public, max-age=60, must-revalidate", "{path}");
        let key = [("authorization", "Bearer analyst"), ("purpose", "a test")];
        let exact = send(service.clone(), Method::GET, path, &key).await;
        assert_eq!(exact.header("cache-control"), "private, no-store", "{path}");
        for answer in [&public, &exact] {
            for name in ["accept", "accept-encoding", "authorization"] {
                assert!(answer.header("vary").split(", ").any(|v| v == name), "{path}: {}", answer.header("vary"));
            }
        }
        assert_ne!(public.header("etag"), exact.header("etag"), "{path}");
    }
}

fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Runtime::new().expect("a runtime"))
}

/// Two services over one city whose keys are bound to agreements: one that keeps answers, and one that does not.
fn pair() -> &'static [Router; 2] {
    static PAIR: OnceLock<[Router; 2]> = OnceLock::new();
    PAIR.get_or_init(|| [agreements::service(Options::default()), agreements::service(forgetful())])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_caller_gets_what_was_kept_for_another(
        asked in prop::collection::vec(
            (0..6_usize, 0..9_usize, prop::sample::select(vec!["", "&datetime=2022", "&datetime=2022-03", "&bbox=-28.6,45,-28.55,45.05"]), any::<bool>()),
            1..16,
        ),
    ) {
        let (z, x, y) = tile(12);
        for (who, what, filter, is_gzip) in asked {
            let token = ["", "alone", "cells", "masked", "counts", "nobody"][who];
            let path = [
                format!("/tiles/cells/{z}/{x}/{y}.mvt?{filter}"),
                format!("/tiles/cells/{z}/{x}/{y}.png?{filter}"),
                format!("/tiles/hotspots/{z}/{x}/{y}.mvt?{filter}"),
                format!("/tiles/incidents/{z}/{x}/{y}.mvt?{filter}"),
                format!("/tiles/incidents/{z}/{x}/{y}.png?{filter}"),
                format!("/tiles/WebMercatorQuad/{z}/{y}/{x}?collections=cells,areas{filter}"),
                "/collections".to_owned(),
                format!("/tiles/cells.json?{filter}"),
                "/styles".to_owned(),
            ][what].replace("?&", "?");
            let key = format!("Bearer {token}");
            let mut headers = vec![("purpose", "a test")];
            headers.extend((!token.is_empty()).then_some(("authorization", key.as_str())));
            headers.extend(is_gzip.then_some(("accept-encoding", "gzip")));
            let [kept, made] = pair().clone().map(|service| runtime().block_on(send(service, Method::GET, &path, &headers)));
            prop_assert_eq!(kept.status, made.status, "{} as {}", path, token);
            prop_assert_eq!(kept.header("etag"), made.header("etag"), "{} as {}", path, token);
            prop_assert!(kept.status != StatusCode::OK || decoded(&kept) == decoded(&made), "{} as {}", path, token);
        }
    }
}
