//! Statistics on a column of a polygon file: results, and errors that help.

use geo_types::{Point, Rect, coord};

use super::*;
use crate::analysis::golden_facts::{COLUMBUS, COLUMBUS_P};
use crate::table::{State, Values};

/// A row of six squares with a value, a population and a name.
fn squares(values: [Json; 6]) -> (Vec<String>, Vec<(Geometry<f64>, Vec<Json>)>) {
    let columns = ["CRIME", "POP", "name"].map(str::to_owned).to_vec();
    let rows = values.into_iter().enumerate().map(|(i, value)| {
        let x = i as f64 * 0.01;
        let square = Rect::new(coord! { x: x, y: 0.0 }, coord! { x: x + 0.01, y: 0.01 });
        (Geometry::Polygon(square.to_polygon()), vec![value, Json::from(5000), Json::from(format!("Area {i}"))])
    });
    (columns, rows.collect())
}

fn analyse(
    method: &str,
    value: &str,
    population: Option<&str>,
    (columns, rows): &(Vec<String>, Vec<(Geometry<f64>, Vec<Json>)>),
    given: &[(&str, &str)],
) -> Result<Table> {
    let given = given.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
    let which = Columns { file: "areas.geojson", value, population };
    run(method, &which, &Polygons { columns, rows }, &given, &Cancel::default())
}

fn six(values: [f64; 6]) -> (Vec<String>, Vec<(Geometry<f64>, Vec<Json>)>) {
    squares(values.map(Json::from))
}

fn message(result: Result<Table>) -> String {
    result.err().map(|e| format!("{} | {}", e.what, e.hint)).unwrap()
}

#[test]
fn whole_numbers_are_tested_exactly_and_others_by_draws() {
    let whole = analyse("gi_star", "CRIME", None, &six([9.0, 8.0, 0.0, 0.0, 1.0, 0.0]), &[]).unwrap();
    assert_eq!(whole.analysis.parameters["inference"], "exact");
    assert_eq!(whole.analysis.parameters["neighbours"], "queen");
    assert!(!whole.analysis.parameters.contains_key("police_initiated"));
    assert_eq!((whole.columns[0].name, whole.len()), ("count", 6));
    let real = analyse("gi_star", "CRIME", None, &six([9.5, 8.0, 0.0, 0.0, 1.0, 0.0]), &[("draws", "999")]).unwrap();
    assert_eq!(real.analysis.parameters["inference"], "monte_carlo");
    assert_eq!(real.columns[0].name, "value");
}

#[test]
fn the_order_of_the_rows_does_not_matter() {
    let forward = six([9.5, 8.0, 0.25, 0.0, 1.0, 0.0]);
    let mut backward = forward.clone();
    backward.1.reverse();
    let p = |data: &(Vec<String>, Vec<(Geometry<f64>, Vec<Json>)>)| {
        let table = analyse("gi_star", "CRIME", None, data, &[("draws", "199")]).unwrap();
        match &table.columns[2].values {
            Values::Number(p) => p.iter().map(|p| p.to_bits()).collect::<Vec<_>>(),
            _ => panic!("p is no number"),
        }
    };
    let mut reversed = p(&backward);
    reversed.reverse();
    assert_eq!(p(&forward), reversed);
}

#[test]
fn missing_values_leave_the_study_area() {
    let mut values: [Json; 6] = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0].map(Json::from);
    values[2] = Json::Null;
    values[3] = Json::from("12");
    let table = analyse("count", "CRIME", None, &squares(values), &[]).unwrap();
    assert_eq!((table.len(), table.analysis.mask_n, table.analysis.included), (5, 5, 30));
    assert!(table.analysis.warnings[0].contains("1 areas have no"));
    match &table.shapes {
        Shapes::Areas(areas) => assert_eq!((areas[2].id.as_str(), areas[2].name.as_str()), ("4", "Area 3")),
        _ => panic!("no areas"),
    }
}

#[test]
fn rates_take_a_population_column() {
    let data = six([50.0, 0.0, 10.0, 30.0, 20.0, 40.0]);
    let table = analyse("rate", "CRIME", Some("POP"), &data, &[]).unwrap();
    match &table.columns[2].values {
        Values::Number(rate) => assert!((rate[0] - 1000.0).abs() < 1e-9),
        _ => panic!("rate is no number"),
    }
    assert_eq!(table.states[1], State::Zero);
    assert!(message(analyse("rate", "CRIME", None, &data, &[])).contains("denominator"));
}

#[test]
fn errors_name_what_would_work() {
    let data = six([1.0; 6]);
    let text = message(analyse("gi_star", "CRIMES", None, &data, &[]));
    assert!(text.contains("\"CRIMES\"") && text.contains("did you mean \"CRIME\"?"), "{text}");
    let text = message(analyse("gi_star", "name", None, &data, &[]));
    assert!(text.contains("\"Area 0\" in row 1") && text.contains("CRIME, POP"), "{text}");
    let text = message(analyse("gi_star", "CRIME", None, &data, &[("neighbours", "bishop")]));
    assert!(text.contains("is not queen, rook, band:METRES"), "{text}");
    assert!(message(analyse("gi_star", "CRIME", None, &data, &[("drows", "9")])).contains("did you mean draws"));
    assert!(message(analyse("density", "CRIME", None, &data, &[])).contains("needs incidents"));
    let mut points = data;
    points.1[3].0 = Geometry::Point(Point::new(0.0, 0.0));
    assert!(message(analyse("count", "CRIME", None, &points, &[])).contains("row 4"));
    assert_eq!(analyse("gi_star", "CRIME", None, &(points.0, vec![]), &[]).unwrap().len(), 0);
}

#[test]
fn columbus_from_its_file() {
    let Some(path) = crate::testing::shared("data/reference/columbus.gpkg.gz") else { return };
    let found = crate::ingest::features(&path, &Cancel::default()).unwrap();
    let which = Columns { file: "columbus.gpkg.gz", value: "CRIME", population: None };
    let polygons = Polygons { columns: &found.columns, rows: &found.rows };
    let table = run("gi_star", &which, &polygons, &BTreeMap::new(), &Cancel::default()).unwrap();
    let numbers = |name: &str| match &table.columns.iter().find(|c| c.name == name).unwrap().values {
        Values::Number(v) => v.clone(),
        _ => panic!("{name} is no number"),
    };
    let (values, z, p) = (numbers("value"), numbers("z"), numbers("p"));
    assert_eq!(z.len(), 49);
    for (crime, want) in COLUMBUS {
        let row = values.iter().position(|v| (v - crime).abs() < 1e-6).unwrap();
        assert!((z[row] - want).abs() < 1e-9, "{crime}: {} is not {want}", z[row]);
    }
    for (unit, want, _) in COLUMBUS_P {
        let row = values.iter().position(|v| (v - COLUMBUS[unit - 1].0).abs() < 1e-6).unwrap();
        let tail = (want / 2.0).min(0.5);
        let se = 2.0 * (tail * (1.0 - tail) / 9999.0).sqrt();
        assert!((p[row] - want).abs() <= 5.0 * se + 2e-4, "{unit}: {} is not {want}", p[row]);
    }
    assert_eq!(table.analysis.parameters["inference"], "monte_carlo");
}
