//! Methods on a small city's records: ratios, harm and what lies within reach of hotspots.

use super::tests::numbers;
use std::collections::BTreeMap;

use crate::analysis::metamorphic::city::City;
use crate::analysis::of_city;
use crate::cancel::Cancel;
use crate::cube::Mask;
use crate::error::Result;
use crate::index::{Query, Snapshot};
use crate::model::{Code, Resource, Visibility};
use crate::table::{Marks, Shapes, Table, Values};

fn run(city: &Snapshot, method: &str, grid: &str, category: &str, given: &[(&str, &str)]) -> Result<Table> {
    let given: BTreeMap<String, String> = given.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
    let categories = if category.is_empty() { vec![] } else { vec![Code::parse(category).unwrap()] };
    let query = Query { categories, ..Query::default() };
    of_city::run(city, method, (&query, &grid.parse().unwrap(), Mask::Default), &given, &Cancel::default())
}

fn sum(table: &Table, name: &str) -> f64 {
    numbers(table, name).iter().sum()
}

#[test]
fn harm_is_the_sum_of_weights_and_counts_stand_beside_it() {
    let city = City::default().snapshot();
    let of = |category: &str| sum(&run(&city, "count", "square:500", category, &[]).unwrap(), "count");
    for grid in ["square:500", "areas:districts"] {
        let table = run(&city, "harm", grid, "", &[]).unwrap();
        let want = 100.0 * of("0401") + 10.0 * of("0501") + 3000.0 * of("0101");
        assert!((sum(&table, "harm") - want).abs() < 1e-6, "{grid}: {} {want}", sum(&table, "harm"));
        assert_eq!((sum(&table, "count"), sum(&table, "without_weight")), (of(""), 0.0));
        let (harm, low, high) = (numbers(&table, "harm"), numbers(&table, "harm_low"), numbers(&table, "harm_high"));
        assert!((0..harm.len()).all(|i| low[i] <= harm[i] && harm[i] < high[i]), "{grid}");
        let record = &table.analysis;
        assert_eq!(record.summary["incidents_by_weight"]["3000"], of("0101") as u64);
        assert!(record.summary["basis"].as_str().unwrap().contains("not days"));
        assert!(matches!(&record.plots[0].marks, Marks::Bars(bars) if bars.len() == 3));
    }
    // Only what is asked for is weighed.
    let burglaries = run(&city, "harm", "square:500", "05", &[]).unwrap();
    assert_eq!(sum(&burglaries, "harm"), 10.0 * of("0501"));
    let none = run(&city, "harm", "square:500", "06", &[]).unwrap();
    assert_eq!((sum(&none, "harm"), none.analysis.plots.len()), (0.0, 0));
}

#[test]
fn weights_of_ones_own_say_what_they_leave_out() {
    let city = City::default().snapshot();
    let own = "title='Days'\nunit='days'\nbasis='b'\nreference='r'\n[weights]\n'0101' = 5475";
    let table = run(&city, "harm", "square:500", "", &[("weights", own)]).unwrap();
    let all = sum(&table, "count");
    assert_eq!(sum(&table, "harm"), 5475.0 * (all - sum(&table, "without_weight")));
    assert_eq!(table.analysis.parameters["weights"], "Days");
    assert!(table.analysis.warnings.iter().any(|w| w.contains("have no weight")));
    assert!(run(&city, "harm", "square:500", "", &[("weights", "x")]).is_err());
}

#[test]
fn a_ratio_counts_no_incident_on_both_sides() {
    let city = City::default().snapshot();
    let of = |category: &str| sum(&run(&city, "count", "square:500", category, &[]).unwrap(), "count");
    let totals = |category: &str, other: &str| {
        let given = [("other_category", other), ("draws", "99"), ("bandwidth_m", "1500")];
        let table = run(&city, "density_ratio", "square:500", category, &given).unwrap();
        let s = table.analysis.summary.clone();
        assert_eq!(sum(&table, "count"), s["incidents"].as_f64().unwrap(), "{category} {other}");
        (s["incidents"].as_f64().unwrap(), s["compared_with_total"].as_f64().unwrap())
    };
    assert_eq!(totals("0401", "all"), (of("0401"), of("") - of("0401")));
    assert_eq!(totals("0401", "0501"), (of("0401"), of("0501")));
    assert_eq!(totals("", "0501"), (of("") - of("0501"), of("0501")));
    assert!(run(&city, "density_ratio", "square:500", "0401", &[("other_category", "0401")]).is_err());
    assert!(run(&city, "density_ratio", "areas:districts", "0401", &[]).is_err_and(|e| e.hint.contains("square")));
    let other_year = [("other_category", "same"), ("other_period", "2018"), ("draws", "99")];
    let query = run(&city, "density_ratio", "square:500", "0401", &other_year);
    assert!(query.is_ok(), "the year is in the period of all: what is in both is taken out");
}

#[test]
fn residents_are_spread_over_the_ground_of_their_areas() {
    let city = City::default().snapshot();
    let given = [("other_category", "residents"), ("draws", "99"), ("edge", "diggle")];
    let table = run(&city, "density_ratio", "square:500", "0401", &given).unwrap();
    // Four districts of 4,000 residents and 0, 100, 200 and 300 more.
    assert!((table.analysis.summary["compared_with_total"].as_f64().unwrap() - 16_600.0).abs() < 1e-6);
    let Shapes::Cells(frame, cells) = &table.shapes else { panic!("cells") };
    let ground: f64 = cells.iter().map(|&c| frame.area_km2(c)).sum();
    let mean = sum(&table, "other_density") / cells.len() as f64;
    assert!((mean * ground / 16_600.0 - 1.0).abs() < 0.05, "{mean} on {ground}");
    assert!(table.analysis.null.as_deref().unwrap().contains("constant risk"));
}

#[test]
fn youth_exposure_is_by_area_and_names_no_place() {
    let city = City::default();
    let table = run(&city.snapshot(), "youth_exposure", "square:150", "", &[]).unwrap();
    assert!(matches!(&table.shapes, Shapes::Areas(a) if a.len() == 4));
    assert_eq!((sum(&table, "schools"), sum(&table, "youth_places")), (5.0, 5.0));
    assert!(sum(&table, "schools_in_reach") + sum(&table, "youth_places_in_reach") >= 1.0);
    assert_eq!(numbers(&table, "under_18"), [900.0, 1000.0, 1100.0, 1200.0]);
    let (share, near) = (numbers(&table, "share_in_reach"), numbers(&table, "under_18_in_reach"));
    // What happens more than elsewhere happens in the north-east.
    assert!(share[3] > 1.0 && share[3] < 60.0 && share[0] < 1.0, "{share:?}");
    assert!((near[3] - 12.0 * share[3]).abs() < 1e-9);
    let text = serde_json::to_string(&table.analysis).unwrap();
    let has_text = table.columns.iter().any(|c| matches!(c.values, Values::Text(_)));
    assert!(!has_text && !text.contains("Service"), "no name of a school");
    let wide = run(&city.snapshot(), "youth_exposure", "square:150", "", &[("influence_m", "5000")]).unwrap();
    assert!(numbers(&wide, "share_in_reach").iter().zip(&share).all(|(w, s)| w >= s));
    let asked = run(&city.snapshot(), "youth_exposure", "areas:districts", "", &[]).unwrap();
    assert!(matches!(&asked.shapes, Shapes::Areas(a) if a.len() == 4));
    assert_eq!(asked.analysis.parameters["hotspot_grid"].as_str().unwrap().split('@').next(), Some("square:250"));
    let by_cell = City { has_areas: false, ..City::default() };
    let cells = run(&by_cell.snapshot(), "youth_exposure", "square:150", "", &[]).unwrap();
    assert!(matches!(cells.shapes, Shapes::Cells(..)));
    assert!(cells.analysis.warnings.iter().any(|w| w.contains("by cell")));
}

/// A refuge must not show in any number, wherever it is.
#[test]
fn hidden_and_partner_places_change_no_byte_of_an_exposure() {
    let city = City::default();
    let more: Vec<Resource> = city
        .resources()
        .into_iter()
        .map(|r| Resource {
            id: format!("hidden{}", r.id),
            visibility: if r.id == "1" { Visibility::Partner } else { Visibility::HiddenLocation },
            ..r
        })
        .collect();
    let told = |city: &Snapshot| {
        let table = run(city, "youth_exposure", "square:150", "", &[]).unwrap();
        let names = ["schools", "schools_in_reach", "youth_places", "youth_places_in_reach", "share_in_reach"];
        (names.map(|n| numbers(&table, n)), serde_json::to_string(&table.analysis).unwrap())
    };
    assert_eq!(told(&city.snapshot()), told(&city.snapshot_with(more)));
}
