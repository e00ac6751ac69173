//! Help that exists: organisations' services, after Open Referral HSDS 3.0.

use serde::{Deserialize, Serialize};

use super::LonLat;

/// Who may see where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Anyone.
    Public,
    /// Partners under an agreement.
    Partner,
    /// A refuge: found by service area and telephone, never by point.
    HiddenLocation,
}

/// A service at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Stable id within the source.
    pub id: String,
    /// Source it came from.
    pub source: String,
    /// Organisation that runs it.
    pub organisation: Option<String>,
    /// Name of the service.
    pub name: String,
    /// Our type: `youth_centre`, `school`, `health`, `shelter`, `family_support` ...
    pub resource_type: String,
    /// `developmental`, `community`, `situational`, `reintegration`, `victim_support`, `enforcement`.
    pub approach: Option<String>,
    /// Whom it is for.
    pub target_groups: Vec<String>,
    /// Where. For a hidden location this is a point of the service area, never released.
    pub point: Option<LonLat>,
    /// Public address of the service, as the source publishes it.
    pub address: Option<String>,
    /// Names or ids of the areas served.
    pub service_area: Option<String>,
    /// Opening hours in the OSM `opening_hours` form.
    pub opening_hours: Option<String>,
    /// Languages spoken, BCP 47.
    pub languages: Vec<String>,
    /// Accessibility, in the source's words.
    pub accessibility: Option<String>,
    /// People it can serve at once.
    pub capacity: Option<u32>,
    /// Public telephone.
    pub phone: Option<String>,
    /// Public web address.
    pub url: Option<String>,
    /// Who may see where it is.
    pub visibility: Visibility,
}
