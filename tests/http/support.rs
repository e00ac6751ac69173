//! A service over a city for tests, and requests to it without a network.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use geodata::city::City;
use geodata::demo::{Truth, generate};
use geodata::disclosure::Tier;
use geodata::index::Snapshot;
use geodata::policy::Policy;
use geodata::release::{Release, make};
use geodata::store::Store;
use geodata::store::agreements::{Agreement, Precision};
use tower::ServiceExt;
use urbansafety::access::{Entry, KeyBook};
use urbansafety::http::{App, Options, ROUTES, Route, router};

/// Incidents of the city of these tests: enough for hotspots, few enough to be made in a moment.
const INCIDENTS: u64 = 20_000;

/// Keys whose token is the name of their tier.
struct Names;

impl KeyBook for Names {
    fn mark(&self) -> Option<u64> {
        Some(0)
    }

    fn log(&self) -> Option<&std::path::Path> {
        None
    }

    fn find(&self, token: &str) -> geodata::Result<Option<Entry>> {
        let tiers = [Tier::Public, Tier::Partner, Tier::Analyst, Tier::Custodian];
        Ok(tiers.into_iter().find(|t| t.name() == token).map(|tier| Entry {
            agreement: (tier == Tier::Partner).then(|| Arc::new(agreement())),
            ..Entry::new("k1", tier)
        }))
    }
}

/// An agreement on the counts of every layer that there is.
pub fn agreement() -> Agreement {
    Agreement {
        id: "a1".to_owned(),
        parties: vec!["Health department".to_owned()],
        layers: urbansafety::layers::LAYERS.iter().map(|l| l.id.clone()).collect(),
        precision: Precision::Counts,
        purpose: "a test".to_owned(),
        created: "2026-01-01T00:00:00Z".to_owned(),
        expires: geodata::store::keys::today(),
        revoked: None,
    }
}

/// Answers are tried, not how long the work behind them takes beside all other tests.
pub fn patient() -> Options {
    Options { deadline: std::time::Duration::from_secs(120), ..Options::default() }
}

/// A service of its own.
pub fn service(options: Options) -> Router {
    router(&App::new(city().0.clone(), Arc::new(Names), options))
}

/// A service of another city.
pub fn service_of(city: Arc<City>) -> Router {
    router(&App::new(city, Arc::new(Names), patient()))
}

/// The demo city and its truth, made once.
pub fn city() -> &'static (Arc<City>, Truth) {
    static CITY: OnceLock<(Arc<City>, Truth)> = OnceLock::new();
    CITY.get_or_init(|| {
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("http-city");
        // What an earlier run left.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("city.gpkg");
        let mut store = Store::open(&path).expect("a new file");
        let truth = generate(1, INCIDENTS, &mut store, &|_, _| ()).expect("the demo city");
        release(&mut store);
        (Arc::new(City::open(&path).expect("an index")), truth)
    })
}

/// Makes the next release of a data file under the default policy.
pub fn release(store: &mut Store) -> Release {
    let snapshot = Snapshot::build(store).expect("an index");
    let (options, cancel) = (geodata::release::Options::default(), geodata::Cancel::default());
    make(store, &snapshot, Policy::standard(), &options, &|_| (), &cancel).expect("a release")
}

/// Zoom, column and row of the tile in the middle of the demo city.
pub fn tile(z: u8) -> (u8, u32, u32) {
    let [west, south, east, north] = city().1.extent;
    let tile = tiles::TileCoord::of_lonlat(z, (west + east) / 2.0, (south + north) / 2.0).expect("on the Earth");
    (z, tile.x(), tile.y())
}

/// The service that most tests share.
pub fn shared() -> Router {
    static SERVICE: OnceLock<Router> = OnceLock::new();
    SERVICE.get_or_init(|| service(patient())).clone()
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    pub fn json(&self) -> serde_json::Value {
        let text = String::from_utf8_lossy(&self.body);
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("no JSON ({e}): {text}"))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A request with headers.
pub async fn send(service: Router, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, "city.example");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(service, path, request.body(Body::empty()).unwrap_or_else(|e| panic!("{path}: {e}"))).await
}

/// A request with a body.
pub async fn post(service: Router, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    send_body(service, Method::POST, path, headers, body).await
}

/// A request of any method with a body.
pub async fn send_body(
    service: Router,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, "city.example");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(service, path, request.body(body.into()).unwrap_or_else(|e| panic!("{path}: {e}"))).await
}

async fn answer(service: Router, path: &str, request: Request<Body>) -> Answer {
    let response = service.oneshot(request).await.expect("infallible");
    let (parts, body) = response.into_parts();
    // Events have no end.
    if parts.headers.get(header::CONTENT_TYPE).is_some_and(|t| t == "text/event-stream") {
        return Answer { status: parts.status, headers: parts.headers, body: vec![] };
    }
    let body = to_bytes(body, usize::MAX).await.unwrap_or_else(|e| panic!("{path}: {e}")).to_vec();
    Answer { status: parts.status, headers: parts.headers, body }
}

/// Layers to ask again and again: the random arrangements of the others take long in a development build.
pub fn is_quick(layer: &&'static urbansafety::layers::Layer) -> bool {
    !["scan", "near_repeat"].contains(&layer.id.as_str())
}

/// GET as anyone.
pub async fn get(path: &str) -> Answer {
    send(shared(), Method::GET, path, &[]).await
}

/// GET with a key of a tier.
pub async fn get_as(tier: Tier, path: &str) -> Answer {
    let key = format!("Bearer {}", tier.name());
    send(shared(), Method::GET, path, &[("authorization", &key), ("purpose", "a test")]).await
}

/// A path of a route: with a layer, tile or name that exists.
pub fn path_of(route: &Route, layer: &str) -> String {
    let mut path = route.pattern.to_owned();
    for (name, value) in [
        ("{collection}", layer),
        ("{fid}", "1"),
        ("{z}", "12"),
        // In the demo city: beyond its limits there are no tiles in the order of OGC API.
        ("{row}", "1472"),
        ("{col}", "1723"),
        ("{x}", "1050"),
        ("{number}", "1"),
        ("{process}", "count"),
        ("{job}", "none"),
        ("{*file}", "none.js"),
        ("{file}", "none.txt"),
    ] {
        path = path.replace(name, value);
    }
    let last = match route.id {
        "tilejson" => format!("{layer}.json"),
        "legend" => format!("{layer}.json"),
        _ => layer.to_owned(),
    };
    path.replace("{layer}", &last).replace("{y}", "1523.mvt")
}

/// Every route with a path of it.
pub fn every_route() -> impl Iterator<Item = (&'static Route, String)> {
    ROUTES.iter().map(|r| (r, path_of(r, "cells")))
}
