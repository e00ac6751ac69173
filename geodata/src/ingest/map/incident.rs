//! A row as a recorded incident.

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use super::super::batch::{Batch, ReadSummary};
use super::super::read::Row;
use super::super::source::Source;
use super::super::source::fold::{Pattern, fold};
use super::columns::Columns;
use super::default_point::Detector;
use super::gather::{Gather, Rows};
use super::key::Keys;
use super::place::{Located, Places};
use super::profile::Profiles;
use super::reject::Reject;
use super::time::Times;
use super::victims::VictimColumns;
use super::words::joined;
use crate::error::Result;
use crate::limits::MAX_PROFILES;
use crate::model::{Incident, Interval, LocationPrecision, LonLat, Quality, Victim};

/// Why a row that is there already, to the letter, is not kept twice; the report counts it, so that its numbers add up.
const SAME_ROW: &str = "the row repeats an earlier one of the file, key and content";

/// Everything needed to turn rows of one file into incidents.
pub(crate) struct Incidents {
    times: Times,
    places: Places,
    profiles: Profiles,
    keys: Keys,
    victims: Option<VictimColumns>,
    areas: Vec<usize>,
    address: Option<usize>,
    detector: Detector,
    gather: Option<Gather>,
    supplement: Option<(usize, Vec<Pattern>)>,
    clocks_disagree: u64,
    scratch: Vec<u8>,
    text: String,
}

impl Incidents {
    pub(crate) fn bind(source: &Source, columns: &mut Columns<'_>, geometry: Option<Option<u16>>) -> Result<Self> {
        let times = Times::bind(source, columns)?;
        let profiles = Profiles::bind(source, columns, times.basis)?;
        Ok(Self {
            times,
            places: Places::bind(source, columns, geometry)?,
            profiles,
            keys: Keys::bind(source, columns),
            victims: VictimColumns::bind(source, columns),
            areas: columns.find_all(&source.location.area),
            address: columns.find_opt(source.location.address.as_ref()),
            detector: Detector::default(),
            gather: Rows::of(source.key.repeats).map(Gather::new),
            supplement: source
                .key
                .supplement
                .as_ref()
                .and_then(|s| Some((columns.find(&s.column)?, s.values.iter().map(|v| Pattern::new(v)).collect()))),
            clocks_disagree: 0,
            scratch: vec![],
            text: String::new(),
        })
    }

    pub(crate) fn row(
        &mut self,
        row: &dyn Row,
        batch: &mut Batch,
        sum: &mut ReadSummary,
    ) -> std::result::Result<(), Reject> {
        let when = self.times.read(row)?;
        let located = self.places.locate(row)?;
        let (point, sentinel) = match located {
            Located::At(p) => (Some(p), 0),
            Located::Nowhere => (None, 0),
            Located::Sentinel => (None, Quality::SENTINEL_POINT),
        };
        let known =
            self.profiles.of(row, point.is_some(), when.precision, when.quality | sentinel).map_err(|_| Reject {
                column: usize::MAX,
                value: String::new(),
                reason: format!("more than {MAX_PROFILES} different combinations of category, status and context"),
                hint: "one of these columns is free text: leave it out of the source",
            })?;
        if let Some(reason) = &known.left_out {
            *sum.left_out.entry(reason.to_string()).or_insert(0) += 1;
            return Ok(());
        }
        let recorded_area = joined(row, &self.areas);
        let victims: Vec<_> = self.victims.iter().filter_map(|v| v.read(row)).collect();
        let content = content(&mut self.scratch, known.category, when.interval, point, recorded_area.as_deref());
        let is_supplement = self.supplement.as_ref().is_some_and(|(column, values)| {
            let folded = fold(&row.cell(*column).to_text().unwrap_or_default());
            values.iter().any(|p| p.matches(&folded))
        });
        let hash = row_hash(&mut self.scratch, known.hash, content, &victims).rotate_left(u32::from(is_supplement));
        let keyed = self.keys.key(row, content, hash);
        sum.repeated_keys += u64::from(keyed.repeats && self.gather.is_none());
        if keyed.identical {
            *sum.left_out.entry(SAME_ROW.to_owned()).or_insert(0) += 1;
            return Ok(());
        }
        known.rows += 1;
        sum.without_place += u64::from(point.is_none());
        sum.sentinel_points += u64::from(sentinel != 0);
        sum.unmapped_category += u64::from(known.unmapped);
        sum.placed_by_default += u64::from(known.profile.location_precision == LocationPrecision::DefaultPoint);
        self.clocks_disagree += u64::from(when.quality & Quality::CLOCKS_DISAGREE != 0);
        sum.placeholder_time += u64::from(when.quality & Quality::PLACEHOLDER_TIME != 0);
        if let Some(p) = point.filter(|_| known.profile.location_precision != LocationPrecision::DefaultPoint) {
            let address = self.address.map(|column| {
                self.text.clear();
                row.cell(column).write(&mut self.text);
                self.text.make_ascii_lowercase();
                xxh3_64(self.text.as_bytes())
            });
            self.detector.see(p, address, known.category);
        }
        let incident = Incident {
            key: keyed.key,
            row_hash: hash,
            profile: Arc::clone(&known.profile),
            time: when.interval,
            point,
            recorded_area,
            victims,
        };
        match &mut self.gather {
            Some(gather) => gather.add(incident, is_supplement, &mut batch.incidents, sum),
            None => batch.incidents.push(incident),
        }
        Ok(())
    }

    /// The source's own key of a row.
    pub(crate) fn key(&self, row: &dyn Row) -> Option<String> {
        self.keys.own(row).map(|(key, _)| key)
    }

    pub(crate) fn finish(self, batch: &mut Batch, sum: &mut ReadSummary) {
        if let Some(gather) = self.gather {
            gather.finish(&mut batch.incidents, sum);
        }
        if self.clocks_disagree > 0 {
            let n = self.clocks_disagree;
            sum.notes
                .push(format!("{n} rows give another moment in UTC than on the local clock: the local one was taken"));
        }
        sum.default_points = self.detector.finish(&self.profiles.categories());
        sum.unmapped = self.profiles.unmapped();
    }
}

/// Hash of category, time and place: what tells a row without a key from others.
fn content(scratch: &mut Vec<u8>, category: u64, time: Interval, point: Option<LonLat>, area: Option<&str>) -> u64 {
    scratch.clear();
    scratch.extend_from_slice(&category.to_le_bytes());
    scratch.extend_from_slice(&time.from.0.to_le_bytes());
    scratch.extend_from_slice(&time.to.0.to_le_bytes());
    if let Some(p) = point {
        scratch.extend_from_slice(&p.lon().to_le_bytes());
        scratch.extend_from_slice(&p.lat().to_le_bytes());
    }
    scratch.extend_from_slice(area.unwrap_or_default().as_bytes());
    xxh3_64(scratch)
}

/// Hash of everything that is kept of a row.
fn row_hash(scratch: &mut Vec<u8>, profile: u64, content: u64, victims: &[Victim]) -> u64 {
    scratch.clear();
    scratch.extend_from_slice(&profile.to_le_bytes());
    scratch.extend_from_slice(&content.to_le_bytes());
    for v in victims {
        scratch.push(v.sex.map_or(0, |s| s as u8 + 1));
        let (from, to) = v.age.unwrap_or((255, 255));
        scratch.extend_from_slice(&[from, to]);
        for word in [&v.kind, &v.injury] {
            scratch.extend_from_slice(word.as_deref().unwrap_or_default().as_bytes());
            scratch.push(0x1f);
        }
    }
    xxh3_64(scratch)
}
