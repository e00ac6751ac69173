//! A recorded incident: what, when, where, and how well each is known. There is no person in it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Code, Interval, LocationPrecision, LonLat, Sex, TimeBasis, TimePrecision};

/// One ICCS code that the source's category may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Candidate {
    /// The code.
    pub code: Code,
    /// 1 certain, 2 likely, 3 one of several.
    pub confidence: u8,
}

/// A source's own category, and the ICCS codes it may mean: one where it is certain, several where the source merges, none where it is not in the ICCS.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Offence {
    /// The source's code, or empty.
    pub source_code: String,
    /// The source's words.
    pub source_text: String,
    /// What it may mean.
    pub candidates: Vec<Candidate>,
}

/// What kind of context a link speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContextKind {
    /// Gang-related, under the link's definition.
    Gang,
    /// Linked to organised crime.
    OrganisedCrime,
    /// Within the family.
    Family,
    /// By an intimate partner.
    IntimatePartner,
    /// Trafficking in persons.
    Trafficking,
    /// A firearm was used or shown.
    Firearm,
}

impl ContextKind {
    /// The name used in files and filters.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gang => "gang",
            Self::OrganisedCrime => "organised_crime",
            Self::Family => "family",
            Self::IntimatePartner => "intimate_partner",
            Self::Trafficking => "trafficking",
            Self::Firearm => "firearm",
        }
    }
}

impl ContextValue {
    /// The name used in files and filters.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
            Self::NotAssessed => "not_assessed",
        }
    }
}

/// `NotAssessed` is not `No`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContextValue {
    /// Assessed, and so.
    Yes,
    /// Assessed, and not so.
    No,
    /// Assessed without result.
    Unknown,
    /// Nobody looked.
    NotAssessed,
}

/// A statement about an incident's context, under one named definition.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ContextLink {
    /// Of what.
    pub kind: ContextKind,
    /// What was found.
    pub value: ContextValue,
    /// Which definition was applied, for example `eurogang-2006`; definitions are never mixed.
    pub definition: String,
    /// On what ground: a flag of the source, a coder's reading.
    pub basis: String,
    /// Past this date (YYYY-MM-DD) the link counts as unknown.
    pub review_by: Option<String>,
}

/// How the incident became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Discovery {
    /// The victim reported it.
    Victim,
    /// A witness reported it.
    Witness,
    /// The police's own activity found it (stops, drug possession, public order).
    PoliceInitiated,
    /// A hospital reported it.
    Health,
    /// The source does not say.
    Unknown,
}

/// Doubts about a record, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Quality(pub u16);

impl Quality {
    /// The time of day is the source's placeholder (00:00).
    pub const PLACEHOLDER_TIME: u16 = 1;
    /// The coordinate is a known stand-in of the source.
    pub const SENTINEL_POINT: u16 = 2;
    /// The date was in another form than most of the file's.
    pub const OTHER_DATE_FORM: u16 = 4;
    /// The source counts it as attempted.
    pub const ATTEMPTED: u16 = 8;
    /// The source gives the moment on two clocks, and they disagree.
    pub const CLOCKS_DISAGREE: u16 = 16;

    /// Whether the bit is set.
    #[must_use]
    pub fn has(self, bit: u16) -> bool {
        self.0 & bit != 0
    }
}

/// What many incidents of a source have in common; held once and shared.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Profile {
    /// Which source (id of its description).
    pub source: String,
    /// Version of the mapping that made it.
    pub mapping_version: u32,
    /// What the source says happened.
    pub offences: Vec<Offence>,
    /// How finely the time is known.
    pub time_precision: TimePrecision,
    /// What the time is the time of.
    pub time_basis: TimeBasis,
    /// IANA zone of the clock.
    pub zone: String,
    /// How the place was given.
    pub location_precision: LocationPrecision,
    /// Uncertainty of the place in whole metres, where it has a bound.
    pub uncertainty_m: Option<u32>,
    /// Statements about the context.
    pub context: Vec<ContextLink>,
    /// How it became known.
    pub discovery: Discovery,
    /// The source's status of the case.
    pub status: Option<String>,
    /// Weapon in the source's words.
    pub weapon: Option<String>,
    /// Doubts.
    pub quality: Quality,
}

/// A victim, without anything that names a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Victim {
    /// Sex, where the source says.
    pub sex: Option<Sex>,
    /// Age interval in whole years, both ends inside.
    pub age: Option<(u8, u8)>,
    /// Person, business, state ... in the source's words.
    pub kind: Option<String>,
    /// Injury in the source's words (fatal, non-fatal ...).
    pub injury: Option<String>,
}

/// One recorded incident. Deliberately neither `Debug` nor `Serialize`: rows leave the library only as `Released`.
#[derive(Clone, PartialEq)]
pub struct Incident {
    /// The source's key, or a hash of the row with its ordinal where the source has none. Unique within the source.
    pub key: String,
    /// Hash of everything imported from the row: unchanged rows are recognised by it.
    pub row_hash: u64,
    /// What it shares with others.
    pub profile: Arc<Profile>,
    /// When, on the clock of the profile's zone.
    pub time: Interval,
    /// Where, if it has a place.
    pub point: Option<LonLat>,
    /// The area that the source itself names (community area, LSOA, colonia), if any.
    pub recorded_area: Option<String>,
    /// Victims, where the source has them.
    pub victims: Vec<Victim>,
}
