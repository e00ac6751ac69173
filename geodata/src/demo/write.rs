//! From drafts to incidents: profiles, keys in order of time, victims.

use std::collections::HashMap;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use super::areas::{neighbourhood_at, neighbourhood_id};
use super::happen::{Draft, Mark};
use super::kinds::{KINDS, Kind};
use super::time::ZONE;
use crate::error::Result;
use crate::model::{
    Candidate, Code, ContextKind, ContextLink, ContextValue, Discovery, Incident, Interval, LocalTime,
    LocationPrecision, Offence, Profile, Quality, Sex, TimeBasis, TimePrecision, Victim,
};

/// Source id of the police's own records.
pub(super) const POLICE: &str = "demo_police";
/// Source id of the monthly open data.
pub(super) const MONTHLY: &str = "demo_monthly";
/// The one definition of gang context under which anything was assessed.
pub(super) const GANG_DEFINITION: &str = "eurogang-2006";
/// Definition of the link to an intimate partner.
const PARTNER_DEFINITION: &str = "demo-relationship-code";
/// First key of the police's records.
const FIRST_KEY: usize = 1_000_001;

/// What makes one profile differ from another.
#[derive(PartialEq, Eq, Hash, Clone, Copy)]
struct Shape {
    kind: u8,
    precision: LocationPrecision,
    time: TimePrecision,
    mark: Mark,
    has_firearm: bool,
}

/// Writes drafts out; equal profiles are shared.
#[derive(Default)]
pub(super) struct Writer {
    profiles: HashMap<Shape, Arc<Profile>>,
}

impl Writer {
    /// The incident of a draft that is number `n` of its source in order of time.
    pub(super) fn incident(&mut self, draft: &Draft, n: usize) -> Result<Incident> {
        let kind = &KINDS[usize::from(draft.kind)];
        let is_monthly = draft.mark == Mark::Monthly;
        let (time, seconds) = match draft.mark {
            Mark::Monthly => (TimePrecision::Month, month_seconds(draft.from)),
            Mark::Placeholder => (TimePrecision::Day, 86_400),
            _ if draft.seconds > 0 => (TimePrecision::Interval, draft.seconds),
            _ => (TimePrecision::Minute, 60),
        };
        let from = if time == TimePrecision::Day { draft.from - draft.from.rem_euclid(86_400) } else { draft.from };
        let has_firearm = matches!(kind.code, "H1" | "H2" | "R1") && draft.bits % 5 < 2;
        let shape = Shape { kind: draft.kind, precision: draft.precision, time, mark: draft.mark, has_firearm };
        let profile = match self.profiles.get(&shape) {
            Some(profile) => profile.clone(),
            None => {
                let profile = Arc::new(profile(kind, shape)?);
                self.profiles.insert(shape, profile.clone());
                profile
            }
        };
        // A hash as key where the portal gives hashes; numbers where it counts.
        let key = if is_monthly {
            format!("{:016x}", xxh3_64(&(n as u64).to_le_bytes()))
        } else {
            (FIRST_KEY + n).to_string()
        };
        let point = draft.spot.and_then(super::layout::Spot::lon_lat);
        let mut content = [0_u8; 40];
        for (part, value) in content.chunks_exact_mut(8).zip([
            draft.from.cast_unsigned(),
            seconds.cast_unsigned(),
            point.map_or(0, |p| p.lon().to_bits()),
            point.map_or(0, |p| p.lat().to_bits()),
            draft.bits,
        ]) {
            part.copy_from_slice(&value.to_le_bytes());
        }
        Ok(Incident {
            key,
            row_hash: xxh3_64(&content),
            profile,
            time: Interval { from: LocalTime(from), to: LocalTime(from + seconds) },
            point,
            recorded_area: draft.spot.filter(|_| !is_monthly).map(|s| neighbourhood_id(neighbourhood_at(s))),
            victims: victims(kind, draft),
        })
    }
}

/// Seconds of the month that begins at `from`.
fn month_seconds(from: i64) -> i64 {
    let days = LocalTime(from).civil().map_or(31, |t| i64::from(t.date().days_in_month()));
    days * 86_400
}

fn profile(kind: &Kind, shape: Shape) -> Result<Profile> {
    let confidence = if kind.iccs.len() > 1 { 3 } else { 1 };
    let candidates = kind.iccs.iter().map(|code| Ok(Candidate { code: Code::parse(code)?, confidence }));
    let is_monthly = shape.mark == Mark::Monthly;
    let mut context = Vec::new();
    if kind.is_violent() && !is_monthly {
        let (value, basis) = match shape.mark {
            Mark::Gang(0) => (ContextValue::Yes, "analyst's reading of the file"),
            Mark::Gang(1) => (ContextValue::No, "analyst's reading of the file"),
            Mark::Gang(_) => (ContextValue::Unknown, "analyst's reading of the file"),
            _ => (ContextValue::NotAssessed, "nobody looked"),
        };
        context.push(ContextLink {
            kind: ContextKind::Gang,
            value,
            definition: GANG_DEFINITION.to_owned(),
            basis: basis.to_owned(),
            // Far off: the demo's truth must hold on whatever day it is looked at.
            review_by: Some("2099-12-31".to_owned()),
        });
    }
    if shape.mark == Mark::Partner {
        context.push(ContextLink {
            kind: ContextKind::IntimatePartner,
            value: ContextValue::Yes,
            definition: PARTNER_DEFINITION.to_owned(),
            basis: "relationship code of the record".to_owned(),
            review_by: None,
        });
    }
    let quality = if shape.mark == Mark::Placeholder { Quality::PLACEHOLDER_TIME } else { 0 };
    Ok(Profile {
        source: if is_monthly { MONTHLY } else { POLICE }.to_owned(),
        mapping_version: 1,
        offences: vec![Offence {
            source_code: kind.code.to_owned(),
            source_text: kind.text.to_owned(),
            candidates: candidates.collect::<Result<_>>()?,
        }],
        time_precision: shape.time,
        time_basis: if is_monthly { TimeBasis::Reported } else { TimeBasis::Occurred },
        zone: ZONE.to_owned(),
        location_precision: shape.precision,
        uncertainty_m: None,
        context,
        discovery: if is_monthly { Discovery::Unknown } else { kind.discovery },
        status: None,
        weapon: shape.has_firearm.then(|| "firearm".to_owned()),
        quality: Quality(quality),
    })
}

/// One victim where the kind has one, with an age group of five years.
fn victims(kind: &Kind, draft: &Draft) -> Vec<Victim> {
    if !kind.has_person || draft.mark == Mark::Monthly {
        return Vec::new();
    }
    let bits = draft.bits >> 8;
    let female = match kind.code {
        "S1" => 85,
        _ if draft.mark == Mark::Partner => 80,
        "H1" | "H2" | "R1" => 25,
        _ => 45,
    };
    let sex = if bits % 100 < female { Sex::Female } else { Sex::Male };
    // The smaller of two draws: the young are victims more often.
    let age = 10 + 5 * ((bits >> 8) % 14).min((bits >> 16) % 14) as u8;
    let injury = match kind.code {
        "H1" => Some("fatal"),
        "H2" | "A2" => Some("serious"),
        "A1" => Some("minor"),
        _ => None,
    };
    vec![Victim {
        sex: Some(sex),
        age: Some((age, age + 4)),
        kind: Some("person".to_owned()),
        injury: injury.map(str::to_owned),
    }]
}
