//! The dictionary of profiles: what many incidents have in common is stored once, by content, and rows hold its number.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::error::{Error, Result};
use crate::model::{
    Candidate, Code, ContextLink, Discovery, LocationPrecision, Offence, Profile, Quality, TimeBasis, TimePrecision,
};

/// Profiles of one import that are remembered; past it the memory is emptied and filled again.
const REMEMBERED: usize = 200_000;

/// The source's code and words, and the candidates with their confidence.
type StoredOffence = (String, String, Vec<(String, u8)>);

/// A profile as JSON. Its own type, because the model's are deliberately not serialisable as a whole.
#[derive(Serialize, Deserialize)]
struct Content {
    source: String,
    mapping_version: u32,
    offences: Vec<StoredOffence>,
    time_precision: TimePrecision,
    time_basis: TimeBasis,
    zone: String,
    location_precision: LocationPrecision,
    uncertainty_m: Option<u32>,
    context: Vec<ContextLink>,
    discovery: Discovery,
    status: Option<String>,
    weapon: Option<String>,
    quality: u16,
}

/// The text that stands for a profile; equal profiles have equal texts.
pub(super) fn content(p: &Profile) -> Result<String> {
    let codes = |o: &Offence| o.candidates.iter().map(|c| (c.code.text().to_owned(), c.confidence)).collect();
    let content = Content {
        source: p.source.clone(),
        mapping_version: p.mapping_version,
        offences: p.offences.iter().map(|o| (o.source_code.clone(), o.source_text.clone(), codes(o))).collect(),
        time_precision: p.time_precision,
        time_basis: p.time_basis,
        zone: p.zone.clone(),
        location_precision: p.location_precision,
        uncertainty_m: p.uncertainty_m,
        context: p.context.clone(),
        discovery: p.discovery,
        status: p.status.clone(),
        weapon: p.weapon.clone(),
        quality: p.quality.0,
    };
    serde_json::to_string(&content).map_err(|e| Error::storage(format!("a profile cannot be written: {e}"), ""))
}

/// Reads a profile back.
///
/// # Errors
/// The text is not a profile.
pub(super) fn parse(text: &str) -> Result<Profile> {
    let bad = |e: &dyn std::fmt::Display| {
        Error::storage(
            format!("a profile in the file cannot be read: {e}"),
            "import the source files again into a new file",
        )
    };
    let c: Content = serde_json::from_str(text).map_err(|e| bad(&e))?;
    let offence = |(source_code, source_text, codes): (String, String, Vec<(String, u8)>)| {
        let candidates =
            codes.into_iter().map(|(code, confidence)| Ok(Candidate { code: Code::parse(&code)?, confidence }));
        Ok(Offence { source_code, source_text, candidates: candidates.collect::<Result<_>>()? })
    };
    Ok(Profile {
        source: c.source,
        mapping_version: c.mapping_version,
        offences: c.offences.into_iter().map(offence).collect::<Result<_>>().map_err(|e| bad(&e))?,
        time_precision: c.time_precision,
        time_basis: c.time_basis,
        zone: c.zone,
        location_precision: c.location_precision,
        uncertainty_m: c.uncertainty_m,
        context: c.context,
        discovery: c.discovery,
        status: c.status,
        weapon: c.weapon,
        quality: Quality(c.quality),
    })
}

/// Finds the number of a profile: by address, else by content in the file, else by writing it.
#[derive(Default)]
pub(super) struct Dictionary {
    /// By address. The `Arc` is held so that no other profile can come to live there.
    by_address: HashMap<usize, (Arc<Profile>, u32)>,
    by_content: HashMap<Arc<Profile>, u32>,
    last: Option<(usize, u32)>,
}

impl Dictionary {
    /// Forgets everything: what was written in a transaction that did not commit is not there.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// The number of a profile, in the open transaction.
    pub(super) fn number(
        &mut self,
        conn: &Connection,
        profile: &Arc<Profile>,
    ) -> Result<std::result::Result<u32, rusqlite::Error>> {
        let address = Arc::as_ptr(profile) as usize;
        if let Some((last, id)) = self.last
            && last == address
        {
            return Ok(Ok(id));
        }
        let known = self.by_address.get(&address).map(|(_, id)| *id);
        let id = match known.or_else(|| self.by_content.get(profile).copied()) {
            Some(id) => id,
            None => match find_or_write(conn, profile, &content(profile)?) {
                Ok(id) => id,
                Err(e) => return Ok(Err(e)),
            },
        };
        if known.is_none() {
            if self.by_address.len() >= REMEMBERED {
                self.forget();
            }
            self.by_address.insert(address, (profile.clone(), id));
            self.by_content.insert(profile.clone(), id);
        }
        self.last = Some((address, id));
        Ok(Ok(id))
    }
}

fn find_or_write(conn: &Connection, p: &Profile, content: &str) -> rusqlite::Result<u32> {
    let hash = xxh3_64(content.as_bytes()).cast_signed();
    let mut find = conn.prepare_cached("SELECT id FROM profiles WHERE content_hash = ?1 AND content = ?2")?;
    if let Some(row) = find.query(params![hash, content])?.next()? {
        return row.get(0);
    }
    let joined = |f: fn(&Offence) -> String| {
        let mut parts: Vec<String> = p.offences.iter().map(f).filter(|t| !t.is_empty()).collect();
        parts.dedup();
        parts.join("; ")
    };
    let iccs = joined(|o| o.candidates.iter().map(|c| c.code.text()).collect::<Vec<_>>().join("|"));
    conn.prepare_cached(
        "INSERT INTO profiles (content_hash, source, source_code, category, iccs, time_precision, time_basis, zone,
         location_precision, uncertainty_m, discovery, status, weapon, content)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?
    .insert(params![
        hash,
        p.source,
        joined(|o| o.source_code.clone()),
        joined(|o| o.source_text.clone()),
        iccs,
        p.time_precision.name(),
        basis(p.time_basis),
        p.zone,
        p.location_precision.name(),
        p.uncertainty_m,
        discovery(p.discovery),
        p.status,
        p.weapon,
        content,
    ])
    .map(|id| u32::try_from(id).unwrap_or(u32::MAX))
}

fn basis(b: TimeBasis) -> &'static str {
    match b {
        TimeBasis::Occurred => "occurred",
        TimeBasis::Reported => "reported",
        TimeBasis::Dispatched => "dispatched",
        TimeBasis::Admitted => "admitted",
    }
}

fn discovery(d: Discovery) -> &'static str {
    match d {
        Discovery::Victim => "victim",
        Discovery::Witness => "witness",
        Discovery::PoliceInitiated => "police_initiated",
        Discovery::Health => "health",
        Discovery::Unknown => "unknown",
    }
}
