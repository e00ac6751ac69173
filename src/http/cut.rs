//! From released rows and rasters to the bytes of one tile.

use geo_types::Point;
use geodata::Cancel;
use geodata::disclosure::{Raster, Released};
use geodata::index::{Place, Query};
use geodata::model::LonLatBox;
use geodata::table::{Shapes, Table};
use tiles::{Result, TileCoord, png, raster};

use super::engine::Job;
use super::problem::Answer;
use super::results::Computed;
use super::wanted::Wanted;
use crate::formats::{picture, tile};
use crate::layers::{Colours, Layer};

/// Pixels along the side of a PNG tile.
const SIDE_PX: u32 = 256;

/// A tile on which nothing is drawn.
pub(super) fn nothing(format: &str) -> Vec<u8> {
    if format == "png" { png::clear(SIDE_PX) } else { vec![] }
}

/// The question for a tile: `None` where the filter's box does not touch it.
pub(super) fn within_tile(wanted: &Wanted, tile: TileCoord) -> Option<Query> {
    let query = wanted.query();
    match query.place {
        Place::Box(b) if shared(b, bounds(tile)).is_none() => None,
        _ => Some(query),
    }
}

fn bounds(tile: TileCoord) -> LonLatBox {
    let b = tile.bounds_lonlat();
    LonLatBox { west: b.min().x, south: b.min().y, east: b.max().x, north: b.max().y }
}

/// The box of a tile and a little more, since shapes are drawn a little beyond it.
pub(super) fn around(tile: TileCoord) -> LonLatBox {
    let b = bounds(tile);
    let (dx, dy) = ((b.east - b.west) / 32.0, (b.north - b.south) / 32.0);
    LonLatBox {
        west: (b.west - dx).max(-180.0),
        south: (b.south - dy).max(-90.0),
        east: (b.east + dx).min(180.0),
        north: (b.north + dy).min(90.0),
    }
}

/// What a box and that of a tile (which does not cross the antimeridian) have in common.
fn shared(a: LonLatBox, tile: LonLatBox) -> Option<LonLatBox> {
    let (south, north) = (a.south.max(tile.south), a.north.min(tile.north));
    let (west, east) = if a.west <= a.east {
        (a.west.max(tile.west), a.east.min(tile.east))
    } else if tile.east >= a.west {
        (a.west.max(tile.west), tile.east)
    } else {
        (tile.west, a.east.min(tile.east))
    };
    (south <= north && west <= east).then_some(LonLatBox { west, south, east, north })
}

/// Cells of the pyramid.
pub(super) fn cells(layer: &'static Layer, table: &Released<Table>, at: TileCoord, format: &str) -> Result<Vec<u8>> {
    if let Some(squares) = picture::told_cells(table) {
        return match format {
            "png" => picture::squares(layer, table, at, &squares),
            _ => tile::squares(&layer.id, table, at, &squares),
        };
    }
    let Some((lattice, places)) = picture::places(table, at)? else { return Ok(nothing(format)) };
    if format == "png" {
        return picture::cells(layer, table, lattice, &places);
    }
    tile::cells(&layer.id, table, lattice, &places)
}

/// A raster of numbers in the colours of the layer.
pub(super) fn raster(layer: &'static Layer, numbers: &Raster) -> Result<Vec<u8>> {
    let Colours::Steps(breaks, colours) = Colours::of(layer) else { return Ok(png::clear(SIDE_PX)) };
    let palette = picture::palette(&colours)?;
    let field = raster::Field::new(numbers.side, numbers.margin, &numbers.values)?;
    let pixels = field.pixels(SIDE_PX, &breaks)?;
    png::indexed(SIDE_PX, SIDE_PX, &pixels, &palette)
}

/// Rows of a city-wide result that touch the tile.
pub(super) fn rows(
    job: &Job,
    whole: &Computed,
    within: Option<LonLatBox>,
    at: TileCoord,
    format: &str,
) -> Result<Vec<u8>> {
    let layer = job.wanted.layer;
    let rows = whole.cut.near_tile(&whole.table, at, within);
    job.trail.rows(rows.len());
    if rows.is_empty() {
        return Ok(nothing(format));
    }
    if format == "png" {
        return picture::rows(layer, &whole.table, &rows, at);
    }
    match whole.table.shapes() {
        Shapes::Points(points) => {
            let points: Vec<_> =
                rows.iter().map(|&r| points.get(r).copied().flatten().map(|p| Point::new(p.lon(), p.lat()))).collect();
            tile::points(&layer.id, &whole.table, at, &rows, &points)
        }
        _ => {
            let all = whole.cut.outlines(&whole.table);
            let outlines: Vec<_> = rows.iter().filter_map(|&r| all.get(r)).collect();
            tile::outlines(&layer.id, &whole.table, at, &rows, &outlines)
        }
    }
}

/// Single records in a tile, for those who may see them: one layer, or one picture.
pub(super) fn records(job: &Job, at: TileCoord, format: &str, cancel: &Cancel) -> Answer<Vec<u8>> {
    // A dot reaches into the tiles beside its own, while a point of a vector tile is in one tile alone.
    let touching = if format == "png" { around(at) } else { bounds(at) };
    let Some(within) = shared(job.wanted.filters.within(), touching) else { return Ok(nothing(format)) };
    let whole = Computed::new(job.gather(within, cancel)?, true);
    rows(job, &whole, Some(within), at, format).map_err(|e| super::tiles::problem(&e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_share_what_they_share_across_the_antimeridian_too() {
        let b = |w, s, e, n| LonLatBox { west: w, south: s, east: e, north: n };
        let east = b(170.0, 0.0, 180.0, 10.0);
        assert_eq!(shared(b(175.0, 5.0, -175.0, 20.0), east), Some(b(175.0, 5.0, 180.0, 10.0)));
        assert_eq!(
            shared(b(175.0, 5.0, -175.0, 20.0), b(-180.0, 0.0, -170.0, 10.0)),
            Some(b(-180.0, 5.0, -175.0, 10.0))
        );
        assert_eq!(shared(b(175.0, 5.0, -175.0, 20.0), b(0.0, 0.0, 10.0, 10.0)), None);
        assert_eq!(shared(b(0.0, 0.0, 1.0, 1.0), b(2.0, 2.0, 3.0, 3.0)), None);
    }
}
