//! The immutable, indexed state of a city at one generation.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::block::{self, BlockTree, Rect};
use super::clock;
use super::details::Details;
use super::facet::{Facet, Weapon};
use super::filter::Filter;
use super::load::{self, Loader, Row, Shared, StandIns};
use super::places::{self, Places};
use super::query::{ContextFilter, Query};
use super::segment::{Segment, TimeRange, Times};
use super::victims::Victims;
use crate::crs::Crs;
use crate::error::Result;
use crate::model::{Code, Interval, Intervention, LocationPrecision, LonLat, LonLatBox, Profile, Resource};
use crate::store::SourceTerms;

/// Everything that a request reads.
pub struct Snapshot {
    pub(super) generation: u64,
    file_id: u64,
    removals: u64,
    /// Day of the build, YYYY-MM-DD: what "past its review date" is measured against.
    pub(super) today: String,
    // Shared with the next snapshot where only places have changed.
    pub(super) facets: Arc<Vec<Facet>>,
    pub(super) segments: Arc<Vec<Segment>>,
    pub(super) tree: Arc<BlockTree>,
    pub(super) unplaced: Arc<Times>,
    fid_base: i64,
    extent: Option<LonLatBox>,
    period: Option<Interval>,
    zone: Option<String>,
    places: Places,
    sources: Vec<SourceTerms>,
    /// Changes with what a source says of itself.
    sources_mark: u64,
    victims: Arc<Victims>,
    pub(super) details: Arc<Details>,
    pub(super) profiles: Arc<HashMap<u32, Arc<Profile>>>,
    /// The data file, where victims are.
    source: Option<PathBuf>,
}

/// What a snapshot is made of besides its incidents.
#[derive(Default)]
pub(crate) struct Contents {
    pub generation: u64,
    /// Number of the data file.
    pub file_id: u64,
    /// How often records were removed from it for good.
    pub removals: u64,
    pub profiles: HashMap<u32, Arc<Profile>>,
    pub stand_ins: StandIns,
    pub places: Places,
    pub sources: Vec<SourceTerms>,
    /// Smallest row id.
    pub fid_base: i64,
    /// The data file.
    pub source: Option<PathBuf>,
}

impl Snapshot {
    /// A snapshot of nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            generation: 0,
            file_id: 0,
            removals: 0,
            today: String::new(),
            facets: Arc::default(),
            segments: Arc::default(),
            tree: Arc::new(block::tree(&[])),
            unplaced: Arc::default(),
            fid_base: 0,
            extent: None,
            period: None,
            zone: None,
            places: Places::default(),
            sources: vec![],
            sources_mark: 0,
            victims: Arc::default(),
            details: Arc::default(),
            profiles: Arc::default(),
            source: None,
        }
    }

    /// From rows in memory.
    ///
    /// # Errors
    /// As [`Loader::push`].
    #[cfg(test)]
    pub(crate) fn from_rows(contents: Contents, rows: impl IntoIterator<Item = Row>) -> Result<Self> {
        Self::from_rows_in_segments_of(contents, rows, load::SEGMENT_ROWS)
    }

    /// The same with segments of another size, for tests and measurements.
    pub(crate) fn from_rows_in_segments_of(
        contents: Contents,
        rows: impl IntoIterator<Item = Row>,
        segment_rows: usize,
    ) -> Result<Self> {
        Self::load(contents, segment_rows, |shared| {
            let mut loader = Loader::new(shared);
            for row in rows {
                loader.push(&row)?;
            }
            Ok(vec![loader])
        })
    }

    /// From loaders that `fill` makes, for example one a thread.
    ///
    /// # Errors
    /// Those of `fill`; too many facets.
    pub(crate) fn load(
        contents: Contents,
        segment_rows: usize,
        fill: impl for<'a> FnOnce(&'a Shared<'a>) -> Result<Vec<Loader<'a>>>,
    ) -> Result<Self> {
        let Contents { generation, file_id, removals, profiles, stand_ins, places, sources, fid_base, source } =
            contents;
        let shared = Shared { profiles: &profiles, stand_ins: &stand_ins, fid_base };
        let laid = load::lay_out(fill(&shared)?, segment_rows)?;
        Ok(Self {
            generation,
            file_id,
            removals,
            today: jiff::Timestamp::now().to_string().chars().take(10).collect(),
            extent: extent(&laid.segments, &laid.facets),
            period: period(&laid.segments, &laid.unplaced, &laid.facets),
            zone: zone(&laid.rows_by_profile, &profiles),
            tree: Arc::new(block::tree(&laid.segments)),
            facets: Arc::new(laid.facets),
            segments: Arc::new(laid.segments),
            unplaced: Arc::new(laid.unplaced),
            fid_base,
            details: Arc::new(laid.details),
            source,
            places,
            sources_mark: places::mark(&sources),
            sources,
            victims: Arc::default(),
            profiles: Arc::new(profiles),
        })
    }

    /// The snapshot of a later generation in which nothing but resources and interventions has changed: the incidents,
    /// the areas and the streets are shared with this one.
    pub(super) fn with_help(&self, generation: u64, help: (Vec<Resource>, Vec<Intervention>)) -> Result<Self> {
        Ok(Self {
            generation,
            file_id: self.file_id,
            removals: self.removals,
            today: self.today.clone(),
            facets: Arc::clone(&self.facets),
            segments: Arc::clone(&self.segments),
            tree: Arc::clone(&self.tree),
            unplaced: Arc::clone(&self.unplaced),
            fid_base: self.fid_base,
            extent: self.extent,
            period: self.period,
            zone: self.zone.clone(),
            places: self.places.with_help(help.0, help.1)?,
            sources: self.sources.clone(),
            sources_mark: self.sources_mark,
            victims: Arc::clone(&self.victims),
            details: Arc::clone(&self.details),
            profiles: Arc::clone(&self.profiles),
            source: self.source.clone(),
        })
    }

    /// Which state of the data it is; grows with every import.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The number that tells its data file from others.
    pub(crate) fn file_id(&self) -> u64 {
        self.file_id
    }

    /// Which state of which data file it is: `FILE-GENERATION`, different for different data.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{:016x}-{}", self.file_id, self.generation)
    }

    /// Which data file it is of, and what its places and sources say: it stays when incidents come in.
    #[must_use]
    pub fn places_name(&self) -> String {
        let [areas, help, streets] = self.places.marks();
        format!("{:016x}-{areas:x}-{help:x}-{streets:x}-{:x}", self.file_id, self.sources_mark)
    }

    /// Which data file it is of and how often records were removed from it for good: what was worked out under another name
    /// may stand on records that are gone.
    #[must_use]
    pub fn records_name(&self) -> String {
        format!("{:016x}-{}", self.file_id, self.removals)
    }

    /// The sources that were imported, and their terms.
    pub(crate) fn sources(&self) -> &[SourceTerms] {
        &self.sources
    }

    /// Bounds of the incidents, degrees; stand-ins for unknown places left out.
    #[must_use]
    pub(crate) fn extent(&self) -> Option<LonLatBox> {
        self.extent
    }

    /// From the first incident's start to the last one's end.
    #[must_use]
    pub(crate) fn period(&self) -> Option<Interval> {
        self.period
    }

    /// Day of the build, YYYY-MM-DD.
    pub(crate) fn today(&self) -> &str {
        &self.today
    }

    /// IANA zone of most incidents.
    #[must_use]
    pub(crate) fn zone(&self) -> Option<&str> {
        self.zone.as_deref()
    }

    /// ICCS codes that occur as a candidate, with their ancestors, in order.
    #[must_use]
    pub(crate) fn categories(&self) -> Vec<Code> {
        let mut codes = BTreeSet::new();
        for &code in self.facets.iter().flat_map(|f| &f.offences).flatten() {
            let mut next = Some(code);
            while let Some(c) = next.filter(|&c| codes.insert(c)) {
                next = c.parent();
            }
        }
        codes.into_iter().collect()
    }

    /// Contexts that occur, each under its definition.
    #[must_use]
    pub(crate) fn contexts(&self) -> Vec<ContextFilter> {
        let all = self.facets.iter().flat_map(|f| &f.context).map(|c| {
            let filter = ContextFilter { kind: c.kind, value: c.value, definition: c.definition.clone() };
            ((format!("{:?}", c.kind), c.definition.clone(), format!("{:?}", c.value)), filter)
        });
        all.collect::<BTreeMap<_, _>>().into_values().collect()
    }

    /// Weapons that occur, in the sources' words.
    #[must_use]
    pub(crate) fn weapons(&self) -> Vec<String> {
        let all = self.facets.iter().filter_map(|f| match &f.weapon {
            Weapon::Told(weapon) => weapon.clone(),
            Weapon::Untold => None,
        });
        all.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Number of incidents, with and without a place.
    #[must_use]
    pub(crate) fn incidents(&self) -> u64 {
        self.segments.iter().map(Segment::len).sum::<usize>() as u64 + self.unplaced.from.len() as u64
    }

    /// The data file that it was built from; `None` for one made in memory.
    pub(crate) fn source(&self) -> Option<&Path> {
        self.source.as_deref()
    }

    /// Areas, resources, interventions and streets.
    pub(crate) fn places(&self) -> &Places {
        &self.places
    }

    /// Bytes held by the incidents' columns, headers and details.
    pub(crate) fn bytes(&self) -> usize {
        self.segments.iter().map(Segment::bytes).sum::<usize>() + self.details.bytes()
    }

    /// EPSG code of the UTM zone of the data's centre; of the areas' where there is no incident.
    pub(crate) fn local_epsg(&self) -> u16 {
        let around = self.extent.or_else(|| self.places.extent());
        around.map_or_else(|| Crs::utm_zone(LonLat::NULL_ISLAND), Crs::utm_zone_of)
    }

    /// The query bound to these data.
    ///
    /// # Errors
    /// The file cannot be read, where victims are asked for.
    pub(super) fn filter(&self, query: &Query) -> Result<Filter> {
        let records = |victims| self.victims.with(victims, self.source.as_deref(), self.fid_base);
        Filter::new(query, &self.facets, &self.today, &records)
    }

    /// How a row's location was given, by its facet.
    pub(crate) fn precision(&self, facet: u16) -> LocationPrecision {
        self.facets[usize::from(facet)].precision
    }

    /// When a row happened, as wide as it is known, on the index's clock.
    pub(crate) fn interval(&self, times: &Times, row: usize) -> Interval {
        let from = times.from[row];
        let span = self.facets[usize::from(times.facet[row])].span_s;
        let to = match (span, &times.to) {
            (Some(span), _) => from.saturating_add(span),
            (None, Some(to)) => to[row],
            (None, None) => from,
        };
        Interval { from: clock::civil(from), to: clock::civil(to.max(from.saturating_add(1))) }
    }

    pub(crate) fn fid(&self, offset: u32) -> i64 {
        self.fid_base + i64::from(offset)
    }

    /// The least offset whose fid is larger.
    pub(super) fn offset_behind(&self, fid: i64) -> u32 {
        let offset = fid.saturating_sub(self.fid_base).saturating_add(1);
        u32::try_from(offset.max(0)).unwrap_or(u32::MAX)
    }
}

fn extent(segments: &[Segment], facets: &[Facet]) -> Option<LonLatBox> {
    let stand_in: Vec<bool> = facets.iter().map(Facet::is_stand_in).collect();
    let stand_in_bits = stand_in.iter().enumerate().fold(0u64, |b, (n, &s)| b | (u64::from(s) << (n % 64)));
    let mut rect = Rect::EMPTY;
    for segment in segments {
        for (n, block) in segment.blocks.iter().enumerate() {
            if rect.contains_rect(&block.rect) {
                continue;
            }
            for row in segment.rows_of(n) {
                if block.facets & stand_in_bits == 0 || !stand_in[usize::from(segment.times.facet[row])] {
                    rect.add(segment.points[row].lon(), segment.points[row].lat());
                }
            }
        }
    }
    LonLatBox::new(rect.west, rect.south, rect.east, rect.north).ok()
}

fn period(segments: &[Segment], unplaced: &Times, facets: &[Facet]) -> Option<Interval> {
    let mut range = TimeRange::default();
    for s in segments {
        range.add(s.time_range.min_from, s.time_range.max_to);
    }
    for row in 0..unplaced.from.len() {
        let span = facets[usize::from(unplaced.facet[row])].span_s.unwrap_or(1);
        let end = unplaced.to.as_ref().map_or(unplaced.from[row].saturating_add(span), |to| to[row]);
        range.add(unplaced.from[row], end);
    }
    Interval::new(clock::civil(range.min_from), clock::civil(range.max_to))
}

fn zone(rows_by_profile: &HashMap<u32, u64>, profiles: &HashMap<u32, Arc<Profile>>) -> Option<String> {
    let mut rows_of_zone: BTreeMap<&str, u64> = BTreeMap::new();
    for (profile, n) in rows_by_profile {
        if let Some(p) = profiles.get(profile) {
            *rows_of_zone.entry(p.zone.as_str()).or_default() += n;
        }
    }
    rows_of_zone.into_iter().max_by_key(|&(_, n)| n).map(|(z, _)| z.to_owned())
}
