//! Writing single features: what was got can be sent back, what was written is told at once, and nobody's change is lost.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{Method, StatusCode};
use geodata::Cancel;
use geodata::disclosure::Tier;
use geodata::ingest::{Source, import};
use serde_json::{Value, json};

use super::audit::{House, house, log};
use super::support::{Answer, send, send_body};

/// A city of its own and a key of each tier that writes.
pub struct Desk {
    pub house: House,
    pub service: Router,
    pub custodian: String,
    pub analyst: String,
}

pub fn desk() -> Desk {
    let house = house();
    let [custodian, analyst] = [Tier::Custodian, Tier::Analyst].map(|t| house.key(t.name(), t).1);
    Desk { service: house.service(), house, custodian, analyst }
}

impl Desk {
    pub async fn send(&self, token: &str, method: Method, path: &str, more: &[(&str, &str)], body: &Value) -> Answer {
        let bearer = format!("Bearer {token}");
        let media = if method == Method::PATCH { "application/merge-patch+json" } else { "application/geo+json" };
        let mut headers = vec![("authorization", bearer.as_str()), ("purpose", "a test"), ("content-type", media)];
        headers.extend_from_slice(more);
        if [Method::GET, Method::DELETE].contains(&method) {
            return send(self.service.clone(), method, path, &headers).await;
        }
        send_body(self.service.clone(), method, path, &headers, body.to_string()).await
    }

    /// As custodian, for the state that `tag` names.
    pub async fn write(&self, method: Method, path: &str, tag: &str, body: &Value) -> Answer {
        self.send(&self.custodian, method, path, &[("if-match", tag)], body).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(&self.custodian, Method::GET, path, &[], &Value::Null).await
    }

    /// The path of a feature that was made.
    pub async fn made(&self, layer: &str, feature: &Value) -> String {
        let path = format!("/collections/{layer}/items");
        let answer = self.send(&self.custodian, Method::POST, &path, &[], feature).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let place = answer.header("location").strip_prefix("http://city.example").expect("an address").to_owned();
        assert_eq!(self.get(&place).await.status, StatusCode::OK, "{place}");
        place
    }

    async fn first(&self, layer: &str) -> String {
        let page = self.get(&format!("/collections/{layer}/items?limit=1")).await.json();
        format!("/collections/{layer}/items/{}", page["features"][0]["id"].as_str().expect("a feature"))
    }
}

/// A feature that each collection takes.
pub fn example(layer: &str) -> Value {
    let (geometry, properties) = match layer {
        "resources" => (
            json!({ "type": "Point", "coordinates": [-28.55, 45.04] }),
            json!({ "name": "Evening club", "type": "youth_centre", "target_groups": "girls, boys", "phone": "555-0100" }),
        ),
        "interventions" => (
            json!({ "type": "Polygon", "coordinates": [[[-28.6, 45.0], [-28.5, 45.0], [-28.5, 45.1], [-28.6, 45.0]]] }),
            json!({ "name": "Lamps", "aims": "fewer robberies; more light", "start": "2022-03-01", "approach": "situational" }),
        ),
        _ => (
            json!({ "type": "Point", "coordinates": [-28.55, 45.04] }),
            json!({ "category": "0401", "offence": "Robbery", "time_from": "2022-03-04T21:30:00", "location_precision": "block" }),
        ),
    };
    json!({ "type": "Feature", "geometry": geometry, "properties": properties })
}

pub const LAYERS: [&str; 3] = ["resources", "interventions", "incidents"];

#[tokio::test]
async fn a_feature_is_made_read_replaced_changed_and_removed() {
    let desk = desk();
    for layer in LAYERS {
        let feature = example(layer);
        let path = desk.made(layer, &feature).await;
        let got = desk.get(&path).await;
        let told = got.json();
        assert_eq!(told["geometry"], feature["geometry"], "{layer}");
        for (name, value) in feature["properties"].as_object().unwrap() {
            assert_eq!(&told["properties"][name], value, "{layer} {name}");
        }
        // What was got is sent back with one change, and all that the service wrote beside it.
        let (name, value) = if layer == "incidents" { ("status", "closed") } else { ("name", "Another name") };
        let mut other = told.clone();
        other["properties"][name] = json!(value);
        let replaced = desk.write(Method::PUT, &path, got.header("etag"), &other).await;
        assert_eq!(replaced.status, StatusCode::NO_CONTENT, "{}", replaced.text());
        assert_ne!(replaced.header("etag"), got.header("etag"));
        let now = desk.get(&path).await;
        assert_eq!((&now.json()["properties"], &now.json()["geometry"]), (&other["properties"], &other["geometry"]));
        // The tag of the answer is good for the next change, and null takes away.
        let patch = json!({ "geometry": null, "properties": { name: "Third" } });
        let patched = desk.write(Method::PATCH, &path, replaced.header("etag"), &patch).await;
        assert_eq!(patched.status, StatusCode::NO_CONTENT, "{}", patched.text());
        let now = desk.get(&path).await;
        assert_eq!((&now.json()["properties"][name], &now.json()["geometry"]), (&json!("Third"), &Value::Null));
        let removed = desk.write(Method::DELETE, &path, now.header("etag"), &Value::Null).await;
        assert_eq!(removed.status, StatusCode::NO_CONTENT, "{}", removed.text());
        assert_eq!(desk.get(&path).await.status, StatusCode::NOT_FOUND);
        let again = desk.write(Method::DELETE, &path, now.header("etag"), &Value::Null).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(desk.house.store().check().expect("readable"), [""; 0]);
}

#[tokio::test]
async fn what_comes_back_unchanged_changes_nothing() {
    let desk = desk();
    for layer in LAYERS {
        let path = desk.first(layer).await;
        let before = (desk.get(&path).await, desk.house.store().generation());
        let answer = desk.write(Method::PUT, &path, before.0.header("etag"), &before.0.json()).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{layer}: {}", answer.text());
        assert_eq!(desk.house.store().generation(), before.1, "{layer}");
        assert_eq!(desk.get(&path).await.body, before.0.body);
    }
}

#[tokio::test]
async fn a_tag_stays_good_while_other_things_change_and_is_known_in_every_coding() {
    let desk = desk();
    let path = desk.first("resources").await;
    let first = desk.get(&path).await;
    desk.made("resources", &example("resources")).await;
    let later = desk.get(&path).await;
    // The answer names the new state of the data, so it has new bytes; the feature is the same.
    assert_ne!(later.header("etag"), first.header("etag"));
    let known = [("if-none-match", later.header("etag"))];
    let held = desk.send(&desk.custodian, Method::GET, &path, &known, &Value::Null).await;
    assert_eq!((held.status, held.header("etag")), (StatusCode::NOT_MODIFIED, later.header("etag")));
    let packed = format!("\"{}-gzip\"", first.header("etag").trim_matches('"'));
    let answer = desk.write(Method::PATCH, &path, &packed, &json!({ "properties": { "phone": "555-0199" } })).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
}

#[tokio::test]
async fn of_two_writers_with_the_same_tag_exactly_one_wins() {
    let desk = Arc::new(desk());
    for layer in LAYERS {
        let path = desk.first(layer).await;
        let tag = desk.get(&path).await.header("etag").to_owned();
        let name = if layer == "incidents" { "status" } else { "name" };
        let mut writers = tokio::task::JoinSet::new();
        for n in 0..4 {
            let (desk, path, tag) = (Arc::clone(&desk), path.clone(), tag.clone());
            writers.spawn(async move {
                let patch = json!({ "properties": { name: format!("writer {n}") } });
                let answer = desk.write(Method::PATCH, &path, &tag, &patch).await;
                (answer.status, n)
            });
        }
        let answers = writers.join_all().await;
        let won: Vec<_> = answers.iter().filter(|(s, _)| *s == StatusCode::NO_CONTENT).collect();
        assert_eq!(won.len(), 1, "{layer}: {answers:?}");
        assert!(answers.iter().all(|(s, n)| *n == won[0].1 || *s == StatusCode::PRECONDITION_FAILED), "{answers:?}");
        assert_eq!(desk.get(&path).await.json()["properties"][name], format!("writer {}", won[0].1));
    }
}

#[tokio::test]
async fn an_incident_counts_at_once_and_is_erased_when_removed() {
    let desk = desk();
    let count = async || {
        let answer = desk.get("/collections/incidents/items?limit=1&datetime=2022-03-04&category=0401").await;
        answer.json()["numberMatched"].as_u64().expect("a number")
    };
    let before = count().await;
    let mut feature = example("incidents");
    feature["properties"]["offence"] = json!("Zwischenfall am Zwirnplatz");
    feature["properties"]["context"] = json!("gang yes (eurogang-2006)");
    let path = desk.made("incidents", &feature).await;
    assert_eq!(count().await, before + 1);
    let told = desk.get(&path).await;
    let properties = told.json()["properties"].clone();
    assert_eq!(
        (&properties["time_to"], &properties["time_precision"]),
        (&json!("2022-03-04T21:31:00"), &json!("minute"))
    );
    assert!(properties["record"].as_str().is_some_and(|r| r.starts_with("http:")), "{properties}");
    let removed = desk.write(Method::DELETE, &path, told.header("etag"), &Value::Null).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    assert_eq!(count().await, before);
    let bytes = std::fs::read(&desk.house.path).expect("readable");
    assert!(!bytes.windows(10).any(|w| w == b"Zwirnplatz"), "its words are still in the file");
}

#[tokio::test]
async fn every_write_is_in_the_access_log_before_and_after() {
    let desk = desk();
    let path = desk.made("resources", &example("resources")).await;
    let tag = desk.get(&path).await.header("etag").to_owned();
    desk.write(Method::PATCH, &path, &tag, &json!({ "properties": { "phone": "secret number" } })).await;
    desk.write(Method::DELETE, &path, &tag, &Value::Null).await;
    let Desk { house, service, .. } = desk;
    drop(service);
    let entries = log(&house.path);
    let seen: Vec<_> = entries.iter().map(|k| (k.entry.asked.as_str(), k.entry.status, k.entry.rows)).collect();
    let id = path.rsplit('/').next().unwrap();
    let made = format!("POST /collections/resources/items making {id}");
    let (got, patch, delete) = (format!("GET {path}"), format!("PATCH {path}"), format!("DELETE {path}"));
    let changed = format!("{patch} changing phone");
    let expected = [
        ("POST /collections/resources/items", 102, 0),
        (made.as_str(), 201, 1),
        (&got, 200, 1),
        (&got, 200, 1),
        (&patch, 102, 0),
        (&changed, 204, 1),
        (&delete, 102, 0),
        (&delete, 412, 0),
    ];
    assert_eq!(seen, expected);
    assert!(entries.iter().all(|k| k.entry.who.ends_with(" custodian") && k.entry.purpose == "a test"));
}

const CLUBS: &str = r#"
id = "clubs"
title = "Clubs"
kind = "resources"
licence = "none"
[key]
columns = [["id"]]
[[place]]
lon = "lon"
lat = "lat"
[resource]
type = "youth_centre"
name = "name"
phone = "phone"
"#;

/// Imports a file of clubs; `during` is called while it goes on.
fn imported(house: &House, text: &str, during: &dyn Fn()) -> (u64, u64, u64) {
    let file = house.path.with_file_name("clubs.csv");
    std::fs::write(&file, text).expect("written");
    let source = Source::from_toml(CLUBS, "clubs.toml").expect("a source");
    let report = import(&mut house.store(), &source, &file, &Cancel::default(), &|done, total| {
        if done < total || total == 0 {
            during()
        }
    })
    .expect("imported");
    (report.stored, report.updated, report.left_out.values().sum())
}

#[tokio::test]
async fn later_imports_leave_removed_features_out_and_keep_corrections_until_the_source_changes() {
    let desk = desk();
    let file = "id,name,phone,lon,lat\n1,One,111,-28.55,45.04\n2,Two,222,-28.56,45.04\n";
    assert_eq!(imported(&desk.house, file, &|| ()).0, 2);
    desk.house.city.refresh().expect("readable");
    let service = desk.house.service();
    let desk = Desk { service, ..desk };
    let [one, two] = [1, 2].map(|n| format!("/collections/resources/items/clubs.{n}"));
    let tag = desk.get(&one).await.header("etag").to_owned();
    assert_eq!(desk.write(Method::DELETE, &one, &tag, &Value::Null).await.status, StatusCode::NO_CONTENT);
    let tag = desk.get(&two).await.header("etag").to_owned();
    let patch = json!({ "properties": { "phone": "333" } });
    assert_eq!(desk.write(Method::PATCH, &two, &tag, &patch).await.status, StatusCode::NO_CONTENT);
    let phone = async || desk.get(&two).await.json()["properties"]["phone"].clone();
    assert_eq!(imported(&desk.house, file, &|| ()), (0, 0, 1), "the same file again");
    assert_eq!(imported(&desk.house, &format!("{file}3,Three,,,\n"), &|| ()), (1, 0, 1), "a file with one more");
    assert_eq!((desk.get(&one).await.status, phone().await), (StatusCode::NOT_FOUND, json!("333")));
    assert_eq!(imported(&desk.house, &file.replace("222", "444"), &|| ()), (0, 1, 1), "the source has news");
    desk.house.city.refresh().expect("readable");
    let desk = Desk { service: desk.house.service(), ..desk };
    assert_eq!(desk.get(&two).await.json()["properties"]["phone"], "444");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_while_an_import_runs_is_asked_to_come_again() {
    let desk = Arc::new(desk());
    let (runtime, answers) = (tokio::runtime::Handle::current(), Arc::new(Mutex::new(vec![])));
    let (other, seen) = (Arc::clone(&desk), Arc::clone(&answers));
    tokio::task::spawn_blocking(move || {
        let mut text = "id,name,phone,lon,lat\n".to_owned();
        for n in 0..150_000 {
            text += &format!("{n},Club {n},1,-28.55,45.04\n");
        }
        imported(&other.house, &text, &|| {
            let (path, feature) = ("/collections/resources/items", example("resources"));
            let post = other.send(&other.analyst, Method::POST, path, &[], &feature);
            seen.lock().unwrap().push(runtime.block_on(post));
        });
    })
    .await
    .expect("no panic");
    let answers = std::mem::take(&mut *answers.lock().unwrap());
    assert!(!answers.is_empty());
    for answer in answers {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.text());
        assert!(!answer.header("retry-after").is_empty() && answer.text().contains("import"), "{}", answer.text());
    }
    // Afterwards it is taken.
    desk.made("resources", &example("resources")).await;
}
