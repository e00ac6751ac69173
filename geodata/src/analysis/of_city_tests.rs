//! Methods on a small city from rows to table: lattices, areas, hexagons, study areas, what was left out.

use std::collections::HashMap;
use std::sync::Arc;

use geo_types::{MultiPolygon, Rect, coord};

use super::*;
use crate::index::{Contents, Places, Row};
use crate::model::{
    Area, Candidate, Code, Denominator, Discovery, LocalTime, LonLat, Offence, Profile, Quality, TimeBasis,
    TimePrecision,
};
use crate::table::{State, Values};

fn profile(discovery: Discovery, location_precision: LocationPrecision) -> Arc<Profile> {
    let candidates = vec![Candidate { code: Code::parse("0401").unwrap(), confidence: 1 }];
    Arc::new(Profile {
        source: "test".into(),
        mapping_version: 1,
        offences: vec![Offence { source_code: String::new(), source_text: "robbery".into(), candidates }],
        time_precision: TimePrecision::Minute,
        time_basis: TimeBasis::Occurred,
        zone: "UTC".into(),
        location_precision,
        uncertainty_m: None,
        context: vec![],
        discovery,
        status: None,
        weapon: None,
        quality: Quality::default(),
    })
}

/// Areas of 0.05 degrees: an east and a west one, 2,000 and 500 residents.
fn areas() -> Vec<Area> {
    let area = |id: &str, west: f64, residents: f64| Area {
        collection: "districts".into(),
        id: id.into(),
        name: id.into(),
        level: 1,
        parent: None,
        valid_from: None,
        shape: MultiPolygon::new(vec![
            Rect::new(coord! { x: west, y: 41.80 }, coord! { x: west + 0.05, y: 41.85 }).to_polygon(),
        ]),
        denominators: vec![Denominator {
            kind: "residents".into(),
            sex: None,
            age: None,
            year: Some(2020),
            value: residents,
            source: "census".into(),
        }],
    };
    vec![area("west", -87.70, 2000.0), area("east", -87.65, 500.0)]
}

/// 300 robberies over the two areas, 200 more in two square kilometres of the west, 30 that the police found, 40 known to an
/// area of kilometres, 10 elsewhere, all in 2018.
fn city(with_areas: bool) -> Snapshot {
    let from = jiff::civil::date(2018, 6, 1).at(12, 0, 0, 0);
    let from = LocalTime::from_civil(from).0;
    let mut rows = Vec::new();
    let mut add = |profile: u32, lon: f64, lat: f64| {
        let fid = rows.len() as i64;
        let time = Interval { from: LocalTime(from + fid), to: LocalTime(from + fid + 60) };
        rows.push(Row { fid, profile, time, point: Some(LonLat::new(lon, lat).unwrap()) });
    };
    for i in 0..300_u32 {
        add(1, -87.699 + f64::from(i * 7919 % 980) * 1e-4, 41.801 + f64::from(i * 104_729 % 480) * 1e-4);
    }
    for i in 0..200_u32 {
        add(1, -87.69 + f64::from(i % 14) * 1.5e-3, 41.815 + f64::from(i / 14) * 1e-3);
    }
    (0..30).for_each(|_| add(2, -87.66, 41.83));
    (0..40).for_each(|_| add(3, -87.61, 41.81));
    (0..10).for_each(|_| add(1, -87.5, 41.7));
    let profiles = HashMap::from([
        (1, profile(Discovery::Victim, LocationPrecision::Block)),
        (2, profile(Discovery::PoliceInitiated, LocationPrecision::Block)),
        (3, profile(Discovery::Victim, LocationPrecision::LargeArea)),
    ]);
    let areas = if with_areas { areas() } else { vec![] };
    let places = Places::new(areas, vec![], vec![]).unwrap();
    Snapshot::from_rows(Contents { profiles, places, ..Contents::default() }, rows).unwrap()
}

fn analyse(snapshot: &Snapshot, method: &str, grid: &str, given: &[(&str, &str)]) -> Result<Table> {
    let given = given.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
    let year = |y| LocalTime::from_civil(jiff::civil::date(y, 1, 1).at(0, 0, 0, 0));
    let query = Query { period: Interval::new(year(2018), year(2019)), ..Query::default() };
    run(snapshot, method, (&query, &grid.parse().unwrap(), Mask::Default), &given, &Cancel::default())
}

fn numbers(table: &Table, name: &str) -> Vec<f64> {
    match &table.columns.iter().find(|c| c.name == name).unwrap().values {
        Values::Number(v) => v.clone(),
        Values::Count(v) => v.iter().map(|&c| f64::from(c)).collect(),
        _ => panic!("{name} is no number"),
    }
}

#[test]
fn hotspots_are_found_on_every_kind_of_cell() {
    let city = city(true);
    for grid in ["square:500", "quadkey:16", "h3:9"] {
        let table = analyse(&city, "gi_star", grid, &[]).unwrap();
        let Values::Class(names, classes) = &table.columns[4].values else { panic!("no class") };
        let hot: Vec<usize> = (0..table.len()).filter(|&i| names[usize::from(classes[i])].starts_with("hot")).collect();
        assert!(!hot.is_empty() && hot.len() < table.len() / 4, "{grid}: {} of {}", hot.len(), table.len());
        let Shapes::Cells(frame, cells) = &table.shapes else { panic!("no cells") };
        let near = LonLat::new(-87.68, 41.822).unwrap();
        assert!(hot.iter().all(|&i| frame.centre(cells[i]).distance_m(near) < 2500.0), "{grid}");
        let record = &table.analysis;
        assert_eq!((record.included, record.mask.as_str()), (500, "areas:districts"), "{grid}");
        assert_eq!(record.excluded["police_initiated"], 30);
        assert_eq!(record.excluded["location_too_coarse"], 40);
        assert_eq!(record.excluded["outside_study_area"], 10);
        assert_eq!(record.period, "2018-01-01T00:00:00/2019-01-01T00:00:00");
    }
    let all =
        analyse(&city, "gi_star", "quadkey:16", &[("police_initiated", "include"), ("locations", "any")]).unwrap();
    assert_eq!(all.analysis.included, 570);
    assert!(!all.analysis.excluded.contains_key("police_initiated"));
}

#[test]
fn density_keeps_the_incidents_of_the_study_area() {
    let city = city(true);
    for grid in ["square:250", "quadkey:17"] {
        let table = analyse(&city, "density", grid, &[("bandwidth_m", "600")]).unwrap();
        let Shapes::Cells(frame, cells) = &table.shapes else { panic!("no cells") };
        let density = numbers(&table, "density");
        // At the centres of cells only, so the sum is close to the number and not equal.
        let mass: f64 = cells.iter().zip(&density).map(|(&c, d)| frame.area_km2(c) * d).sum();
        assert!((mass / 500.0 - 1.0).abs() < 0.02, "{grid}: {mass}");
        assert_eq!(table.analysis.parameters["bandwidth_m"], 600.0);
        let lattice = table.analysis.parameters["lattice_m"].as_f64().unwrap();
        assert!(lattice <= 120.0, "{grid}: {lattice}");
    }
    let raised = analyse(&city, "density", "square:250", &[("bandwidth_m", "100")]).unwrap();
    assert_eq!(raised.analysis.parameters["bandwidth_m"], 200.0, "twice the 100 m of a block");
    assert!(analyse(&city, "density", "areas:districts", &[]).is_err());
}

#[test]
fn areas_have_rates_and_neighbours() {
    let city = city(true);
    let table = analyse(&city, "rate", "areas:districts", &[]).unwrap();
    let Shapes::Areas(areas) = &table.shapes else { panic!("no areas") };
    let (west, east) = if areas[0].id == "west" { (0, 1) } else { (1, 0) };
    let (counts, rates) = (numbers(&table, "count"), numbers(&table, "rate"));
    assert!((rates[west] - counts[west] * 50.0).abs() < 1e-9, "2018 is one year");
    assert_eq!(table.states[east], State::Undefined, "500 residents are too few");
    assert_eq!(table.analysis.parameters["denominator"], "residents (census, 2020)");
    // Two areas: each one's neighbourhood is the whole.
    let two = analyse(&city, "gi_star", "areas:districts", &[]).unwrap();
    assert!(two.states.iter().all(|s| *s == State::Undefined));
    let e = analyse(&city, "rate", "areas:districts", &[("denominator", "jobs")]).err().unwrap();
    assert!(e.what.contains("denominator"), "{e}");
}

#[test]
fn without_areas_there_is_a_warning() {
    let city = city(false);
    let table = analyse(&city, "count", "square:1000", &[]).unwrap();
    assert!(table.analysis.warnings.iter().any(|w| w.contains("no mask")), "{:?}", table.analysis.warnings);
    assert_eq!(table.analysis.included, 580, "count takes everything");
    for method in ["count", "gi_star", "density"] {
        assert!(run_on_empty(method).is_ok(), "{method}");
    }
}

fn run_on_empty(method: &str) -> Result<Table> {
    let grid = Grid::Quadkey { level: 15 };
    run(&Snapshot::empty(), method, (&Query::default(), &grid, Mask::Default), &BTreeMap::new(), &Cancel::default())
}

#[test]
fn protected_counts_say_nothing_of_what_was_withheld() {
    let city = city(true);
    let grid = Grid::Quadkey { level: 15 };
    let query = Query::default();
    let mut counted = count_within(&city, &query, &grid, Mask::Default, &Cancel::default()).unwrap();
    let withheld: Vec<bool> = counted.counts.iter().map(|&c| c > 0 && c < 5).collect();
    counted.counts.iter_mut().zip(&withheld).filter(|(_, w)| **w).for_each(|(c, _)| *c = 0);
    let told: u64 = counted.counts.iter().map(|&c| u64::from(c)).sum();
    let method = Method::find("density").unwrap();
    let params = method.params(&BTreeMap::new()).unwrap();
    let table =
        run_on_protected(&city, (method, &params), &query, counted, withheld.clone(), &Cancel::default()).unwrap();
    assert_eq!((table.analysis.included, table.analysis.basis.as_str()), (told, "protected"));
    assert!(table.analysis.excluded.is_empty());
    assert!(withheld.iter().zip(&table.states).all(|(w, s)| *w == (*s == State::Suppressed)));
}

#[test]
fn years_are_those_of_the_calendar() {
    let at = |y, m, d| LocalTime::from_civil(jiff::civil::date(y, m, d).at(0, 0, 0, 0));
    let span = |a, b| years(Interval::new(a, b).unwrap());
    assert_eq!(span(at(2018, 1, 1), at(2019, 1, 1)), 1.0);
    assert_eq!(span(at(2015, 1, 1), at(2019, 1, 1)), 4.0);
    assert_eq!(span(at(2016, 2, 29), at(2017, 2, 28)), 1.0);
    assert!((span(at(2018, 1, 1), at(2018, 7, 2)) - 0.498).abs() < 1e-3);
    assert!((span(at(2018, 6, 1), at(2019, 1, 1)) - 0.586).abs() < 1e-3);
}
