//! Filters in CQL2: the same as the parameters of the same meaning everywhere, refused in words, and no way round a tier.

use axum::http::StatusCode;
use geodata::disclosure::Tier;
use proptest::prelude::*;
use serde_json::{Value, json};
use urbansafety::layers::LAYERS;

use super::support::{Answer, city, get, get_as, post, shared, tile};

/// Percent-encodes everything, so that any text is a legal address.
fn encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

async fn analyst(path: &str) -> Answer {
    get_as(Tier::Analyst, path).await
}

/// What an answer says but for its time and links.
fn content(answer: &Answer) -> Value {
    let mut value = answer.json();
    if let Some(map) = value.as_object_mut() {
        map.remove("timeStamp");
        map.remove("links");
    }
    value
}

/// Filters and the parameters of the same meaning.
fn same() -> Vec<(String, String)> {
    let [west, south, east, north] = city().1.extent;
    let (x, y) = (f64::midpoint(west, east), f64::midpoint(south, north));
    let pairs = [
        ("category = '0401'", "category=0401"),
        ("\"category\" IN ('01','0401')", "category=01,0401"),
        ("hour BETWEEN 20 AND 23 AND weekday IN ('sat','sun')", "hours=20-23&weekdays=sat,sun"),
        ("hours = '22-4'", "hours=22-4"),
        ("T_INTERSECTS(datetime, INTERVAL('2022-01-01','2022-03-31'))", "datetime=2022-01-01/2022-03-31"),
        ("datetime = '2022-03' AND category = '05'", "datetime=2022-03&category=05"),
        ("sex = 'female' AND age = '18-29'", "sex=female&age=18-29"),
        ("\"gang:eurogang-2006\" = 'yes'", "context=gang&definition=eurogang-2006"),
        ("context = 'gang' AND definition = 'eurogang-2006'", "context=gang&definition=eurogang-2006"),
    ];
    let boxed = [(
        format!("S_INTERSECTS(geometry, BBOX({x},{y},{east},{north})) AND category = '04'"),
        format!("bbox={x},{y},{east},{north}&category=04"),
    )];
    pairs.into_iter().map(|(a, b)| (a.to_owned(), b.to_owned())).chain(boxed).collect()
}

#[tokio::test]
async fn a_filter_and_the_parameter_of_the_same_meaning_have_the_same_answer_and_tag() {
    let (z, x, y) = tile(12);
    let routes = [
        "/collections/incidents/items?limit=50".to_owned(),
        "/collections/cells/items?limit=200".to_owned(),
        format!("/tiles/cells/{z}/{x}/{y}.mvt?"),
        format!("/tiles/density/{z}/{x}/{y}.png?"),
    ];
    for (filter, parameters) in same() {
        for route in &routes {
            let a = analyst(&format!("{route}&filter={}", encoded(&filter))).await;
            let b = analyst(&format!("{route}&{parameters}")).await;
            assert_eq!((a.status, b.status), (StatusCode::OK, StatusCode::OK), "{route} {filter}: {}", a.text());
            assert_eq!(a.header("etag").split('-').next(), b.header("etag").split('-').next(), "{route} {filter}");
            if route.contains("items") {
                assert_eq!(content(&a), content(&b), "{route} {filter}");
            } else {
                assert_eq!(a.body, b.body, "{route} {filter}");
            }
        }
    }
}

#[tokio::test]
async fn text_and_json_are_one_question() {
    let text = encoded("(category = '0401' OR hour < 6) AND time_from >= DATE('2022-01-01')");
    let form = json!({ "op": "and", "args": [
        { "op": "or", "args": [
            { "op": "=", "args": [{ "property": "category" }, "0401"] },
            { "op": "<", "args": [{ "property": "hour" }, 6] },
        ] },
        { "op": ">=", "args": [{ "property": "time_from" }, { "date": "2022-01-01" }] },
    ] });
    let path = "/collections/incidents/items?limit=5";
    let a = analyst(&format!("{path}&filter={text}&filter-lang=cql2-text")).await;
    let b = analyst(&format!("{path}&filter-lang=cql2-json&filter={}", encoded(&form.to_string()))).await;
    assert_eq!((content(&a), a.header("etag")), (content(&b), b.header("etag")));
    let total = analyst("/collections/incidents/items?limit=1").await.json()["numberMatched"].as_u64();
    let matched = a.json()["numberMatched"].as_u64();
    assert!(matched > Some(0) && matched < total, "{matched:?} of {total:?}");
}

#[tokio::test]
async fn conditions_and_their_negation_share_out_what_is_known() {
    let count = |filter: &str| {
        let path = format!("/collections/incidents/items?limit=1&filter={}", encoded(filter));
        async move { analyst(&path).await.json()["numberMatched"].as_u64().expect("a number") }
    };
    let all = count("TRUE").await;
    for (filter, is_missing) in [
        ("hour < 12", "hour IS NULL"),
        ("weekday = 'sat'", "weekday IS NULL"),
        ("weapon = 'firearm'", "weapon IS NULL"),
        ("CASEI(weapon) LIKE CASEI('F%')", "weapon IS NULL"),
        ("S_INTERSECTS(geometry, POLYGON((-180 -90, 0 -90, 0 90, -180 90, -180 -90)))", "geometry IS NULL"),
        ("location_precision IN ('block','exact')", "location_precision IS NULL"),
        ("T_AFTER(datetime, DATE('2022-06-30'))", "datetime IS NULL"),
    ] {
        let (yes, no, none) = (count(filter).await, count(&format!("NOT ({filter})")).await, count(is_missing).await);
        assert_eq!(yes + no + none, all, "{filter}");
    }
    assert_eq!(count("FALSE").await, 0);
}

#[tokio::test]
async fn what_is_asked_of_every_row_counts_as_the_parameter_does() {
    let [west, south, east, north] = city().1.extent;
    let (x, y) = (f64::midpoint(west, east), f64::midpoint(south, north));
    let quarter =
        format!("S_INTERSECTS(geometry, POLYGON(({west} {south}, {x} {south}, {x} {y}, {west} {y}, {west} {south})))");
    let (z, column, row) = tile(12);
    for (filter, parameters) in [
        // Put so that it is no parameter, and must be asked of facets and rows.
        ("category = '0401' OR category = '0401'".to_owned(), "category=0401".to_owned()),
        ("hour = 3 OR hour IN (4,22)".to_owned(), "hours=3,4,22".to_owned()),
        ("NOT weekday IN ('mon','tue','wed','thu','fri')".to_owned(), "weekdays=sat,sun".to_owned()),
        ("datetime = '2022-03' OR FALSE".to_owned(), "datetime=2022-03".to_owned()),
        (quarter, format!("bbox={west},{south},{x},{y}")),
    ] {
        let filter = encoded(&filter);
        for path in ["/collections/incidents/items?limit=100", "/collections/cells/items?limit=10000&grid=square:1000"]
        {
            let (a, b) =
                (analyst(&format!("{path}&filter={filter}")).await, analyst(&format!("{path}&{parameters}")).await);
            let (a, b) = (a.json(), b.json());
            assert!(a["numberMatched"].as_u64() > Some(0), "{a}");
            // A box also bounds the cells that are shown, of which those around it are empty.
            let counted = |found: &Value| -> Vec<Value> {
                let all = found["features"].as_array().cloned().unwrap_or_default();
                all.into_iter().filter(|f| f["properties"]["count"] != 0).collect()
            };
            assert_eq!(counted(&a), counted(&b), "{path} {parameters}");
        }
        let path = format!("/tiles/cells/{z}/{column}/{row}.mvt");
        let (a, b) =
            (analyst(&format!("{path}?filter={filter}")).await, analyst(&format!("{path}?{parameters}")).await);
        assert_eq!(a.body, b.body, "{parameters}");
    }
}

#[tokio::test]
async fn places_are_filtered_at_every_tier_and_paged_and_drawn_so() {
    let areas = get("/collections/areas/items?limit=10000").await.json();
    let all = areas["features"].as_array().expect("areas").clone();
    let name = all[0]["properties"]["name"].as_str().expect("a name");
    let of = |filter: &str| format!("/collections/areas/items?limit=3&filter={}", encoded(filter));
    for tier in [Tier::Public, Tier::Partner, Tier::Analyst] {
        let one = get_as(tier, &of(&format!("\"name\" = '{}'", name.replace('\'', "''")))).await.json();
        assert!(
            one["features"]
                .as_array()
                .is_some_and(|f| !f.is_empty() && f.iter().all(|f| f["properties"]["name"] == name))
        );
    }
    let plain = get(&format!("/collections/areas/items?name={}", encoded(name))).await;
    assert_eq!(plain.json()["features"][0]["properties"]["name"], name, "{}", plain.text());
    // Pages join to all that match, each once.
    let filter = "residents > 0 AND NOT name LIKE '%zzz%'";
    let expected = all.iter().filter(|f| f["properties"]["residents"].as_f64().is_some_and(|r| r > 0.0)).count();
    let (mut path, mut seen) = (of(filter), vec![]);
    loop {
        let page = get(&path).await.json();
        assert_eq!(page["numberMatched"], expected);
        seen.extend(page["features"].as_array().into_iter().flatten().map(|f| f["id"].clone()));
        let next = page["links"].as_array().into_iter().flatten().find(|l| l["rel"] == "next").cloned();
        let Some(next) = next else { break };
        path =
            next["href"].as_str().and_then(|h| h.strip_prefix("http://city.example")).expect("an address").to_owned();
    }
    assert_eq!(seen.len(), expected);
    seen.sort_by_key(Value::to_string);
    seen.dedup();
    assert_eq!(seen.len(), expected);
    let (z, x, y) = tile(12);
    let drawn = get(&format!("/tiles/areas/{z}/{x}/{y}.mvt?filter=FALSE")).await;
    assert_eq!((drawn.status, drawn.body.len()), (StatusCode::OK, 0));
    let tilejson = get(&format!("/tiles/areas.json?filter={}", encoded(filter))).await.json();
    assert!(tilejson["tiles"][0].as_str().is_some_and(|t| t.contains("filter=residents%20%3E%200")), "{tilejson}");
    let started = get(&format!("/collections/interventions/items?filter={}", encoded("start >= DATE('1900-01-01')")))
        .await
        .json();
    assert!(started["numberMatched"].as_u64().is_some_and(|n| n > 0), "{started}");
}

#[tokio::test]
async fn below_analyst_tier_only_what_the_release_tells_is_answered() {
    let [w, s, e, n] = city().1.extent;
    let told =
        ["category = '04'", "datetime = '2022' AND category = '0401'", "hour BETWEEN 20 AND 23 AND datetime = '2022'"];
    let shape = format!("S_INTERSECTS(geometry, POLYGON(({w} {s}, {e} {s}, {e} {n}, {w} {s})))");
    let not_told = [
        "weapon = 'knife'",
        "NOT category = '04'",
        "category = '04' OR hour = 3",
        "category <> '04'",
        "category IS NULL",
        "weekday = 'sat' OR TRUE",
        "time_from >= DATE('2022-01-01')",
        "T_DURING(datetime, INTERVAL('2022-01-01','2022-12-31'))",
        "source = 'x'",
        "location_precision = 'exact'",
        "category = '04' AND category = '0401'",
        &shape,
        "S_WITHIN(geometry, BBOX(-180,-90,180,90))",
        "geometry IS NOT NULL",
    ];
    let (z, x, y) = tile(12);
    for tier in [Tier::Public, Tier::Partner] {
        for layer in LAYERS.iter().filter(|l| !l.engine.is_of_places() && l.min_tier == Tier::Public) {
            let items = format!("/collections/{}/items?limit=5{}", layer.id, layer.asked());
            let drawn =
                format!("/tiles/{}/{z}/{x}/{y}.{}?", layer.id, if layer.has_format("mvt") { "mvt" } else { "png" });
            for filter in told.iter().filter(|_| layer.id == "cells") {
                let answer = get_as(tier, &format!("{items}&filter={}", encoded(filter))).await;
                assert_eq!(answer.status, StatusCode::OK, "{} {filter}: {}", layer.id, answer.text());
            }
            for filter in not_told {
                for path in [&items, &drawn, &format!("/tiles/{}.json?", layer.id)] {
                    let answer = get_as(tier, &format!("{path}&filter={}", encoded(filter))).await;
                    assert!(
                        [400, 403].contains(&answer.status.as_u16()),
                        "{path} {filter}: {} {}",
                        answer.status,
                        answer.text()
                    );
                    assert!(
                        !answer.json()["detail"].as_str().unwrap_or("0").contains(char::is_numeric),
                        "{}",
                        answer.text()
                    );
                }
            }
            let answer = get_as(tier, &format!("{drawn}&weapon=knife")).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text());
        }
        let key = format!("Bearer {}", tier.name());
        let headers = [("authorization", key.as_str()), ("content-type", "application/json")];
        let body = json!({ "inputs": { "filter": "weapon = 'knife'" } }).to_string();
        let run = post(shared(), "/processes/count/execution", &headers, body).await;
        assert_eq!(run.status, StatusCode::FORBIDDEN, "{}", run.text());
    }
}

#[tokio::test]
async fn a_hidden_location_is_found_by_no_filter() {
    let all =
        get_as(Tier::Custodian, "/collections/resources/items?limit=10000").await.json()["numberMatched"].as_u64();
    for filter in ["TRUE", "geometry IS NULL OR geometry IS NOT NULL", "type LIKE '%'", "NOT name = ''"] {
        let found =
            get_as(Tier::Custodian, &format!("/collections/resources/items?limit=1&filter={}", encoded(filter)))
                .await
                .json();
        assert!(found["numberMatched"].as_u64() <= all, "{filter}: {found}");
    }
    let ids = |found: &Value| -> Vec<String> {
        found["features"].as_array().into_iter().flatten().map(|f| f["id"].to_string()).collect()
    };
    let listed = ids(&get_as(Tier::Custodian, "/collections/resources/items?limit=10000").await.json());
    let nowhere = get_as(Tier::Custodian, "/collections/resources/items?filter=geometry%20IS%20NULL").await.json();
    assert!(ids(&nowhere).iter().all(|id| listed.contains(id)), "{nowhere}");
}

#[tokio::test]
async fn processes_take_filters_in_text_and_json() {
    let headers = [("authorization", "Bearer analyst"), ("purpose", "a test"), ("content-type", "application/json")];
    let grid = "square:1000";
    let text = json!({ "inputs": { "grid": grid, "filter": "weapon = 'firearm' AND hour < 12" } });
    let form = json!({ "inputs": { "grid": grid, "filter": { "op": "and", "args": [
        { "op": "=", "args": [{ "property": "weapon" }, "firearm"] }, { "op": "<", "args": [{ "property": "hour" }, 12] } ] } } });
    let a = post(shared(), "/processes/count/execution", &headers, text.to_string()).await;
    let b = post(shared(), "/processes/count/execution", &headers, form.to_string()).await;
    assert_eq!(a.status, StatusCode::OK, "{}", a.text());
    assert_eq!(content(&a), content(&b));
    let shape = json!({ "inputs": { "filter": "S_INTERSECTS(geometry, POLYGON((0 0, 1 0, 1 1, 0 0)))" } });
    let refused = post(shared(), "/processes/gi_star/execution", &headers, shape.to_string()).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.text());
    assert!(refused.json()["hint"].as_str().is_some_and(|h| h.contains("mask")));
}

#[tokio::test]
async fn what_is_wrong_is_400_with_parameter_value_and_bound() {
    for (query, parameter, says) in [
        ("filter=a%3D1", "filter", "\"a\""),
        ("filter=hour%3D", "filter", "character 6"),
        ("filter=hour%3D'x'", "filter", "\"hour\""),
        ("filter=hour%3D1&filter-lang=sql", "filter-lang", "filter-lang"),
        ("filter=hour%3D1&filter-crs=EPSG:25832", "filter-crs", "filter-crs"),
        ("filter=hour%3D1&filter-lang=cql2-json", "filter", "JSON"),
        ("filter-lang=cql2-text", "filter-lang", "no filter"),
        ("filter=context%3D'gang'", "filter", "definition"),
        ("hour=five", "hour", "number"),
        ("weekday=someday", "weekday", "someday"),
        ("filter=hour%3D1&filter=hour%3D2", "filter", "twice"),
        ("filters=x", "filters", "unknown"),
    ] {
        for path in
            ["/collections/cells/items", "/tiles/cells.json", "/legends/cells.json", "/collections/incidents/items"]
        {
            let answer = analyst(&format!("{path}?{query}")).await;
            let problem = answer.json();
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}?{query}: {problem}");
            assert_eq!(problem["parameter"], parameter, "{path}?{query}: {problem}");
            assert!(problem["detail"].as_str().is_some_and(|d| d.contains(says)), "{path}?{query}: {problem}");
            assert!(problem["bound"].as_str().is_some_and(|b| !b.is_empty()), "{problem}");
        }
    }
    let near = analyst("/collections/areas/items?filter=nme%3D'x'").await.json();
    assert!(near["hint"].as_str().is_some_and(|h| h.contains("did you mean name?")), "{near}");
}

#[tokio::test]
async fn queryables_and_schemas_are_json_schemas_of_what_works() {
    for layer in LAYERS.iter() {
        let answer = analyst(&format!("/collections/{}/queryables", layer.id)).await;
        assert_eq!(answer.header("content-type"), "application/schema+json");
        let document = answer.json();
        assert_eq!(document["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(document["$id"], format!("http://city.example/collections/{}/queryables", layer.id));
        assert_eq!((&document["type"], &document["additionalProperties"]), (&json!("object"), &json!(false)));
        let properties = document["properties"].as_object().expect("properties");
        assert!(properties["geometry"]["format"].as_str().is_some_and(|f| f.starts_with("geometry-")));
        assert!(properties["geometry"].get("type").is_none());
        for (name, schema) in properties.iter().filter(|(_, s)| s["x-use"] == "filter") {
            let value = match (schema["type"].as_str(), schema["format"].as_str(), schema["enum"][0].as_str()) {
                (_, _, Some(one)) => format!("'{one}'"),
                (Some("integer" | "number"), ..) => "5".to_owned(),
                (_, Some("date-time"), _) => "TIMESTAMP('2022-01-01T00:00:00Z')".to_owned(),
                (_, Some("date"), _) => "DATE('2022-01-01')".to_owned(),
                _ => "'x'".to_owned(),
            };
            let filter = encoded(&format!("\"{name}\" = {value}"));
            let told = analyst(&format!("/tiles/{}.json?filter={filter}", layer.id)).await;
            assert_eq!(told.status, StatusCode::OK, "{} {name}: {}", layer.id, told.text());
        }
        let schema = analyst(&format!("/collections/{}/schema", layer.id)).await.json();
        for p in &layer.properties {
            assert_eq!(schema["properties"][&p.name]["type"], p.json_type, "{} {}", layer.id, p.name);
        }
    }
    let classes = get("/conformance").await.json();
    let has = |class: &str| {
        classes["conformsTo"].as_array().into_iter().flatten().any(|c| c.as_str().is_some_and(|c| c.ends_with(class)))
    };
    for class in [
        "features-3/1.0/conf/filter",
        "features-3/1.0/conf/features-filter",
        "conf/queryables",
        "conf/cql2-text",
        "conf/basic-cql2",
    ] {
        assert!(has(class), "{class}");
    }
}

#[tokio::test]
async fn every_column_of_places_is_a_property() {
    for layer in LAYERS.iter().filter(|l| l.engine.is_of_places()) {
        let items = get_as(Tier::Custodian, &format!("/collections/{}/items?limit=50", layer.id)).await.json();
        for feature in items["features"].as_array().into_iter().flatten() {
            for name in feature["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
                assert!(layer.properties.iter().any(|p| &p.name == name), "{} {name}", layer.id);
            }
        }
    }
}

fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: std::sync::OnceLock<tokio::runtime::Runtime> = std::sync::OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Runtime::new().expect("a runtime"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_filter_is_answered_without_500(
        layer in prop::sample::select(vec!["cells", "incidents", "areas", "resources"]),
        words in prop::collection::vec(prop::sample::select(vec![
            "category", "hour", "name", "geometry", "'0401'", "5", "=", "<", "AND", "OR", "NOT", "(", ")", "IN", "LIKE",
            "IS NULL", "S_INTERSECTS(geometry,", "POINT(1 2))", "BBOX(170,-10,-170,10))", "T_AFTER(datetime,", "DATE('2022-01-01'))", ",", "'%'",
        ]), 0..12),
    ) {
        let path = format!("/collections/{layer}/items?limit=1&filter={}", encoded(&words.join(" ")));
        let answer = runtime().block_on(get_as(Tier::Analyst, &path));
        prop_assert!(answer.status.as_u16() < 500, "{}: {} {}", words.join(" "), answer.status, answer.text());
    }
}
