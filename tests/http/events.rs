//! Events: a release is told to everyone, a change of the data to who may see it, a job to the key that made it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::http::{Method, Request, StatusCode, header};
use futures_util::StreamExt;
use geodata::Cancel;
use geodata::city::City;
use geodata::demo::generate;
use geodata::ingest::{Source, import};
use geodata::model::Tier;
use geodata::store::{Store, keys};
use serde_json::{Value, json};
use tower::ServiceExt;
use urbansafety::access::FileKeys;
use urbansafety::http::{App, Options, router};

use super::support::{post, release, send};

const SOURCE: &str = r#"
id = "help"
title = "Help"
kind = "resources"
licence = "none"
[[place]]
lon = "lon"
lat = "lat"
[resource]
type = "counselling"
name = "name"
"#;

const INCIDENTS: &str = r#"
id = "more"
title = "More incidents"
kind = "incidents"
zone = "UTC"
licence = "none"
guess = true
[category]
crosswalk = """
Robbery | | 0401 | 1
"""
"#;
const AREAS: &str = r#"
id = "quarters"
title = "Quarters"
kind = "areas"
licence = "none"
guess = true
"#;

/// A city of its own, which changes.
struct Town {
    folder: tempfile::TempDir,
    app: Arc<App>,
    service: Router,
    analyst: String,
}

impl Town {
    fn new(options: Options) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(&folder.path().join("city.gpkg")).expect("a new file");
        generate(1, 2_000, &mut store, &|_, _| ()).expect("the demo city");
        release(&mut store);
        let (_, token) = keys::create(&mut store, "a test", Tier::Analyst, None).expect("a key");
        let analyst = format!("Bearer {}", token.reveal());
        let path = folder.path().join("city.gpkg");
        let city = Arc::new(City::open(&path).expect("an index"));
        let app = App::new(city, Arc::new(FileKeys(path)), options);
        Self { service: router(&app), folder, app, analyst }
    }

    fn store(&self) -> Store {
        Store::open(&self.path("city.gpkg")).expect("the file")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Brings a place in, as another process would.
    fn import(&self, name: &str) {
        self.import_as(SOURCE, &format!("{name}.csv"), &format!("name,lon,lat\n{name},-28.55,45.04\n"));
    }

    fn import_as(&self, source: &str, name: &str, text: &str) {
        let file = self.path(name);
        std::fs::write(&file, text).expect("written");
        let source = Source::from_toml(source, "a.toml").expect("a source");
        let report = import(&mut self.store(), &source, &file, &Cancel::default(), &|_, _| ()).expect("imported");
        assert_eq!(report.stored, 1, "{name}");
    }

    /// The tag that the public gets.
    async fn tag(&self, path: &str) -> String {
        let answer = send(self.service.clone(), Method::GET, path, &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        answer.header("etag").to_owned()
    }

    fn refresh(&self) {
        // A change of this very moment may not show in the mark of the file.
        assert_eq!(self.app.refresh(), Ok(true));
    }

    async fn listen(&self, headers: &[(&str, &str)]) -> Listening {
        let mut request = Request::get("/events");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.service.clone().oneshot(request.body(Body::empty()).expect("a request")).await;
        let response = response.expect("infallible");
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        assert!(!response.headers().contains_key(header::CONTENT_ENCODING));
        Listening { stream: response.into_body().into_data_stream(), text: String::new() }
    }

    async fn as_analyst(&self) -> Listening {
        self.listen(&[("authorization", &self.analyst), ("purpose", "a test"), ("accept-encoding", "gzip")]).await
    }
}

/// The open end of a stream.
struct Listening {
    stream: BodyDataStream,
    text: String,
}

/// Long enough for whatever is told at once.
const SOON: Duration = Duration::from_secs(5);
/// Long enough to see that nothing is told.
const QUIET: Duration = Duration::from_millis(300);

impl Listening {
    /// The next event: kind, id, data. `None` where nothing comes in the time, or the stream ends.
    async fn next(&mut self, within: Duration) -> Option<(String, String, Value)> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n").map(|(a, b)| (a.to_owned(), b.to_owned())) {
                self.text = rest;
                let field =
                    |name: &str| block.lines().find_map(|l| l.strip_prefix(name)).map(str::trim).unwrap_or_default();
                if !field("event:").is_empty() {
                    let data = serde_json::from_str(field("data:")).expect("JSON");
                    return Some((field("event:").to_owned(), field("id:").to_owned(), data));
                }
            }
            let chunk = tokio::time::timeout(within, self.stream.next()).await.ok()??.expect("bytes");
            self.text.push_str(std::str::from_utf8(&chunk).expect("text"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_told_to_everyone_and_an_import_to_who_may_see_it() {
    let town = Town::new(Options::default());
    let (mut public, mut analyst) = (town.listen(&[]).await, town.as_analyst().await);
    let (kind, id, data) = public.next(SOON).await.expect("what there is");
    assert_eq!((kind.as_str(), id.as_str(), &data["number"]), ("release", "1.", &json!(1)));
    assert_eq!(analyst.next(SOON).await.expect("what there is").0, "release");
    let before = analyst.next(SOON).await.expect("what there is");
    assert_eq!(before.0, "snapshot");

    town.import("One");
    town.refresh();
    let (kind, id, data) = analyst.next(SOON).await.expect("news");
    assert!(kind == "snapshot" && data["generation"] != before.2["generation"] && id != before.1, "{data}");
    assert_eq!(public.next(QUIET).await, None, "the public hears of no import");

    release(&mut town.store());
    town.refresh();
    for (listening, id) in [(&mut public, "2."), (&mut analyst, id.replacen("1.", "2.", 1).as_str())] {
        let (kind, seen, data) = listening.next(SOON).await.expect("news");
        assert_eq!((kind.as_str(), &data["number"]), ("release", &json!(2)));
        assert!(seen.starts_with(id) || seen.starts_with("2."), "{seen} {id}");
    }

    // Whoever comes back hears of what it missed alone.
    let mut knows = town.listen(&[("last-event-id", "2.")]).await;
    assert_eq!(knows.next(QUIET).await, None);
    for missed in ["1.", "x", ""] {
        let mut back = town.listen(&[("last-event-id", missed)]).await;
        assert_eq!(back.next(SOON).await.expect("news").0, "release", "{missed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn public_tags_change_with_what_they_show_and_with_nothing_else() {
    let town = Town::new(Options::default());
    // The source is known already, so that nothing is new but an incident.
    town.import_as(INCIDENTS, "one.csv", "id,date,type,lon,lat\n1,2021-03-04 10:00,Robbery,-28.55,45.04\n");
    town.refresh();
    let paths = ["/?f=json", "/collections", "/collections/cells/items", "/collections/areas/items"];
    let mut known = vec![];
    for path in paths {
        known.push(town.tag(path).await);
    }
    town.import_as(INCIDENTS, "two.csv", "id,date,type,lon,lat\n2,2021-03-05 11:00,Robbery,-28.55,45.04\n");
    town.refresh();
    for (path, known) in paths.iter().zip(known) {
        assert_eq!(town.tag(path).await, known, "{path}: the public does not learn that an incident came in");
    }
    let rates = town.tag("/collections/rates/items").await;
    let square = "[[[-28.6,45.0],[-28.5,45.0],[-28.5,45.1],[-28.6,45.1],[-28.6,45.0]]]";
    let feature = format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"id":"q1","name":"Q","residents":900}},
        "geometry":{{"type":"Polygon","coordinates":{square}}}}}]}}"#
    );
    town.import_as(AREAS, "quarters.geojson", &feature);
    town.refresh();
    assert_ne!(town.tag("/collections/rates/items").await, rates, "rates are of areas and of who lives there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_key_and_with_the_service() {
    let town = Town::new(Options::default());
    let (mut public, mut analyst) = (town.listen(&[]).await, town.as_analyst().await);
    assert!(
        public.next(SOON).await.is_some() && analyst.next(SOON).await.is_some() && analyst.next(SOON).await.is_some()
    );
    let id = keys::list(&town.store()).expect("keys")[0].id.clone();
    keys::revoke(&mut town.store(), &id).expect("revoked");
    town.app.events.tell();
    let ended = tokio::time::timeout(SOON, analyst.stream.next()).await.expect("it ends");
    assert!(ended.is_none());
    town.app.events.stop();
    let ended = tokio::time::timeout(SOON, public.stream.next()).await.expect("it ends");
    assert!(ended.is_none());
    assert_eq!(town.app.events.listeners(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn listeners_are_bounded() {
    let town = Town::new(Options { max_listeners: 2, ..Options::default() });
    let (one, _two) = (town.listen(&[]).await, town.listen(&[]).await);
    let full = send(town.service.clone(), Method::GET, "/events", &[]).await;
    assert_eq!((full.status, full.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "5"));
    assert!(full.json()["bound"].as_str().is_some_and(|b| b.contains('2')), "{}", full.text());
    let text = send(town.service.clone(), Method::GET, "/metrics", &[]).await.text();
    assert!(text.contains("urbansafety_event_listeners 2"), "{text}");
    drop(one);
    town.listen(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_told_to_the_key_that_made_it_alone() {
    let town = Town::new(Options::default());
    let (_, token) = keys::create(&mut town.store(), "another", Tier::Analyst, None).expect("a key");
    let other = format!("Bearer {}", token.reveal());
    let mut own = town.as_analyst().await;
    let mut others = town.listen(&[("authorization", &other), ("purpose", "a test")]).await;
    let mut public = town.listen(&[]).await;
    for listening in [&mut own, &mut others] {
        assert!(listening.next(SOON).await.is_some() && listening.next(SOON).await.is_some());
    }
    assert!(public.next(SOON).await.is_some());
    let headers = [
        ("authorization", town.analyst.as_str()),
        ("purpose", "a test"),
        ("prefer", "respond-async"),
        ("content-type", "application/json"),
    ];
    let made = post(town.service.clone(), "/processes/gi_star/execution", &headers, "{\"inputs\":{}}").await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    loop {
        let (kind, id, data) = own.next(SOON).await.expect("news of the job");
        assert_eq!((kind.as_str(), id.as_str(), &data["jobID"]), ("job", "", &made.json()["jobID"]));
        if data["status"] == "successful" {
            break;
        }
    }
    assert_eq!(others.next(QUIET).await, None);
    assert_eq!(public.next(QUIET).await, None);
}
