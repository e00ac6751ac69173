//! `street_density`: incidents per kilometre of street, smoothed along the ways that people walk.

use std::sync::Arc;

use geo_types::{Coord, LineString};

use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, Run};
use crate::analysis::network::{Lixel, Network, Snapper, Walk, density};
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::records::{Events, Records};
use crate::cancel::Cancel;
use crate::error::{Error, Kind, Result};
use crate::model::{LonLat, Street};
use crate::table::{Column, Shapes, State, Table, Values};

/// Share of incidents far from every street from which on the streets hardly cover the city.
const MANY_FAR: f64 = 0.2;
/// Fewest incidents for a picture of more than single events.
const FEW: usize = 20;

pub(super) const METHOD: Method = Method {
    id: "street_density",
    title: "Density along streets",
    answers: "How many incidents a kilometre were recorded on and near each piece of street, along the ways that people walk?",
    when_not: "To say that a street is unusual: density is a picture, not a test. For fewer than 20 incidents, where \
               locations are known only to areas, and for what happens away from streets, such as in parks.",
    numbers: "Incidents per kilometre of street over the period, the nearer along the streets the heavier, within the \
              bandwidth. Where streets meet, what comes along one goes on in equal shares into the others; at a dead end it \
              turns back. So every incident counts once: density times length adds up to the incidents. Values jump at \
              junctions, because the shares do.",
    reference: "https://doi.org/10.1080/13658810802475491",
    parameters: &[
        Parameter {
            name: "bandwidth_m",
            unit: "m",
            default: "250",
            domain: Domain::NumberOr(20.0, 5000.0, &[]),
            words: "How far along the streets an incident counts; at least twice the median uncertainty of the locations",
        },
        Parameter {
            name: "lixel_m",
            unit: "m",
            default: "50",
            domain: Domain::NumberOr(5.0, 1000.0, &[]),
            words: "Length of the pieces of street for which a number is told; each street has at least one",
        },
        Parameter {
            name: "snap_m",
            unit: "m",
            default: "50",
            domain: Domain::NumberOr(1.0, 1000.0, &[]),
            words: "Incidents farther than this from every street are left out, and counted as far_from_streets",
        },
        POLICE_INITIATED,
        LOCATIONS,
    ],
    plots: &[],
    needs: Needs::Records,
    run: Run::Records(run),
};

fn run(records: &Records<'_>, params: &Params, cancel: &Cancel) -> Result<Table> {
    let streets = &records.snapshot.places().streets;
    if streets.is_empty() {
        return Err(Error::new(
            Kind::NotFound,
            "street_density needs streets, and none are imported",
            "import an OpenStreetMap extract of the city (`urbansafety import --data FILE city.osm.pbf`), or lines as \
             GeoJSON or GeoPackage",
        ));
    }
    let mut events = records.events(records.query(), cancel)?;
    let network = Network::new(&in_plane(streets, &events)?)?;
    let mut walk = Walk { bandwidth_m: given(params, "bandwidth_m"), lixel_m: given(params, "lixel_m") };
    walk.bandwidth_m = at_least_twice_the_uncertainty(walk.bandwidth_m, &mut events);
    let snap_m = given(params, "snap_m");
    let places = Snapper::new(&network).snap_all(&events.xy_m, snap_m, cancel)?;
    let places: Vec<_> = places.into_iter().flatten().collect();
    let lixels = density(&network, &places, walk, cancel)?;
    note(&mut events, places.len(), &network, (walk, snap_m));
    tell(records, streets, (&network, lixels), events, cancel)
}

fn given(params: &Params, name: &str) -> f64 {
    // Each has a default, so this is never zero.
    params.number(name).unwrap_or_default()
}

/// Streets in the plane of the incidents, metres.
fn in_plane(streets: &[Arc<Street>], events: &Events) -> Result<Vec<Vec<(f64, f64)>>> {
    let vertex = |c: &Coord<f64>| {
        let p = events.plane.from_lonlat(LonLat::new(c.x, c.y)?)?;
        Ok((p.x_m, p.y_m))
    };
    streets.iter().map(|s| s.line.0.iter().map(vertex).collect()).collect()
}

fn at_least_twice_the_uncertainty(bandwidth_m: f64, events: &mut Events) -> f64 {
    let floor = events.uncertainty_m.map_or(0.0, |u| 2.0 * u);
    if floor > bandwidth_m {
        events.record.warnings.push(format!(
            "the bandwidth of {bandwidth_m:.0} m was raised to {floor:.0} m, twice the median uncertainty of the locations"
        ));
    }
    bandwidth_m.max(floor)
}

/// Writes into the record what was taken, and what a reader must know.
fn note(events: &mut Events, on_streets: usize, network: &Network, (walk, snap_m): (Walk, f64)) {
    let (n, far) = (events.len(), events.len() - on_streets);
    let record = &mut events.record;
    record.included = on_streets as u64;
    record.excluded.insert("far_from_streets".into(), far.into());
    record.parameters.insert("bandwidth_m".into(), walk.bandwidth_m.into());
    record.grid = "streets".into();
    let km = network.length_m() / 1000.0;
    let per_km = if km > 0.0 { on_streets as f64 / km } else { 0.0 };
    for (name, value) in [("streets_km", km), ("incidents_per_km", per_km)] {
        record.summary.insert(name.into(), value.into());
    }
    record.summary.insert("streets".into(), network.len().into());
    if on_streets < FEW {
        record.warnings.push(format!("{on_streets} incidents: fewer than {FEW} make a density of single events"));
    }
    if far as f64 > MANY_FAR * n as f64 {
        record.warnings.push(format!(
            "{far} of {n} incidents lie farther than {snap_m:.0} m from every street: the streets may not cover the city"
        ));
    }
}

/// The pieces of streets whose middle is in the study area.
fn tell(
    records: &Records<'_>,
    streets: &[Arc<Street>],
    (network, lixels): (&Network, Vec<Lixel>),
    mut events: Events,
    cancel: &Cancel,
) -> Result<Table> {
    let has_sources = streets.windows(2).any(|w| w[0].source != w[1].source);
    let mut pieces: Vec<(Street, Lixel)> = Vec::with_capacity(lixels.len());
    let mut middles = Vec::with_capacity(lixels.len());
    let mut number = 0;
    for (at, lixel) in lixels.iter().enumerate() {
        number = if at > 0 && lixels[at - 1].segment == lixel.segment { number + 1 } else { 1 };
        let Some(street) = network.line_of(lixel.segment).and_then(|n| streets.get(n as usize)) else { continue };
        let path = |from, to| network.piece(lixel.segment, from, to).into_iter().filter_map(|c| events.to_lonlat(c));
        let half = (lixel.from_m + lixel.to_m) / 2.0;
        let Some(middle) = path(half, half).next() else { continue };
        middles.push(middle);
        let prefix = if has_sources { format!("{}:", street.source) } else { String::new() };
        let line = path(lixel.from_m, lixel.to_m).map(|p| Coord { x: p.lon(), y: p.lat() }).collect();
        let id = format!("{prefix}{}/{number}", street.id);
        pieces.push((Street { id, line: LineString(line), ..Street::clone(street) }, *lixel));
    }
    let held = records.places_of(&middles, cancel)?;
    let all = pieces.len();
    let told: Vec<(Street, Lixel)> =
        pieces.into_iter().zip(held).filter(|(_, h)| h.is_some()).map(|(p, _)| p).collect();
    events.record.mask_n = told.len();
    events.record.summary.insert("pieces_outside_study_area".into(), (all - told.len()).into());
    let text = |of: fn(&Street) -> &Option<String>| {
        Values::Text(told.iter().map(|(s, _)| of(s).clone().unwrap_or_default()).collect())
    };
    let number = |of: &dyn Fn(&Lixel) -> f64| Values::Number(told.iter().map(|(_, l)| of(l)).collect());
    let columns = vec![
        Column { name: "count", unit: "incidents", values: Values::Count(told.iter().map(|(_, l)| l.count).collect()) },
        Column { name: "density", unit: "incidents per km", values: number(&|l| l.per_km) },
        Column { name: "name", unit: "", values: text(|s| &s.name) },
        Column { name: "class", unit: "", values: text(|s| &s.class) },
        Column { name: "length_m", unit: "m", values: number(&|l| ((l.to_m - l.from_m) * 10.0).round() / 10.0) },
    ];
    let states = told.iter().map(|(_, l)| if l.per_km > 0.0 { State::Value } else { State::Zero }).collect();
    let shapes = Shapes::Lines(told.into_iter().map(|(s, _)| Arc::new(s)).collect());
    Ok(Table { shapes, ids: None, columns, states, analysis: events.record })
}

#[cfg(test)]
#[path = "street_density_tests.rs"]
mod tests;
