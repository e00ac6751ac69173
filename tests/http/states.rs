//! What is not told is nothing, in every format: no withheld number is ever written as 0.

use axum::http::StatusCode;
use geodata::disclosure::Tier;
use geodata::table::State;
use urbansafety::layers::LAYERS;

use super::read::rows;
use super::support::{get_as, tile};

#[tokio::test]
async fn a_number_that_is_not_told_is_in_no_format() {
    let silent = |state: &str| State::ALL.iter().any(|s| s.name() == state && !s.tells_numbers());
    let mut withheld = 0;
    for layer in LAYERS.iter() {
        let numbers: Vec<_> = layer.properties.iter().filter(|p| p.json_type != "string").collect();
        for tier in [Tier::Public, Tier::Partner, Tier::Analyst] {
            for format in ["geojson", "csv", "mvt"] {
                let at = tile(layer.min_zoom.max(12));
                let path = match format {
                    "mvt" => format!("/tiles/{}/{}/{}/{}.mvt?{}", layer.id, at.0, at.1, at.2, layer.example),
                    _ => format!("/collections/{}/items?f={format}&limit=10000{}", layer.id, layer.asked()),
                };
                let answer = get_as(tier, &path).await;
                if answer.status != StatusCode::OK {
                    continue;
                }
                for row in rows(format, &answer.body, at) {
                    let state = row.properties.get("state").and_then(|s| s.as_str()).expect("a state");
                    assert!(State::NAMES.contains(&state), "{path}: {state}");
                    assert!(layer.value.is_empty() || !row.places.is_empty() || state == "unmapped", "{path}: {row:?}");
                    if silent(state) {
                        withheld += 1;
                        let told: Vec<_> = numbers.iter().filter(|p| row.properties.contains_key(&p.name)).collect();
                        assert!(told.is_empty(), "{path}: {row:?}");
                    } else if layer.value == "count" {
                        assert!(row.properties.contains_key("count"), "{path}: {row:?}");
                    }
                }
            }
        }
    }
    assert!(withheld > 100, "the test saw {withheld} rows without a number");
}

#[tokio::test]
async fn the_legend_and_the_style_know_every_state_by_pattern_and_words() {
    let legend = get_as(Tier::Partner, "/legends/cells.json").await.json();
    let style = get_as(Tier::Partner, "/styles/cells").await.text();
    for (state, pattern) in [("suppressed", "hatch"), ("not_covered", "dots"), ("not_yet_complete", "lines")] {
        let entries = legend["entries"].as_array().expect("entries");
        let entry = entries.iter().find(|e| e["state"] == state).unwrap_or_else(|| panic!("{state}: {legend}"));
        assert_eq!(entry["pattern"], pattern);
        assert!(entry["label"].as_str().is_some_and(|l| !l.is_empty()));
        assert!(style.contains(&format!("\"fill-pattern\":\"{state}\"")), "{style}");
    }
}
