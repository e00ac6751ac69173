//! The cells layer as a pyramid of vector tiles in one file: the very tiles of the service.

use geo_types::{Coord, Rect};
use geodata::disclosure;
use geodata::model::LonLatBox;
use geodata::{Error, Result};
use serde_json::json;
use tiles::{TileCoord, pmtiles};

use super::public::Public;
use crate::formats::{picture, tile};
use crate::http::Wanted;
use crate::layers::sources;

/// Levels between the deepest tile and the smallest cell: such a cell is 32 pixels wide there, and clients magnify beyond.
const DEEPEST_TO_CELL: u8 = 3;

/// The archive; `None` where the release tells nothing.
pub(super) fn archive(public: &Public, wanted: &Wanted) -> Result<Option<Vec<u8>>> {
    let Some(extent) = public.overview().extent else { return Ok(None) };
    let deepest = public.release().document().public.finest_level.saturating_sub(DEEPEST_TO_CELL);
    let mut tiles = vec![];
    let root = TileCoord::new(0, 0, 0).map_err(|e| unwritten(&e))?;
    gather(public, wanted, extent, (root, deepest), &mut tiles)?;
    if tiles.is_empty() {
        return Ok(None);
    }
    let bounds = Rect::new(Coord { x: extent.west, y: extent.south }, Coord { x: extent.east, y: extent.north });
    let metadata = metadata(public, wanted, deepest);
    pmtiles::archive(&tiles, bounds, &metadata).map(Some).map_err(|e| unwritten(&e))
}

/// The tiles that hold a cell, from one down to the deepest: where one is empty, so is everything in it.
fn gather(
    public: &Public,
    wanted: &Wanted,
    extent: LonLatBox,
    (at, deepest): (TileCoord, u8),
    found: &mut Vec<(TileCoord, Vec<u8>)>,
) -> Result<()> {
    let b = at.bounds_lonlat();
    let is_near =
        b.min().x <= extent.east && b.max().x >= extent.west && b.min().y <= extent.north && b.max().y >= extent.south;
    if !is_near {
        return Ok(());
    }
    let table = disclosure::cell_tile(&public.ask(), &wanted.query(), at.z(), at.x(), at.y())?;
    let squares = picture::told_cells(&table).filter(|squares| !squares.is_empty());
    let Some(squares) = squares else { return Ok(()) };
    let bytes = tile::squares(&wanted.layer.id, &table, at, &squares).map_err(|e| unwritten(&e))?;
    found.push((at, bytes));
    if at.z() >= deepest {
        return Ok(());
    }
    for (right, down) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        let child = TileCoord::new(at.z() + 1, 2 * at.x() + right, 2 * at.y() + down).map_err(|e| unwritten(&e))?;
        gather(public, wanted, extent, (child, deepest), found)?;
    }
    Ok(())
}

/// What viewers show of the archive, and which properties its features have.
fn metadata(public: &Public, wanted: &Wanted, deepest: u8) -> String {
    let layer = wanted.layer.seen_by(disclosure::Tier::Public);
    let kind = |json_type: &str| if json_type == "string" { "String" } else { "Number" };
    let fields: serde_json::Map<_, _> =
        layer.properties.iter().map(|p| (p.name.clone(), json!(kind(&p.json_type)))).collect();
    json!({
        "name": layer.title,
        "description": layer.words,
        "attribution": sources::attribution(layer, &public.overview().sources),
        "version": public.release().name(),
        "type": "overlay",
        "vector_layers": [{
            "id": layer.id, "description": layer.description, "minzoom": 0, "maxzoom": deepest, "fields": fields,
        }],
    })
    .to_string()
}

fn unwritten(error: &tiles::Error) -> Error {
    Error::invalid(format!("the tiles cannot be written: {error}"), "report this")
}
