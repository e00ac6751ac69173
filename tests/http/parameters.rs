//! Parameters: unknown and malformed ones are 400 and named, whatever is written; nothing is ever 500.

use std::sync::OnceLock;

use axum::http::StatusCode;
use proptest::prelude::*;

use super::support::{every_route, get, send, shared};

#[tokio::test]
async fn an_unknown_parameter_is_400_on_every_route() {
    for (route, path) in every_route() {
        let path = format!("{path}?unknownQueryParameter0001=1");
        let answer = send(shared(), route.verb.method(), &path, &[]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", route.id);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        assert_eq!(problem["parameter"], "unknownQueryParameter0001", "{}", route.id);
        assert_eq!((&problem["value"], &problem["status"]), (&"1".into(), &400.into()));
        assert!(problem["bound"].as_str().is_some_and(|b| !b.is_empty()), "{problem}");
    }
}

#[tokio::test]
async fn every_bad_value_is_400_with_parameter_value_and_bound() {
    let bad = [
        ("bbox", "1,2,3"),
        ("bbox", "a,b,c,d"),
        ("bbox", "0,50,1,40"),
        ("bbox", "0,0,999,1"),
        ("bbox", "1,2,9,3,4,0"),
        ("datetime", "yesterday"),
        ("datetime", "2018-13"),
        ("datetime", "2019/2018"),
        ("category", "9999"),
        ("category", "murder"),
        ("hours", "24"),
        ("hours", "x"),
        ("weekdays", "8"),
        ("context", "gang"),
        ("context", "mood"),
        ("definition", "d"),
        ("filter", "a=1"),
    ];
    let shared = [
        "/collections/cells/items",
        "/tiles/cells/12/1050/1523.mvt",
        "/tiles/cells.json",
        "/styles/cells",
        "/legends/cells.json",
        "/collections/cells/tiles",
    ];
    for path in shared {
        for (name, value) in bad {
            check(path, name, value).await;
        }
    }
    for (name, value) in [
        ("limit", "unlimited"),
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "1.5"),
        ("offset", "x"),
        ("after", "x"),
        ("f", "xml"),
    ] {
        check("/collections/cells/items", name, value).await;
    }
    for (path, name, value) in [
        ("/tiles/density/12/1050/1523.png", "bandwidth_m", "1"),
        ("/tiles/density/12/1050/1523.png", "bandwidth_m", "NaN"),
        ("/tiles/density/12/1050/1523.png", "bandwidth_m", "wide"),
        ("/collections/hotspots/items", "grid", "hex:3"),
        ("/collections/hotspots/items", "police_initiated", "perhaps"),
        ("/collections/areas/items", "collection", ""),
        ("/collections/resources/items", "type", ",,"),
    ] {
        check(path, name, value).await;
    }
}

async fn check(path: &str, name: &str, value: &str) {
    let encoded: String = value.bytes().map(|b| format!("%{b:02X}")).collect();
    let answer = get(&format!("{path}?{name}={encoded}")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {name}={value}: {}", answer.text());
    let problem = answer.json();
    // A context without its definition is a fault of the definition, and the other way round.
    let about = problem["parameter"].as_str().unwrap_or_default();
    assert!(about == name || ["context", "definition"].contains(&about), "{path} {name}={value}: {problem}");
    for member in ["type", "title", "detail", "bound"] {
        assert!(problem[member].as_str().is_some_and(|t| !t.is_empty()), "{member}: {problem}");
    }
}

#[tokio::test]
async fn what_would_not_be_heeded_is_400_and_says_why() {
    let refused = |path: String, name: &'static str| async move {
        let answer = get(&path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}: {}", answer.text());
        let problem = answer.json();
        assert_eq!(problem["parameter"], name, "{path}: {problem}");
        assert!(problem["detail"].as_str().is_some_and(|t| t.contains(name) && !t.contains("unknown")), "{problem}");
        assert!(!problem["bound"].as_str().unwrap_or_default().contains(name), "{problem}");
    };
    for layer in ["cells", "density"] {
        for (name, value) in [("grid", "square:500"), ("mask", "neighbourhoods")] {
            for path in [
                format!("/tiles/{layer}/12/1050/1523.png?{name}={value}"),
                format!("/tiles/{layer}.json?{name}={value}"),
                format!("/styles/{layer}?{name}={value}"),
                format!("/collections/{layer}/tiles?{name}={value}"),
                format!("/collections/{layer}/tiles/WebMercatorQuad/12/1523/1050?f=png&{name}={value}"),
            ] {
                refused(path, name).await;
            }
        }
        assert_eq!(get(&format!("/collections/{layer}/items?limit=1&grid=square:500")).await.status, StatusCode::OK);
    }
    assert_eq!(get("/tiles/hotspots/12/1050/1523.mvt?grid=square:500").await.status, StatusCode::OK);
    for layer in ["areas", "resources", "interventions"] {
        let queries = [("category", "category=01"), ("hours", "hours=1-5"), ("weekdays", "weekdays=mon")];
        for (name, query) in queries.into_iter().chain([("context", "context=gang&definition=eurogang-2006")]) {
            for path in [
                format!("/collections/{layer}/items?{query}"),
                format!("/tiles/{layer}/12/1050/1523.mvt?{query}"),
                format!("/tiles/{layer}.json?{query}"),
                format!("/styles/{layer}?{query}"),
            ] {
                refused(path, name).await;
            }
        }
        let kept = format!("/tiles/{layer}/12/1050/1523.mvt?bbox=-180,-90,180,90&datetime=2021");
        assert_eq!(get(&kept).await.status, StatusCode::OK, "{layer}");
    }
}

#[tokio::test]
async fn a_period_chooses_among_programmes() {
    let start = get("/collections/interventions/items").await.json()["features"][0]["properties"]["start"].clone();
    let start: jiff::civil::Date = start.as_str().expect("a day").parse().expect("a day");
    let before = start.yesterday().expect("a day");
    for (period, n) in [(format!("../{before}"), 0), (format!("{start}/{start}"), 1), (format!("../{start}"), 1)] {
        let found = get(&format!("/collections/interventions/items?datetime={period}")).await.json();
        assert_eq!(found["numberMatched"], n, "{period}");
    }
}

#[tokio::test]
async fn a_parameter_twice_is_400_but_categories_may_repeat() {
    assert_eq!(get("/tiles/cells.json?hours=1&hours=2").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(get("/tiles/cells.json?category=01&category=02").await.status, StatusCode::OK);
    assert_eq!(get("/collections/areas/items?offset=1&after=1").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn tiles_out_of_range_are_404_and_nonsense_is_400() {
    for path in [
        "/tiles/cells/3/8/0.mvt",
        "/tiles/cells/3/0/8.mvt",
        "/tiles/cells/30/0/0.mvt",
        "/tiles/cells/3/0/0.gif",
        "/tiles/none/3/0/0.mvt",
        "/collections/cells/tiles/WebMercatorQuad/3/8/0",
    ] {
        assert_eq!(get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in [
        "/tiles/cells/a/0/0.mvt",
        "/tiles/cells/3/-1/0.mvt",
        "/tiles/cells/3/+1/0.mvt",
        "/tiles/cells/3/0/99999999999.mvt",
    ] {
        assert_eq!(get(path).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
}

fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Runtime::new().expect("a runtime"))
}

/// Percent-encodes everything, so that any text is a legal address.
fn encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_of_any_parameter_is_answered_without_500(
        route in 0..8usize,
        name in prop::sample::select(vec!["bbox", "datetime", "category", "context", "definition", "hours", "weekdays", "limit", "offset", "after", "f", "grid", "mask", "bandwidth_m"]),
        value in prop_oneof![any::<String>(), "[0-9,./:TZa-z+-]{0,24}", "[-0-9.,]{0,40}", "last:[0-9]{0,9}[a-z]?", "(square|quadkey|h3|areas):.{0,12}"],
    ) {
        let path = ["/collections/cells/items", "/collections/hotspots/items", "/tiles/density/12/1050/1523.png", "/tiles/cells.json", "/tiles/cells/12/1050/1523.mvt", "/styles/areas", "/legends/cells.svg", "/collections/areas/items"][route];
        let answer = runtime().block_on(get(&format!("{path}?{name}={}", encoded(&value))));
        prop_assert!(answer.status.as_u16() < 500, "{path} {name}={value:?}: {} {}", answer.status, answer.text());
    }

    #[test]
    fn any_path_is_answered_without_500(parts in prop::collection::vec(prop_oneof![any::<String>(), Just("tiles".to_owned()), Just("collections".to_owned()), Just("cells".to_owned()), Just("items".to_owned())], 0..5)) {
        let path: String = parts.iter().map(|p| format!("/{}", encoded(p))).collect();
        let answer = runtime().block_on(get(if path.is_empty() { "/" } else { &path }));
        prop_assert!(answer.status.as_u16() < 500, "{path}: {} {}", answer.status, answer.text());
    }
}
