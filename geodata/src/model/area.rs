//! Areas with a versioned geometry, and the denominators that rates need.

use geo::Centroid;
use geo_types::MultiPolygon;
use serde::{Deserialize, Serialize};

use super::LonLat;

/// Sex as sources record it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Another category of the source.
    Other,
}

/// A number to divide by: residents, households, vehicles, jobs ...
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Denominator {
    /// What is counted: `residents`, `households`, `vehicles`, `jobs`, `ambient`; or [`RECORDED`] and an ICCS code.
    pub kind: String,
    /// Sex, or all.
    pub sex: Option<Sex>,
    /// Age interval in whole years, both ends inside, or all.
    pub age: Option<(u8, u8)>,
    /// Year it holds for, where the source says.
    pub year: Option<i16>,
    /// How many.
    pub value: f64,
    /// Where the number comes from.
    pub source: String,
}

/// Begins the kind of a number that a source has published for an area as a whole, such as `recorded:0101`.
///
/// Nothing is divided by it, and it is never added to incidents: the two may count the same things.
pub const RECORDED: &str = "recorded:";

/// A named area of a collection such as `community_areas`; its own geometry from `valid_from` on.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// Collection it belongs to: `community_areas`, `wards`.
    pub collection: String,
    /// Stable id within the collection.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// 0 the city, larger is finer.
    pub level: u8,
    /// Id of the area above.
    pub parent: Option<String>,
    /// First date (YYYY-MM-DD) of this geometry.
    pub valid_from: Option<String>,
    /// Geometry on WGS 84, degrees.
    pub shape: MultiPolygon<f64>,
    /// What rates divide by.
    pub denominators: Vec<Denominator>,
}

impl Area {
    /// The centroid; `None` for an empty shape.
    #[must_use]
    pub fn middle(&self) -> Option<LonLat> {
        let middle = self.shape.centroid()?;
        LonLat::new(middle.x(), middle.y()).ok()
    }

    /// What a source has published as recorded in the area as a whole: ICCS code, and the number.
    pub fn recorded(&self) -> impl Iterator<Item = (&str, &Denominator)> {
        self.denominators.iter().filter_map(|d| Some((d.kind.strip_prefix(RECORDED)?, d)))
    }

    /// All residents (or another kind) irrespective of sex and age, from the newest year given.
    #[must_use]
    pub fn denominator(&self, kind: &str) -> Option<&Denominator> {
        if kind.starts_with(RECORDED) {
            return None;
        }
        self.denominators.iter().filter(|d| d.kind == kind && d.sex.is_none() && d.age.is_none()).max_by_key(|d| d.year)
    }
}
