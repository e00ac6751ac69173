//! A street between two junctions.

use geo_types::LineString;

use super::LonLat;

/// A piece of a street from one junction or end to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Street {
    /// Source it comes from.
    pub source: String,
    /// Stable id within the source.
    pub id: String,
    /// Name for people, where it has one.
    pub name: Option<String>,
    /// Class as its source has it: `residential`, `footway` ...
    pub class: Option<String>,
    /// From one end to the other, degrees on WGS 84.
    pub line: LineString<f64>,
}

impl Street {
    /// Length in metres along the great circles between its vertices.
    #[must_use]
    pub fn length_m(&self) -> f64 {
        let place = |c: &geo_types::Coord<f64>| LonLat::new(c.x, c.y).ok();
        let edge = |w: &[geo_types::Coord<f64>]| Some(place(&w[0])?.distance_m(place(&w[1])?));
        self.line.0.windows(2).filter_map(edge).sum()
    }
}
