//! What a policy file holds, as types.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::Tier;

/// A stretch of the calendar that numbers are published for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodKind {
    /// A calendar month.
    Month,
    /// January to March, and so on.
    Quarter,
    /// A calendar year.
    Year,
    /// Everything that the release covers.
    All,
}

/// What a count may be crossed with, besides place, period and category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attribute {
    /// Sex of a victim.
    Sex,
    /// Age band of a victim.
    Age,
    /// Hour of day.
    Hour,
}

impl Attribute {
    /// Name in files and filters.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sex => "sex",
            Self::Age => "age",
            Self::Hour => "hour",
        }
    }
}

/// Rules of one protected cube.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CubeRules {
    /// Counts from this on are published, and 0.
    pub minimum_count: u32,
    /// The same for sensitive records.
    pub minimum_sensitive: u32,
    /// Published numbers are multiples of it.
    pub rounding_base: u32,
    /// Quadkey level of the smallest cell.
    pub finest_level: u8,
    /// Residents that a cell needs to be drawn.
    pub residents_to_draw: u32,
    /// Households that a cell needs to be drawn.
    pub households_to_draw: u32,
    /// Residents that a cell needs to be split by category or attribute.
    pub residents_by_category: u32,
    /// Residents that a cell needs for sensitive records.
    pub residents_sensitive: u32,
    /// Periods that are told apart.
    pub periods: Vec<PeriodKind>,
    /// The same for sensitive records.
    pub periods_sensitive: Vec<PeriodKind>,
    /// ICCS level down to which categories are told apart.
    pub category_level: u8,
    /// Sets of attributes that are crossed, at most 3 in each.
    pub crossed: Vec<Vec<Attribute>>,
    /// Days after its end before a month is published.
    pub lag_days: u32,
    /// Distinct places that a published cell needs.
    pub least_places: u32,
    /// Share of a cell that one place may hold, 0 to 1.
    pub largest_place_share: f64,
    /// Share of non-zero cells that a table may hide, 0 to 1; beyond, it is coarsened.
    pub hidden_share: f64,
}

/// Records that need more care.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sensitive {
    /// ICCS codes, with their descendants.
    pub categories: Vec<String>,
    /// Kinds of context.
    pub contexts: Vec<String>,
    /// Whether a victim under 18 makes a record sensitive.
    pub minor_victims: bool,
    /// ICCS codes whose records have no exact point below analyst tier.
    pub categories_as_points: Vec<String>,
}

/// Gang and organised-crime context.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContextRules {
    /// Residents that a district has at least.
    pub residents: u32,
    /// Periods that are told apart.
    pub periods: Vec<PeriodKind>,
}

/// Hour of day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HourRules {
    /// Residents that a cell needs.
    pub residents: u32,
    /// Periods that hours are pooled over.
    pub periods: Vec<PeriodKind>,
}

/// Rates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// Smallest number that a rate divides by.
    pub least_denominator: u32,
    /// Counts below it make a rate that is marked unreliable.
    pub unreliable_below: u32,
}

/// Counts that come from health services.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Health {
    /// Counts from 1 to below this are withheld.
    pub withheld_below: u32,
    /// Counts from there on are rounded to it.
    pub rounding_base: u32,
}

/// How points are moved for partners.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskRules {
    /// Addresses that the ring holds.
    pub addresses: u32,
    /// The same for sensitive records.
    pub addresses_sensitive: u32,
    /// Smallest radius, metres.
    pub least_radius_m: f64,
    /// Largest radius, metres.
    pub largest_radius_m: f64,
    /// Digits after the point of a degree.
    pub decimals: u8,
}

/// How long things are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Years after which victims' attributes are removed.
    pub victim_attributes_years: u32,
    /// Years after which entries of the access log are removed.
    pub access_log_years: u32,
    /// Months within which a gang context is reviewed, or counts as unknown.
    pub gang_context_months: u32,
}

/// What a tier sees of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// Nothing: 403 with a reason.
    Nothing,
    /// Protected counts of a release.
    Cube,
    /// Places that are public in themselves.
    Places,
    /// Points moved by a ring of addresses.
    Masked,
    /// As recorded.
    Exact,
}

impl Sight {
    /// Name in policy files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Cube => "cube",
            Self::Places => "places",
            Self::Masked => "masked",
            Self::Exact => "exact",
        }
    }
}

/// What each tier sees of one layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerRules {
    /// T0.
    pub public: Sight,
    /// T1.
    pub partner: Sight,
    /// T2.
    pub analyst: Sight,
    /// T3.
    pub custodian: Sight,
}

impl LayerRules {
    /// What a tier sees.
    #[must_use]
    pub fn sight(&self, tier: Tier) -> Sight {
        match tier {
            Tier::Public => self.public,
            Tier::Partner => self.partner,
            Tier::Analyst => self.analyst,
            Tier::Custodian => self.custodian,
        }
    }
}

/// Where help is found; stands beside sensitive layers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Helpline {
    /// Name.
    pub name: String,
    /// What it offers.
    #[serde(default)]
    pub words: String,
    /// Telephone, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Web address.
    pub url: String,
}

/// Layers by id.
pub(super) type Layers = BTreeMap<String, LayerRules>;
