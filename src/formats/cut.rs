//! The rows of a city-wide result by place, to cut tiles and boxes from.

use std::sync::OnceLock;

use geo_types::{Coord, MultiLineString, MultiPolygon};
use geodata::disclosure::Released;
use geodata::model::LonLatBox;
use geodata::table::Table;
use tiles::TileCoord;
use tiles::mvt::Outline;

use super::places::{Place, place};

/// Share of a tile's side around it in which shapes still count: borders and dots are drawn a little beyond the tile.
pub(super) const MARGIN: f64 = 1.0 / 32.0;

/// Bounds and outlines of every row, each made when it is first asked for, and once for many tiles.
#[derive(Default)]
pub struct Cut {
    bounds: OnceLock<Vec<Option<[f64; 4]>>>,
    outlines: OnceLock<Vec<Outline>>,
}

impl Cut {
    fn bounds(&self, table: &Released<Table>) -> &[Option<[f64; 4]>] {
        self.bounds.get_or_init(|| (0..table.len()).map(|row| bounds(&place(table, row))).collect())
    }

    /// Outlines of all rows, ready for tiles.
    pub fn outlines(&self, table: &Released<Table>) -> &[Outline] {
        let outline = |row: usize| match place(table, row) {
            Place::Polygon(shape) => Outline::of_polygons(&shape),
            Place::Line(line) => Outline::of_lines(&MultiLineString(vec![line.into_owned()])),
            Place::Point(_) | Place::Nowhere => Outline::of_polygons(&MultiPolygon(vec![])),
        };
        self.outlines.get_or_init(|| (0..table.len()).map(outline).collect())
    }

    /// Rows that touch a box.
    #[must_use]
    pub fn within(&self, table: &Released<Table>, within: LonLatBox) -> Vec<usize> {
        let bounds = self.bounds(table);
        (0..bounds.len()).filter(|&row| bounds[row].as_ref().is_some_and(|b| touches(b, within))).collect()
    }

    /// Rows that touch a tile or its nearest surroundings, and `within` if it is given.
    #[must_use]
    pub fn near_tile(&self, table: &Released<Table>, tile: TileCoord, within: Option<LonLatBox>) -> Vec<usize> {
        let b = tile.bounds_lonlat();
        let (dx, dy) = (b.width() * MARGIN, b.height() * MARGIN);
        let around =
            LonLatBox { west: b.min().x - dx, south: b.min().y - dy, east: b.max().x + dx, north: b.max().y + dy };
        let both = |b: &[f64; 4]| touches(b, around) && within.is_none_or(|w| touches(b, w));
        let bounds = self.bounds(table);
        (0..bounds.len()).filter(|&row| bounds[row].as_ref().is_some_and(both)).collect()
    }
}

/// Whether bounds touch a box, which may cross the antimeridian.
pub(crate) fn touches(b: &[f64; 4], within: LonLatBox) -> bool {
    let lon = if within.west <= within.east {
        b[0] <= within.east && b[2] >= within.west
    } else {
        b[0] <= within.east || b[2] >= within.west
    };
    lon && b[1] <= within.north && b[3] >= within.south
}

/// Calls `each` with every pixel of a tile, `side` pixels wide, whose centre lies in the shape of a row.
pub(super) fn each_pixel(
    table: &Released<Table>,
    row: usize,
    tile: TileCoord,
    side: usize,
    each: &mut dyn FnMut(usize, usize),
) {
    let Place::Polygon(shape) = place(table, row) else { return };
    let rings = rings(&shape, &to_pixel(tile, side));
    let ys = rings.iter().flatten().map(|p| p[1]);
    let (low, high) = ys.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), y| (a.min(y), b.max(y)));
    let first = (low - 0.5).ceil().max(0.0);
    let last = (high - 0.5).floor().min(side as f64 - 1.0);
    // Also where a coordinate is not a number.
    if first > last || first.is_nan() || last.is_nan() {
        return;
    }
    let mut crossings: Vec<f64> = vec![];
    for y in first as usize..=last as usize {
        crossings.clear();
        let at = y as f64 + 0.5;
        for ring in &rings {
            for edge in ring.windows(2) {
                let ([x1, y1], [x2, y2]) = (edge[0], edge[1]);
                if (y1 <= at) != (y2 <= at) {
                    crossings.push(x1 + (at - y1) / (y2 - y1) * (x2 - x1));
                }
            }
        }
        crossings.sort_unstable_by(f64::total_cmp);
        for pair in crossings.chunks_exact(2) {
            let from = (pair[0] - 0.5).ceil().max(0.0) as usize;
            let to = (pair[1] - 0.5).ceil().clamp(0.0, side as f64) as usize;
            (from..to).for_each(|x| each(x, y));
        }
    }
}

/// From degrees to pixels of a tile, `side` pixels wide: columns from the west and rows from the north.
pub(super) fn to_pixel(tile: TileCoord, side: usize) -> impl Fn(Coord<f64>) -> [f64; 2] {
    let b = tile.bounds_lonlat();
    let (n, s) = (mercator(b.max().y), mercator(b.min().y));
    // Longitudes are linear in columns; latitudes are in rows once they are Mercator's.
    move |c| [(c.x - b.min().x) / b.width() * side as f64, (mercator(c.y) - n) / (s - n) * side as f64]
}

/// The rings of a shape in pixels.
pub(super) fn rings(shape: &MultiPolygon<f64>, to_pixel: &dyn Fn(Coord<f64>) -> [f64; 2]) -> Vec<Vec<[f64; 2]>> {
    let all = shape.0.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
    all.map(|ring| ring.0.iter().map(|c| to_pixel(*c)).collect()).collect()
}

fn mercator(lat: f64) -> f64 {
    let sin = lat.clamp(-85.06, 85.06).to_radians().sin();
    -((1.0 + sin) / (1.0 - sin)).ln()
}

/// Least x and y, largest x and y of a place: in degrees west, south, east, north.
pub(super) fn bounds(place: &Place<'_>) -> Option<[f64; 4]> {
    match place {
        Place::Point(p) => Some([p.x, p.y, p.x, p.y]),
        Place::Polygon(shape) => around(shape.0.iter().flat_map(|p| p.exterior().0.iter())),
        Place::Line(line) => around(line.0.iter()),
        Place::Nowhere => None,
    }
}

fn around<'a>(vertices: impl Iterator<Item = &'a Coord<f64>>) -> Option<[f64; 4]> {
    let wider = |a: [f64; 4], b: [f64; 4]| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])];
    vertices.map(|c| [c.x, c.y, c.x, c.y]).reduce(wider)
}
