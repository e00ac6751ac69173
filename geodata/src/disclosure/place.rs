//! Where a public answer may look: cells are shown whole, by their centre, so that no shape cuts one.

use crate::error::Result;
use crate::index::{Place, PreparedPolygon};
use crate::model::{LonLat, LonLatBox};

/// A place that shows the cells whose centre lies in it.
pub(super) enum Within {
    Everywhere,
    Box(LonLatBox),
    Radius(LonLat, f64),
    Polygon(Box<PreparedPolygon>),
}

impl Within {
    /// Of a question's place.
    ///
    /// # Errors
    /// A polygon with a vertex that is no number.
    pub fn new(place: &Place) -> Result<Self> {
        Ok(match place {
            Place::Everywhere => Self::Everywhere,
            Place::Box(b) => Self::Box(*b),
            Place::Radius { centre, radius_m } => Self::Radius(*centre, *radius_m),
            Place::Polygon(shape) => Self::Polygon(Box::new(PreparedPolygon::new(shape)?)),
        })
    }

    /// Whether a cell with this centre is shown.
    pub fn shows(&self, centre: LonLat) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Box(b) => b.contains(centre),
            Self::Radius(middle, radius_m) => middle.distance_m(centre) <= *radius_m,
            Self::Polygon(shape) => shape.contains(centre.lon(), centre.lat()),
        }
    }

    /// What was really used, in words; `None` where everything was.
    pub fn words(&self) -> Option<String> {
        let words = match self {
            Self::Everywhere => return None,
            Self::Box(b) => format!("bbox {},{},{},{}", b.west, b.south, b.east, b.north),
            Self::Radius(c, radius_m) => format!("{radius_m} m around {},{}", c.lon(), c.lat()),
            Self::Polygon(_) => "the polygon".to_owned(),
        };
        Some(format!("whole cells whose centre lies in {words}"))
    }
}
