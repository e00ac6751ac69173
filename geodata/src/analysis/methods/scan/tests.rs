//! Scans of a small city from rows to clusters: what they say, and what they say that they cannot.

use super::super::tests::numbers;
use std::collections::BTreeMap;

use super::*;
use crate::analysis::metamorphic::city::City;
use crate::analysis::of_city;
use crate::cube::Mask;
use crate::index::{Query, Snapshot};
use crate::model::{Interval, LocalTime};
use crate::table::{Marks, Shapes, Values};

fn day(year: i16, month: i8, day: i8) -> LocalTime {
    LocalTime::from_civil(jiff::civil::date(year, month, day).at(0, 0, 0, 0))
}

fn run(city: &Snapshot, (from, to): (LocalTime, LocalTime), grid: &str, given: &[(&str, &str)]) -> Result<Table> {
    let query = Query { period: Interval::new(from, to), ..Query::default() };
    let given: BTreeMap<String, String> =
        [("replicates", "99")].iter().chain(given).map(|(k, v)| ((*k).into(), (*v).into())).collect();
    of_city::run(city, "scan", (&query, &grid.parse()?, Mask::Default), &given, &Cancel::default())
}

fn column<'a>(table: &'a Table, name: &str) -> &'a Values {
    &table.columns.iter().find(|c| c.name == name).unwrap().values
}

fn texts(table: &Table, name: &str) -> Vec<String> {
    match column(table, name) {
        Values::Text(v) => v.iter().map(str::to_owned).collect(),
        _ => panic!("{name} is no text"),
    }
}

#[test]
fn a_prospective_scan_ends_on_the_last_day_and_tells_how_rare_it_is() {
    let city = City::default().snapshot();
    let period = (day(2017, 6, 1), day(2017, 8, 30));
    let table = run(&city, period, "square:500", &[]).unwrap();
    assert!(table.len() > 2 && texts(&table, "last_day").iter().all(|d| d == "2017-08-29"));
    let (p, interval) = (numbers(&table, "p"), numbers(&table, "recurrence_interval_days"));
    assert!(p.iter().zip(&interval).all(|(p, i)| (i * p - 1.0).abs() < 1e-12));
    let Shapes::Areas(areas) = &table.shapes else { panic!("clusters are shapes of their own") };
    assert_eq!((areas[0].id.as_str(), areas[0].name.as_str()), ("1", "Cluster 1"));
    // The cells of a cluster are one shape without inner borders where they touch.
    let cells = numbers(&table, "locations");
    assert!(areas.iter().zip(&cells).all(|(a, &n)| !a.shape.0.is_empty() && a.shape.0.len() <= n as usize));
    let record = &table.analysis;
    assert_eq!(record.summary["steps"], 90);
    assert_eq!(record.plots.iter().map(|p| p.id).collect::<Vec<_>>(), ["replicates", "course"]);
    let Marks::Lines(lines) = &record.plots[1].marks else { panic!("lines") };
    let total = |i: usize| lines[i].points.iter().map(|p| p.1).sum::<f64>();
    assert!((total(0) - total(1)).abs() < 1e-9, "the model expects as many over the whole period");
    let back = run(&city, period, "square:500", &[("look", "retrospective")]).unwrap();
    assert!(numbers(&back, "recurrence_interval_days").iter().all(|i| i.is_nan()));
}

#[test]
fn the_poisson_model_finds_the_busy_place_and_says_what_it_expects() {
    let city = City::default().snapshot();
    let period = (day(2017, 1, 1), day(2018, 1, 1));
    let space = run(&city, period, "square:500", &[("model", "poisson"), ("extent", "space")]).unwrap();
    assert_eq!(numbers(&space, "p")[0], 0.01);
    assert_eq!(
        (texts(&space, "first_day")[0].as_str(), texts(&space, "last_day")[0].as_str()),
        ("2017-01-01", "2017-12-31")
    );
    assert!(space.analysis.warnings.iter().any(|w| w.contains("no denominator")));
    let areas = run(&city, period, "areas:districts", &[("model", "poisson"), ("max_radius_m", "9000")]).unwrap();
    assert!(areas.analysis.parameters["denominator"].as_str().unwrap().contains("residents"));
    assert!(!areas.analysis.warnings.iter().any(|w| w.contains("no denominator")));
    let e = run(&city, period, "square:500", &[("extent", "space")]).err().unwrap();
    assert!(e.hint.contains("model=poisson"), "{e}");
}

#[test]
fn too_few_incidents_and_too_short_periods_are_said() {
    let city = City::default().snapshot();
    let short = run(&city, (day(2017, 6, 1), day(2017, 6, 4)), "square:500", &[]).unwrap();
    for words in ["fewer than 20", "half of the 3 steps", "too few for runs of days"] {
        assert!(short.analysis.warnings.iter().any(|w| w.contains(words)), "{:?}", short.analysis.warnings);
    }
    let e = run(&city, (day(2017, 6, 1), day(2017, 6, 4)), "square:500", &[("step_days", "7")]).err().unwrap();
    assert!(e.what.contains("3 days") && e.hint.contains("step_days"), "{e}");
}

/// A month is no day: such records are left out and counted, and where there is nothing else, the scan says so.
#[test]
fn records_of_a_month_are_not_put_on_a_day() {
    let city = City { months_only: true, ..City::default() }.snapshot();
    let year = (day(2017, 1, 1), day(2018, 1, 1));
    let e = run(&city, year, "square:500", &[]).err().unwrap();
    assert!(e.to_string().contains("months"), "{e}");
    let space = run(&city, year, "square:500", &[("model", "poisson"), ("extent", "space")]).unwrap();
    assert!(!texts(&space, "first_day").is_empty() && space.analysis.included > 1000);
    let monthly = run(&city, year, "square:500", &[("step_days", "31"), ("max_days", "62")]).unwrap();
    assert_eq!(monthly.analysis.summary["steps"], 11);
}
