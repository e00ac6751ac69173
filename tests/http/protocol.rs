//! HTTP itself: methods, tags, compression, other origins, limits, headers.

use axum::http::{Method, StatusCode};
use urbansafety::http::{Options, Verb};

use super::support::{every_route, get, send, service, service_of, shared};

#[tokio::test]
async fn other_methods_are_405_with_the_allowed_ones() {
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = send(shared(), method, "/collections", &[]).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert!(answer.header("allow").contains("GET"));
        assert_eq!(answer.json()["status"], 405);
    }
}

#[tokio::test]
async fn unknown_paths_are_404_problems() {
    for path in [
        "/none",
        "/collections/none",
        "/collections/cells/none",
        "/a/b/c/d/e",
        "/processes/none",
        "/legends/cells.gif",
        "/assets/none.js",
    ] {
        let answer = get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
    }
}

#[tokio::test]
async fn head_answers_like_get_without_a_body() {
    for (route, path) in every_route().filter(|(r, _)| r.verb == Verb::Get) {
        let (head, get) = (send(shared(), Method::HEAD, &path, &[]).await, get(&path).await);
        assert_eq!(head.status, get.status, "{}", route.id);
        assert!(head.body.is_empty(), "{}", route.id);
        assert_eq!(head.header("etag"), get.header("etag"), "{}", route.id);
        assert_eq!(head.header("content-type"), get.header("content-type"), "{}", route.id);
    }
}

#[tokio::test]
async fn dashboards_of_other_origins_may_read() {
    let headers = [
        ("origin", "https://dash.example"),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "authorization,purpose"),
    ];
    let answer = send(shared(), Method::OPTIONS, "/collections", &headers).await;
    assert!(answer.status.is_success());
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(answer.header("access-control-allow-headers").contains("authorization"));
    let answer = send(shared(), Method::GET, "/collections", &headers[..1]).await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(answer.header("access-control-expose-headers").contains("etag"));
    // Refusals must be readable there too.
    let answer = send(shared(), Method::GET, "/collections?x=1", &headers[..1]).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (StatusCode::BAD_REQUEST, "*"));
}

#[tokio::test]
async fn a_tag_saves_the_answer_and_differs_by_question() {
    let first = get("/tiles/cells.json?category=02,01").await;
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.len() > 20, "{tag}");
    for given in [tag.as_str(), "*", &format!("\"x\", {tag}"), &format!("W/{tag}")] {
        let answer = send(shared(), Method::GET, "/tiles/cells.json?category=02,01", &[("if-none-match", given)]).await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::NOT_MODIFIED, 0), "{given}");
        assert_eq!(answer.header("etag"), tag);
    }
    let other = send(shared(), Method::GET, "/tiles/cells.json?category=03", &[("if-none-match", &tag)]).await;
    assert_eq!(other.status, StatusCode::OK);
    assert_ne!(other.header("etag"), tag);
}

#[tokio::test]
async fn tiles_are_304_before_any_work() {
    // A service without room for work still says that the caller has the tile.
    let busy = service(Options { deadline: std::time::Duration::ZERO, ..Options::default() });
    for path in
        ["/tiles/cells/12/1050/1523.mvt", "/tiles/density/12/1050/1523.png", "/collections/hotspots/items?limit=3"]
    {
        let answer = send(busy.clone(), Method::GET, path, &[("if-none-match", "*")]).await;
        assert_eq!(answer.status, StatusCode::NOT_MODIFIED, "{path}");
    }
}

#[tokio::test]
async fn long_texts_are_compressed_and_have_a_tag_of_their_own() {
    let plain = get("/api").await;
    for coding in ["gzip", "br", "zstd"] {
        let answer = send(shared(), Method::GET, "/api", &[("accept-encoding", coding)]).await;
        assert_eq!(answer.header("content-encoding"), coding);
        assert!(answer.body.len() * 3 < plain.body.len(), "{coding}: {} of {}", answer.body.len(), plain.body.len());
        assert_ne!(answer.header("etag"), plain.header("etag"));
        let again = send(
            shared(),
            Method::GET,
            "/api",
            &[("accept-encoding", coding), ("if-none-match", answer.header("etag"))],
        )
        .await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    }
    let small = send(shared(), Method::GET, "/healthz", &[("accept-encoding", "gzip")]).await;
    assert_eq!(small.header("content-encoding"), "");
    let picture = send(shared(), Method::GET, "/legends/cells.png", &[("accept-encoding", "gzip")]).await;
    assert_eq!((picture.status, picture.header("content-encoding")), (StatusCode::OK, ""));
}

#[tokio::test]
async fn oversized_requests_are_refused() {
    let long = format!("/collections?f={}", "j".repeat(9000));
    assert_eq!(get(&long).await.status, StatusCode::URI_TOO_LONG);
    let answer = send(shared(), Method::GET, "/", &[("x-long", &"y".repeat(40_000))]).await;
    assert_eq!(answer.status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
}

#[tokio::test]
async fn pages_carry_a_strict_policy_and_every_answer_safe_headers() {
    let page = send(shared(), Method::GET, "/", &[("accept", "text/html")]).await;
    assert!(page.header("content-type").starts_with("text/html"));
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    for path in ["/", "/collections", "/none"] {
        let answer = get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(!answer.header("x-request-id").is_empty());
    }
}

#[tokio::test]
async fn metrics_count_routes_and_hold_no_addresses() {
    get("/collections?secretquery=1").await;
    let text = get("/metrics").await.text();
    assert!(text.contains("urbansafety_http_requests_total{route=\"collections\",status=\"400\"}"), "{text}");
    assert!(!text.contains("secretquery"));
}

#[tokio::test]
async fn files_of_equal_generation_have_different_tags() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("http-tags");
    // What an earlier run left.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let cities = ["one.gpkg", "two.gpkg"].map(|name| {
        let path = folder.join(name);
        let store = geodata::store::Store::open(&path).expect("a new file");
        assert_eq!(store.generation(), Ok(0));
        std::sync::Arc::new(geodata::city::City::open(&path).expect("an empty city"))
    });
    // The public is told nothing of a city without a release.
    let analyst = [("authorization", "Bearer analyst"), ("purpose", "a test")];
    for path in ["/tiles/cells.json", "/tiles/cells/12/1050/1523.mvt", "/collections/areas/items"] {
        let mut tags = vec![];
        for city in &cities {
            let answer = send(service_of(city.clone()), Method::GET, path, &analyst).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
            tags.push(answer.header("etag").to_owned());
        }
        assert_ne!(tags[0], tags[1], "{path}");
    }
}
