//! Made-up rows, the same for the same seed: for measurements and tests of the store, not for people (see `demo`).

use std::sync::Arc;

use super::Store;
use crate::error::Result;
use crate::limits::IMPORT_BATCH_ROWS;
use crate::model::{
    Candidate, Code, Discovery, Incident, Interval, LocalTime, LocationPrecision, LonLat, Offence, Profile, Quality,
    TimeBasis, TimePrecision,
};
use crate::report::ImportReport;

/// Source id of the made-up rows.
pub const SOURCE: &str = "synthetic";
/// First second of the made-up rows, and how many seconds they span: ten years from 2015.
const BEGIN_S: i64 = 1_420_070_400;
const SPAN_S: i64 = 315_532_800;
/// Profiles that the rows share.
const PROFILES: usize = 30;

/// Fills a store with `rows` made-up incidents with numbered keys, in order of key and time, through the same session
/// as an import. Returns how many rows were new, updated and unchanged.
///
/// # Errors
/// As an import's.
pub fn fill(store: &mut Store, rows: u64, seed: u64) -> Result<(u64, u64, u64)> {
    let profiles = profiles();
    let mut import = store.begin_import(SOURCE, 1, "made up", seed ^ rows.rotate_left(32))?;
    let mut total = super::Outcome::default();
    let mut batch = Vec::with_capacity(IMPORT_BATCH_ROWS.min(rows as usize));
    let mut first = 0;
    while first < rows {
        let end = rows.min(first + IMPORT_BATCH_ROWS as u64);
        batch.clear();
        batch.extend((first..end).map(|n| incident(n, rows, seed, &profiles)));
        total += import.incidents(&batch)?;
        first = end;
    }
    import.finish(&ImportReport { source: SOURCE.to_owned(), read: rows, ..ImportReport::default() })?;
    Ok((total.stored, total.updated, total.unchanged))
}

/// Reads every incident with the columns that the index needs, and returns how many there are.
///
/// # Errors
/// The file cannot be read.
pub fn scan(store: &Store) -> Result<u64> {
    let mut n = 0;
    store.scan_incidents(i64::MIN..i64::MAX, &mut |row| n += u64::from(row.to > row.from))?;
    Ok(n)
}

/// Thirty profiles, one for each of as many codes.
pub(crate) fn profiles() -> Vec<Arc<Profile>> {
    let codes: Vec<Code> = Code::all().step_by(325 / PROFILES).take(PROFILES).collect();
    let profile = |code: Code| Profile {
        source: SOURCE.to_owned(),
        mapping_version: 1,
        offences: vec![Offence {
            source_code: code.text().to_owned(),
            source_text: code.title().to_owned(),
            candidates: vec![Candidate { code, confidence: 1 }],
        }],
        time_precision: TimePrecision::Minute,
        time_basis: TimeBasis::Occurred,
        zone: "Europe/Rome".to_owned(),
        location_precision: LocationPrecision::Block,
        uncertainty_m: None,
        context: vec![],
        discovery: Discovery::Victim,
        status: None,
        weapon: None,
        quality: Quality::default(),
    };
    codes.into_iter().map(|c| Arc::new(profile(c))).collect()
}

/// Row `n` of `rows`.
pub(crate) fn incident(n: u64, rows: u64, seed: u64, profiles: &[Arc<Profile>]) -> Incident {
    let r = mix(seed ^ n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let s = mix(r);
    // Some 100,000 places in 30 x 30 km, the first of them the fullest: r squared leans towards 0.
    let unit = (r >> 11) as f64 / (1_u64 << 53) as f64;
    let place = (unit * unit * 100_000.0) as u64;
    let spot = mix(place);
    let (x, y) = ((spot & 0xffff) as f64 / 65_536.0, (spot >> 16 & 0xffff) as f64 / 65_536.0);
    let from = BEGIN_S + (n as i128 * i128::from(SPAN_S) / i128::from(rows.max(1))) as i64 / 60 * 60;
    Incident {
        key: (10_000_000 + n).to_string(),
        row_hash: s,
        profile: profiles[(s >> 8) as usize % profiles.len()].clone(),
        time: Interval { from: LocalTime(from), to: LocalTime(from + 60) },
        point: LonLat::new(10.0 + x * 0.38, 45.0 + y * 0.27).ok(),
        recorded_area: Some((1 + place % 77).to_string()),
        victims: vec![],
    }
}

/// SplitMix64's finaliser.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
