//! The API document (OpenAPI 3.0.3), made from the tables of routes, layers, methods and formats; whole in itself.

mod bodies;
mod parameters;
mod responses;
mod schemas;

use serde_json::{Map, Value, json};

use super::options::Options;
use super::routes::{ROUTES, Route};

/// Groups of operations: name, words, and how the paths in them begin. The longest beginning that fits is taken.
const TAGS: &[(&str, &str, &[&str])] = &[
    ("Start", "Where to begin", &["/"]),
    ("Data", "The layers and their rows", &["/collections", "/plots"]),
    ("Analyses", "Methods, run at once or as jobs", &["/processes", "/jobs"]),
    ("Tiles", "Tiles, styles and legends for maps", &["/tiles", "/tileMatrixSets", "/styles", "/legends"]),
    ("Releases", "The protected counts that everything public comes from", &["/release", "/collections/releases"]),
    ("Operation", "For whoever runs the service", &["/healthz", "/readyz", "/metrics"]),
    ("Files", "Files of the pages and of the web map", &["/pages.css", "/assets", "/{file}"]),
];

/// The document; `base` is the address of the service.
#[must_use]
pub fn document(base: &str, options: &Options) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for route in ROUTES {
        let verb = route.verb.method().as_str().to_ascii_lowercase();
        paths.entry(plain_path(route)).or_insert_with(|| json!({}))[verb] = operation(route, options);
    }
    let tags: Vec<Value> = TAGS.iter().map(|(name, words, _)| json!({ "name": name, "description": words })).collect();
    let mut document = json!({
        "openapi": "3.0.3",
        "info": {
            "title": options.title,
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Recorded incidents, the help around them, and where harm concentrates. Without a key, answers are coarse and small numbers are withheld.",
            "license": { "name": "Apache-2.0 OR MIT" },
        },
        "servers": [{ "url": if base.is_empty() { "/" } else { base } }],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": schemes(options),
            "schemas": schemas::all(),
            "headers": responses::headers(),
            "responses": responses::problems(),
        },
        "security": security(options, true),
    });
    without_nulls(&mut document);
    document
}

/// Path with plain parameters: `{*file}` of the router is `{file}`.
fn plain_path(route: &Route) -> String {
    route.path().replace("{*", "{")
}

fn operation(route: &Route, options: &Options) -> Value {
    let mut operation = json!({
        "operationId": route.id,
        "summary": route.summary,
        "tags": [tag(route)],
        "parameters": parameters::of(route, &plain_path(route)),
        "responses": responses::of(route),
        "security": security(options, !route.writes),
    });
    if let Some(body) = bodies::of(route) {
        operation["requestBody"] = body;
    }
    operation
}

/// The group of a route.
fn tag(route: &Route) -> &'static str {
    let fits = TAGS.iter().flat_map(|(name, _, begins)| begins.iter().map(move |begin| (*name, *begin)));
    let longest = fits.filter(|(_, begin)| route.path().starts_with(begin)).max_by_key(|(_, begin)| begin.len());
    longest.map_or("Start", |(name, _)| name)
}

/// How a caller says who they are.
fn schemes(options: &Options) -> Value {
    let words = "An API key: Authorization: Bearer us_... From analyst tier on, the header Purpose says what for.";
    let mut schemes = json!({ "key": { "type": "http", "scheme": "bearer", "description": words } });
    if let Some(oidc) = &options.oidc {
        let address = format!("{}/.well-known/openid-configuration", oidc.issuer.trim_end_matches('/'));
        schemes["oidc"] =
            json!({ "type": "openIdConnect", "openIdConnectUrl": address, "description": "A staff account" });
    }
    schemes
}

/// The schemes that open an operation; without any where it `is_open` to all, each at their tier.
fn security(options: &Options, is_open: bool) -> Value {
    let mut ways = vec![json!({ "key": [] })];
    if options.oidc.is_some() {
        ways.push(json!({ "oidc": [] }));
    }
    if is_open {
        ways.insert(0, json!({}));
    }
    json!(ways)
}

/// Takes members away that say nothing: OpenAPI 3.0 knows no null among bounds and defaults.
fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, v| !v.is_null());
            map.values_mut().for_each(without_nulls);
        }
        Value::Array(all) => all.iter_mut().for_each(without_nulls),
        _ => {}
    }
}
