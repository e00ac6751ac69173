//! Pages for people: every document has one, it is whole and readable without a script, its links lead somewhere, and what
//! sources say stays text.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::http::{Method, StatusCode};
use geodata::Cancel;
use geodata::city::City;
use geodata::demo::generate;
use geodata::disclosure::Tier;
use geodata::ingest::{SOURCES, Source, import};
use geodata::store::Store;
use urbansafety::http::Verb;
use urbansafety::layers::LAYERS;

use super::support::{Answer, every_route, get, get_as, path_of, release, send, service_of, shared};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

/// Addresses in a page: of links, pictures and styles.
fn addresses(page: &str) -> Vec<String> {
    let mut found = vec![];
    for name in [" href=\"", " src=\""] {
        found.extend(page.match_indices(name).filter_map(|(at, _)| page[at + name.len()..].split('"').next()));
    }
    found.iter().map(|a| a.replace("&amp;", "&").replace("&quot;", "\"")).collect()
}

/// What every page has, and what none may have.
fn assert_readable(path: &str, answer: &Answer) {
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    assert!(answer.header("content-type").starts_with("text/html"), "{path}");
    let csp = answer.header("content-security-policy");
    assert!(csp.contains("default-src 'none'") && !csp.contains("unsafe"), "{path}: {csp}");
    let text = answer.text();
    for needed in [
        "<!DOCTYPE html>",
        "<html lang=\"en\">",
        "<title>",
        "<main",
        "name=\"viewport\"",
        "href=\"#main\"",
        "id=\"main\"",
        "</html>",
    ] {
        assert!(text.contains(needed), "{path}: no {needed}");
    }
    assert_eq!(text.matches("<h1>").count(), 1, "{path}");
    assert!(!text.contains("<h1></h1>"), "{path}: its heading is empty");
    for bad in ["<script", "<style", " style=\"", "javascript:", " onclick", "<iframe", "<form"] {
        assert!(!text.contains(bad), "{path}: {bad}");
    }
    assert_eq!(text.matches("<table>").count(), text.matches("<caption>").count(), "{path}: a table without a caption");
    assert_eq!(text.matches("<img ").count(), text.matches(" alt=\"").count(), "{path}: a picture without words");
    let ids: Vec<&str> = text.match_indices(" id=\"").filter_map(|(at, _)| text[at + 5..].split('"').next()).collect();
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{path}: an id twice in {ids:?}");
    // Headings do not skip a level.
    let mut last = 1;
    for (at, _) in text.match_indices("<h") {
        let Some(level) = text[at + 2..].chars().next().and_then(|c| c.to_digit(10)) else { continue };
        assert!(level <= last + 1, "{path}: h{level} after h{last}");
        last = level;
    }
}

#[tokio::test]
async fn a_browser_gets_a_page_of_every_document_that_has_one() {
    let mut seen = 0;
    for (route, path) in every_route().filter(|(r, _)| r.verb == Verb::Get && r.media.contains(&"text/html")) {
        let path = path.replace("/items/1", if route.id == "item" { "/items/none" } else { "/items/1" });
        let answer = send(shared(), Method::GET, &path, &[("accept", BROWSER)]).await;
        match route.id {
            // There is no such row and no such job; the map has a page of its own.
            "item" | "job" => assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}"),
            "landing" => assert!(answer.header("content-type").starts_with("text/html")),
            _ => assert_readable(&path, &answer),
        }
        let programs = send(shared(), Method::GET, &path, &[("accept", "*/*")]).await;
        assert!(programs.header("content-type").contains("json"), "{path}: {}", programs.header("content-type"));
        seen += 1;
    }
    assert!(seen >= 18, "only {seen}");
}

/// Whether a link leads to a file that tests of its own look at, or to work of its own.
fn is_left_out(path: &str) -> bool {
    let files = ["f=csv", "f=geojson", "f=json", "/plots/", "/legends/", "/tiles/", "/styles/"];
    let is_picture = path.contains("/map") && !path.contains("/cells/") && !path.contains("/resources/");
    is_picture || files.iter().any(|part| path.contains(part))
}

#[tokio::test]
async fn every_link_of_the_pages_leads_somewhere() {
    let (mut todo, mut seen) = (VecDeque::from(["/?f=html".to_owned()]), BTreeSet::new());
    let mut pages = 0;
    while let Some(path) = todo.pop_front() {
        if is_left_out(&path) || !seen.insert(path.clone()) || seen.len() > 400 {
            continue;
        }
        let answer = get(&path).await;
        // The API page also names layers that need a key.
        let is_closed = answer.status == StatusCode::FORBIDDEN;
        assert!(answer.status.is_success() || is_closed, "{path}: {} {}", answer.status, answer.text());
        if is_closed || path == "/" || !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        assert_readable(&path, &answer);
        pages += 1;
        for href in addresses(&answer.text()) {
            match href.strip_prefix("http://city.example") {
                Some(path) => {
                    let path = path.split('#').next().unwrap_or_default();
                    todo.push_back(if path.is_empty() { "/".to_owned() } else { path.to_owned() });
                }
                None => {
                    let elsewhere = ["#", "https://", "http://www.opengis.net/", "data:,"];
                    assert!(elsewhere.iter().any(|begin| href.starts_with(begin)), "{path}: {href}");
                }
            }
        }
    }
    assert!(pages > 60, "only {pages} pages");
    assert!(seen.contains("/pages.css") && seen.iter().any(|p| p.contains("/cells/map")), "{seen:?}");
}

#[tokio::test]
async fn the_first_page_is_the_map_in_a_browser_and_readable_where_it_is_asked_for() {
    let page = get("/?f=html").await;
    assert_readable("/?f=html", &page);
    for needed in ["http://city.example/", "/tiles/cells/{z}/{x}/{y}.png", "/api?f=html", "/collections?f=html"] {
        assert!(page.text().contains(needed), "{needed}");
    }
    let browser = send(shared(), Method::GET, "/", &[("accept", BROWSER)]).await;
    assert!(browser.header("content-type").starts_with("text/html"));
    // Where the map is not built, the page says how to build it.
    assert!(browser.text().contains("<urban-safety-map") || browser.text().contains("make demo"));
}

#[tokio::test]
async fn rows_have_units_states_in_words_a_picture_and_a_next_page() {
    let answer = get("/collections/cells/items?f=html&limit=50&datetime=2022").await;
    assert_readable("cells", &answer);
    let text = answer.text();
    for needed in
        ["Recorded incidents (incidents)", "None recorded", "Rows 1 to 50 of", "rel=\"next\"", "scope=\"row\""]
    {
        assert!(text.contains(needed), "{needed}");
    }
    assert!(
        text.contains("/collections/cells/map?datetime=2022\"")
            && text.contains("/#layers=cells:100&amp;datetime=2022")
    );
    let later = get("/collections/cells/items?f=html&datetime=2026-01/2026-12").await.text();
    assert!(later.contains("<td>Not yet complete</td>"), "{later}");
    // What is not known is no zero.
    assert!(get("/collections/resources/items?f=html&limit=5").await.text().contains(">–</span>"));
    let records = get_as(Tier::Analyst, "/collections/incidents/items?f=html&limit=2").await;
    assert_readable("incidents", &records);
    assert!(records.text().contains("analyst tier") && records.header("cache-control").contains("no-store"));
    assert_eq!(get("/collections/incidents/items?f=html").await.status, StatusCode::FORBIDDEN);
    // The first row's own page says the same.
    let item = addresses(&text).into_iter().find(|a| a.contains("/cells/items/")).expect("a row");
    let item = get(item.strip_prefix("http://city.example").expect("own")).await;
    assert_readable("a cell", &item);
    assert_eq!(get("/collections/cells/items/none?f=html").await.status, StatusCode::NOT_FOUND);
    let refused = get("/collections/cells/items?f=html&bbox=1,2").await;
    assert_eq!((refused.status, refused.json()["parameter"].as_str()), (StatusCode::BAD_REQUEST, Some("bbox")));
}

#[tokio::test]
async fn every_layer_has_a_picture_where_its_rows_have_places() {
    for layer in LAYERS.iter() {
        let path = format!("/collections/{}/map?{}", layer.id, layer.example);
        let public = get(&path).await;
        if layer.min_tier > Tier::Public {
            assert_eq!(public.status, StatusCode::FORBIDDEN, "{path}");
        }
        let bbox = if layer.id == "incidents" { "&datetime=2022-03" } else { "" };
        let answer = get_as(Tier::Analyst, &format!("{path}{bbox}")).await;
        if [400, 404, 504].contains(&answer.status.as_u16()) {
            // Nothing was found that could be drawn, more than a picture holds, or work for a job; each says what to do.
            assert!(answer.json()["hint"].is_string(), "{path}: {}", answer.text());
            continue;
        }
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (StatusCode::OK, "image/png"),
            "{path}: {}",
            answer.text()
        );
        assert!(answer.body.starts_with(b"\x89PNG") && answer.body.len() > 5_000, "{path}");
        let again = get_as(Tier::Analyst, &format!("{path}{bbox}")).await;
        assert!(again.body == answer.body, "{path}");
        // For people who want to look at them.
        let file = format!("picture-{}.png", layer.id);
        let _ = std::fs::write(std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(file), &answer.body);
    }
}

/// A city whose sources say what nobody should.
fn hostile() -> Router {
    static SERVICE: OnceLock<Router> = OnceLock::new();
    let make = || {
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("html-hostile");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("city.gpkg");
        let mut store = Store::open(&path).unwrap();
        generate(1, 2_000, &mut store, &|_, _| ()).unwrap();
        let source = r#"
id = "places"
title = "<script>alert('title')</script>"
kind = "resources"
licence = "<img src=x onerror=alert(1)>"
[[place]]
lon = "lon"
lat = "lat"
[resource]
type = "shelter"
name = "name"
phone = "phone"
url = "url"
service_area = "area"
"#;
        let rows = "name,phone,url,area,lon,lat\n\
                    <script>alert('name')</script>,\"\"\" onmouseover=\"\"alert(1)\",javascript:alert(1),<b>North</b>,-28.55,45.04\n\
                    Fine & well,555,https://fine.example/?a=1&b=2,South,-28.54,45.03\n";
        std::fs::write(folder.join("places.csv"), rows).unwrap();
        let source = Source::from_toml(source, "places.toml").unwrap();
        let report = import(&mut store, &source, &folder.join("places.csv"), &Cancel::default(), &|_, _| ()).unwrap();
        assert_eq!(report.stored, 2, "{report}");
        let areas = SOURCES.iter().find(|s| s.id == "generic-areas").unwrap();
        let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[-28.6,45.0],[-28.5,45.0],[-28.5,45.1],[-28.6,45.1],[-28.6,45.0]]]},"properties":{"id":"a/b?<i>&c","name":"\"><script>alert('area')</script>"}}]}"#;
        std::fs::write(folder.join("wards.geojson"), text).unwrap();
        let report = import(&mut store, areas, &folder.join("wards.geojson"), &Cancel::default(), &|_, _| ()).unwrap();
        assert_eq!(report.stored, 1, "{report}");
        release(&mut store);
        service_of(Arc::new(City::open(&path).unwrap()))
    };
    SERVICE.get_or_init(make).clone()
}

#[tokio::test]
async fn what_sources_say_stays_text() {
    let mut said = String::new();
    for (route, _) in every_route().filter(|(r, _)| r.verb == Verb::Get && r.media.contains(&"text/html")) {
        for layer in ["resources", "areas", "cells"] {
            let path = path_of(route, layer);
            let answer = send(hostile(), Method::GET, &format!("{path}?f=html"), &[]).await;
            if answer.status == StatusCode::OK {
                let text = answer.text();
                for bad in ["<script", "<img src=x", "<b>North", "<i>", "\" onmouseover=", "href=\"javascript"] {
                    assert!(!text.contains(bad), "{path}: {bad}");
                }
                said.push_str(&text);
            }
        }
    }
    for needed in
        ["&lt;script&gt;alert('name')", "javascript:alert(1)", "&lt;script&gt;alert('title')", "Fine &amp; well"]
    {
        assert!(said.contains(needed), "{needed} was looked for and not found: the test shows nothing");
    }
    assert!(said.contains("href=\"https://fine.example/?a=1&amp;b=2\""));
    // An id that would lead elsewhere if it were not escaped leads to its own row.
    let list = send(hostile(), Method::GET, "/collections/areas/items?f=html&collection=wards", &[]).await.text();
    let href = addresses(&list).into_iter().find(|a| a.contains("/areas/items/")).expect("a row");
    let path = href.strip_prefix("http://city.example").expect("own");
    let one = send(hostile(), Method::GET, path, &[]).await;
    assert_eq!(one.status, StatusCode::OK, "{path}: {}", one.text());
    assert!(one.text().contains("a/b?&lt;i&gt;&amp;c"), "{}", one.text());
    // Nor does what a caller puts into an address become markup.
    let echoed =
        send(hostile(), Method::GET, "/collections/resources/items?f=html&service_area=%22%3E%3Cscript%3E", &[]).await;
    assert!(!echoed.text().contains("<script"), "{}", echoed.text());
}
