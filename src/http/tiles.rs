//! Tiles of every layer: their tags and their bytes, and `/tiles/{layer}/{z}/{x}/{y}.{mvt|png}`.

use std::future::Future;
use std::sync::Arc;

use axum::response::Response;
use geodata::Cancel;
use geodata::disclosure;
use tiles::TileCoord;

use super::ask::Ask;
use super::engine::Job;
use super::etag::Tag;
use super::kept::Finished;
use super::problem::{Answer, Problem};
use super::results::Computed;
use super::wanted::Wanted;
use crate::access::Trail;
use crate::formats;
use crate::layers::{Engine, Layer};

/// Zoom, column, row and extension.
pub async fn short(ask: Ask) -> Answer<Response> {
    let (y, format) = ask.path("y").split_once('.').unwrap_or((ask.path("y"), "mvt"));
    let Some(format) = formats::find(format).map(|f| f.id) else {
        let problem = Problem::not_found(format!("there are no tiles as .{}", super::problem::shortened(format)));
        return Err(Box::new(problem.hint("ask for .mvt or .png")));
    };
    let tile = coordinate(ask.path("z"), ask.path("x"), y)?;
    draw(&ask, tile, format).await
}

fn is_tile(format: &str) -> bool {
    matches!(format, "mvt" | "png")
}

/// A tile of the request's layer, kept or made.
pub(super) async fn draw(ask: &Ask, tile: TileCoord, format: &'static str) -> Answer<Response> {
    let wanted = Wanted::read(ask)?;
    let layer = wanted.layer;
    if !is_tile(format) || !layer.has_format(format) {
        let problem = Problem::not_found(format!("the layer {} has no tiles as {format}", layer.id));
        return Err(Box::new(problem.hint(format!("it has {}", tile_formats(layer)))));
    }
    if !(layer.min_zoom..=layer.max_zoom).contains(&tile.z()) {
        let problem = Problem::not_found(format!("the layer {} has no tiles of zoom {}", layer.id, tile.z()));
        return Err(Box::new(problem.hint(format!("its zooms are {} to {}", layer.min_zoom, layer.max_zoom))));
    }
    let tag = tag(ask, &wanted, tile, format);
    if let Some(held) = ask.held(&tag) {
        return Ok(held);
    }
    // Pictures are compressed in themselves.
    let coding = if format == "png" { None } else { ask.coding() };
    let finished = ask.app.kept.get(&tag, coding, making(ask, wanted, tile, format)).await?;
    Ok(ask.finished(&tag, media_type(format), finished))
}

/// The tag of a tile, whatever the address by which it is asked.
pub(super) fn tag(ask: &Ask, wanted: &Wanted, tile: TileCoord, format: &str) -> Tag {
    let at = format!("{}/{}/{}", tile.z(), tile.x(), tile.y());
    ask.tag_of(&["tile", &wanted.layer.id, &at, format, &wanted.canonical()])
}

/// The work of a tile. It owns what it needs: others may wait for it when whoever asked first has gone.
pub(super) fn making(
    ask: &Ask,
    wanted: Wanted,
    tile: TileCoord,
    format: &'static str,
) -> impl Future<Output = Answer<Finished>> + Send + 'static + use<> {
    let (app, rows) = (Arc::clone(&ask.app), Arc::<Trail>::default());
    // The rows are noted for each who gets the tile, not for who asked first alone.
    let job = Job { trail: Arc::clone(&rows), ..Job::new(ask, wanted) };
    async move {
        let bytes = app.work.run(move |cancel| bytes(&job, tile, format, cancel)).await?;
        Ok(Finished::plain(bytes, rows.noted()))
    }
}

/// The media type of a format.
pub(super) fn media_type(format: &str) -> &'static str {
    formats::find(format).map_or("application/octet-stream", |f| f.media_type)
}

fn tile_formats(layer: &Layer) -> String {
    layer.formats.iter().filter(|f| is_tile(f)).map(String::as_str).collect::<Vec<_>>().join(" and ")
}

/// The bytes of a tile.
fn bytes(job: &Job, tile: TileCoord, format: &str, cancel: &Cancel) -> Answer<Vec<u8>> {
    let layer = job.wanted.layer;
    let drawn = match (layer.engine, format) {
        (Engine::Cells, _) => {
            let Some(query) = super::cut::within_tile(&job.wanted, tile) else {
                return Ok(super::cut::nothing(format));
            };
            let table = disclosure::cell_tile(&job.ask(cancel), &query, tile.z(), tile.x(), tile.y())?;
            job.trail.rows(table.len());
            super::cut::cells(layer, &table, tile, format)
        }
        (Engine::Density, _) => {
            let bandwidth_m = job.wanted.number("bandwidth_m");
            let (z, x, y) = (tile.z(), tile.x(), tile.y());
            let raster = disclosure::density_tile(&job.ask(cancel), &job.wanted.query(), bandwidth_m, z, x, y)?;
            super::cut::raster(layer, raster.get())
        }
        (Engine::Incidents, _) => return super::cut::records(job, tile, format, cancel),
        _ => {
            let mut whole: Arc<Computed> = job.whole(cancel)?;
            if !whole.is_whole {
                // More places than one result holds: those of the tile alone.
                whole = Arc::new(Computed::new(job.gather(super::cut::around(tile), cancel)?, true));
            }
            super::cut::rows(job, &whole, job.wanted.filters.bbox, tile, format)
        }
    };
    drawn.map_err(|e| problem(&e))
}

/// An error of the tiles library as a problem.
pub fn problem(error: &tiles::Error) -> Box<Problem> {
    let detail = format!("{} {}", error.parameter, error.bound);
    Box::new(Problem::parameter(error.parameter, &error.value, detail, error.bound.clone()).hint(error.hint.clone()))
}

/// A tile by zoom, column and row.
pub(super) fn coordinate(z: &str, x: &str, y: &str) -> Answer<TileCoord> {
    let number = |name: &str, text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<u32>().ok().filter(|_| digits).ok_or_else(|| {
            Box::new(Problem::parameter(name, text, format!("{name} of the tile is not a whole number"), "0 and up"))
        })
    };
    let (z, x, y) = (number("z", z)?, number("x", x)?, number("y", y)?);
    let z = u8::try_from(z).unwrap_or(u8::MAX);
    TileCoord::new(z, x, y).map_err(|e| {
        let problem = Problem::not_found(format!("there is no such tile: {e}"));
        Box::new(problem.about(e.parameter, &e.value))
    })
}
