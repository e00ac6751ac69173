//! The abstract tests of OGC API - Tiles as OGC's executable suite asks them, over every tile set that the landing page leads to.

use axum::http::StatusCode;
use serde_json::Value;

use super::support::get;

const TILESETS: &str = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-";

fn local(href: &str) -> String {
    let path = href.strip_prefix("http://city.example").expect("an absolute address");
    path.to_owned()
}

/// Addresses of lists of tile sets: of the whole data set and of every collection.
async fn lists() -> Vec<String> {
    let mut found = vec![];
    let landing = get("/").await.json();
    let collections = get("/collections").await.json();
    let documents = std::iter::once(&landing).chain(collections["collections"].as_array().into_iter().flatten());
    for document in documents {
        for link in document["links"].as_array().into_iter().flatten() {
            if link["rel"].as_str().is_some_and(|rel| rel.starts_with(TILESETS)) {
                found.push(local(link["href"].as_str().expect("an address")));
            }
        }
    }
    assert!(found.len() > 5);
    found
}

#[tokio::test]
async fn every_listed_tile_set_can_be_walked_as_the_suite_does() {
    for list in lists().await {
        let document = get(&list).await.json();
        let tilesets = document["tilesets"].as_array().unwrap_or_else(|| panic!("{list} has no tilesets")).clone();
        assert!(!tilesets.is_empty(), "{list}");
        for tileset in tilesets {
            assert_eq!(tileset["tileMatrixSetId"], "WebMercatorQuad", "{list}");
            assert!(matches!(tileset["dataType"].as_str(), Some("vector" | "map" | "coverage")), "{list}");
            let limits = &tileset["tileMatrixSetLimits"][0];
            let number = |name: &str| limits[name].as_u64().unwrap_or_else(|| panic!("{list}: {name} of {limits}"));
            let matrix = limits["tileMatrix"].as_str().expect("a matrix");
            // The suite asks for every link of an entry as it stands, and finds the addresses of tiles in what answers.
            let mut documents = vec![];
            for link in tileset["links"].as_array().into_iter().flatten() {
                let answer = get(&local(link["href"].as_str().unwrap_or_default())).await;
                assert_eq!(answer.status, StatusCode::OK, "{list}: {link}");
                documents.push(answer.json());
            }
            let item = documents
                .iter()
                .map(|document| &document["links"])
                .filter_map(|links| links.as_array())
                .flatten()
                .find(|l| {
                    let href = l["href"].as_str().unwrap_or_default();
                    ["{tileMatrix}", "{tileRow}", "{tileCol}"].iter().all(|part| href.contains(part))
                })
                .unwrap_or_else(|| panic!("{list}: no address of tiles behind its entry"));
            assert_eq!((&item["rel"], &item["templated"]), (&"item".into(), &true.into()), "{list}");
            let path = |row: u64, column: u64| {
                local(item["href"].as_str().unwrap_or_default())
                    .replace("{tileMatrix}", matrix)
                    .replace("{tileRow}", &row.to_string())
                    .replace("{tileCol}", &column.to_string())
            };
            let inside = get(&path(number("maxTileRow"), number("minTileCol"))).await;
            assert!(matches!(inside.status, StatusCode::OK | StatusCode::NO_CONTENT), "{list}: {}", inside.text());
            if inside.status == StatusCode::OK {
                assert_eq!(inside.header("content-type"), item["type"].as_str().unwrap_or_default(), "{list}");
            }
            let outside = get(&path(number("maxTileRow") + 1, number("minTileCol"))).await;
            assert!(
                matches!(outside.status, StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST),
                "{list}: a row beyond the limits is {}",
                outside.status
            );
        }
    }
}

#[tokio::test]
async fn the_tile_matrix_set_is_whole() {
    let sets = get("/tileMatrixSets").await.json();
    assert!(sets["tileMatrixSets"].as_array().is_some_and(|all| all.iter().any(|s| s["id"] == "WebMercatorQuad")));
    let set = get("/tileMatrixSets/WebMercatorQuad").await.json();
    let matrices: &Vec<Value> = set["tileMatrices"].as_array().expect("matrices");
    for (z, matrix) in matrices.iter().enumerate() {
        assert_eq!(matrix["id"], z.to_string());
        assert_eq!(matrix["matrixWidth"], 1_u64 << z);
        assert_eq!((&matrix["tileWidth"], &matrix["tileHeight"]), (&256.into(), &256.into()));
    }
}
