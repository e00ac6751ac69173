//! Filters over told rows: three-valued logic, texts, days and shapes; what is not told is not asked.

use std::sync::Arc;

use geo_types::{MultiPolygon, polygon};

use super::*;
use crate::cql::{FilterCrs, Lang, parse};
use crate::model::{Area, Tier};
use crate::table::{Analysis, Column, State, Values};

const PROPERTIES: [PropertyType<'static>; 4] = [
    ("name", PropertyKind::Text),
    ("residents", PropertyKind::Number),
    ("start", PropertyKind::Date),
    ("count", PropertyKind::Number),
];

fn table() -> Released<Table> {
    let square = |x: f64| {
        let shape =
            MultiPolygon(vec![polygon![(x: x, y: 0.0), (x: x + 1.0, y: 0.0), (x: x + 1.0, y: 1.0), (x: x, y: 1.0)]]);
        Arc::new(Area {
            collection: "wards".into(),
            id: format!("w{x}"),
            name: String::new(),
            level: 1,
            parent: None,
            valid_from: None,
            shape,
            denominators: vec![],
        })
    };
    let mut empty = (*square(9.0)).clone();
    empty.shape = MultiPolygon(vec![]);
    let text = |v: [&str; 4]| Values::Text(v.into_iter().collect());
    let columns = vec![
        Column { name: "name", unit: "", values: text(["Nord", "Süd", "", "50% Ost"]) },
        Column { name: "residents", unit: "", values: Values::Number(vec![100.0, f64::NAN, 300.0, 400.0]) },
        Column { name: "start", unit: "", values: text(["2018-06-15", "", "2020-01-01", "soon"]) },
        Column { name: "count", unit: "", values: Values::Count(vec![7, 7, 7, 7]) },
    ];
    let table = Table {
        shapes: Shapes::Areas(vec![square(0.0), square(1.0), square(2.0), Arc::new(empty)]),
        ids: Some(["a", "b", "c", "d"].into_iter().collect()),
        columns,
        states: vec![State::Value, State::Value, State::Suppressed, State::Value],
        analysis: Analysis::default(),
    };
    Released::new(table, Tier::Public)
}

fn choice(filter: &str) -> Result<Choice> {
    Choice::new(parse(filter, Lang::Text, FilterCrs::Crs84)?, &PROPERTIES, TimeZone::UTC)
}

fn ids(filter: &str) -> String {
    let table = table();
    let rows = choice(filter).unwrap_or_else(|e| panic!("{filter}: {e}")).rows(&table, &Cancel::default());
    rows.expect("rows").into_iter().map(|row| table.ids().expect("ids")[row].to_owned()).collect()
}

#[test]
fn conditions_choose_rows_and_missing_values_are_neither() {
    for (filter, expected) in [
        ("name = 'Nord'", "a"),
        ("name <> 'Nord'", "bd"),
        ("NOT name = 'Nord'", "bd"),
        ("name IS NULL", "c"),
        ("name IS NOT NULL", "abd"),
        ("name = 'Nord' OR name IS NULL", "ac"),
        ("name > 'O'", "b"),
        ("'O' < name", "b"),
        ("name LIKE '%or%'", "a"),
        ("name LIKE '50\\%%'", "d"),
        ("name NOT LIKE '%or%'", "bd"),
        ("CASEI(name) = CASEI('SÜD')", "b"),
        ("CASEI(name) LIKE CASEI('n%')", "a"),
        ("CASEI(name) IN (CASEI('NORD'), CASEI('süd'))", "ab"),
        ("name IN ('Nord','Ost')", "a"),
        ("name NOT IN ('Nord','Ost')", "bd"),
        ("residents BETWEEN 100 AND 400", "ad"),
        ("residents NOT BETWEEN 0 AND 200", "d"),
        ("residents IS NULL", "bc"),
        ("id IN ('b','d')", "bd"),
        ("area = 'w0'", "a"),
        ("state = 'suppressed'", "c"),
        ("start >= DATE('2018-06-15')", "ac"),
        ("start = '2018-06-15'", "a"),
        ("T_BEFORE(start, DATE('2019-01-01'))", "a"),
        ("T_INTERSECTS(start, INTERVAL('..','2020-01-01'))", "ac"),
        ("TRUE", "abcd"),
        ("FALSE OR name = name", "abd"),
    ] {
        let properties = [("area", PropertyKind::Text), ("state", PropertyKind::Text)];
        let all: Vec<_> = PROPERTIES.into_iter().chain(properties).collect();
        let expr = parse(filter, Lang::Text, FilterCrs::Crs84).unwrap_or_else(|e| panic!("{filter}: {e}"));
        let table = table();
        let chosen = Choice::new(expr, &all, TimeZone::UTC).unwrap_or_else(|e| panic!("{filter}: {e}"));
        let rows = chosen.rows(&table, &Cancel::default()).expect("rows");
        let found: String = rows.into_iter().map(|row| table.ids().expect("ids")[row].to_owned()).collect();
        assert_eq!(found, expected, "{filter}");
    }
}

#[test]
fn a_withheld_number_is_nothing_to_a_filter() {
    assert_eq!(ids("count = 7"), "abd");
    assert_eq!(ids("count <> 7"), "");
    assert_eq!(ids("NOT (count > 100)"), "abd");
}

#[test]
fn shapes_relate_as_the_standard_says() {
    for (filter, expected) in [
        ("S_INTERSECTS(geometry, POINT(0.5 0.5))", "a"),
        ("S_INTERSECTS(geometry, POINT(1 0.5))", "ab"),
        ("S_TOUCHES(geometry, POINT(1 0.5))", "ab"),
        ("S_INTERSECTS(geometry, BBOX(0.5,0.5,1.5,0.6))", "ab"),
        ("S_DISJOINT(geometry, BBOX(0.5,0.5,1.5,0.6))", "c"),
        ("NOT S_INTERSECTS(geometry, BBOX(0.5,0.5,1.5,0.6))", "c"),
        ("S_WITHIN(geometry, BBOX(-1,-1,2,2))", "ab"),
        ("S_CONTAINS(BBOX(-1,-1,2,2), geometry)", "ab"),
        ("S_CONTAINS(geometry, POINT(2.5 0.5))", "c"),
        ("S_EQUALS(geometry, POLYGON((0 0, 0 1, 1 1, 1 0, 0 0)))", "a"),
        ("S_TOUCHES(geometry, POLYGON((1 0, 2 0, 2 1, 1 1, 1 0)))", "ac"),
        ("S_OVERLAPS(geometry, POLYGON((0.5 0, 2.5 0, 2.5 1, 0.5 1, 0.5 0)))", "ac"),
        ("S_CROSSES(geometry, LINESTRING(-1 0.5, 1.5 0.5))", "ab"),
        ("S_INTERSECTS(geometry, BBOX(179,-1,0.5,2))", "a"),
        ("geometry IS NULL", "d"),
    ] {
        assert_eq!(ids(filter), expected, "{filter}");
    }
}

#[test]
fn what_does_not_fit_is_named() {
    for (filter, says) in [
        ("nme = 'x'", "\"nme\""),
        ("name = 5", "\"name\""),
        ("residents = '5'", "\"residents\""),
        ("residents LIKE '5%'", "\"residents\""),
        ("name BETWEEN 1 AND 2", "\"name\""),
        ("S_INTERSECTS(name, POINT(0 0))", "\"name\""),
        ("geometry = 'x'", "\"geometry\""),
        ("T_AFTER(name, DATE('2018-01-01'))", "\"name\""),
        ("CASEI(residents) = 'x'", "CASEI"),
    ] {
        let error = choice(filter).expect_err(filter);
        assert!(error.what.contains(says), "{filter}: {error}");
    }
    assert!(choice("nme = 'x'").expect_err("unknown").hint.contains("did you mean name?"));
}
