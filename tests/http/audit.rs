//! The access log at the door: every answer to a key has its entry, and without one there is no answer.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::http::{Method, StatusCode};
use geodata::city::City;
use geodata::disclosure::Tier;
use geodata::store::audit::{Kept, entries, verify};
use geodata::store::{Store, agreements, keys};
use urbansafety::access::{Entry, FileKeys, KeyBook};
use urbansafety::http::{App, Options, router};

use super::support::{Answer, agreement, send};

/// A city of its own, with keys in its file.
pub struct House {
    _folder: tempfile::TempDir,
    pub path: PathBuf,
    pub city: Arc<City>,
}

pub fn house() -> House {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("city.gpkg");
    let mut store = Store::open(&path).expect("a new file");
    geodata::demo::generate(1, 2_000, &mut store, &|_, _| ()).expect("the demo city");
    let city = Arc::new(City::open(&path).expect("an index"));
    House { _folder: folder, path, city }
}

impl House {
    pub fn app(&self) -> Arc<App> {
        App::new(self.city.clone(), Arc::new(FileKeys(self.path.clone())), Options::default())
    }

    pub fn service(&self) -> Router {
        router(&self.app())
    }

    pub fn store(&self) -> Store {
        Store::open(&self.path).expect("opened")
    }

    pub fn key(&self, name: &str, tier: Tier) -> (String, String) {
        let (key, token) = keys::create(&mut self.store(), name, tier, None).expect("a key");
        (key.id, token.reveal().to_owned())
    }
}

pub fn log(path: &Path) -> Vec<Kept> {
    let mut all = vec![];
    let store = Store::open_read(path).expect("opened");
    let mut take = |kept| {
        all.push(kept);
        Ok(())
    };
    entries(&store, None, &mut take).expect("readable");
    assert_eq!(verify(&store).expect("readable").broken, None);
    all
}

pub async fn ask(service: &Router, token: &str, path: &str, more: &[(&str, &str)]) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers: Vec<_> = [("authorization", bearer.as_str())].into_iter().chain(more.iter().copied()).collect();
    send(service.clone(), Method::GET, path, &headers).await
}

#[tokio::test]
async fn every_answer_to_a_key_has_its_entry_before_it_leaves() {
    let house = house();
    let (id, token) = house.key("analysis unit", Tier::Analyst);
    let (_, public) = house.key("a reader", Tier::Public);
    let service = house.service();
    let why = [("purpose", "council briefing")];
    let items = "/collections/incidents/items?limit=3";
    let first = ask(&service, &token, items, &why).await;
    assert_eq!(first.status, StatusCode::OK);
    let tag = first.header("etag").to_owned();
    let held = ask(&service, &token, items, &[why[0], ("if-none-match", &tag)]).await;
    assert_eq!(held.status, StatusCode::NOT_MODIFIED);
    let (z, x, y) = super::support::tile(10);
    let tile = format!("/tiles/incidents/{z}/{x}/{y}.mvt");
    assert_eq!(ask(&service, &token, &tile, &why).await.status, StatusCode::OK);
    assert_eq!(ask(&service, &token, "/collections?limit=x", &why).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(ask(&service, &token, "/collections", &[]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(ask(&service, &token, "/nothing/here", &why).await.status, StatusCode::NOT_FOUND);
    // Neither the public nor whoever could not prove a key is anyone to be logged.
    assert_eq!(send(service.clone(), Method::GET, "/collections", &[]).await.status, StatusCode::OK);
    assert_eq!(ask(&service, &public, "/collections", &[]).await.status, StatusCode::OK);
    assert_eq!(ask(&service, "us_wrong", "/collections", &why).await.status, StatusCode::UNAUTHORIZED);
    let waiting = verify(&house.store()).expect("readable");
    assert_eq!((waiting.entries + waiting.waiting, waiting.broken), (5, None));
    drop(service);
    let log = log(&house.path);
    let seen: Vec<_> = log.iter().map(|k| (k.entry.asked.as_str(), k.entry.status, k.entry.purpose.as_str())).collect();
    let tile = format!("GET {tile}");
    let items = format!("GET {items}");
    let expected = [
        (items.as_str(), 200, "council briefing"),
        (&items, 304, "council briefing"),
        (&tile, 200, "council briefing"),
        ("GET /collections?limit=x", 400, "council briefing"),
        ("GET /collections", 400, ""),
    ];
    assert_eq!(seen, expected);
    assert_eq!((log[0].entry.rows, log[1].entry.rows), (3, 0));
    assert!(log[2].entry.rows > 100, "{}", log[2].entry.rows);
    for kept in &log {
        let e = &kept.entry;
        assert_eq!((e.who.as_str(), e.tier.as_str()), (format!("{id} analysis unit").as_str(), "analyst"));
        assert!(e.basis.contains("snapshot ") && e.basis.len() > 12, "{}", e.basis);
    }
}

/// A book whose log cannot be written.
struct Unwritable;

impl KeyBook for Unwritable {
    fn find(&self, _: &str) -> geodata::Result<Option<Entry>> {
        Ok(Some(Entry { agreement: Some(Arc::new(agreement())), ..Entry::new("k1", Tier::Partner) }))
    }

    fn mark(&self) -> Option<u64> {
        None
    }

    fn log(&self) -> Option<&Path> {
        Some(Path::new("/no/such/folder/city.gpkg"))
    }
}

#[tokio::test]
async fn no_key_is_answered_without_an_entry_and_the_public_is() {
    let service = router(&App::new(super::support::city().0.clone(), Arc::new(Unwritable), Options::default()));
    let refused = ask(&service, "x", "/collections", &[]).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    let text = refused.text();
    assert!(text.contains("access log") && !text.contains("/no/such") && !text.contains("collections\":"), "{text}");
    assert_eq!(send(service.clone(), Method::GET, "/collections", &[]).await.status, StatusCode::OK);
    let metrics = send(service, Method::GET, "/metrics", &[]).await.text();
    assert!(metrics.contains("access_log_entries_total{written=\"no\"} 1"), "{metrics}");
}

#[tokio::test]
async fn a_revoked_key_is_refused_with_the_next_request() {
    let house = house();
    let (id, token) = house.key("unit", Tier::Analyst);
    let (_, other) = house.key("other unit", Tier::Analyst);
    let service = house.service();
    let why = [("purpose", "a test")];
    for _ in 0..3 {
        assert_eq!(ask(&service, &token, "/collections", &why).await.status, StatusCode::OK);
    }
    keys::revoke(&mut house.store(), &id).expect("revoked");
    assert_eq!(ask(&service, &token, "/collections", &why).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(&service, &other, "/collections", &why).await.status, StatusCode::OK);
    // A key made while the service runs opens at once as well.
    let (_, late) = house.key("late unit", Tier::Analyst);
    assert_eq!(ask(&service, &late, "/collections", &why).await.status, StatusCode::OK);
    let mut store = house.store();
    let terms = agreements::Terms {
        parties: vec!["A".into()],
        layers: vec!["cells".into()],
        precision: agreements::Precision::Counts,
        purpose: "evaluation".into(),
        expires: "2999-12-31".into(),
    };
    let agreed = agreements::create(&mut store, &terms).expect("made");
    let (key, token) = keys::create(&mut store, "partner", Tier::Partner, None).expect("a key");
    keys::bind(&mut store, &key.id, &agreed.id).expect("bound");
    assert_eq!(ask(&service, token.reveal(), "/collections", &[]).await.status, StatusCode::OK);
    agreements::revoke(&mut store, &agreed.id).expect("revoked");
    assert_eq!(ask(&service, token.reveal(), "/collections", &[]).await.status, StatusCode::FORBIDDEN);
    drop((service, store));
    let log = log(&house.path);
    let last: Vec<_> = log.iter().rev().take(2).map(|k| (k.entry.status, k.entry.purpose.as_str())).collect();
    assert_eq!(last, [(403, "evaluation"), (200, "evaluation")]);
}
