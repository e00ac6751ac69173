//! Density along streets of the demo city, whose incidents lie on its streets.

use super::super::tests::numbers;
use std::collections::BTreeMap;

use crate::analysis::of_city::run;
use crate::cancel::Cancel;
use crate::cube::Mask;
use crate::demo::generate;
use crate::error::{Kind, Result};
use crate::index::{Grid, Query, Snapshot};
use crate::store::Store;
use crate::table::{Shapes, State, Table};

fn city() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = Store::open(&folder.path().join("city.gpkg")).expect("a new file");
    generate(7, 3_000, &mut store, &|_, _| {}).expect("a demo city");
    (folder, store)
}

fn analyse(snapshot: &Snapshot, given: &[(&str, &str)]) -> Result<Table> {
    analyse_by("street_density", snapshot, given)
}

fn analyse_by(method: &str, snapshot: &Snapshot, given: &[(&str, &str)]) -> Result<Table> {
    let given: BTreeMap<String, String> = given.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
    let grid = Grid::Square { side_m: 250.0, epsg: None };
    run(snapshot, method, (&Query::default(), &grid, Mask::Default), &given, &Cancel::default())
}

#[test]
fn density_times_length_is_the_number_of_incidents_on_streets() {
    let (_folder, store) = city();
    let snapshot = Snapshot::build(&store).expect("readable");
    let table = analyse(&snapshot, &[]).expect("streets are there");
    let record = &table.analysis;
    assert_eq!(record.summary["pieces_outside_study_area"], 0);
    let (density, length) = (numbers(&table, "density"), numbers(&table, "length_m"));
    let mass: f64 = density.iter().zip(&length).map(|(d, m)| d * m / 1000.0).sum();
    let included = record.included as f64;
    assert!(included > 1_000.0 && (mass / included - 1.0).abs() < 0.002, "{mass} of {included}");
    assert_eq!(numbers(&table, "count").iter().sum::<f64>(), included);
    assert!(table.states.iter().zip(&density).all(|(s, d)| (*s == State::Zero) == (*d == 0.0)));
    let Shapes::Lines(lines) = &table.shapes else { panic!("no lines") };
    assert!(lines.iter().all(|l| l.line.0.len() >= 2 && l.id.contains('/')));
    let mut ids: Vec<&str> = lines.iter().map(|l| l.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), table.len());
    let close = analyse(&snapshot, &[("snap_m", "1")]).expect("streets are there");
    let far = |t: &Table| t.analysis.excluded["far_from_streets"].as_u64().expect("a number");
    assert!(far(&close) > far(&table));
    assert_eq!(far(&close) + close.analysis.included, far(&table) + record.included);
}

#[test]
fn without_streets_the_answer_says_how_to_import_them() {
    let (_folder, store) = city();
    let snapshot = Snapshot::build(&store).expect("readable");
    assert!(snapshot.places().streets.len() > 5_000);
    let refused = analyse(&Snapshot::empty(), &[]).err().expect("no streets");
    assert_eq!(refused.kind, Kind::NotFound);
    assert!(refused.hint.contains("urbansafety import") && refused.hint.contains(".osm.pbf"), "{refused}");
    assert!(analyse(&snapshot, &[("bandwidth_m", "5")]).is_err_and(|e| e.what.contains("bandwidth_m")));
}

#[test]
fn the_fewest_streets_with_half_of_the_incidents_hold_half() {
    let (_folder, store) = city();
    let snapshot = Snapshot::build(&store).expect("readable");
    let table = analyse_by("street_concentration", &snapshot, &[]).expect("streets are there");
    let (counts, record) = (numbers(&table, "count"), &table.analysis);
    assert_eq!(counts.iter().sum::<f64>(), record.included as f64);
    let half = record.summary["places_for_50_percent"].as_u64().expect("a number") as usize;
    let mut sorted = counts;
    sorted.sort_by(|a, b| b.total_cmp(a));
    let held = |n: usize| sorted[..n].iter().sum::<f64>() * 2.0;
    assert!(held(half) >= record.included as f64 && held(half - 1) < record.included as f64);
    assert!(record.plots.iter().any(|p| p.id == "concentration"));
}
