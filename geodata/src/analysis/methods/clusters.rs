//! `clusters`: where incidents lie so close together that they hang together as one, with outlines.

use std::sync::Arc;

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, Run};
use crate::analysis::clusters::{Clusters, MANY_PLACES, NOISE, Outline, dbscan, hdbscan, outlines};
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::records::{Events, Records};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::model::Area;
use crate::table::{Column, Shapes, State, Table, Values};

pub(super) const METHOD: Method = Method {
    id: "clusters",
    title: "Clusters (DBSCAN, HDBSCAN)",
    answers: "Where do recorded incidents lie so close together that they form one cluster, of whatever shape?",
    when_not: "To tell whether a concentration is more than chance (use gi_star or scan: this is no test); for locations \
               that are known less finely than the distance; where all of a busy city is one cluster, take a smaller \
               distance. It says where records lie close together, which also depends on who reports and where police \
               look.",
    numbers: "count: incidents in the cluster. places: distinct places of them; one place with many records is an address, \
              not an area. incidents_per_km2: count by the area of the outline, for the whole period. reach_m: the \
              distance at which the cluster hangs together; the outline is the ground within half of it. The order is \
              from west to east.",
    reference: "https://doi.org/10.1145/3068335",
    parameters: &[
        Parameter {
            name: "algorithm",
            unit: "",
            default: "dbscan",
            domain: Domain::Word(&["dbscan", "hdbscan"]),
            words: "One distance for all (dbscan), or clusters of differing densities (hdbscan)",
        },
        Parameter {
            name: "eps_m",
            unit: "m",
            default: "250",
            domain: Domain::NumberOr(1.0, 20_000.0, &[]),
            words: "For dbscan: how far from an incident others count as near",
        },
        Parameter {
            name: "min_pts",
            unit: "incidents",
            default: "10",
            domain: Domain::Whole(2, 10_000),
            words: "How many incidents, itself included, must be near one that makes a cluster",
        },
        Parameter {
            name: "min_cluster_size",
            unit: "incidents",
            default: "20",
            domain: Domain::Whole(2, 100_000),
            words: "For hdbscan: how many incidents a cluster has at least",
        },
        POLICE_INITIATED,
        LOCATIONS,
    ],
    plots: &[],
    needs: Needs::Records,
    run: Run::Records(run),
};

fn run(records: &Records<'_>, params: &Params, cancel: &Cancel) -> Result<Table> {
    let mut events = records.events(records.query(), cancel)?;
    let min_pts = params.whole("min_pts") as u32;
    let eps_m = params.number("eps_m").unwrap_or(250.0);
    let is_dbscan = params.word("algorithm") == "dbscan";
    // Distances below what the locations are known to are not told apart.
    let floor_m = events.uncertainty_m.unwrap_or(1.0).max(1.0);
    let clusters = if is_dbscan {
        dbscan(&events.xy_m, eps_m, min_pts, cancel)?
    } else {
        hdbscan(&events.xy_m, params.whole("min_cluster_size") as u32, min_pts, floor_m, cancel)?
    };
    let outlines = outlines(&events.xy_m, &clusters, cancel)?;
    let areas = outlines.iter().enumerate().map(|(n, o)| area(n, &o.shape, &events)).collect::<Result<_>>()?;
    describe(&mut events, &clusters, &outlines);
    let record = &mut events.record;
    let unused: &[&str] = if is_dbscan { &["min_cluster_size"] } else { &["eps_m"] };
    for name in unused {
        record.parameters.remove(*name);
    }
    if !is_dbscan {
        record.parameters.insert("floor_m".into(), floor_m.into());
    } else if let Some(known_m) = events.uncertainty_m.filter(|&u| u > eps_m) {
        record.warnings.push(format!(
            "half of the locations are known to {known_m:.0} m or worse: a distance of {eps_m:.0} m is finer than that"
        ));
    }
    let number = |name, unit, values| Column { name, unit, values: Values::Number(values) };
    let count = |name, unit, values| Column { name, unit, values: Values::Count(values) };
    let columns = vec![
        count("count", "incidents", outlines.iter().map(|o| o.points).collect()),
        count("places", "distinct places", outlines.iter().map(|o| o.places).collect()),
        number(
            "incidents_per_km2",
            "incidents per km2 of the outline",
            outlines.iter().map(|o| f64::from(o.points) / o.area_km2).collect(),
        ),
        number("reach_m", "m", clusters.reach_m),
    ];
    let states = vec![State::Value; outlines.len()];
    Ok(Table { shapes: Shapes::Areas(areas), ids: None, columns, states, analysis: events.record })
}

/// A cluster as an area, numbered from 1.
fn area(n: usize, shape: &MultiPolygon<f64>, events: &Events) -> Result<Arc<Area>> {
    let degrees = |c: &Coord<f64>| {
        let p = events.to_lonlat((c.x, c.y))?;
        Some(Coord { x: p.lon(), y: p.lat() })
    };
    let ring = |r: &LineString<f64>| r.coords().map(degrees).collect::<Option<Vec<_>>>().map(LineString::new);
    let polygon = |p: &Polygon<f64>| {
        let inner = p.interiors().iter().map(ring).collect::<Option<Vec<_>>>()?;
        Some(Polygon::new(ring(p.exterior())?, inner))
    };
    let shape: Option<Vec<_>> = shape.iter().map(polygon).collect();
    let shape = shape.ok_or_else(|| {
        Error::invalid(
            format!("the outline of cluster {} reaches beyond the plane of EPSG:{}", n + 1, events.plane.epsg()),
            "take a grid in a system of the region, such as square:250@EPSG:CODE, or a smaller area",
        )
    })?;
    Ok(Arc::new(Area {
        collection: "clusters".to_owned(),
        id: (n + 1).to_string(),
        name: format!("cluster {}", n + 1),
        level: 0,
        parent: None,
        valid_from: None,
        shape: MultiPolygon(shape),
        denominators: vec![],
    }))
}

fn describe(events: &mut Events, clusters: &Clusters, outlines: &[Outline]) {
    let record = &mut events.record;
    let noise = clusters.labels.iter().filter(|l| **l == NOISE).count();
    let summary = [
        ("clusters", outlines.len()),
        ("incidents_in_clusters", clusters.labels.len() - noise),
        ("incidents_in_no_cluster", noise),
        ("places_in_clusters", outlines.iter().map(|o| o.places as usize).sum()),
        ("clusters_of_one_place", outlines.iter().filter(|o| o.places == 1).count()),
        ("outlines_on_a_grid", outlines.iter().filter(|o| o.is_coarse).count()),
    ];
    record.summary.extend(summary.map(|(name, n)| (name.to_owned(), n.into())));
    record.parameters.insert(
        "outline".into(),
        format!(
            "union of discs of half the reach around the places; for more than {MANY_PLACES} places on a grid of a ninth of \
             the reach"
        )
        .into(),
    );
    if outlines.is_empty() && !clusters.labels.is_empty() {
        record.warnings.push(
            "no cluster: incidents lie farther apart than asked for; take a larger distance or fewer incidents"
                .to_owned(),
        );
    }
}
