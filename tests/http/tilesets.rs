//! OGC API - Tiles as its test suite asks: lists, limits, tiles within and beyond them, and several collections in one tile.

use axum::http::StatusCode;
use fast_mvt::MvtReaderRef;
use geodata::disclosure::Tier;
use serde_json::Value;
use urbansafety::layers::{Engine, Geometry, LAYERS, Layer, find};

use super::support::{Answer, get, get_as, tile};

fn own(href: &str) -> &str {
    href.strip_prefix("http://city.example").unwrap_or_else(|| panic!("{href} is not absolute"))
}

fn link<'a>(document: &'a Value, rel: &str) -> &'a Value {
    let all = document["links"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().find(|l| l["rel"].as_str().is_some_and(|r| r.ends_with(rel))).unwrap_or(&Value::Null)
}

fn names(answer: &Answer) -> Vec<String> {
    let reader = MvtReaderRef::new(&answer.body).expect("a tile");
    reader.layers().map(|l| l.to_layer().expect("a layer").name.to_string()).collect()
}

/// What the executable test suite does with every entry of a list: the last row of the first limit is there, the next is not.
async fn holds(set: &Value) {
    assert_eq!(set["tileMatrixSetId"], "WebMercatorQuad");
    let limits = &set["tileMatrixSetLimits"][0];
    let number = |name: &str| limits[name].as_u64().unwrap_or_else(|| panic!("{name} in {limits}"));
    let matrix = limits["tileMatrix"].as_str().expect("a matrix");
    let metadata = get_as(Tier::Analyst, own(link(set, "self")["href"].as_str().expect("a set"))).await.json();
    let item = link(&metadata, "item");
    assert_eq!(item["templated"], true, "{metadata}");
    let href = own(item["href"].as_str().expect("an address"));
    let at = |row: u64, col: u64| {
        let filled = href.replace("{tileMatrix}", matrix).replace("{tileRow}", &row.to_string());
        filled.replace("{tileCol}", &col.to_string())
    };
    let (row, col) = (number("maxTileRow"), number("minTileCol"));
    assert!(number("minTileRow") <= row && col <= number("maxTileCol"), "{limits}");
    // Methods over the whole city are tried elsewhere: some take as long as an answer may.
    let is_quick = |l: &Layer| l.engine != Engine::Analysis || l.min_tier == Tier::Public;
    if LAYERS.iter().all(|l| is_quick(l) || !href.contains(&format!("/{}/", l.id))) {
        let there = get_as(Tier::Analyst, &at(row, col)).await;
        assert!([StatusCode::OK, StatusCode::NO_CONTENT].contains(&there.status), "{href}: {}", there.text());
        assert!(item["type"] == there.header("content-type"), "{item}");
    }
    let beyond = get_as(Tier::Analyst, &at(row + 1, col)).await;
    assert_eq!(beyond.status, StatusCode::NOT_FOUND, "{href}");
}

#[tokio::test]
async fn every_list_of_tile_sets_passes_what_the_test_suite_asks() {
    let landing = get("/").await.json();
    let dataset = link(&landing, "/tilesets-vector")["href"].as_str().expect("a link").to_owned();
    assert_eq!(own(&dataset), "/tiles");
    assert_eq!(own(link(&landing, "/tiling-schemes")["href"].as_str().expect("a link")), "/tileMatrixSets");
    let mut lists = vec!["/tiles".to_owned(), "/tiles?collections=hotspots&datetime=2022".to_owned()];
    for layer in LAYERS.iter() {
        for path in ["tiles", "map/tiles"] {
            lists.push(format!("/collections/{}/{path}?{}", layer.id, layer.example));
        }
    }
    for path in lists {
        let list = get_as(Tier::Analyst, &path).await;
        assert_eq!(list.status, StatusCode::OK, "{path}: {}", list.text());
        let sets = list.json()["tilesets"].as_array().cloned().unwrap_or_default();
        assert!(!sets.is_empty(), "{path}");
        for set in &sets {
            let kind = if path.contains("/map/") { "map" } else { "vector" };
            let pictures_only = path.contains("/density/");
            assert!(set["dataType"] == kind || !path.contains("/map/") || pictures_only, "{path}");
            holds(set).await;
            let scheme = own(link(set, "/tiling-scheme")["href"].as_str().expect("a scheme")).to_owned();
            assert_eq!(get(&scheme).await.json()["id"], "WebMercatorQuad");
            let metadata = own(link(set, "self")["href"].as_str().expect("a set")).to_owned();
            described(&get_as(Tier::Analyst, &metadata).await.json());
        }
    }
}

/// What the standard asks of the metadata of a tile set.
fn described(set: &Value) {
    assert!(["vector", "map"].contains(&set["dataType"].as_str().unwrap_or_default()), "{set}");
    assert_eq!(set["tileMatrixSetURI"], "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad");
    assert_eq!(set["crs"], "http://www.opengis.net/def/crs/EPSG/0/3857");
    assert!(!link(set, "/tiling-scheme").is_null() && link(set, "item")["templated"] == true);
    assert_eq!(set["boundingBox"]["lowerLeft"].as_array().map(Vec::len), Some(2));
    assert_eq!(set["centerPoint"]["coordinates"].as_array().map(Vec::len), Some(2));
    for layer in set["layers"].as_array().expect("layers") {
        let id = layer["id"].as_str().expect("an id");
        let known = find(id).expect("a layer");
        let dimension = if id.contains("streets") || id == "street_density" { 1 } else { 2 };
        let dimension = if known.geometry == Geometry::Point { 0 } else { dimension };
        if id != "street_concentration" {
            assert_eq!(layer["geometryDimension"], dimension, "{id}");
        }
        assert!(layer["propertiesSchema"]["properties"].as_object().is_some_and(|p| !p.is_empty()), "{id}");
    }
}

#[tokio::test]
async fn one_tile_holds_the_collections_that_are_asked_for() {
    let (z, x, y) = tile(12);
    let at = format!("/tiles/WebMercatorQuad/{z}/{y}/{x}");
    let usual = get(&at).await;
    assert_eq!(usual.header("content-type"), "application/vnd.mapbox-vector-tile");
    assert_eq!(names(&usual), ["cells", "areas"]);
    let three = get(&format!("{at}?collections=areas,resources,cells,areas&datetime=2022")).await;
    assert_eq!(names(&three), ["areas", "resources", "cells"]);
    let alone = get(&format!("/tiles/cells/{z}/{x}/{y}.mvt?datetime=2022")).await;
    assert!(three.body.ends_with(&alone.body) && !alone.body.is_empty());
    // Exact numbers for who may see them, in the same tile as what everyone sees.
    let exact = get_as(Tier::Analyst, &format!("{at}?collections=incidents,areas")).await;
    assert_eq!(names(&exact), ["incidents", "areas"]);
    assert_ne!(get_as(Tier::Analyst, &at).await.header("etag"), usual.header("etag"));
    // A filter that all of them heed reaches each.
    let narrowed = get(&format!("{at}?collections=cells,hotspots&category=0401")).await;
    assert_eq!(narrowed.status, StatusCode::OK, "{}", narrowed.text());
}

#[tokio::test]
async fn what_a_collection_cannot_heed_or_is_none_is_named() {
    let at = "/tiles/WebMercatorQuad/12/1472/1723";
    for (query, parameter, word) in [
        ("collections=cells,areas&category=04", "category", "areas"),
        ("category=04", "category", "areas"),
        ("collections=none", "collections", "none"),
        ("collections=density", "collections", "vector"),
        ("collections=", "collections", "vector"),
        ("collections=cells,hotspots,areas,resources,rates,streets,interventions,local_moran,harm", "collections", "8"),
        ("collections=cells&grid=square:500", "grid", "unknown"),
        ("collections=cells&f=png", "f", "mvt"),
    ] {
        for path in [at, "/tiles", "/tiles/WebMercatorQuad"] {
            if query.contains("f=png") && path != at {
                continue;
            }
            let answer = get(&format!("{path}?{query}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}?{query}: {}", answer.text());
            let problem = answer.json();
            assert_eq!(problem["parameter"], parameter, "{problem}");
            assert!(problem.to_string().contains(word), "{word} in {problem}");
        }
    }
    let refused = get(&format!("{at}?collections=cells,incidents")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text());
    for (path, status) in [
        ("/tiles/WebMercatorQuad/12/1472/9999", StatusCode::NOT_FOUND),
        ("/tiles/WebMercatorQuad/12/0/0", StatusCode::NOT_FOUND),
        ("/tiles/WebMercatorQuad/20/1472/1723", StatusCode::NOT_FOUND),
        ("/tiles/WebMercatorQuad/12/x/1723", StatusCode::BAD_REQUEST),
        ("/tiles/WebMercatorQuad?collections=cells", StatusCode::OK),
    ] {
        assert_eq!(get(path).await.status, status, "{path}");
    }
    assert!(find("WebMercatorQuad").is_none(), "the path of the dataset's tile set is that of a layer's TileJSON");
}

#[tokio::test]
async fn filters_survive_into_every_address() {
    let asked = "datetime=2022&category=0401,0501&bbox=-29,44,-28,46&hours=20-23";
    let tilejson = get(&format!("/tiles/cells.json?{asked}")).await.json();
    let (z, x, y) = tile(12);
    let address = tilejson["tiles"][0].as_str().expect("an address");
    let filled = [("{z}", u32::from(z)), ("{x}", x), ("{y}", y)];
    let filled = filled.iter().fold(own(address).to_owned(), |a, (name, n)| a.replace(name, &n.to_string()));
    let (one, other) = (get(&filled).await, get(&format!("/tiles/cells/{z}/{x}/{y}.mvt?{asked}")).await);
    assert_eq!((one.status, one.header("etag")), (StatusCode::OK, other.header("etag")));
    let fields = tilejson["vector_layers"][0]["fields"].as_object().expect("fields");
    assert!(fields.contains_key("state") && fields.contains_key("count"), "{fields:?}");
    assert!(tilejson["bounds"].is_array() && tilejson["center"].is_array());
    assert!((tilejson["minzoom"].as_u64(), tilejson["maxzoom"].as_u64()) == (Some(0), Some(18)));
    assert!(get(own(tilejson["legend"].as_str().expect("a legend"))).await.status.is_success());
    for layer in ["cells", "density", "hotspots"] {
        let style = get(&format!("/styles/{layer}?{asked}")).await.json();
        let source = &style["sources"][layer];
        let address = source["url"].as_str().or(source["tiles"][0].as_str()).expect("an address");
        assert!(address.ends_with(&format!("?{asked}")), "{address}");
        assert!(
            get(own(address).split('{').next().unwrap_or_default()).await.status != StatusCode::INTERNAL_SERVER_ERROR
        );
    }
}

#[tokio::test]
async fn styles_are_listed_and_sound() {
    let landing = get("/").await.json();
    let list = own(link(&landing, "/styles")["href"].as_str().expect("a link")).to_owned();
    let (public, all) = (get(&list).await.json(), get_as(Tier::Analyst, &list).await.json());
    let ids = |d: &Value| d["styles"].as_array().map(Vec::len).unwrap_or_default();
    assert!(ids(&public) > 5 && ids(&public) < ids(&all));
    assert_eq!(ids(&all), LAYERS.len());
    for one in all["styles"].as_array().into_iter().flatten() {
        let style = get_as(Tier::Analyst, own(link(one, "stylesheet")["href"].as_str().expect("a link"))).await;
        assert_eq!(style.status, StatusCode::OK, "{one}: {}", style.text());
        let style = style.json();
        let sources = style["sources"].as_object().expect("sources");
        let mut seen = std::collections::BTreeSet::new();
        for layer in style["layers"].as_array().expect("layers") {
            assert!(seen.insert(layer["id"].as_str().expect("an id")), "{layer}");
            let source = layer["source"].as_str().expect("a source");
            assert_eq!(layer["source-layer"].is_string(), sources[source]["type"] == "vector", "{layer}");
        }
    }
}
