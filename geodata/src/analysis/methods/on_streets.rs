//! What the methods on streets share: the network, the incidents on it, and which of it is in the study area.

use std::sync::Arc;

use geo_types::Coord;

use crate::analysis::network::{Network, OnStreet, Snapper};
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::records::{Events, Records};
use crate::cancel::Cancel;
use crate::error::{Error, Kind, Result};
use crate::model::{LonLat, Street};
use crate::table::{Analysis, Column, Values};

/// Share of incidents far from every street from which on the streets hardly cover the city.
const MANY_FAR: f64 = 0.2;

pub(super) const SNAP_M: Parameter = Parameter {
    name: "snap_m",
    unit: "m",
    default: "50",
    domain: Domain::NumberOr(1.0, 1000.0, &[]),
    words: "Incidents farther than this from every street are left out, and counted as far_from_streets",
};

/// Incidents on the streets of a city.
pub(super) struct OnStreets<'a> {
    streets: &'a [Arc<Street>],
    /// Whether ids need their source to be told apart.
    has_sources: bool,
    pub network: Network,
    pub events: Events,
    pub places: Vec<OnStreet>,
}

pub(super) fn given(params: &Params, name: &str) -> f64 {
    // Each has a default, so this is never zero.
    params.number(name).unwrap_or_default()
}

impl<'a> OnStreets<'a> {
    /// Puts the incidents of a question on their nearest streets, and writes into the record what was taken.
    pub(super) fn find(records: &Records<'a>, params: &Params, method: &str, cancel: &Cancel) -> Result<Self> {
        let streets = &records.snapshot.places().streets;
        if streets.is_empty() {
            return Err(Error::new(
                Kind::NotFound,
                format!("{method} needs streets, and none are imported"),
                "import an OpenStreetMap extract of the city (`urbansafety import --data FILE city.osm.pbf`), or lines as \
                 GeoJSON or GeoPackage",
            ));
        }
        let mut events = records.events(records.query(), cancel)?;
        let network = Network::new(&in_plane(streets, &events)?)?;
        let snap_m = given(params, SNAP_M.name);
        let places = Snapper::new(&network).snap_all(&events.xy_m, snap_m, cancel)?;
        let places: Vec<OnStreet> = places.into_iter().flatten().collect();
        note(&mut events, places.len(), &network, snap_m);
        let has_sources = streets.windows(2).any(|w| w[0].source != w[1].source);
        Ok(Self { streets, has_sources, network, events, places })
    }

    /// The street of a segment.
    pub(super) fn street(&self, segment: u32) -> Option<&'a Arc<Street>> {
        self.network.line_of(segment).and_then(|n| self.streets.get(n as usize))
    }

    /// The id of a street among those of all sources.
    pub(super) fn id(&self, street: &Street) -> String {
        if self.has_sources { format!("{}:{}", street.source, street.id) } else { street.id.clone() }
    }

    /// A piece of a segment in degrees.
    pub(super) fn degrees(&self, segment: u32, from_m: f64, to_m: f64) -> Vec<Coord<f64>> {
        let path = self.network.piece(segment, from_m, to_m);
        let places = path.into_iter().filter_map(|c| self.events.to_lonlat(c));
        places.map(|p| Coord { x: p.lon(), y: p.lat() }).collect()
    }

    /// The middle of a piece.
    pub(super) fn middle(&self, segment: u32, from_m: f64, to_m: f64) -> Option<LonLat> {
        let middle = f64::midpoint(from_m, to_m);
        self.network.piece(segment, middle, middle).first().and_then(|c| self.events.to_lonlat(*c))
    }

    /// The rows whose middle is in the study area, and the record, which says how many are not.
    pub(super) fn in_study_area<T>(
        self,
        records: &Records<'_>,
        rows: Vec<(LonLat, T)>,
        cancel: &Cancel,
    ) -> Result<(Vec<T>, Analysis)> {
        let (middles, rows): (Vec<LonLat>, Vec<T>) = rows.into_iter().unzip();
        let held = records.places_of(&middles, cancel)?;
        let all = rows.len();
        let told: Vec<T> = rows.into_iter().zip(held).filter(|(_, held)| held.is_some()).map(|(row, _)| row).collect();
        let mut record = self.events.record;
        record.mask_n = told.len();
        record.summary.insert("pieces_outside_study_area".into(), (all - told.len()).into());
        Ok((told, record))
    }
}

/// Name and class of streets.
pub(super) fn street_columns<'s>(streets: impl Iterator<Item = &'s Street> + Clone) -> [Column; 2] {
    let text = |of: fn(&Street) -> &Option<String>| {
        Values::Text(streets.clone().map(|s| of(s).clone().unwrap_or_default()).collect())
    };
    [("name", text(|s| &s.name)), ("class", text(|s| &s.class))].map(|(name, values)| Column { name, unit: "", values })
}

/// Metres as they are told.
pub(super) fn tenth(m: f64) -> f64 {
    (m * 10.0).round() / 10.0
}

/// Streets in the plane of the incidents, metres.
fn in_plane(streets: &[Arc<Street>], events: &Events) -> Result<Vec<Vec<(f64, f64)>>> {
    let vertex = |c: &Coord<f64>| {
        let p = events.plane.from_lonlat(LonLat::new(c.x, c.y)?)?;
        Ok((p.x_m, p.y_m))
    };
    streets.iter().map(|s| s.line.0.iter().map(vertex).collect()).collect()
}

/// Writes into the record what was taken, and what a reader must know.
fn note(events: &mut Events, on_streets: usize, network: &Network, snap_m: f64) {
    let (n, far) = (events.len(), events.len() - on_streets);
    let record = &mut events.record;
    record.included = on_streets as u64;
    record.excluded.insert("far_from_streets".into(), far.into());
    record.grid = "streets".into();
    let km = network.length_m() / 1000.0;
    let per_km = if km > 0.0 { on_streets as f64 / km } else { 0.0 };
    for (name, value) in [("streets_km", km), ("incidents_per_km", per_km)] {
        record.summary.insert(name.into(), value.into());
    }
    record.summary.insert("streets".into(), network.len().into());
    if far as f64 > MANY_FAR * n as f64 {
        record.warnings.push(format!(
            "{far} of {n} incidents lie farther than {snap_m:.0} m from every street: the streets may not cover the city"
        ));
    }
}
