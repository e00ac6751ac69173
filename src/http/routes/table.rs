//! The routes one by one; adding one is an entry here.

use std::sync::Arc;

use axum::routing::{MethodRouter, delete, get, patch, post, put};

use super::{Route, Verb};
use crate::http::app::App;
use crate::http::{
    aggregates, catalogue, collections, dataset_tiles, events, health, html, items, jobs, landing, legends,
    matrix_sets, ogc_tiles, pictures, plots, processes, queryables, releases, styles, tiles, web, write,
};

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
        params: &["f", "crs"],
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
        ..route(
            "/collections/{collection}/tiles",
            "collection.vector.getTileSetsList",
            "Tile sets of a collection",
            || get(ogc_tiles::list),
        )
    },
    Route {
        layer: Some("collection"),
        filters: true,
        of_tiles: true,
        schema: "tileSet",
        ..route(
            "/collections/{collection}/tiles/WebMercatorQuad",
            "collection.vector.getTileSet",
            "The tile set of a collection",
            || get(ogc_tiles::one),
        )
    },
    Route {
        layer: Some("collection"),
        filters: true,
        of_tiles: true,
        media: &["application/vnd.mapbox-vector-tile", "image/png"],
        ..route(
            "/collections/{collection}/tiles/WebMercatorQuad/{z}/{row}/{col}",
            "collection.vector.getTile",
            "A tile: matrix, row, column",
            || get(ogc_tiles::tile),
        )
    },
    Route {
        layer: Some("collection"),
        filters: true,
        of_tiles: true,
        ..route(
            "/collections/{collection}/map/tiles",
            "collection.map.getTileSetsList",
            "Tile sets of a collection as pictures",
            || get(ogc_tiles::map_list),
        )
    },
    Route {
        layer: Some("collection"),
        filters: true,
        of_tiles: true,
        ..route(
            "/collections/{collection}/map/tiles/WebMercatorQuad",
            "collection.map.getTileSet",
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
            "collection.map.getTile",
            "A tile as a picture: matrix, row, column",
            || get(ogc_tiles::map_tile),
        )
    },
    Route {
        filters: true,
        of_tiles: true,
        params: &["f", "collections"],
        ..route("/tiles", "dataset.vector.getTileSetsList", "Tile sets of the dataset", || get(dataset_tiles::list))
    },
    Route {
        filters: true,
        of_tiles: true,
        params: &["f", "collections"],
        ..route("/tiles/WebMercatorQuad", "dataset.vector.getTileSet", "The tile set of the dataset", || {
            get(dataset_tiles::one)
        })
    },
    Route {
        filters: true,
        of_tiles: true,
        params: &["f", "collections"],
        media: &["application/vnd.mapbox-vector-tile"],
        ..route(
            "/tiles/WebMercatorQuad/{z}/{row}/{col}",
            "dataset.vector.getTile",
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
