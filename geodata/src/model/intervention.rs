//! What is being done: a programme with its places, its comparison places and its design.

use geo_types::MultiPolygon;
/// A programme at places, from a start to an end.
#[derive(Debug, Clone, PartialEq)]
pub struct Intervention {
    /// Stable id within the source.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What it wants to change.
    pub aims: Vec<String>,
    /// `developmental`, `community`, `situational`, `reintegration`, `victim_support`, `enforcement`.
    pub approach: Option<String>,
    /// Where it acts; degrees, WGS 84.
    pub place: Option<MultiPolygon<f64>>,
    /// Where it is compared with.
    pub comparison: Option<MultiPolygon<f64>>,
    /// First day, YYYY-MM-DD.
    pub start: String,
    /// Last day, YYYY-MM-DD, where it has ended.
    pub end: Option<String>,
    /// How much of it: sessions a week, lamps, patrol hours.
    pub dosage: Option<String>,
    /// Cost with its currency.
    pub cost: Option<String>,
    /// Who takes part.
    pub partners: Vec<String>,
    /// Design of the evaluation: `before_after_comparison`, `randomised` ...
    pub design: Option<String>,
    /// When the design was registered, YYYY-MM-DD.
    pub registered_at: Option<String>,
    /// Hash of the registered design.
    pub registered_hash: Option<String>,
    /// Sustainable Development Goals and New Urban Agenda paragraphs.
    pub tags: Vec<String>,
}
