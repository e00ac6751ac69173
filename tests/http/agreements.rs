//! Agreements at the door: what a key that is bound to one sees, and what happens when it has ended.

use std::path::Path;
use std::sync::Arc;

use axum::http::StatusCode;
use geodata::disclosure::Tier;
use geodata::store::agreements::{Agreement, Precision};
use geodata::store::keys::today;
use jiff::ToSpan;
use urbansafety::access::{Entry, KeyBook};
use urbansafety::http::{App, Options, router};

use super::audit::ask;
use super::support::{agreement, city, every_route, send};

/// Keys by name, each bound to an agreement of its own or to none.
struct Bound;

impl KeyBook for Bound {
    fn find(&self, token: &str) -> geodata::Result<Option<Entry>> {
        let cells = || Agreement { layers: vec!["cells".into()], ..agreement() };
        let (tier, agreement) = match token {
            "alone" => (Tier::Partner, None),
            "cells" => (Tier::Partner, Some(cells())),
            "expired" => (Tier::Partner, Some(Agreement { expires: today().saturating_sub(1.day()), ..cells() })),
            "revoked" => (Tier::Analyst, Some(Agreement { revoked: Some("2026-01-01".into()), ..cells() })),
            "masked" => (Tier::Analyst, Some(Agreement { precision: Precision::MaskedPoints, ..agreement() })),
            "counts" => (Tier::Analyst, Some(agreement())),
            _ => return Ok(None),
        };
        Ok(Some(Entry { agreement: agreement.map(Arc::new), ..Entry::new(token, tier) }))
    }

    fn mark(&self) -> Option<u64> {
        Some(1)
    }

    fn log(&self) -> Option<&Path> {
        None
    }
}

pub fn service(options: Options) -> axum::Router {
    router(&App::new(city().0.clone(), Arc::new(Bound), options))
}

#[tokio::test]
async fn an_agreement_that_has_ended_is_403_on_every_route_without_any_count() {
    let service = service(Options::default());
    let ended = today().saturating_sub(1.day()).to_string();
    for (route, path) in every_route() {
        for token in ["expired", "revoked"] {
            let key = format!("Bearer {token}");
            let headers = [("authorization", key.as_str()), ("purpose", "a test")];
            let answer = send(service.clone(), route.verb.method(), &path, &headers).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{} as {token}", route.id);
            let problem = answer.json();
            let words = format!("{} {}", problem["detail"], problem["hint"]).replace(&ended, "");
            assert!(words.contains("agreement") && !words.contains(|c: char| c.is_ascii_digit()), "{words}");
        }
    }
}

#[tokio::test]
async fn a_partner_sees_beyond_the_public_only_what_the_agreement_names() {
    let service = service(Options::default());
    let list = |token: &'static str| {
        let service = service.clone();
        async move { ask(&service, token, "/collections", &[]).await.json() }
    };
    let alone = list("alone").await;
    assert_eq!(alone["tier"], "public");
    assert!(alone["note"].as_str().is_some_and(|n| n.contains("agreement")), "{alone}");
    let cells = list("cells").await;
    assert_eq!((cells["tier"].as_str(), cells["note"].is_null()), (Some("partner"), true));
    // The tag tells tiers apart, so it shows by which one a layer is answered.
    let tag = |token: &'static str, layer: &'static str| {
        let service = service.clone();
        async move { ask(&service, token, &format!("/collections/{layer}"), &[]).await.header("etag").to_owned() }
    };
    assert_ne!(tag("cells", "cells").await, tag("alone", "cells").await);
    let why = [("purpose", "a test")];
    let records = ask(&service, "masked", "/collections/incidents/items", &why).await;
    assert_eq!(records.json()["analysis"]["basis"], "masked", "no exact point: {}", records.text());
    let refused = ask(&service, "counts", "/collections/incidents/items", &why).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text().contains("agreement"), "{}", refused.text());
    for token in ["masked", "counts"] {
        let counts = ask(&service, token, "/collections/cells/items?limit=1", &why).await;
        assert_eq!(counts.status, StatusCode::OK);
    }
    assert_eq!(ask(&service, "cells", "/collections/incidents/items", &[]).await.status, StatusCode::FORBIDDEN);
}
