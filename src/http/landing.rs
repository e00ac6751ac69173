//! `/`, `/api`, `/conformance`: where a client begins.

use axum::response::Response;
use serde_json::json;

use super::ask::Ask;
use super::problem::Answer;
use super::{html, web};

/// Type of the API document, to the letter.
pub const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";

/// Conformance classes that the service has.
pub const CONFORMS: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/sortables",
    "http://www.opengis.net/spec/ogcapi-features-8/1.0/conf/sorting",
    "http://www.opengis.net/spec/ogcapi-features-8/1.0/conf/features-sorting",
    "http://www.opengis.net/spec/json-fg-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/features",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/collections-selection",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/datetime",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/png",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/ogc-process-description",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/job-list",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/dismiss",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
];

/// JSON for programs and a page for people. A browser that comes without saying which gets the map, if there is one.
pub async fn landing(ask: Ask) -> Answer<Response> {
    let is_html = ask.format(&[("json", "application/json"), ("html", "text/html")])? == "html";
    if let Some(map) = web::page(&ask).filter(|_| is_html && ask.params.get("f").is_none()) {
        return Ok(map);
    }
    let base = ask.base();
    let release = ask.view.release.as_ref().map(|r| r.name()).unwrap_or_default();
    html::document(&ask, "application/json", &release, html::landing(web::has_map()), || {
        let link = |rel: &str, media_type: &str, path: &str, title: &str| json!({ "rel": rel, "type": media_type, "href": format!("{base}{path}"), "title": title });
        Ok(json!({
            "title": ask.app.options.title,
            "description": "Recorded incidents, the help around them, and where harm concentrates.",
            "tier": ask.caller.tier.name(),
            "release": ask.view.release.as_ref().map(|r| r.document().number),
            "policy": ask.view.policy().hash(),
            "notice": ask.notice(),
            "generation": ask.overview().generation,
            "links": [
                link("self", "application/json", "/?f=json", "This document"),
                link("alternate", "text/html", "/?f=html", "This document as a page"),
                link("related", "text/html", "/", "The map"),
                // Some clients ask for HTML first whatever they look for: the format is in the address.
                link("service-desc", OPENAPI, "/api?f=json", "The API document"),
                link("service-doc", "text/html", "/api?f=html", "The API document as a page"),
                link("conformance", "application/json", "/conformance", "What standards the service follows"),
                link("http://www.opengis.net/def/rel/ogc/1.0/conformance", "application/json", "/conformance", "What standards the service follows"),
                link("data", "application/json", "/collections", "The layers"),
                link("http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog", "application/json", "/collections/releases", "The catalogue of releases"),
                link("describedby", "application/json", "/release", "The newest release, and the rules it was made under"),
                link("http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector", "application/json", "/tiles", "Vector tiles of the collections"),
                link("http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes", "application/json", "/tileMatrixSets", "Tile matrix sets"),
                link("http://www.opengis.net/def/rel/ogc/1.0/styles", "application/json", "/styles", "MapLibre styles"),
                link("monitor", "text/event-stream", "/events", "What is new, as it comes"),
                link("http://www.opengis.net/def/rel/ogc/1.0/processes", "application/json", "/processes", "The analyses"),
                link("http://www.opengis.net/def/rel/ogc/1.0/job-list", "application/json", "/jobs", "The caller's own jobs"),
            ],
        }))
    })
}

/// The API document.
pub async fn api(ask: Ask) -> Answer<Response> {
    html::document(&ask, OPENAPI, "", html::api, || Ok(super::openapi::document(&ask.base(), &ask.app.options)))
}

/// The conformance classes.
pub async fn conformance(ask: Ask) -> Answer<Response> {
    let page = html::plain("What standards the service follows");
    html::document(&ask, "application/json", "", page, || Ok(json!({ "conformsTo": CONFORMS })))
}
