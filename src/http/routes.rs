//! The table of routes: paths, parameters and media types. Router, checks of parameters and the API document follow from it.

use std::sync::Arc;

use axum::http::Method;
use axum::routing::{MethodRouter, delete, get, patch, post, put};

use super::app::App;
use super::{
    aggregates, catalogue, collections, dataset_tiles, events, health, html, items, jobs, landing, legends,
    matrix_sets, ogc_tiles, pictures, plots, processes, queryables, releases, styles, tiles, web, write,
};

/// How a route is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Read; HEAD is answered alike.
    Get,
    /// Sent with a body.
    Post,
    /// Replaced by a body.
    Put,
    /// Changed in part by a body.
    Patch,
    /// Removed.
    Delete,
}

impl Verb {
    /// The method of HTTP.
    #[must_use]
    pub fn method(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Post => Method::POST,
            Self::Put => Method::PUT,
            Self::Patch => Method::PATCH,
            Self::Delete => Method::DELETE,
        }
    }
}

/// A route.
pub struct Route {
    /// How it is asked.
    pub verb: Verb,
    /// Pattern of the router.
    pub pattern: &'static str,
    /// Path in the API document, where it differs.
    pub documented: Option<&'static str>,
    /// Operation id.
    pub id: &'static str,
    /// What it answers.
    pub summary: &'static str,
    /// Whether it takes the filters of all layers and the layer's own parameters.
    pub filters: bool,
    /// Whether it is a tile or leads to tiles, which refuse what shapes items alone.
    pub of_tiles: bool,
    /// Further parameters.
    pub params: &'static [&'static str],
    /// Which path parameter names the layer.
    pub layer: Option<&'static str>,
    /// The layer whose access rules hold where the path names none.
    pub as_layer: Option<&'static str>,
    /// Media types of its answers.
    pub media: &'static [&'static str],
    /// Schema of its JSON answers.
    pub schema: &'static str,
    /// Status of a good answer.
    pub success: &'static str,
    /// Further statuses that it answers with.
    pub statuses: &'static [&'static str],
    /// Media type and schema of its body, where it has one.
    pub body: Option<(&'static str, &'static str)>,
    /// Whether it changes the data: only some collections take it.
    pub writes: bool,
    handler: fn() -> MethodRouter<Arc<App>>,
}

const JSON: &[&str] = &["application/json"];
const RESULTS: &[&str] = &[
    "application/geo+json",
    "application/fg+json",
    "text/csv",
    "application/x-ndjson",
    "application/vnd.apache.parquet",
    "application/flatgeobuf",
    "application/json",
];
const JOB_RESULTS: &[&str] = &[
    "application/geo+json",
    "application/fg+json",
    "text/csv",
    "application/x-ndjson",
    "application/vnd.apache.parquet",
    "application/flatgeobuf",
    "application/json",
    "image/svg+xml",
    "image/png",
];
/// Parameters of lists besides the filters.
const ITEMS: &[&str] = &["f", "limit", "offset", "after", "sortby", "crs", "bbox-crs"];
/// Media types of rows.
const ROWS: &[&str] = &[
    "application/geo+json",
    "application/fg+json",
    "text/csv",
    "application/x-ndjson",
    "application/vnd.apache.parquet",
    "application/flatgeobuf",
    "text/html",
];
const JSON_HTML: &[&str] = &["application/json", "text/html"];
const GEOJSON_HTML: &[&str] = &["application/geo+json", "text/html"];

/// Statuses of whatever changes a record that is there.
const CHANGED: &[&str] = &["412", "413", "415", "422", "428"];

const fn writing(
    verb: Verb,
    pattern: &'static str,
    id: &'static str,
    summary: &'static str,
    handler: fn() -> MethodRouter<Arc<App>>,
) -> Route {
    Route {
        verb,
        layer: Some("collection"),
        params: &["service_area"],
        media: &[],
        success: "204",
        statuses: CHANGED,
        writes: true,
        ..route(pattern, id, summary, handler)
    }
}

const fn route(
    pattern: &'static str,
    id: &'static str,
    summary: &'static str,
    handler: fn() -> MethodRouter<Arc<App>>,
) -> Route {
    Route {
        verb: Verb::Get,
        pattern,
        documented: None,
        id,
        summary,
        filters: false,
        of_tiles: false,
        params: &["f"],
        layer: None,
        as_layer: None,
        media: JSON_HTML,
        schema: "object",
        success: "200",
        statuses: &[],
        body: None,
        writes: false,
        handler,
    }
}

/// All routes but the files of the web map.
pub static ROUTES: &[Route] = &[
    Route { schema: "landing", ..route("/", "landing", "Where to begin", || get(landing::landing)) },
    Route {
        media: &["application/vnd.oai.openapi+json;version=3.0", "text/html"],
        ..route("/api", "api", "This document", || get(landing::api))
    },
    Route {
        schema: "conformance",
        ..route("/conformance", "conformance", "What standards the service follows", || get(landing::conformance))
    },
    Route {
        schema: "release",
        ..route("/release", "release", "The newest release, and the rules it was made under", || get(releases::newest))
    },
    Route {
        schema: "release",
        ..route("/releases/{number}", "release_of", "Any release, and the rules it was made under", || {
            get(releases::one)
        })
    },
    Route {
        schema: "collections",
        ..route("/collections", "collections", "The layers as collections", || get(collections::list))
    },
    Route {
        schema: "collection",
        ..route("/collections/releases", "catalogue", "The catalogue of releases", || get(catalogue::one))
    },
    Route {
        params: catalogue::PARAMS,
        schema: "recordCollection",
        media: GEOJSON_HTML,
        ..route("/collections/releases/items", "records", "The releases as records", || get(catalogue::items))
    },
    Route {
        schema: "record",
        media: GEOJSON_HTML,
        ..route("/collections/releases/items/{number}", "record", "One release as a record", || get(catalogue::item))
    },
    Route {
        layer: Some("collection"),
        schema: "collection",
        ..route("/collections/{collection}", "collection", "One collection", || get(collections::one))
    },
    Route {
        layer: Some("collection"),
        media: &["application/schema+json", "text/html"],
        ..route("/collections/{collection}/queryables", "queryables", "What a collection can be asked by", || {
            get(queryables::queryables)
        })
    },
    Route {
        layer: Some("collection"),
        media: &["application/schema+json", "text/html"],
        ..route("/collections/{collection}/schema", "schema", "What the features of a collection have", || {
            get(queryables::schema)
        })
    },
    Route {
        layer: Some("collection"),
        media: &["application/schema+json"],
        ..route("/collections/{collection}/sortables", "sortables", "What a collection can be sorted by", || {
            get(items::sortables)
        })
    },
    Route {
        layer: Some("collection"),
        filters: true,
        params: ITEMS,
        media: ROWS,
        ..route("/collections/{collection}/items", "items", "Features of a collection, filtered", || get(items::list))
    },
    Route {
        layer: Some("collection"),
        filters: true,
        params: &["f", "crs"],
        media: &["application/geo+json", "application/fg+json", "text/html"],
        schema: "feature",
        ..route("/collections/{collection}/items/{fid}", "item", "One feature", || get(items::one))
    },
    Route {
        params: &[],
        success: "201",
        statuses: &["413", "415", "422"],
        body: Some((write::FEATURE, "featureWritten")),
        ..writing(Verb::Post, "/collections/{collection}/items", "create", "Add a feature", || post(write::create))
    },
    Route {
        body: Some((write::FEATURE, "featureWritten")),
        ..writing(Verb::Put, "/collections/{collection}/items/{fid}", "replace", "Replace a feature", || {
            put(write::replace)
        })
    },
    Route {
        body: Some((write::PATCH, "featurePatch")),
        ..writing(Verb::Patch, "/collections/{collection}/items/{fid}", "update", "Change a part of a feature", || {
            patch(write::update)
        })
    },
    Route {
        statuses: &["412", "428"],
        ..writing(Verb::Delete, "/collections/{collection}/items/{fid}", "remove", "Remove a feature", || {
            delete(write::remove)
        })
    },
    Route {
        layer: Some("collection"),
        filters: true,
        media: &["image/png"],
        ..route("/collections/{collection}/map", "map", "The rows as one picture with a legend", || get(pictures::one))
    },
    Route {
        layer: Some("collection"),
        filters: true,
        of_tiles: true,
        schema: "tileSets",
        ..route("/collections/{collection}/tiles", "tilesets", "Tile sets of a collection", || get(ogc_tiles::list))
    },
    Route {
        layer: Some("collection"),
        filters: true,
        of_tiles: true,
        schema: "tileSet",
        ..route("/collections/{collection}/tiles/WebMercatorQuad", "tileset", "The tile set of a collection", || {
            get(ogc_tiles::one)
        })
    },
    Route {
        layer: Some("collection"),
        filters: true,
        of_tiles: true,
        media: &["application/vnd.mapbox-vector-tile", "image/png"],
        ..route(
            "/collections/{collection}/tiles/WebMercatorQuad/{z}/{row}/{col}",
            "ogc_tile",
            "A tile: matrix, row, column",
            || get(ogc_tiles::tile),
        )
    },
    Route {
        layer: Some("collection"),
        filters: true,
        of_tiles: true,
        ..route("/collections/{collection}/map/tiles", "map_tilesets", "Tile sets of a collection as pictures", || {
            get(ogc_tiles::map_list)
        })
    },
    Route {
        layer: Some("collection"),
        filters: true,
        of_tiles: true,
        ..route(
            "/collections/{collection}/map/tiles/WebMercatorQuad",
            "map_tileset",
            "The tile set of a collection as pictures",
            || get(ogc_tiles::map_one),
        )
    },
    Route {
        layer: Some("collection"),
        filters: true,
        of_tiles: true,
        media: &["image/png"],
        ..route(
            "/collections/{collection}/map/tiles/WebMercatorQuad/{z}/{row}/{col}",
            "map_tile",
            "A tile as a picture: matrix, row, column",
            || get(ogc_tiles::map_tile),
        )
    },
    Route {
        filters: true,
        of_tiles: true,
        params: &["f", "collections"],
        ..route("/tiles", "dataset_tilesets", "Tile sets of the dataset", || get(dataset_tiles::list))
    },
    Route {
        filters: true,
        of_tiles: true,
        params: &["f", "collections"],
        ..route("/tiles/WebMercatorQuad", "dataset_tileset", "The tile set of the dataset", || get(dataset_tiles::one))
    },
    Route {
        filters: true,
        of_tiles: true,
        params: &["f", "collections"],
        media: &["application/vnd.mapbox-vector-tile"],
        ..route(
            "/tiles/WebMercatorQuad/{z}/{row}/{col}",
            "dataset_tile",
            "A tile with several collections: matrix, row, column",
            || get(dataset_tiles::tile),
        )
    },
    route("/tileMatrixSets", "tile_matrix_sets", "The tile matrix sets", || get(matrix_sets::list)),
    route("/tileMatrixSets/WebMercatorQuad", "tile_matrix_set", "WebMercatorQuad", || get(matrix_sets::web_mercator)),
    Route {
        layer: Some("layer"),
        filters: true,
        of_tiles: true,
        params: &[],
        media: JSON,
        documented: Some("/tiles/{layer}.json"),
        ..route("/tiles/{layer}", "tilejson", "TileJSON of a layer", || get(styles::tilejson))
    },
    Route {
        layer: Some("layer"),
        filters: true,
        of_tiles: true,
        params: &[],
        documented: Some("/tiles/{layer}/{z}/{x}/{y}.{format}"),
        media: &["application/vnd.mapbox-vector-tile", "image/png"],
        ..route("/tiles/{layer}/{z}/{x}/{y}", "tile", "A tile: zoom, column, row", || get(tiles::short))
    },
    route("/styles", "styles", "MapLibre styles of the layers", || get(styles::list)),
    Route {
        layer: Some("layer"),
        filters: true,
        of_tiles: true,
        media: JSON,
        ..route("/styles/{layer}", "style", "MapLibre style of a layer", || get(styles::style))
    },
    Route {
        layer: Some("layer"),
        filters: true,
        params: &[],
        documented: Some("/legends/{layer}.{format}"),
        media: &["application/json", "image/svg+xml", "image/png"],
        ..route("/legends/{layer}", "legend", "Legend of a layer", || get(legends::legend))
    },
    Route {
        layer: Some("layer"),
        filters: true,
        params: &["plot"],
        documented: Some("/plots/{layer}.{format}"),
        media: &["image/svg+xml", "image/png"],
        ..route("/plots/{layer}", "plot", "A plot of a layer's result", || get(plots::one))
    },
    Route {
        as_layer: Some("cells"),
        filters: true,
        params: &["f", "by", "collection"],
        media: &["application/json", "application/geo+json", "text/csv"],
        ..route("/aggregates", "aggregates", "Counts by area, period, category, sex, age, hour or day", || {
            get(aggregates::list)
        })
    },
    Route {
        params: &["f", "limit"],
        schema: "processList",
        ..route("/processes", "processes", "The analyses", || get(processes::list))
    },
    Route { schema: "process", ..route("/processes/{process}", "process", "One analysis", || get(processes::one)) },
    Route {
        verb: Verb::Post,
        params: &[],
        media: RESULTS,
        statuses: &["201", "413", "415"],
        body: Some(("application/json", "execute")),
        ..route("/processes/{process}/execution", "execute", "Run an analysis: at once, or as a job", || {
            post(jobs::execute)
        })
    },
    Route {
        params: jobs::LIST,
        schema: "jobList",
        ..route("/jobs", "jobs", "The caller's own jobs", || get(jobs::list))
    },
    Route {
        schema: "statusInfo",
        statuses: &["410"],
        ..route("/jobs/{job}", "job", "What a job is doing", || get(jobs::one))
    },
    Route {
        verb: Verb::Delete,
        media: JSON,
        schema: "statusInfo",
        statuses: &["410"],
        ..route("/jobs/{job}", "dismiss", "Stop a job, or forget its result", || delete(jobs::dismiss))
    },
    Route {
        params: &["f", "plot"],
        media: JOB_RESULTS,
        statuses: &["410"],
        ..route("/jobs/{job}/results", "results", "The result of a job", || get(jobs::results))
    },
    Route {
        params: &[],
        media: &["text/event-stream"],
        ..route("/events", "events", "What is new, as it comes: releases, changes of the data, own jobs", || {
            get(events::events)
        })
    },
    Route {
        params: &[],
        media: &["text/plain"],
        ..route("/healthz", "health", "Whether the service runs", || get(health::healthz))
    },
    Route {
        params: &[],
        media: &["text/plain"],
        ..route("/readyz", "ready", "Whether the service can answer", || get(health::readyz))
    },
    Route {
        params: &[],
        media: &["application/openmetrics-text"],
        ..route("/metrics", "metrics", "Counters of the operation", || get(health::metrics))
    },
    Route {
        params: &[],
        media: &["text/css"],
        ..route("/pages.css", "stylesheet", "The style of the pages", || get(html::stylesheet))
    },
    Route {
        params: &[],
        documented: Some("/assets/{file}"),
        media: &["*/*"],
        ..route("/assets/{*file}", "asset", "Files of the web map", || get(web::asset))
    },
    Route {
        params: &[],
        media: &["*/*"],
        ..route("/{file}", "root_file", "Files of the web map", || get(web::root_file))
    },
];

impl Route {
    /// The path as the API document has it.
    #[must_use]
    pub fn path(&self) -> &'static str {
        self.documented.unwrap_or(self.pattern)
    }

    /// Handlers of its methods.
    pub fn methods(&self) -> MethodRouter<Arc<App>> {
        (self.handler)()
    }
}

/// The route that the router matched.
#[must_use]
pub fn of(pattern: &str, method: &Method) -> Option<&'static Route> {
    let asked = if *method == Method::HEAD { Method::GET } else { method.clone() };
    ROUTES.iter().find(|r| r.pattern == pattern && r.verb.method() == asked)
}

/// The routes of a pattern that are taken at a path: only some collections are written.
fn taken<'a>(pattern: &'a str, path: &str) -> impl Iterator<Item = &'static Route> + 'a {
    // `/collections/ID/...`
    let is_written = path.split('/').nth(2).is_some_and(write::is_written);
    ROUTES.iter().filter(move |r| r.pattern == pattern && (!r.writes || is_written))
}

/// The methods that are taken at a path, for `Allow`.
#[must_use]
pub fn allowed(pattern: &str, path: &str) -> String {
    let mut names = vec![];
    for route in taken(pattern, path) {
        match route.verb {
            Verb::Get => names.extend(["GET", "HEAD"]),
            Verb::Post => names.push("POST"),
            Verb::Put => names.push("PUT"),
            Verb::Patch => names.push("PATCH"),
            Verb::Delete => names.push("DELETE"),
        }
    }
    names.push("OPTIONS");
    names.join(", ")
}

/// The media type that a method takes at a path, for `Accept-Post` and `Accept-Patch`.
#[must_use]
pub fn accepted(pattern: &str, path: &str, verb: Verb) -> Option<&'static str> {
    taken(pattern, path).find(|r| r.verb == verb).and_then(|r| r.body).map(|(media, _)| media)
}
