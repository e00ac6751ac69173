//! From the store's rows to segments: numbered facets, consecutive days gathered, each segment sorted.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::clock;
use super::details::{Detail, Details, Part};
use super::facet::{Dictionary, Facet, TimeShape};
use super::morton;
use super::segment::{Loaded, Segment, Times};
use crate::error::{Error, Kind, Result};
use crate::model::{Interval, LonLat, MercatorPoint, Profile};

/// A segment takes whole days until it has this many rows: small enough that a month's filter leaves most rows unread,
/// large enough that few segments are searched for a tile.
pub(super) const SEGMENT_ROWS: usize = 1 << 18;
/// Rows are kept in pieces while loading, so that nothing large is copied to grow.
const PIECE_ROWS: usize = 1 << 16;

/// A row as the store gives it.
pub(crate) struct Row {
    pub fid: i64,
    pub profile: u32,
    pub time: Interval,
    pub point: Option<LonLat>,
}

/// Known stand-ins for unknown places: the sources that use them, by the exact coordinate.
#[derive(Default)]
pub(crate) struct StandIns(HashMap<(u64, u64), Vec<String>>);

impl StandIns {
    /// From sources and their coordinates.
    pub(crate) fn new(points: impl IntoIterator<Item = (String, LonLat)>) -> Self {
        let mut by_place: HashMap<(u64, u64), Vec<String>> = HashMap::new();
        for (source, p) in points {
            by_place.entry((p.lon().to_bits(), p.lat().to_bits())).or_default().push(source);
        }
        Self(by_place)
    }

    /// Whether the source uses the coordinate for unknown places.
    pub(crate) fn has(&self, source: &str, p: LonLat) -> bool {
        let here = if self.0.is_empty() { None } else { self.0.get(&(p.lon().to_bits(), p.lat().to_bits())) };
        here.is_some_and(|sources| sources.iter().any(|s| s == source))
    }
}

/// What all loaders of one build share.
pub(crate) struct Shared<'a> {
    /// Profiles by number.
    pub profiles: &'a HashMap<u32, Arc<Profile>>,
    pub stand_ins: &'a StandIns,
    /// Smallest row id.
    pub fid_base: i64,
}

/// Collects rows; one a thread.
pub(crate) struct Loader<'a> {
    shared: &'a Shared<'a>,
    dictionary: Dictionary,
    /// Facet by profile, shape of time and stand-in.
    known: HashMap<(u32, TimeShape, bool), u16>,
    last: Option<((u32, TimeShape, bool), u16)>,
    rows_by_profile: HashMap<u32, u64>,
    pieces: Vec<Vec<Loaded>>,
    unplaced: Vec<Loaded>,
    details: Part,
}

impl<'a> Loader<'a> {
    pub(crate) fn new(shared: &'a Shared<'a>) -> Self {
        Self {
            shared,
            dictionary: Dictionary::default(),
            known: HashMap::new(),
            last: None,
            rows_by_profile: HashMap::new(),
            pieces: Vec::new(),
            unplaced: Vec::new(),
            details: Part::default(),
        }
    }

    /// Takes what a page tells of a row that was pushed; ids ascend.
    pub(crate) fn describe(&mut self, fid: i64, time: Interval, detail: Detail<'_>) {
        // A number that does not fit was refused with its row.
        let Ok(number) = u32::try_from(fid - self.shared.fid_base) else { return };
        let is_told = [time.from, time.to].iter().all(|t| clock::civil(clock::tick(*t)) == *t) && time.to > time.from;
        let time = (!is_told).then_some((time.from.0, time.to.0));
        self.details.push(number, &Detail { time, ..detail });
    }

    /// Takes a row.
    ///
    /// # Errors
    /// A profile that is not in the table; row ids more than 2^32 apart; too many facets.
    pub(crate) fn push(&mut self, row: &Row) -> Result<()> {
        let profile = self.shared.profiles.get(&row.profile).ok_or_else(|| {
            Error::storage(
                format!("row {} names the profile {}, which is not in the file", row.fid, row.profile),
                "the data file is damaged: import its sources into a new one",
            )
        })?;
        let shape = TimeShape::of(profile, row.time);
        let stand_in = row.point.is_some_and(|p| self.shared.stand_ins.has(&profile.source, p));
        let key = (row.profile, shape, stand_in);
        let facet = match self.last {
            Some((k, n)) if k == key => n,
            _ => match self.known.get(&key) {
                Some(&n) => n,
                None => {
                    let n = self.dictionary.number(Facet::of(profile, shape, stand_in))?;
                    self.known.insert(key, n);
                    n
                }
            },
        };
        self.last = Some((key, facet));
        *self.rows_by_profile.entry(row.profile).or_default() += 1;
        let fid = u32::try_from(row.fid - self.shared.fid_base).map_err(|_| {
            Error::new(
                Kind::TooLarge,
                format!("row id {} is more than 2^32 above the first, {}", row.fid, self.shared.fid_base),
                "import into a new data file, which numbers its rows from 1",
            )
        })?;
        let from = clock::tick(row.time.from);
        let to = clock::tick(row.time.to).max(from.saturating_add(1));
        let Some(point) = row.point else {
            // Without a place the coordinate is never read.
            self.unplaced.push(Loaded { key: 0, point: LonLat::NULL_ISLAND, from, to, fid, facet });
            return Ok(());
        };
        let loaded = Loaded { key: morton::key(MercatorPoint::from(point)), point, from, to, fid, facet };
        match self.pieces.last_mut() {
            Some(piece) if piece.len() < PIECE_ROWS => piece.push(loaded),
            _ => {
                let mut piece = Vec::with_capacity(PIECE_ROWS);
                piece.push(loaded);
                self.pieces.push(piece);
            }
        }
        Ok(())
    }
}

/// What the loaders gathered, laid out.
pub(crate) struct Laid {
    pub facets: Vec<Facet>,
    pub segments: Vec<Segment>,
    pub unplaced: Times,
    pub rows_by_profile: HashMap<u32, u64>,
    pub details: Details,
}

/// Joins the loaders' rows, in the loaders' order.
///
/// # Errors
/// Too many facets.
pub(crate) fn lay_out(loaders: Vec<Loader<'_>>, segment_rows: usize) -> Result<Laid> {
    let mut dictionary = Dictionary::default();
    let mut rows_by_profile = HashMap::new();
    let (mut pieces, mut unplaced, mut details) = (Vec::new(), Vec::new(), Vec::new());
    for mut loader in loaders {
        let facets = loader.dictionary.into_facets();
        let renumber: Vec<u16> = facets.into_iter().map(|f| dictionary.number(f)).collect::<Result<_>>()?;
        let all = loader.pieces.iter_mut().flatten().chain(&mut loader.unplaced);
        all.for_each(|r| r.facet = renumber[usize::from(r.facet)]);
        for (profile, n) in loader.rows_by_profile {
            *rows_by_profile.entry(profile).or_default() += n;
        }
        pieces.append(&mut loader.pieces);
        unplaced.append(&mut loader.unplaced);
        details.push(loader.details);
    }
    let facets = dictionary.into_facets();
    let explicit: Vec<bool> = facets.iter().map(|f| f.span_s.is_none()).collect();
    unplaced.sort_unstable_by_key(|r| r.fid);
    let segments = by_days(pieces, segment_rows).into_par_iter().map(|rows| Segment::build(rows, &explicit)).collect();
    let (unplaced, details) = (Times::of(&unplaced, &explicit), Details::new(details));
    Ok(Laid { facets, segments, unplaced, rows_by_profile, details })
}

fn day(row: &Loaded) -> usize {
    row.from as usize / clock::DAY as usize
}

/// Rows of consecutive whole days, `segment_rows` or more together.
fn by_days(pieces: Vec<Vec<Loaded>>, segment_rows: usize) -> Vec<Vec<Loaded>> {
    let mut rows_of_day = vec![0usize; u32::MAX as usize / clock::DAY as usize + 1];
    for row in pieces.iter().flatten() {
        rows_of_day[day(row)] += 1;
    }
    let mut bucket_of_day = vec![0usize; rows_of_day.len()];
    let mut sizes = vec![0usize];
    for (d, &n) in rows_of_day.iter().enumerate() {
        if sizes[sizes.len() - 1] >= segment_rows {
            sizes.push(0);
        }
        let bucket = sizes.len() - 1;
        bucket_of_day[d] = bucket;
        sizes[bucket] += n;
    }
    let mut buckets: Vec<Vec<Loaded>> = sizes.into_iter().map(Vec::with_capacity).collect();
    for piece in pieces {
        for row in piece {
            buckets[bucket_of_day[day(&row)]].push(row);
        }
    }
    buckets.retain(|b| !b.is_empty());
    buckets
}
