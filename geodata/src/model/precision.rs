//! How well a source knows the place and the time; nothing is ever made finer than this.

use serde::{Deserialize, Serialize};

/// How the location was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum LocationPrecision {
    /// Surveyed or geocoded to the address.
    Exact = 0,
    /// The parcel.
    Parcel = 1,
    /// Moved to one of a list of points (data.police.uk).
    SnapPoint = 2,
    /// The block or hundred block.
    Block = 3,
    /// The nearest intersection.
    Intersection = 4,
    /// An area of some hundred metres.
    SmallArea = 5,
    /// An area of kilometres.
    LargeArea = 6,
    /// Moved by a random offset.
    Offset = 7,
    /// A stand-in for an unknown place: a city centroid, a police station.
    DefaultPoint = 8,
    /// No place.
    None = 9,
}

impl LocationPrecision {
    /// All, in order of their discriminant.
    pub const ALL: [Self; 10] = [
        Self::Exact,
        Self::Parcel,
        Self::SnapPoint,
        Self::Block,
        Self::Intersection,
        Self::SmallArea,
        Self::LargeArea,
        Self::Offset,
        Self::DefaultPoint,
        Self::None,
    ];

    /// The usual uncertainty in metres, where the source states none of its own; `None` where there is no bound.
    #[must_use]
    pub fn uncertainty_m(self) -> Option<f32> {
        match self {
            Self::Exact => Some(10.0),
            Self::Parcel => Some(30.0),
            Self::SnapPoint | Self::Block | Self::Intersection => Some(100.0),
            Self::SmallArea => Some(500.0),
            Self::LargeArea => Some(2000.0),
            Self::Offset => Some(300.0),
            Self::DefaultPoint | Self::None => None,
        }
    }

    /// The name used in files and filters.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Parcel => "parcel",
            Self::SnapPoint => "snap_point",
            Self::Block => "block",
            Self::Intersection => "intersection",
            Self::SmallArea => "small_area",
            Self::LargeArea => "large_area",
            Self::Offset => "offset",
            Self::DefaultPoint => "default_point",
            Self::None => "none",
        }
    }
}

/// A set of location precisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PrecisionSet(pub u16);

impl PrecisionSet {
    /// Every precision.
    pub const ALL: Self = Self(0x3ff);
    /// What a point-based statistic may use: neither stand-ins nor areas of kilometres nor no place at all.
    pub const POINTLIKE: Self = Self(0x3ff & !(1 << 6) & !(1 << 8) & !(1 << 9));

    /// Whether the precision is in the set.
    #[must_use]
    pub fn has(self, p: LocationPrecision) -> bool {
        self.0 & (1 << p as u16) != 0
    }
}

/// How finely the time is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum TimePrecision {
    /// To the minute or better.
    Minute = 0,
    /// To the hour.
    Hour = 1,
    /// The day; the hour is unknown.
    Day = 2,
    /// The month; the day is unknown.
    Month = 3,
    /// The year.
    Year = 4,
    /// From one time to another, as the source says.
    Interval = 5,
}

impl TimePrecision {
    /// Whether an hour of day may be read from it. An interval has one only while it stays inside the hour.
    #[must_use]
    pub fn has_hour(self) -> bool {
        matches!(self, Self::Minute | Self::Hour)
    }

    /// Whether a day of the week may be read from it.
    #[must_use]
    pub fn has_day(self) -> bool {
        matches!(self, Self::Minute | Self::Hour | Self::Day)
    }

    /// The name used in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
            Self::Interval => "interval",
        }
    }
}

/// What the time is the time of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeBasis {
    /// When it happened.
    Occurred,
    /// When it was reported.
    Reported,
    /// When a unit was sent.
    Dispatched,
    /// When the person came to hospital.
    Admitted,
}
