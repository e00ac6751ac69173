//! An adversary looks for refuges: every layer, tier, format and parameter, bisection, ids, cursors and documents.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::http::{Method, StatusCode};
use geodata::Cancel;
use geodata::city::City;
use geodata::demo::generate;
use geodata::disclosure::Tier;
use geodata::ingest::{Source, import};
use geodata::store::Store;
use serde_json::Value;
use tiles::TileCoord;
use urbansafety::layers::LAYERS;

use super::read::rows;
use super::support::{Answer, every_route, path_of, release, send, service_of};

const TIERS: [Tier; 4] = [Tier::Public, Tier::Partner, Tier::Analyst, Tier::Custodian];
/// One between the others, and one where nothing else is.
const REFUGES: [(f64, f64); 2] = [(-28.548_213, 45.037_417), (-29.713_579, 45.413_579)];
const SOURCE: &str = r#"
id = "refuges"
title = "Refuges"
kind = "resources"
licence = "none"
[[place]]
lon = "lon"
lat = "lat"
[resource]
type = "shelter"
type_column = "kind"
types = [["Refuge", "shelter"], ["Open", "counselling"]]
hidden = ["Refuge"]
name = "name"
address = "address"
phone = "phone"
url = "url"
accessibility = "access"
service_area = "area"
"#;

/// The demo city with refuges, or with the open one of their file alone.
fn service(with_refuges: bool) -> Router {
    static BOTH: OnceLock<[Router; 2]> = OnceLock::new();
    let make = |with: bool| {
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("hidden-{with}"));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let mut text = "name,kind,address,phone,url,access,area,lon,lat\n\
                        Counsel,Open,1 Open Road,555-0100,https://open.example,ramp,North,-28.55,45.04\n"
            .to_owned();
        for (i, (lon, lat)) in REFUGES.iter().enumerate().filter(|_| with) {
            let secrets = format!("{i} Hush Lane,555-01{i}9,https://hush{i}.example,gate hush{i}");
            text += &format!("Quiet House {i},Refuge,{secrets},\"North; Ward 7\",{lon},{lat}\n");
        }
        std::fs::write(folder.join("refuges.csv"), text).unwrap();
        let mut store = Store::open(&folder.join("city.gpkg")).unwrap();
        generate(1, 2_000, &mut store, &|_, _| ()).unwrap();
        let source = Source::from_toml(SOURCE, "refuges.toml").unwrap();
        let report = import(&mut store, &source, &folder.join("refuges.csv"), &Cancel::default(), &|_, _| ()).unwrap();
        assert_eq!(report.stored, if with { 3 } else { 1 });
        release(&mut store);
        service_of(Arc::new(City::open(&folder.join("city.gpkg")).unwrap()))
    };
    BOTH.get_or_init(|| [make(false), make(true)])[usize::from(with_refuges)].clone()
}

async fn ask(with: bool, tier: Tier, path: &str) -> Answer {
    let key = format!("Bearer {}", tier.name());
    send(service(with), Method::GET, path, &[("authorization", &key), ("purpose", "a test")]).await
}

/// Nothing of what leads to a refuge, in the bytes or in the places of an answer.
fn assert_silent(format: &str, answer: &Answer, tile: (u8, u32, u32), what: &str) {
    let text = answer.text();
    for secret in ["Hush Lane", "hush0", "hush1", ".048213", ".037417", ".713579", ".413579"] {
        assert!(!text.contains(secret), "{what}: {secret}");
    }
    if answer.status != StatusCode::OK {
        return;
    }
    for row in rows(format, &answer.body, tile).iter().filter(|r| r.places.len() == 1) {
        for (lon, lat) in REFUGES {
            let metres = (row.places[0][0] - lon).hypot(row.places[0][1] - lat) * 111_000.0;
            // The one in the city may have another place beside it; the other has none.
            let near = if lon < -29.0 { 25.0 } else { 0.5 };
            assert!(metres > near, "{what}: {row:?}");
        }
    }
}

#[tokio::test]
async fn no_layer_tier_format_or_parameter_tells_a_refuges_place() {
    let (lon, lat) = REFUGES[1];
    for layer in LAYERS.iter() {
        for tier in TIERS {
            for format in urbansafety::formats::FORMATS.iter().map(|f| f.id) {
                let mut queries = vec![String::new()];
                for (lon, lat) in REFUGES {
                    queries.push(format!("&bbox={},{},{},{}", lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01));
                }
                if layer.id == "resources" {
                    queries.extend(
                        ["&type=shelter", "&service_area=north", "&service_area=Ward%207&type=shelter"]
                            .map(str::to_owned),
                    );
                }
                for query in queries {
                    for z in [layer.min_zoom.max(10), 14, 17] {
                        let at = TileCoord::of_lonlat(z, lon, lat).unwrap();
                        let at = (z, at.x(), at.y());
                        let path = match format {
                            "mvt" | "png" => format!(
                                "/tiles/{}/{z}/{}/{}.{format}?{}",
                                layer.id,
                                at.1,
                                at.2,
                                query.trim_start_matches('&')
                            ),
                            _ => format!("/collections/{}/items?f={format}&limit=1000{query}", layer.id),
                        };
                        assert_silent(format, &ask(true, tier, &path).await, at, &format!("{path} as {}", tier.name()));
                    }
                }
            }
        }
    }
}

/// The features and numbers of a page, without what names the data file or the hour.
fn told(answer: &Answer) -> (StatusCode, Value, Value, bool) {
    let document = answer.json();
    let has_next = document["links"].as_array().is_some_and(|l| l.iter().any(|l| l["rel"] == "next"));
    (answer.status, document["features"].clone(), document["numberMatched"].clone(), has_next)
}

#[tokio::test]
async fn lists_boxes_and_cursors_are_those_of_a_city_without_refuges() {
    for tier in [Tier::Public, Tier::Custodian] {
        let mut paths: Vec<String> = (0..50).map(|after| format!("limit=2&after={after}")).collect();
        paths.extend((0..20).map(|offset| format!("limit=3&offset={offset}")));
        // Cursors are ids, those of refuges among them.
        paths.extend(
            ["demo.1", "refuges.", "refuges.0", "refuges.hidden-8", "s"].map(|id| format!("limit=2&after={id}")),
        );
        paths.extend(["name", "-name", "phone", "type,-name"].map(|key| format!("limit=5&sortby={key}")));
        paths.extend(["type=shelter", "type=counselling,shelter", "limit=1000"].map(str::to_owned));
        for (lon, lat) in REFUGES {
            for step in 0..24 {
                let half = 90.0 / f64::from(1 << step);
                let bbox = format!(
                    "{},{},{},{}",
                    (lon - half).max(-180.0),
                    (lat - half).max(-90.0),
                    lon + half,
                    (lat + half).min(89.9)
                );
                paths.push(format!("bbox={bbox}"));
                paths.push(format!("bbox={bbox}&service_area=North"));
            }
        }
        for query in paths {
            let path = format!("/collections/resources/items?{query}");
            let [with, without] = [ask(true, tier, &path).await, ask(false, tier, &path).await];
            assert_eq!(told(&with), told(&without), "{path}");
        }
    }
}

#[tokio::test]
async fn tiles_of_resources_are_the_same_bytes_with_and_without_refuges() {
    for (lon, lat) in REFUGES {
        for z in [0, 8, 12, 16, 18] {
            let at = TileCoord::of_lonlat(z, lon, lat).unwrap();
            for (format, query) in [("mvt", ""), ("png", ""), ("mvt", "?service_area=North"), ("png", "?type=shelter")]
            {
                let path = format!("/tiles/resources/{z}/{}/{}.{format}{query}", at.x(), at.y());
                let [with, without] = [ask(true, Tier::Partner, &path).await, ask(false, Tier::Partner, &path).await];
                assert_eq!(with.status, StatusCode::OK, "{path}");
                assert!(with.body == without.body, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn pages_and_pictures_are_those_of_a_city_without_refuges() {
    for (lon, lat) in REFUGES {
        let around = format!("bbox={},{},{},{}", lon - 0.02, lat - 0.02, lon + 0.02, lat + 0.02);
        for query in ["limit=1000", "type=shelter", "limit=2&after=3", around.as_str()] {
            let drawn = if query.starts_with("limit") { "" } else { query };
            for path in [
                format!("/collections/resources/items?f=html&{query}"),
                format!("/collections/resources/map?{drawn}"),
                "/collections/resources?f=html".to_owned(),
            ] {
                let [with, without] =
                    [ask(true, Tier::Custodian, &path).await, ask(false, Tier::Custodian, &path).await];
                assert_eq!(with.status, without.status, "{path}");
                assert!(with.body == without.body, "{path}: {}", with.text());
            }
        }
    }
}

#[tokio::test]
async fn every_document_is_silent_about_refuges() {
    for (route, _) in every_route() {
        for layer in ["cells", "resources"] {
            let path = path_of(route, layer);
            for tier in [Tier::Public, Tier::Custodian] {
                let answer = ask(true, tier, &path).await;
                assert_silent("", &answer, (0, 0, 0), &path);
                assert!(!answer.text().contains("Quiet House"), "{path}");
            }
        }
    }
    // The extent of the data is not that of the refuge far outside.
    let bounds = ask(true, Tier::Public, "/collections/resources").await.text();
    assert!(!bounds.contains("-29.7"), "{bounds}");
}

#[tokio::test]
async fn a_refuge_is_found_by_the_area_it_serves_and_by_telephone() {
    for tier in TIERS {
        for area in ["north", "WARD%207"] {
            let list =
                ask(true, tier, &format!("/collections/resources/items?service_area={area}&type=shelter")).await.json();
            let found = list["features"].as_array().unwrap();
            assert_eq!((found.len(), &list["numberMatched"]), (2, &2.into()), "{list}");
            for feature in found {
                assert!(feature["geometry"].is_null(), "{feature}");
                let properties = &feature["properties"];
                assert!(properties["phone"].as_str().is_some_and(|p| p.starts_with("555-01")), "{feature}");
                for hidden in ["address", "accessibility", "url"] {
                    assert!(properties[hidden].is_null(), "{feature}");
                }
                // By its id, only where the area is said again.
                let id = feature["id"].as_str().unwrap();
                let one = ask(true, tier, &format!("/collections/resources/items/{id}?service_area={area}")).await;
                assert_eq!(one.json()["properties"], *properties);
                let none = ask(true, tier, &format!("/collections/resources/items/{id}")).await;
                assert_eq!(none.status, StatusCode::NOT_FOUND);
            }
        }
    }
    let whole = ask(true, Tier::Public, "/collections/resources/items?service_area=elsewhere").await.json();
    assert_eq!(whole["numberMatched"], 0);
}
