//! The ground of the demo city: 12 x 10 km of streets with a river, three bridges and a park, far out in the Atlantic.
//!
//! It lies in the open sea some 600 km north of the Azores, so that no real neighbourhood is ever shown with incidents that
//! did not happen. The streets are turned by 12 degrees, so that no cell of an analysis lines up with them.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use crate::model::{self, EARTH_RADIUS_M, LonLat};

/// Metres along the first and second axis of the city, before it is turned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spot {
    /// Along the river.
    pub x: f64,
    /// Across it, uphill.
    pub y: f64,
}

/// Extent of the city, metres.
pub(super) const WIDTH_M: f64 = 12_000.0;
pub(super) const HEIGHT_M: f64 = 10_000.0;
/// Distance of the streets in both directions.
const BLOCK_X_M: f64 = 200.0;
const BLOCK_Y_M: f64 = 100.0;
/// South-western corner.
const ORIGIN: (f64, f64) = (-28.6, 45.0);
/// Cosine and sine of 12 degrees, and the cosine of the latitude: written out, because each system computes its own.
const TURN: (f64, f64) = (0.978_147_600_733_805_7, 0.207_911_690_817_759_34);
const COS_LATITUDE: f64 = 0.706_32;
/// Metres of a degree of latitude.
const DEGREE_M: f64 = EARTH_RADIUS_M * std::f64::consts::PI / 180.0;
/// Half the width of the river.
const RIVER_M: f64 = 130.0;
/// Where it is bridged.
const BRIDGES_X_M: [f64; 3] = [3_000.0, 6_000.0, 9_000.0];
/// The river's middle every 2 km.
const RIVER_Y_M: [f64; 7] = [4_300.0, 4_650.0, 5_000.0, 4_800.0, 4_450.0, 4_600.0, 4_950.0];
/// Corners of the park.
const PARK: (Spot, Spot) = (Spot { x: 7_050.0, y: 6_250.0 }, Spot { x: 8_350.0, y: 7_550.0 });
/// Middle of the city: the market square.
pub(super) const CENTRE: Spot = Spot { x: 6_000.0, y: 5_700.0 };

impl Spot {
    /// Distance in metres.
    pub(super) fn distance_m(self, other: Self) -> f64 {
        ((self.x - other.x).powi(2) + (self.y - other.y).powi(2)).sqrt()
    }

    /// Degrees, to a tenth of a metre as a portal would give them.
    pub(super) fn degrees(self) -> Coord<f64> {
        let east = self.x * TURN.0 - self.y * TURN.1;
        let north = self.x * TURN.1 + self.y * TURN.0;
        let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
        Coord { x: round(ORIGIN.0 + east / (DEGREE_M * COS_LATITUDE)), y: round(ORIGIN.1 + north / DEGREE_M) }
    }

    /// The place on the Earth.
    pub(super) fn lon_lat(self) -> Option<LonLat> {
        let c = self.degrees();
        LonLat::new(c.x, c.y).ok()
    }
}

/// A rectangle of the city as a shape on the Earth.
pub(super) fn rectangle(from: Spot, to: Spot) -> MultiPolygon<f64> {
    ring([(from.x, from.y), (to.x, from.y), (to.x, to.y), (from.x, to.y)].map(|(x, y)| Spot { x, y }))
}

/// A ring of spots as a shape on the Earth.
pub(super) fn ring(spots: impl IntoIterator<Item = Spot>) -> MultiPolygon<f64> {
    MultiPolygon(vec![Polygon::new(LineString(spots.into_iter().map(Spot::degrees).collect()), vec![])])
}

/// Middle of the river at `x` metres.
pub(super) fn river_y(x: f64) -> f64 {
    let at = (x / 2_000.0).clamp(0.0, 5.999);
    let i = at as usize;
    RIVER_Y_M[i] + (RIVER_Y_M[i + 1] - RIVER_Y_M[i]) * (at - i as f64)
}

/// Whether nobody lives there: the river, or the park.
fn is_empty(s: Spot) -> bool {
    let in_park = s.x > PARK.0.x && s.x < PARK.1.x && s.y > PARK.0.y && s.y < PARK.1.y;
    in_park || ((s.y - river_y(s.x)).abs() < RIVER_M && !BRIDGES_X_M.contains(&s.x))
}

/// A street between two crossings.
#[derive(Clone, Copy)]
pub(super) struct Street {
    /// One end.
    pub from: Spot,
    /// The other.
    pub to: Spot,
}

impl Street {
    /// A share of the way along it.
    pub(super) fn along(&self, share: f64) -> Spot {
        Spot { x: self.from.x + (self.to.x - self.from.x) * share, y: self.from.y + (self.to.y - self.from.y) * share }
    }

    /// Its middle.
    pub(super) fn middle(&self) -> Spot {
        self.along(0.5)
    }
}

/// Every street of the city, always in the same order.
pub(super) fn streets() -> Vec<Street> {
    let (columns, rows) = ((WIDTH_M / BLOCK_X_M) as u32, (HEIGHT_M / BLOCK_Y_M) as u32);
    let at = |i: u32, j: u32| Spot { x: f64::from(i) * BLOCK_X_M, y: f64::from(j) * BLOCK_Y_M };
    let mut streets = Vec::new();
    for i in 0..=columns {
        for j in 0..=rows {
            let from = at(i, j);
            for (to, is_inside) in [(at(i + 1, j), i < columns), (at(i, j + 1), j < rows)] {
                let street = Street { from, to };
                if is_inside && ![from, street.middle(), to].into_iter().any(is_empty) {
                    streets.push(street);
                }
            }
        }
    }
    streets
}

/// The streets as things of their own: numbered avenues along the river and streets across it.
pub(super) fn network(source: &str) -> Vec<model::Street> {
    let street = |s: Street| {
        let (i, j) = ((s.from.x / BLOCK_X_M) as u32, (s.from.y / BLOCK_Y_M) as u32);
        let is_avenue = s.from.y == s.to.y;
        let (kind, number) = if is_avenue { ("Avenue", j) } else { ("Street", i) };
        model::Street {
            source: source.to_owned(),
            id: format!("{}{i}.{j}", if is_avenue { "a" } else { "s" }),
            name: Some(format!("{kind} {number}")),
            class: Some(if number.is_multiple_of(10) { "primary" } else { "residential" }.to_owned()),
            line: LineString(vec![s.from.degrees(), s.to.degrees()]),
        }
    };
    streets().into_iter().map(street).collect()
}
