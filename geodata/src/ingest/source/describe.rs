//! The keys of a source's TOML file. A column is named once, with alternatives after `|`; case, spaces and underscores do not matter.

use serde::Deserialize;

use crate::model::{ContextKind, ContextValue, Discovery, LocationPrecision, Sex, TimeBasis, Visibility};

/// What a source's rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Recorded incidents.
    Incidents,
    /// Areas, with what rates divide by.
    Areas,
    /// Services that help.
    Resources,
    /// Programmes.
    Interventions,
    /// Streets.
    Streets,
}

impl SourceKind {
    /// Name as in the description.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Incidents => "incidents",
            Self::Areas => "areas",
            Self::Resources => "resources",
            Self::Interventions => "interventions",
            Self::Streets => "streets",
        }
    }
}

/// A portal's or a file's description.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Short stable name, part of every record's identity.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Grows when the meaning of a column or category changes.
    #[serde(default = "one")]
    pub mapping_version: u32,
    /// What the rows are.
    pub kind: SourceKind,
    /// IANA zone of the clock.
    #[serde(default)]
    pub zone: String,
    /// Licence and attribution of the data.
    #[serde(default)]
    pub licence: String,
    /// Guess columns that are not named, and say so in the report.
    #[serde(default)]
    pub guess: bool,
    /// Columns that a file of this source has, for recognising it.
    #[serde(default)]
    pub header: Vec<String>,
    /// Columns dropped by name before anything is kept.
    #[serde(default)]
    pub drop: Vec<String>,
    #[serde(default)]
    pub(crate) format: Format,
    #[serde(default)]
    pub(crate) key: Key,
    #[serde(default)]
    pub(crate) place: Vec<PlaceColumns>,
    #[serde(default)]
    pub(crate) location: Location,
    #[serde(default)]
    pub(crate) time: Option<Time>,
    #[serde(default)]
    pub(crate) category: Option<Category>,
    #[serde(default)]
    pub(crate) context: Vec<ContextRule>,
    #[serde(default)]
    pub(crate) discovery: Vec<DiscoveryRule>,
    #[serde(default)]
    pub(crate) victims: Option<Victims>,
    #[serde(default)]
    pub(crate) leave_out: Vec<LeaveOut>,
    #[serde(default)]
    pub(crate) area: Option<AreaColumns>,
    #[serde(default)]
    pub(crate) resource: Option<ResourceColumns>,
    #[serde(default)]
    pub(crate) intervention: Option<InterventionColumns>,
    #[serde(default)]
    pub(crate) street: Option<StreetColumns>,
}

fn one() -> u32 {
    1
}

/// How the bytes are written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Format {
    /// CSV separator, `,` unless told.
    pub separator: Option<char>,
    /// CSV quote, `"` unless told; never guessed from a sample.
    pub quote: Option<char>,
    /// Encoding label (`utf-8`, `windows-1252`); without one, UTF-8, or Windows-1252 where the first bytes are not UTF-8.
    pub encoding: Option<String>,
    /// Decimal mark, `.` unless told.
    pub decimal: Option<char>,
    /// Layer of a GeoPackage, the first vector layer unless told.
    pub layer: Option<String>,
    /// EPSG code of the geometry where the file does not say.
    pub epsg: Option<u16>,
    /// Order of the axes in geometries and well-known text.
    #[serde(default)]
    pub axis: Axis,
    /// Texts that stand for nothing, in any column.
    #[serde(default)]
    pub nothing: Vec<String>,
}

/// Which coordinate comes first in a geometry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Axis {
    /// Longitude or easting.
    #[default]
    Xy,
    /// Latitude or northing.
    Yx,
}

/// What makes a record the same record.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Key {
    /// Groups of columns; the first group that is wholly filled is the key. Without one, a hash of the row and its ordinal.
    #[serde(default)]
    pub columns: Vec<Vec<String>>,
    /// What rows of one file with the same key are.
    #[serde(default)]
    pub repeats: Repeats,
    /// Characters of the key that are kept, for portals that publish it in two lengths.
    pub chars: Option<usize>,
    /// Columns that tell keyless rows apart besides category, time and place.
    #[serde(default)]
    pub also: Vec<String>,
    /// Rows that add to an incident of their key and never make one, where rows are offences.
    pub supplement: Option<Values>,
}

/// A column and the values of it that are meant.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Values {
    pub column: String,
    /// Values or patterns.
    pub values: Vec<String>,
}

/// What a repeated key means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Repeats {
    /// A later row replaces an earlier one.
    #[default]
    Replace,
    /// Another incident, unless nothing differs.
    Separate,
    /// Another victim of the same incident.
    Victims,
    /// Another offence of the same incident.
    Offences,
}

/// A pair of coordinate columns: `lon` and `lat`, `x` and `y` with `epsg`, or `wkt`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlaceColumns {
    /// Longitude, degrees.
    pub lon: Option<String>,
    /// Latitude, degrees.
    pub lat: Option<String>,
    /// Easting in the units of `epsg`.
    pub x: Option<String>,
    /// Northing in the units of `epsg`.
    pub y: Option<String>,
    /// Point as well-known text, longitude first.
    pub wkt: Option<String>,
    /// EPSG code of the pair, 4326 unless told.
    pub epsg: Option<u16>,
}

/// How well the place is known.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Location {
    /// Precision class of a row with a place.
    pub precision: Option<LocationPrecision>,
    /// Uncertainty in metres where the source states its own.
    pub uncertainty_m: Option<u32>,
    /// West, south, east, north in degrees; a place outside is set aside.
    pub bounds: Option<[f64; 4]>,
    /// Points (longitude, latitude) that stand for no place, besides (0, 0) and (-1, -1).
    #[serde(default)]
    pub sentinels: Vec<[f64; 2]>,
    /// The area that the source itself names: columns joined by `/`.
    #[serde(default)]
    pub area: Vec<String>,
    /// Block or address, read only to find default points; never kept.
    pub address: Option<String>,
    /// Rows that the source places otherwise than the rest.
    #[serde(default)]
    pub otherwise: Vec<PlacedOtherwise>,
}

/// Rows with a precision of their own: a portal may move some categories to a police station or a corner.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlacedOtherwise {
    pub column: String,
    /// Values or patterns.
    pub values: Vec<String>,
    pub precision: LocationPrecision,
}

/// When.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Time {
    /// Columns in order of preference.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Or the columns of year, month, day, hour and minute, in this order; the first empty one ends what is known.
    #[serde(default)]
    pub parts: Vec<String>,
    /// Time of day, where it has its own column.
    pub clock: Option<String>,
    /// End of the interval, where the source has one.
    pub until: Option<String>,
    /// Time of day of the end, where it has its own column.
    pub until_clock: Option<String>,
    /// The same moment in UTC, where the source has both: rows in which the two disagree are flagged.
    pub utc: Option<String>,
    /// Forms in the order to try; the first is the usual one. `%Y %m %d %H %I %M %S %f %p %b %z %s`.
    #[serde(default)]
    pub forms: Vec<String>,
    /// What it is the time of.
    pub basis: TimeBasis,
    /// Times of day that stand for an unknown one.
    #[serde(default)]
    pub placeholders: Vec<String>,
    /// First and last year that a row may have.
    pub years: Option<[i16; 2]>,
}

/// What happened.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Category {
    /// Category in words.
    pub text: Option<String>,
    /// Words for a category that is only a flag: value or pattern, and word; the crosswalk speaks of the words.
    #[serde(default)]
    pub text_words: Vec<[String; 2]>,
    /// The source's code.
    pub code: Option<String>,
    /// Finer words.
    pub detail: Option<String>,
    /// Status of the case.
    pub status: Option<String>,
    /// Words for a status that is only a flag: `[["true", "arrest made"]]`; other values give no status.
    #[serde(default)]
    pub status_words: Vec<[String; 2]>,
    /// Weapon column.
    pub weapon: Option<String>,
    /// Words for the weapon column, or without one for weapons named in the detail: pattern and word.
    #[serde(default)]
    pub weapon_words: Vec<[String; 2]>,
    /// Details or texts that say the offence was attempted.
    #[serde(default)]
    pub attempted: Vec<String>,
    /// Column that `attempted` speaks of, where it is neither the detail nor the text.
    pub attempted_in: Option<String>,
    /// Texts whose records come from the police's own activity.
    #[serde(default)]
    pub police_initiated: Vec<String>,
    /// Lines `text | detail or code pattern | ICCS codes, 1 first | confidence`.
    #[serde(default)]
    pub crosswalk: String,
}

/// A statement about context that follows from a column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContextRule {
    pub kind: ContextKind,
    /// Column that says it.
    pub column: String,
    /// Values or patterns that mean yes.
    #[serde(default)]
    pub yes: Vec<String>,
    /// Values that mean no.
    #[serde(default)]
    pub no: Vec<String>,
    /// The cell is a list of codes, spaces or commas apart, and `yes` and `no` are codes.
    #[serde(default)]
    pub list: bool,
    /// What every other value means.
    #[serde(default = "not_assessed")]
    pub otherwise: ContextValue,
    /// Definition that the source applies.
    pub definition: String,
    /// On what ground.
    #[serde(default)]
    pub basis: String,
}

/// How rows with some values became known.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiscoveryRule {
    pub column: String,
    /// Values or patterns.
    pub values: Vec<String>,
    pub discovery: Discovery,
}

fn not_assessed() -> ContextValue {
    ContextValue::NotAssessed
}

/// Columns about a victim.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Victims {
    pub sex: Option<String>,
    /// Age in years.
    pub age: Option<String>,
    /// Age group in words.
    pub group: Option<String>,
    /// Age groups: words, first and last year.
    #[serde(default)]
    pub groups: Vec<(String, u8, u8)>,
    /// The lowest number that is an age; some portals write 0 for an unknown one.
    #[serde(default)]
    pub youngest: u8,
    pub kind: Option<String>,
    /// Words for the kind: value and word; other values give no kind.
    #[serde(default)]
    pub kind_words: Vec<[String; 2]>,
    pub injury: Option<String>,
    /// Injury words: value and word.
    #[serde(default)]
    pub injury_words: Vec<[String; 2]>,
}

/// Rows that are not wanted, and why.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeaveOut {
    pub column: String,
    /// Values or patterns.
    pub values: Vec<String>,
    pub reason: String,
}

/// Columns of areas.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AreaColumns {
    /// Collection that the areas belong to; without one, the file's name.
    pub collection: Option<String>,
    /// Columns of the id, joined by `/`.
    #[serde(default)]
    pub id: Vec<String>,
    pub name: Option<String>,
    pub level: Option<u8>,
    pub parent: Option<String>,
    pub valid_from: Option<String>,
    #[serde(default)]
    pub denominator: Vec<DenominatorColumn>,
    #[serde(default)]
    pub recorded: Vec<RecordedColumns>,
}

/// Columns of what was recorded in an area as a whole, one a year.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordedColumns {
    /// Names with `{yy}` or `{yyyy}` where the year stands; all else must be the same to the letter.
    pub columns: Vec<String>,
    /// Category in the source's words.
    pub category: String,
    /// ICCS code.
    pub code: String,
}

/// A column to divide by.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DenominatorColumn {
    pub kind: String,
    pub column: String,
    pub sex: Option<Sex>,
    pub age: Option<(u8, u8)>,
    pub year: Option<i16>,
    #[serde(default)]
    pub source: String,
}

/// Columns of resources.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResourceColumns {
    /// Type of every row, unless `type_column` says otherwise.
    #[serde(rename = "type")]
    pub resource_type: String,
    pub type_column: Option<String>,
    /// Values of `type_column` and our types.
    #[serde(default)]
    pub types: Vec<[String; 2]>,
    pub approach: Option<String>,
    /// Approach of a type.
    #[serde(default)]
    pub approaches: Vec<[String; 2]>,
    #[serde(default)]
    pub target_groups: Vec<String>,
    pub target_column: Option<String>,
    pub name: Option<String>,
    pub organisation: Option<String>,
    pub address: Option<String>,
    pub service_area: Option<String>,
    pub opening_hours: Option<String>,
    pub languages: Option<String>,
    pub accessibility: Option<String>,
    pub capacity: Option<String>,
    pub phone: Option<String>,
    pub url: Option<String>,
    pub visibility: Option<Visibility>,
    /// Values of `type_column` whose places are never shown.
    #[serde(default)]
    pub hidden: Vec<String>,
}

/// Columns of interventions.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InterventionColumns {
    pub name: Option<String>,
    pub aims: Option<String>,
    pub approach: Option<String>,
    pub start: Option<String>,
    pub end: Option<String>,
    pub dosage: Option<String>,
    pub cost: Option<String>,
    pub partners: Option<String>,
    pub design: Option<String>,
    pub registered_at: Option<String>,
    pub tags: Option<String>,
}

/// Columns of streets.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StreetColumns {
    /// Columns of the id, joined by `/`; without one, the row's number.
    #[serde(default)]
    pub id: Vec<String>,
    pub name: Option<String>,
    pub class: Option<String>,
}
