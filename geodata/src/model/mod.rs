//! The vocabulary of the city: incidents, areas, resources, interventions, streets, and the types that keep units apart.

mod area;
mod coordinate;
mod iccs;
mod incident;
mod intervention;
mod period;
mod precision;
mod resource;
mod street;
mod tier;
mod time;
mod victims;

pub use area::{Area, Denominator, RECORDED, Sex};
pub use coordinate::{EARTH_RADIUS_M, LonLat, LonLatBox, MercatorPoint, PlanarPoint};
pub use iccs::{CODES, Code};
pub use incident::{
    Candidate, ContextKind, ContextLink, ContextValue, Discovery, Incident, Offence, Profile, Quality, Victim,
};
pub use intervention::Intervention;
pub use period::parse_period;
pub use precision::{LocationPrecision, PrecisionSet, TimeBasis, TimePrecision};
pub use resource::{Resource, Visibility};
pub use street::Street;
pub use tier::Tier;
pub use time::{Interval, LocalTime, aoristic_weights};
pub use victims::{AGE_BANDS, AGE_NAMES, VictimFilter, age_band};
