//! The API document: it knows every route with its parameters, statuses and media types, is whole in itself, and is true.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use geodata::disclosure::Tier;
use serde_json::Value;
use urbansafety::http::{Options, ROUTES, Verb};

use super::support::{every_route, get, get_as, send, service};

const TYPE: &str = "application/vnd.oai.openapi+json;version=3.0";

async fn document() -> Value {
    get("/api").await.json()
}

#[tokio::test]
async fn it_lists_every_route_with_what_the_router_takes() {
    let document = document().await;
    assert_eq!(document["openapi"], "3.0.3");
    let tags: Vec<&Value> = document["tags"].as_array().into_iter().flatten().map(|t| &t["name"]).collect();
    for route in ROUTES {
        let path = route.path().replace("{*", "{");
        let operation = &document["paths"][&path][route.verb.method().as_str().to_lowercase()];
        assert_eq!(operation["operationId"], route.id, "{path}");
        assert!(tags.contains(&&operation["tags"][0]), "{path}");
        assert!(operation["security"].as_array().is_some_and(|s| !s.is_empty()), "{path}");
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let distinct: BTreeSet<_> = parameters.iter().map(|p| format!("{} {}", p["in"], p["name"])).collect();
        assert_eq!(distinct.len(), parameters.len(), "{path}: {distinct:?}");
        let names: Vec<&str> = parameters.iter().filter_map(|p| p["name"].as_str()).collect();
        for name in route.params {
            assert!(names.contains(name), "{path} {name}");
        }
        assert_eq!(names.contains(&"bbox"), route.filters || route.params.contains(&"bbox"), "{path}");
        for p in &parameters {
            assert!(p["schema"]["type"].is_string(), "{path}: {p}");
            if p["in"] == "path" {
                assert!(path.contains(&format!("{{{}}}", p["name"].as_str().unwrap_or_default())), "{path}: {p}");
            } else if p["in"] == "query" {
                assert_eq!((&p["style"], &p["explode"]), (&"form".into(), &false.into()), "{path}: {p}");
            }
        }
        for status in ["400", "401", "403", "404", "500", "503"].iter().chain(route.statuses) {
            assert!(operation["responses"][status].is_object(), "{path} {status}");
        }
        let content = operation["responses"]["200"]["content"].as_object().cloned().unwrap_or_default();
        assert_eq!(content.keys().collect::<BTreeSet<_>>().len(), route.media.len(), "{path}");
    }
    let routes: BTreeSet<String> = ROUTES.iter().map(|r| r.path().replace("{*", "{")).collect();
    assert_eq!(document["paths"].as_object().map(serde_json::Map::len), Some(routes.len()));
}

#[tokio::test]
async fn it_refers_only_to_itself_and_knows_no_null() {
    let answer = get("/api").await;
    let (text, document) = (answer.text(), answer.json());
    let mut found = 0;
    for (at, _) in text.match_indices("\"$ref\":\"") {
        let target = text[at + 8..].split('"').next().unwrap_or_default();
        assert!(target.starts_with("#/components/"), "{target}");
        assert!(document.pointer(&target[1..]).is_some(), "{target} is nowhere");
        found += 1;
    }
    assert!(found > 100, "only {found}");
    assert!(!text.contains(":null"));
}

#[tokio::test]
async fn it_says_of_limit_bbox_and_datetime_what_the_suites_ask_for() {
    let document = document().await;
    for path in ["/collections/{collection}/items", "/collections/releases/items"] {
        let parameters = &document["paths"][path]["get"]["parameters"];
        let of = |name: &str| {
            parameters.as_array().into_iter().flatten().find(|p| p["name"] == name).cloned().unwrap_or_default()
        };
        let limit = of("limit");
        assert_eq!(limit["schema"]["type"], "integer");
        for bound in ["minimum", "maximum", "default"] {
            assert!(limit["schema"][bound].is_u64(), "{path} {bound}");
        }
        let number = serde_json::json!({ "type": "number" });
        let bbox = serde_json::json!({ "type": "array", "minItems": 4, "maxItems": 6, "items": number });
        assert_eq!(of("bbox")["schema"], bbox);
        assert_eq!(of("datetime")["schema"]["type"], "string");
        for name in ["limit", "bbox", "datetime"] {
            assert_eq!((&of(name)["in"], &of(name)["required"]), (&"query".into(), &false.into()), "{path} {name}");
        }
    }
}

#[tokio::test]
async fn programs_get_it_by_its_type_and_people_as_a_page() {
    let landing = get("/").await.json();
    let link = |rel: &str| {
        let all = landing["links"].as_array().into_iter().flatten();
        all.filter(|l| l["rel"] == rel)
            .find_map(|l| Some((l["href"].as_str()?.to_owned(), l["type"].as_str()?.to_owned())))
    };
    let (href, media) = link("service-desc").expect("a link");
    assert_eq!(media, TYPE);
    let path = href.strip_prefix("http://city.example").expect("within the service");
    // What Java's own client sends, whatever it looks for.
    let java = [("accept", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2")];
    for headers in [&java[..], &[("accept", TYPE)], &[]] {
        let answer = send(super::support::shared(), Method::GET, path, headers).await;
        assert_eq!(answer.header("content-type"), TYPE);
    }
    for (path, accept) in [("/api", TYPE), ("/api", "application/json"), ("/api", "*/*")] {
        let answer = send(super::support::shared(), Method::GET, path, &[("accept", accept)]).await;
        assert_eq!(answer.header("content-type"), TYPE, "{accept}");
    }
    let (href, media) = link("service-doc").expect("a link");
    assert_eq!((href.as_str(), media.as_str()), ("http://city.example/api?f=html", "text/html"));
    let page = get("/api?f=html").await;
    assert!(page.header("content-type").starts_with("text/html"));
    for route in ROUTES {
        assert!(page.text().contains(&format!("id=\"{}\"", route.id)), "{}", route.id);
    }
}

#[tokio::test]
async fn every_answer_has_a_status_and_a_media_type_that_it_names() {
    let document = document().await;
    for (route, path) in every_route().filter(|(r, _)| r.verb == Verb::Get) {
        let responses = &document["paths"][&route.path().replace("{*", "{")]["get"]["responses"];
        for tier in [Tier::Public, Tier::Analyst] {
            for path in [path.clone(), format!("{path}?none=1")] {
                let answer = get_as(tier, &path).await;
                let status = answer.status.as_u16().to_string();
                assert!(responses[&status].is_object(), "{path}: {status}");
                if answer.status == StatusCode::OK && route.media != ["*/*"] {
                    let media = answer.header("content-type");
                    let bare = media.split(';').next().unwrap_or_default();
                    let named = route.media.iter().any(|m| m.split(';').next() == Some(bare));
                    assert!(named, "{path}: {media} is none of {:?}", route.media);
                }
            }
        }
    }
}

#[tokio::test]
async fn it_names_the_scheme_of_staff_accounts_where_there_are_any() {
    assert!(document().await["components"]["securitySchemes"]["oidc"].is_null());
    let oidc = urbansafety::access::oidc::Settings {
        issuer: "https://login.example/city/".to_owned(),
        audience: "urbansafety".to_owned(),
        roles_claim: "roles".to_owned(),
        roles: std::collections::BTreeMap::new(),
        clock_skew_s: 60,
    };
    let options =
        Options { oidc: Some(oidc), public_url: Some("https://maps.example/safety/".into()), ..Options::default() };
    let answer = send(service(options), Method::GET, "/api", &[]).await.json();
    let scheme = &answer["components"]["securitySchemes"]["oidc"];
    assert_eq!(scheme["openIdConnectUrl"], "https://login.example/city/.well-known/openid-configuration");
    assert_eq!(answer["servers"][0]["url"], "https://maps.example/safety");
    assert!(answer["paths"]["/collections"]["get"]["security"].to_string().contains("oidc"));
}
