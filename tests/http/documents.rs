//! The documents: every link leads somewhere, standards find what they look for.

use std::collections::{BTreeSet, VecDeque};

use axum::http::{Method, StatusCode};
use geodata::disclosure::Tier;
use serde_json::Value;
use urbansafety::layers::LAYERS;

use super::support::{get, get_as, patient, send, service};

/// All addresses in a document: `href`, `url`, `tiles` and `legend` members.
fn links(value: &Value, out: &mut Vec<String>) {
    match value {
        // Processes are run by POST.
        Value::Object(map) if map.get("rel").is_some_and(|r| r.as_str().is_some_and(|r| r.ends_with("/execute"))) => {}
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if ["href", "url", "legend"].contains(&key.as_str()) => out.push(text.clone()),
                    Value::Array(all) if key == "tiles" => {
                        out.extend(all.iter().filter_map(|t| t.as_str().map(str::to_owned)))
                    }
                    _ => links(value, out),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|v| links(v, out)),
        _ => {}
    }
}

/// What these data or an address without parameters cannot have, and the only links that lead to an error.
const REFUSED: [(&str, &str); 4] = [
    ("/map", "a picture holds 10000"),
    ("/density_ratio/", "a ratio needs both"),
    ("/local_moran_bivariate/", "needs a second kind of incidents"),
    ("/gang_context/", "needs context=gang"),
];

#[tokio::test]
async fn every_link_from_the_landing_page_resolves() {
    let patient = service(patient());
    let key = [("authorization", "Bearer analyst"), ("purpose", "a test")];
    let (mut todo, mut seen) = (VecDeque::from(["/".to_owned()]), BTreeSet::new());
    while let Some(path) = todo.pop_front() {
        if !seen.insert(path.clone()) || seen.len() > 600 {
            continue;
        }
        let answer = send(patient.clone(), Method::GET, &path, &key).await;
        if !answer.status.is_success() {
            let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
            let is_known = REFUSED.iter().any(|(part, why)| path.contains(part) && detail.contains(why));
            assert!(answer.status == StatusCode::BAD_REQUEST && is_known, "{path}: {} {detail}", answer.status);
        }
        if !answer.header("content-type").contains("json") || answer.header("content-type").contains("ndjson") {
            continue;
        }
        let mut found = vec![];
        links(&answer.json(), &mut found);
        for href in found {
            let Some(path) = href.strip_prefix("http://city.example") else { continue };
            let path = [
                ("{z}", "12"),
                ("{x}", "1050"),
                ("{y}", "1523"),
                ("{tileMatrix}", "12"),
                ("{tileRow}", "1472"),
                ("{tileCol}", "1723"),
            ]
            .iter()
            .fold(path.to_owned(), |p, (name, value)| p.replace(name, value));
            todo.push_back(if path.is_empty() { "/".to_owned() } else { path });
        }
    }
    for layer in LAYERS.iter() {
        assert!(
            seen.iter().any(|p| p.starts_with(&format!("/tiles/{}/", layer.id))),
            "no tile of {} was found by its links",
            layer.id
        );
    }
    assert!(seen.len() > 60, "only {} links: {seen:?}", seen.len());
}

#[tokio::test]
async fn the_landing_page_has_what_clients_look_for() {
    let answer = get("/").await;
    let rels: Vec<(String, String)> = answer.json()["links"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|l| (l["rel"].as_str().unwrap_or_default().to_owned(), l["type"].as_str().unwrap_or_default().to_owned()))
        .collect();
    for rel in [
        "self",
        "alternate",
        "service-desc",
        "service-doc",
        "conformance",
        "data",
        "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector",
    ] {
        assert!(rels.iter().any(|(r, t)| r == rel && !t.is_empty()), "{rel}");
    }
    assert!(rels.contains(&("service-desc".into(), "application/vnd.oai.openapi+json;version=3.0".into())));
    assert!(get("/?f=html").await.header("content-type").starts_with("text/html"));
    let classes = get("/conformance").await.json();
    assert!(classes["conformsTo"].as_array().is_some_and(|c| c.len() > 5));
}

#[tokio::test]
async fn collections_tiles_and_styles_fit_their_standards() {
    for layer in LAYERS.iter() {
        let of = |path: String| async move { get_as(Tier::Analyst, &path).await.json() };
        let one = of(format!("/collections/{}", layer.id)).await;
        assert_eq!(one["crs"][0], "http://www.opengis.net/def/crs/OGC/1.3/CRS84");
        assert_eq!(one["extent"]["spatial"]["bbox"][0].as_array().map(Vec::len), Some(4));
        let tilejson = of(format!("/tiles/{}.json?datetime=2021", layer.id)).await;
        assert_eq!(tilejson["tilejson"], "3.0.0");
        for text in [&one["attribution"], &tilejson["attribution"]] {
            assert!(text.as_str().is_some_and(|t| t.contains("made-up city")), "{}: {text}", layer.id);
        }
        assert!(one["license"].as_str().is_some_and(|t| t.contains("free for any use")), "{}", layer.id);
        let tiles = tilejson["tiles"][0].as_str().unwrap_or_default();
        assert!(tiles.contains("{z}/{x}/{y}.") && tiles.ends_with("?datetime=2021"), "{tiles}");
        let sets = of(format!("/collections/{}/tiles", layer.id)).await;
        for set in sets["tilesets"].as_array().into_iter().flatten() {
            assert_eq!(set["tileMatrixSetId"], "WebMercatorQuad");
            let limits = &set["tileMatrixSetLimits"][0];
            assert!(
                limits["tileMatrix"].is_string()
                    && limits["maxTileRow"].is_number()
                    && limits["minTileCol"].is_number()
            );
            let link = |set: &Value, rel: &str| {
                set["links"].as_array().into_iter().flatten().find(|l| l["rel"] == rel).cloned().unwrap_or_default()
            };
            let itself = link(set, "self")["href"].as_str().unwrap_or_default().replace("http://city.example", "");
            let item = link(&of(itself).await, "item");
            let href = item["href"].as_str().unwrap_or_default();
            assert!(href.contains("{tileMatrix}/{tileRow}/{tileCol}") && item["templated"] == true, "{href}");
        }
        let style = of(format!("/styles/{}", layer.id)).await;
        assert_eq!(style["version"], 8);
        assert!(style["sources"][&layer.id].is_object());
        assert!(style["layers"].as_array().is_some_and(|l| !l.is_empty()));
        let legend = of(format!("/legends/{}.json", layer.id)).await;
        assert!(legend["entries"].as_array().is_some_and(|e| !e.is_empty()), "{legend}");
        let queryables = of(format!("/collections/{}/queryables", layer.id)).await;
        assert_eq!(queryables["type"], "object");
        for name in ["datetime", "category", "context", "hours", "weekdays"] {
            assert_eq!(queryables["properties"][name].is_object(), layer.takes_filter(name), "{} {name}", layer.id);
        }
        for p in &layer.parameters {
            assert!(queryables["properties"][&p.name].is_object(), "{}", p.name);
        }
    }
}
