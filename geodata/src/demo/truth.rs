//! What is true of the demo city, so that a test or a reader can compare what an analysis finds.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::{Error, Result};

/// A place where something was put on purpose.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hotspot {
    /// Short name.
    pub id: String,
    /// What it is, for people.
    pub title: String,
    /// Middle, degrees.
    pub lon: f64,
    /// Middle, degrees.
    pub lat: f64,
    /// Every incident put there lies within so many metres.
    pub radius_m: f64,
    /// ICCS codes of the incidents put there.
    pub categories: Vec<String>,
    /// Hours of the day in which three in four of them happen.
    pub hours: Vec<u8>,
    /// Days of the week (0 Monday) on which three in four of them happen.
    pub weekdays: Vec<u8>,
    /// Incidents put there, besides those that the rest of the city would have there anyway.
    pub incidents: u64,
    /// Of kinds that police activity finds: left out of hotspots by default.
    pub police_initiated: bool,
}

/// Burglaries that follow one another at the same place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NearRepeats {
    /// The hotspot in which they are.
    pub hotspot: String,
    /// A follow-up lies so many metres from the one before it, at most.
    pub within_m: f64,
    /// And so many days after it, at most.
    pub within_days: u32,
    /// Follow-ups.
    pub follow_ups: u64,
}

/// The violent incidents with an assessed gang context.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GangContext {
    /// Definition under which they were assessed; no other definition was.
    pub definition: String,
    /// Middle, degrees.
    pub lon: f64,
    /// Middle, degrees.
    pub lat: f64,
    /// Metres within which all of them lie.
    pub radius_m: f64,
    /// Assessed, and so.
    pub yes: u64,
    /// Assessed, and not so.
    pub no: u64,
    /// Assessed without result.
    pub unknown: u64,
    /// Violent incidents elsewhere that nobody assessed.
    pub not_assessed: u64,
}

/// A programme whose effect is known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Programme {
    /// Id of the intervention.
    pub intervention: String,
    /// First day.
    pub start: String,
    /// Change of the number of incidents at its place from its start on, against the comparison place: -0.2 is a fifth less.
    pub effect: f64,
    /// Incidents at its place before its start.
    pub before: u64,
    /// Incidents at its place since its start.
    pub since: u64,
    /// Incidents at the comparison place before the start.
    pub comparison_before: u64,
    /// Incidents at the comparison place since the start.
    pub comparison_since: u64,
}

/// Help that is missing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServiceGap {
    /// Type of resource that is missing.
    pub resource_type: String,
    /// Middle of the gap, degrees.
    pub lon: f64,
    /// Middle of the gap, degrees.
    pub lat: f64,
    /// No such resource within so many metres.
    pub radius_m: f64,
    /// Neighbourhoods whose middle lies there.
    pub neighbourhoods: Vec<String>,
    /// Residents of these neighbourhoods, 10 to 24 years old.
    pub residents_10_to_24: f64,
}

/// The whole truth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Truth {
    /// Name of the city.
    pub city: String,
    /// Seed that it was made from.
    pub seed: u64,
    /// Incidents in all.
    pub incidents: u64,
    /// First day with incidents.
    pub first_day: String,
    /// Last day with incidents.
    pub last_day: String,
    /// IANA zone of all times.
    pub zone: String,
    /// West, south, east, north in degrees.
    pub extent: [f64; 4],
    /// Residents.
    pub residents: f64,
    /// Incidents without a place.
    pub without_place: u64,
    /// Longitude and latitude of the stand-in point.
    pub default_point: [f64; 2],
    /// Incidents on it.
    pub at_default_point: u64,
    /// Incidents of which only the month is known.
    pub month_only: u64,
    /// Incidents whose category has no ICCS code.
    pub unmapped: u64,
    /// Incidents of kinds that police activity finds.
    pub police_initiated: u64,
    /// Places where something was put.
    pub hotspots: Vec<Hotspot>,
    /// Burglaries that follow one another.
    pub near_repeats: NearRepeats,
    /// Violent incidents with an assessed gang context.
    pub gang: GangContext,
    /// A programme with a known effect.
    pub programme: Programme,
    /// Help that is missing.
    pub service_gaps: Vec<ServiceGap>,
    /// Resources whose location is hidden.
    pub hidden_resources: u64,
}

impl Truth {
    /// Where the truth of a data file is written: `city.gpkg` has `city.truth.json`.
    #[must_use]
    pub fn path_beside(data: &Path) -> PathBuf {
        data.with_extension("truth.json")
    }

    /// Writes it beside the data file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_beside(&self, data: &Path) -> Result<()> {
        let path = Self::path_beside(data);
        let text = serde_json::to_string_pretty(self).map_err(|e| Error::storage(e.to_string(), ""))?;
        std::fs::write(&path, text).map_err(|e| {
            Error::storage(
                format!("writing {}: {e}", path.display()),
                "make room on the disk, or give this user write permission for the folder",
            )
        })
    }
}
