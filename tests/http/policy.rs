//! A policy of the city's own, through the whole service.

use axum::http::{Method, StatusCode};
use geodata::store::Store;

use super::redteam::Own;
use super::support::{Answer, send, service_of, tile};

#[tokio::test]
async fn a_policy_closes_a_layer_to_a_tier_and_keeps_analysts_to_the_release() {
    let own = Own::new("redteam-policy", 3_000);
    let text = geodata::policy::DEFAULT_TEXT
        .replacen("hotspots = { public = \"cube\"", "hotspots = { public = \"nothing\"", 1)
        .replacen(
            "cells = { public = \"cube\", partner = \"cube\", analyst = \"exact\"",
            "cells = { public = \"cube\", partner = \"cube\", analyst = \"cube\"",
            1,
        );
    let policy = geodata::policy::Policy::read(&text).expect("well-formed");
    let mut store = Store::open(&own.path).expect("open");
    let snapshot = geodata::index::Snapshot::build(&store).expect("an index");
    let (options, cancel) = (geodata::release::Options::default(), geodata::Cancel::default());
    geodata::release::make(&mut store, &snapshot, &policy, &options, &|_| (), &cancel).expect("a release");
    own.city.refresh().expect("readable");
    let service = service_of(own.city.clone());
    let (z, x, y) = tile(12);
    for path in ["/collections/hotspots/items".to_owned(), format!("/tiles/hotspots/{z}/{x}/{y}.png")] {
        assert_eq!(send(service.clone(), Method::GET, &path, &[]).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let listed = send(service.clone(), Method::GET, "/collections", &[]).await.text();
    assert!(!listed.contains("/collections/hotspots/items") && listed.contains("/collections/cells/items"));
    let analyst = [("authorization", "Bearer analyst"), ("purpose", "a test")];
    let basis = |answer: Answer| answer.json()["analysis"]["basis"].clone();
    let path = "/collections/cells/items?limit=1";
    assert_eq!(basis(send(service.clone(), Method::GET, path, &analyst).await), "protected");
    let path = "/collections/hotspots/items?limit=1";
    assert_eq!(basis(send(service, Method::GET, path, &analyst).await), "exact");
}
