//! What must hold for every method of the table, whatever it computes: no thread, order of rows or place on Earth changes an
//! answer, and no odd city makes it fail without words.

pub(super) mod city;

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{METHODS, Method, of_city};
use crate::cancel::Cancel;
use crate::cube::Mask;
use crate::error::{Error, Kind};
use crate::index::{ContextFilter, Grid, Query, Snapshot};
use crate::model::{ContextKind, ContextValue};
use crate::table::{Shapes, State, Table, Values};
pub(super) use city::{City, DEFINITION};

/// A question that the method can answer, and parameters that keep it short.
fn question(method: &Method) -> (Query, BTreeMap<String, String>) {
    let mut query = Query::default();
    let mut given = BTreeMap::new();
    let mut set = |name: &str, value: &str| {
        if method.parameters.iter().any(|p| p.name == name) {
            given.insert(name.to_owned(), value.to_owned());
        }
    };
    set("draws", "199");
    set("replicates", "199");
    set("other_category", "0501");
    if method.id == "gang_context" {
        query.context = Some(ContextFilter {
            kind: ContextKind::Gang,
            value: ContextValue::Yes,
            definition: DEFINITION.to_owned(),
        });
    }
    (query, given)
}

fn run(city: &Snapshot, method: &Method, grid: &str) -> Result<Table, Error> {
    let (query, given) = question(method);
    let grid: Grid = grid.parse()?;
    of_city::run(city, method.id, (&query, &grid, Mask::Default), &given, &Cancel::default())
}

fn grid_of(method: &Method) -> &'static str {
    if method.id == "rate" { "areas:districts" } else { "square:500" }
}

/// An answer as text, every bit of every number in it; names of places are left out.
fn exactly(table: &Table) -> String {
    let mut text = String::new();
    for column in &table.columns {
        let _ = write!(text, "{} ", column.name);
        let _ = match &column.values {
            Values::Count(v) => writeln!(text, "{v:?}"),
            Values::Number(v) => writeln!(text, "{:?}", v.iter().map(|x| x.to_bits()).collect::<Vec<_>>()),
            Values::Class(names, v) => {
                writeln!(text, "{:?}", v.iter().map(|&c| names.get(usize::from(c))).collect::<Vec<_>>())
            }
            Values::Text(v) => writeln!(text, "{v:?}"),
            Values::Shared(texts, v) => writeln!(text, "{texts:?} {v:?}"),
        };
    }
    let _ = writeln!(text, "{:?}", table.states.iter().map(|s| s.name()).collect::<Vec<_>>());
    let _ = writeln!(text, "{}", serde_json::to_string(&table.analysis).expect("serialises"));
    text
}

/// Whether two answers are the same but for what rounding of coordinates changes.
fn assert_alike(what: &str, a: &Table, b: &Table) {
    assert_eq!(a.len(), b.len(), "{what}: rows");
    assert_eq!(
        a.states.iter().map(|s| s.name()).collect::<Vec<_>>(),
        b.states.iter().map(|s| s.name()).collect::<Vec<_>>(),
        "{what}: states"
    );
    for (x, y) in a.columns.iter().zip(&b.columns) {
        let name = x.name;
        match (&x.values, &y.values) {
            (Values::Count(v), Values::Count(w)) => assert_eq!(v, w, "{what}: {name}"),
            (Values::Class(_, v), Values::Class(_, w)) => assert_eq!(v, w, "{what}: {name}"),
            (Values::Number(v), Values::Number(w)) => {
                for (i, (v, w)) in v.iter().zip(w).enumerate() {
                    let near = (v - w).abs() <= 1e-5 * v.abs().max(1.0) || (v.is_nan() && w.is_nan());
                    assert!(near, "{what}: {name} {i}: {v} is not {w}");
                }
            }
            (Values::Text(_), Values::Text(_)) => {}
            _ => panic!("{what}: {name} changed its type"),
        }
    }
}

fn on_threads<R: Send>(n: usize, work: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(n).build().expect("a pool").install(work)
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let city = City::default().snapshot();
    for method in METHODS {
        let one =
            on_threads(1, || run(&city, method, grid_of(method))).unwrap_or_else(|e| panic!("{}: {e}", method.id));
        let four = on_threads(4, || run(&city, method, grid_of(method))).expect("the same");
        assert_eq!(exactly(&one), exactly(&four), "{}", method.id);
        assert!(!one.is_hollow(), "{}: an answer without a single value proves nothing", method.id);
    }
}

impl Table {
    /// Whether no row has a value.
    fn is_hollow(&self) -> bool {
        !self.states.iter().any(|s| matches!(s, State::Value))
    }
}

#[test]
fn the_order_in_which_rows_were_imported_changes_no_byte() {
    let (city, shuffled) = (City::default(), City { shuffled: true, ..City::default() });
    let (city, shuffled) = (city.snapshot(), shuffled.snapshot());
    for method in METHODS {
        let a = run(&city, method, grid_of(method)).expect("answers");
        let b = run(&shuffled, method, grid_of(method)).expect("answers");
        assert_eq!(exactly(&a), exactly(&b), "{}", method.id);
    }
}

/// Six degrees of longitude are one zone of the projection: the same city, with the same metres.
#[test]
fn a_shifted_city_has_the_same_answer_elsewhere() {
    let (here, there) = (City::default().snapshot(), City { east_degrees: 6.0, ..City::default() }.snapshot());
    for method in METHODS {
        let a = run(&here, method, grid_of(method)).expect("answers");
        let b = run(&there, method, grid_of(method)).expect("answers");
        assert_alike(method.id, &a, &b);
        if let (Shapes::Cells(f, c), Shapes::Cells(g, d)) = (&a.shapes, &b.shapes) {
            assert_eq!(c.first().map(|&c| f.column_row(c)), d.first().map(|&c| g.column_row(c)), "{}", method.id);
        }
    }
}

/// Odd cities: an answer with words, or a refusal with words; no number that is not finite where a value is claimed.
#[test]
fn odd_cities_are_answered_or_refused_in_words() {
    let odd = [
        ("nothing", City { events: 0, ..City::default() }),
        ("one incident", City { events: 1, ..City::default() }),
        ("all in one place", City { in_one_place: true, ..City::default() }),
        ("all at one time", City { at_one_time: true, ..City::default() }),
        ("the same everywhere", City { evenly: true, ..City::default() }),
        ("one cell", City { is_tiny: true, ..City::default() }),
        ("no area", City { has_areas: false, ..City::default() }),
        ("months only", City { months_only: true, ..City::default() }),
    ];
    for (name, city) in odd {
        let city = city.snapshot();
        for method in METHODS {
            let what = format!("{} of {name}", method.id);
            match run(&city, method, grid_of(method)) {
                Ok(table) => check_numbers(&what, &table),
                Err(e) => {
                    assert!(matches!(e.kind, Kind::Invalid | Kind::NotFound | Kind::TooLarge), "{what}: {e}");
                    assert!(e.what.len() > 15 && e.hint.len() > 10, "{what}: {e}");
                }
            }
        }
    }
}

fn check_numbers(what: &str, table: &Table) {
    for column in &table.columns {
        if let Values::Number(v) = &column.values {
            assert!(v.iter().all(|x| !x.is_infinite()), "{what}: {} is infinite", column.name);
            if matches!(column.name, "p" | "q") {
                assert!(v.iter().all(|p| p.is_nan() || (0.0..=1.0).contains(p)), "{what}: {}", column.name);
            }
        }
    }
    let text = serde_json::to_string(&table.analysis).expect("serialises");
    assert!(!text.contains("NaN"), "{what}");
}

#[test]
fn data_that_know_only_the_month_are_refused_by_methods_that_need_days() {
    let city = City { months_only: true, ..City::default() }.snapshot();
    for id in ["near_repeat", "scan"] {
        let Some(method) = METHODS.iter().find(|m| m.id == id) else { continue };
        let error = run(&city, method, grid_of(method)).err().unwrap_or_else(|| panic!("{id} pretends to know days"));
        assert!(error.to_string().contains("month"), "{id}: {error}");
    }
}

#[test]
fn a_stopped_method_stops() {
    let city = City::default().snapshot();
    for method in METHODS {
        let cancel = Cancel::default();
        cancel.stop();
        let (query, given) = question(method);
        let grid: Grid = grid_of(method).parse().expect("a grid");
        let stopped = of_city::run(&city, method.id, (&query, &grid, Mask::Default), &given, &cancel);
        assert!(stopped.is_err_and(|e| e.kind == Kind::Cancelled), "{}", method.id);
    }
}
