//! The gang context: refusals, quotients, the panel of definitions, links.

use super::super::tests::numbers;
use std::collections::BTreeMap;

use crate::analysis::metamorphic::{City, DEFINITION};
use crate::analysis::of_city;
use crate::cancel::Cancel;
use crate::cube::Mask;
use crate::error::Error;
use crate::index::{ContextFilter, Grid, Query};
use crate::model::{ContextKind, ContextValue};
use crate::table::{Marks, Table, Values};

fn ask(context: Option<(ContextKind, ContextValue, &str)>) -> Result<Table, Error> {
    ask_of(&City::default(), context, &BTreeMap::new())
}

fn ask_of(
    city: &City,
    context: Option<(ContextKind, ContextValue, &str)>,
    given: &BTreeMap<String, String>,
) -> Result<Table, Error> {
    let context = context.map(|(kind, value, name)| ContextFilter { kind, value, definition: name.to_owned() });
    let grid: Grid = "square:500".parse()?;
    let query = Query { context, ..Query::default() };
    of_city::run(&city.snapshot(), "gang_context", (&query, &grid, Mask::Default), given, &Cancel::default())
}

/// What lay between concentrations years ago must not be told as if it held today.
#[test]
fn boundary_zones_are_told_for_a_while_and_expire() {
    let zones = |city: &City| {
        let given = BTreeMap::from([("boundary_zones".to_owned(), "yes".to_owned())]);
        let table = ask_of(city, Some((ContextKind::Gang, ContextValue::Yes, DEFINITION)), &given).unwrap();
        let Some(Values::Class(names, classes)) =
            table.columns.iter().find(|c| c.name == "boundary_zone").map(|c| &c.values)
        else {
            panic!("no zones")
        };
        let mut told: Vec<&str> = classes.iter().map(|&c| names[usize::from(c)]).collect();
        told.sort_unstable();
        told.dedup();
        (told, table.analysis)
    };
    let (told, record) = zones(&City::default());
    assert_eq!(told, ["expired"]);
    assert!(record.warnings.iter().any(|w| w.contains("ask of newer records")));
    let now = crate::model::LocalTime(jiff::Timestamp::now().as_second() - 740 * 86_400);
    let first_day = now.civil().unwrap().date();
    let (told, record) = zones(&City { first_day, ..City::default() });
    assert!(!told.contains(&"expired") && told.contains(&"no"), "{told:?}");
    assert!(record.summary["concentrations"].is_number() && record.summary["boundary_zones_expire"].is_string());
    assert!(record.warnings.iter().any(|w| w.contains("name no group")));
}

#[test]
fn no_answer_without_a_definition_that_occurs() {
    use ContextValue::{No, Yes};
    for context in [
        None,
        Some((ContextKind::Family, Yes, DEFINITION)),
        Some((ContextKind::Gang, No, DEFINITION)),
        Some((ContextKind::Gang, Yes, "eurogang-2006")),
    ] {
        let e = ask(context).err().unwrap();
        assert!(e.hint.contains(DEFINITION), "the definitions that occur are listed: {e}");
    }
}

#[test]
fn quotients_panel_and_links() {
    let table = ask(Some((ContextKind::Gang, ContextValue::Yes, DEFINITION))).unwrap();
    let names: Vec<&str> = table.columns.iter().map(|c| c.name).collect();
    let want = [
        "count",
        "all_incidents",
        "lq",
        "lq_low",
        "lq_high",
        "lq_eb",
        "z",
        "p",
        "q",
        "class",
        "link_firearms",
        "link_trafficking",
        "link_drugs",
    ];
    assert_eq!(names, want);
    let (with, all) = (numbers(&table, "count"), numbers(&table, "all_incidents"));
    let summary = &table.analysis.summary;
    let share = with.iter().sum::<f64>() / all.iter().sum::<f64>();
    assert!((summary["share_with_context"].as_f64().unwrap() - share).abs() < 1e-12);
    let (lq, low, high, eb) =
        (numbers(&table, "lq"), numbers(&table, "lq_low"), numbers(&table, "lq_high"), numbers(&table, "lq_eb"));
    for i in 0..with.len() {
        if all[i] == 0.0 {
            assert!(lq[i].is_nan());
            continue;
        }
        assert!((lq[i] - with[i] / all[i] / share).abs() < 1e-9 && low[i] <= lq[i] && lq[i] <= high[i]);
        assert!(high[i] <= 1.0 / share + 1e-9 && (eb[i] - 1.0).abs() <= (lq[i] - 1.0).abs() + 1e-9);
    }
    assert_eq!(summary[&format!("incidents_under_{DEFINITION}")], summary["incidents_yes"]);
    assert!(summary["link_firearms_source"].as_str().unwrap().contains(DEFINITION));
    assert!(summary["link_firearms_bivariate_i"].is_number() && summary["link_trafficking_incidents"] == 0);
    let plot = &table.analysis.plots[0];
    assert!(matches!(&plot.marks, Marks::Bars(bars) if bars.len() == 1) && plot.x.ticks == [DEFINITION]);
    // Neutral words: incidents and how they were recorded, nothing about people.
    let text = serde_json::to_string(&table.analysis).unwrap();
    assert!(text.contains("recorded with a gang context under") && !text.contains("gang area"));
}
