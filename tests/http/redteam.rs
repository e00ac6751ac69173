//! The red team at the service's door: every layer, tier and format, and the attacks that thresholds alone do not stop.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::{Method, StatusCode};
use geodata::city::City;
use geodata::disclosure::Tier;
use geodata::ingest::{SOURCES, import};
use geodata::store::Store;
use serde_json::Value;
use urbansafety::layers::{LAYERS, Layer};

use super::read::{Row, rows};
use super::support::{Answer, city, get, get_as, release, send, service_of, shared, tile};

/// The base that published numbers are multiples of, and the least that is published.
const BASE: u64 = 5;

/// Filters under which every layer is tried.
const FILTERS: [&str; 9] = [
    "",
    "category=0401",
    "datetime=2022-03",
    "category=05&datetime=2023",
    "category=0301&datetime=2022",
    "sex=female&datetime=2022",
    "age=0-17&datetime=2022",
    "sex=male&age=18-29&category=04",
    "hours=20-23&datetime=2022",
];

/// Ids of the formats that a layer is offered in.
fn formats_of(layer: &Layer) -> impl Iterator<Item = &'static str> {
    urbansafety::formats::FORMATS.iter().filter(|f| layer.has_format(f.id)).map(|f| f.id)
}

async fn as_tier(tier: Tier, path: &str) -> Answer {
    if tier == Tier::Public { get(path).await } else { get_as(tier, path).await }
}

fn number(row: &Row, name: &str) -> Option<f64> {
    row.properties.get(name).and_then(Value::as_f64)
}

fn word<'a>(row: &'a Row, name: &str) -> &'a str {
    row.properties.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[tokio::test]
async fn no_layer_tier_or_format_tells_less_than_the_policy_lets_it() {
    let mut tried = 0;
    for layer in LAYERS.iter() {
        for tier in [Tier::Public, Tier::Partner] {
            for format in formats_of(layer) {
                for filter in FILTERS {
                    if !filter.is_empty() && !layer.takes_filter("category") {
                        continue;
                    }
                    let paths = match format {
                        "geojson" | "jsonfg" | "csv" | "ndjson" | "parquet" | "fgb" => vec![(
                            format!("/collections/{}/items?f={format}&limit=10000&{filter}", layer.id),
                            (0, 0, 0),
                        )],
                        _ => [9, 12, 15]
                            .map(|z| {
                                let (z, x, y) = tile(z.max(layer.min_zoom));
                                (format!("/tiles/{}/{z}/{x}/{y}.{format}?{filter}", layer.id), (z, x, y))
                            })
                            .to_vec(),
                    };
                    for (path, at) in paths {
                        let answer = as_tier(tier, &path).await;
                        if answer.status == StatusCode::FORBIDDEN {
                            continue;
                        }
                        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
                        for row in rows(format, &answer.body, at) {
                            checked(&layer.id, &row, &path);
                        }
                        tried += 1;
                    }
                }
            }
        }
    }
    assert!(tried > 100, "only {tried} answers were looked at");
}

/// What a row below analyst tier may say.
fn checked(layer: &str, row: &Row, path: &str) {
    let (count, state) = (number(row, "count"), word(row, "state"));
    match state {
        "suppressed" | "not_covered" => assert_eq!(count, None, "{path}: {row:?}"),
        "zero" => assert!(count.is_none_or(|n| n == 0.0), "{path}: {row:?}"),
        _ => {}
    }
    if let Some(n) = count {
        assert!(n == 0.0 || n >= BASE as f64, "{path}: {row:?}");
        assert!(layer != "cells" || n % BASE as f64 == 0.0, "{path}: {row:?}");
    }
    for name in ["record_key", "source", "time_from", "victims", "fid"] {
        assert!(!row.properties.contains_key(name), "{path}: {name}");
    }
}

/// The sum of the told numbers within a box.
async fn sum(service: &Router, [w, s, e, n]: [f64; 4]) -> u64 {
    let path = format!("/collections/cells/items?f=geojson&limit=10000&bbox={w},{s},{e},{n}");
    let answer = send(service.clone(), Method::GET, &path, &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let features = answer.json()["features"].as_array().cloned().unwrap_or_default();
    features.iter().filter_map(|f| f["properties"]["count"].as_u64()).sum()
}

/// True places of incidents, as only a custodian sees them.
async fn true_places() -> &'static [[f64; 2]] {
    static PLACES: OnceLock<Vec<[f64; 2]>> = OnceLock::new();
    if let Some(found) = PLACES.get() {
        return found;
    }
    let answer = get_as(Tier::Custodian, "/collections/incidents/items?limit=2000").await;
    let found: BTreeSet<[u64; 2]> =
        rows("geojson", &answer.body, (0, 0, 0)).iter().flat_map(|r| &r.places).map(|p| p.map(f64::to_bits)).collect();
    PLACES.get_or_init(|| found.into_iter().map(|p| p.map(f64::from_bits)).collect())
}

#[tokio::test]
async fn nested_rectangles_around_a_lot_recover_nothing() {
    let (places, service) = (true_places().await, shared());
    let mut recovered = 0;
    let tries = 200;
    for [lon, lat] in places.iter().step_by(places.len() / tries).take(tries) {
        let (dx, dy) = (0.000_12, 0.000_09);
        let outer = sum(&service, [lon - 0.01, lat - dy, lon + dx, lat + dy]).await;
        let inner = sum(&service, [lon - 0.01, lat - dy, lon - dx, lat + dy]).await;
        let there =
            format!("/collections/incidents/items?limit=1&bbox={},{},{},{}", lon - dx, lat - dy, lon + dx, lat + dy);
        let exact = get_as(Tier::Custodian, &there).await.json()["numberMatched"].as_u64().expect("a number");
        assert!(exact > 0);
        recovered += u32::from(outer - inner == exact);
    }
    assert_eq!(recovered, 0, "of {tries}");
}

#[tokio::test]
async fn a_swept_edge_flips_at_the_middles_of_cells_alone() {
    let ([lon, lat], service) = (true_places().await[7], shared());
    let whole = get("/collections/cells/items?f=geojson&limit=10000").await;
    let middles: Vec<f64> = rows("geojson", &whole.body, (0, 0, 0))
        .iter()
        .map(|r| {
            let xs = r.places.iter().map(|p| p[0]);
            (xs.clone().fold(f64::INFINITY, f64::min) + xs.fold(f64::NEG_INFINITY, f64::max)) / 2.0
        })
        .collect();
    let at = |k: u32| lon - 0.003 + f64::from(k) * 0.000_02;
    let mut flips = 0;
    let mut last = sum(&service, [lon - 0.03, lat - 0.02, at(0), lat + 0.02]).await;
    for k in 1..=300 {
        let next = sum(&service, [lon - 0.03, lat - 0.02, at(k), lat + 0.02]).await;
        if next != last {
            flips += 1;
            // Coordinates are written to a centimetre.
            assert!(middles.iter().any(|m| at(k - 1) - 1e-6 <= *m && *m <= at(k) + 1e-6), "a flip at {}", at(k));
        }
        last = next;
    }
    assert!(flips > 0, "the sweep crossed no cell: it showed nothing");
}

#[tokio::test]
async fn a_thousand_same_and_jittered_questions_have_one_answer() {
    let ([lon, lat], service) = (true_places().await[3], shared());
    let mut answers = BTreeSet::new();
    for k in 0..1_000 {
        let jitter = f64::from(k) * 1e-10;
        answers.insert(sum(&service, [lon - 0.02 + jitter, lat - 0.02 - jitter, lon + 0.02, lat + 0.02]).await);
    }
    assert_eq!(answers.len(), 1);
    let path = "/collections/cells/items?limit=10000&f=csv";
    let (one, two) = (get(path).await, get(path).await);
    assert_eq!((one.header("etag"), &one.body), (two.header("etag"), &two.body));
}

#[tokio::test]
async fn a_cell_has_one_number_in_every_tile_list_and_file() {
    let mut numbers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut add = |cell: &str, row: &Row| {
        let told = format!("{:?} {}", number(row, "count"), word(row, "state"));
        numbers.entry(cell.to_owned()).or_default().insert(told);
    };
    let answer = get("/collections/cells/items?f=geojson&limit=10000").await;
    rows("geojson", &answer.body, (0, 0, 0)).iter().for_each(|row| add(word(row, "cell"), row));
    let answer = get("/collections/cells/items?f=csv&limit=10000").await;
    // A quadkey is no number, though it looks like one: the first field is taken as it stands.
    let ids: Vec<String> =
        answer.text().lines().skip(1).map(|l| l.split(',').next().unwrap_or_default().to_owned()).collect();
    ids.iter().zip(rows("csv", &answer.body, (0, 0, 0))).for_each(|(id, row)| add(id, &row));
    let listed: BTreeSet<String> = numbers.keys().cloned().collect();
    let z = 12;
    let tiles: BTreeSet<(u32, u32)> = listed.iter().filter(|c| c.len() >= z).map(|c| of_quadkey(&c[..z])).collect();
    let mut compared = 0;
    for (x, y) in tiles {
        let answer = get(&format!("/tiles/cells/{z}/{x}/{y}.mvt")).await;
        for row in rows("mvt", &answer.body, (z as u8, x, y)) {
            let cell = quadkey_of(&row.places);
            if listed.contains(&cell) {
                let mut more = BTreeMap::new();
                more.insert(cell.clone(), format!("{:?} {}", number(&row, "count"), word(&row, "state")));
                numbers.entry(cell).or_default().extend(more.into_values());
                compared += 1;
            }
        }
    }
    assert!(compared > 200, "only {compared} cells of tiles were found in the list");
    let unlike: Vec<_> = numbers.iter().filter(|(_, told)| told.len() > 1).collect();
    assert!(unlike.is_empty(), "{unlike:?}");
}

fn of_quadkey(key: &str) -> (u32, u32) {
    key.bytes().fold((0, 0), |(x, y), d| (x * 2 + u32::from(d & 1), y * 2 + u32::from((d - b'0') >> 1)))
}

fn quadkey_of(places: &[[f64; 2]]) -> String {
    let (west, east) = places.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), p| (a.min(p[0]), b.max(p[0])));
    let (south, north) = places.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), p| (a.min(p[1]), b.max(p[1])));
    let level = (360.0 / (east - west)).log2().round() as u8;
    let tile = tiles::TileCoord::of_lonlat(level, (west + east) / 2.0, (south + north) / 2.0).expect("a cell");
    (0..level).rev().map(|bit| char::from(b'0' + ((tile.x() >> bit & 1) + 2 * (tile.y() >> bit & 1)) as u8)).collect()
}

/// A city of its own for attacks that change it: its service, and the store behind it.
pub struct Own {
    pub path: std::path::PathBuf,
    pub city: Arc<City>,
}

impl Own {
    pub fn new(name: &str, incidents: u64) -> Self {
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        // What an earlier run left.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("city.gpkg");
        let mut store = Store::open(&path).expect("a new file");
        geodata::demo::generate(2, incidents, &mut store, &|_, _| ()).expect("the demo city");
        drop(store);
        let city = Arc::new(City::open(&path).expect("an index"));
        Self { path, city }
    }

    fn import(&self, source: &str, name: &str, text: &str) {
        let file = self.path.with_file_name(name);
        std::fs::write(&file, text).expect("written");
        let source = SOURCES.iter().find(|s| s.id == source).expect("a source");
        let mut store = Store::open(&self.path).expect("open");
        let report = import(&mut store, source, &file, &geodata::Cancel::default(), &|_, _| ()).expect("imported");
        assert!(report.stored > 0, "{report}");
    }

    /// Makes the next release, and the service that tells it.
    fn released(&self) -> Router {
        release(&mut Store::open(&self.path).expect("open"));
        self.city.refresh().expect("readable");
        service_of(self.city.clone())
    }
}

#[tokio::test]
async fn before_the_first_release_the_public_sees_an_explanation_and_nothing_else() {
    let own = Own::new("redteam-before", 2_000);
    let service = service_of(own.city.clone());
    for layer in LAYERS.iter().filter(|l| l.min_tier == Tier::Public) {
        for format in formats_of(layer) {
            let path = match format {
                "geojson" | "jsonfg" | "csv" | "ndjson" | "parquet" | "fgb" => {
                    format!("/collections/{}/items?f={format}", layer.id)
                }
                _ => {
                    let (z, x, y) = tile(12);
                    format!("/tiles/{}/{z}/{x}/{y}.{format}", layer.id)
                }
            };
            let answer = send(service.clone(), Method::GET, &path, &[]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.text());
            let words = answer.json();
            assert!(words["detail"].as_str().is_some_and(|d| d.contains("nothing is public yet")), "{words}");
        }
    }
    for path in ["/", "/collections", "/collections/cells", "/collections/cells/queryables", "/tiles/cells.json"] {
        let answer = send(service.clone(), Method::GET, path, &[]).await;
        let text = answer.text();
        assert!(!text.contains("0401") && !text.contains("2022"), "{path} tells of the records: {text}");
    }
    let answer = send(service, Method::GET, "/release", &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn two_geographies_with_one_moved_border_tell_nothing_of_the_sliver() {
    let own = Own::new("redteam-borders", 10_000);
    let areas = get_as(Tier::Custodian, "/collections/areas/items?collection=districts").await.json();
    // Every district's border moved by thirty metres eastwards, as another collection.
    let mut moved = areas.clone();
    for feature in moved["features"].as_array_mut().expect("features") {
        shift(&mut feature["geometry"]["coordinates"]);
        let id = feature["properties"]["area"].clone();
        feature["properties"] = serde_json::json!({ "id": id, "name": id });
    }
    own.import("generic-areas", "moved.geojson", &moved.to_string());
    let service = own.released();
    let numbers = |grid: &str, headers: Vec<(&'static str, &'static str)>| {
        let (service, path) = (service.clone(), format!("/collections/cells/items?grid=areas:{grid}&limit=10000"));
        async move {
            let answer = send(service, Method::GET, &path, &headers).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
            let rows = rows("geojson", &answer.body, (0, 0, 0));
            rows.into_iter().map(|r| (word(&r, "area").to_owned(), number(&r, "count"))).collect::<BTreeMap<_, _>>()
        }
    };
    let custodian = vec![("authorization", "Bearer custodian"), ("purpose", "a test")];
    let exact = (numbers("districts", custodian.clone()).await, numbers("moved", custodian).await);
    let public = (numbers("districts", vec![]).await, numbers("moved", vec![]).await);
    assert!(exact.0.len() > 2 && exact.0.len() == exact.1.len());
    let (mut slivers, mut recovered) = (0, 0);
    for (id, before) in &exact.0 {
        let difference = before.zip(exact.1[id]).map(|(a, b)| (a - b).abs()).expect("exact");
        let claim = public.0[id].zip(public.1[id]).map(|(a, b)| (a - b).abs());
        if difference > 0.0 {
            slivers += 1;
            recovered += u32::from(claim == Some(difference));
        }
    }
    // A difference of some tens is met by chance once in a while; without protection every one would be met.
    assert!(slivers >= 4 && recovered <= 2, "{recovered} of {slivers}: {exact:?} {public:?}");
    let release = send(service, Method::GET, "/release", &[]).await.json();
    let checked = release["slivers"].as_array().expect("a list");
    let pair = checked.iter().find(|s| s["collections"].to_string().contains("moved")).expect("the pair was checked");
    assert_eq!(pair["told_by_difference"], 0, "{pair}");
}

fn shift(value: &mut Value) {
    match value.as_array_mut() {
        Some(pair) if pair.first().is_some_and(Value::is_number) => {
            pair[0] = Value::from(pair[0].as_f64().expect("a number") + 0.000_36);
        }
        Some(parts) => parts.iter_mut().for_each(shift),
        None => {}
    }
}

#[tokio::test]
async fn one_incident_more_changes_no_public_byte_of_the_next_release() {
    let own = Own::new("redteam-next", 8_000);
    let mut service = own.released();
    let places = true_places().await;
    let mut changed = 0;
    for k in 0..3 {
        let before = everything(&service).await;
        let [lon, lat] = places[k * 31 + 5];
        let mut text = String::from("id,date,category,longitude,latitude\n");
        let _ = writeln!(text, "added-{k},2023-0{}-11 10:00,0401,{lon},{lat}", k + 1);
        own.import("generic-csv", &format!("more-{k}.csv"), &text);
        service = own.released();
        changed += u32::from(everything(&service).await != before);
    }
    assert_eq!(changed, 0, "of 3 additions so many showed");
}

/// What the public is told under every filter, without what names the release.
async fn everything(service: &Router) -> Vec<Vec<String>> {
    let mut all = vec![];
    for filter in FILTERS {
        let path = format!("/collections/cells/items?f=csv&limit=10000&{filter}");
        let answer = send(service.clone(), Method::GET, &path, &[]).await;
        all.push(answer.text().lines().map(str::to_owned).collect());
    }
    all
}

#[tokio::test]
async fn every_attack_of_the_program_recovers_nothing() {
    let path = city().0.path();
    let report = geodata::redteam::run(path, 100, 3, &|_| (), &geodata::Cancel::default()).expect("a report");
    assert_eq!(report.findings.len(), geodata::redteam::ATTACKS.len());
    for finding in report.findings.iter().filter(|f| f.attack != "timing") {
        assert_eq!(finding.recovered, 0, "{finding:?}");
    }
    let tried = |id: &str| report.findings.iter().find(|f| f.attack == id).map_or(0, |f| f.tries);
    for id in [
        "nested_rectangles",
        "edge_sweep",
        "repetition",
        "hidden_locations",
        "forms",
        "next_release",
        "crossed_attributes",
    ] {
        assert!(tried(id) > 0, "{id} tried nothing");
    }
}

#[tokio::test]
async fn withheld_and_empty_cells_answer_in_the_same_time() {
    let list = get("/collections/cells/items?f=geojson&limit=10000&category=0101").await;
    let of_state = |state: &str| -> Vec<String> {
        let rows = rows("geojson", &list.body, (0, 0, 0));
        let cells = rows.iter().filter(|r| word(r, "state") == state).map(|r| word(r, "cell").to_owned());
        cells.filter(|c| c.len() >= 8).collect()
    };
    let other = get("/collections/cells/items?f=geojson&limit=10000").await;
    let withheld: Vec<String> = rows("geojson", &other.body, (0, 0, 0))
        .iter()
        .filter(|r| word(r, "state") == "suppressed")
        .map(|r| word(r, "cell").to_owned())
        .chain(of_state("suppressed"))
        .collect();
    let empty = of_state("zero");
    if withheld.is_empty() {
        return;
    }
    // What else the machine does falls on both in turn; a difference that is really there shows in every round.
    let mut apart: Vec<f64> = vec![];
    while apart.len() < 10 && apart.iter().all(|a| *a >= 0.05) {
        let mut times: [Vec<Duration>; 2] = [vec![], vec![]];
        for k in 0..150 {
            for (n, cells) in [&withheld, &empty].into_iter().enumerate() {
                let cell = &cells[k % cells.len()];
                let (x, y) = of_quadkey(cell);
                let path = format!("/tiles/cells/{}/{x}/{y}.mvt?jitter", cell.len()).replace("?jitter", "");
                let began = Instant::now();
                assert_eq!(get(&path).await.status, StatusCode::OK);
                times[n].push(began.elapsed());
            }
        }
        let median = |t: &mut Vec<Duration>| {
            t.sort();
            t[t.len() / 2].as_secs_f64()
        };
        let [a, b] = &mut times;
        let (a, b) = (median(a), median(b));
        apart.push((a - b).abs() / b);
    }
    let least = apart.iter().copied().fold(f64::INFINITY, f64::min);
    assert!(least < 0.05, "{apart:?}");
}

#[tokio::test]
async fn no_refusal_below_analyst_tier_holds_a_count() {
    let asked = [
        "/collections/cells/items?weekdays=mon",
        "/collections/cells/items?context=gang&definition=nobody-2000&category=04",
        "/collections/hotspots/items?context=gang&definition=eurogang-2006&hours=1-3",
        "/collections/incidents/items",
        "/collections/incidents/items/12",
        "/tiles/incidents/12/1050/1523.mvt",
    ];
    for path in asked {
        for tier in [Tier::Public, Tier::Partner] {
            let answer = as_tier(tier, path).await;
            assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
            let words = answer.json();
            for part in ["detail", "hint", "title"] {
                let text = words[part].as_str().unwrap_or_default();
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                // Digits may only be those that were asked with.
                assert!(digits.chars().all(|d| path.contains(d)), "{path}: {text}");
            }
        }
    }
}
