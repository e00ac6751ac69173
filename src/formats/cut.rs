//! The rows of a city-wide result by place, to cut tiles and boxes from.

use geo_types::{Coord, MultiPolygon};
use geodata::disclosure::Released;
use geodata::model::LonLatBox;
use geodata::table::{Shapes, Table};
use tiles::TileCoord;
use tiles::mvt::Outline;

use super::places::{Place, place};

/// Share of a tile's side around it in which shapes still count: borders are drawn a little beyond the tile.
const MARGIN: f64 = 1.0 / 64.0;
/// Vertices of a shape as a picture sees it; finer ones are taken at every n-th vertex.
const PICTURE_VERTICES: usize = 2_000;

/// Bounds and outlines of every row, made once for many tiles.
pub struct Cut {
    bounds: Vec<Option<[f64; 4]>>,
    outlines: Vec<Outline>,
    shapes: Vec<MultiPolygon<f64>>,
}

impl Cut {
    /// Of a result.
    #[must_use]
    pub fn new(table: &Released<Table>) -> Self {
        let rows = 0..table.len();
        let bounds = rows.clone().map(|row| bounds(&place(table, row))).collect();
        if matches!(table.shapes(), Shapes::Points(_)) {
            return Self { bounds, outlines: vec![], shapes: vec![] };
        }
        let shape = |row: usize| match place(table, row) {
            Place::Polygon(shape) => shape.into_owned(),
            _ => MultiPolygon(vec![]),
        };
        let shapes: Vec<MultiPolygon<f64>> = rows.map(shape).collect();
        let outlines = shapes.iter().map(Outline::of_polygons).collect();
        Self { bounds, outlines, shapes: shapes.into_iter().map(thinned).collect() }
    }

    /// Rows that touch a box.
    #[must_use]
    pub fn within(&self, within: LonLatBox) -> Vec<usize> {
        (0..self.bounds.len()).filter(|&row| self.touches(row, within)).collect()
    }

    /// Rows that touch a tile or its nearest surroundings.
    #[must_use]
    pub fn near_tile(&self, tile: TileCoord) -> Vec<usize> {
        let b = tile.bounds_lonlat();
        let (dx, dy) = (b.width() * MARGIN, b.height() * MARGIN);
        let [west, east] = [b.min().x - dx, b.max().x + dx];
        let [south, north] = [b.min().y - dy, b.max().y + dy];
        let touches = |b: &[f64; 4]| b[0] <= east && b[2] >= west && b[1] <= north && b[3] >= south;
        (0..self.bounds.len()).filter(|&row| self.bounds[row].as_ref().is_some_and(touches)).collect()
    }

    /// Whether a row touches a box.
    #[must_use]
    pub fn touches(&self, row: usize, within: LonLatBox) -> bool {
        let Some(Some(b)) = self.bounds.get(row) else { return false };
        let lon = if within.west <= within.east {
            b[0] <= within.east && b[2] >= within.west
        } else {
            b[0] <= within.east || b[2] >= within.west
        };
        lon && b[1] <= within.north && b[3] >= within.south
    }

    /// The outline of a row.
    #[must_use]
    pub fn outline(&self, row: usize) -> Option<&Outline> {
        self.outlines.get(row)
    }

    /// Calls `each` with every pixel of a tile, `side` pixels wide, whose centre lies in the shape of the row.
    pub fn each_pixel(&self, row: usize, tile: TileCoord, side: usize, each: &mut dyn FnMut(usize, usize)) {
        let Some(shape) = self.shapes.get(row) else { return };
        let b = tile.bounds_lonlat();
        let (n, s) = (mercator(b.max().y), mercator(b.min().y));
        // Longitudes are linear in columns; latitudes are in rows once they are Mercator's.
        let to_pixel =
            |c: &Coord<f64>| [(c.x - b.min().x) / b.width() * side as f64, (mercator(c.y) - n) / (s - n) * side as f64];
        let rings: Vec<Vec<[f64; 2]>> = shape
            .0
            .iter()
            .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()))
            .map(|ring| ring.0.iter().map(to_pixel).collect())
            .collect();
        let ys = rings.iter().flatten().map(|p| p[1]);
        let (low, high) = ys.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), y| (a.min(y), b.max(y)));
        let first = (low - 0.5).ceil().max(0.0);
        let last = (high - 0.5).floor().min(side as f64 - 1.0);
        if !(first <= last) {
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
}

fn mercator(lat: f64) -> f64 {
    let sin = lat.clamp(-85.06, 85.06).to_radians().sin();
    -((1.0 + sin) / (1.0 - sin)).ln()
}

/// A shape as coarse as a picture needs it.
fn thinned(shape: MultiPolygon<f64>) -> MultiPolygon<f64> {
    let vertices: usize = shape.0.iter().map(|p| p.exterior().0.len()).sum();
    let step = vertices.div_ceil(PICTURE_VERTICES);
    if step < 2 {
        return shape;
    }
    let thin = |ring: &geo_types::LineString<f64>| {
        let mut coords: Vec<_> = ring.0.iter().copied().step_by(step).collect();
        coords.extend(ring.0.last());
        geo_types::LineString(coords)
    };
    let thin_polygon = |p: &geo_types::Polygon<f64>| {
        geo_types::Polygon::new(thin(p.exterior()), p.interiors().iter().map(thin).collect())
    };
    MultiPolygon(shape.0.iter().map(thin_polygon).collect())
}

/// West, south, east, north of a place.
pub(super) fn bounds(place: &Place<'_>) -> Option<[f64; 4]> {
    match place {
        Place::Point(p) => Some([p.lon(), p.lat(), p.lon(), p.lat()]),
        Place::Polygon(shape) => shape
            .0
            .iter()
            .flat_map(|p| p.exterior().0.iter())
            .map(|c| [c.x, c.y, c.x, c.y])
            .reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]),
        Place::Nowhere => None,
    }
}
